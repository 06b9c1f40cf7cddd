"""PNG originals (W3C PNG, third edition): chunks that make the picture as they are, EXIF and XMP written anew."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, TypeAlias

from sogallery.render.clean.rope import Piece, Rope, Span, joined
from sogallery.render.jpeg import cut_off
from sogallery.render.meta import exif, xmp

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEPT = frozenset(b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs acTL fcTL fdAT".split())
TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
KEPT_WORDS = frozenset({b"Title", b"Author", b"Description", b"Copyright", b"Creation Time", b"Software"})
XMP_WORD, EXIF_WORDS = b"XML:com.adobe.xmp", frozenset({b"Raw profile type exif", b"Raw profile type APP1"})
MAX_TEXT = 4 * 2**20

Chunk: TypeAlias = tuple[bytes, int, int]  # type, offset of the chunk, length of its data


def cleaned(file: BinaryIO) -> Rope:
    """The rope of the cleaned file, ending with IEND. Raises UnreadableImage if it is cut off."""
    pieces: list[Piece] = [Span(0, 8)]
    for kind, offset, length in chunks(file):
        if kind in KEPT:
            pieces.append(Span(offset, length + 12))
        elif kind == b"eXIf" or kind in TEXTS:
            pieces.append(_rewritten(file, kind, offset, length))
    return joined(pieces)


def chunks(file: BinaryIO) -> Iterator[Chunk]:
    """The chunks up to and with IEND."""
    offset, kind = 8, b""
    while kind != b"IEND":
        file.seek(offset)
        head = file.read(8)
        if len(head) < 8:
            raise cut_off()
        length, kind = struct.unpack(">L4s", head)
        yield kind, offset, length
        offset += length + 12


def _rewritten(file: BinaryIO, kind: bytes, offset: int, length: int) -> Piece:
    if length > MAX_TEXT:
        return b""
    file.seek(offset + 8)
    data = file.read(length)
    if kind == b"eXIf":
        return _chunk(b"eXIf", exif.cleaned(exif.parsed(data)))
    word, _, rest = data.partition(b"\0")
    if word in KEPT_WORDS:
        return Span(offset, length + 12)
    if word == XMP_WORD and kind == b"iTXt":
        packet = xmp.cleaned(_international(rest))
        return _chunk(b"iTXt", XMP_WORD + bytes(5) + packet) if packet else b""
    if word in EXIF_WORDS:
        return _chunk(b"eXIf", exif.cleaned(exif.parsed(_raw_profile(rest, kind))))
    return b""


def _international(rest: bytes) -> bytes:
    """The text of an iTXt chunk after its keyword: flag, method, language, translated keyword, text."""
    parts = rest[2:].split(b"\0", 2)
    text = parts[2] if len(parts) == 3 else b""
    return _inflated(text) if rest[:1] == b"\1" else text


def _raw_profile(rest: bytes, kind: bytes) -> bytes:
    """ImageMagick's way to store EXIF as text: a name, a length, then hex digits."""
    text = _inflated(rest[1:]) if kind == b"zTXt" else rest
    digits = b"".join(text.split(b"\n")[3:])
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return b""


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, MAX_TEXT)
    except zlib.error:
        return b""


def _chunk(kind: bytes, data: bytes) -> bytes:
    if not data:
        return b""
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))
