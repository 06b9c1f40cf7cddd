/** Thumbs as addresses that an <img> takes. Only the ones used last are kept: a gallery of any length needs the same memory. */

import type { Vault } from "./vault.ts";

const KEPT = 500; // of about 20 KB each

export class Thumbs {
  readonly #vault: Pick<Vault, "thumb">;
  readonly #urls = new Map<number, string>();
  readonly #pending = new Map<number, Promise<string>>();
  #closed = false;

  constructor(vault: Pick<Vault, "thumb">) {
    this.#vault = vault;
  }

  /** The address, if that thumb is at hand. */
  peek(index: number): string | undefined {
    return this.#urls.get(index);
  }

  get(index: number): Promise<string> {
    const known = this.#urls.get(index);
    if (known !== undefined) {
      this.#urls.delete(index);
      this.#urls.set(index, known);
      return Promise.resolve(known);
    }
    let pending = this.#pending.get(index);
    if (!pending) {
      pending = this.#load(index).finally(() => this.#pending.delete(index));
      this.#pending.set(index, pending);
    }
    return pending;
  }

  clear(): void {
    this.#closed = true;
    for (const url of this.#urls.values()) URL.revokeObjectURL(url);
    this.#urls.clear();
  }

  async #load(index: number): Promise<string> {
    const blob = await this.#vault.thumb(index);
    if (this.#closed) throw new DOMException("locked", "AbortError");
    const url = URL.createObjectURL(blob);
    this.#urls.set(index, url);
    this.#trim();
    return url;
  }

  #trim(): void {
    for (const [index, url] of this.#urls) {
      if (this.#urls.size <= KEPT) return;
      URL.revokeObjectURL(url);
      this.#urls.delete(index);
    }
  }
}
