"""The raw metadata blocks of a picture, as its decoder found them in the header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from PIL import Image

from sogallery.render.icc import adobe_rgb, display_p3
from sogallery.render.meta import exif, iptc

HEADER = 2**16  # bytes of a file in which its colour space is named
P3_PRIMARIES = 12
PHOTOSHOP_TAG, IPTC_TAG = 34377, 33723


@dataclass(frozen=True, slots=True)
class Blocks:
    """The raw metadata blocks of a file; b"" where it has none."""

    exif: bytes = b""
    xmp: bytes = b""
    iptc: bytes = b""


def image_format(image: Image.Image) -> str:
    """Pillow's name of the format; a multi-picture JPEG is a JPEG."""
    return "JPEG" if image.format == "MPO" else image.format or ""


def stored_orientation(image: Image.Image) -> int:
    """How the decoder's picture is turned: 1 to 8; HEIC comes out of its decoder upright."""
    if image.format == "HEIF":
        return 1
    try:
        value = image.getexif().get(exif.ORIENTATION, 1)
    except Exception:  # noqa: BLE001  (garbage in the block; the picture itself may be fine)
        value = exif.orientation(exif.parsed(metadata_blocks(image).exif))
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def metadata_blocks(image: Image.Image) -> Blocks:
    """The raw blocks as Pillow found them in the header."""
    info: Mapping[Any, Any] = image.info
    tags: Mapping[int, Any] = getattr(image, "tag_v2", {})
    packet = _raw(info.get("xmp")) or _raw(info.get("XML:com.adobe.xmp"))
    resources = info.get("photoshop")
    from_resources = resources.get(iptc.IPTC_RESOURCE) if isinstance(resources, dict) else None
    block = _raw(from_resources) or _raw(tags.get(IPTC_TAG)) or iptc.from_resources(_raw(tags.get(PHOTOSHOP_TAG)))
    return Blocks(_raw(info.get("exif")) or _exif_of_tiff(image), packet, block)


def colour_profile(image: Image.Image, file: BinaryIO) -> bytes | None:
    """The picture's ICC profile; one made by hand if it only names its colour space; None, which means sRGB, else."""
    profile: bytes | None = image.info.get("icc_profile")
    if profile:
        return profile
    if exif.is_adobe_rgb(exif.parsed(metadata_blocks(image).exif)):
        return adobe_rgb()
    return display_p3() if _primaries(file) == P3_PRIMARIES else None


def _primaries(file: BinaryIO) -> int:
    """The colour primaries (ITU-T H.273) that a HEIC, AVIF or PNG names in its header, 0 if it names none."""
    file.seek(0)
    head = file.read(HEADER)
    for mark, size in ((b"colrnclx", 2), (b"cICP", 1)):
        at = head.find(mark)
        if at >= 0:
            return int.from_bytes(head[at + len(mark) : at + len(mark) + size])
    return 0


def _exif_of_tiff(image: Image.Image) -> bytes:
    """A TIFF file is its own EXIF block; of a large file the fields that interest us."""
    file = getattr(image, "fp", None)
    if image.format != "TIFF" or file is None:
        return b""

    def read(offset: int, length: int) -> bytes:
        file.seek(offset)
        return bytes(file.read(length))

    return exif.cleaned(exif.read(read))


def _raw(value: object) -> bytes:
    if isinstance(value, str):
        return value.encode()
    return value if isinstance(value, bytes) else b""
