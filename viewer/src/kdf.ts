/** Argon2id (RFC 9106, version 0x13): WebAssembly, or plain JavaScript where a browser has none (Lockdown Mode). */

import { argon2id } from "hash-wasm";

import { type Bytes, utf8 } from "./codec.ts";
import type { KdfParams } from "./derive.ts";
import { hasWebAssembly } from "./kdf-support.ts";

/** 32 bytes from a normalised passphrase. Takes a fifth of a second and `m` KiB; much longer without WebAssembly. */
export async function passphraseKey(passphrase: string, params: KdfParams): Promise<Bytes> {
  return hasWebAssembly() ? withWasm(passphrase, params) : withoutWasm(passphrase, params);
}

async function withWasm(passphrase: string, { m, t, p, salt }: KdfParams): Promise<Bytes> {
  const hash = await argon2id({
    password: utf8(passphrase), salt, memorySize: m, iterations: t, parallelism: p, hashLength: 32, outputType: "binary",
  });
  return new Uint8Array(hash);
}

/** The slow way, fetched only when it is needed. */
export async function withoutWasm(passphrase: string, { m, t, p, salt }: KdfParams): Promise<Bytes> {
  const { argon2id: slow } = await import("@noble/hashes/argon2.js");
  return new Uint8Array(slow(utf8(passphrase), salt, { m, t, p, dkLen: 32, version: 0x13 }));
}
