/**
 * What this browser keeps for galleries: sealed lists and remembered devices, in one database. Each call opens and closes it, so that
 * nothing holds it open when a tab is put aside. A browser that denies storage makes calls fail; who calls says so and goes on.
 */

const NAME = "sogallery";
const STORES = ["lists", "devices"] as const;
export type Store = (typeof STORES)[number];

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const store of STORES) request.result.createObjectStore(store);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("no database"));
    request.onblocked = () => reject(new Error("blocked"));
  });
}

async function run<T>(store: Store, mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    const transaction = database.transaction(store, mode);
    const request = work(transaction.objectStore(store));
    // A transaction that is over is on the disk; a request that succeeded may still fail for want of space.
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? request.error ?? new Error("aborted"));
    });
    return request.result;
  } finally {
    database.close();
  }
}

export const get = (store: Store, key: string): Promise<unknown> => run(store, "readonly", (place) => place.get(key) as IDBRequest<unknown>);

export async function put(store: Store, key: string, value: unknown): Promise<void> {
  await run(store, "readwrite", (place) => place.put(value, key));
}

export const remove = (store: Store, key: string): Promise<undefined> => run(store, "readwrite", (place) => place.delete(key));

/** Removes what has ended: every value has the last day on which it is of use. */
export async function sweep(store: Store, today: string): Promise<void> {
  const keys = await run(store, "readonly", (place) => place.getAllKeys());
  for (const key of keys) {
    const value = await get(store, String(key));
    if (!(endOf(value) >= today)) await remove(store, String(key));
  }
}

function endOf(value: unknown): string {
  const until = (value as { readonly until?: unknown } | undefined)?.until;
  return typeof until === "string" ? until : "";
}

/** Everything of every gallery. */
export async function removeAll(): Promise<void> {
  for (const store of STORES) await run(store, "readwrite", (place) => place.clear());
}

export const isFull = (error: unknown): boolean => error instanceof DOMException && error.name === "QuotaExceededError";

/** Lets no other tab in between; where a browser has no locks, two tabs that write in the same instant lose one change. */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await navigator.locks.request(name, work) as T;
  } catch (error) {
    if (navigator.locks && !(error instanceof DOMException && error.name === "SecurityError")) throw error;
    return work();
  }
}
