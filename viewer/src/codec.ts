/** Numbers, fields, base64url, text and JSON as docs/format.md writes them. Pure. */

import { Failure } from "./failures.ts";

/** Bytes that WebCrypto takes: never backed by shared memory. */
export type Bytes = Uint8Array<ArrayBuffer>;
export type Json = Record<string, unknown>;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Bytes => encoder.encode(text);

export function text(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Failure("malformed", "not UTF-8");
  }
}

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function u32(n: number): Bytes {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, n);
  return out;
}

export const u16At = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);

/** `F(a, b, ...)`: each field as its length and itself, so that no two lists of fields look alike. */
export function fields(...values: readonly (string | Uint8Array)[]): Bytes {
  const all = values.map((value) => (typeof value === "string" ? utf8(value) : value));
  return concat(...all.flatMap((value) => [u32(value.length), value]));
}

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

export function b64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** base64url without padding. Other alphabets, padding and non-zero trailing bits are refused. */
export function unb64(value: unknown, length?: number): Bytes {
  if (typeof value !== "string" || !/^[\w-]*$/.test(value) || value.length % 4 === 1) {
    throw new Failure("malformed", "not base64url");
  }
  const binary = atob(value.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
  if (b64(bytes) !== value) throw new Failure("malformed", "trailing bits");
  if (length !== undefined && bytes.length !== length) throw new Failure("malformed", `not ${length} bytes`);
  return bytes;
}

export function parseJson(bytes: Uint8Array): Json {
  let value: unknown;
  try {
    value = JSON.parse(text(bytes));
  } catch {
    throw new Failure("malformed", "not JSON");
  }
  return asObject(value);
}

export function asObject(value: unknown, what = "object"): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Failure("malformed", what);
  return value as Json;
}

export function asArray(value: unknown, what = "list"): unknown[] {
  if (!Array.isArray(value)) throw new Failure("malformed", what);
  return value as unknown[];
}

export function asText(value: unknown, what = "text"): string {
  if (typeof value !== "string") throw new Failure("malformed", what);
  return value;
}

/** A non-negative integer, at most `max`. */
export function asCount(value: unknown, what = "number", max = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0 || value > max) {
    throw new Failure("malformed", what);
  }
  return value;
}

/** Compares in a time that depends on the length only. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}
