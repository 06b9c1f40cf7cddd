/** Tink's AES256-GCM-HKDF streaming format with 64 KiB segments (docs/format.md, section 5): opening only. */

import { type Bytes, concat, u32 } from "./codec.ts";
import { hkdf, type ObjectKey } from "./derive.ts";
import { Failure } from "./failures.ts";

export const SEGMENT = 65536;
export const HEADER = 40;
const TAG = 16;
/** WebCrypto is fastest with a few requests under way; more only cost memory. */
const IN_FLIGHT = 16;

/** Opens the segments of one sealed object; each is released only after its tag was checked. */
export interface Opener {
  readonly segments: number;
  /** Plaintext of segment `index`; `sealed` is that segment's ciphertext, for 0 without the header. */
  open(index: number, sealed: Bytes): Promise<Bytes>;
}

export function segmentCount(sealedLength: number): number {
  return Math.max(1, Math.ceil(sealedLength / SEGMENT));
}

/** `header` is the first 40 bytes of a sealed object of `sealedLength` bytes. */
export async function opener({ key, associated }: ObjectKey, header: Bytes, sealedLength: number): Promise<Opener> {
  if (sealedLength < HEADER + TAG || header.length < HEADER || header[0] !== HEADER) throw new Failure("tampered", "header");
  const raw = await hkdf(key, header.slice(1, 33), associated, 32);
  const aes = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
  const prefix = header.slice(33, HEADER);
  const segments = segmentCount(sealedLength);
  return { segments, open: (index, sealed) => openSegment(aes, nonce(prefix, index, index === segments - 1), index, sealed) };
}

function nonce(prefix: Bytes, index: number, last: boolean): Bytes {
  return concat(prefix, u32(index), new Uint8Array([last ? 1 : 0]));
}

async function openSegment(aes: CryptoKey, iv: Bytes, index: number, sealed: Bytes): Promise<Bytes> {
  // Only the only segment may be empty.
  if (sealed.length < TAG || (index > 0 && sealed.length === TAG)) throw new Failure("tampered", `segment ${index}`);
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, aes, sealed));
  } catch {
    throw new Failure("tampered", `segment ${index}`);
  }
}

/** A whole sealed object, opened. */
export async function openStream(object: ObjectKey, sealed: Bytes): Promise<Bytes> {
  const open = await opener(object, sealed.slice(0, HEADER), sealed.length);
  return openRange(open, sealed, 0);
}

/** Consecutive segments from `first` on; `sealed` starts where segment `first` does (for 0: with the header). */
export async function openRange(open: Opener, sealed: Bytes, first: number): Promise<Bytes> {
  const count = segmentCount(sealed.length);
  const plain = new Array<Bytes>(count);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const i = next++;
      const start = first + i === 0 ? HEADER : i * SEGMENT;
      plain[i] = await open.open(first + i, sealed.subarray(start, (i + 1) * SEGMENT));
    }
  };
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, count) }, work));
  return count === 1 ? plain[0]! : concat(...plain);
}
