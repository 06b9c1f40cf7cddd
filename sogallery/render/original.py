"""The original as a client may download it: byte for byte, or without location, serial numbers and previews.

Never encoded anew: every pixel stays. What stays of the words is in `sogallery.render.meta`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO

from sogallery.render.blocks import image_format
from sogallery.render.clean import gif, heif, jpeg, png, rope, tiff, webp
from sogallery.render.clean.rope import Rope, Span
from sogallery.render.errors import UncleanableImage, UnreadableImage
from sogallery.render.facts import media_type
from sogallery.render.source import BROKEN_HINT, Source, opened, stream

CLEANERS: Mapping[str, Callable[[BinaryIO], Rope]] = MappingProxyType(
    {
        "JPEG": jpeg.cleaned,
        "PNG": png.cleaned,
        "TIFF": tiff.cleaned,
        "WEBP": webp.cleaned,
        "GIF": gif.cleaned,
        "HEIF": heif.cleaned,
        "AVIF": heif.cleaned,
    }
)


@dataclass(frozen=True, slots=True)
class Original:
    """A file to deliver: its length in bytes, its media type, and the pieces of the source that it consists of."""

    length: int
    type: str
    pieces: Rope

    def read(self, source: Source) -> Iterator[bytes]:
        """The file's bytes, at most 1 MiB at a time. Raises FaultError if the source became shorter meanwhile."""
        with stream(source) as file:
            yield from rope.read(self.pieces, file)


def original(source: Source, keep: bool) -> Original:
    """Describe what to deliver of a file: all of it with `keep`, else the picture and its harmless words.

    Raises UnreadableImage if it is no whole picture, UncleanableImage if its format cannot be cleaned.
    """
    with stream(source) as file:
        with opened(file) as image:
            kind, media = image_format(image), media_type(image)
        pieces = _whole(file) if keep else _cleaned(file, kind)
    return Original(rope.length(pieces), media, pieces)


def _whole(file: BinaryIO) -> Rope:
    return (Span(0, file.seek(0, 2)),)


def _cleaned(file: BinaryIO, kind: str) -> Rope:
    if kind not in CLEANERS:
        raise UncleanableImage(f"is a {kind} picture, whose metadata cannot be taken out", tiff.KEEP_HINT)
    try:
        return CLEANERS[kind](file)
    except (struct.error, IndexError, ValueError) as error:  # tables that contradict themselves
        raise UnreadableImage("is damaged: its parts do not fit together", BROKEN_HINT) from error
