import assert from "node:assert/strict";
import { test } from "node:test";

import { Failure } from "../src/failures.ts";
import { Caller, type Port, serve } from "../src/rpc.ts";

/** Two ends of one wire. */
function wire(): [Port, Port] {
  const { port1, port2 } = new MessageChannel();
  port1.start();
  port2.start();
  ends.push(port1, port2);
  return [port1 as unknown as Port, port2 as unknown as Port];
}

const ends: MessagePort[] = [];
test.after(() => ends.forEach((end) => end.close()));

test("results come back, and bytes move", async () => {
  const [near, far] = wire();
  const bytes = new Uint8Array([1, 2, 3]);
  serve(far, { give: async () => ({ bytes }), add: async (a: number, b: number) => a + b });
  const caller = new Caller(near);

  assert.equal(await caller.call("add", [2, 3]), 5);
  assert.deepEqual(await caller.call("give", []), { bytes: new Uint8Array([1, 2, 3]) });
  assert.equal(bytes.length, 0);
});

test("a failure keeps its kind on the way", async () => {
  const [near, far] = wire();
  serve(far, { fail: () => Promise.reject(new Failure("tampered", "segment 3")) });

  await assert.rejects(new Caller(near).call("fail", []), (error) => error instanceof Failure && error.kind === "tampered");
});

test("a signal stops the work at the other end", async () => {
  const [near, far] = wire();
  let stopped = false;
  const work = (signal: AbortSignal) => new Promise((_, reject) => {
    signal.addEventListener("abort", () => {
      stopped = true;
      reject(signal.reason as Error);
    });
  });
  serve(far, { work });
  const stop = new AbortController();
  const result = new Caller(near).call("work", [stop.signal]);
  setTimeout(() => stop.abort(), 10);

  await assert.rejects(result, { name: "AbortError" });
  await new Promise((done) => setTimeout(done, 20));
  assert.ok(stopped);
});

test("closing ends what is under way", async () => {
  const [near, far] = wire();
  serve(far, { forever: () => new Promise(() => undefined) });
  const caller = new Caller(near);
  const result = caller.call("forever", []);
  caller.close(new Failure("memory"));

  await assert.rejects(result, (error) => error instanceof Failure && error.kind === "memory");
});
