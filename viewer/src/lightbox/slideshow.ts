/** Photo after photo, until somebody touches anything. Reduced motion only takes the sliding away: who starts it wants it. */

import { keepAwake } from "../awake.ts";

const PERIOD = 4000; // ms

export interface Slideshow {
  readonly running: boolean;
  toggle(): void;
  stop(): void;
}

export function makeSlideshow({ next, changed }: { readonly next: () => void; readonly changed: () => void }): Slideshow {
  let timer: ReturnType<typeof setInterval> | undefined;
  let release = (): void => {};

  function stop(): void {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    release();
    changed();
  }

  return {
    get running() {
      return timer !== undefined;
    },
    toggle() {
      if (timer !== undefined) return stop();
      timer = setInterval(() => { if (!document.hidden) next(); }, PERIOD);
      release = keepAwake();
      changed();
    },
    stop,
  };
}
