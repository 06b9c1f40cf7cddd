/** Which rendition a screen deserves, and how far one may zoom. Pure. */

import type { ZoomLevelOption } from "photoswipe";

import type { Kind } from "../derive.ts";

export interface Screen {
  readonly width: number; // CSS pixels
  readonly height: number;
  readonly ratio: number; // device pixels for one of them
  readonly memory: number | undefined; // GiB, where the browser tells
  readonly saveData: boolean;
}

/** Pixels of the longer edge of a `small` rendition; what is bigger is `display`. */
const SMALL_EDGE = 1024;

/** `small` where the screen shows no more anyway, or the phone is weak, or its owner pays for every byte. */
export function renditionFor(screen: Screen): Extract<Kind, "small" | "display"> {
  if (screen.saveData || (screen.memory ?? 8) <= 1) return "small";
  return Math.max(screen.width, screen.height) * screen.ratio <= SMALL_EDGE * 1.1 ? "small" : "display";
}

interface Hints {
  readonly deviceMemory?: number;
  readonly connection?: { readonly saveData?: boolean };
}

export function thisScreen(): Screen {
  const { deviceMemory, connection } = navigator as Navigator & Hints;
  return {
    width: innerWidth, height: innerHeight, ratio: devicePixelRatio || 1, memory: deviceMemory, saveData: connection?.saveData === true,
  };
}

/** Zoom ends at one pixel of the photo on one of the screen; a photo smaller than the screen is not blown up. */
export const zoomLevels: { readonly full: ZoomLevelOption } = { full: (levels) => Math.max(1, levels.fit) };
