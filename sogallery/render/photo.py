"""One photo to its renditions: one read, one decode at the smallest scale that serves, then a cascade of sizes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from PIL import Image

from sogallery.render.decode import decoded, fitted, resized
from sogallery.render.encode import encoded
from sogallery.render.lookalike import Look, look
from sogallery.render.recipe import KINDS, Recipe
from sogallery.render.resize import Resize, resizer
from sogallery.render.source import Source
from sogallery.render.watermark import marked


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
    (docs/format.md, section 7). `look` is for finding copies (sogallery.render.lookalike).
    """

    width: int
    height: int
    colours: str
    renditions: tuple[Rendition, ...]
    look: Look

    @property
    def dhash(self) -> int:
        """The look as 256 bits."""
        return self.look.dhash


def render_photo(source: Source, recipe: Recipe, kinds: Collection[str] = KINDS) -> Rendered:
    """Renditions of a file, or of its bytes if they are already read. Raises UnreadableImage; never enlarges."""
    resize = resizer(recipe.backend)
    size, image = decoded(source, recipe.display, resize)
    steps = dict(cascade(image, (recipe.display, recipe.small, recipe.thumb), resize))
    display, small, thumb = (steps[edge] for edge in (recipe.display, recipe.small, recipe.thumb))
    pictures = {"display": display, "small": small, "thumb": thumb}
    renditions = tuple(_rendition(kind, pictures[kind], recipe) for kind in KINDS if kind in kinds)
    return Rendered(*size, colours(thumb), renditions, look(thumb))


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
    how = recipe.encoding(kind)
    return Rendition(kind, how.type, *image.size, encoded(shown, how))
