"""A stand-in for the poster that a clip has not got."""

from __future__ import annotations

import io

from PIL import Image

_SIZE = (1920, 1080)


def drawn_poster() -> bytes:
    """A calm dark picture in the shape of most clips, as PNG."""
    shade = Image.linear_gradient("L").resize(_SIZE).point(lambda level: 28 + level // 8)
    target = io.BytesIO()
    Image.merge("RGB", (shade, shade, shade)).save(target, "PNG")
    return target.getvalue()
