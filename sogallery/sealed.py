"""The folder `sealed/`: all that a machine without the studio's secret needs to publish, and nothing more.

Every record is signed and names its files by hash. Reading trusts nothing that is not both signed and there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sogallery.errors import TamperedError
from sogallery.model import PublicFile, PublicPhoto
from sogallery.output import Blob, Tree, blob
from sogallery.vault import codec, signed
from sogallery.vault.derive import SigningKey

SITE, PUBLIC, RECORD, BUILD = "site.json", "public/record.json", "record.json", "build.json"
BUILD_FORMAT = "soga/1 build"
GALLERY_PAGE = "g/*/index.html"  # in build.json: the page that all galleries have, its id replaced by asterisks


@dataclass(frozen=True, slots=True)
class Access:
    """From which day on (None: at once) which form of gallery.json holds, and which files nobody needs then."""

    since: date | None
    gallery: str
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class GalleryRecord:
    """What CI must know of a sealed gallery. Paths are relative to `sealed/<id>/`; counters are by the grant's tag."""

    id: str
    epoch: int
    revision: int
    counters: Mapping[str, int]
    retain_until: date | None
    files: Mapping[str, tuple[int, str]]
    access: tuple[Access, ...]

    def on(self, day: date) -> dict[str, str] | None:
        """Which files are published on `day`: path in `dist/` to path in `sealed/`; None once the gallery has ended."""
        if self.retain_until is not None and day > self.retain_until:
            return None
        holding = [access for access in self.access if access.since is None or access.since <= day]
        access = max(holding, key=lambda one: one.since or date.min)
        forms = {one.gallery for one in self.access}
        objects = [path for path in self.files if path not in forms and path not in access.without]
        return {f"g/{self.id}/gallery.json": f"{self.id}/{access.gallery}"} | {p: f"{self.id}/{p}" for p in objects}


@dataclass(frozen=True, slots=True)
class Listed:
    """A gallery as the site's record lists it; `tag` stands for its `client/gallery`, `record` is "" once it ended."""

    id: str
    tag: str
    record: str = ""


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """A released photo: what pages show, the files with hashes, the Decision in words and its last day."""

    photo: PublicPhoto
    files: Mapping[str, tuple[int, str]]
    decision: Mapping[str, Any]
    last_day: date | None


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """The portfolio: released photos by id, and the categories' order and words as (title, slug, photo ids)."""

    photos: Mapping[str, PublicEntry] = field(default_factory=dict)
    categories: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A whole `sealed/` folder, checked."""

    listed: tuple[Listed, ...] = ()
    galleries: tuple[GalleryRecord, ...] = ()
    public: PublicRecord = PublicRecord()
    erased: tuple[str, ...] = ()


# --- writing ---------------------------------------------------------------------------------------------------


def write_gallery(key: SigningKey, record: GalleryRecord) -> Blob:
    """The signed record of a gallery."""
    content: dict[str, Any] = {
        "format": signed.GALLERY,
        "gallery": record.id,
        "epoch": record.epoch,
        "revision": record.revision,
        "counters": dict(record.counters),
        "retain_until": _day(record.retain_until),
        "files": _write_files(record.files),
        "access": [
            {"from": _day(one.since), "gallery": one.gallery, "without": sorted(one.without)} for one in record.access
        ],
    }
    return blob(signed.sign(key, content))


def write_public(key: SigningKey, record: PublicRecord) -> Blob:
    """The signed record of the portfolio."""
    content: dict[str, Any] = {
        "format": signed.PUBLIC,
        "photos": {photo_id: _write_entry(entry) for photo_id, entry in record.photos.items()},
        "categories": [
            {"title": title, "slug": slug, "photos": list(photos)} for title, slug, photos in record.categories
        ],
    }
    return blob(signed.sign(key, content))


def write_site(key: SigningKey, listed: Sequence[Listed], public: str, erased: Iterable[str]) -> Blob:
    """The signed list of everything that may be assembled; `public` is the SHA-256 of the portfolio's record."""
    content: dict[str, Any] = {
        "format": signed.SITE,
        "galleries": [{"id": one.id, "tag": one.tag, "record": one.record} for one in listed],
        "erased": sorted(erased),
        "public": public,
    }
    return blob(signed.sign(key, content))


def write_build(key: SigningKey | None, version: str, files: Mapping[str, Blob]) -> Blob:
    """`build.json`, the list of public files; signed if there is a key (docs/decisions/0006-verification.md)."""
    listed = {path: {"size": one.size, "sha256": one.sha256} for path, one in sorted(files.items())}
    content: dict[str, Any] = {"format": BUILD_FORMAT, "version": version, "files": listed}
    return blob(signed.sign(key, content) if key else codec.dump_json({"signed": content}) + b"\n")


# --- reading ---------------------------------------------------------------------------------------------------


def read(load: Callable[[str], bytes | None], public_keys: Mapping[str, bytes]) -> tuple[Sealed, dict[str, str]]:
    """A checked `sealed/` and what had to be left out of it, as path to reason. `load` gives a file's bytes, or None.

    Raises TamperedError for a signature that is not the studio's. A record that is missing, or is not the one that
    the site's record names (an older one, say), leaves that gallery out.
    """
    raw = load(SITE)
    if raw is None:
        raise TamperedError("sealed/site.json is missing", "seal the site on the studio's machine first")
    site: Mapping[str, Any] = signed.verify(raw, public_keys, signed.SITE)
    erased = tuple(str(one) for one in site["erased"])
    listed = tuple(Listed(str(one["id"]), str(one["tag"]), str(one["record"])) for one in site["galleries"])
    missing: dict[str, str] = {}
    galleries = []
    for one in listed:
        if one.record and one.id not in erased:
            document = _expected(load, f"{one.id}/{RECORD}", one.record, missing)
            if document is not None:
                galleries.append(_read_gallery(signed.verify(document, public_keys, signed.GALLERY), one.id))
    document = _expected(load, PUBLIC, str(site["public"]), missing) if site["public"] else None
    public = _read_public(signed.verify(document, public_keys, signed.PUBLIC)) if document else PublicRecord()
    return Sealed(listed, tuple(galleries), public, erased), missing


def _expected(load: Callable[[str], bytes | None], path: str, sha256: str, missing: dict[str, str]) -> bytes | None:
    document = load(path)
    if document is None:
        missing[path] = "is listed but missing"
    elif hashlib.sha256(document).hexdigest() != sha256:
        missing[path] = "is not the record that sealed/site.json names"
        return None
    return document


def _read_gallery(content: Mapping[str, Any], gallery_id: str) -> GalleryRecord:
    if content["gallery"] != gallery_id:
        raise TamperedError(f"sealed/{gallery_id} holds another gallery's record", "seal the site again")
    access = tuple(
        Access(_parse_day(one["from"]), str(one["gallery"]), frozenset(one["without"])) for one in content["access"]
    )
    return GalleryRecord(
        id=gallery_id,
        epoch=int(content["epoch"]),
        revision=int(content["revision"]),
        counters={str(tag): int(counter) for tag, counter in content["counters"].items()},
        retain_until=_parse_day(content["retain_until"]),
        files=_read_files(content["files"]),
        access=access,
    )


def _read_public(content: Mapping[str, Any]) -> PublicRecord:
    categories = tuple((str(c["title"]), str(c["slug"]), tuple(c["photos"])) for c in content["categories"])
    return PublicRecord({str(k): _read_entry(str(k), v) for k, v in content["photos"].items()}, categories)


# --- pieces ----------------------------------------------------------------------------------------------------


def _write_entry(entry: PublicEntry) -> dict[str, Any]:
    photo = entry.photo
    return {
        "width": photo.width,
        "height": photo.height,
        "colours": photo.colours,
        "caption": photo.caption,
        "alt": photo.alt,
        "shown": [{"path": f.path, "width": f.width, "height": f.height, "type": f.type} for f in photo.files],
        "files": _write_files(entry.files),
        "decision": dict(entry.decision),
        "last_day": _day(entry.last_day),
    }


def _read_entry(photo_id: str, raw: Mapping[str, Any]) -> PublicEntry:
    shown = tuple(PublicFile(f["path"], int(f["width"]), int(f["height"]), f["type"]) for f in raw["shown"])
    photo = PublicPhoto(
        id=photo_id,
        width=int(raw["width"]),
        height=int(raw["height"]),
        colours=raw["colours"],
        caption=raw["caption"],
        alt=raw["alt"],
        files=shown,
    )
    return PublicEntry(photo, _read_files(raw["files"]), raw["decision"], _parse_day(raw["last_day"]))


def _write_files(files: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
    return {path: {"size": size, "sha256": sha} for path, (size, sha) in sorted(files.items())}


def _read_files(raw: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    return {str(path): (int(one["size"]), str(one["sha256"])) for path, one in raw.items()}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _parse_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def files_of(tree: Tree) -> dict[str, tuple[int, str]]:
    """A tree as records name files: path to (size, SHA-256)."""
    return {path: (one.size, one.sha256) for path, one in tree.items()}
