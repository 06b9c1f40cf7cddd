/** The manifest: what one grant may see (docs/format.md, section 7). Pure. */

import { asArray, asCount, asObject, asText, type Bytes, type Json, parseJson, unb64 } from "./codec.ts";
import { Failure } from "./failures.ts";

/** `kind` is "photo", "clip", or something newer than this viewer. Exactly one of `original` and `view` is there. */
export interface Photo {
  readonly index: number;
  readonly name: string;
  readonly kind: string;
  readonly width: number;
  readonly height: number;
  readonly colours: string;
  readonly original?: Bytes;
  readonly view?: Bytes;
  readonly thumb?: readonly [pack: number, offset: number, length: number];
  /** Sealed lengths of the objects that exist. */
  readonly small?: number;
  readonly display?: number;
  readonly bytes?: number;
  readonly clip?: number;
  readonly poster?: number;
  readonly caption?: string;
  readonly taken?: string;
  readonly exposure?: string;
}

/** `photos` are indices into the manifest's list, in order. */
export interface Section {
  readonly title: string;
  readonly photos: readonly number[];
}

export interface Studio {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly url: string;
}

export interface Manifest {
  readonly gallery: string;
  readonly revision: number;
  readonly title: string;
  readonly language: string;
  readonly date?: string;
  readonly retainUntil?: string;
  readonly cover?: number;
  readonly studio: Studio;
  readonly reply?: { readonly key: Bytes; readonly id: string };
  readonly packs: readonly string[];
  readonly sections: readonly Section[];
  readonly photos: readonly Photo[];
}

export function parseManifest(bytes: Bytes, gallery: string): Manifest {
  const json = parseJson(bytes);
  if (json.format !== "soga/1 manifest") throw new Failure("unsupported", "manifest format");
  if (json.gallery !== gallery) throw new Failure("wrong gallery", "manifest");
  const packs = asArray(json.packs, "packs").map(packName);
  const photos = asArray(json.photos, "photos").map((item, index) => parsePhoto(asObject(item, "photo"), index, packs.length));
  const cover = optional(json.cover, (value) => asCount(value, "cover", photos.length - 1));
  return {
    gallery, packs, photos, cover,
    revision: asCount(json.revision, "revision"),
    title: asText(json.title, "title"),
    language: optional(json.language, asText) ?? "",
    date: optional(json.date, asText),
    retainUntil: optional(json.retain_until, asText),
    studio: parseStudio(asObject(json.studio ?? {}, "studio")),
    reply: optional(json.reply, parseReply),
    sections: parseSections(asArray(json.sections, "sections"), photos.length),
  } as Manifest;
}

function optional<T>(value: unknown, parse: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : parse(value);
}

function packName(value: unknown): string {
  const name = asText(value, "pack");
  if (!/^[0-9a-f]{32}$/.test(name)) throw new Failure("malformed", "pack");
  return name;
}

function parseStudio(json: Json): Studio {
  const field = (name: string): string => optional(json[name], asText) ?? "";
  return { name: field("name"), email: field("email"), phone: field("phone"), url: field("url") };
}

function parseReply(value: unknown): { key: Bytes; id: string } {
  const json = asObject(value, "reply");
  return { key: unb64(json.key, 65), id: asText(json.id, "reply id") };
}

function parseSections(list: unknown[], photos: number): Section[] {
  let at = 0;
  const sections = list.map((item) => {
    const json = asObject(item, "section");
    const count = asCount(json.count, "count", photos - at);
    const first = at;
    at += count;
    return { title: asText(json.title, "section title"), photos: Array.from({ length: count }, (_, i) => first + i) };
  });
  if (at !== photos) throw new Failure("malformed", "sections do not add up");
  return sections;
}

function parsePhoto(json: Json, index: number, packs: number): Photo {
  const count = (field: string): number | undefined => optional(json[field], (value) => asCount(value, field)) || undefined;
  const photo = {
    index,
    kind: optional(json.kind, asText) ?? "photo",
    name: asText(json.name, "photo name"),
    width: asCount(json.width, "width"),
    height: asCount(json.height, "height"),
    colours: asText(json.colours, "colours"),
    original: optional(json.original, (value) => unb64(value, 16)),
    view: optional(json.view, (value) => unb64(value, 16)),
    thumb: optional(json.thumb, (value) => parseThumb(value, packs)),
    small: count("small"), display: count("display"), bytes: count("bytes"), clip: count("clip"), poster: count("poster"),
    caption: optional(json.caption, asText),
    taken: optional(json.taken, asText),
    exposure: optional(json.exposure, asText),
  } as Photo;
  checkPhoto(photo);
  return photo;
}

/** What its kind needs; of a kind from the future nothing more is asked. */
function checkPhoto(photo: Photo): void {
  if ((photo.original === undefined) === (photo.view === undefined)) throw new Failure("malformed", "one secret a photo");
  if (!/^[0-9a-f]{24}$/.test(photo.colours)) throw new Failure("malformed", "colours");
  if (!photo.original && (photo.bytes || photo.clip)) throw new Failure("malformed", "an original's length without its secret");
  const needed = photo.kind === "photo" ? [photo.thumb, photo.small, photo.display] : photo.kind === "clip" ? [photo.poster] : [];
  if (needed.includes(undefined)) throw new Failure("malformed", "a rendition is missing");
}

function parseThumb(value: unknown, packs: number): [number, number, number] {
  const [pack, offset, length, ...rest] = asArray(value, "thumb");
  if (rest.length) throw new Failure("malformed", "thumb");
  return [asCount(pack, "pack index", packs - 1), asCount(offset, "thumb offset"), asCount(length, "thumb length")];
}
