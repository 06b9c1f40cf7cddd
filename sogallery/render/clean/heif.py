"""HEIC and AVIF originals (ISO/IEC 23008-12): the primary picture with its tiles and transparency, coded data as it is.

The tables are written anew around them, with EXIF and XMP cleaned. Thumbnails, gain and depth maps, further pictures,
motion and descriptions stay behind.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from sogallery.render.clean import boxes
from sogallery.render.clean.boxes import Extents, Item, full, plain
from sogallery.render.clean.rope import Rope, Span, joined, length
from sogallery.render.clean.tiff import KEEP_HINT
from sogallery.render.errors import UncleanableImage
from sogallery.render.jpeg import cut_off
from sogallery.render.meta import exif, xmp

EXIF_ITEM, MIME_ITEM, XMP_TYPE = b"Exif", b"mime", b"application/rdf+xml"
PICTURE_REFERENCES = frozenset({b"dimg", b"auxl", b"prem", b"cdsc"})
ALPHA_TYPES = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1")
MAX_META = 8 * 2**20

Property: TypeAlias = tuple[bytes, bytes]  # type, the whole box


@dataclass(frozen=True, slots=True)
class Meta:
    """What the `meta` box of a file says."""

    handler: bytes
    primary: int
    items: Mapping[int, Item]
    references: list[tuple[bytes, int, tuple[int, ...]]]
    properties: list[Property]
    associations: Mapping[int, list[tuple[bool, int]]]
    locations: Mapping[int, Extents]
    data: bytes  # the content of `idat`


def cleaned(file: BinaryIO) -> Rope:
    """The rope of the cleaned file. Raises UncleanableImage for image sequences and other kinds."""
    found = {box.type: box for box in boxes.top_boxes(file)}
    if b"moov" in found or b"meta" not in found or b"ftyp" not in found:
        raise UncleanableImage("is a moving or unusual HEIF file, whose metadata cannot be taken out", KEEP_HINT)
    kind, box = found[b"ftyp"], found[b"meta"]
    if box.end - box.content > MAX_META:
        raise UncleanableImage("is an unusual HEIF file, whose metadata cannot be taken out", KEEP_HINT)
    file.seek(box.content)
    meta = _meta(file.read(box.end - box.content))
    contents = dict(_contents(file, meta))
    start = kind.end - kind.start
    ahead = start + len(_written(meta, contents, 0)) + 8
    body = joined(piece for rope in contents.values() for piece in rope)
    head = struct.pack(">L", length(body) + 8) + b"mdat"
    return joined([Span(kind.start, start), _written(meta, contents, ahead), head, *body])


def _meta(content: bytes) -> Meta:
    parts = {box.type: content[box.content : box.end] for box in boxes.boxes(content, 4)}
    inside = parts.get(b"iprp", b"")
    table = {box.type: inside[box.content : box.end] for box in boxes.boxes(inside)}
    if any(key not in parts for key in (b"hdlr", b"pitm", b"iinf", b"iloc")) or b"ipma" not in table:
        raise UncleanableImage("is an unusual HEIF file, whose metadata cannot be taken out", KEEP_HINT)
    store = table.get(b"ipco", b"")
    return Meta(
        handler=parts[b"hdlr"],
        primary=boxes.primary(parts[b"pitm"]),
        items=boxes.items(parts[b"iinf"]),
        references=boxes.references(parts[b"iref"]) if b"iref" in parts else [],
        properties=[(box.type, store[box.start : box.end]) for box in boxes.boxes(store)],
        associations=boxes.associations(table[b"ipma"]),
        locations=boxes.locations(parts[b"iloc"]),
        data=parts.get(b"idat", b""),
    )


def _contents(file: BinaryIO, meta: Meta) -> Iterator[tuple[int, Rope]]:
    """The items that stay, in their old order, each with its data."""
    pictures = _pictures(meta)
    for number, item in meta.items.items():
        if number in pictures:
            yield number, _data(file, meta, number)
        elif item.type == EXIF_ITEM:
            block = _exif(_bytes(file, _data(file, meta, number)))
            if block:
                yield number, (block,)
        elif item.type == MIME_ITEM and item.mime == XMP_TYPE:
            packet = xmp.cleaned(_bytes(file, _data(file, meta, number)))
            if packet:
                yield number, (packet,)


def _pictures(meta: Meta) -> set[int]:
    """The primary picture, what it is put together from, and its transparency."""
    found = {meta.primary}
    while True:
        more = {
            to for kind, source, targets in meta.references if kind == b"dimg" and source in found for to in targets
        }
        more |= {
            source
            for kind, source, targets in meta.references
            if kind == b"auxl" and _is_alpha(meta, source) and not found.isdisjoint(targets)
        }
        if more <= found:
            return found
        found |= more


def _is_alpha(meta: Meta, number: int) -> bool:
    kinds = (_property(meta, index) for _, index in meta.associations.get(number, []))
    return any(kind == b"auxC" and raw[12:].startswith(ALPHA_TYPES) for kind, raw in kinds)


def _property(meta: Meta, index: int) -> Property:
    return meta.properties[index - 1] if 0 < index <= len(meta.properties) else (b"", b"")


def _data(file: BinaryIO, meta: Meta, number: int) -> Rope:
    place = meta.locations.get(number, Extents(0, ()))
    if place.method == 1:
        return tuple(meta.data[offset : offset + size] for offset, size in place.parts)
    if place.method != 0:
        raise UncleanableImage("is an unusual HEIF file, whose metadata cannot be taken out", KEEP_HINT)
    end = file.seek(0, 2)
    if any(offset + size > end for offset, size in place.parts):
        raise cut_off()
    return tuple(Span(offset, size or end - offset) for offset, size in place.parts)


def _bytes(file: BinaryIO, pieces: Rope) -> bytes:
    found = b""
    for piece in pieces:
        if isinstance(piece, Span):
            file.seek(piece.offset)
            found += file.read(min(piece.length, MAX_META))
        elif isinstance(piece, bytes):
            found += piece
    return found


def _exif(data: bytes) -> bytes:
    """An Exif item: where its TIFF header begins, then the block."""
    skip = 4 + int.from_bytes(data[:4])
    block = exif.cleaned(exif.parsed(data[skip:]))
    return b"\0\0\0\6Exif\0\0" + block if block else b""


def _written(meta: Meta, contents: Mapping[int, Rope], data_offset: int) -> bytes:
    """The new `meta` box; the items' data follows one after the other from an offset."""
    parts = [
        plain(b"hdlr", meta.handler),
        full(b"pitm", 1, 0, struct.pack(">L", meta.primary)),
        _infos(meta, contents),
        _references(meta, contents),
        _properties(meta, contents),
        _locations(contents, data_offset),
    ]
    return full(b"meta", 0, 0, b"".join(parts))


def _infos(meta: Meta, contents: Mapping[int, Rope]) -> bytes:
    return full(
        b"iinf", 1, 0, struct.pack(">L", len(contents)) + b"".join(meta.items[number].entry for number in contents)
    )


def _references(meta: Meta, contents: Mapping[int, Rope]) -> bytes:
    kept = b""
    for kind, source, targets in meta.references:
        staying = [target for target in targets if target in contents]
        if kind in PICTURE_REFERENCES and source in contents and staying:
            kept += plain(kind, struct.pack(f">LH{len(staying)}L", source, len(staying), *staying))
    return full(b"iref", 1, 0, kept) if kept else b""


def _properties(meta: Meta, contents: Mapping[int, Rope]) -> bytes:
    """The properties of the items that stay, renumbered, and which item has which; words about an item stay behind."""
    numbers: dict[int, int] = {}
    table = b""
    for item in contents:
        kept = [(needed, index) for needed, index in meta.associations.get(item, []) if _stays(_property(meta, index))]
        for _, index in kept:
            numbers.setdefault(index, len(numbers) + 1)
        values = [numbers[index] | (0x8000 if needed else 0) for needed, index in kept]
        table += struct.pack(f">LB{len(values)}H", item, len(values), *values)
    store = plain(b"ipco", b"".join(_property(meta, index)[1] for index in numbers))
    return plain(b"iprp", store + full(b"ipma", 1, 1, struct.pack(">L", len(contents)) + table))


def _stays(found: Property) -> bool:
    return found[0] not in (b"", b"udes", b"uuid", b"free", b"skip", b"altt", b"crtt", b"mdft")


def _locations(contents: Mapping[int, Rope], data_offset: int) -> bytes:
    table, at = struct.pack(">BBL", 0x44, 0, len(contents)), data_offset
    for number, pieces in contents.items():
        size = length(pieces)
        table += struct.pack(">LHHHLL", number, 0, 0, 1, at, size)
        at += size
    return full(b"iloc", 2, 0, table)
