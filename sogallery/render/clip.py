"""A clip as a client may download it: as it is, or without location, serial numbers and whatever else is no film.

Nothing is encoded anew and no byte moves: picture and sound stay as they are, the rest is zeroed in its place. What a
camera hides inside its coded pictures (H.264 calls it SEI) stays with them.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from sogallery.render.clean import mp4, rope, webm
from sogallery.render.clean.film import refused
from sogallery.render.clean.rope import Rope, Span
from sogallery.render.errors import UnreadableImage
from sogallery.render.original import Original
from sogallery.render.source import stream

SHAPE = (1920, 1080)  # of a clip that does not say
LARGEST = 16384


def cleaned_clip(source: Path, keep: bool) -> Original:
    """Describe what to deliver of a clip: all of it with `keep`, else picture and sound; the length is the same.

    Raises UncleanableImage for what is no MP4 or WebM file that we understand as a whole.
    """
    with stream(source) as file:
        media = "video/webm" if webm.is_webm(file) else "video/mp4"
        length = file.seek(0, 2)
        pieces: Rope = (Span(0, length),) if keep else _cleaned(file)
    return Original(rope.length(pieces), media, pieces)


def clip_size(source: Path) -> tuple[int, int]:
    """Width and height in pixels as shown; those of most clips if it does not say. Never raises for its content."""
    try:
        with stream(source) as file:
            found = webm.size(file) if webm.is_webm(file) else mp4.size(file)
    except (UnreadableImage, struct.error, IndexError, ValueError, OverflowError):
        return SHAPE
    return found if found and max(found) <= LARGEST else SHAPE


def _cleaned(file: BinaryIO) -> Rope:
    try:
        return webm.cleaned(file) if webm.is_webm(file) else mp4.cleaned(file)
    except (struct.error, IndexError, ValueError, OverflowError) as error:  # tables that contradict themselves
        raise refused("its parts do not fit together") from error
