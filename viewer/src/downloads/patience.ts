/** Waiting: a gate that can be closed, and trying again with growing pauses. Time and network come in, so that tests need neither. */

import { type FailureKind, isAbort, kindOf } from "../failures.ts";

/** What patience needs to know of the world. */
export interface World {
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  online(): boolean;
  untilOnline(signal: AbortSignal): Promise<void>;
}

export type Waiting = "retrying" | "waiting" | null;

/** Failures that another attempt may mend. Damage is none: the engine has looked past every cache already. */
const PASSING: readonly FailureKind[] = ["offline", "host", "html"];

/** Pauses in ms; together some two minutes, which covers a tunnel or a host that restarts. */
const PAUSES = [1000, 2000, 4000, 8000, 15000, 30000, 60000];

/** The result of the first attempt that works. Being offline costs no attempt: it goes on with the connection. */
export async function persist<T>(
  attempt: () => Promise<T>, world: World, signal: AbortSignal, tell: (waiting: Waiting) => void,
): Promise<T> {
  for (let failed = 0; ; ) {
    signal.throwIfAborted();
    try {
      const value = await attempt();
      tell(null);
      return value;
    } catch (error) {
      const pause = PAUSES[failed];
      if (isAbort(error) || signal.aborted || pause === undefined || !PASSING.includes(kindOf(error))) throw error;
      if (world.online()) {
        failed++;
        tell("retrying");
        await world.sleep(pause, signal);
      } else {
        tell("waiting");
        await world.untilOnline(signal);
      }
    }
  }
}

/** Open, or closed until somebody opens it. */
export class Gate {
  #opened: (() => void) | null = null;
  #wait: Promise<void> = Promise.resolve();

  get closed(): boolean {
    return this.#opened !== null;
  }

  close(): void {
    if (!this.#opened) this.#wait = new Promise((resolve) => { this.#opened = resolve; });
  }

  open(): void {
    this.#opened?.();
    this.#opened = null;
  }

  /** Resolves once the gate is open; it may have closed again since somebody else passed. */
  async pass(): Promise<void> {
    while (this.#opened) await this.#wait;
  }
}

/** The browser's own time and network. */
export const browserWorld: World = {
  sleep: (ms, signal) => until(signal, (resolve) => {
    const timer = setTimeout(resolve, ms);
    return () => clearTimeout(timer);
  }),
  online: () => navigator.onLine,
  untilOnline: (signal) => until(signal, (resolve) => {
    addEventListener("online", resolve, { once: true });
    return () => removeEventListener("online", resolve);
  }),
};

function until(signal: AbortSignal, begin: (resolve: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = begin(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    const stop = (): void => {
      end();
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
