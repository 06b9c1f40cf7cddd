"""A file described as pieces of another one and new bytes, so that originals of any size are never held in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from sogallery.errors import FaultError

CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the source file."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Blank:
    """So many zero bytes."""

    length: int


Piece: TypeAlias = Span | Blank | bytes
Rope: TypeAlias = tuple[Piece, ...]


def joined(pieces: Iterable[Piece]) -> Rope:
    """The same rope with neighbours merged and empty pieces dropped."""
    merged: list[Piece] = []
    for piece in pieces:
        last = merged[-1] if merged else b""
        if not size(piece):
            continue
        if isinstance(piece, bytes) and isinstance(last, bytes) and merged:
            merged[-1] = last + piece
        elif isinstance(piece, Span) and isinstance(last, Span) and last.offset + last.length == piece.offset:
            merged[-1] = Span(last.offset, last.length + piece.length)
        elif isinstance(piece, Blank) and isinstance(last, Blank):
            merged[-1] = Blank(last.length + piece.length)
        else:
            merged.append(piece)
    return tuple(merged)


def size(piece: Piece) -> int:
    """A piece's length in bytes."""
    return len(piece) if isinstance(piece, bytes) else piece.length


def length(pieces: Iterable[Piece]) -> int:
    """The length of the file that a rope describes."""
    return sum(map(size, pieces))


def read(pieces: Iterable[Piece], file: BinaryIO) -> Iterator[bytes]:
    """The bytes, at most 1 MiB at a time. Raises FaultError if the source is shorter than it was."""
    for piece in pieces:
        if isinstance(piece, bytes):
            yield from (piece[at : at + CHUNK] for at in range(0, len(piece), CHUNK))
            continue
        if isinstance(piece, Blank):
            yield from (bytes(min(CHUNK, piece.length - at)) for at in range(0, piece.length, CHUNK))
            continue
        file.seek(piece.offset)
        left = piece.length
        while left:
            chunk = file.read(min(CHUNK, left))
            if not chunk:
                raise FaultError("the file changed while it was being read", "run the build again")
            left -= len(chunk)
            yield chunk
