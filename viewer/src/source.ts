/** Where sealed bytes come from: the host over HTTP, or a folder that somebody picked (the offline copy). */

import { type Bytes, concat } from "./codec.ts";
import { Failure } from "./failures.ts";

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** "no-cache" asks the host whether it is still current, "reload" goes past every cache: an object made anew keeps its name. */
  readonly cache?: "default" | "no-cache" | "reload" | undefined;
}

/** Bytes as they arrive; `length` is what was announced, 0 if nothing was. */
export interface Incoming {
  readonly length: number;
  readonly body: ReadableStream<Uint8Array>;
}

/** Replaceable: all that the engine knows of the outside. `objects` is the reference in gallery.json. */
export interface Source {
  galleryFile(options?: ReadOptions): Promise<{ bytes: Bytes; date: number | null }>;
  object(objects: string, name: string, options?: ReadOptions): Promise<Incoming>;
}

/** Says which source to make; plain data, so that it can be sent to a worker. */
export type SourceSpec =
  | { readonly kind: "http"; readonly galleryFile: string }
  | { readonly kind: "files"; readonly files: readonly File[] };

export const makeSource = (spec: SourceSpec): Source =>
  spec.kind === "http" ? new HttpSource(spec.galleryFile) : new FileSource(spec.files);

export class HttpSource implements Source {
  readonly #galleryFile: string;

  /** `galleryFile` is the absolute address of gallery.json. */
  constructor(galleryFile: string) {
    this.#galleryFile = galleryFile;
  }

  async galleryFile(options: ReadOptions = {}): Promise<{ bytes: Bytes; date: number | null }> {
    // Always ask the host: a slot may have been renewed since.
    const response = await get(this.#galleryFile, { cache: "no-cache" }, options.signal);
    const bytes = await collect({ length: 0, body: response.body ?? new Blob().stream() });
    refuseHtml(bytes);
    const date = Date.parse(response.headers.get("date") ?? "");
    return { bytes, date: Number.isNaN(date) ? null : date };
  }

  async object(objects: string, name: string, options: ReadOptions = {}): Promise<Incoming> {
    const url = new URL(`${name.slice(0, 2)}/${name}`, new URL(objects, this.#galleryFile));
    const response = await get(url.href, { cache: options.cache ?? "default" }, options.signal);
    // A compressed body has another length than the header says.
    const announced = response.headers.get("content-encoding") ? 0 : Number(response.headers.get("content-length") ?? 0);
    return { length: announced || 0, body: response.body ?? new Blob().stream() };
  }
}

async function get(url: string, init: RequestInit, signal: AbortSignal | undefined): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, referrerPolicy: "no-referrer", signal: signal ?? null });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Failure("offline");
  }
  if (response.ok) return response;
  if (response.status === 404 || response.status === 410) throw new Failure("missing");
  throw new Failure("host", `status ${response.status}`);
}

/** Hosts that answer a missing file with a friendly page and status 200 (or a login page) are told apart from tampering. */
export function refuseHtml(bytes: Uint8Array): void {
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart().toLowerCase();
  if (start.startsWith("<!doctype") || start.startsWith("<html")) throw new Failure("html");
}

export class FileSource implements Source {
  readonly #files = new Map<string, File>();

  /** `files` as a folder picker gives them; found by the end of their path. */
  constructor(files: readonly File[]) {
    for (const file of files) this.#files.set(file.name, file);
  }

  async galleryFile(): Promise<{ bytes: Bytes; date: number | null }> {
    return { bytes: new Uint8Array(await this.#find("gallery.json").arrayBuffer()), date: null };
  }

  object(_objects: string, name: string): Promise<Incoming> {
    const file = this.#find(name);
    return Promise.resolve({ length: file.size, body: file.stream() });
  }

  #find(name: string): File {
    const file = this.#files.get(name);
    if (!file) throw new Failure("missing", name);
    return file;
  }
}

/** Everything that arrives, in one piece. */
export async function collect(incoming: Incoming, onBytes?: (soFar: Bytes) => void): Promise<Bytes> {
  let buffer = new Uint8Array(incoming.length || 65536);
  let used = 0;
  const reader = incoming.body.getReader();
  for (let step = await read(reader); !step.done; step = await read(reader)) {
    const chunk = step.value;
    if (used + chunk.length > buffer.length) buffer = grow(buffer, used + chunk.length);
    buffer.set(chunk, used);
    used += chunk.length;
    onBytes?.(buffer.subarray(0, used));
  }
  return used === buffer.length ? buffer : buffer.slice(0, used);
}

/** At most the first `count` bytes, and whether that is all there is. The rest is not fetched. */
export async function collectStart({ body }: Incoming, count: number): Promise<{ bytes: Bytes; whole: boolean }> {
  const reader = body.getReader();
  let bytes: Bytes = new Uint8Array(0);
  for (let step = await read(reader); !step.done; step = await read(reader)) {
    bytes = concat(bytes, step.value);
    if (bytes.length <= count) continue;
    // Whether the host minds being cut off is not our concern.
    void reader.cancel().catch(() => undefined);
    return { bytes: bytes.slice(0, count), whole: false };
  }
  return { bytes, whole: true };
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<ReadableStreamReadResult<Uint8Array>> {
  try {
    return await reader.read();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Failure("offline", "cut off");
  }
}

function grow(buffer: Bytes, needed: number): Bytes {
  const bigger = new Uint8Array(Math.max(needed, buffer.length * 2));
  bigger.set(buffer);
  return bigger;
}
