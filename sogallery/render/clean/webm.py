"""WebM clips (Matroska, RFC 9559; EBML, RFC 8794): picture and sound as they are, the rest empty, no byte moved.

What stays is written down below; everything else becomes a `Void` element of zeros: tags, attachments, chapters, names,
and tracks that are neither picture nor sound, with their blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO

from sogallery.render.clean.film import MAX_PARTS, bytes_at, cut_off, refused
from sogallery.render.clean.rope import Blank, Piece, Rope, Span, joined

EBML, SEGMENT, VOID = 0x1A45DFA3, 0x18538067, 0xEC
SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES = 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1F43B675, 0x1C53BB6B
TAGS, ATTACHMENTS, CHAPTERS = 0x1254C367, 0x1941A469, 0x1043A770
SEEK, SEEK_ID, TRACK, VIDEO = 0x4DBB, 0x53AB, 0xAE, 0xE0
NUMBER, TYPE, WIDTH, HEIGHT = 0xD7, 0x83, 0xB0, 0xBA
SIMPLE_BLOCK, BLOCK_GROUP, BLOCK = 0xA3, 0xA0, 0xA1
PICTURE, SOUND = 1, 2
IN_SEGMENT = frozenset({SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES, TAGS, ATTACHMENTS, CHAPTERS})
MAX_HEAD = 4096

# The elements that stay, by the element that they are in. One that is a key here is gone through, others stay whole.
KEPT: Mapping[int, frozenset[int]] = MappingProxyType(
    {
        EBML: frozenset({0x4286, 0x42F7, 0x42F2, 0x42F3, 0x4282, 0x4287, 0x4285}),  # versions, longest sizes, kind
        SEGMENT: frozenset({SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES}),
        SEEK_HEAD: frozenset({SEEK}),
        INFO: frozenset({0x73A4, 0x2AD7B1, 0x4489, 0x4461, 0x4D80, 0x5741}),  # id, scale, duration, date, programs
        TRACKS: frozenset({TRACK}),
        # numbers, flags, durations, language, codec, how picture and sound are laid out and packed
        TRACK: frozenset(
            {NUMBER, 0x73C5, TYPE, 0xB9, 0x88, 0x55AA, 0x55AB, 0x55AC, 0x55AD, 0x55AE, 0x55AF, 0x9C, 0x6DE7, 0x6DF8}
            | {0x23E383, 0x234E7A, 0x23314F, 0x55EE, 0x41E4, 0x22B59C, 0x22B59D, 0x86, 0x63A2, 0xAA, 0x56AA, 0x56BB}
            | {VIDEO, 0xE1, 0x6D80}
        ),
        CLUSTER: frozenset({0xE7, 0xA7, 0xAB, SIMPLE_BLOCK, BLOCK_GROUP}),  # time, position, size before, blocks
    }
)


@dataclass(frozen=True, slots=True)
class Element:
    """An element: its id, where it begins, where its content begins and where it ends."""

    id: int
    start: int
    content: int
    end: int


@dataclass(frozen=True, slots=True)
class Track:
    """A track of picture or sound; the size of sound is zero."""

    number: int
    type: int
    size: tuple[int, int]


def is_webm(file: BinaryIO) -> bool:
    """Whether a file begins as WebM and Matroska do."""
    file.seek(0)
    return file.read(4) == EBML.to_bytes(4)


def cleaned(file: BinaryIO) -> Rope:
    """The rope of the cleaned file, as long as the file. Raises UncleanableImage for what cannot be understood."""
    head, segment = _outermost(file)
    parts = list(_children(file, segment))
    tracks = _tracks(file, parts)
    if not any(track.type == PICTURE for track in tracks):
        raise refused("there is no moving picture in it")
    kept = frozenset(track.number for track in tracks)
    return joined(_pieces(file, head, segment, parts, kept))


def size(file: BinaryIO) -> tuple[int, int] | None:
    """Width and height of the first picture track that has them."""
    first = next((part for part in _children(file, _outermost(file)[1]) if part.id == TRACKS), None)
    tracks = _tracks(file, [first] if first else [])
    return next((track.size for track in tracks if track.type == PICTURE and all(track.size)), None)


def _outermost(file: BinaryIO) -> tuple[Element, Element]:
    """The header and the segment."""
    end = file.seek(0, 2)
    head = _element(file, 0, end)
    if head.id != EBML or head.end > MAX_HEAD:
        raise refused("it is no whole MP4 or WebM file")
    segment = _element(file, head.end, end)
    if segment.id != SEGMENT:
        raise refused("it is no whole MP4 or WebM file")
    return head, segment


def _element(file: BinaryIO, at: int, end: int) -> Element:
    """The element at a place. An unknown size, as live recordings have it, reaches as far as it can."""
    head = bytes_at(file, at, min(at + 12, end))
    number, after = _vint(head, 4, keep_mark=True)
    length, width = _vint(head[after:], 8)
    content = at + after + width
    if length == (1 << 7 * width) - 1:
        return Element(number, at, content, _open_end(file, number, content, end))
    if content + length > end:
        raise cut_off()
    return Element(number, at, content, content + length)


def _open_end(file: BinaryIO, number: int, content: int, end: int) -> int:
    """Where an element of unknown size ends: a cluster before the next part of the segment."""
    if number == SEGMENT:
        return end
    if number != CLUSTER:
        raise refused("a part of it has no size")
    at = content
    while at < end and _vint(bytes_at(file, at, min(at + 4, end)), 4, keep_mark=True)[0] not in IN_SEGMENT:
        at = _element(file, at, end).end
    return at


def _vint(data: bytes, longest: int, keep_mark: bool = False) -> tuple[int, int]:
    """A number of variable length and how many bytes it has; ids keep the bit that marks their length."""
    length = 9 - data[0].bit_length() if data else 9
    if length > min(longest, len(data)):
        raise refused("a part of it is not what it should be")
    value = int.from_bytes(data[:length])
    return value if keep_mark else value & ((1 << 7 * length) - 1), length


def _children(file: BinaryIO, outer: Element) -> Iterator[Element]:
    at, found = outer.content, 0
    while at < outer.end:
        element = _element(file, at, outer.end)
        if element.id in (EBML, SEGMENT) or found > MAX_PARTS:
            raise refused("it is several files in one, or has too many parts")
        yield element
        at, found = element.end, found + 1


def _tracks(file: BinaryIO, parts: Sequence[Element]) -> list[Track]:
    """The tracks that stay."""
    tables = [part for part in parts if part.id == TRACKS]
    if len(tables) != 1:
        raise refused("it does not say once what its tracks are")
    entries = [_track(file, entry) for entry in _children(file, tables[0]) if entry.id == TRACK]
    if len({entry.number for entry in entries}) != len(entries):
        raise refused("two of its tracks have one number")
    return [entry for entry in entries if entry.type in (PICTURE, SOUND)]


def _track(file: BinaryIO, entry: Element) -> Track:
    parts = {part.id: part for part in _children(file, entry)}
    inside = {part.id: part for part in _children(file, parts[VIDEO])} if VIDEO in parts else {}
    width, height = (_number(file, inside.get(side)) for side in (WIDTH, HEIGHT))
    return Track(_number(file, parts.get(NUMBER)), _number(file, parts.get(TYPE)), (width, height))


def _number(file: BinaryIO, element: Element | None) -> int:
    return int.from_bytes(bytes_at(file, element.content, element.end)) if element else 0


def _pieces(
    file: BinaryIO, head: Element, segment: Element, parts: Sequence[Element], kept: frozenset[int]
) -> Iterator[Piece]:
    yield from _part(file, head, kept)
    yield Span(segment.start, segment.content - segment.start)
    for part in parts:
        if part.id in KEPT[SEGMENT]:
            yield from _part(file, part, kept)
        else:
            yield from _emptied(part.start, part.end)
    yield from _emptied(segment.end, file.seek(0, 2))


def _part(file: BinaryIO, element: Element, kept: frozenset[int]) -> Iterator[Piece]:
    """An element that stays, without the elements in it that do not."""
    if element.id not in KEPT:
        yield Span(element.start, element.end - element.start)
        return
    yield Span(element.start, element.content - element.start)
    for child in _children(file, element):
        if child.id in KEPT[element.id] and _stays(file, child, kept):
            yield from _part(file, child, kept)
        else:
            yield from _emptied(child.start, child.end)


def _stays(file: BinaryIO, element: Element, kept: frozenset[int]) -> bool:
    """Does it belong to a track, or point to a part, that stays? Other elements do."""
    if element.id == SEEK:
        targets = [_number(file, child) for child in _children(file, element) if child.id == SEEK_ID]
        return all(target in KEPT[SEGMENT] for target in targets)
    if element.id == TRACK:
        return _track(file, element).number in kept
    if element.id == BLOCK_GROUP:
        blocks = [child for child in _children(file, element) if child.id == BLOCK]
        return bool(blocks) and all(_stays(file, block, kept) for block in blocks)
    if element.id in (SIMPLE_BLOCK, BLOCK):
        return _vint(bytes_at(file, element.content, min(element.content + 8, element.end)), 8)[0] in kept
    return True


def _emptied(start: int, end: int) -> Iterator[Piece]:
    """A `Void` element of zeros in place of what is between two places."""
    length = end - start
    if length < 2:
        yield Blank(length)
        return
    width = 8 if length > 9 else 1
    yield bytes([VOID]) + (1 << 7 * width | length - 1 - width).to_bytes(width)
    yield Blank(length - 1 - width)
