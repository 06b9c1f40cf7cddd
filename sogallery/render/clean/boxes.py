"""ISO base media boxes (ISO/IEC 14496-12) and the item tables of HEIF (ISO/IEC 23008-12), read from bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sogallery.render.jpeg import cut_off

MAX_ITEMS = 10_000


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its type, where it begins, where its content begins and where it ends."""

    type: bytes
    start: int
    content: int
    end: int


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a HEIF file: its entry in `iinf` as it stands, and where its data is."""

    id: int
    type: bytes
    entry: bytes
    mime: bytes = b""


@dataclass(frozen=True, slots=True)
class Extents:
    """Where an item's data is: absolute (0) or in the `idat` box (1), in parts."""

    method: int
    parts: tuple[tuple[int, int], ...]


class Fields:
    """Reads big-endian numbers one after the other."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    def number(self, size: int) -> int:
        """The next number of `size` bytes; 0 for none."""
        found = self.data[self.at : self.at + size]
        if len(found) < size:
            raise cut_off()
        self.at += size
        return int.from_bytes(found)


def top_boxes(file: BinaryIO) -> Iterator[Box]:
    """The boxes of a file."""
    end = file.seek(0, 2)
    at = 0
    while at < end:
        file.seek(at)
        box = _box(file.read(16), at, end)
        yield box
        at = box.end


def boxes(data: bytes, start: int = 0) -> Iterator[Box]:
    """The boxes inside a box's content."""
    at = start
    while at + 8 <= len(data):
        box = _box(data[at : at + 16], at, len(data))
        yield box
        at = box.end


def _box(head: bytes, at: int, end: int) -> Box:
    if len(head) < 8:
        raise cut_off()
    size, kind = struct.unpack_from(">L4s", head)
    skip = 8
    if size == 1:
        size, skip = int.from_bytes(head[8:16]), 16
    elif size == 0:
        size = end - at
    if size < skip or at + size > end:
        raise cut_off()
    return Box(kind, at, at + skip, at + size)


def full(kind: bytes, version: int, flags: int, content: bytes) -> bytes:
    """A full box as bytes."""
    return plain(kind, struct.pack(">L", version << 24 | flags) + content)


def plain(kind: bytes, content: bytes) -> bytes:
    """A box as bytes."""
    return struct.pack(">L", len(content) + 8) + kind + content


def primary(content: bytes) -> int:
    """The id that `pitm` names."""
    return Fields(content, 4).number(2 if content[0] == 0 else 4)


def items(content: bytes) -> dict[int, Item]:
    """The entries of `iinf`."""
    found: dict[int, Item] = {}
    for box in boxes(content, 6 if content[0] == 0 else 8):
        entry = content[box.start : box.end]
        body = content[box.content : box.end]
        if box.type != b"infe" or body[0] not in (2, 3) or len(found) >= MAX_ITEMS:
            continue
        fields = Fields(body, 4)
        number = fields.number(2 if body[0] == 2 else 4)
        kind = body[fields.at + 2 : fields.at + 6]
        words = body[fields.at + 6 :].split(b"\0")
        found[number] = Item(number, kind, entry, words[1] if kind == b"mime" and len(words) > 1 else b"")
    return found


def references(content: bytes) -> list[tuple[bytes, int, tuple[int, ...]]]:
    """The entries of `iref`: type, from which item, to which items."""
    width = 2 if content[0] == 0 else 4
    found = []
    for box in boxes(content, 4):
        fields = Fields(content[: box.end], box.content)
        source, count = fields.number(width), fields.number(2)
        found.append((box.type, source, tuple(fields.number(width) for _ in range(count))))
    return found


def associations(content: bytes) -> dict[int, list[tuple[bool, int]]]:
    """The entries of `ipma`: for each item its properties, each with whether it is essential and its number from 1."""
    fields = Fields(content, 4)
    width, wide = (2 if content[0] == 0 else 4), content[3] & 1
    found: dict[int, list[tuple[bool, int]]] = {}
    for _ in range(fields.number(4)):
        number = fields.number(width)
        values = [fields.number(2 if wide else 1) for _ in range(fields.number(1))]
        top = 0x8000 if wide else 0x80
        found.setdefault(number, []).extend((bool(value & top), value & (top - 1)) for value in values)
    return found


def locations(content: bytes) -> dict[int, Extents]:
    """The entries of `iloc`."""
    version = content[0]
    fields = Fields(content, 4)
    sizes = fields.number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    found: dict[int, Extents] = {}
    for _ in range(min(fields.number(2 if version < 2 else 4), MAX_ITEMS)):
        number = fields.number(2 if version < 2 else 4)
        method = fields.number(2) & 15 if version else 0
        fields.number(2)  # where the data is, if not in this file; always here
        base, parts = fields.number(base_size), []
        for _ in range(fields.number(2)):
            fields.number(index_size if version else 0)
            parts.append((base + fields.number(offset_size), fields.number(length_size)))
        found[number] = Extents(method, tuple(parts))
    return found
