"""MP4 clips (ISO/IEC 14496-12 and 14496-14): picture and sound as they are, the rest empty, every byte in its place.

What stays is written down below; everything else becomes a `free` box of zeros: user data, XMP, tracks that are neither
picture nor sound (positions of action cameras and drones, also as subtitles) with their samples, and what no sample
refers to. Since no byte moves, no table has to be written anew.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO

from sogallery.render.clean import samples
from sogallery.render.clean.boxes import Box
from sogallery.render.clean.film import MAX_PARTS, Range, bytes_at, cut_off, merged, refused, windows
from sogallery.render.clean.rope import Blank, Piece, Rope, Span, joined

# The boxes that stay, by the box that they are in. One that has a line of its own is gone through, others stay whole.
KEPT: Mapping[bytes, frozenset[bytes]] = MappingProxyType(
    {
        line.split(b":")[0].strip(): frozenset(line.split(b":")[1].split())
        for line in b"""
        : ftyp styp sidx ssix pdin moov moof mfra mdat
        moov: mvhd iods trak mvex
        trak: tkhd tapt edts mdia
        tapt: clef prof enof
        edts: elst
        mdia: mdhd elng hdlr minf
        minf: vmhd smhd hdlr dinf stbl
        dinf: dref
        stbl: stsd stts ctts cslg stsc stsz stz2 stco co64 stss stps stsh sdtp sgpd sbgp subs padb stdp
        mvex: mehd trex leva
        moof: mfhd traf
        traf: tfhd tfdt trun sdtp sgpd sbgp subs
        mfra: tfra mfro
        """.strip(b"\n").splitlines()
        if b":" in line
    }
)
# Decoders have boxes of their own in sample entries, new ones with every codec; there only words are taken out.
WORDS = frozenset({b"udta", b"meta", b"uuid", b"loci", b"name", b"free", b"skip", b"Exif", b"\xa9xyz", b"xml "})
PICTURE, SOUND = b"vide", b"soun"
STILLS = frozenset({b"jpeg", b"mjpa", b"mjpb", b"png ", b"tiff", b"gif "})  # previews, with metadata of their own
PROTECTED = frozenset({b"encv", b"enca", b"drmi", b"drms", b"resv"})
HANDLER_KEPT = 24  # then comes its name
ENTRY_HEAD = {PICTURE: 78, SOUND: 28}
QUICKTIME_SOUND = {0: 0, 1: 16, 2: 36}  # more bytes before the boxes of a sound entry, by its version


@dataclass(frozen=True, slots=True)
class Track:
    """A track of picture or sound that stays."""

    box: Box
    id: int
    handler: bytes
    tables: Mapping[bytes, Box]
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Film:
    """What stays of a file: which tracks, by number; where their boxes are; which ranges of the media data."""

    tracks: frozenset[int]
    boxes: Mapping[int, bytes]  # the handlers of `trak` and `stsd` boxes, by where these begin
    media: Sequence[Range]


def cleaned(file: BinaryIO) -> Rope:
    """The rope of the cleaned file, as long as the file. Raises UncleanableImage for what cannot be understood."""
    top = list(_top_boxes(file))
    movie = _movie(top)
    tracks = list(_tracks(file, movie))
    if not any(track.handler == PICTURE for track in tracks):
        raise refused("there is no moving picture in it")
    kept = frozenset(track.id for track in tracks)
    if len(kept) != len(tracks):
        raise refused(samples.CONTRADICTION)
    media = merged(_ranges(file, top, movie, tracks))
    _refuse_elsewhere(media, [box for box in top if box.type == b"mdat"])
    boxes = {box.start: track.handler for track in tracks for box in (track.box, track.tables[b"stsd"])}
    film = Film(kept, boxes, media)
    return joined(piece for box in top for piece in _pieces(file, box, b"", film))


def size(file: BinaryIO) -> tuple[int, int] | None:
    """Width and height as shown, of the first picture track that has them."""
    tracks = _tracks(file, _movie(list(_top_boxes(file))))
    return next((track.size for track in tracks if track.handler == PICTURE and all(track.size)), None)


def _movie(top: Sequence[Box]) -> Box:
    found = [box for box in top if box.type == b"moov"]
    if len(found) != 1:
        raise refused("it is no whole MP4 or WebM file")
    return found[0]


def _top_boxes(file: BinaryIO) -> Iterator[Box]:
    """The boxes of a file; what follows the last one, as some cameras write it, as a box without a type."""
    end, at = file.seek(0, 2), 0
    while at < end:
        box = _box(file, at, end)
        if box.end > end and box.type in KEPT[b""]:
            raise cut_off()
        if box.end > end or box.end < box.content:
            box = Box(b"", at, min(at + 8, end), end)
        yield box
        at = box.end


def _children(file: BinaryIO, start: int, end: int) -> list[Box]:
    """The boxes between two places. Fewer than eight bytes at their end, as QuickTime has them, come without a type."""
    found: list[Box] = []
    at = start
    while at < end:
        box = _box(file, at, end)
        if box.type and (box.end > end or box.end < box.content):
            raise refused("a box in it has an impossible size")
        found.append(box)
        at = box.end
        if len(found) > MAX_PARTS:
            raise refused("it has too many parts")
    return found


def _box(file: BinaryIO, at: int, end: int) -> Box:
    """The box at a place; it may claim to end before its content or after `end`."""
    if end - at < 8:
        return Box(b"", at, end, end)
    length, kind = struct.unpack(">L4s", bytes_at(file, at, at + 8))
    content = at + 8
    if length == 1:
        content += 8
        length = int.from_bytes(bytes_at(file, at + 8, at + 16)) if end - at >= 16 else 0
    elif length == 0:
        length = end - at
    return Box(kind, at, content, at + length)


def _inside(file: BinaryIO, box: Box) -> list[Box]:
    return _children(file, box.content, box.end)


def _only(file: BinaryIO, box: Box, *path: bytes) -> Box:
    """The box at the end of a path, of which there is one at each step."""
    for kind in path:
        found = [child for child in _inside(file, box) if child.type == kind]
        if len(found) != 1:
            raise refused(samples.CONTRADICTION)
        box = found[0]
    return box


def _tracks(file: BinaryIO, movie: Box) -> Iterator[Track]:
    """The tracks that stay."""
    for box in _inside(file, movie):
        handler = _handler(file, box) if box.type == b"trak" else b""
        if handler not in (PICTURE, SOUND):
            continue
        tables = {child.type: child for child in _inside(file, _only(file, box, b"mdia", b"minf", b"stbl"))}
        if b"stsd" not in tables:
            raise refused(samples.CONTRADICTION)
        kinds = {entry.type for entry in _entries(file, tables[b"stsd"])}
        if kinds & PROTECTED:
            raise refused("it is copy-protected")
        if not kinds & STILLS:
            yield _track(file, box, handler, tables)


def _track(file: BinaryIO, box: Box, handler: bytes, tables: Mapping[bytes, Box]) -> Track:
    found = _only(file, box, b"tkhd")
    head = bytes_at(file, found.content, found.end)
    more = 12 if head[0] else 0  # version 1 has longer times
    (number,) = struct.unpack_from(">L", head, 12 + (8 if head[0] else 0))
    a, b, _, c, d = struct.unpack_from(">5l", head, 40 + more)
    width, height = (side >> 16 for side in struct.unpack_from(">2L", head, 76 + more))
    turned = (a, d) == (0, 0) and b and c
    return Track(box, number, handler, tables, (height, width) if turned else (width, height))


def _handler(file: BinaryIO, track: Box) -> bytes:
    box = _only(file, track, b"mdia", b"hdlr")
    return bytes_at(file, box.content, box.end)[8:12]


def _entries(file: BinaryIO, descriptions: Box) -> list[Box]:
    return _children(file, descriptions.content + 8, descriptions.end)


def _ranges(file: BinaryIO, top: Sequence[Box], movie: Box, tracks: Sequence[Track]) -> Iterator[Range]:
    """Where the samples of the tracks that stay are."""
    kept = {track.id for track in tracks}
    for track in tracks:
        yield from samples.chunks(file, track.tables, track.handler == SOUND)
    extends = [box for outer in _inside(file, movie) if outer.type == b"mvex" for box in _inside(file, outer)]
    defaults = samples.fragment_defaults(file, [box for box in extends if box.type == b"trex"])
    for moof in (box for box in top if box.type == b"moof"):
        trafs = [_by_type(file, box) for box in _inside(file, moof) if box.type == b"traf"]
        yield from samples.fragment(file, moof, trafs, defaults, kept)


def _by_type(file: BinaryIO, box: Box) -> dict[bytes, list[Box]]:
    found: dict[bytes, list[Box]] = {}
    for child in _inside(file, box):
        found.setdefault(child.type, []).append(child)
    return found


def _refuse_elsewhere(media: Sequence[Range], boxes: Sequence[Box]) -> None:
    """Raise UncleanableImage unless every range is within the media data of this file."""
    starts = [box.content for box in boxes]
    for start, end in media:
        at = bisect_right(starts, start) - 1
        if at < 0 or end > boxes[at].end:
            raise refused("its picture or sound is not where it should be")


def _pieces(file: BinaryIO, box: Box, parent: bytes, film: Film) -> Iterator[Piece]:
    if box.type not in KEPT[parent] or not _stays(file, box, film):
        yield from _emptied(box)
    elif box.type == b"mdat":
        first, last = (bisect_left(film.media, (place, 0)) for place in (box.content, box.end))
        yield Span(box.start, box.content - box.start)
        yield from windows(box.content, box.end, film.media[first:last])
    elif box.type in KEPT:
        yield Span(box.start, box.content - box.start)
        for child in _inside(file, box):
            yield from _pieces(file, child, box.type, film)
    else:
        yield from _leaf(file, box, film)


def _stays(file: BinaryIO, box: Box, film: Film) -> bool:
    """Does a track or a fragment's part of it belong to what stays? Other boxes do."""
    if box.type == b"trak":
        return box.start in film.boxes
    if box.type == b"traf":
        return samples.fragment_track(file, _only(file, box, b"tfhd")) in film.tracks
    return True


def _emptied(box: Box) -> Iterator[Piece]:
    """A `free` box of zeros in a box's place."""
    length, head = box.end - box.start, box.content - box.start
    if length < 8:
        yield Blank(length)
    elif head == 16:
        yield struct.pack(">L4sQ", 1, b"free", length)
        yield Blank(length - 16)
    else:  # one that is too long for its size to be written reaches to the end of the file
        yield struct.pack(">L4s", length if length < 2**32 else 0, b"free")
        yield Blank(length - 8)


def _leaf(file: BinaryIO, box: Box, film: Film) -> Iterator[Piece]:
    """A box that stays: whole, but a handler's name, and words in some others."""
    if box.type == b"hdlr":
        yield from _shortened(box, box.content + HANDLER_KEPT)
    elif box.type == b"dref":
        yield from _references(file, box)
    elif box.type == b"stsd":
        yield from _descriptions(file, box, film.boxes[box.start])
    else:
        yield Span(box.start, box.end - box.start)


def _shortened(box: Box, kept: int) -> Iterator[Piece]:
    """A box with everything from a place on zeroed."""
    kept = min(kept, box.end)
    yield Span(box.start, kept - box.start)
    yield Blank(box.end - kept)


def _references(file: BinaryIO, box: Box) -> Iterator[Piece]:
    """Where a track's media are: in this file, and nothing is said about another one."""
    yield Span(box.start, box.content + 8 - box.start)
    for entry in _children(file, box.content + 8, box.end):
        if entry.type and not bytes_at(file, entry.content, entry.content + 4)[3] & 1:
            raise refused("its picture or sound is in another file")
        yield from _shortened(entry, entry.content + 4 if entry.type else entry.start)


def _descriptions(file: BinaryIO, box: Box, handler: bytes) -> Iterator[Piece]:
    """How the samples are coded, without words."""
    version = bytes_at(file, box.content, box.content + 1)[0]
    yield Span(box.start, box.content + 8 - box.start)
    for entry in _entries(file, box):
        head = ENTRY_HEAD[handler]
        if handler == SOUND and not version and entry.type:
            head += QUICKTIME_SOUND.get(bytes_at(file, entry.content, entry.content + 10)[9], 0)
        start = min(entry.content + head, entry.end) if entry.type else entry.start
        yield Span(entry.start, start - entry.start)
        for child in _children(file, start, entry.end):
            unwanted = child.type in WORDS or not child.type
            yield from _emptied(child) if unwanted else [Span(child.start, child.end - child.start)]
