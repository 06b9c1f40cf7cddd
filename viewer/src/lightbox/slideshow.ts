/** Photo after photo, until somebody touches anything. Reduced motion only takes the sliding away: who starts it wants it. */

const PERIOD = 4000; // ms

export interface Slideshow {
  readonly running: boolean;
  toggle(): void;
  stop(): void;
}

export function makeSlideshow({ next, changed }: { readonly next: () => void; readonly changed: () => void }): Slideshow {
  let timer: ReturnType<typeof setInterval> | undefined;
  let awake: WakeLockSentinel | undefined;

  function stop(): void {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    void awake?.release();
    awake = undefined;
    changed();
  }

  async function keepAwake(): Promise<void> {
    // A courtesy: without it the screen may go dark, no more.
    awake = await navigator.wakeLock?.request("screen").catch(() => undefined);
    if (timer === undefined) void awake?.release();
  }

  return {
    get running() {
      return timer !== undefined;
    },
    toggle() {
      if (timer !== undefined) return stop();
      timer = setInterval(() => { if (!document.hidden) next(); }, PERIOD);
      void keepAwake();
      changed();
    },
    stop,
  };
}
