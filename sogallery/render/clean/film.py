"""What the readers of MP4 and WebM share: reading a part of a file, adding up ranges of bytes, and refusing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, TypeAlias

from sogallery.render.clean.rope import Blank, Piece, Span
from sogallery.render.errors import UncleanableImage

CLIP_HINT = "copy or export it again, or set `originals: {metadata: keep}` for this gallery to give the file as it is"
MAX_PARTS = 1_000_000  # chunks, boxes or elements in one place; nine hours of film have fewer
MAX_TABLE = 64 * 2**20

Range: TypeAlias = tuple[int, int]  # first byte, byte after the last


def refused(why: str) -> UncleanableImage:
    """A clip that we do not understand well enough to say that nothing private is left in it."""
    return UncleanableImage(f"is a clip whose metadata cannot be taken out: {why}", CLIP_HINT)


def cut_off() -> UncleanableImage:
    """The end of the file is missing."""
    return refused("it is cut off")


def bytes_at(file: BinaryIO, start: int, end: int) -> bytes:
    """All bytes from `start` to before `end`. Raises UncleanableImage if they are too many or not there."""
    if not 0 <= end - start <= MAX_TABLE:
        raise refused("a table in it is too long")
    file.seek(start)
    found = file.read(end - start)
    if len(found) < end - start:
        raise cut_off()
    return found


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Sorted ranges without the empty ones, those that touch or overlap made one."""
    found: list[Range] = []
    for start, end in sorted(one for one in ranges if one[0] < one[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def windows(start: int, end: int, ranges: Iterable[Range]) -> Iterator[Piece]:
    """The bytes from `start` to before `end` with everything outside of sorted, disjoint ranges zeroed."""
    for first, last in ranges:
        yield Blank(first - start)
        yield Span(first, last - first)
        start = last
    yield Blank(end - start)
