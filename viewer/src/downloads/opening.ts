/**
 * Opens objects for saving. What fits into memory is opened, and so verified, whole before a byte of it is written; what does not is
 * read piece by piece, each piece verified, and a reading that was cut off goes on where it stopped.
 */

import { type Bytes, hex } from "../codec.ts";
import { Failure } from "../failures.ts";
import type { ObjectHeader } from "../objects.ts";
import type { Vault } from "../vault.ts";
import type { Item } from "./plan.ts";

/** All that saving needs of the vault. */
export type Store = Pick<Vault, "rendition" | "startReading" | "read" | "stopReading">;

/** Runs an attempt until it works or nothing helps. */
export type Patience = <T>(attempt: () => Promise<T>) => Promise<T>;

export interface OpenItem {
  readonly header: ObjectHeader;
  /** The verified content, or the way to it in verified pieces. */
  readonly content: Bytes | AsyncGenerator<Bytes>;
}

/** Objects of up to this sealed length are held whole. */
export const WHOLE = 48 * 1024 * 1024;

export async function openItem(store: Store, item: Item, patience: Patience, signal: AbortSignal): Promise<OpenItem> {
  if (item.size <= WHOLE) {
    const { header, bytes } = await patience(() => store.rendition(item.index, item.kind, signal));
    return { header, content: bytes };
  }
  const first = await patience(() => store.startReading(item.index, item.kind, signal));
  return { header: first.header, content: pieces(store, item, first.reading, patience, signal) };
}

/** The content, piece by piece. What was handed on already is compared by its digest when a reading has to begin anew. */
async function* pieces(store: Store, item: Item, first: number, patience: Patience, signal: AbortSignal): AsyncGenerator<Bytes> {
  const seen: string[] = [];
  let reading: number | null = first;
  const next = async (): Promise<Bytes | null> => {
    try {
      reading ??= await resume(store, item, seen, signal);
      signal.throwIfAborted();
      const { bytes, done } = await store.read(reading);
      return done ? null : bytes;
    } catch (error) {
      reading = null;
      throw error;
    }
  };
  try {
    for (let bytes = await patience(next); bytes; bytes = await patience(next)) {
      seen.push(await digest(bytes));
      yield bytes;
    }
  } finally {
    if (reading !== null) await store.stopReading(reading);
  }
}

async function resume(store: Store, item: Item, seen: readonly string[], signal: AbortSignal): Promise<number> {
  const { reading } = await store.startReading(item.index, item.kind, signal);
  for (const expected of seen) {
    const { bytes, done } = await store.read(reading);
    if (done || (await digest(bytes)) !== expected) throw new Failure("tampered", "changed while it was read");
  }
  return reading;
}

const digest = async (bytes: Bytes): Promise<string> => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));

/** Opens what comes next while the one before is being written; in order, at most `budget` bytes or six at a time. */
export async function* ahead<Result>(
  items: readonly Item[], budget: number, open: (item: Item) => Promise<Result>,
): AsyncGenerator<{ readonly item: Item; readonly result: Promise<Result> }> {
  const begun: { item: Item; result: Promise<Result> }[] = [];
  let next = 0;
  let held = 0;
  while (next < items.length || begun.length) {
    for (let item = items[next]; item && begun.length < 6 && (!begun.length || held + item.size <= budget); item = items[++next]) {
      const result = open(item);
      result.catch(() => undefined); // whoever takes it hears of it
      begun.push({ item, result });
      held += item.size;
    }
    const taken = begun.shift()!;
    yield taken;
    held -= taken.item.size;
  }
}
