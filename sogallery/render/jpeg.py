"""The marker structure of JPEG files (ITU-T T.81, annex B): walking it, and telling whether a file is whole."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sogallery.render.errors import UnreadableImage
from sogallery.render.source import BROKEN_HINT

SOI, EOI, SOS, DNL, COM, APP0, APP1, APP2, APP13, APP14 = 0xD8, 0xD9, 0xDA, 0xDC, 0xFE, 0xE0, 0xE1, 0xE2, 0xED, 0xEE
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})

CHUNK = 2**20
MAX_SCANS = 200  # encoders write about ten; thousands of empty ones keep a decoder busy for hours
MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # in coded data: no stuffing, no fill, no restart


@dataclass(frozen=True, slots=True)
class Segment:
    """A marker segment, marker included; that of SOS reaches over its coded data to the next marker."""

    marker: int
    offset: int
    length: int


def segments(file: BinaryIO) -> Iterator[Segment]:
    """The segments of a file's first picture, from SOI to EOI. Raises UnreadableImage if it is cut off or no JPEG."""
    if _at(file, 0, 2) != b"\xff\xd8":
        raise UnreadableImage("is not a JPEG file", BROKEN_HINT)
    yield Segment(SOI, 0, 2)
    offset, marker = 2, 0
    while marker != EOI:
        marker, offset = _next_marker(file, offset)
        length = 2 if marker in (EOI, 0x01) or 0xD0 <= marker <= 0xD7 else 2 + _length(file, offset + 2)
        if marker == SOS:
            length = _scan_end(file, offset + length) - offset
        yield Segment(marker, offset, length)
        offset += length


def payload(file: BinaryIO, segment: Segment) -> bytes:
    """What a segment holds after its marker and length."""
    return _at(file, segment.offset + 4, segment.length - 4)


def refuse_damaged(file: BinaryIO) -> None:
    """Raise UnreadableImage for a JPEG that ends too early or has more scans than any encoder writes.

    A progressive one may be closed with an end marker after a cut; then its lowest coefficients are not all exact.
    """
    progressive, found = False, 0
    depths: dict[int, int] = {}  # (component) -> how many bits of its lowest coefficient are still missing
    for segment in segments(file):
        progressive |= segment.marker in PROGRESSIVE
        if segment.marker == SOS:
            found += 1
            _note_scan(_at(file, segment.offset + 4, 16), depths)
        if found > MAX_SCANS:
            raise UnreadableImage(
                f"has more than {MAX_SCANS} scans; no camera or editor writes such a file", BROKEN_HINT
            )
    if not found or (progressive and any(depths.values())):
        raise cut_off()


def cut_off() -> UnreadableImage:
    """The end of the file is missing."""
    return UnreadableImage(
        "is cut off: a part of the picture is missing", "copy it again from the card, or restore it from a backup"
    )


def _note_scan(head: bytes, depths: dict[int, int]) -> None:
    """Remember how exactly a scan gives the DC coefficients of its components."""
    count = head[0]
    first, approximation = head[1 + 2 * count], head[3 + 2 * count] if len(head) > 3 + 2 * count else 0
    if first == 0:
        depths.update({head[1 + 2 * index]: approximation & 15 for index in range(count)})


def _next_marker(file: BinaryIO, offset: int) -> tuple[int, int]:
    """The marker at an offset, past fill bytes and the odd stray byte that decoders skip too."""
    window = _at(file, offset, CHUNK)
    match = re.search(rb"\xff([^\x00\xff])", window)
    if not match:
        raise cut_off()
    return match[1][0], offset + match.start()


def _length(file: BinaryIO, offset: int) -> int:
    raw = _at(file, offset, 2)
    if len(raw) < 2:
        raise cut_off()
    length = int(struct.unpack(">H", raw)[0])
    if length < 2:
        raise UnreadableImage("is not a sound JPEG file: a segment has no length", BROKEN_HINT)
    return length


def _scan_end(file: BinaryIO, offset: int) -> int:
    """Where the coded data that starts at an offset ends: at the next marker that is no restart."""
    while window := _at(file, offset, CHUNK):
        match = MARKER.search(window)
        if match:
            return offset + match.start()
        if len(window) < 2:
            break
        offset += len(window) - 1  # a marker may straddle the border
    raise cut_off()


def _at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)
