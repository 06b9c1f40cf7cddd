/** What the panel shows and steers: one saving at a time, by the best way this browser has, from the first click to the last word. */

import type { Bytes } from "../codec.ts";
import { isAbort } from "../failures.ts";
import type { Strings } from "../strings/index.ts";
import { Job, type Missing, type Progress, type Why, whyOf } from "./job.ts";
import type { Store } from "./opening.ts";
import type { World } from "./patience.ts";
import { type Item, portions } from "./plan.ts";
import { ClosedWayError, type Offer, type Sink } from "./sinks.ts";
import type { Way } from "./ways.ts";
import { zipName, zipOf } from "./zip.ts";

/** Browsers take no more files at once with any certainty. */
export const BATCH = 10;

export type Ending = "finished" | "cancelled" | "failed" | "damaged" | "blocked" | "refused";

/** Something is ready and waits for a tap, since browsers hand files over only then. `take` has to be called in the tap itself. */
export interface Tap {
  readonly of: "zip" | "photos";
  readonly number: number;
  readonly count: number;
  readonly size: number;
  readonly files: number;
  readonly take: () => void;
}

export type State =
  | { readonly at: "idle" }
  | { readonly at: "running"; readonly number: number; readonly count: number; readonly way: Way | "photos" | "file"; readonly ready?: number }
  | { readonly at: "tap"; readonly tap: Tap }
  | { readonly at: "over"; readonly ending: Ending; readonly name: string };

/** The browser, as far as saving needs it. */
export interface Outside {
  readonly ways: readonly Way[];
  readonly partLimit: number;
  readonly lookAhead: number;
  /** A file that is ready in memory may be saved without another tap. */
  readonly savesAlone: boolean;
  open(way: Way, name: string, offer: Offer): Promise<Sink>;
  saveBlob(name: string, blob: Blob): void;
  share(files: File[]): Promise<void>;
  /** Keeps the page awake and asks before leaving it, until the returned function is called. */
  hold(): () => void;
}

export interface SavingOptions {
  readonly title: string;
  readonly strings: Strings;
  readonly store: Store;
  readonly world: World;
  readonly outside: Outside;
  readonly changed: () => void;
}

export class Saving {
  readonly #options: SavingOptions;
  readonly #spoilt = new Map<number, Why>();
  #state: State = { at: "idle" };
  #job: Job | null = null;
  #again: (() => void) | null = null;
  #active = false;

  constructor(options: SavingOptions) {
    this.#options = options;
  }

  get state(): State {
    return this.#state;
  }

  /** From the click on, while the browser still asks where to save. */
  get active(): boolean {
    return this.#active;
  }

  get progress(): Progress | null {
    return this.#job?.progress ?? null;
  }

  get missing(): readonly Missing[] {
    return this.#job?.missing ?? [];
  }

  /** Saves as ZIP; call it from a click. */
  zip(items: readonly Item[]): Promise<void> {
    this.#again = () => void this.zip(items);
    return this.#guard(items, (job) => this.#byTheBestWay(job));
  }

  /** Saves one photo as the file it is. */
  file(item: Item): Promise<void> {
    this.#again = () => void this.file(item);
    return this.#guard([item], async (job) => {
      this.#set({ at: "running", number: 1, count: 1, way: "file" });
      const file = await this.#fileOf(job, item);
      if (!file) return;
      this.#options.outside.saveBlob(file.name, file);
      job.count(item);
    });
  }

  /** Hands photos to other apps, batch after batch, each opened before its tap. */
  photos(items: readonly Item[]): Promise<void> {
    this.#again = () => void this.photos(items);
    return this.#guard(items, async (job) => {
      const batches = Array.from({ length: Math.ceil(items.length / BATCH) }, (_, i) => items.slice(i * BATCH, (i + 1) * BATCH));
      for (const [i, batch] of batches.entries()) await this.#shareBatch(job, batch, i + 1, batches.length);
    });
  }

  /** The same once more; what spoilt the last ZIP is left out of it, and listed. */
  again(): void {
    this.#again?.();
  }

  /** What is missing, tried again from the start. */
  retryMissing(): void {
    const items = this.missing.map(({ item }) => item);
    this.#spoilt.clear();
    void this.zip(items);
  }

  pause(): void {
    this.#job?.pause();
  }

  resume(): void {
    this.#job?.resume();
  }

  cancel(): void {
    this.#job?.cancel();
  }

  /** Back to the choice of what to save. */
  reset(): void {
    if (!this.#active) this.#set({ at: "idle" });
  }

  async #guard(items: readonly Item[], work: (job: Job) => Promise<void>): Promise<void> {
    if (this.#active) return;
    this.#active = true;
    const { store, world, outside, changed } = this.#options;
    const job = new Job(items, { store, world, changed, budget: outside.lookAhead, spoilt: this.#spoilt });
    this.#job = job;
    const release = outside.hold();
    const end = await work(job).then(() => ending("finished"), (error: unknown) => this.#broken(job, error));
    release();
    this.#active = false;
    this.#set(end);
  }

  /** How it ended, for whatever was thrown. */
  #broken(job: Job, error: unknown): State {
    const asked = this.#state.at !== "running" && this.#state.at !== "tap";
    if (job.signal.aborted) return ending("cancelled");
    // Whatever else may be under way for this ZIP is of no use any more.
    job.cancel();
    if (job.spoilt) {
      this.#spoilt.set(job.spoilt.item.index, whyOf(job.spoilt.cause));
      return ending("damaged", job.spoilt.item.name);
    }
    if (isAbort(error) && asked) return { at: "idle" };
    if (error instanceof ClosedWayError) return ending("blocked");
    return ending(error instanceof RefusedError ? "refused" : "failed");
  }

  async #byTheBestWay(job: Job): Promise<void> {
    const { outside, title, strings } = this.#options;
    for (const way of outside.ways) {
      const parts = way === "parts" ? portions(job.items, outside.partLimit) : [job.items];
      try {
        const sink = await outside.open(way, zipName(title, 1, 1, strings), (name, blob) => this.#offer(job, name, blob));
        return await this.#write(job, sink, parts);
      } catch (error) {
        if (!(error instanceof ClosedWayError) || way === outside.ways.at(-1)) throw error;
      }
    }
  }

  async #write(job: Job, sink: Sink, parts: readonly (readonly Item[])[]): Promise<void> {
    const { title, strings } = this.#options;
    for (const [i, items] of parts.entries()) {
      this.#set({ at: "running", number: i + 1, count: parts.length, way: sink.way });
      await sink.write(zipName(title, i + 1, parts.length, strings), () => zipOf(job, items, strings), job.signal);
    }
  }

  async #offer(job: Job, name: string, blob: Blob): Promise<void> {
    const { outside } = this.#options;
    const { number, count } = this.#state.at === "running" ? this.#state : { number: 1, count: 1 };
    const save = (): Promise<void> => Promise.resolve(outside.saveBlob(name, blob));
    if (count === 1 && outside.savesAlone) return save();
    await this.#tap(job, { of: "zip", number, count, size: blob.size, files: 1 }, save);
  }

  async #shareBatch(job: Job, batch: readonly Item[], number: number, count: number): Promise<void> {
    const ready: { item: Item; file: File }[] = [];
    for (const item of batch) {
      this.#set({ at: "running", number, count, way: "photos", ready: job.progress.done + ready.length });
      const file = await this.#fileOf(job, item);
      if (file) ready.push({ item, file });
    }
    if (!ready.length) return;
    const files = ready.map(({ file }) => file);
    const size = files.reduce((sum, file) => sum + file.size, 0);
    await this.#tap(job, { of: "photos", number, count, size, files: files.length }, () => this.#options.outside.share(files));
    for (const { item } of ready) job.count(item);
  }

  /** Waits for a tap that works. Whoever closes the share sheet may tap again. */
  #tap(job: Job, about: Omit<Tap, "take">, action: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = (): void => void action().then(resolve, (error: unknown) => {
        const again = error instanceof DOMException && ["AbortError", "NotAllowedError", "InvalidStateError"].includes(error.name);
        if (!again) reject(new RefusedError(String(error)));
      });
      job.signal.addEventListener("abort", () => reject(job.signal.reason as Error), { once: true });
      this.#set({ at: "tap", tap: { ...about, take } });
    });
  }

  /** A photo as a file in memory; null, and noted, if it cannot be had. */
  async #fileOf(job: Job, item: Item): Promise<File | null> {
    try {
      const { name, type, content } = await job.single(item);
      const parts = content instanceof Uint8Array ? [content] : [await blobOf(content)];
      return new File(parts, name, { type, lastModified: item.date?.getTime() ?? Date.now() });
    } catch (error) {
      job.lack(item, error);
      return null;
    }
  }

  #set(state: State): void {
    this.#state = state;
    this.#options.changed();
  }
}

/** An object of its own each time, so that two jobs that ended alike are still seen to be two. */
const ending = (how: Ending, name = ""): State => ({ at: "over", ending: how, name });

class RefusedError extends Error {}

/** Pieces put together by the browser, which need not keep them in memory. */
function blobOf(pieces: AsyncGenerator<Bytes>): Promise<Blob> {
  const stream = new ReadableStream<Bytes>({
    async pull(control) {
      const { value, done } = await pieces.next();
      if (done) control.close();
      else control.enqueue(value);
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  return new Response(stream).blob();
}
