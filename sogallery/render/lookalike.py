"""Telling whether two pictures look alike: dHash over 16 x 16 cells."""

from __future__ import annotations

from PIL import Image, ImageChops

CELLS = 16


def dhash(image: Image.Image) -> int:
    """256 bits: whether each cell of a 16 x 16 raster is brighter than its left neighbour."""
    grey = image.convert("L").resize((CELLS + 1, CELLS), Image.Resampling.BOX)
    left, right = grey.crop((0, 0, CELLS, CELLS)), grey.crop((1, 0, CELLS + 1, CELLS))
    brighter = ImageChops.subtract(right, left).point(lambda step: 255 if step else 0, "1")
    return int.from_bytes(brighter.tobytes())
