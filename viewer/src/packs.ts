/** Packs of thumbs, used while they are still arriving (docs/format.md, section 6). */

import type { Bytes } from "./codec.ts";
import { Failure } from "./failures.ts";
import { collect, type Incoming, refuseHtml } from "./source.ts";

/** Sealed packs kept at hand; more come back from the browser's cache. 12 packs are at most 12 MiB. */
const KEPT = 12;

interface Waiting {
  readonly end: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** One pack; a range of it is handed out as soon as it is there, so the first thumbs appear long before the last byte. */
class Pack {
  #bytes: Bytes = new Uint8Array(0);
  #ended = false;
  #failure: unknown = null;
  #waiting: Waiting[] = [];

  constructor(incoming: Promise<Incoming>) {
    void this.#fill(incoming);
  }

  async range(offset: number, length: number): Promise<Bytes> {
    const end = offset + length;
    if (this.#bytes.length < end && !this.#ended) {
      await new Promise<void>((resolve, reject) => this.#waiting.push({ end, resolve, reject }));
    }
    if (this.#failure !== null) throw this.#failure;
    if (this.#bytes.length < end) throw new Failure("tampered", "pack too short");
    return this.#bytes.slice(offset, end);
  }

  get failed(): boolean {
    return this.#failure !== null;
  }

  async #fill(incoming: Promise<Incoming>): Promise<void> {
    try {
      this.#bytes = await collect(await incoming, (soFar) => {
        this.#bytes = soFar;
        this.#settle((waiting) => waiting.end <= soFar.length);
      });
      refuseHtml(this.#bytes);
    } catch (error) {
      this.#failure = error;
    }
    this.#ended = true;
    this.#settle(() => true);
  }

  #settle(ready: (waiting: Waiting) => boolean): void {
    const settled = this.#waiting.filter(ready);
    this.#waiting = this.#waiting.filter((waiting) => !ready(waiting));
    for (const { resolve, reject } of settled) this.#failure === null ? resolve() : reject(this.#failure);
  }
}

/** The packs used last. `fetch` gets a pack by name, `fresh` past the cache. */
export class Packs {
  readonly #kept = new Map<string, Pack>();
  readonly #fetch: (name: string, fresh: boolean) => Promise<Incoming>;

  constructor(fetch: (name: string, fresh: boolean) => Promise<Incoming>) {
    this.#fetch = fetch;
  }

  range(name: string, offset: number, length: number, fresh = false): Promise<Bytes> {
    let pack = this.#kept.get(name);
    this.#kept.delete(name);
    if (!pack || pack.failed || fresh) pack = new Pack(this.#fetch(name, fresh));
    this.#kept.set(name, pack);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return pack.range(offset, length);
  }
}
