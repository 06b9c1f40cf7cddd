/** One opened gallery: what every part of the page works with. */

import type { ObjectHeader } from "./objects.ts";
import type { Manifest } from "./manifest.ts";
import type { Page } from "./page.ts";
import type { Rights } from "./slots.ts";
import type { Strings } from "./strings/index.ts";
import type { Vault } from "./vault.ts";
import type { Bytes } from "./codec.ts";

export interface Session {
  readonly page: Page;
  readonly strings: Strings;
  readonly vault: Vault;
  readonly manifest: Manifest;
  readonly rights: Rights;
  readonly reply: Bytes | null;
  /** Photos that somebody shared: how many of the link are no longer there. Null for a gallery. */
  readonly shared: { readonly gone: number } | null;
  /** Today, YYYY-MM-DD, by the host's clock where this device's is far off. */
  readonly today: string;
  readonly clockWrong: boolean;
  readonly device: Device;
  /** Whether a link, and not just a passphrase, was needed to open it. */
  readonly byLink: boolean;
  lock(why?: "idle"): void;
}

/** What this device keeps of the gallery. */
export interface Device {
  /** The last day on which it opens the gallery by itself; null if it does not. */
  readonly until: string | null;
  /** For how many days it could; none if the access is over. */
  readonly days: number;
  /** Fails where the browser keeps nothing. */
  remember(): Promise<void>;
  forget(): Promise<void>;
  /** Everything of every gallery, and locks this one. */
  forgetAll(): Promise<void>;
}

const DAY = 86_400_000;

/** A device's clock that is more than a day and a half off would count days wrongly. */
export function readClock(now: number, hostTime: number | null): { today: string; clockWrong: boolean } {
  const clockWrong = hostTime !== null && Math.abs(hostTime - now) > 1.5 * DAY;
  const time = new Date(clockWrong ? hostTime : now);
  const pad = (n: number): string => String(n).padStart(2, "0");
  return { today: `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`, clockWrong };
}

/** Whole days from `today` to `day`; 0 on the day itself, negative after it. NaN if it is no day. */
export const daysUntil = (day: string, today: string): number => Math.round((Date.parse(day) - Date.parse(today)) / DAY);

/** The last day on which this grant opens the gallery; undefined if there is none. */
export function lastDay({ manifest, rights }: Pick<Session, "manifest" | "rights">): string | undefined {
  return [manifest.retainUntil, rights.until].filter((day) => day !== undefined).sort()[0];
}

/** A shared selection has no manifest; its photos' own headers say enough to show them. */
export function sharedManifest(gallery: string, headers: readonly ObjectHeader[], title: string, studio: string): Manifest {
  const photos = headers.map((header, index) => ({
    index, kind: "photo", name: header.name, width: header.width || 3, height: header.height || 2,
    colours: "b8b2aa".repeat(4), small: 0, display: 0,
  }));
  return {
    gallery, title, photos, revision: 0, language: "", packs: [],
    studio: { name: studio, email: "", phone: "", url: "" },
    sections: [{ title: "", photos: photos.map(({ index }) => index) }],
  };
}

export const SHARED_RIGHTS: Rights = { grant: "", downloads: "display", sign: false };
