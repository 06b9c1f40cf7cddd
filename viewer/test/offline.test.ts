import assert from "node:assert/strict";
import { test } from "node:test";

import type { Photo } from "../src/manifest.ts";
import { galleryFiles } from "../src/offline.ts";
import type { Page } from "../src/page.ts";
import { objectsOf } from "../src/sealed-files.ts";
import { collectStart } from "../src/source.ts";
import { startPage } from "../src/start-page.ts";
import { english } from "../src/strings/index.ts";

const GALLERY = "abcdefghijklmnop";
const page: Page = {
  gallery: GALLERY, studio: `Ünï <script>"&'`, language: "en", root: "https://x.example/", galleryFile: "https://x.example/g/gallery.json",
  address: `https://x.example/g/${GALLERY}/`, needsLink: false, webSizeOnly: false,
};

test("offline: what a studio is called is text on the start page, and no script stands in it", () => {
  const html = startPage({ page, byLink: true, strings: english }, true);

  assert.ok(html.includes("<title>Ünï &lt;script&gt;&quot;&amp;&#39;</title>"));
  assert.deepEqual(html.match(/<script[^>]*>[^<]*/g), [`<script defer src="viewer/offline.js">`]);
  assert.ok(!/style=|<style|https?:\/\/(?!x\.example)/.test(html));
});

test("offline: the start page knows whether a link is needed, and no link", () => {
  assert.ok(startPage({ page, byLink: true, strings: english }, true).includes(`data-needs="link"`));
  assert.ok(!startPage({ page, byLink: false, strings: english }, true).includes("data-needs"));
  assert.ok(startPage({ page, byLink: false, strings: english }, false).includes(`data-size="web"`));
});

const zeros = (bytes: number): string => Buffer.alloc(bytes).toString("base64url");
const document = (gallery: string): string => JSON.stringify({
  format: "soga/1", gallery, objects: "../../b/", kdf: { name: "argon2id", m: 4096, t: 1, p: 1, salt: zeros(16) },
  slots: Array.from({ length: 4 }, () => ({ id: zeros(16), commitment: zeros(32), sealed: zeros(528) })),
});
function file(path: string, content = ""): File {
  const made = new File([content], path.split("/").at(-1) ?? "");
  Object.defineProperty(made, "webkitRelativePath", { value: path });
  return made;
}

test("offline: somebody may choose a folder around the right one, with other galleries in it", async () => {
  const files = [
    file("Stick/other/gallery.json", document("ponmlkjihgfedcba")), file("Stick/other/b/00/00aa"), file("Stick/broken/gallery.json", "{"),
    file("Stick/ours/gallery.json", document(GALLERY)), file("Stick/ours/b/11/11bb"), file("Stick/readme.txt"),
  ];
  const found = await galleryFiles(files, GALLERY);

  assert.deepEqual(found.map(({ webkitRelativePath }) => webkitRelativePath), ["Stick/ours/gallery.json", "Stick/ours/b/11/11bb"]);
  assert.deepEqual(await galleryFiles(files, "qqqqqqqqqqqqqqqq"), []);
});

test("offline: originals come along only if wanted, clips always", () => {
  const photo: Photo = { index: 3, name: "a.jpg", kind: "photo", width: 1, height: 1, colours: "", small: 10, display: 20, bytes: 30 };
  const kinds = (of: Photo, originals: boolean): string => objectsOf(of, originals).map(({ kind, length }) => `${kind} ${length}`).join();

  assert.equal(kinds(photo, true), "small 10,display 20,original 30");
  assert.equal(kinds(photo, false), "small 10,display 20");
  assert.equal(kinds({ index: 0, name: "c.mp4", kind: "clip", width: 1, height: 1, colours: "", poster: 5, clip: 6 }, false), "poster 5,clip 6");
});

test("offline: of an object's start no more is read than is needed", async () => {
  const chunks = ["abc", "defg", "hij"];
  let given = 0;
  const body = (): ReadableStream<Uint8Array> => new ReadableStream({
    pull(control) {
      const next = chunks[given++];
      if (next === undefined) control.close();
      else control.enqueue(new TextEncoder().encode(next));
    },
  }, { highWaterMark: 0 });
  const start = async (count: number): Promise<[string, boolean, number]> => {
    given = 0;
    const { bytes, whole } = await collectStart({ length: 0, body: body() }, count);
    return [new TextDecoder().decode(bytes), whole, given];
  };

  assert.deepEqual(await start(5), ["abcde", false, 2]);
  assert.deepEqual(await start(10), ["abcdefghij", true, 4]);
  assert.deepEqual(await start(99), ["abcdefghij", true, 4]);
});
