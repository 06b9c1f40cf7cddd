/** Sealed objects: a padded plaintext with a small header (docs/format.md, section 5). */

import { asCount, asText, type Bytes, parseJson, u16At } from "./codec.ts";
import { type Kind, objectKey } from "./derive.ts";
import { Failure } from "./failures.ts";
import { openStream } from "./stream.ts";

/** A sealed form longer than this is stored in parts of this size. */
export const PART = 16 * 1024 * 1024;

export interface ObjectHeader {
  readonly name: string;
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly length: number;
}

export interface OpenedObject {
  readonly header: ObjectHeader;
  readonly content: Bytes;
}

/** The header at the start of a plaintext, and where the content begins. */
export function readHeader(plain: Bytes): { header: ObjectHeader; start: number } {
  const start = 2 + u16At(plain, 0);
  if (plain.length < 2 || start > plain.length) throw new Failure("malformed", "header length");
  const json = parseJson(plain.subarray(2, start));
  const header = {
    name: safeName(json.name === undefined ? "" : asText(json.name, "name")),
    type: asText(json.type, "type"),
    width: json.width === undefined ? 0 : asCount(json.width, "width"),
    height: json.height === undefined ? 0 : asCount(json.height, "height"),
    length: asCount(json.length, "length"),
  };
  return { header, start };
}

/** The content and nothing but zeros after it. */
export function unpad(plain: Bytes): OpenedObject {
  const { header, start } = readHeader(plain);
  const end = start + header.length;
  if (end > plain.length) throw new Failure("malformed", "length");
  if (!isZero(plain.subarray(end))) throw new Failure("tampered", "padding");
  return { header, content: plain.subarray(start, end) };
}

export async function openObject(secret: Bytes, gallery: string, kind: Kind, sealed: Bytes): Promise<OpenedObject> {
  return unpad(await openStream(await objectKey(secret, gallery, kind), sealed));
}

/** A plain loop: padding can be a megabyte, and a callback a byte would take longer than to decrypt it. */
export function isZero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** How many bytes each file of an object of that sealed length has; one number means one file without a suffix. */
export function partLengths(sealedLength: number): number[] {
  const lengths: number[] = [];
  for (let left = sealedLength; left > 0; left -= PART) lengths.push(Math.min(left, PART));
  return lengths;
}

/** A name to save under: no path, no control or direction-changing characters, never empty or hidden. */
export function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  return last.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "").replace(/^\.+/, "");
}
