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

    name: str
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
    in packs, offset and sealed length. Which of them a photo has depends on its kind: see `write` and `parse`.
    """

    name: str
    width: int = 0
    height: int = 0
    colours: str = "0" * 24
    thumb: tuple[int, int, int] = (0, 0, 0)
    original: bytes | None = field(default=None, repr=False)
    view: bytes | None = field(default=None, repr=False)
    small: int = 0
    display: int = 0
    size: int = 0
    kind: str = "photo"
    poster: int = 0
    clip: int = 0
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
    reply: Reply
    packs: tuple[str, ...]
    sections: tuple[Section, ...]
    photos: tuple[Photo, ...]
    date: str = ""
    retain_until: str = ""
    cover: int | None = None


def write(manifest: Manifest) -> bytes:
    """The manifest as canonical JSON. Raises MalformedError for one that no reader would take."""
    document: dict[str, object] = {
        "format": FORMAT,
        "gallery": manifest.gallery,
        "revision": manifest.revision,
        "title": manifest.title,
        "language": manifest.language,
        "studio": {"name": manifest.studio.name, **_some(manifest.studio, "email", "phone", "url")},
        "reply": {"key": codec.b64(manifest.reply.key), "id": manifest.reply.id},
        "packs": list(manifest.packs),
        "sections": [{"title": section.title, "count": section.count} for section in manifest.sections],
        "photos": [_write_photo(photo) for photo in manifest.photos],
        **_some(manifest, "date", "retain_until"),
    }
    if manifest.cover is not None:
        document["cover"] = manifest.cover
    raw = codec.dump_json(document)
    parse(raw, manifest.gallery)
    return raw


def content_digest(manifests: Mapping[str, Manifest]) -> bytes:
    """SHA-256 of what all grants see, by grant name: the revision rises when this changes (it leaves it out)."""
    parts: list[bytes | str] = ["soga/1 content"]
    for grant in sorted(manifests):
        parts += [grant, write(replace(manifests[grant], revision=0))]
    return hashlib.sha256(codec.fields(*parts)).digest()


def parse(content: bytes, gallery_id: str) -> Manifest:
    """The manifest in `content`, every rule of section 7 checked.

    Raises UnsupportedError for another format, WrongGalleryError for another gallery, else MalformedError.
    """
    document = codec.parse_object(content)
    if as_text(document.get("format")) != FORMAT:
        raise UnsupportedError("a manifest of another format", "open it with a newer sogallery")
    if as_text(document.get("gallery")) != gallery_id:
        raise WrongGalleryError("a manifest of another gallery")
    packs = tuple(_matching(_NAME, name) for name in as_list(document.get("packs")))
    photos = tuple(_parse_photo(as_object(photo), len(packs)) for photo in as_list(document.get("photos")))
    manifest = Manifest(
        gallery=gallery_id,
        revision=as_natural(document.get("revision")),
        title=as_text(document.get("title")),
        language=as_text(document.get("language")),
        studio=_parse_studio(as_object(document.get("studio"))),
        reply=_parse_reply(as_object(document.get("reply"))),
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
        "thumb": list(photo.thumb),
        **_some(photo, "caption", "taken", "exposure"),
    }
    if photo.original is not None:
        out["original"] = codec.b64(photo.original)
    if photo.view is not None:
        out["view"] = codec.b64(photo.view)
    if photo.kind == "clip":
        out |= {"kind": "clip", "poster": photo.poster, **_some(photo, "clip")}
    else:
        out |= {"small": photo.small, "display": photo.display}
        if photo.size:
            out["bytes"] = photo.size
    return out


def _parse_photo(photo: dict[str, Json], packs: int) -> Photo:
    name, kind = as_text(photo.get("name")), as_text(photo.get("kind", "photo"))
    if kind not in ("photo", "clip"):
        return Photo(name, kind=kind)
    original, view = (unb64(as_text(photo[key]), 16) if key in photo else None for key in ("original", "view"))
    if (original is None) == (view is None):
        raise MalformedError("a photo needs exactly one secret")
    whole = "clip" if kind == "clip" else "bytes"
    if (whole in photo) != (original is not None):
        raise MalformedError("an original's length belongs to its secret")
    lengths = {key: as_natural(photo.get(key)) for key in (("poster",) if kind == "clip" else ("small", "display"))}
    if whole in photo:
        lengths["clip" if kind == "clip" else "size"] = as_natural(photo[whole])
    return Photo(
        name=name,
        width=as_natural(photo.get("width")),
        height=as_natural(photo.get("height")),
        colours=_matching(_COLOURS, photo.get("colours")),
        thumb=_parse_thumb(as_list(photo.get("thumb")), packs),
        original=original,
        view=view,
        kind=kind,
        caption=as_text(photo.get("caption", "")),
        taken=as_text(photo.get("taken", "")),
        exposure=as_text(photo.get("exposure", "")),
        **lengths,
    )


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
    optional = (as_text(studio.get(key, "")) for key in ("email", "phone", "url"))
    return Studio(as_text(studio.get("name")), *optional)


def _parse_reply(reply: dict[str, Json]) -> Reply:
    return Reply(unb64(as_text(reply.get("key")), 65), as_text(reply.get("id")))


def _matching(pattern: re.Pattern[str], value: Json) -> str:
    text = as_text(value)
    if not pattern.fullmatch(text):
        raise MalformedError("hex digits are missing or too many")
    return text
