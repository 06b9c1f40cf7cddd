"""ICC profiles (ICC.1:2001-04) made by hand: for pictures that name a colour space without carrying its profile."""

from __future__ import annotations

import struct
from functools import cache
from typing import TypeAlias

Column: TypeAlias = tuple[float, float, float]

D50: Column = (0.9642, 1.0, 0.8249)
ADOBE_RGB: tuple[Column, Column, Column] = (
    (0.60974, 0.31111, 0.01947),
    (0.20528, 0.62567, 0.06087),
    (0.14919, 0.06322, 0.74457),
)
DISPLAY_P3: tuple[Column, Column, Column] = (
    (0.51512, 0.24120, -0.00105),
    (0.29198, 0.69225, 0.04189),
    (0.15710, 0.06657, 0.78407),
)


def srgb_curve(value: float) -> float:
    """The transfer function of sRGB (IEC 61966-2-1): encoded to linear."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


@cache
def adobe_rgb() -> bytes:
    """Adobe RGB (1998): gamma 563/256."""
    return matrix_profile("Adobe RGB compatible", ADOBE_RGB, struct.pack(">LLLH", 0x63757276, 0, 1, 563) + b"\0\0")


@cache
def display_p3() -> bytes:
    """Display P3: DCI-P3 primaries, D65, the curve of sRGB."""
    samples = [round(srgb_curve(step / 1023) * 65535) for step in range(1024)]
    return matrix_profile("Display P3 compatible", DISPLAY_P3, struct.pack(">LLL1024H", 0x63757276, 0, 1024, *samples))


def matrix_profile(name: str, primaries: tuple[Column, Column, Column], curve: bytes) -> bytes:
    """A version 2 RGB display profile from its D50-adapted primaries and one `curv` for all channels."""
    words = name.encode("ascii") + b"\0"
    description = b"desc" + struct.pack(">LL", 0, len(words)) + words + bytes(78)
    tags = {b"desc": description, b"cprt": b"text\0\0\0\0No copyright\0", b"wtpt": _xyz(D50)}
    tags |= {key: _xyz(column) for key, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)}
    table, values, offset = b"", b"", 128 + 4 + 12 * (len(tags) + 3)
    for key, value in (*tags.items(), (b"rTRC", curve)):
        padded = value + bytes(-len(value) % 4)
        table += key + struct.pack(">LL", offset + len(values), len(value))
        values += padded
    shared = table[-8:]  # the three channels share one curve
    table += b"gTRC" + shared + b"bTRC" + shared
    return _header(offset + len(values)) + struct.pack(">L", len(tags) + 3) + table + values


def _xyz(column: Column) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3l", *(round(part * 65536) for part in column))


def _header(size: int) -> bytes:
    dated = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    head = struct.pack(">L4xL", size, 0x02400000) + b"mntrRGB XYZ " + dated + b"acsp" + bytes(28)
    return (head + struct.pack(">3l", *(round(part * 65536) for part in D50))).ljust(128, b"\0")
