/** gallery.json and its key slots (docs/format.md, sections 3 and 4). */

import { asArray, asCount, asObject, asText, type Bytes, type Json, parseJson, sameBytes, u16At, unb64 } from "./codec.ts";
import { type KdfParams, type Mode, slotKeys } from "./derive.ts";
import { Failure } from "./failures.ts";
import { isZero } from "./objects.ts";

export interface Slot {
  readonly id: Bytes;
  readonly commitment: Bytes;
  readonly sealed: Bytes;
}

export interface GalleryFile {
  readonly gallery: string;
  readonly objects: string;
  readonly kdf: KdfParams;
  readonly slots: readonly Slot[];
}

export interface Rights {
  readonly grant: string;
  readonly downloads: "original" | "display" | "none";
  readonly until?: string;
  readonly sign: boolean;
}

/** What an opened slot holds. */
export interface Payload {
  readonly manifest: Bytes;
  readonly reply: Bytes;
  readonly rights: Rights;
}

/** Secrets somebody brought; `pk` is Argon2id of the passphrase. */
export interface Secrets {
  readonly link: Bytes | null;
  readonly pk: Bytes | null;
}

const ID = /^[a-z2-7]{16}$/;

export function parseGallery(bytes: Bytes, id: string): GalleryFile {
  const json = parseJson(bytes);
  if (json.format !== "soga/1") throw new Failure("unsupported", "format");
  const gallery = asText(json.gallery, "gallery");
  if (!ID.test(gallery)) throw new Failure("malformed", "gallery");
  if (gallery !== id) throw new Failure("wrong gallery");
  const objects = asText(json.objects, "objects");
  if (!objects.endsWith("/")) throw new Failure("malformed", "objects");
  return { gallery, objects, kdf: parseKdf(asObject(json.kdf, "kdf")), slots: parseSlots(json.slots) };
}

/** Limits are checked before anything is computed: a hostile file must not cost a phone its memory. */
function parseKdf(json: Json): KdfParams {
  const [m, t, p] = [asCount(json.m, "m"), asCount(json.t, "t"), asCount(json.p, "p")];
  const salt = unb64(json.salt);
  const fits = p >= 1 && p <= 4 && t >= 1 && t <= 16 && m <= 262144 && m >= 8 * p && salt.length === 16;
  if (asText(json.name, "kdf name") !== "argon2id" || !fits) throw new Failure("unsupported", "kdf");
  return { m, t, p, salt };
}

function parseSlots(value: unknown): Slot[] {
  const slots = asArray(value, "slots").map((item) => {
    const json = asObject(item, "slot");
    return { id: unb64(json.id, 16), commitment: unb64(json.commitment, 32), sealed: unb64(json.sealed, 528) };
  });
  if (slots.length < 4 || slots.length > 64 || slots.length % 4 !== 0) throw new Failure("malformed", "slots");
  return slots;
}

/** Every mode these secrets allow, the ones that cost nothing first. */
function attempts({ link, pk }: Secrets): { mode: Mode; pk: Bytes; link: Bytes | null }[] {
  const all: { mode: Mode; pk: Bytes; link: Bytes | null }[] = [];
  if (link) all.push({ mode: "link", pk: new Uint8Array(32), link });
  if (link && pk) all.push({ mode: "link+passphrase", pk, link });
  if (pk) all.push({ mode: "passphrase", pk, link: null });
  return all;
}

/** The payload of the slot that these secrets open; fails with "no match" or "tampered". */
export async function openSlots(file: GalleryFile, secrets: Secrets): Promise<Payload> {
  for (const { mode, pk, link } of attempts(secrets)) {
    for (const slot of file.slots) {
      const keys = await slotKeys(pk, link, mode, file.gallery, file.kdf, slot.id);
      if (sameBytes(keys.subarray(32), slot.commitment)) return parsePayload(await unwrap(keys.slice(0, 32), slot.sealed));
    }
  }
  throw new Failure("no match");
}

async function unwrap(key: Bytes, sealed: Bytes): Promise<Bytes> {
  try {
    const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
    // The zero nonce is safe: this key wraps exactly one payload.
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, aes, sealed));
  } catch {
    throw new Failure("tampered", "slot");
  }
}

function parsePayload(bytes: Bytes): Payload {
  const end = 2 + u16At(bytes, 0);
  if (end > bytes.length) throw new Failure("malformed", "payload");
  if (!isZero(bytes.subarray(end))) throw new Failure("tampered", "payload padding");
  const json = parseJson(bytes.subarray(2, end));
  return { manifest: unb64(json.manifest, 32), reply: unb64(json.reply, 32), rights: parseRights(asObject(json.rights, "rights")) };
}

const LEVELS = ["original", "display", "none"] as const;

export function parseRights(json: Json): Rights {
  const downloads = LEVELS.find((level) => level === json.downloads);
  if (!downloads) throw new Failure("malformed", "downloads");
  if (json.sign !== undefined && typeof json.sign !== "boolean") throw new Failure("malformed", "sign");
  const rights = { grant: asText(json.grant, "grant"), downloads, sign: json.sign === true };
  return json.until === undefined ? rights : { ...rights, until: asText(json.until, "until") };
}
