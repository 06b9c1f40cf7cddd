/** Seals small galleries for tests, as part 2 of the format says, but with fixed salts: readers cannot tell. */

import { b64, type Bytes, concat, hex, u32, utf8 } from "../src/codec.ts";
import { hkdf, type Kind, type Mode, objectKey, slotKeys, viewingSecret } from "../src/derive.ts";
import { PART } from "../src/objects.ts";
import { HEADER, SEGMENT } from "../src/stream.ts";

export const GALLERY = "a".repeat(16);
export const LINK = new Uint8Array(16).fill(7);

/** A file as a folder picker gives it. */
export type Files = Map<string, Bytes>;

export async function sealObject(secret: Bytes, kind: Kind, content: Bytes, header: object, padding = 100): Promise<{ name: string; sealed: Bytes }> {
  const { key, name, associated } = await objectKey(secret, GALLERY, kind);
  const head = utf8(JSON.stringify({ ...header, length: content.length }));
  const plain = concat(new Uint8Array([head.length >> 8, head.length & 255]), head, content, new Uint8Array(padding));
  const salt = new Uint8Array(32).fill(kind.length);
  const prefix = new Uint8Array(7).fill(3);
  const aes = await crypto.subtle.importKey("raw", await hkdf(key, salt, associated, 32), "AES-GCM", false, ["encrypt"]);
  const parts: Bytes[] = [concat(new Uint8Array([HEADER]), salt, prefix)];
  for (let at = 0, i = 0; i === 0 || at < plain.length; i++) {
    const size = SEGMENT - 16 - (i === 0 ? HEADER : 0);
    const iv = concat(prefix, u32(i), new Uint8Array([at + size >= plain.length ? 1 : 0]));
    parts.push(new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, aes, plain.slice(at, at + size))));
    at += size;
  }
  return { name, sealed: concat(...parts) };
}

export async function put(files: Files, secret: Bytes, kind: Kind, content: Bytes, header: object): Promise<number> {
  const { name, sealed } = await sealObject(secret, kind, content, header);
  if (sealed.length <= PART) files.set(name, sealed);
  else for (let i = 0; i * PART < sealed.length; i++) files.set(`${name}.${i}`, sealed.slice(i * PART, (i + 1) * PART));
  return sealed.length;
}

/** gallery.json with one slot that `LINK` opens, and three dummies. */
export async function galleryFile(manifestSecret: Bytes): Promise<Bytes> {
  const kdf = { m: 8, t: 1, p: 1, salt: new Uint8Array(16) };
  const id = new Uint8Array(16).fill(1);
  const keys = await slotKeys(new Uint8Array(32), LINK, "link" satisfies Mode, GALLERY, kdf, id);
  const payload = utf8(JSON.stringify({
    manifest: b64(manifestSecret), reply: b64(new Uint8Array(32)), rights: { grant: "client", downloads: "original", sign: true },
  }));
  const box = concat(new Uint8Array([payload.length >> 8, payload.length & 255]), payload, new Uint8Array(510 - payload.length));
  const aes = await crypto.subtle.importKey("raw", keys.slice(0, 32), "AES-GCM", false, ["encrypt"]);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, aes, box));
  const dummy = (n: number) => ({ id: b64(new Uint8Array(16).fill(n)), commitment: b64(new Uint8Array(32)), sealed: b64(new Uint8Array(528)) });
  const slots = [{ id: b64(id), commitment: b64(keys.slice(32)), sealed: b64(sealed) }, dummy(2), dummy(3), dummy(4)];
  return utf8(JSON.stringify({ format: "soga/1", gallery: GALLERY, objects: "../../b/", kdf: { name: "argon2id", ...kdf, salt: b64(kdf.salt) }, slots }));
}

export interface TestPhoto { readonly name: string; readonly original: Bytes; readonly content: Bytes }

/** A whole gallery in memory: thumbs in one pack, renditions that say their kind, the given originals. */
export async function sealGallery(photos: readonly TestPhoto[]): Promise<Files> {
  const files: Files = new Map();
  const manifestSecret = new Uint8Array(32).fill(9);
  const packed: Bytes[] = [];
  const listed: object[] = [];
  let offset = 0;
  for (const photo of photos) {
    const view = await viewingSecret(photo.original);
    const header = { name: photo.name, type: "image/jpeg", width: 300, height: 200 };
    const thumb = await sealObject(view, "thumb", utf8(`thumb of ${photo.name}`), header);
    packed.push(thumb.sealed);
    listed.push({
      name: photo.name, original: b64(photo.original), width: 300, height: 200, colours: "0".repeat(24),
      thumb: [0, offset, thumb.sealed.length],
      small: await put(files, view, "small", utf8("small"), header), display: await put(files, view, "display", utf8("display"), header),
      bytes: await put(files, photo.original, "original", photo.content, header),
    });
    offset += thumb.sealed.length;
  }
  const pack = hex(new Uint8Array(16).fill(5));
  files.set(pack, concat(...packed));
  const manifest = {
    format: "soga/1 manifest", gallery: GALLERY, revision: 1, title: "Test", packs: [pack],
    sections: [{ title: "", count: photos.length }], photos: listed,
  };
  await put(files, manifestSecret, "manifest", utf8(JSON.stringify(manifest)), { type: "application/json" });
  files.set("gallery.json", await galleryFile(manifestSecret));
  return files;
}

export const asSource = (files: Files) => ({ kind: "files", files: [...files].map(([name, bytes]) => new File([bytes], name)) }) as const;

