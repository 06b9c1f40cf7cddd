"""GIF originals (GIF89a): frames, delays and profile as they are; comments, text and other extensions gone."""

from __future__ import annotations

from typing import BinaryIO

from sogallery.render.clean.rope import Piece, Rope, Span, joined
from sogallery.render.jpeg import cut_off

KEPT_APPLICATIONS = frozenset({b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"})
CONTROL, APPLICATION = 0xF9, 0xFF


def cleaned(file: BinaryIO) -> Rope:
    """The rope of the cleaned file, ending with its trailer. Raises UnreadableImage if it is cut off."""
    offset = 13 + _table(_at(file, 10, 1)[0])
    pieces: list[Piece] = [Span(0, offset)]
    while True:
        kind = _at(file, offset, 1)
        if kind == b"\x3b":
            return joined([*pieces, kind])
        if kind == b"\x2c":
            end = _blocks_end(file, offset + 11 + _table(_at(file, offset + 9, 1)[0]))
            pieces.append(Span(offset, end - offset))
        elif kind == b"\x21":
            end = _blocks_end(file, offset + 2)
            if _stays(_at(file, offset + 1, 13)):
                pieces.append(Span(offset, end - offset))
        else:
            raise cut_off()
        offset = end


def _stays(head: bytes) -> bool:
    return head[0] == CONTROL or (head[0] == APPLICATION and head[2:13] in KEPT_APPLICATIONS)


def _table(flags: int) -> int:
    """The length of the colour table that the flags announce."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks_end(file: BinaryIO, offset: int) -> int:
    """Where a run of sub-blocks ends, its terminator included."""
    while size := _at(file, offset, 1)[0]:
        offset += 1 + size
    return offset + 1


def _at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    found = file.read(length)
    if not found:
        raise cut_off()
    return found
