import assert from "node:assert/strict";
import { test } from "node:test";

import { obstacle } from "../src/page.ts";

/** A browser as far as `obstacle` looks at one. */
function browser(changes: Record<string, unknown>): void {
  const good = { isSecureContext: true, HTMLDialogElement: class {}, ResizeObserver: class {}, ReadableStream: globalThis.ReadableStream };
  for (const [name, value] of Object.entries({ ...good, ...changes })) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}

test("a current browser on a secure page has no obstacle", () => {
  browser({});

  assert.equal(obstacle(), null);
});

test("an insecure page is named before anything else, since nothing works there", () => {
  browser({ isSecureContext: false, ResizeObserver: undefined });

  assert.equal(obstacle(), "error.insecure");
});

test("a browser that lacks what we need is too old", () => {
  browser({ HTMLDialogElement: undefined });

  assert.equal(obstacle(), "error.browser");
});
