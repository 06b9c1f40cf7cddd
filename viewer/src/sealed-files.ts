/**
 * The sealed files that a grant needs, for a copy of the gallery. They are copied as they are, each after its seal was checked, so that
 * damage is found while the host is still there to ask.
 */

import type { Bytes } from "./codec.ts";
import { type Kind, objectKey } from "./derive.ts";
import { Failure } from "./failures.ts";
import type { Manifest, Photo } from "./manifest.ts";
import { openObject, PART, partLengths } from "./objects.ts";
import { HEADER, openRange, opener, type Opener, SEGMENT } from "./stream.ts";

export interface SealedFile {
  readonly name: string;
  /** Bytes; of a pack, as many as are known to be needed; 0 for a manifest, of which nobody tells. */
  readonly length: number;
}

/** All that copying needs of the engine. */
export interface Access {
  readonly gallery: string;
  readonly manifest: Manifest;
  readonly manifestSecret: Bytes;
  secret(index: number, kind: Kind): Promise<Bytes>;
  read(name: string, fresh: boolean, signal?: AbortSignal): Promise<Bytes>;
}

interface Planned extends SealedFile {
  check(bytes: Bytes): Promise<unknown>;
}

/** The objects of a photo that this grant opens; a clip always comes along, since it has no smaller form. */
export function objectsOf(photo: Photo, originals: boolean): { readonly kind: Kind; readonly length: number }[] {
  const kinds: readonly [Kind, number | undefined][] = [
    ["small", photo.small], ["display", photo.display], ["poster", photo.poster], ["clip", photo.clip],
    ["original", originals ? photo.bytes : undefined],
  ];
  return kinds.flatMap(([kind, length]) => (length === undefined ? [] : [{ kind, length }]));
}

export class SealedFiles {
  readonly #access: Access;
  readonly #planned: readonly Planned[];

  private constructor(access: Access, planned: readonly Planned[]) {
    this.#access = access;
    this.#planned = planned;
  }

  static async plan(access: Access, originals: boolean): Promise<SealedFiles> {
    const objects = access.manifest.photos.map((photo) => objectFiles(access, photo, originals));
    // Equal photos are one object.
    const named = new Map((await Promise.all([manifestFile(access), ...objects])).flat().map((file) => [file.name, file]));
    return new SealedFiles(access, [...named.values(), ...packFiles(access)]);
  }

  get list(): SealedFile[] {
    return this.#planned.map(({ name, length }) => ({ name, length }));
  }

  /** The sealed bytes of a file of the list; fails like opening it does. */
  async read(at: number, fresh: boolean, signal?: AbortSignal): Promise<Bytes> {
    const file = this.#planned[at];
    if (!file) throw new Failure("missing", "file");
    const bytes = await this.#access.read(file.name, fresh, signal);
    await file.check(bytes);
    return bytes;
  }
}

async function manifestFile({ gallery, manifestSecret }: Access): Promise<Planned[]> {
  const { name } = await objectKey(manifestSecret, gallery, "manifest");
  return [{ name, length: 0, check: (bytes) => openObject(manifestSecret, gallery, "manifest", bytes) }];
}

async function objectFiles(access: Access, photo: Photo, originals: boolean): Promise<Planned[]> {
  const files = objectsOf(photo, originals).map(async ({ kind, length }) => {
    const object = await objectKey(await access.secret(photo.index, kind), access.gallery, kind);
    const checked = partChecks((header) => opener(object, header, length), () => access.read(`${object.name}.0`, false));
    return partLengths(length).map((part, i) => ({
      name: length > PART ? `${object.name}.${i}` : object.name, length: part,
      check: (bytes: Bytes) => checked(bytes, i, part),
    }));
  });
  return (await Promise.all(files)).flat();
}

/** Checks parts in any order; the first one's header opens all of them. */
function partChecks(open: (header: Bytes) => Promise<Opener>, first: () => Promise<Bytes>): (bytes: Bytes, part: number, length: number) => Promise<void> {
  let use: Opener | null = null;
  return async (bytes, part, length) => {
    if (bytes.length !== length) throw new Failure("tampered", "length");
    if (part === 0 || !use) use = await open((part === 0 ? bytes : await first()).slice(0, HEADER));
    await openRange(use, bytes, (part * PART) / SEGMENT);
  };
}

/** Of a pack only this grant's thumbs can be checked; the others stay sealed to it. */
function packFiles(access: Access): Planned[] {
  return access.manifest.packs.flatMap((name, pack) => {
    const thumbs = access.manifest.photos.flatMap(({ index, thumb }) => (thumb?.[0] === pack ? [{ index, start: thumb[1], end: thumb[1] + thumb[2] }] : []));
    if (!thumbs.length) return [];
    const check = async (bytes: Bytes): Promise<void> => {
      for (const { index, start, end } of thumbs) {
        await openObject(await access.secret(index, "thumb"), access.gallery, "thumb", bytes.slice(start, end));
      }
    };
    return [{ name, length: Math.max(...thumbs.map(({ end }) => end)), check }];
  });
}
