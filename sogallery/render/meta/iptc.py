"""IPTC-IIM and the Photoshop image resources that carry it (IIM 4.2; Photoshop file formats, image resource blocks)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from sogallery.render.meta.text import decoded, line, tidy

DataSet: TypeAlias = tuple[int, int, bytes]  # record, number, value

PHOTOSHOP = b"Photoshop 3.0\0"
IPTC_RESOURCE = 0x0404
# Resolution, copyright flag, copyright address. Not here: thumbnails, EXIF and XMP copies, paths, layers, print
# settings, digests.
KEPT_RESOURCES = frozenset({0x03ED, 0x040A, 0x040B})

# Of record 1 the character set. Of record 2 title, urgency, categories, keywords, instructions, dates, by-lines,
# headline, credit, source, copyright, contact, caption and its writer. Not here: places (26, 27, 90 to 101), job
# identifiers, object previews (200 to 202).
KEPT = frozenset(
    {(1, 0), (1, 90)} | {(2, n) for n in (0, 3, 4, 5, 7, 8, 10, 12, 15, 20, 22, 25, 40, 55, 60, 62, 63, 65, 70)}
)
KEPT |= {(2, n) for n in (75, 80, 85, 105, 110, 115, 116, 118, 120, 121, 122, 130, 131, 135)}


def datasets(block: bytes) -> Iterator[DataSet]:
    """The data sets of an IIM block, up to the first byte that makes no sense."""
    at = 0
    while at + 5 <= len(block) and block[at] == 0x1C:
        record, number, length = struct.unpack_from(">BBH", block, at + 1)
        at += 5
        if length & 0x8000:  # extended: the low bits say how long the length is
            width = length & 0x7FFF
            if width > 4:
                return
            length, at = int.from_bytes(block[at : at + width]), at + width
        if at + length > len(block):
            return
        yield record, number, block[at : at + length]
        at += length


def cleaned(block: bytes) -> bytes:
    """An IIM block with only the data sets that may stay; b"" if there are none of substance."""
    kept = [found for found in datasets(block) if found[:2] in KEPT and len(found[2]) < 0x8000]
    if not any(record == 2 and number for record, number, _ in kept):
        return b""
    return b"".join(b"\x1c" + struct.pack(">BBH", record, number, len(value)) + value for record, number, value in kept)


def resources(block: bytes) -> Iterator[tuple[int, bytes]]:
    """The Photoshop image resources of a block, with or without its `Photoshop 3.0`, up to the first broken one."""
    block, at = block.removeprefix(PHOTOSHOP), 0
    while block[at : at + 4] in (b"8BIM", b"MeSa", b"PHUT", b"AgHg", b"DCSR") and at + 12 <= len(block):
        kind = int.from_bytes(block[at + 4 : at + 6])
        start = at + 6 + (block[at + 6] // 2 + 1) * 2  # a Pascal string, padded to even
        length = int.from_bytes(block[start : start + 4])
        value = block[start + 4 : start + 4 + length]
        if len(value) != length or len(block) < start + 4:
            return
        yield kind, value
        at = start + 4 + length + length % 2


def cleaned_resources(block: bytes) -> bytes:
    """The resources that may stay, without `Photoshop 3.0`, the IPTC block among them cleaned; b"" if none is left."""
    kept = [
        (kind, cleaned(value) if kind == IPTC_RESOURCE else value)
        for kind, value in resources(block)
        if kind in KEPT_RESOURCES | {IPTC_RESOURCE}
    ]
    return b"".join(
        b"8BIM" + struct.pack(">HHL", kind, 0, len(value)) + value + b"\0" * (len(value) % 2)
        for kind, value in kept
        if value
    )


def from_resources(block: bytes) -> bytes:
    """The IIM block inside Photoshop resources, b"" if there is none."""
    return next((value for kind, value in resources(block) if kind == IPTC_RESOURCE), b"")


def texts(found: Iterable[DataSet], number: int) -> tuple[str, ...]:
    """The values of a data set of record 2, in order, as text."""
    return tuple(
        text for text in (tidy(decoded(value)) for record, n, value in found if (record, n) == (2, number)) if text
    )


def first_line(found: Iterable[DataSet], number: int) -> str:
    """The first value of a data set of record 2, on one line."""
    return line(next(iter(texts(found, number)), ""))


def captured(found: Iterable[DataSet]) -> str:
    """Date and time created (2:55, 2:60) in EXIF's form, "" without both."""
    sets = tuple(found)
    day, time = first_line(sets, 55), first_line(sets, 60)
    if len(day) < 8 or len(time) < 6:
        return ""
    return f"{day[:4]}:{day[4:6]}:{day[6:8]} {time[:2]}:{time[2:4]}:{time[4:6]}"
