/** What one page knows of "remember this device", for one gallery: what is stored, and whether somebody locked it here. */

import { b64, type Bytes, fields } from "./codec.ts";
import { forget, forgetAll, lastDay, remember, remembered, type Remembered } from "./device.ts";
import { daysUntil, type Device } from "./session.ts";
import type { Opened, Vault } from "./vault.ts";

export class Memory {
  readonly #gallery: string;
  #stored: Remembered | null = null;

  constructor(gallery: string) {
    this.#gallery = gallery;
  }

  /** Whether what is stored was opened with a link. */
  get byLink(): boolean {
    return Boolean(this.#stored?.link);
  }

  get until(): string | null {
    return this.#stored?.until ?? null;
  }

  async look(today: string): Promise<void> {
    this.#stored = await remembered(this.#gallery, today);
  }

  /** Opens with what is stored; null if nothing is, or if it belongs to another link than the one that was brought. */
  async reopen(vault: Vault, link: Bytes | null): Promise<Opened | null> {
    const stored = this.#stored;
    if (!stored || (link && stored.link !== await tagOf(this.#gallery, link))) return null;
    return vault.reopen(stored, stored.until);
  }

  async forget(): Promise<void> {
    this.#stored = null;
    await forget(this.#gallery);
  }

  /** For an open gallery. `link` is the one that opened it, "spent" one that is gone. */
  device(vault: Vault, { rights, manifest }: Opened, today: string, link: Bytes | "spent" | null, locked: () => void): Device {
    const last = lastDay(today, rights, manifest.retainUntil);
    const until = (): string | null => this.until;
    return {
      get until() {
        return until();
      },
      days: Math.max(0, daysUntil(last, today)),
      remember: async () => {
        const key = await vault.deviceKey(last);
        await remember(this.#gallery, key, last, link instanceof Uint8Array ? await tagOf(this.#gallery, link) : link ?? "");
        await this.look(today);
      },
      forget: () => this.forget(),
      forgetAll: async () => {
        this.#stored = null;
        await forgetAll();
        locked();
      },
    };
  }
}

/** Tells links apart without being one. */
async function tagOf(gallery: string, link: Bytes): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", fields("sogallery link", gallery, link));
  return b64(new Uint8Array(digest).subarray(0, 16));
}
