/** Objects read piece by piece, for downloads of any length: each part is opened whole, so at most 32 MiB are held. */

import type { Bytes } from "./codec.ts";
import type { ObjectKey } from "./derive.ts";
import { Failure } from "./failures.ts";
import { isZero, type ObjectHeader, PART, readHeader } from "./objects.ts";
import { HEADER, openRange, opener, type Opener, SEGMENT } from "./stream.ts";

/** A part of the content of an object; `done` comes with the empty one after the last. */
export interface Piece {
  readonly bytes: Bytes;
  readonly done: boolean;
}

/** Fetches a file of the object; called again with `fresh` if what came was damaged. */
export type ReadFile = (name: string, use: (sealed: Bytes) => Promise<Bytes>) => Promise<Bytes>;

/** The readings under way, by number. */
export class Readings {
  readonly #running = new Map<number, AsyncGenerator<Bytes>>();
  #last = 0;

  /** `parts` are the lengths of the object's files. */
  async start(object: ObjectKey, parts: readonly number[], readFile: ReadFile): Promise<{ reading: number; header: ObjectHeader }> {
    const plain = plaintext(object, parts, readFile);
    const first = await plain.next();
    if (first.done) throw new Failure("tampered", "empty");
    const { header, start } = readHeader(first.value);
    const reading = ++this.#last;
    this.#running.set(reading, contentOf(header, first.value.subarray(start), plain));
    return { reading, header };
  }

  async next(reading: number): Promise<Piece> {
    const running = this.#running.get(reading);
    if (!running) throw new Failure("missing", "reading");
    try {
      const { done, value } = await running.next();
      if (done) this.#running.delete(reading);
      return done ? { bytes: new Uint8Array(0), done: true } : { bytes: value, done: false };
    } catch (error) {
      this.#running.delete(reading);
      throw error;
    }
  }

  async stop(reading: number): Promise<void> {
    await this.#running.get(reading)?.return(undefined);
    this.#running.delete(reading);
  }
}

/** Plaintext of part after part. */
async function* plaintext(object: ObjectKey, parts: readonly number[], readFile: ReadFile): AsyncGenerator<Bytes> {
  const total = parts.reduce((sum, length) => sum + length, 0);
  let open: Opener | null = null;
  for (const [part, length] of parts.entries()) {
    yield await readFile(parts.length > 1 ? `${object.name}.${part}` : object.name, async (sealed) => {
      if (sealed.length !== length) throw new Failure("tampered", "part length");
      if (part === 0) open = await opener(object, sealed.slice(0, HEADER), total);
      return openRange(open!, sealed, (part * PART) / SEGMENT);
    });
  }
}

/** The content without its header and padding; the padding is checked to the end. */
async function* contentOf(header: ObjectHeader, first: Bytes, rest: AsyncGenerator<Bytes>): AsyncGenerator<Bytes> {
  let left = header.length;
  for (let plain = first; ; ) {
    const content = plain.subarray(0, left);
    if (!isZero(plain.subarray(content.length))) throw new Failure("tampered", "padding");
    left -= content.length;
    if (content.length) yield content;
    const next = await rest.next();
    if (next.done) break;
    plain = next.value;
  }
  if (left > 0) throw new Failure("malformed", "length");
}
