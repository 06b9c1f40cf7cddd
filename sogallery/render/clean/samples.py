"""Where the samples of an MP4 track are (ISO/IEC 14496-12, 8.7 and 8.8): from its tables, or from its fragments."""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sogallery.render.clean.boxes import Box
from sogallery.render.clean.film import MAX_PARTS, Range, bytes_at, refused

CONTRADICTION = "its tables contradict each other"

BASE_OFFSET, DESCRIPTION, DURATION, SIZE, FLAGS, FROM_MOOF = 0x1, 0x2, 0x8, 0x10, 0x20, 0x20000  # in tfhd
RUN_OFFSET, RUN_FIRST_FLAGS, RUN_SIZE = 0x1, 0x4, 0x200  # in trun
RUN_FIELDS = (0x100, RUN_SIZE, 0x400, 0x800)  # four bytes for each sample, in this order


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many samples there are, and how long each is: all alike, or one by one."""

    count: int
    each: int
    table: Sequence[int]

    def total(self, first: int, count: int) -> int:
        """The length of `count` samples that follow one another."""
        if first + count > self.count:
            raise refused(CONTRADICTION)
        return self.each * count if self.each else sum(self.table[first : first + count])


def chunks(file: BinaryIO, tables: Mapping[bytes, Box], sound: bool) -> Iterator[Range]:
    """The ranges of a track's chunks, from the boxes in its `stbl`."""
    offsets, sizes, first = _offsets(file, tables), _sizes(file, tables), 0
    if len(offsets) > MAX_PARTS:
        raise refused("it has too many parts")
    if sound and sizes.each == 1:
        raise refused("its sound is of an old QuickTime kind")  # there a sample's size is not its size in bytes
    for offset, count in zip(offsets, _counts(file, tables, len(offsets)), strict=True):
        yield offset, offset + sizes.total(first, count)
        first += count
    if first != sizes.count:
        raise refused(CONTRADICTION)


def fragment(
    file: BinaryIO,
    moof: Box,
    trafs: Sequence[Mapping[bytes, list[Box]]],
    defaults: Mapping[int, int],
    kept: Collection[int],
) -> Iterator[Range]:
    """The ranges of the tracks that are `kept` in a fragment; `trafs` has the boxes in each `traf` by type.

    Raises UncleanableImage where such a track cannot be found any more without one that is not kept.
    """
    end, stays = moof.start, True
    for traf in trafs:
        if len(traf.get(b"tfhd", [])) != 1:
            raise refused(CONTRADICTION)
        track, base, size = _fragment_header(_content(file, traf[b"tfhd"][0]), moof.start)
        if base is None and track in kept and not stays:
            raise refused("its picture or sound is found only by means of other tracks")
        base = at = end if base is None else base
        for run in traf.get(b"trun", []):
            offset, length = _run(_content(file, run), defaults.get(track, 0) if size is None else size)
            at = at if offset is None else base + offset
            if track in kept:
                yield at, at + length
            at += length
        end, stays = at, track in kept


def fragment_track(file: BinaryIO, header: Box) -> int:
    """The track that a `tfhd` box names."""
    return int(struct.unpack_from(">L", _content(file, header), 4)[0])


def fragment_defaults(file: BinaryIO, boxes: Sequence[Box]) -> dict[int, int]:
    """How long samples are by default, by track, from `trex` boxes."""
    fields = (struct.unpack_from(">4L", _content(file, box), 4) for box in boxes)
    return {track: size for track, _, _, size in fields}


def _content(file: BinaryIO, box: Box) -> bytes:
    return bytes_at(file, box.content, box.end)


def _offsets(file: BinaryIO, tables: Mapping[bytes, Box]) -> Sequence[int]:
    if (b"stco" in tables) == (b"co64" in tables):
        raise refused(CONTRADICTION)
    box, width = (tables[b"stco"], 4) if b"stco" in tables else (tables[b"co64"], 8)
    data = _content(file, box)
    return _numbers(data, 8, _count(data, 4), width)


def _sizes(file: BinaryIO, tables: Mapping[bytes, Box]) -> Sizes:
    if (b"stsz" in tables) == (b"stz2" in tables):
        raise refused(CONTRADICTION)
    data = _content(file, tables[b"stsz" if b"stsz" in tables else b"stz2"])
    field, count = struct.unpack_from(">LL", data, 4)
    if b"stsz" in tables:
        return Sizes(count, field, () if field else _numbers(data, 12, count, 4))
    if field == 4:
        pairs = _numbers(data, 12, (count + 1) // 2, 1)
        return Sizes(count, 0, bytes(half for pair in pairs for half in (pair >> 4, pair & 15)))
    if field not in (8, 16):
        raise refused(CONTRADICTION)
    return Sizes(count, 0, _numbers(data, 12, count, field // 8))


def _counts(file: BinaryIO, tables: Mapping[bytes, Box], chunks: int) -> Iterator[int]:
    """How many samples each chunk has."""
    if b"stsc" not in tables:
        raise refused(CONTRADICTION)
    data = _content(file, tables[b"stsc"])
    table = _numbers(data, 8, 3 * _count(data, 4), 4)
    firsts, counts = table[0::3], table[1::3]
    if list(firsts) != sorted(set(firsts)) or (chunks and (not firsts or firsts[0] != 1)):
        raise refused(CONTRADICTION)
    for first, after, count in zip(firsts, [*firsts[1:], chunks + 1][: len(firsts)], counts, strict=True):
        for _ in range(min(after, chunks + 1) - first):
            yield count


def _count(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">L", data, at)[0])


def _numbers(data: bytes, start: int, count: int, width: int) -> Sequence[int]:
    """So many unsigned numbers of `width` bytes, most significant first."""
    end = start + count * width
    if end > len(data):
        raise refused(CONTRADICTION)
    found = array({1: "B", 2: "H", 4: "I", 8: "Q"}[width], data[start:end])
    if sys.byteorder == "little":
        found.byteswap()
    return found


def _fragment_header(data: bytes, moof: int) -> tuple[int, int | None, int | None]:
    """The track; where its offsets count from, if not the end of the track before; its samples' length if it is new."""
    flags, track = struct.unpack_from(">LL", data)
    at, base, size = 8, moof if flags & FROM_MOOF else None, None
    if flags & BASE_OFFSET:
        base, at = struct.unpack_from(">Q", data, at)[0], at + 8
    at += 4 * (bool(flags & DESCRIPTION) + bool(flags & DURATION))
    if flags & SIZE:
        size = struct.unpack_from(">L", data, at)[0]
    return track, base, size


def _run(data: bytes, size: int) -> tuple[int | None, int]:
    """Where a run begins, if it says so, and its length."""
    flags, count = struct.unpack_from(">LL", data)
    at, offset = 8, None
    if flags & RUN_OFFSET:
        offset, at = struct.unpack_from(">l", data, at)[0], at + 4
    at += 4 * bool(flags & RUN_FIRST_FLAGS)
    fields = [field for field in RUN_FIELDS if flags & field]
    table = _numbers(data, at, count * len(fields), 4)
    if RUN_SIZE not in fields:
        return offset, size * count
    return offset, sum(table[fields.index(RUN_SIZE) :: len(fields)])
