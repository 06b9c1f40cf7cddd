"""What a file says about its picture, from the header alone: size, time, words, exposure.

Where several blocks say something, XMP goes before IPTC before EXIF: editors write XMP last (Metadata Working Group).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import TypeAlias
from xml.etree.ElementTree import Element

from PIL import Image

from sogallery.render.blocks import image_format, metadata_blocks, stored_orientation
from sogallery.render.meta import exif, iptc, xmp
from sogallery.render.meta.text import line, tidy
from sogallery.render.source import Source, opened, stream

Packet: TypeAlias = Mapping[xmp.Name, Element]
DataSets: TypeAlias = tuple[iptc.DataSet, ...]

TYPES = MappingProxyType({"MPO": "image/jpeg", "HEIF": "image/heic", "PPM": "image/x-portable-pixmap"})
SUFFIXES = MappingProxyType(
    {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".tif": "TIFF", ".tiff": "TIFF", ".webp": "WEBP", ".gif": "GIF"}
    | {".heic": "HEIF", ".heif": "HEIF", ".avif": "AVIF", ".bmp": "BMP"}
)

# What cameras and programs write by themselves where a photographer would write a caption.
CAMERA_WORDS = re.compile(
    r"(?is)\W*|(?:\w+ ){0,2}digital ?(?:still ?)?camera|sony dsc|dsc|dcf\b.*|dcim\b.*|exif[ _]jpeg.*|<?digimax.*"
    r"|default|samsung|untitled|image|jpeg|null"
)


@dataclass(frozen=True, slots=True)
class Facts:
    """A picture's facts; `width` and `height` are as shown (upright), the stored ones as in the file."""

    width: int
    height: int
    stored_width: int
    stored_height: int
    orientation: int = 1  # EXIF's 1 to 8
    format: str = "JPEG"  # Pillow's name, MPO as JPEG
    type: str = "image/jpeg"
    captured: str = ""  # naive local ISO 8601, with fractions of a second if known
    title: str = ""
    caption: str = ""
    keywords: tuple[str, ...] = ()
    rating: int | None = None  # 0 to 5, -1 for rejected
    exposure: str = ""
    misnamed: str = ""  # says so if the name promises another format than the content is


def read_facts(path: Path) -> Facts:
    """Read a file's header. Raises UnreadableImage if it is no picture; broken metadata is just not there."""
    return facts_of(path, path.name)


def facts_of(source: Source, name: str = "") -> Facts:
    """The same for bytes that are already read; `name` is only compared with the content."""
    with stream(source) as file, opened(file) as image:
        kind, turned, found = image_format(image), stored_orientation(image), metadata_blocks(image)
        taken, packet, sets = exif.parsed(found.exif), xmp.properties(found.xmp), tuple(iptc.datasets(found.iptc))
        width, height = image.size
        return Facts(
            width=height if turned > 4 else width,
            height=width if turned > 4 else height,
            stored_width=width,
            stored_height=height,
            orientation=turned,
            format=kind,
            type=media_type(image),
            captured=_captured(taken, packet, sets),
            title=_title(taken, packet, sets),
            caption=_caption(taken, packet, sets),
            keywords=_keywords(packet, sets),
            rating=_rating(taken, packet),
            exposure=exif.exposure(taken),
            misnamed=_misnamed(name, kind),
        )


def media_type(image: Image.Image) -> str:
    """The media type to serve and save the file under."""
    kind = image.format or ""
    return TYPES.get(kind) or Image.MIME.get(kind, "application/octet-stream")


def _title(taken: exif.Exif, packet: Packet, sets: DataSets) -> str:
    return xmp.first_line(packet, "dc", "title") or iptc.first_line(sets, 5) or exif.title(taken)


def _caption(taken: exif.Exif, packet: Packet, sets: DataSets) -> str:
    found = (xmp.text(packet, "dc", "description"), next(iter(iptc.texts(sets, 120)), ""), exif.caption(taken))
    return next((text for text in map(tidy, found) if not CAMERA_WORDS.fullmatch(text)), "")


def _keywords(packet: Packet, sets: DataSets) -> tuple[str, ...]:
    found = (*xmp.texts(packet, "dc", "subject"), *iptc.texts(sets, 25))
    return tuple(dict.fromkeys(line(word) for word in found if not CAMERA_WORDS.fullmatch(word)))


def _captured(taken: exif.Exif, packet: Packet, sets: DataSets) -> str:
    dates = (("exif", "DateTimeOriginal"), ("photoshop", "DateCreated"), ("xmp", "CreateDate"))
    others = (*(xmp.text(packet, *date) for date in dates), iptc.captured(sets))
    return exif.captured(taken) or next((found for found in map(exif.moment, others) if found), "")


def _rating(taken: exif.Exif, packet: Packet) -> int | None:
    try:
        value: int | None = round(float(xmp.text(packet, "xmp", "Rating")))
    except (ValueError, OverflowError):
        value = exif.rating(taken)
    return value if value is not None and -1 <= value <= 5 else None


def _misnamed(name: str, kind: str) -> str:
    promised = SUFFIXES.get(PurePath(name).suffix.lower(), kind)
    return "" if promised == kind else f"is named like a {promised} file but is a {kind} file"
