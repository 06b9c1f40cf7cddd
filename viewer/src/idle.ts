/** Locks a gallery that nobody touches. A page that was asleep looks at the clock as soon as it wakes. */

import { busy } from "./awake.ts";

export const IDLE = 15 * 60_000; // ms
const LOOK = 15_000; // ms between two looks at the clock
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"] as const;

/** Calls `lock` once, after `limit` ms without a sign of life; what runs long (saving, a slideshow) counts as one. Returns the end of it. */
export function watchIdle(lock: () => void, limit = IDLE): () => void {
  let last = Date.now();
  let over = false;
  const look = (): void => {
    if (busy()) last = Date.now();
    if (over || Date.now() - last < limit) return;
    stop();
    lock();
  };
  // Whoever comes back too late must not revive it by coming back.
  const sign = (): void => {
    look();
    last = Date.now();
  };
  const timer = setInterval(look, LOOK);
  const stop = (): void => {
    over = true;
    clearInterval(timer);
    for (const name of SIGNS) removeEventListener(name, sign, true);
    document.removeEventListener("visibilitychange", look);
  };
  for (const name of SIGNS) addEventListener(name, sign, { capture: true, passive: true });
  document.addEventListener("visibilitychange", look);
  return stop;
}
