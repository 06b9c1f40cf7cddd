import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bytes } from "../src/codec.ts";
import { Job, type JobOptions } from "../src/downloads/job.ts";
import { Names, usableName } from "../src/downloads/names.ts";
import { type Store, WHOLE } from "../src/downloads/opening.ts";
import type { World } from "../src/downloads/patience.ts";
import { type Item, itemsFor, portions, sizesOffered } from "../src/downloads/plan.ts";
import { type Abilities, waysFor } from "../src/downloads/ways.ts";
import { zipName, zipOf } from "../src/downloads/zip.ts";
import { Failure } from "../src/failures.ts";
import type { Manifest, Photo } from "../src/manifest.ts";
import { english } from "../src/strings/index.ts";
import { unzip } from "./unzip.ts";

const photo = (index: number, more: Partial<Photo> = {}): Photo => ({
  index, kind: "photo", name: `MJ-${index}.jpg`, width: 3, height: 2, colours: "", display: 1000, small: 100, bytes: 9000, ...more,
});
const manifest = (...photos: Photo[]): Manifest => ({ photos }) as unknown as Manifest;
const item = (index: number, more: Partial<Item> = {}): Item => ({ index, kind: "original", name: `MJ-${index}.jpg`, size: 9000, date: undefined, ...more });
const content = (index: number): Bytes => new TextEncoder().encode(`photo ${index} `.repeat(50));
const header = (index: number, name = `MJ-${index}.jpg`) => ({ name, type: "image/jpeg", width: 3, height: 2, length: content(index).length });

/** A store in which every photo is fine; tests replace what is not. */
function store(changes: Partial<Store> = {}): Store {
  return {
    rendition: async (index) => ({ header: header(index), bytes: content(index) }),
    startReading: async () => assert.fail("nothing here is big"),
    read: async () => assert.fail("nothing here is big"),
    stopReading: async () => undefined,
    ...changes,
  };
}

/** Time passes at once; what was waited for is noted. */
function world(online = true): World & { readonly waited: (number | "online")[]; on: boolean } {
  const waited: (number | "online")[] = [];
  return {
    waited,
    on: online,
    sleep: async (ms) => void waited.push(ms),
    online() { return this.on; },
    async untilOnline() {
      waited.push("online");
      this.on = true;
    },
  };
}

const makeJob = (items: readonly Item[], more: Partial<JobOptions> = {}): Job =>
  new Job(items, { store: store(), world: world(), changed: () => undefined, budget: 1e6, ...more });

test("plan: rights decide the sizes", () => {
  const offered = (["original", "display", "none"] as const).map((downloads) => sizesOffered({ grant: "", sign: false, downloads }));

  assert.deepEqual(offered, [["original", "web"], ["web"], []]);
});

test("plan: clips have one size, unknown kinds and withheld clips are left out", () => {
  const all = manifest(photo(0), photo(1, { kind: "clip", clip: 77 }), photo(2, { kind: "hologram" }), photo(3, { kind: "clip" }));

  assert.deepEqual(itemsFor(all, [0, 1, 2, 3], "original").map(({ kind, size }) => [kind, size]), [["original", 9000], ["clip", 77]]);
  assert.deepEqual(itemsFor(all, [1, 0], "web").map(({ kind, size }) => [kind, size]), [["clip", 77], ["display", 1000]]);
});

test("plan: without an original the web size is what there is", () => {
  const { bytes: _, ...withheld } = photo(0);

  assert.equal(itemsFor(manifest(withheld), [0], "original")[0]?.kind, "display");
});

test("plan: portions keep the order, lose nothing and stay below the limit", () => {
  const items = [40, 50, 20, 300, 10, 90, 1].map((size, i) => item(i, { size }));

  assert.deepEqual(portions(items, 100).map((part) => part.map(({ size }) => size)), [[40, 50], [20], [300], [10, 90], [1]]);
  assert.deepEqual(portions([], 100), [[]]);
});

test("names: equal ones are numbered, whatever their case", () => {
  const names = new Names();

  assert.deepEqual(["a.jpg", "A.JPG", "a.jpg", "a (2).jpg", "b", "b", ".c"].map((name) => names.unique(name)),
    ["a.jpg", "A (2).JPG", "a (3).jpg", "a (2) (2).jpg", "b", "b (2)", ".c"]);
});

test("names: what some system refuses is replaced", () => {
  const names = ["a/b\\c.jpg", "what?.jpg", "CON.jpg", "con", "dots...", " ", "\ud800.jpg", "e\u0301.jpg", "Фото 😀.jpg"];

  assert.deepEqual(names.map((name) => usableName(name, "x")),
    ["a_b_c.jpg", "what_.jpg", "_CON.jpg", "_con", "dots", "x", "_.jpg", "\u00e9.jpg", "Фото 😀.jpg"]);
});

test("ways: the best of each browser", () => {
  const can = { picker: false, worker: false, webkit: false, ios: false };
  const table: [Partial<Abilities>, string][] = [
    [{ picker: true, worker: true }, "picker worker parts"],
    [{ worker: true }, "worker parts"],
    [{ worker: true, webkit: true }, "parts"],
    [{ worker: true, webkit: true, ios: true }, "parts"],
    [{}, "parts"],
  ];

  for (const [abilities, expected] of table) assert.equal(waysFor({ ...can, ...abilities }).join(" "), expected);
});

test("zip: every file, in order, byte by byte, counted", async () => {
  const items = Array.from({ length: 20 }, (_, i) => item(i));
  const job = makeJob(items);
  const files = await unzip(zipOf(job, items, english));

  assert.deepEqual([...files.keys()], items.map(({ name }) => name));
  for (const { index, name } of items) assert.deepEqual(files.get(name), Buffer.from(content(index)));
  assert.deepEqual([job.progress.done, job.progress.total, job.missing.length], [20, 20, 0]);
  assert.equal(job.progress.bytes, job.progress.size);
});

test("zip: equal names are numbered across its parts", async () => {
  const same = store({ rendition: async (index) => ({ header: header(index, "same.jpg"), bytes: content(index) }) });
  const items = [item(0), item(1), item(2)];
  const job = makeJob(items, { store: same });
  const first = await unzip(zipOf(job, items.slice(0, 2), english));
  const second = await unzip(zipOf(job, items.slice(2), english));

  assert.deepEqual([...first.keys(), ...second.keys()], ["same.jpg", "same (2).jpg", "same (3).jpg"]);
});

test("zip: what is damaged or gone is left out, listed, and not counted", async () => {
  const some = store({
    async rendition(index) {
      if (index === 1) throw new Failure("tampered");
      if (index === 3) throw new Failure("missing");
      return { header: header(index), bytes: content(index) };
    },
  });
  const items = [0, 1, 2, 3].map((index) => item(index));
  const job = makeJob(items, { store: some });
  const files = await unzip(zipOf(job, items, english));

  assert.deepEqual([...files.keys()], ["MJ-0.jpg", "MJ-2.jpg", "MISSING.txt"]);
  assert.match(files.get("MISSING.txt")!.toString(), /MJ-1\.jpg: arrived damaged\r\nMJ-3\.jpg: not on the host/);
  assert.deepEqual([job.progress.done, job.missing.map(({ item: { index }, why }) => [index, why])], [2, [[1, "damaged"], [3, "gone"]]]);
});

test("zip: a host that fails for a while costs time, not photos", async () => {
  const failures = new Map([[1, 3]]);
  const flaky = store({
    async rendition(index) {
      const left = failures.get(index) ?? 0;
      failures.set(index, left - 1);
      if (left > 0) throw new Failure("host");
      return { header: header(index), bytes: content(index) };
    },
  });
  const time = world();
  const items = [item(0), item(1)];
  const job = makeJob(items, { store: flaky, world: time });

  assert.equal((await unzip(zipOf(job, items, english))).size, 2);
  assert.deepEqual(time.waited, [1000, 2000, 4000]);
});

test("zip: being offline costs no attempt; a dead host is given up in the end", async () => {
  const time = world(false);
  const dead = store({ rendition: async () => { throw new Failure("offline"); } });
  const job = makeJob([item(0)], { store: dead, world: time });
  await unzip(zipOf(job, job.items, english));

  assert.equal(time.waited[0], "online");
  assert.equal(time.waited.length, 8);
  assert.deepEqual(job.missing.map(({ why }) => why), ["network"]);
});

test("zip: paused, nothing is fetched; it goes on where it was", async () => {
  let fetched = 0;
  const counting = store({ rendition: async (index) => (fetched++, { header: header(index), bytes: content(index) }) });
  const items = Array.from({ length: 30 }, (_, i) => item(i));
  const job = makeJob(items, { store: counting, budget: 9000 });
  job.pause();
  const files = unzip(zipOf(job, items, english));
  await new Promise((resolve) => setTimeout(resolve, 20));

  assert.equal(fetched, 0);
  job.resume();
  assert.equal((await files).size, 30);
});

test("zip: cancelled while paused, it ends at once and as no ZIP", async () => {
  const job = makeJob([item(0), item(1)]);
  job.pause();
  const files = unzip(zipOf(job, job.items, english));
  job.cancel();

  await assert.rejects(files, { name: "AbortError" });
});

test("zip: never more is opened ahead than the budget allows", async () => {
  let [held, most] = [0, 0];
  const watched = store({
    async rendition(index) {
      most = Math.max(most, ++held);
      return { header: header(index), bytes: content(index) };
    },
  });
  const items = Array.from({ length: 12 }, (_, i) => item(i, { size: 1000 }));
  const job = makeJob(items, { store: watched, budget: 3000 });
  for await (const _ of job.entries(items)) held--;

  assert.equal(most, 3);
});

/** A big object: three pieces; `fail` decides what happens when one is read. */
function big(fail: (reading: number, piece: number) => void, change: (reading: number) => string = () => "") {
  const pieces = ["one ", "two ", "three"];
  const at = new Map<number, number>();
  let readings = 0;
  return store({
    startReading: async () => {
      at.set(++readings, 0);
      return { reading: readings, header: header(0, "long.mp4") };
    },
    async read(reading) {
      const piece = at.get(reading)!;
      fail(reading, piece);
      at.set(reading, piece + 1);
      const text = pieces[piece];
      return text === undefined ? { bytes: new Uint8Array(0), done: true } : { bytes: new TextEncoder().encode(text + change(reading)), done: false };
    },
  });
}
const long = item(0, { size: WHOLE + 1, kind: "clip", name: "long.mp4" });

test("a big file: a cut connection goes on after the last piece", async () => {
  const job = makeJob([long], { store: big((reading, piece) => { if (reading === 1 && piece === 2) throw new Failure("offline"); }) });

  assert.equal((await unzip(zipOf(job, [long], english))).get("long.mp4")!.toString(), "one two three");
});

test("a big file: if it changed on the host meanwhile, no mixture of both is saved", async () => {
  const changed = big((reading, piece) => { if (reading === 1 && piece === 2) throw new Failure("offline"); }, (reading) => (reading > 1 ? "!" : ""));
  const job = makeJob([long], { store: changed });

  await assert.rejects(unzip(zipOf(job, [long], english)));
  assert.equal(job.spoilt?.item.name, "long.mp4");
});

test("a big file: damage in the middle breaks the ZIP off, and next time the file is listed instead", async () => {
  const damaged = big((_, piece) => { if (piece === 1) throw new Failure("tampered"); });
  const job = makeJob([long, item(1)], { store: damaged });

  await assert.rejects(unzip(zipOf(job, job.items, english)));
  assert.equal(job.progress.done, 0);
  const again = makeJob([long, item(1)], { store: damaged, spoilt: new Map([[0, "damaged"]]) });
  assert.deepEqual([...(await unzip(zipOf(again, again.items, english))).keys()], ["MJ-1.jpg", "MISSING.txt"]);
});

test("the ZIP is named after the gallery", () => {
  assert.equal(zipName("Ada & Lin", 1, 1, english), "Ada & Lin.zip");
  assert.equal(zipName("Ada/Lin?", 2, 3, english), "Ada_Lin_ - Part 2 of 3.zip");
  assert.equal(zipName("", 1, 1, english), "gallery.zip");
});
