/** Which ways of saving a browser has, the best first. Pure, but for `abilities`, which looks. */

export type Way = "picker" | "worker" | "parts";

export interface Abilities {
  /** It can write to a file that somebody chose. */
  readonly picker: boolean;
  /** It has service workers, and streams can be handed to them. */
  readonly worker: boolean;
  /** Safari and all browsers on iOS: their service workers' downloads have failed in too many versions to be relied on. */
  readonly webkit: boolean;
  /** iPhones and iPads end pages that hold much more than this allows. */
  readonly ios: boolean;
}

const MB = 1_000_000;

/** The biggest file that is first put together in memory. */
export const partLimit = ({ ios }: Abilities): number => (ios ? 150 : 500) * MB;

/** Bytes that may be opened ahead of what is being written. */
export const lookAhead = ({ ios }: Abilities): number => (ios ? 24 : 64) * MB;

export function waysFor(can: Abilities): Way[] {
  const ways: Way[] = [];
  if (can.picker) ways.push("picker");
  if (can.worker && !can.webkit && !can.ios) ways.push("worker");
  return [...ways, "parts"];
}

export function abilities(): Abilities {
  const { userAgent, vendor, maxTouchPoints } = navigator;
  return {
    picker: "showSaveFilePicker" in globalThis,
    worker: "serviceWorker" in navigator && location.protocol !== "file:" && transfersStreams(),
    webkit: vendor.startsWith("Apple"),
    // An iPad says it is a Mac, but no Mac is touched with five fingers.
    ios: /iPhone|iPad|iPod/.test(userAgent) || (userAgent.includes("Macintosh") && maxTouchPoints > 1),
  };
}

function transfersStreams(): boolean {
  const { port1 } = new MessageChannel();
  try {
    const stream = new ReadableStream();
    port1.postMessage(stream, [stream]);
    return true;
  } catch {
    return false;
  } finally {
    port1.close();
  }
}
