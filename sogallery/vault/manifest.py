"""The sealed list of what one grant may see (docs/format.md, section 7): written canonically, read strictly."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sogallery.vault import codec
from sogallery.vault.codec import Json, as_list, as_natural, as_object, as_text, unb64
from sogallery.vault.failures import MalformedError, UnsupportedError, WrongGalleryError

FORMAT = "soga/1 manifest"
MEDIA_TYPE = "application/json"  # the `type` in the header of a manifest's object
PHOTO, CLIP = "photo", "clip"
_COLOURS = re.compile(r"[0-9a-f]{24}", re.ASCII)
_NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter: the next `count` photos."""

    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Studio:
    """Whose gallery this is and how to reach them; empty fields are left out."""

    name: str = ""
    email: str = ""
    phone: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The studio's public key for replies (an uncompressed P-256 point) and its id."""

    key: bytes
    id: str


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo or clip as a grant sees it; exactly one of `original` and `view` is its secret.

    `small`, `display`, `size` (of the original), `clip` and `poster` are sealed lengths in bytes; `thumb` is its index
    in packs, offset and sealed length. A PHOTO needs thumb, small and display, a CLIP poster; 0 means it has none.
    """

    name: str
    width: int = 0
    height: int = 0
    colours: str = "0" * 24
    thumb: tuple[int, int, int] | None = None
    original: bytes | None = field(default=None, repr=False)
    view: bytes | None = field(default=None, repr=False)
    small: int = 0
    display: int = 0
    size: int = 0
    kind: str = PHOTO
    clip: int = 0
    poster: int = 0
    caption: str = ""
    taken: str = ""
    exposure: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one grant may see. Days are written YYYY-MM-DD; empty texts and a `cover` of None are left out."""

    gallery: str
    revision: int
    title: str
    language: str
    studio: Studio
    reply: Reply | None
    packs: tuple[str, ...]
    sections: tuple[Section, ...]
    photos: tuple[Photo, ...]
    date: str = ""
    retain_until: str = ""
    cover: int | None = None


def write(manifest: Manifest) -> bytes:
    """The manifest as canonical JSON. Raises MalformedError for one that no reader would take."""
    raw = _write(manifest)
    parse(raw, manifest.gallery)
    return raw


def _write(manifest: Manifest) -> bytes:
    document: dict[str, object] = {
        "format": FORMAT,
        "gallery": manifest.gallery,
        "revision": manifest.revision,
        "title": manifest.title,
        "studio": _some(manifest.studio, "name", "email", "phone", "url"),
        "packs": list(manifest.packs),
        "sections": [{"title": section.title, "count": section.count} for section in manifest.sections],
        "photos": [_write_photo(photo) for photo in manifest.photos],
        **_some(manifest, "language", "date", "retain_until"),
    }
    if manifest.reply is not None:
        document["reply"] = {"key": codec.b64(manifest.reply.key), "id": manifest.reply.id}
    if manifest.cover is not None:
        document["cover"] = manifest.cover
    return codec.dump_json(document)


def content_digest(manifests: Mapping[str, Manifest]) -> bytes:
    """SHA-256 of what all grants see, by grant name: the revision rises when this changes (it leaves it out)."""
    parts: list[bytes | str] = ["soga/1 content"]
    for grant in sorted(manifests):
        parts += [grant, _write(replace(manifests[grant], revision=0))]
    return hashlib.sha256(codec.fields(*parts)).digest()


def parse(content: bytes, gallery_id: str) -> Manifest:
    """The manifest in `content`, every rule of section 7 checked.

    Raises UnsupportedError for another format, WrongGalleryError for another gallery, else MalformedError.
    """
    document = codec.parse_object(content)
    if document.get("format") != FORMAT:
        raise UnsupportedError("a manifest of another format", "open it with a newer sogallery")
    if as_text(document.get("gallery")) != gallery_id:
        raise WrongGalleryError("a manifest of another gallery")
    packs = tuple(_matching(_NAME, name) for name in as_list(document.get("packs")))
    photos = tuple(_parse_photo(as_object(photo), len(packs)) for photo in as_list(document.get("photos")))
    manifest = Manifest(
        gallery=gallery_id,
        revision=as_natural(document.get("revision")),
        title=as_text(document.get("title")),
        language=as_text(document.get("language", "")),
        studio=_parse_studio(as_object(document.get("studio", {}))),
        reply=_parse_reply(as_object(document["reply"])) if "reply" in document else None,
        packs=packs,
        sections=tuple(_parse_section(as_object(section)) for section in as_list(document.get("sections"))),
        photos=photos,
        date=as_text(document.get("date", "")),
        retain_until=as_text(document.get("retain_until", "")),
        cover=as_natural(document["cover"]) if "cover" in document else None,
    )
    return _counted(manifest)


def _counted(manifest: Manifest) -> Manifest:
    if sum(section.count for section in manifest.sections) != len(manifest.photos):
        raise MalformedError("sections that do not add up to the photos")
    if manifest.cover is not None and manifest.cover >= len(manifest.photos):
        raise MalformedError("a cover that is not among the photos")
    return manifest


def _some(source: object, *names: str) -> dict[str, object]:
    """Those fields of `source` that are not empty."""
    return {name: value for name in names if (value := getattr(source, name))}


def _write_photo(photo: Photo) -> dict[str, object]:
    out: dict[str, object] = {
        "name": photo.name,
        "width": photo.width,
        "height": photo.height,
        "colours": photo.colours,
        **_some(photo, "small", "display", "clip", "poster", "caption", "taken", "exposure"),
    }
    if photo.kind != PHOTO:
        out["kind"] = photo.kind
    if photo.thumb is not None:
        out["thumb"] = list(photo.thumb)
    if photo.size:
        out["bytes"] = photo.size
    secrets = {"original": photo.original, "view": photo.view}
    return out | {key: codec.b64(secret) for key, secret in secrets.items() if secret is not None}


def _parse_photo(photo: dict[str, Json], packs: int) -> Photo:
    original, view = (unb64(as_text(photo[key]), 16) if key in photo else None for key in ("original", "view"))
    small, display, size, clip, poster = (
        as_natural(photo.get(key, 0)) for key in ("small", "display", "bytes", "clip", "poster")
    )
    return _complete(
        Photo(
            name=as_text(photo.get("name")),
            width=as_natural(photo.get("width")),
            height=as_natural(photo.get("height")),
            colours=_matching(_COLOURS, photo.get("colours")),
            thumb=_parse_thumb(as_list(photo["thumb"]), packs) if "thumb" in photo else None,
            original=original,
            view=view,
            small=small,
            display=display,
            size=size,
            kind=as_text(photo.get("kind", PHOTO)),
            clip=clip,
            poster=poster,
            caption=as_text(photo.get("caption", "")),
            taken=as_text(photo.get("taken", "")),
            exposure=as_text(photo.get("exposure", "")),
        )
    )


def _complete(photo: Photo) -> Photo:
    """`photo` if it has what its kind needs; of a kind from the future nothing more is asked."""
    if (photo.original is None) == (photo.view is None):
        raise MalformedError("a photo needs exactly one secret")
    if photo.original is None and (photo.size or photo.clip):
        raise MalformedError("an original's length without its secret")
    needed = {PHOTO: (photo.thumb, photo.small, photo.display), CLIP: (photo.poster,)}.get(photo.kind, ())
    if not all(needed):
        raise MalformedError("a rendition is missing")
    return photo


def _parse_thumb(thumb: list[Json], packs: int) -> tuple[int, int, int]:
    if len(thumb) != 3:
        raise MalformedError("a thumb needs a pack, an offset and a length")
    pack, offset, length = (as_natural(number) for number in thumb)
    if pack >= packs:
        raise MalformedError("a thumb in a pack that is not there")
    return pack, offset, length


def _parse_section(section: dict[str, Json]) -> Section:
    return Section(as_text(section.get("title")), as_natural(section.get("count")))


def _parse_studio(studio: dict[str, Json]) -> Studio:
    return Studio(*(as_text(studio.get(key, "")) for key in ("name", "email", "phone", "url")))


def _parse_reply(reply: dict[str, Json]) -> Reply:
    return Reply(unb64(as_text(reply.get("key")), 65), as_text(reply.get("id")))


def _matching(pattern: re.Pattern[str], value: Json) -> str:
    text = as_text(value)
    if not pattern.fullmatch(text):
        raise MalformedError("hex digits are missing or too many")
    return text
