/** While something long is going on: the screen stays on, and nobody locks the gallery for idleness. */

let holders = 0;
let sentinel: WakeLockSentinel | undefined;

/** True while anything long is going on. */
export const busy = (): boolean => holders > 0;

/** Begins something long; call what is returned when it is over. */
export function keepAwake(): () => void {
  if (++holders === 1) document.addEventListener("visibilitychange", ask);
  void ask();
  let over = false;
  return () => {
    if (over) return;
    over = true;
    if (--holders > 0) return;
    document.removeEventListener("visibilitychange", ask);
    void sentinel?.release();
    sentinel = undefined;
  };
}

/** Browsers take the lock away whenever the page is hidden. A courtesy: without it the screen may go dark, no more. */
async function ask(): Promise<void> {
  if (document.visibilityState !== "visible" || (sentinel && !sentinel.released)) return;
  const granted = await navigator.wakeLock?.request("screen").catch(() => undefined);
  if (busy()) sentinel = granted;
  else void granted?.release();
}
