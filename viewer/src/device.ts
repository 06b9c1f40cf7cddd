/** "Remember this device": opt-in, for some days, never the passphrase; and forgetting, which always works. */

import type { DeviceKey } from "./device-key.ts";
import { forgetRevisions } from "./revision.ts";
import { get, put, remove, removeAll, sweep } from "./storage.ts";
import type { Rights } from "./slots.ts";

export const DAYS = 30;

/** What is stored for a gallery. `link` tells which link it was opened with, without being it. */
export interface Remembered extends DeviceKey {
  readonly until: string;
  readonly link: string;
}

/** The last day on which a device that is remembered `today` opens the gallery; no later than the grant's or the gallery's own. */
export function lastDay(today: string, rights: Rights, retainUntil: string | undefined): string {
  const month = new Date(Date.parse(today) + DAYS * 86_400_000).toISOString().slice(0, 10);
  return [month, rights.until, retainUntil].filter((day) => day !== undefined && !Number.isNaN(Date.parse(day))).sort()[0] ?? month;
}

/** Fails where the browser keeps nothing. */
export async function remember(gallery: string, device: DeviceKey, until: string, link: string): Promise<void> {
  await put("devices", gallery, { ...device, until, link } satisfies Remembered);
}

/** What is remembered for a gallery and still in date; null where there is nothing, or nothing can be kept. */
export async function remembered(gallery: string, today: string): Promise<Remembered | null> {
  try {
    await sweep("devices", today);
    return (await get("devices", gallery) as Remembered | undefined) ?? null;
  } catch {
    return null;
  }
}

/** Forgets one gallery's key. Where nothing could be kept, there is nothing to forget. */
export async function forget(gallery: string): Promise<void> {
  await remove("devices", gallery).catch(() => undefined);
}

/** Forgets every gallery's key, lists and revision. */
export async function forgetAll(): Promise<void> {
  await removeAll().catch(() => undefined);
  forgetRevisions();
}
