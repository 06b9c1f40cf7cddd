/** Where ZIPs go: a file that somebody chose, the browser's own download by way of a service worker, or the memory, in parts. */

import { isAbort } from "../failures.ts";
import { scriptUrl } from "../trusted.ts";
import type { Way } from "./ways.ts";

export interface Sink {
  readonly way: Way;
  /**
   * Takes one ZIP, which begins to be made when `zip` is called. Fails if its stream fails, and then leaves nothing behind that looks
   * whole; fails with ClosedWayError only before `zip` was called.
   */
  write(name: string, zip: () => ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void>;
}

/** The way does not lead anywhere here (private window, policy); the next one may. */
export class ClosedWayError extends Error {}

/** Part of a file system, as far as it is used here; TypeScript 5.9 does not know the picker. */
interface FileHandle {
  createWritable(): Promise<WritableStream<Uint8Array>>;
  remove?(): Promise<void>;
}

type Picker = (options: { suggestedName: string; types: readonly object[] }) => Promise<FileHandle>;

/** Asks where to save; has to be called from a click. An AbortError if somebody thinks better of it. */
export async function pickFile(name: string): Promise<Sink> {
  try {
    const { showSaveFilePicker } = globalThis as unknown as { showSaveFilePicker: Picker };
    const types = [{ accept: { "application/zip": [".zip"] } }];
    const handle = await showSaveFilePicker.call(globalThis, { suggestedName: name, types });
    return { way: "picker", write: (_, zip, signal) => writeFile(handle, zip, signal) };
  } catch (error) {
    throw isAbort(error) ? error : new ClosedWayError(String(error));
  }
}

/** The file gets its content only when all of it is written. */
async function writeFile(handle: FileHandle, zip: () => ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
  try {
    await zip().pipeTo(await handle.createWritable(), { signal });
  } catch (error) {
    // The picker has made an empty file, which would only puzzle people; not every browser can take it away again.
    await handle.remove?.().catch(() => undefined);
    throw error;
  }
}

/** Between two signs of life; browsers end service workers that hear nothing for half a minute. */
const PING = 10_000;
const PATIENCE = 10_000;

/** The browser downloads what a service worker answers, which is what it is handed from here. */
export async function throughWorker(): Promise<Sink> {
  const script = scriptUrl("sw.js");
  const scope = new URL("./save/", String(script)).href;
  try {
    const worker = await activated(await navigator.serviceWorker.register(script, { scope }));
    return { way: "worker", write: (name, zip, signal) => download(worker, `${scope}${crypto.randomUUID()}`, name, zip, signal) };
  } catch (error) {
    throw new ClosedWayError(String(error));
  }
}

async function activated({ active, installing, waiting }: ServiceWorkerRegistration): Promise<ServiceWorker> {
  const worker = installing ?? waiting ?? active;
  if (!worker) throw new Error("no service worker");
  if (worker.state === "activated") return worker;
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("service worker too slow")), PATIENCE);
    worker.addEventListener("statechange", () => {
      if (worker.state !== "activated" && worker.state !== "redundant") return;
      clearTimeout(late);
      if (worker.state === "activated") resolve(worker);
      else reject(new Error("service worker refused"));
    });
  });
}

/** True while the page navigates to a download, which is no reason to ask whether somebody really wants to leave. */
export const departure = { toDownload: false };

async function download(
  worker: ServiceWorker, url: string, name: string, zip: () => ReadableStream<Uint8Array>, signal: AbortSignal,
): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const heard = listen(port1);
  const pipe = new TransformStream<Uint8Array, Uint8Array>();
  const alive = setInterval(() => worker.postMessage({}), PING);
  try {
    worker.postMessage({ url, name, stream: pipe.readable, port: port2 }, [pipe.readable as unknown as Transferable, port2]);
    await heard("held", PATIENCE);
    departure.toDownload = true;
    // A navigation that becomes a download leaves this page as it is; frames are forbidden here.
    location.assign(url);
    await heard("asked", PATIENCE);
    await zip().pipeTo(pipe.writable, { signal });
    await heard("ended");
  } finally {
    departure.toDownload = false;
    clearInterval(alive);
    port1.close();
  }
}

/** Waits for a word on a port, at most `patience` ms if given; "broken" in its place is a failure. */
function listen(port: MessagePort): (word: string, patience?: number) => Promise<void> {
  const said = new Set<string>();
  let wake = (): void => undefined;
  port.onmessage = ({ data }) => {
    said.add(String(data));
    wake();
  };
  return (word, patience) => new Promise((resolve, reject) => {
    const late = patience === undefined ? undefined : setTimeout(() => reject(new ClosedWayError(`not ${word}`)), patience);
    wake = () => {
      if (!said.has(word) && !said.has("broken")) return;
      clearTimeout(late);
      if (said.has(word)) resolve();
      else reject(new Error("the download was broken off"));
    };
    wake();
  });
}

/** A ZIP that is ready in memory, to be saved by a tap. */
export type Offer = (name: string, blob: Blob) => Promise<void>;

/** Puts each ZIP together in memory, which `Response` does better than `Blob` by far, and offers it. */
export const inParts = (offer: Offer): Sink => ({
  way: "parts",
  async write(name, zip, signal) {
    const through = new TransformStream<Uint8Array, Uint8Array>();
    const flow = zip().pipeTo(through.writable, { signal });
    const blob = new Response(through.readable, { headers: { "content-type": "application/zip" } }).blob();
    await Promise.all([flow, blob]);
    await offer(name, await blob);
  },
});

/** How long a browser may need to take over a file; a blob's address must live until then. */
const TAKEN_OVER = 60_000;

/** Saves a file from memory, under its name. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), TAKEN_OVER);
}
