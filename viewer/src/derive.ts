/** Every derivation a reader needs (docs/format.md, sections 4 and 5): HKDF-SHA256 (RFC 5869) on WebCrypto. */

import { type Bytes, fields, hex, u32 } from "./codec.ts";

export type Kind = "thumb" | "small" | "display" | "original" | "clip" | "poster" | "manifest";
export type Mode = "link" | "link+passphrase" | "passphrase";

export interface KdfParams {
  readonly m: number; // KiB
  readonly t: number;
  readonly p: number;
  readonly salt: Bytes;
}

/** Where a sealed object lies and what opens it. */
export interface ObjectKey {
  readonly key: Bytes;
  readonly name: string;
  readonly associated: Bytes;
}

const NOTHING = new Uint8Array(0);

export async function hkdf(secret: Bytes, salt: Bytes, info: Bytes, length: number): Promise<Bytes> {
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, base, length * 8));
}

export async function objectKey(secret: Bytes, gallery: string, kind: Kind): Promise<ObjectKey> {
  const associated = fields("soga/1 object", gallery, kind);
  const bits = await hkdf(secret, NOTHING, associated, 48);
  return { key: bits.slice(0, 32), name: hex(bits.subarray(32)), associated };
}

/** The viewing secret of a photo: one way, so it does not lead back to the original. */
export const viewingSecret = (original: Bytes): Promise<Bytes> => hkdf(original, NOTHING, fields("soga/1 view"), 16);

/** The wrapping key (32 bytes) and commitment (32 bytes) of one slot. */
export function slotKeys(
  pk: Bytes, link: Bytes | null, mode: Mode, gallery: string, kdf: KdfParams, slot: Bytes,
): Promise<Bytes> {
  const params = fields("argon2id", u32(kdf.m), u32(kdf.t), u32(kdf.p), kdf.salt);
  return hkdf(pk, link ?? NOTHING, fields("soga/1 slot", mode, gallery, params, slot), 64);
}
