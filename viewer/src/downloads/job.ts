/** One job of saving: hands out verified entries for ZIP files, counts what is done, and notes what is missing and why. */

import { type Bytes } from "../codec.ts";
import { type FailureKind, isAbort, kindOf } from "../failures.ts";
import { Names, usableName } from "./names.ts";
import { ahead, openItem, type OpenItem, type Store } from "./opening.ts";
import { Gate, persist, type Waiting, type World } from "./patience.ts";
import { type Item, sizeOf } from "./plan.ts";

export type Why = "damaged" | "gone" | "network" | "unreadable";

export interface Missing {
  readonly item: Item;
  readonly why: Why;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly bytes: number;
  readonly size: number;
  readonly waiting: Waiting;
  readonly paused: boolean;
}

/** In the form that client-zip takes. */
export interface Entry {
  readonly name: string;
  readonly input: AsyncIterable<Bytes> | string;
  readonly lastModified?: Date;
}

/** Checksums are computed on the page; in steps of this many bytes they never make it stutter. */
const STEP = 1024 * 1024;

/** Copies, since a view that goes to the service worker would take all of the buffer behind it along. */
function* slices(bytes: Bytes): Generator<Bytes> {
  for (let at = 0; at < bytes.length; at += STEP) yield bytes.slice(at, at + STEP);
}

/** An object turned out damaged after a part of it was written: the ZIP that has it must not be used. */
export class SpoiltError extends Error {
  readonly item: Item;

  constructor(item: Item, cause: unknown) {
    super(item.name, { cause });
    this.name = "SpoiltError";
    this.item = item;
  }
}

export interface JobOptions {
  readonly store: Store;
  readonly world: World;
  readonly changed: () => void;
  /** Bytes that may be opened ahead of what is being written. */
  readonly budget: number;
  /** What is known to be damaged, by index, and not tried again. */
  readonly spoilt?: ReadonlyMap<number, Why>;
}

export class Job {
  readonly items: readonly Item[];
  readonly missing: Missing[] = [];
  /** What made a ZIP unusable, if anything did; streams on the way may have turned it into an error of their own. */
  spoilt: SpoiltError | null = null;
  readonly #options: JobOptions;
  readonly #stop = new AbortController();
  readonly #gate = new Gate();
  readonly #names = new Names();
  #done = 0;
  #bytes = 0;
  #waiting: Waiting = null;

  constructor(items: readonly Item[], options: JobOptions) {
    this.items = items;
    this.#options = options;
  }

  get progress(): Progress {
    return {
      done: this.#done, total: this.items.length, bytes: this.#bytes, size: sizeOf(this.items),
      waiting: this.#waiting, paused: this.#gate.closed,
    };
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  pause(): void {
    this.#gate.close();
    this.#options.changed();
  }

  resume(): void {
    this.#gate.open();
    this.#options.changed();
  }

  cancel(): void {
    this.#stop.abort();
    this.#gate.open();
  }

  /**
   * Entries for one ZIP, each verified before it is handed out, or, where it is too big for that, while it is: then damage fails with
   * SpoiltError. An entry counts once the next one is asked for, since only then all of it was taken.
   */
  async *entries(items: readonly Item[]): AsyncGenerator<Entry> {
    const opened = ahead(items, this.#options.budget, (item) => this.#open(item));
    for await (const { item, result } of opened) {
      const before = this.#bytes;
      const entry = await result.then((open) => this.#entry(item, open), (error: unknown) => this.lack(item, error));
      if (entry) {
        yield entry;
        this.#done++;
      }
      this.#bytes = before + item.size;
      this.#options.changed();
    }
  }

  /** The name for an item that is saved by itself, and its content; fails like opening does. */
  async single(item: Item): Promise<{ readonly name: string; readonly type: string; readonly content: OpenItem["content"] }> {
    const { header, content } = await this.#open(item);
    return { name: this.#nameOf(item, header.name), type: header.type, content };
  }

  /** Says that an item is saved, where the job does not see it by itself. */
  count(item: Item): void {
    this.#done++;
    this.#bytes += item.size;
    this.#options.changed();
  }

  async #open(item: Item): Promise<OpenItem> {
    const known = this.#options.spoilt?.get(item.index);
    if (known) throw new KnownError(known);
    return openItem(this.#options.store, item, (attempt) => this.#persist(attempt), this.#stop.signal);
  }

  #persist<T>(attempt: () => Promise<T>): Promise<T> {
    const { world, changed } = this.#options;
    const patient = async (): Promise<T> => {
      await this.#gate.pass();
      this.#stop.signal.throwIfAborted();
      return attempt();
    };
    return persist(patient, world, this.#stop.signal, (waiting) => {
      if (waiting === this.#waiting) return;
      this.#waiting = waiting;
      changed();
    });
  }

  #entry(item: Item, { header, content }: OpenItem): Entry {
    const input = this.#watched(item, content instanceof Uint8Array ? [content] : content);
    return { name: this.#nameOf(item, header.name), input, ...(item.date ? { lastModified: item.date } : {}) };
  }

  #nameOf(item: Item, name: string): string {
    return this.#names.unique(usableName(name || item.name, `photo-${item.index + 1}`));
  }

  /** Shows how a file comes along, stops at the gate, and makes damage in the middle of it unmistakable. */
  async *#watched(item: Item, content: Iterable<Bytes> | AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
    try {
      for await (const piece of content) for (const bytes of slices(piece)) {
        await this.#gate.pass();
        this.#stop.signal.throwIfAborted();
        yield bytes;
        this.#bytes += bytes.length;
        this.#options.changed();
      }
    } catch (error) {
      if (isAbort(error)) throw error;
      this.spoilt = new SpoiltError(item, error);
      throw this.spoilt;
    }
  }

  /** Notes that an item is missing; anything else than that stops the job. */
  lack(item: Item, error: unknown): null {
    if (isAbort(error) || this.#stop.signal.aborted) throw error;
    this.missing.push({ item, why: error instanceof KnownError ? error.why : whyOf(error) });
    return null;
  }
}

class KnownError extends Error {
  readonly why: Why;

  constructor(why: Why) {
    super(why);
    this.why = why;
  }
}

const WHY: { readonly [Kind in FailureKind]?: Why } = {
  tampered: "damaged", malformed: "damaged", missing: "gone", offline: "network", host: "network", html: "network",
};

export const whyOf = (error: unknown): Why => WHY[kindOf(error)] ?? "unreadable";
