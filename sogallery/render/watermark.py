"""A studio's mark on display renditions: a PNG with alpha, in the lower right corner, a quarter of the longer edge."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image

from sogallery.render.source import opened

SHARE = 4  # the mark's longer edge is this part of the picture's
MARGIN = 50  # and this part of it stays free at the corner


def marked(image: Image.Image, watermark: bytes) -> Image.Image:
    """A copy of an RGB picture with the mark on it. Raises UnreadableImage if the mark is no picture."""
    mark = _scaled(watermark, max(image.size) // SHARE)
    margin = max(image.size) // MARGIN
    copy = image.copy()
    copy.paste(mark, (image.width - mark.width - margin, image.height - mark.height - margin), mark)
    return copy


@lru_cache(maxsize=8)
def _scaled(watermark: bytes, edge: int) -> Image.Image:
    with opened(io.BytesIO(watermark)) as image:
        mark = image.convert("RGBA")
    scale = min(edge / max(mark.size), 1.0)
    return mark.resize(
        (max(1, round(mark.width * scale)), max(1, round(mark.height * scale))), Image.Resampling.LANCZOS
    )
