"""WebP originals (RFC 9649): image chunks as they are, EXIF and XMP written anew, unknown chunks gone."""

from __future__ import annotations

import struct
from typing import BinaryIO

from sogallery.render.clean.rope import Piece, Rope, Span, joined, length
from sogallery.render.jpeg import cut_off
from sogallery.render.meta import exif, xmp

KEPT = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
EXIF_FLAG, XMP_FLAG = 0x08, 0x04


def cleaned(file: BinaryIO) -> Rope:
    """The rope of the cleaned file. Raises UnreadableImage if it is cut off."""
    file.seek(0)
    end = 8 + int(struct.unpack("<4xL", file.read(8))[0])
    head: list[Piece] = []
    rest: list[Piece] = []
    flags, offset = 0, 12
    while offset + 8 <= end:
        file.seek(offset)
        kind, size = _chunk_head(file)
        if kind == b"VP8X":
            head.append(file.read(size))
        elif kind in KEPT:
            rest.append(Span(offset, 8 + size + size % 2))
        elif kind in (b"EXIF", b"XMP "):
            block = _block(kind, file.read(size))
            flags |= (EXIF_FLAG if kind == b"EXIF" else XMP_FLAG) if block else 0
            rest.append(block)
        offset += 8 + size + size % 2
    body = joined([_extended(head, flags), *rest])
    _refuse_cut(file, body)
    return joined([b"RIFF" + struct.pack("<L", 4 + length(body)) + b"WEBP", *body])


def _chunk_head(file: BinaryIO) -> tuple[bytes, int]:
    raw = file.read(8)
    if len(raw) < 8:
        raise cut_off()
    kind, size = struct.unpack("<4sL", raw)
    return kind, size


def _extended(head: list[Piece], flags: int) -> bytes:
    """The VP8X chunk with the flags of the metadata that is left."""
    found = head[0] if head else b""
    if not isinstance(found, bytes) or len(found) < 10:
        return b""
    kept = found[0] & ~(EXIF_FLAG | XMP_FLAG)
    return b"VP8X" + struct.pack("<LB", 10, kept | flags) + found[1:10]


def _block(kind: bytes, data: bytes) -> bytes:
    block = exif.cleaned(exif.parsed(data)) if kind == b"EXIF" else xmp.cleaned(data)
    if not block:
        return b""
    return kind + struct.pack("<L", len(block)) + block + b"\0" * (len(block) % 2)


def _refuse_cut(file: BinaryIO, body: Rope) -> None:
    """The last chunk may lack its padding byte; more may not be missing."""
    file.seek(0, 2)
    end = file.tell()
    if any(isinstance(piece, Span) and piece.offset + piece.length > end for piece in body):
        raise cut_off()
