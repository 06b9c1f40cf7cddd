"""Image file directories (TIFF 6.0, section 2), the container of EXIF: read tolerantly, written strictly."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

Order: TypeAlias = Literal["<", ">"]
Read: TypeAlias = Callable[[int, int], bytes]  # (offset, length) -> at most length bytes

ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 2, 3, 4, 5, 7
FORMATS = {1: "B", 2: "s", 3: "H", 4: "L", 5: "LL", 6: "b", 7: "s", 8: "h", 9: "l", 10: "ll", 11: "f", 12: "d", 13: "L"}
SIZES = {kind: struct.calcsize("<" + letters) for kind, letters in FORMATS.items()}

MAX_ENTRIES = 1000
MAX_VALUE = 64 * 2**20


class NotTiffError(ValueError):
    """These bytes are no TIFF structure."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a directory, its value as the raw bytes of the file, in the file's byte order."""

    tag: int
    type: int
    count: int
    value: bytes


Directory: TypeAlias = Mapping[int, Entry]


def over(data: bytes) -> Read:
    """Read from a block in memory."""
    return lambda offset, length: data[offset : offset + length]


def header(read: Read) -> tuple[Order, int]:
    """Byte order and the offset of the first directory. Raises NotTiffError."""
    head = read(0, 8)
    orders: dict[bytes, Order] = {b"II*\0": "<", b"MM\0*": ">"}
    order = orders.get(head[:4])
    if order is None or len(head) < 8:
        raise NotTiffError("no TIFF header")
    return order, int(struct.unpack(order + "L", head[4:])[0])


def directory(
    read: Read, order: Order, offset: int, wanted: Callable[[int], bool] = lambda _: True
) -> dict[int, Entry]:
    """The wanted fields of the directory at an offset, without those that point outside the file or repeat another."""
    start = read(offset, 2)
    if len(start) < 2:
        return {}
    count = min(struct.unpack(order + "H", start)[0], MAX_ENTRIES)
    table = read(offset + 2, 12 * count)
    found: dict[int, Entry] = {}
    for at in range(0, len(table) - 11, 12):
        tag, kind, number = struct.unpack_from(order + "HHL", table, at)
        if tag in found or kind not in SIZES or not wanted(tag):
            continue
        value = _value(read, order, table[at + 8 : at + 12], SIZES[kind] * number)
        if value is not None:
            found[tag] = Entry(tag, kind, number, value)
    return found


def _value(read: Read, order: Order, inline: bytes, length: int) -> bytes | None:
    if length <= 4:
        return inline[:length]
    if length > MAX_VALUE:
        return None
    value = read(int(struct.unpack(order + "L", inline)[0]), length)
    return value if len(value) == length else None


def integers(entry: Entry, order: Order) -> tuple[int, ...]:
    """The numbers of a field of an integer type; none for other types."""
    if entry.type not in (1, 3, 4, 6, 8, 9, 13):
        return ()
    return struct.unpack(f"{order}{entry.count}{FORMATS[entry.type]}", entry.value)


def integer(entries: Directory, tag: int, order: Order) -> int | None:
    """The first number of a field, None if there is none."""
    values = integers(entries[tag], order) if tag in entries else ()
    return values[0] if values else None


def fraction(entries: Directory, tag: int, order: Order) -> Fraction | None:
    """The first rational of a field; None if there is none, or it is 0/0 or infinite."""
    entry = entries.get(tag)
    if entry is None or entry.type not in (5, 10) or entry.count < 1:
        return None
    top, bottom = struct.unpack(order + FORMATS[entry.type], entry.value[:8])
    return Fraction(top, bottom) if bottom else None


def number(tag: int, value: int, order: Order, kind: int = SHORT) -> Entry:
    """A field with one number."""
    return Entry(tag, kind, 1, struct.pack(order + FORMATS[kind], value))


def written(entries: Iterable[Entry], order: Order, offset: int, following: int = 0) -> bytes:
    """A directory and its values, to be placed at an (even) offset; `following` is the offset of the next directory."""
    fields = sorted(entries, key=lambda entry: entry.tag)
    room = offset + 2 + 12 * len(fields) + 4
    table, values = struct.pack(order + "H", len(fields)), b""
    for entry in fields:
        table += struct.pack(order + "HHL", entry.tag, entry.type, entry.count)
        if len(entry.value) <= 4:
            table += entry.value.ljust(4, b"\0")
        else:
            table += struct.pack(order + "L", room + len(values))
            values += entry.value + b"\0" * (len(entry.value) % 2)
    return table + struct.pack(order + "L", following) + values
