import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { keepAwake } from "../src/awake.ts";
import { IDLE, watchIdle } from "../src/idle.ts";

/** A page with a clock that the test turns. */
function withPage(run: (page: { readonly window: EventTarget; readonly document: EventTarget; pass(ms: number): void }) => void): void {
  const [window, document] = [new EventTarget(), Object.assign(new EventTarget(), { visibilityState: "hidden" })];
  const place = globalThis as unknown as Record<string, unknown>;
  Object.assign(place, {
    document, addEventListener: window.addEventListener.bind(window), removeEventListener: window.removeEventListener.bind(window),
  });
  mock.timers.enable({ apis: ["setInterval", "Date"], now: 1_700_000_000_000 });
  try {
    run({ window, document, pass: (ms) => mock.timers.tick(ms) });
  } finally {
    mock.timers.reset();
    for (const name of ["document", "addEventListener", "removeEventListener"]) delete place[name];
  }
}

test("idle: nobody touching it locks once, and not before its time", () => withPage(({ pass }) => {
  let locked = 0;
  watchIdle(() => locked++);
  pass(IDLE - 20_000);
  assert.equal(locked, 0);
  pass(60_000);
  assert.equal(locked, 1);
  pass(10 * IDLE);
  assert.equal(locked, 1);
}));

test("idle: every key and touch begins the time anew", () => withPage(({ window, pass }) => {
  let locked = 0;
  watchIdle(() => locked++);
  for (const name of ["keydown", "pointerdown", "scroll", "wheel"]) {
    pass(IDLE - 20_000);
    window.dispatchEvent(new Event(name));
  }
  assert.equal(locked, 0);
}));

test("idle: what is being saved keeps the gallery open", () => withPage(({ pass }) => {
  let locked = 0;
  const release = keepAwake();
  watchIdle(() => locked++);
  pass(3 * IDLE);
  assert.equal(locked, 0);
  release();
  pass(IDLE + 20_000);
  assert.equal(locked, 1);
}));

test("idle: a page that slept locks as it wakes, whatever wakes it", () => {
  for (const [target, name] of [["document", "visibilitychange"], ["window", "pointerdown"]] as const) {
    withPage((page) => {
      let locked = 0;
      watchIdle(() => locked++);
      // Asleep: the clock goes on, timers do not.
      mock.timers.setTime(1_700_000_000_000 + 2 * IDLE);
      page[target].dispatchEvent(new Event(name));
      assert.equal(locked, 1);
    });
  }
});

test("idle: a watch that was ended locks nothing", () => withPage(({ document, pass }) => {
  let locked = 0;
  watchIdle(() => locked++)();
  pass(3 * IDLE);
  document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(locked, 0);
}));
