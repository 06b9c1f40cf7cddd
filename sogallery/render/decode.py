"""A file to an upright sRGB picture of a wanted size, decoded at the smallest scale that serves."""

from __future__ import annotations

import io
from types import MappingProxyType
from typing import BinaryIO, TypeAlias

from PIL import Image

from sogallery.render import jpeg
from sogallery.render.blocks import colour_profile, image_format, stored_orientation
from sogallery.render.colour import flattened, to_srgb
from sogallery.render.resize import Resize
from sogallery.render.source import Source, opened, stream, whole_or_path

Size: TypeAlias = tuple[int, int]

TURNS = MappingProxyType(
    {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
)
MISSING = ((128, 128), (127, 127))  # what a decoder leaves where coded data ended too early


def decoded(source: Source, edge: int, resize: Resize) -> tuple[Size, Image.Image]:
    """The upright size of a file, and its picture in sRGB, upright, with the longer edge at most `edge` pixels."""
    with stream(whole_or_path(source)) as file, opened(file) as image:
        if image_format(image) == "JPEG":
            jpeg.refuse_damaged(file)
        turned, profile = stored_orientation(image), colour_profile(image, file)
        size, target = image.size, fitted(image.size, edge)
        draft(image, target)
        image.load()
        if image_format(image) == "JPEG":
            _refuse_grey_tail(image, file, target)
        reduced = to_srgb(resized(flattened(image), target, resize), profile)
    upright = reduced.transpose(TURNS[turned]) if turned in TURNS else reduced
    return (size[::-1] if turned > 4 else size), upright


def fitted(size: Size, edge: int) -> Size:
    """The largest size of the same shape with the longer edge at most `edge`, never larger than it is."""
    longer = max(size)
    if longer <= edge:
        return size
    return max(1, round(size[0] * edge / longer)), max(1, round(size[1] * edge / longer))


def draft(image: Image.Image, target: Size) -> None:
    """Ask a JPEG decoder for the smallest of its scales (1, 1/2, 1/4, 1/8) that is not below the target."""
    for scale in (8, 4, 2):
        width, height = -(-image.width // scale), -(-image.height // scale)
        if width >= target[0] and height >= target[1]:
            image.draft(None, (image.width // scale, image.height // scale))
            return


def resized(image: Image.Image, size: Size, resize: Resize) -> Image.Image:
    """Scaled down, or as it is."""
    return image if image.size == size else resize(image, size)


def _refuse_grey_tail(image: Image.Image, file: BinaryIO, target: Size) -> None:
    """Raise UnreadableImage if the end of the picture is grey because its data is missing.

    A cut file that something closed with an end marker decodes without complaint. So if the lower right corner is
    exactly the grey that decoders leave, decode once more with zeros before the end marker: in a whole picture they
    change nothing.
    """
    corner = image.crop((image.width - 2, image.height - 1, image.width, image.height)).getextrema()
    bands = corner if isinstance(corner[0], tuple) else (corner,)
    if any(band not in MISSING for band in bands):
        return
    file.seek(0)
    raw = file.read()
    end = next(found.offset for found in jpeg.segments(file) if found.marker == jpeg.EOI)
    with opened(io.BytesIO(raw[:end] + bytes(4096) + raw[end:])) as again:
        draft(again, target)
        if again.tobytes() != image.tobytes():
            raise jpeg.cut_off()
