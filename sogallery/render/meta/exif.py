"""EXIF (CIPA DC-008): the few facts we show, and the block written anew with only what may stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from sogallery.render.meta import tiff
from sogallery.render.meta.text import decoded, line, tidy

ORIENTATION, DESCRIPTION, COPYRIGHT, ARTIST = 0x0112, 0x010E, 0x8298, 0x013B
EXIF_IFD, GPS_IFD, INTEROP_IFD = 0x8769, 0x8825, 0xA005
INTEROP_INDEX = 0x0001
MAX_TEXT_BYTES = 32_000  # a whole EXIF block must fit the 64 KB of a JPEG segment

# Description, camera make and model, orientation, resolution, software, date, artist, white point, primaries, YCbCr,
# copyright, rating, Windows' XP fields.
KEPT_ZEROTH = frozenset(
    {0x010E, 0x010F, 0x0110, ORIENTATION, 0x011A, 0x011B, 0x0128, 0x0131, 0x0132, ARTIST, 0x013E, 0x013F}
    | {0x0211, 0x0213, 0x0214, COPYRIGHT, 0x4746, 0x4749, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F}
)
# Exposure, times, lens model and how the picture was made. Not here: MakerNote, UserComment, ImageUniqueID, owner,
# serial numbers, subject location, ambient sensors, related sound file, device settings.
KEPT_EXIF = frozenset(
    {
        0x829A,
        0x829D,
        0x8822,
        0x8827,
        *range(0x8830, 0x8836),
        0x9000,
        0x9003,
        0x9004,
        0x9010,
        0x9011,
        0x9012,
        0x9101,
        0x9102,
    }
    | {
        *range(0x9201, 0x920B),
        0x9290,
        0x9291,
        0x9292,
        0xA000,
        0xA001,
        0xA002,
        0xA003,
        0xA20B,
        0xA20E,
        0xA20F,
        0xA210,
        0xA215,
    }
    | {0xA217, 0xA300, 0xA301, *range(0xA401, 0xA40B), 0xA40C, 0xA432, 0xA433, 0xA434, 0xA436, 0xA437, 0xA460, 0xA500}
)


@dataclass(frozen=True, slots=True)
class Exif:
    """The directories we look at; `order` is their byte order."""

    order: tiff.Order = "<"
    zeroth: Mapping[int, tiff.Entry] = field(default_factory=dict)
    exif: Mapping[int, tiff.Entry] = field(default_factory=dict)
    interop: Mapping[int, tiff.Entry] = field(default_factory=dict)


def parsed(block: bytes) -> Exif:
    """Read an EXIF block, with or without its `Exif\\0\\0`; whatever is broken is left out, down to an empty Exif."""
    return read(tiff.over(block.removeprefix(b"Exif\0\0")))


def read(source: tiff.Read) -> Exif:
    """Read the directories of anything with a TIFF header; of a TIFF file only the fields that may stay."""
    try:
        order, offset = tiff.header(source)
    except tiff.NotTiffError:
        return Exif()
    zeroth = tiff.directory(source, order, offset, (KEPT_ZEROTH | {EXIF_IFD}).__contains__)
    exif = _below(source, order, zeroth, EXIF_IFD, KEPT_EXIF | {INTEROP_IFD})
    interop = _below(source, order, exif, INTEROP_IFD, frozenset({INTEROP_INDEX}))
    return Exif(order, zeroth, exif, interop)


def _below(
    source: tiff.Read, order: tiff.Order, parent: tiff.Directory, tag: int, wanted: frozenset[int]
) -> dict[int, tiff.Entry]:
    offset = tiff.integer(parent, tag, order)
    return tiff.directory(source, order, offset, wanted.__contains__) if offset else {}


def cleaned(exif: Exif) -> bytes:
    """A TIFF structure (without `Exif\\0\\0`) with the fields that may stay; b"" if there are none."""
    zeroth = [entry for tag, entry in exif.zeroth.items() if tag in KEPT_ZEROTH and _sane(entry)]
    below = lower_directories(exif, 0)
    if not zeroth and not below:
        return b""
    start = 8
    if below:
        zeroth.append(tiff.number(EXIF_IFD, 0, exif.order, tiff.LONG))
        start += len(tiff.written(zeroth, exif.order, 8))
        zeroth[-1] = tiff.number(EXIF_IFD, start, exif.order, tiff.LONG)
    head = b"II*\0\x08\0\0\0" if exif.order == "<" else b"MM\0*\0\0\0\x08"
    return head + tiff.written(zeroth, exif.order, 8) + lower_directories(exif, start)


def lower_directories(exif: Exif, offset: int) -> bytes:
    """The Exif directory and the interoperability index as they may stay, placed at an offset; b"" if none is left."""
    kept = [entry for tag, entry in exif.exif.items() if tag in KEPT_EXIF and _sane(entry)]
    if not kept and not exif.interop:
        return b""
    if not exif.interop:
        return tiff.written(kept, exif.order, offset)
    kept.append(tiff.number(INTEROP_IFD, 0, exif.order, tiff.LONG))
    below = offset + len(tiff.written(kept, exif.order, offset))
    kept[-1] = tiff.number(INTEROP_IFD, below, exif.order, tiff.LONG)
    return tiff.written(kept, exif.order, offset) + tiff.written(exif.interop.values(), exif.order, below)


def _sane(entry: tiff.Entry) -> bool:
    return len(entry.value) <= MAX_TEXT_BYTES


def only_orientation(orientation: int) -> bytes:
    """The smallest EXIF structure that turns a picture the right way up; b"" for one that is upright."""
    if orientation == 1:
        return b""
    return cleaned(Exif("<", {ORIENTATION: tiff.number(ORIENTATION, orientation, "<")}))


def orientation(exif: Exif) -> int:
    """How the stored picture is turned: 1 to 8, 1 for anything else."""
    value = tiff.integer(exif.zeroth, ORIENTATION, exif.order)
    return value if value is not None and 1 <= value <= 8 else 1


def is_adobe_rgb(exif: Exif) -> bool:
    """Whether the camera says Adobe RGB in place of a profile: a DCF optional file (interoperability index R03)."""
    entry = exif.interop.get(INTEROP_INDEX)
    return entry is not None and entry.value.startswith(b"R03")


def caption(exif: Exif) -> str:
    """ImageDescription."""
    return tidy(_text(exif.zeroth, DESCRIPTION))


def title(exif: Exif) -> str:
    """Windows' XPTitle."""
    entry = exif.zeroth.get(0x9C9B)
    return line(entry.value.decode("utf-16-le", "replace")) if entry else ""


def rating(exif: Exif) -> int | None:
    """Windows' and many cameras' star rating."""
    return tiff.integer(exif.zeroth, 0x4746, exif.order)


def captured(exif: Exif) -> str:
    """The local time of capture, `2026-06-13T12:30:00.250`; "" if none or nonsense is given."""
    for tag, fraction_tag in ((0x9003, 0x9291), (0x9004, 0x9292)):
        found = moment(_text(exif.exif, tag))
        if found:
            digits = re.match(r"\d{1,6}", _text(exif.exif, fraction_tag).strip())
            return f"{found}.{digits[0]}" if digits else found
    return ""


MOMENT = re.compile(r"\s*(\d{4})[:/.-](\d\d)[:/.-](\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,6}))?)?")


def moment(text: str) -> str:
    """A date and time in EXIF's or ISO's form as naive local ISO 8601; "" if it is no possible moment."""
    match = MOMENT.match(text)
    if not match:
        return ""
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    if not (1800 < year < 2200 and 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 61):
        return ""
    found = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{min(second, 59):02}"
    return f"{found}.{match[7]}" if match[7] else found


def exposure(exif: Exif) -> str:
    """How it was taken: `1/250 s, f/2.8, ISO 400, 50 mm`; parts that are unknown are left out."""
    order = exif.order
    iso = tiff.integer(exif.exif, 0x8827, order)
    parts = (
        _shutter(tiff.fraction(exif.exif, 0x829A, order)),
        _amount("f/{}", tiff.fraction(exif.exif, 0x829D, order)),
        f"ISO {iso}" if iso and iso < 65535 else "",
        _amount("{} mm", tiff.fraction(exif.exif, 0x920A, order)),
    )
    return ", ".join(part for part in parts if part)


def _shutter(seconds: Fraction | None) -> str:
    if seconds is None or not 0 < seconds < 100_000:
        return ""
    return f"1/{round(1 / seconds)} s" if seconds < Fraction(3, 10) else _amount("{} s", seconds)


def _amount(form: str, value: Fraction | None) -> str:
    if value is None or not 0 < value < 100_000:
        return ""
    return form.format(f"{float(value):.1f}".removesuffix(".0"))


def _text(entries: tiff.Directory, tag: int) -> str:
    entry = entries.get(tag)
    return decoded(entry.value.split(b"\0")[0]) if entry and entry.type in (tiff.ASCII, tiff.UNDEFINED, 1) else ""
