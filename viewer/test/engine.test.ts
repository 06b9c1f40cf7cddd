import assert from "node:assert/strict";
import { test } from "node:test";

import { type Bytes, concat, utf8 } from "../src/codec.ts";
import { viewingSecret } from "../src/derive.ts";
import { Engine } from "../src/engine.ts";
import { Failure } from "../src/failures.ts";
import { asSource, type Files, GALLERY, LINK, sealGallery, type TestPhoto } from "./seal.ts";

const MEBIBYTE = 1024 * 1024;

function photo(name: string, seed: number, length: number): TestPhoto {
  const content = new Uint8Array(length);
  for (let i = 0; i < length; i++) content[i] = (i * 31 + seed) & 255;
  return { name, original: new Uint8Array(16).fill(seed), content };
}

const PHOTOS = [photo("a.jpg", 1, 1000), photo("b.jpg", 2, 33 * MEBIBYTE), photo("c.jpg", 3, 0)];

async function opened(change: (files: Files) => void = () => undefined): Promise<{ engine: Engine; files: Files }> {
  const files = await sealGallery(PHOTOS);
  change(files);
  const engine = new Engine();
  await engine.begin(GALLERY, asSource(files));
  await engine.unlock(LINK, null);
  return { engine, files };
}

async function readAll(engine: Engine, index: number): Promise<Bytes> {
  const { reading } = await engine.startReading(index, "original");
  const pieces: Bytes[] = [];
  for (let piece = await engine.read(reading); !piece.done; piece = await engine.read(reading)) pieces.push(piece.bytes);
  return concat(...pieces);
}

const failsWith = (kind: string) => (error: unknown) => error instanceof Failure && error.kind === kind;
const partsOf = (files: Files): string[] => [...files.keys()].filter((name) => /\.\d+$/.test(name)).sort();

test("a link opens the manifest", async () => {
  const { engine } = await opened();
  const { manifest, rights } = await engine.unlock(LINK, null);

  assert.deepEqual(manifest.photos.map(({ name }) => name), ["a.jpg", "b.jpg", "c.jpg"]);
  assert.equal(rights.downloads, "original");
});

test("another link opens nothing", async () => {
  const engine = new Engine();
  await engine.begin(GALLERY, asSource(await sealGallery(PHOTOS.slice(0, 1))));

  await assert.rejects(engine.unlock(new Uint8Array(16), null), failsWith("no match"));
});

test("a thumb is taken out of its pack", async () => {
  const { engine } = await opened();
  const thumb = await engine.thumb(1);

  assert.equal(await thumb.text(), "thumb of b.jpg");
  assert.equal(thumb.type, "image/jpeg");
});

test("originals of any length come back byte for byte, whole or in pieces", async () => {
  const { engine } = await opened();

  for (const [index, { content }] of PHOTOS.entries()) {
    assert.ok(Buffer.from(await readAll(engine, index)).equals(content));
    assert.ok(Buffer.from((await engine.rendition(index, "original")).bytes).equals(content));
  }
});

test("parts that were swapped, cut or left out are no photo", async () => {
  const [first = "", second = "", third = ""] = partsOf((await opened()).files);
  const flaws: readonly [string, (files: Files) => void][] = [
    ["tampered", (files) => { const a = files.get(first)!; files.set(first, files.get(second)!); files.set(second, a); }],
    ["tampered", (files) => files.set(third, files.get(third)!.slice(0, -1))],
    ["tampered", (files) => files.set(second, concat(files.get(second)!, new Uint8Array(1)))],
    ["missing", (files) => files.delete(third)],
  ];
  for (const [kind, flaw] of flaws) {
    const { engine } = await opened(flaw);

    await assert.rejects(readAll(engine, 1), failsWith(kind));
    await assert.rejects(engine.rendition(1, "original"), failsWith(kind));
    assert.equal((await readAll(engine, 0)).length, 1000);
  }
});

test("a pack that is too short costs the photos that are cut off", async () => {
  const { engine } = await opened((files) => {
    const name = "05".repeat(16);
    files.set(name, files.get(name)!.slice(0, -1));
  });

  assert.equal((await engine.thumb(0)).size, 14);
  await assert.rejects(engine.thumb(2), failsWith("tampered"));
});

test("a shared selection opens its photos and no original", async () => {
  const { files } = await opened();
  const engine = new Engine();
  await engine.begin(GALLERY, asSource(files));
  const views = [await viewingSecret(PHOTOS[2]!.original), new Uint8Array(16).fill(99), await viewingSecret(PHOTOS[0]!.original)];

  assert.deepEqual((await engine.share(views)).map(({ name }) => name), ["c.jpg", "a.jpg"]);
  assert.deepEqual((await engine.rendition(1, "display")).bytes, utf8("display"));
  await assert.rejects(engine.rendition(1, "original"), failsWith("missing"));
});

test("the id of a photo finds it again, and is the same in a shared selection", async () => {
  const { engine, files } = await opened();
  const id = await engine.photoId(2);
  const guest = new Engine();
  await guest.begin(GALLERY, asSource(files));
  await guest.share([await viewingSecret(PHOTOS[2]!.original)]);

  assert.match(id, /^[0-9a-f]{8}$/);
  assert.equal(await engine.findPhoto(id), 2);
  assert.equal(await guest.photoId(0), id);
  assert.equal(await engine.findPhoto("00000000"), null);
});

test("nothing opens before the gallery was unlocked", async () => {
  const engine = new Engine();
  await engine.begin(GALLERY, asSource(await sealGallery(PHOTOS.slice(0, 1))));

  await assert.rejects(engine.thumb(0), failsWith("no match"));
});
