/** Runs tests/vectors/*.json: the same list in Node, in Chromium, in Firefox and in WebKit. */

import { asArray, asObject, asText, type Bytes, concat, fields, hex, type Json, unb64, utf8 } from "../src/codec.ts";
import { type Kind, type KdfParams, type Mode, objectKey, slotKeys, viewingSecret } from "../src/derive.ts";
import { kindOf, Failure } from "../src/failures.ts";
import { parseFragment } from "../src/fragment.ts";
import { passphraseKey } from "../src/kdf.ts";
import { parseManifest } from "../src/manifest.ts";
import { openObject, partLengths } from "../src/objects.ts";
import { normalise } from "../src/passphrase.ts";
import { openSlots, parseGallery } from "../src/slots.ts";

export type VectorFile = readonly Json[];
type Run = (vector: Json, all: VectorFile) => Promise<unknown>;

/** What differs from the vectors' expectations, one line each; empty if nothing does. */
export async function mismatches(file: string, vectors: VectorFile): Promise<string[]> {
  const run = RUNS[file];
  if (!run) throw new Error(`nobody runs ${file}`);
  const wrong: string[] = [];
  for (const [i, vector] of vectors.entries()) {
    const problem = await check(run, vector, vectors);
    if (problem) wrong.push(`${file} ${i} (${String(vector["comment"])}): ${problem}`);
  }
  return wrong;
}

export const FILES = ["passphrase.json", "derive.json", "padding.json", "objects.json", "slots.json", "manifest.json"];

async function check(run: Run, vector: Json, all: VectorFile): Promise<string> {
  try {
    const result = await run(vector, all);
    if (vector["expect"] !== "success") return `opened, but ${String(vector["expect"])} was expected`;
    return result === null || JSON.stringify(result) === JSON.stringify(expected(vector, result)) ? "" : `got ${JSON.stringify(result)}`;
  } catch (error) {
    const kind = error instanceof Failure ? kindOf(error) : String(error);
    return kind === vector["expect"] ? "" : `${kind}, but ${String(vector["expect"])} was expected`;
  }
}

/** The members of the vector that the result has, too. */
function expected(vector: Json, result: unknown): Json {
  return Object.fromEntries(Object.keys(result as Json).map((name) => [name, sorted(vector[name])]));
}

/** Objects with their members in one order, so that text comparison is comparison. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, sorted(item)]));
}

export function unhex(value: unknown): Bytes {
  const text = asText(value);
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

function kdfOf(value: unknown): KdfParams {
  const { m, t, p, salt } = value as { m: number; t: number; p: number; salt: string };
  return { m, t, p, salt: unhex(salt) };
}

const DERIVE: Readonly<Record<string, (vector: Json) => Promise<unknown>>> = {
  "fields": async (v) => ({ bytes: hex(fields(...asArray(v["fields"]).map((field) => asText(field)))) }),
  "object key": async (v) => {
    const { key, name, associated } = await objectKey(unhex(v["secret"]), asText(v["gallery"]), v["kind"] as Kind);
    return { key: hex(key), name, associated: hex(associated) };
  },
  "viewing secret": async (v) => ({ view: hex(await viewingSecret(unhex(v["original"]))) }),
  "stretch": async (v) => ({ stretched: hex(await passphraseKey(asText(v["passphrase"]), kdfOf(v["kdf"]))) }),
  "slot keys": async (v) => {
    const link = unhex(v["link"]);
    const keys = await slotKeys(
      unhex(v["stretched"]), link.length ? link : null, v["mode"] as Mode, asText(v["gallery"]), kdfOf(v["kdf"]), unhex(v["slot"]),
    );
    return { wrapping: hex(keys.subarray(0, 32)), commitment: hex(keys.subarray(32)) };
  },
  "fragment": async (v) => {
    const { link, views, broken } = parseFragment(asText(v["fragment"]));
    if (broken) throw new Failure("no match");
    return views ? { selection: views.map(hex) } : { link: link ? hex(link) : "" };
  },
};

function sealedBytes(vector: Json, all: VectorFile): Bytes {
  const sealed = asObject(vector["sealed"]);
  if (sealed["b64"] !== undefined) return unb64(sealed["b64"]);
  const base = all.find((other) => other["id"] === sealed["of"]);
  if (!base) throw new Error("no such vector");
  let bytes = sealedBytes(base, all);
  if (sealed["slices"]) bytes = concat(...(sealed["slices"] as [number, number][]).map(([from, to]) => bytes.subarray(from, to)));
  if (sealed["flip"]) {
    const [at, mask] = sealed["flip"] as [number, number];
    bytes = bytes.slice();
    bytes[at] = (bytes[at] ?? 0) ^ mask;
  }
  return bytes;
}

function contentOf(value: unknown): Bytes {
  const content = asObject(value);
  if (content["hex"] !== undefined) return unhex(content["hex"]);
  return new Uint8Array(content["length"] as number).fill(unhex(content["repeat"])[0] ?? 0);
}

async function runObject(vector: Json, all: VectorFile): Promise<null> {
  const opened = await openObject(unhex(vector["secret"]), asText(vector["gallery"]), vector["kind"] as Kind, sealedBytes(vector, all));
  if (vector["expect"] !== "success") return null;
  const { type, length, name = "", width = 0, height = 0 } = vector["header"] as Partial<typeof opened.header>;
  const wanted = { name, type, width, height, length };
  if (JSON.stringify(opened.header) !== JSON.stringify(wanted)) throw new Error(`header ${JSON.stringify(opened.header)}`);
  if (hex(opened.content) !== hex(contentOf(vector["content"]))) throw new Error("content differs");
  return null;
}

const RUNS: Readonly<Record<string, Run>> = {
  "passphrase.json": async (v) => ({ normalised: normalise(asText(v["input"])) }),
  // Part 2 of the format (how a studio derives) is not a reader's; a kind we do not know fails.
  "derive.json": async (v) => {
    if (v["derive"] === "gallery" || v["derive"] === "studio") return null;
    const derive = DERIVE[asText(v["derive"])];
    if (!derive) throw new Error("unknown derivation");
    return derive(v);
  },
  "padding.json": async (v) => {
    if (v["parts"] !== undefined) return { parts: partLengths(v["sealed"] as number).length };
    const parts = partLengths(v["sealed"] as number);
    return { names: parts.length === 1 ? ["0".repeat(32)] : parts.map((_, i) => `${"0".repeat(32)}.${i}`) };
  },
  "objects.json": runObject,
  "slots.json": async (v) => {
    const file = parseGallery(utf8(asText(v["document"])), asText(v["gallery"]));
    const link = unhex(v["link"]);
    const words = normalise(asText(v["passphrase"]));
    const pk = words ? await passphraseKey(words, file.kdf) : null;
    const { manifest, reply, rights } = await openSlots(file, { link: link.length ? link : null, pk });
    return { payload: sorted({ manifest: hex(manifest), reply: hex(reply), rights }) };
  },
  "manifest.json": async (v) => {
    const manifest = parseManifest(utf8(asText(v["content"])), asText(v["gallery"]));
    return {
      revision: manifest.revision, title: manifest.title, cover: manifest.cover ?? null,
      names: manifest.photos.map((photo) => photo.name), kinds: manifest.photos.map((photo) => photo.kind),
      sections: manifest.sections.map((section) => section.photos.length),
    };
  },
};
