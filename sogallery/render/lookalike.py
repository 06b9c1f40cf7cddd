"""Telling whether a public picture is a copy of a private one, even turned, scaled, recoloured, marked or trimmed.

A look is a 32 x 32 map of brightness. Two looks are compared by dHash (whether each of 16 x 16 cells is brighter than
its left neighbour): the public one in all eight orientations, the private one whole and with up to a tenth cut off each
edge. What comes near is aligned more finely, and must then agree in brightness too, but for the fifth of the cells that
fit worst, which a watermark may cover. Rates for each kind of copy are in docs/consent-lookalikes.md.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import hypot
from operator import mul
from statistics import StatisticsError, correlation, fmean, linear_regression
from typing import TypeAlias

from PIL import Image, ImageChops, ImageOps

from sogallery.render.decode import TURNS, decoded
from sogallery.render.resize import resizer
from sogallery.render.source import Source

MAP = 32
CELLS = 16
NEAR = 50  # bits of 256 that may differ before the alignment is refined; unrelated photos differ by about 100 here
SAME = 36  # bits that may differ after it
SIMILAR = 0.2  # correlation of 4 x 4 outlines under which the crops are not even tried; copies have 0.5 and more
AGREEMENT = 0.95  # correlation of brightness that copies reach; the nearest unrelated photos stay below

CUTS = (0.0, 0.05, 0.10)  # parts cut off each edge that are tried at once
MOST = 0.16  # and the most that refining arrives at
STEPS = (0.025, 0.0125)
OUTLIERS = 5  # one in so many cells may disagree

BRIGHTER = (0, *[255] * 255)  # any step up counts

Crop: TypeAlias = tuple[float, float, float, float]  # parts cut off left, top, right, bottom
Outline: TypeAlias = tuple[float, ...]
Pairs: TypeAlias = list[tuple[int, int]]  # brightness of a cell in one picture and in the other

CROPS: tuple[Crop, ...] = tuple((left, top, right, low) for left, top, right, low in product(CUTS, repeat=4))


@dataclass(frozen=True, slots=True)
class Look:
    """What a picture looks like: 32 x 32 steps of brightness, upright, stretched to full contrast."""

    map: bytes

    def __str__(self) -> str:
        return base64.b64encode(self.map).decode("ascii")

    @classmethod
    def parse(cls, text: str) -> Look:
        """The look that `str` wrote. Raises ValueError."""
        raw = base64.b64decode(text, validate=True)
        if len(raw) != MAP * MAP:
            raise ValueError("not a look")
        return cls(raw)

    @property
    def dhash(self) -> int:
        """256 bits: whether each of 16 x 16 cells is brighter than its left neighbour."""
        return _dhash(_picture(self), CROPS[0])


def look(image: Image.Image) -> Look:
    """The look of an upright picture."""
    return Look(ImageOps.autocontrast(image.convert("L").resize((MAP, MAP), Image.Resampling.BOX)).tobytes())


def look_of(source: Source) -> Look:
    """The look of a file. Raises UnreadableImage."""
    return look(decoded(source, 8 * MAP, resizer("pillow"))[1])


def looks_like(public: Look, private: Look) -> bool:
    """Whether the public picture may be a copy or a part of the private one."""
    hashes, outline = _cropped(private)
    for turned, code, shape in _turned(public):
        if distance(code, hashes[0]) > NEAR and sum(map(mul, shape, outline)) < SIMILAR:
            continue
        found = [(code ^ other).bit_count() for other in hashes]
        nearest = min(found)
        if nearest <= NEAR and _is_copy(turned, code, _picture(private), CROPS[found.index(nearest)]):
            return True
    return False


def matches(public: Look, private: Mapping[str, Look]) -> tuple[str, ...]:
    """The names of the private pictures that the public one looks like."""
    return tuple(name for name, look in private.items() if looks_like(public, look))


def distance(one: int, other: int) -> int:
    """How many bits of two hashes differ."""
    return (one ^ other).bit_count()


def _is_copy(turned: Image.Image, code: int, whole: Image.Image, near: Crop) -> bool:
    crop, left = _aligned(whole, code, near)
    return left <= SAME and _agreement(_cells(turned, CROPS[0]), _cells(whole, crop)) >= AGREEMENT


@lru_cache(maxsize=256)
def _turned(public: Look) -> tuple[tuple[Image.Image, int, Outline], ...]:
    """The picture in all eight orientations, each with its hash and outline."""
    upright = _picture(public)
    turned = (upright, *(upright.transpose(turn) for turn in TURNS.values()))
    return tuple((image, _dhash(image, CROPS[0]), _outline(image)) for image in turned)


@lru_cache(maxsize=16_384)
def _cropped(private: Look) -> tuple[tuple[int, ...], Outline]:
    """The hashes of the picture and of its 80 crops, and its outline."""
    whole = _picture(private)
    return tuple(_dhash(whole, crop) for crop in CROPS), _outline(whole)


def _picture(look: Look) -> Image.Image:
    return Image.frombytes("L", (MAP, MAP), look.map)


def _box(crop: Crop) -> tuple[float, float, float, float]:
    left, top, right, bottom = crop
    return left * MAP, top * MAP, (1 - right) * MAP, (1 - bottom) * MAP


def _dhash(whole: Image.Image, crop: Crop) -> int:
    grey = whole.resize((CELLS + 1, CELLS), Image.Resampling.BILINEAR, box=_box(crop))
    step = ImageChops.subtract(grey.crop((1, 0, CELLS + 1, CELLS)), grey.crop((0, 0, CELLS, CELLS)))
    return int.from_bytes(step.point(list(BRIGHTER), "1").tobytes())


def _outline(whole: Image.Image) -> Outline:
    """4 x 4 steps of brightness with mean 0 and length 1."""
    raw = whole.resize((4, 4), Image.Resampling.BOX).tobytes()
    centred = [value - fmean(raw) for value in raw]
    length = hypot(*centred) or 1.0
    return tuple(value / length for value in centred)


def _cells(whole: Image.Image, crop: Crop) -> bytes:
    return whole.resize((CELLS, CELLS), Image.Resampling.BILINEAR, box=_box(crop)).tobytes()


def _aligned(whole: Image.Image, code: int, crop: Crop) -> tuple[Crop, int]:
    """The crop near the given one whose hash comes nearest, found edge by edge, and how many bits still differ."""
    best = distance(code, _dhash(whole, crop))
    for step in STEPS:
        moved = True
        while moved:
            moved = False
            for other in _neighbours(crop, step):
                left = distance(code, _dhash(whole, other))
                if left < best:
                    crop, best, moved = other, left, True
    return crop, best


def _neighbours(crop: Crop, step: float) -> Iterator[Crop]:
    for edge, by in product(range(4), (-step, step)):
        moved = list(crop)
        moved[edge] = min(MOST, max(0.0, moved[edge] + by))
        left, top, right, bottom = moved
        yield left, top, right, bottom


def _agreement(one: bytes, other: bytes) -> float:
    """The correlation of two maps without the cells that fit worst; 1 is the same up to brightness and contrast."""
    pairs = every = list(zip(one, other, strict=True))
    for _ in range(3):
        slope, offset = _fitted_line(pairs)
        ranked = sorted(every, key=lambda pair: abs(pair[1] - slope * pair[0] - offset))
        pairs = ranked[: len(ranked) - len(ranked) // OUTLIERS]
    return _correlation(pairs) or _correlation(every)


def _fitted_line(pairs: Pairs) -> tuple[float, float]:
    """Slope and offset of the least-squares line."""
    try:
        slope, offset = linear_regression(*zip(*pairs, strict=True))
    except StatisticsError:  # all the same on one side
        return 0.0, 0.0
    return slope, offset


def _correlation(pairs: Pairs) -> float:
    """Pearson's r; 0 where one side is all the same."""
    try:
        return correlation(*zip(*pairs, strict=True))
    except StatisticsError:
        return 0.0
