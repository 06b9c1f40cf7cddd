import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "../src/downloads/opening.ts";
import { browserWorld } from "../src/downloads/patience.ts";
import type { Item } from "../src/downloads/plan.ts";
import { type Outside, Saving } from "../src/downloads/saving.ts";
import { ClosedWayError, inParts, type Sink } from "../src/downloads/sinks.ts";
import { Failure } from "../src/failures.ts";
import { english } from "../src/strings/index.ts";
import { unzip } from "./unzip.ts";

const item = (index: number): Item => ({ index, kind: "original", name: `MJ-${index}.jpg`, size: 1000, date: undefined });
const items = (count: number): Item[] => Array.from({ length: count }, (_, i) => item(i));

function store(damaged: readonly number[] = []): Store {
  return {
    async rendition(index) {
      if (damaged.includes(index)) throw new Failure("tampered");
      const bytes = new TextEncoder().encode(`photo ${index}`);
      return { header: { name: `MJ-${index}.jpg`, type: "image/jpeg", width: 3, height: 2, length: bytes.length }, bytes };
    },
    startReading: () => assert.fail("nothing here is big"),
    read: () => assert.fail("nothing here is big"),
    stopReading: () => assert.fail("nothing here is big"),
  };
}

interface Trial {
  readonly saving: Saving;
  /** What reached the disk: name and content. */
  readonly saved: { name: string; blob: Blob }[];
  readonly shared: File[][];
  readonly held: { now: boolean };
  /** Resolves once the saving waits for a tap. */
  tap(): Promise<void>;
}

function trial(changes: Partial<Outside> = {}, from: Store = store()): Trial {
  const saved: Trial["saved"] = [];
  const shared: File[][] = [];
  const held = { now: false };
  let changed = (): void => undefined;
  const outside: Outside = {
    ways: ["parts"], partLimit: 1e6, lookAhead: 1e6, savesAlone: true,
    open: async (_, __, offer) => inParts(offer),
    saveBlob: (name, blob) => void saved.push({ name, blob }),
    share: async (files) => void shared.push(files),
    hold: () => {
      held.now = true;
      return () => { held.now = false; };
    },
    ...changes,
  };
  const saving: Saving = new Saving({ title: "Ada & Lin", strings: english, store: from, world: browserWorld, outside, changed: () => changed() });
  const tap = (): Promise<void> => new Promise((resolve) => {
    changed = () => { if (saving.state.at === "tap") resolve(); };
    changed();
  });
  return { saving, saved, shared, held, tap };
}

const file = (write: Sink["write"]): Sink => ({ way: "picker", write });

test("everything that fits is one ZIP, saved without another tap where the browser allows it", async () => {
  const { saving, saved, held } = trial();
  const end = saving.zip(items(3));

  assert.ok(held.now && saving.active);
  await end;
  assert.deepEqual(saving.state, { at: "over", ending: "finished", name: "" });
  assert.deepEqual(saved.map(({ name }) => name), ["Ada & Lin.zip"]);
  assert.equal((await unzip(saved[0]!.blob)).size, 3);
  assert.ok(!held.now && !saving.active);
});

test("parts of a safe size are numbered, and each waits for its tap", async () => {
  const { saving, saved, tap } = trial({ partLimit: 2500 });
  const end = saving.zip(items(5));
  for (let number = 1; number <= 3; number++) {
    await tap();
    assert.ok(saving.state.at === "tap" && saving.state.tap.number === number && saving.state.tap.count === 3);
    assert.equal(saved.length, number - 1);
    saving.state.tap.take();
    await new Promise((resolve) => setTimeout(resolve));
  }
  await end;

  assert.deepEqual(saved.map(({ name }) => name), [1, 2, 3].map((number) => `Ada & Lin - Part ${number} of 3.zip`));
  const names = await Promise.all(saved.map(async ({ blob }) => [...(await unzip(blob)).keys()]));
  assert.deepEqual(names.flat(), items(5).map(({ name }) => name));
  assert.deepEqual([saving.progress?.done, saving.progress?.total], [5, 5]);
});

test("a way that turns out to be closed gives way to the next", async () => {
  const tried: string[] = [];
  const { saving, saved } = trial({
    ways: ["picker", "worker", "parts"],
    async open(way, _, offer) {
      tried.push(way);
      if (way !== "parts") throw new ClosedWayError(way);
      return inParts(offer);
    },
  });
  await saving.zip(items(2));

  assert.deepEqual(tried, ["picker", "worker", "parts"]);
  assert.equal((await unzip(saved[0]!.blob)).size, 2);
});

test("a way that closes before it took anything costs nothing", async () => {
  const { saving, saved } = trial({
    ways: ["worker", "parts"],
    open: async (way, _, offer) => (way === "worker" ? file(async () => { throw new ClosedWayError("asleep"); }) : inParts(offer)),
  });
  await saving.zip(items(2));

  assert.equal(saved.length, 1);
  assert.equal(saving.progress?.done, 2);
});

test("without any way the panel says so", async () => {
  const { saving } = trial({ ways: ["picker"], open: async () => { throw new ClosedWayError("no"); } });
  await saving.zip(items(2));

  assert.deepEqual(saving.state, { at: "over", ending: "blocked", name: "" });
});

test("who closes the browser's own question is back where they were", async () => {
  const { saving } = trial({ ways: ["picker"], open: async () => { throw new DOMException("closed", "AbortError"); } });
  await saving.zip(items(2));

  assert.deepEqual(saving.state, { at: "idle" });
});

test("a disk that is full ends the saving, with a way to try again", async () => {
  let full = true;
  const { saving } = trial({
    ways: ["picker"],
    open: async () => file(async (_, zip) => {
      if (full) throw new DOMException("full", "QuotaExceededError");
      await unzip(zip());
    }),
  });
  await saving.zip(items(2));
  assert.deepEqual(saving.state, { at: "over", ending: "failed", name: "" });

  full = false;
  saving.again();
  while (saving.active) await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(saving.state, { at: "over", ending: "finished", name: "" });
});

test("cancelling ends it, whatever it was waiting for", async () => {
  const { saving, saved, tap, held } = trial({ savesAlone: false });
  const end = saving.zip(items(2));
  await tap();
  saving.cancel();
  await end;

  assert.deepEqual(saving.state, { at: "over", ending: "cancelled", name: "" });
  assert.ok(!held.now && !saved.length);
});

test("one photo is saved as the file it is", async () => {
  const { saving, saved } = trial();
  await saving.file(item(7));

  assert.deepEqual([saved[0]?.name, await saved[0]?.blob.text(), saved[0]?.blob.type], ["MJ-7.jpg", "photo 7", "image/jpeg"]);
  assert.deepEqual([saving.progress?.done, saving.progress?.total], [1, 1]);
});

test("one photo that is damaged is not saved, and named", async () => {
  const { saving, saved } = trial({}, store([7]));
  await saving.file(item(7));

  assert.equal(saved.length, 0);
  assert.deepEqual([saving.progress?.done, saving.missing.map(({ why }) => why)], [0, ["damaged"]]);
});

test("the missing ones can be tried again by themselves", async () => {
  const damaged = [1];
  const { saving, saved } = trial({}, store(damaged));
  await saving.zip(items(3));
  assert.deepEqual(saving.missing.map(({ item: { index } }) => index), [1]);

  const before = saving.state;
  damaged.length = 0;
  saving.retryMissing();
  while (saving.active) await new Promise((resolve) => setTimeout(resolve));
  assert.notEqual(saving.state, before, "the panel shows the new end, even if it saw nothing in between");
  assert.deepEqual([...(await unzip(saved[1]!.blob)).keys()], ["MJ-1.jpg"]);
});

test("photos for other apps are opened before the tap, ten at a time; a closed sheet may be opened again", async () => {
  let closed = true;
  const shared: string[][] = [];
  const { saving, tap } = trial({
    async share(files) {
      if (closed) {
        closed = false;
        throw new DOMException("closed", "AbortError");
      }
      shared.push(files.map(({ name }) => name));
    },
  }, store([3]));
  const end = saving.photos(items(12));
  await tap();
  assert.ok(saving.state.at === "tap" && saving.state.tap.files === 9);
  saving.state.tap.take();
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(shared.length, 0);
  while (saving.active) {
    await tap();
    if (saving.state.at === "tap") saving.state.tap.take();
    await new Promise((resolve) => setTimeout(resolve));
  }
  await end;

  assert.deepEqual(shared.map((names) => names.length), [9, 2]);
  assert.deepEqual([saving.progress?.done, saving.missing.length], [11, 1]);
});

test("a browser that hands nothing to other apps says so", async () => {
  const { saving, tap } = trial({ share: async () => { throw new TypeError("no"); } });
  const end = saving.photos(items(1));
  await tap();
  if (saving.state.at === "tap") saving.state.tap.take();
  await end;

  assert.deepEqual(saving.state, { at: "over", ending: "refused", name: "" });
});
