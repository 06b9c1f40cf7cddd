"""JPEG originals: coded data and tables as they are, EXIF, XMP and IPTC written anew, everything else gone.

The first picture of a multi-picture file stays; the others are previews and gain maps with metadata of their own.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from sogallery.render import jpeg
from sogallery.render.clean.rope import Piece, Rope, Span, joined
from sogallery.render.meta import exif, iptc, xmp

EXIF_HEAD, XMP_HEAD, ICC_HEAD, ADOBE_HEAD = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"ICC_PROFILE\0", b"Adobe"
MAX_PAYLOAD = 65_533


def cleaned(file: BinaryIO) -> Rope:
    """The rope of the cleaned file. Raises UnreadableImage if it is cut off."""
    pieces: list[Piece] = []
    seen: set[bytes] = set()
    for found in jpeg.segments(file):
        if found.marker < jpeg.APP0:
            pieces.append(Span(found.offset, found.length))
        elif found.marker != jpeg.COM:
            pieces.append(_application(file, found, seen))
    return joined(pieces)


def _application(file: BinaryIO, found: jpeg.Segment, seen: set[bytes]) -> Piece:
    """What becomes of an application segment; b"" if it goes. A second block of a kind always goes."""
    payload = jpeg.payload(file, found)
    if (found.marker == jpeg.APP2 and payload.startswith(ICC_HEAD)) or (
        found.marker == jpeg.APP14 and payload.startswith(ADOBE_HEAD)
    ):
        return Span(found.offset, found.length)
    rewritten = _rewritten(found.marker, payload)
    head = payload[:6]
    if not rewritten or head in seen or len(rewritten) > MAX_PAYLOAD:
        return b""
    seen.add(head)
    return struct.pack(">BBH", 0xFF, found.marker, len(rewritten) + 2) + rewritten


def _rewritten(marker: int, payload: bytes) -> bytes:
    if marker == jpeg.APP0 and payload.startswith(b"JFIF\0") and len(payload) >= 12:
        return payload[:12] + b"\0\0"  # without its thumbnail
    if marker == jpeg.APP1 and payload.startswith(EXIF_HEAD):
        return _fitting(exif.parsed(payload))
    if marker == jpeg.APP1 and payload.startswith(XMP_HEAD):
        packet = xmp.cleaned(payload.removeprefix(XMP_HEAD))
        return XMP_HEAD + packet if packet else b""
    if marker == jpeg.APP13 and payload.startswith(iptc.PHOTOSHOP):
        kept = iptc.cleaned_resources(payload)
        return iptc.PHOTOSHOP + kept if kept else b""
    return b""


def _fitting(found: exif.Exif) -> bytes:
    """The cleaned EXIF block; only the orientation if it would not fit a segment."""
    block = exif.cleaned(found)
    if len(block) > MAX_PAYLOAD - len(EXIF_HEAD):
        block = exif.only_orientation(exif.orientation(found))
    return EXIF_HEAD + block if block else b""
