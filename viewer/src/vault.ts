/** The page's view of the engine, wherever that runs. Closing it forgets every key. */

import type { DeviceKey } from "./device-key.ts";
import type { Engine, LocalKey, Opened, Rendition } from "./engine.ts";
import { aborted, Caller } from "./rpc.ts";
import { scriptUrl } from "./trusted.ts";

export type { DeviceKey, LocalKey, Opened, Rendition };

const METHODS = [
  "begin", "unlock", "reopen", "deviceKey", "localKey", "share", "photoNames", "photoId", "findPhoto", "viewing", "thumb", "rendition",
  "startReading", "read", "stopReading", "sealedFiles", "sealedFile", "sealedGallery",
] as const;
type Calls = Pick<Engine, (typeof METHODS)[number]>;

export interface Vault extends Calls {
  close(): void;
}

/** A vault in a worker, or in the page where there can be none (a page opened from a folder). */
export async function openVault(): Promise<Vault> {
  if (location.protocol === "file:" || typeof Worker === "undefined") return inPage();
  return inWorker(new Worker(scriptUrl("worker.js"), { type: "module", name: "soga" }));
}

type Call = (method: keyof Calls, args: readonly unknown[]) => unknown;

function vault(call: Call, close: () => void): Vault {
  const methods = METHODS.map((method) => [method, (...args: unknown[]) => call(method, args)] as const);
  return { ...(Object.fromEntries(methods) as unknown as Calls), close };
}

function inWorker(worker: Worker): Vault {
  const caller = new Caller(worker);
  worker.addEventListener("error", (event) => caller.close(event));
  return vault((method, args) => caller.call(method, args), () => {
    worker.terminate();
    caller.close(aborted());
  });
}

async function inPage(): Promise<Vault> {
  const { Engine } = await import("./engine.ts");
  let engine: Engine | null = new Engine();
  const call: Call = (method, args) =>
    engine ? (engine[method] as (...args: readonly unknown[]) => unknown).apply(engine, [...args]) : Promise.reject(aborted());
  return vault(call, () => { engine = null; });
}
