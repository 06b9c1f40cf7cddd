"""TIFF originals: written anew around the strips or tiles of the first page, which are taken over as they are.

Only what the new directory names is carried over: previews, layers, further pages and private directories stay behind.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from sogallery.render.clean.rope import Piece, Rope, Span, joined
from sogallery.render.errors import UncleanableImage
from sogallery.render.jpeg import cut_off
from sogallery.render.meta import exif, iptc, tiff, xmp

# How the samples are laid out, compressed and coloured (TIFF 6.0, technical notes 1 and 2), ICC profile, JPEG tables.
STRUCTURE = frozenset(
    {254, 256, 257, 258, 259, 262, 266, 277, 278, 280, 281, 284, 290, 291, 292, 293, 317, 318, 319, 320, 322, 323, 332}
    | {334, 336, 338, 339, 340, 341, 347, 529, 530, 531, 532, 34675}
)
STRIPS, TILES = (273, 279), (324, 325)  # offsets, lengths
COMPRESSION, OLD_JPEG = 259, 6
XMP_TAG, IPTC_TAG, PHOTOSHOP_TAG = 700, 33723, 34377
LIMIT = 2**32 - 2**24  # offsets have 32 bits

KEEP_HINT = "export it as JPEG, or set `originals: {metadata: keep}` for this gallery"


def cleaned(file: BinaryIO) -> Rope:
    """The rope of the cleaned file. Raises UncleanableImage for BigTIFF and old-style JPEG in TIFF."""
    read = _reader(file)
    try:
        order, offset = tiff.header(read)
    except tiff.NotTiffError as error:
        raise UncleanableImage("is a TIFF file of a kind whose metadata cannot be taken out", KEEP_HINT) from error
    wanted = STRUCTURE | exif.KEPT_ZEROTH | {*STRIPS, *TILES, XMP_TAG, IPTC_TAG, PHOTOSHOP_TAG, exif.EXIF_IFD}
    page = tiff.directory(read, order, offset, wanted.__contains__)
    pair = TILES if TILES[0] in page else STRIPS
    spans = _data(file, page, order, pair)
    entries = [entry for tag, entry in page.items() if tag in STRUCTURE | exif.KEPT_ZEROTH]
    entries += _words(page)
    starts, pieces, end = _placed(spans)
    for tag, numbers in zip(pair, (starts, [span.length for span in spans]), strict=True):
        entries.append(tiff.Entry(tag, tiff.LONG, len(numbers), struct.pack(f"{order}{len(numbers)}L", *numbers)))
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "L", end)
    return joined([head, *pieces, _directories(entries, exif.read(read), order, end)])


def _reader(file: BinaryIO) -> tiff.Read:
    def read(offset: int, length: int) -> bytes:
        file.seek(offset)
        return file.read(length)

    return read


def _data(file: BinaryIO, page: tiff.Directory, order: tiff.Order, pair: tuple[int, int]) -> list[Span]:
    """Where the picture's samples are."""
    if tiff.integer(page, COMPRESSION, order) == OLD_JPEG or any(tag not in page for tag in pair):
        raise UncleanableImage("is a TIFF file of a kind whose metadata cannot be taken out", KEEP_HINT)
    offsets, lengths = (tiff.integers(page[tag], order) for tag in pair)
    spans = [Span(*place) for place in zip(offsets, lengths, strict=False)]
    file.seek(0, 2)
    end = file.tell()
    if not spans or any(span.offset + span.length > end for span in spans):
        raise cut_off()
    if sum(span.length for span in spans) > min(2 * end, LIMIT):
        raise UncleanableImage("is a TIFF file that is too large to be cleaned", KEEP_HINT)
    return spans


def _placed(spans: list[Span]) -> tuple[list[int], list[Piece], int]:
    """New offsets of the samples, the pieces with padding to even offsets, and where they end."""
    starts: list[int] = []
    pieces: list[Piece] = []
    at = 8
    for span in spans:
        starts.append(at)
        pieces += [span, b"\0" * (span.length % 2)]
        at += span.length + span.length % 2
    return starts, pieces, at


def _words(page: tiff.Directory) -> list[tiff.Entry]:
    """XMP, IPTC and Photoshop resources, cleaned."""
    cleaners = ((XMP_TAG, xmp.cleaned), (IPTC_TAG, iptc.cleaned), (PHOTOSHOP_TAG, iptc.cleaned_resources))
    found = ((tag, clean(page[tag].value)) for tag, clean in cleaners if tag in page)
    return [
        tiff.Entry(tag, 1 if tag == XMP_TAG else tiff.UNDEFINED, len(block), block) for tag, block in found if block
    ]


def _directories(entries: list[tiff.Entry], found: exif.Exif, order: tiff.Order, offset: int) -> bytes:
    """The page's directory and below it the Exif directory, placed at an offset."""
    if not exif.lower_directories(found, 0):
        return tiff.written(entries, order, offset)
    entries.append(tiff.number(exif.EXIF_IFD, 0, order, tiff.LONG))
    below = offset + len(tiff.written(entries, order, offset))
    entries[-1] = tiff.number(exif.EXIF_IFD, below, order, tiff.LONG)
    return tiff.written(entries, order, offset) + exif.lower_directories(found, below)
