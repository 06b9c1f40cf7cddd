/**
 * Keeps the lists on this device, sealed, and the same in every tab. Each change is applied to what is stored now, not to what this tab
 * saw last, so that two tabs lose nothing. Where storage is denied or full, the lists live in this page only, and `kept` says so.
 */

import { type Bytes, fields, parseJson, utf8 } from "./codec.ts";
import { type Lists, NO_LISTS, read, withCurrent, write } from "./lists.ts";
import { alone, get, isFull, put, sweep } from "./storage.ts";
import type { LocalKey } from "./vault.ts";

/** Whether the lists will be there the next time. */
export type Kept = "yes" | "denied" | "full";

interface Stored {
  readonly until: string;
  readonly iv: Bytes;
  readonly sealed: Bytes;
}

/** Sizes are rounded up, so that the number of favourites does not show. */
const STEP = 4096;
const YEAR = 366 * 86_400_000; // ms; lists that nobody has touched for so long are removed

export interface StoreOptions {
  readonly key: LocalKey;
  /** YYYY-MM-DD */
  readonly today: string;
  /** `elsewhere`: the change was made in another tab. */
  readonly changed: (elsewhere: boolean) => void;
}

type Change = (lists: Lists) => Lists;

export class ListsStore {
  lists: Lists = NO_LISTS;
  kept: Kept = "yes";
  readonly #options: StoreOptions;
  readonly #channel: BroadcastChannel | null;
  /** Changes that are not stored yet, the oldest first. */
  #pending: Change[] = [];
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(options: StoreOptions) {
    this.#options = options;
    this.#channel = openChannel(options.key.name);
    this.#channel?.addEventListener("message", ({ data }) => void this.#onMessage(data));
  }

  /** With what was stored before. Never fails: lists that cannot be read are begun anew. */
  static async open(options: StoreOptions): Promise<ListsStore> {
    const store = new ListsStore(options);
    try {
      await sweep("lists", options.today);
      store.lists = await store.#load() ?? NO_LISTS;
    } catch {
      store.kept = "denied";
    }
    return store;
  }

  /** Shown at once, and stored as soon as it is this tab's turn. */
  change(by: Change): Promise<void> {
    this.lists = by(this.lists);
    this.#pending.push(by);
    this.#options.changed(false);
    this.#last = this.#last.then(() => this.#store());
    return this.#last;
  }

  close(): void {
    this.#closed = true;
    this.lists = NO_LISTS;
    this.#channel?.close();
  }

  async #store(): Promise<void> {
    if (!this.#pending.length) return;
    const was = this.kept;
    try {
      await alone(`sogallery ${this.#options.key.name}`, () => this.#merge());
      this.kept = "yes";
    } catch (error) {
      this.kept = isFull(error) ? "full" : "denied";
    }
    if (was !== this.kept && !this.#closed) this.#options.changed(false);
  }

  /** What is stored now, and all that is not stored yet. */
  async #merge(): Promise<void> {
    const changes = [...this.#pending];
    const lists = apply(changes, await this.#load() ?? NO_LISTS);
    const stored = await this.#seal(lists);
    await put("lists", this.#options.key.name, stored);
    this.#pending = this.#pending.slice(changes.length);
    if (this.#closed) return;
    this.lists = apply(this.#pending, { ...lists, current: this.lists.current });
    this.#channel?.postMessage(stored);
  }

  async #load(): Promise<Lists | null> {
    const stored = await get("lists", this.#options.key.name);
    return stored === undefined ? null : this.#open(stored as Stored).catch(() => null);
  }

  async #onMessage(data: unknown): Promise<void> {
    const lists = await this.#open(data as Stored).catch(() => null);
    if (!lists || this.#closed) return;
    // Which list is the current one is each tab's own affair, while it is there.
    this.lists = apply(this.#pending, withCurrent(lists, this.lists.current));
    this.#options.changed(true);
  }

  async #seal(lists: Lists): Promise<Stored> {
    const { key, today } = this.#options;
    const until = new Date(Date.parse(today) + YEAR).toISOString().slice(0, 10);
    const plain = utf8(write(lists));
    const padded = new Uint8Array(Math.ceil(plain.length / STEP) * STEP).fill(0x20);
    padded.set(plain);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: fields("sogallery lists") }, key.key, padded);
    return { until, iv, sealed: new Uint8Array(sealed) };
  }

  async #open({ iv, sealed }: Stored): Promise<Lists> {
    const { key } = this.#options.key;
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: fields("sogallery lists") }, key, sealed);
    return read(parseJson(new Uint8Array(plain)));
  }
}

const apply = (changes: readonly Change[], lists: Lists): Lists => changes.reduce((so, by) => by(so), lists);

function openChannel(name: string): BroadcastChannel | null {
  try {
    return new BroadcastChannel(`sogallery ${name}`);
  } catch {
    return null;
  }
}
