"""A stand-in for the poster that a clip has not got."""

from __future__ import annotations

import io

from PIL import Image

_LONGEST = 1920


def drawn_poster(size: tuple[int, int]) -> bytes:
    """A calm dark picture in the shape of a clip of `size` pixels, as PNG."""
    shape = tuple(max(1, round(side * _LONGEST / max(size))) for side in size)
    shade = Image.linear_gradient("L").resize((shape[0], shape[1])).point(lambda level: 28 + level // 8)
    target = io.BytesIO()
    Image.merge("RGB", (shade, shade, shade)).save(target, "PNG")
    return target.getvalue()
