"""One photo to its renditions: one read, one decode at the smallest scale that serves, then a cascade of sizes."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from PIL import Image

from sogallery.render import jpeg
from sogallery.render.blocks import metadata_blocks, stored_orientation
from sogallery.render.colour import flattened, to_srgb
from sogallery.render.encode import encoded
from sogallery.render.lookalike import dhash
from sogallery.render.meta import exif
from sogallery.render.recipe import KINDS, Recipe
from sogallery.render.resize import Resize, resizer
from sogallery.render.source import Source, opened, stream, whole_or_path
from sogallery.render.watermark import marked

Size: TypeAlias = tuple[int, int]

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
MISSING = (128, 128)  # what a decoder leaves where coded data ended too early


@dataclass(frozen=True, slots=True)
class Rendition:
    """One encoded form of a photo, upright, in sRGB."""

    kind: str
    type: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """A photo's renditions and what only its pixels tell.

    Dimensions are those of the upright source. `colours` is the average of the four quarters as 24 hex digits
    (docs/format.md, section 7). `dhash` is its look (sogallery.render.lookalike).
    """

    width: int
    height: int
    colours: str
    renditions: tuple[Rendition, ...]
    dhash: int


def render_photo(source: Source, recipe: Recipe, kinds: Collection[str] = KINDS) -> Rendered:
    """Renditions of a file, or of its bytes if they are already read. Raises UnreadableImage; never enlarges."""
    resize = resizer(recipe.backend)
    size, image = decoded(source, recipe.display, resize)
    steps = dict(cascade(image, (recipe.display, recipe.small, recipe.thumb), resize))
    display, small, thumb = (steps[edge] for edge in (recipe.display, recipe.small, recipe.thumb))
    pictures = {"display": display, "small": small, "thumb": thumb}
    renditions = tuple(_rendition(kind, pictures[kind], recipe) for kind in KINDS if kind in kinds)
    return Rendered(*size, colours(thumb), renditions, dhash(thumb))


def decoded(source: Source, edge: int, resize: Resize) -> tuple[Size, Image.Image]:
    """The upright size of a file, and its picture in sRGB, upright, with the longer edge at most `edge` pixels."""
    with stream(whole_or_path(source)) as file, opened(file) as image:
        progressive = image.format in ("JPEG", "MPO") and jpeg.refuse_damaged(file)
        turned, profile = stored_orientation(image), image.info.get("icc_profile")
        adobe = profile is None and exif.is_adobe_rgb(exif.parsed(metadata_blocks(image).exif))
        size, target = image.size, fitted(image.size, edge)
        draft(image, target)
        image.load()
        if image.format in ("JPEG", "MPO") and not progressive:
            _refuse_grey_tail(image, file)
        reduced = to_srgb(resized(flattened(image), target, resize), profile, adobe)
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


def cascade(image: Image.Image, edges: tuple[int, ...], resize: Resize) -> Iterator[tuple[int, Image.Image]]:
    """Each falling edge with the picture scaled down to it from the one before."""
    whole = image.size
    for edge in edges:
        image = resized(image, fitted(whole, edge), resize)
        yield edge, image


def colours(image: Image.Image) -> str:
    """The average of the four quarters, top left, top right, bottom left, bottom right, as 24 hex digits."""
    return image.resize((2, 2), Image.Resampling.BOX).tobytes().hex()


def _rendition(kind: str, image: Image.Image, recipe: Recipe) -> Rendition:
    shown = marked(image, recipe.watermark) if recipe.watermark and kind == "display" else image
    return Rendition(kind, recipe.type, *image.size, encoded(shown, recipe.format, recipe.effective_quality))


def _refuse_grey_tail(image: Image.Image, file: BinaryIO) -> None:
    """Raise UnreadableImage if the end of the picture is grey because its data is missing.

    A cut file that something closed with an end marker decodes without complaint. So if the lower right corner is
    exactly the grey that decoders leave, decode once more with zeros before the end marker: in a whole picture they
    change nothing.
    """
    corner = image.crop((image.width - 2, image.height - 1, image.width, image.height)).getextrema()
    bands = corner if isinstance(corner[0], tuple) else (corner,)
    if any(band != MISSING for band in bands):
        return
    file.seek(0)
    raw = file.read()
    end = next(found.offset for found in jpeg.segments(file) if found.marker == jpeg.EOI)
    with opened(io.BytesIO(raw[:end] + bytes(4096) + raw[end:])) as again:
        again.draft(None, (image.width, image.height))
        if again.tobytes() != image.tobytes():
            raise jpeg.cut_off()
