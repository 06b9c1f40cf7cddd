/**
 * A service worker for one thing: to answer an address that the gallery handed it with the stream that it was handed, so that the browser
 * downloads it like any other file. It answers nothing else, stores nothing, and its scope has no page in it.
 */

interface Handed {
  readonly url: string;
  readonly name: string;
  readonly stream: ReadableStream<Uint8Array>;
  readonly port: MessagePort;
}

interface LongEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}

interface AskedEvent extends LongEvent {
  readonly request: Request;
  respondWith(response: Response): void;
}

interface WorkerScope {
  addEventListener(type: "install", listener: (event: LongEvent) => void): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Partial<Handed>>) => void): void;
  addEventListener(type: "fetch", listener: (event: AskedEvent) => void): void;
  readonly registration: { readonly scope: string; unregister(): Promise<boolean> };
  skipWaiting(): Promise<void>;
}

const worker = globalThis as unknown as WorkerScope;
const held = new Map<string, Handed>();
let flowing = 0;

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));

worker.addEventListener("message", ({ data }) => {
  const { url, name, stream, port } = data; // or a mere sign of life
  if (url === undefined || name === undefined || !stream || !port) return;
  held.set(url, { url, name, stream, port });
  port.postMessage("held");
});

worker.addEventListener("fetch", (event) => {
  const { url } = event.request;
  if (!url.startsWith(worker.registration.scope)) return;
  const file = held.get(url);
  held.delete(url);
  // Without content the browser stays where it is; a page that says "not found" would take the gallery's place.
  if (!file) return event.respondWith(new Response(null, { status: 204 }));
  const through = new TransformStream<Uint8Array, Uint8Array>();
  flowing++;
  const flow = file.stream.pipeTo(through.writable).then(() => "ended", () => "broken");
  event.waitUntil(flow.then((word) => over(file.port, word)));
  event.respondWith(new Response(through.readable, { headers: headersFor(file.name) }));
  file.port.postMessage("asked");
});

/** The last one out closes the door: only here it is known that no other tab is being served. */
async function over(port: MessagePort, word: string): Promise<void> {
  port.postMessage(word);
  if (--flowing === 0 && held.size === 0) await worker.registration.unregister();
}

function headersFor(name: string): Record<string, string> {
  return {
    "content-type": "application/zip",
    "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`,
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
  };
}
