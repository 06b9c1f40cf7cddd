/** How the page calls the engine in its worker: one message a call, one a result. Both ends are here, so they cannot drift. */

import { Failure, type FailureKind, isAbort, kindOf } from "./failures.ts";

interface CallMessage { readonly id: number; readonly method: string; readonly args: readonly unknown[] }
interface CancelMessage { readonly cancel: number }
interface ResultMessage {
  readonly id: number;
  readonly value?: unknown;
  readonly failure?: { readonly kind: FailureKind; readonly detail: string };
}

export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

type Method = (...args: unknown[]) => Promise<unknown>;

/** Answers calls on `port` with the methods of `target`. */
export function serve(port: Port, target: object): void {
  const running = new Map<number, AbortController>();
  port.addEventListener("message", ({ data }: MessageEvent<CallMessage | CancelMessage>) => {
    if ("cancel" in data) running.get(data.cancel)?.abort();
    else void answer(port, target, data, running);
  });
}

async function answer(port: Port, target: object, call: CallMessage, running: Map<number, AbortController>): Promise<void> {
  const control = new AbortController();
  running.set(call.id, control);
  try {
    const method = (target as Record<string, Method>)[call.method];
    if (!method) throw new Failure("malformed", call.method);
    const value = await method.call(target, ...call.args.map((arg) => (arg === SIGNAL ? control.signal : arg)));
    port.postMessage({ id: call.id, value } satisfies ResultMessage, transferable(value));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    port.postMessage({ id: call.id, failure: { kind: kindOf(error), detail } } satisfies ResultMessage, []);
  } finally {
    running.delete(call.id);
  }
}

const SIGNAL = "\u0000signal";

/** Big results move instead of being copied. */
function transferable(value: unknown): Transferable[] {
  const bytes = (value as { bytes?: unknown } | null | undefined)?.bytes;
  return bytes instanceof Uint8Array ? [bytes.buffer as ArrayBuffer] : [];
}

/** Calls over `port`; an AbortSignal among the arguments cancels. */
export class Caller {
  readonly #port: Port;
  readonly #pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  #last = 0;

  constructor(port: Port) {
    this.#port = port;
    port.addEventListener("message", ({ data }: MessageEvent<ResultMessage>) => this.#settle(data));
  }

  call(method: string, args: readonly unknown[]): Promise<unknown> {
    const signal = args.find((arg) => arg instanceof AbortSignal);
    if (signal?.aborted) return Promise.reject(aborted());
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      signal?.addEventListener("abort", () => this.#cancel(id), { once: true });
      this.#port.postMessage({ id, method, args: args.map((arg) => (arg === signal && signal ? SIGNAL : arg)) }, []);
    });
  }

  /** Everything under way ends with `error`. */
  close(error: unknown): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  #cancel(id: number): void {
    const call = this.#pending.get(id);
    if (!call) return;
    this.#pending.delete(id);
    this.#port.postMessage({ cancel: id }, []);
    call.reject(aborted());
  }

  #settle({ id, value, failure }: ResultMessage): void {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    if (failure) call?.reject(new Failure(failure.kind, failure.detail));
    else call?.resolve(value);
  }
}

export const aborted = (): DOMException => new DOMException("stopped", "AbortError");

export { isAbort };
