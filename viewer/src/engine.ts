/**
 * The gallery behind its seals: fetches, derives, opens. Knows no document, so it runs in a worker, and in the page itself where
 * workers are refused (the offline copy). Secrets stay in here; what leaves are the manifest and opened renditions.
 */

import { type Bytes, fields, hex } from "./codec.ts";
import { hkdf, type Kind, objectKey, viewingSecret } from "./derive.ts";
import { type DeviceKey, openPayload, sealPayload } from "./device-key.ts";
import { Failure, isAbort, kindOf } from "./failures.ts";
import { passphraseKey } from "./kdf.ts";
import { type Manifest, parseManifest, type Photo } from "./manifest.ts";
import { type ObjectHeader, openObject, partLengths, readHeader } from "./objects.ts";
import { Packs } from "./packs.ts";
import { normalise } from "./passphrase.ts";
import { type Piece, Readings } from "./reading.ts";
import { type SealedFile, SealedFiles } from "./sealed-files.ts";
import { type GalleryFile, openSlots, parseGallery, type Payload, type Rights } from "./slots.ts";
import { collect, collectStart, makeSource, type ReadOptions, refuseHtml, type Source, type SourceSpec } from "./source.ts";
import { HEADER, opener, SEGMENT } from "./stream.ts";

export interface Opened {
  readonly manifest: Manifest;
  readonly rights: Rights;
  readonly reply: Bytes | null;
}

/** A key for what is kept on this device, and a name to keep it under. Neither leads back to what it was derived from. */
export interface LocalKey {
  readonly name: string;
  readonly key: CryptoKey;
}

export interface Rendition {
  readonly header: ObjectHeader;
  readonly bytes: Bytes;
}

type Cache = NonNullable<ReadOptions["cache"]>;

const again = (fresh: boolean): Cache => (fresh ? "reload" : "default");

export class Engine {
  #source: Source | null = null;
  #id = "";
  #file: GalleryFile | null = null;
  #payload: Payload | null = null;
  #manifest: Manifest | null = null;
  #shared: readonly Bytes[] | null = null;
  #packs = new Packs((name, fresh) => this.#fetch(name, again(fresh)));
  #files: SealedFiles | null = null;
  readonly #readings = new Readings();

  /** Fetches gallery.json and checks it; returns the host's clock, if it told. */
  async begin(id: string, spec: SourceSpec): Promise<{ hostTime: number | null }> {
    this.#id = id;
    this.#source = makeSource(spec);
    const { bytes, date } = await this.#source.galleryFile();
    this.#file = parseGallery(bytes, id);
    return { hostTime: date };
  }

  /** Opens the slot for a link secret, a passphrase, or both; fails with "no match" if there is none. */
  async unlock(link: Bytes | null, passphrase: string | null): Promise<Opened> {
    const file = this.#begun();
    const words = passphrase === null ? "" : normalise(passphrase);
    const payload = await this.#tryLink(file, link)
      ?? await openSlots(file, { link, pk: words ? await passphraseKey(words, file.kdf) : null });
    this.#payload = payload;
    return this.#open(payload.manifest, payload.rights, payload.reply);
  }

  /** A link that needs no passphrase must not cost a key derivation. */
  async #tryLink(file: GalleryFile, link: Bytes | null): Promise<Payload | null> {
    if (!link) return null;
    try {
      return await openSlots(file, { link, pk: null });
    } catch (error) {
      if (kindOf(error) === "no match") return null;
      throw error;
    }
  }

  /** Opens with what this device was given to remember. Fails with "missing" if the grant has got new keys since. */
  async reopen(device: DeviceKey, until: string): Promise<Opened> {
    this.#payload = await openPayload(device, this.#id, until);
    return this.#open(this.#payload.manifest, this.#payload.rights, this.#payload.reply);
  }

  deviceKey(until: string): Promise<DeviceKey> {
    return sealPayload(this.#unlocked(), this.#id, until);
  }

  async localKey(label: string): Promise<LocalKey> {
    const bits = await hkdf(this.#unlocked().manifest, new Uint8Array(0), fields("sogallery local", label, this.#id), 48);
    const key = await crypto.subtle.importKey("raw", bits.slice(0, 32), "AES-GCM", false, ["encrypt", "decrypt"]);
    return { name: hex(bits.subarray(32)), key };
  }

  async #open(secret: Bytes, rights: Rights, reply: Bytes | null): Promise<Opened> {
    const { name } = await objectKey(secret, this.#id, "manifest");
    this.#manifest = await this.#twice(async (fresh) => {
      // Its name stays when its content changes, so a cached one may be out of date.
      const sealed = await this.#read(name, fresh ? "reload" : "no-cache");
      const { content } = await openObject(secret, this.#id, "manifest", sealed);
      return parseManifest(content, this.#id);
    });
    return { manifest: this.#manifest, rights, reply };
  }

  /** Opens a shared selection: the headers of the photos that are still there, in order, by which they count from now on. */
  async share(secrets: readonly Bytes[]): Promise<readonly ObjectHeader[]> {
    this.#shared = secrets;
    const headers = new Array<ObjectHeader | null>(secrets.length);
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < secrets.length) {
        const i = next++;
        headers[i] = await this.#header(i, "display").catch(goneOrThrow);
      }
    };
    await Promise.all(Array.from({ length: 6 }, work));
    this.#shared = secrets.filter((_, i) => headers[i]);
    return headers.filter((header) => header !== null);
  }

  /** The header of an object that is never in parts; only its first segment is fetched. */
  async #header(index: number, kind: Kind): Promise<ObjectHeader> {
    const object = await objectKey(await this.#secret(index, kind), this.#id, kind);
    return this.#twice(async (fresh) => {
      const { bytes, whole } = await collectStart(await this.#fetch(object.name, again(fresh)), SEGMENT);
      refuseHtml(bytes);
      const open = await opener(object, bytes.slice(0, HEADER), whole ? bytes.length : 2 * SEGMENT);
      return readHeader(await open.open(0, bytes.subarray(HEADER))).header;
    });
  }

  /** A name for every photo, longer than `photoId`, so that no two are mixed up. Equal files have the same. */
  async photoNames(): Promise<string[]> {
    const { photos } = this.#opened();
    const names: string[] = [];
    // A few at a time: somebody may be waiting for a thumb.
    while (names.length < photos.length) {
      const some = photos.slice(names.length, names.length + 32);
      names.push(...await Promise.all(some.map(async ({ index }) => (await this.#thumbName(index)).slice(0, 16))));
    }
    return names;
  }

  /** Eight hex digits that name a photo in an address, in every grant the same. They open nothing and are no object's name. */
  async photoId(index: number): Promise<string> {
    return (await this.#thumbName(index)).slice(0, 8);
  }

  async #thumbName(index: number): Promise<string> {
    return (await objectKey(await this.#secret(index, "thumb"), this.#id, "thumb")).name;
  }

  async findPhoto(id: string): Promise<number | null> {
    const count = this.#shared?.length ?? this.#opened().photos.length;
    for (let index = 0; index < count; index++) if (await this.photoId(index) === id) return index;
    return null;
  }

  /** Viewing secrets, for a link to just these photos. */
  async viewing(indices: readonly number[]): Promise<Bytes[]> {
    return Promise.all(indices.map((index) => this.#secret(index, "small")));
  }

  /** As a Blob, which takes the page next to nothing to receive: there are hundreds of them while somebody scrolls. */
  async thumb(index: number): Promise<Blob> {
    const { header, bytes } = await this.#thumb(index);
    return new Blob([bytes], { type: header.type });
  }

  async #thumb(index: number): Promise<Rendition> {
    const photo = this.#photo(index);
    if (!photo?.thumb) return this.rendition(index, photo?.kind === "clip" ? "poster" : "small");
    const [pack, offset, length] = photo.thumb;
    const name = this.#opened().packs[pack] ?? "";
    const secret = await this.#secret(index, "thumb");
    return this.#twice(async (fresh) => {
      const sealed = await this.#packs.range(name, offset, length, fresh);
      return rendition(await openObject(secret, this.#id, "thumb", sealed));
    });
  }

  /** A whole rendition. `signal` stops the transfer when nobody waits for it any more. */
  async rendition(index: number, kind: Kind, signal?: AbortSignal): Promise<Rendition> {
    const secret = await this.#secret(index, kind);
    const object = await objectKey(secret, this.#id, kind);
    const length = this.#sealedLength(index, kind);
    return this.#twice(async (fresh) => {
      const sealed = await this.#sealed(object.name, Math.max(1, partLengths(length).length), again(fresh), signal);
      if (length && sealed.length !== length) throw new Failure("tampered", "length");
      return rendition(await openObject(secret, this.#id, kind, sealed));
    });
  }

  /** Begins to read an object piece by piece; `read` gives what follows. */
  async startReading(index: number, kind: Kind, signal?: AbortSignal): Promise<{ reading: number; header: ObjectHeader }> {
    const object = await objectKey(await this.#secret(index, kind), this.#id, kind);
    return this.#readings.start(object, partLengths(this.#sealedLength(index, kind)), (name, use) =>
      this.#twice(async (fresh) => use(await this.#read(name, again(fresh), signal))));
  }

  read(reading: number): Promise<Piece> {
    return this.#readings.next(reading);
  }

  stopReading(reading: number): Promise<void> {
    return this.#readings.stop(reading);
  }

  /** The sealed files that a copy of this gallery needs, with or without originals; `sealedFile` gives them by their place here. */
  async sealedFiles(originals: boolean): Promise<SealedFile[]> {
    const access = {
      gallery: this.#id, manifest: this.#opened(), manifestSecret: this.#unlocked().manifest,
      secret: (index: number, kind: Kind) => this.#secret(index, kind),
      read: (name: string, fresh: boolean, signal?: AbortSignal) => this.#read(name, again(fresh), signal),
    };
    this.#files = await SealedFiles.plan(access, originals);
    return this.#files.list;
  }

  /** One of them, still sealed, after its seal was checked. */
  async sealedFile(at: number, signal?: AbortSignal): Promise<{ bytes: Bytes }> {
    const files = this.#files;
    if (!files) throw new Failure("missing", "files");
    return { bytes: await this.#twice((fresh) => files.read(at, fresh, signal)) };
  }

  /** gallery.json as it is on the host now. */
  async sealedGallery(): Promise<{ bytes: Bytes }> {
    this.#begun();
    const { bytes } = await this.#source!.galleryFile();
    parseGallery(bytes, this.#id);
    return { bytes };
  }

  async #sealed(name: string, parts: number, cache: Cache, signal?: AbortSignal): Promise<Bytes> {
    if (parts === 1) return this.#read(name, cache, signal);
    const names = Array.from({ length: parts }, (_, i) => `${name}.${i}`);
    const all: Bytes[] = [];
    for (const part of names) all.push(await this.#read(part, cache, signal));
    return new Uint8Array(await new Blob(all).arrayBuffer());
  }

  async #read(name: string, cache: Cache, signal?: AbortSignal): Promise<Bytes> {
    const bytes = await collect(await this.#fetch(name, cache, signal));
    refuseHtml(bytes);
    return bytes;
  }

  #fetch(name: string, cache: Cache, signal?: AbortSignal): ReturnType<Source["object"]> {
    const file = this.#begun();
    return this.#source!.object(file.objects, name, { cache, signal });
  }

  /**
   * Damaged data is fetched once more past the cache: a rendition made anew keeps its name. So is what was not there, since a browser
   * keeps a host's "not found" as long as it would have kept the object.
   */
  async #twice<T>(attempt: (fresh: boolean) => Promise<T>): Promise<T> {
    try {
      return await attempt(false);
    } catch (error) {
      if (isAbort(error) || !["tampered", "malformed", "html", "missing", "host"].includes(kindOf(error))) throw error;
      return attempt(true);
    }
  }

  #begun(): GalleryFile {
    if (!this.#file) throw new Failure("missing", "gallery");
    return this.#file;
  }

  #unlocked(): Payload {
    if (!this.#payload) throw new Failure("no match");
    return this.#payload;
  }

  #opened(): Manifest {
    if (!this.#manifest) throw new Failure("no match");
    return this.#manifest;
  }

  #photo(index: number): Photo | undefined {
    return this.#shared ? undefined : this.#opened().photos[index];
  }

  async #secret(index: number, kind: Kind): Promise<Bytes> {
    const shared = this.#shared?.[index];
    if (shared) return shared;
    const photo = this.#photo(index);
    const full = kind === "original" || kind === "clip";
    const secret = full ? photo?.original : photo?.view ?? (photo?.original && await viewingSecret(photo.original));
    if (!secret) throw new Failure("missing", kind);
    return secret;
  }

  #sealedLength(index: number, kind: Kind): number {
    const photo = this.#photo(index);
    if (!photo) return 0;
    const length = kind === "original" ? photo.bytes : kind === "manifest" || kind === "thumb" ? 0 : photo[kind];
    if (length === undefined) throw new Failure("missing", kind);
    return length;
  }
}

function rendition({ header, content }: { header: ObjectHeader; content: Bytes }): Rendition {
  return { header, bytes: content };
}

function goneOrThrow(error: unknown): null {
  if (kindOf(error) === "offline") throw error;
  return null;
}
