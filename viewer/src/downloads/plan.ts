/** What is going to be saved: which object of each photo, about how many bytes, and in which portions. Pure. */

import type { Kind } from "../derive.ts";
import type { Manifest, Photo } from "../manifest.ts";
import type { Rights } from "../slots.ts";

/** As people choose it: what the camera made, or what is meant for screens. */
export type Size = "original" | "web";

export interface Item {
  readonly index: number;
  readonly kind: Extract<Kind, "original" | "display" | "clip">;
  readonly name: string;
  /** Sealed length, a little more than the file has; 0 if nobody told (shared selections). */
  readonly size: number;
  readonly date: Date | undefined;
}

/** The sizes that a grant was given, the best first; none where the studio offers no downloads. */
export function sizesOffered({ downloads }: Rights): readonly Size[] {
  if (downloads === "original") return ["original", "web"];
  return downloads === "display" ? ["web"] : [];
}

/** The objects to save for these photos; what cannot be saved (an item from a newer version) is left out. */
export function itemsFor({ photos }: Manifest, indices: readonly number[], size: Size): Item[] {
  return indices.flatMap((index) => {
    const photo = photos[index];
    const kind = photo && kindFor(photo, size);
    return photo && kind ? [{ index, kind, name: photo.name, size: lengthOf(photo, kind), date: dateOf(photo) }] : [];
  });
}

/** A clip has one size only. */
function kindFor(photo: Photo, size: Size): Item["kind"] | null {
  if (photo.kind === "clip") return photo.clip ? "clip" : null;
  if (photo.kind !== "photo") return null;
  return size === "original" && photo.bytes ? "original" : "display";
}

function lengthOf(photo: Photo, kind: Item["kind"]): number {
  return (kind === "original" ? photo.bytes : photo[kind]) ?? 0;
}

/** The camera's own clock, so that files sort by it; ZIP knows only 1980 to 2107. */
function dateOf({ taken }: Photo): Date | undefined {
  const date = new Date(taken ?? "");
  return date.getFullYear() >= 1980 && date.getFullYear() < 2108 ? date : undefined;
}

export const sizeOf = (items: readonly Item[]): number => items.reduce((sum, { size }) => sum + size, 0);

/** Portions of at most `limit` bytes, in order; an item that is bigger has one to itself. Never none. */
export function portions(items: readonly Item[], limit: number): Item[][] {
  const all: Item[][] = [[]];
  let room = limit;
  for (const item of items) {
    if (item.size > room && all.at(-1)!.length) {
      all.push([]);
      room = limit;
    }
    all.at(-1)!.push(item);
    room -= item.size;
  }
  return all;
}
