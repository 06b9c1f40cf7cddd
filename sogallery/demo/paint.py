"""Brushes for the sample pictures: light, haze, blur and grain, from Pillow alone and the same on every machine.

Lengths are fractions of the picture's height unless a name says pixels, so that a scene works at any size; x and y run
from 0 to the canvas's `aspect` and from 0 to 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Point = tuple[float, float]
Stops = Sequence[tuple[float, str]]
Box = tuple[float, float, float, float]  # left, top, right, bottom

_SOFT = 0.004  # from this blur on nobody sees how finely a shape was drawn


Draw = Callable[["Pen"], None]


def rgb(text: str) -> Colour:
    """`#f4e2c8` as three numbers."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def mix(a: str, b: str, share: float) -> str:
    """The colour `share` of the way from `a` to `b`."""
    parts = (round(x + (y - x) * share) for x, y in zip(rgb(a), rgb(b), strict=True))
    return "#{:02x}{:02x}{:02x}".format(*parts)


def ramp(stops: Stops, position: float) -> str:
    """The colour of a gradient at `position`."""
    for (start, first), (end, second) in pairwise(stops):
        if position <= end:
            return mix(first, second, max(0.0, (position - start) / (end - start or 1)))
    return stops[-1][1]


class Canvas:
    """A picture in the making, with its own stream of random numbers."""

    def __init__(self, size: tuple[int, int], seed: str) -> None:
        self.width, self.height = size
        self.aspect = self.width / self.height
        self.image = Image.new("RGB", size)
        self.random = Random(seed)  # noqa: S311 - brush strokes

    def pixels(self, length: float) -> int:
        """A length in whole pixels."""
        return round(length * self.height)

    def gradient(self, stops: Stops, top: float = 0.0, bottom: float = 1.0) -> None:
        """Fill the rows from `top` to `bottom` with a vertical gradient."""
        rows = max(1, self.pixels(bottom) - self.pixels(top))
        column = Image.new("RGB", (1, rows))
        column.putdata([rgb(ramp(stops, row / max(1, rows - 1))) for row in range(rows)])
        self.image.paste(column.resize((self.width, rows)), (0, self.pixels(top)))

    def paint(self, colour: str, mask: Image.Image, opacity: float = 1.0) -> None:
        """Put a colour on where `mask` is white."""
        if opacity < 1:
            mask = mask.point(lambda value: value * opacity)
        self.image.paste(rgb(colour), (0, 0), mask)

    def shape(
        self, draw: Draw, colour: str, blur: float = 0.0, opacity: float = 1.0, within: Box | None = None
    ) -> None:
        """Paint whatever `draw` draws, in one colour, out of focus by `blur`; nothing of it is outside `within`."""
        box = self._cut(within, blur)
        mask = self._draw(draw, blur, box)
        if opacity < 1:
            mask = mask.point(lambda value: value * opacity)
        self.image.paste(rgb(colour), box[:2], mask)

    def oval(
        self, colour: str, x: float, y: float, rx: float, ry: float | None = None,
        *, ring: float = 0.0, blur: float = 0.0, opacity: float = 1.0,
    ) -> None:  # fmt: skip
        """An ellipse (see Pen)."""
        high = rx if ry is None else ry
        self.shape(
            lambda pen: pen.oval(x, y, rx, ry, ring), colour, blur, opacity, (x - rx, y - high, x + rx, y + high)
        )

    def box(
        self, colour: str, left: float, top: float, right: float, bottom: float, round_by: float = 0.0,
        *, blur: float = 0.0, opacity: float = 1.0,
    ) -> None:  # fmt: skip
        """A rectangle (see Pen)."""
        corners = (left, top, right, bottom)
        self.shape(lambda pen: pen.box(*corners, round_by), colour, blur, opacity, corners)

    def polygon(self, colour: str, points: Sequence[Point], *, blur: float = 0.0, opacity: float = 1.0) -> None:
        """A filled outline (see Pen)."""
        self.shape(lambda pen: pen.polygon(points), colour, blur, opacity, _around(points))

    def line(
        self, colour: str, points: Sequence[Point], width: float, *, blur: float = 0.0, opacity: float = 1.0
    ) -> None:
        """A stroke (see Pen)."""
        self.shape(lambda pen: pen.line(points, width), colour, blur, opacity, _around(points, width))

    def leaf(
        self, colour: str, x: float, y: float, length: float, width: float, angle: float,
        *, blur: float = 0.0, opacity: float = 1.0,
    ) -> None:  # fmt: skip
        """A leaf (see Pen)."""
        box = _around([(x, y)], length + width)
        self.shape(lambda pen: pen.leaf(x, y, length, width, angle), colour, blur, opacity, box)

    def mask(self, draw: Draw, blur: float = 0.0) -> Image.Image:
        """White where `draw` draws, at the picture's size."""
        return self._draw(draw, blur, (0, 0, self.width, self.height))

    def _draw(self, draw: Draw, blur: float, corners: tuple[int, int, int, int]) -> Image.Image:
        left, top, right, bottom = corners
        size = (right - left, bottom - top)
        if blur >= _SOFT:  # what is blurred anyway need not be drawn finely
            mask = Image.new("L", (size[0] // 2 + 1, size[1] // 2 + 1))
            draw(Pen(ImageDraw.Draw(mask), self.height / 2, left / 2, top / 2))
            mask = mask.filter(ImageFilter.GaussianBlur(blur * self.height / 2))
            return mask.resize((mask.width * 2, mask.height * 2), Image.Resampling.BILINEAR).crop((0, 0, *size))
        mask = Image.new("L", (size[0] * 2, size[1] * 2))
        draw(Pen(ImageDraw.Draw(mask), self.height * 2, left * 2, top * 2))
        return mask.reduce(2).filter(ImageFilter.GaussianBlur(blur * self.height))

    def _cut(self, box: Box | None, blur: float) -> tuple[int, int, int, int]:
        """`box` in pixels, with room for the blur, cut to the picture."""
        if box is None:
            return 0, 0, self.width, self.height
        room = 3 * blur + 0.002
        left, top = self.pixels(box[0] - room), self.pixels(box[1] - room)
        right, bottom = self.pixels(box[2] + room), self.pixels(box[3] + room)
        left, top = min(max(0, left), self.width - 1), min(max(0, top), self.height - 1)
        return left, top, max(left + 1, min(self.width, right)), max(top + 1, min(self.height, bottom))

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 1.0) -> None:
        """Light around a point: brightens and never darkens."""
        mask, corner = self._spot(x, y, radius, strength)
        box = (*corner, corner[0] + mask.width, corner[1] + mask.height)
        light = Image.new("RGB", mask.size)
        light.paste(rgb(colour), (0, 0), mask)
        self.image.paste(ImageChops.screen(self.image.crop(box), light), corner)

    def blob(self, x: float, y: float, radius: float, colour: str, strength: float) -> None:
        """A light far out of focus: a bright disc with a brighter rim, where two overlap brighter still."""
        box = self._cut(_around([(x, y)], radius), _SOFT)
        disc = self._draw(lambda pen: pen.oval(x, y, radius), _SOFT, box).point(lambda value: value * strength)
        rim = self._draw(lambda pen: pen.oval(x, y, radius, ring=radius * 0.08), _SOFT, box)
        light = Image.new("RGB", disc.size)
        light.paste(rgb(colour), (0, 0), ImageChops.add(disc, rim.point(lambda value: value * strength / 2)))
        self.image.paste(ImageChops.screen(self.image.crop(box), light), box[:2])

    def shade(self, x: float, y: float, radius: float, colour: str, strength: float = 1.0) -> None:
        """A soft spot of colour around a point, dark or light."""
        mask, corner = self._spot(x, y, radius, strength)
        self.image.paste(rgb(colour), corner, mask)

    def _spot(self, x: float, y: float, radius: float, strength: float) -> tuple[Image.Image, tuple[int, int]]:
        """A disc of light that falls off, and the corner where it goes."""
        # radial_gradient runs from black in the middle to white at 181 pixels; light falls off faster than that.
        levels = [round(255 * strength * max(0.0, 1 - value / 180) ** 2) for value in range(256)]
        side = max(2, 2 * self.pixels(radius))
        spot = Image.radial_gradient("L").point(levels).resize((side, side), Image.Resampling.BILINEAR)
        return spot, (self.pixels(x) - side // 2, self.pixels(y) - side // 2)

    def haze(self, colour: str, top: float, bottom: float, opacity: float) -> None:
        """Mist that thickens from `top` to `bottom`."""
        rows = max(1, self.pixels(bottom) - self.pixels(top))
        column = Image.linear_gradient("L").resize((self.width, rows))
        mask = Image.new("L", (self.width, self.height))
        mask.paste(column.point(lambda value: value * opacity), (0, self.pixels(top)))
        self.paint(colour, mask)

    def soften(self, blur: float) -> None:
        """Put everything so far out of focus."""
        self.image = self.image.filter(ImageFilter.GaussianBlur(blur * self.height))

    def mirror(self, horizon: float, dim: str, opacity: float, ripple: float = 0.006) -> None:
        """Reflect what stands above `horizon` in the water below it."""
        top = self.pixels(horizon)
        above = self.image.crop((0, max(0, 2 * top - self.height), self.width, top))
        below = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).filter(ImageFilter.GaussianBlur(3))
        for row in range(below.height):
            depth = row / max(1, below.height)
            shift = self.pixels(ripple * (0.2 + depth) * math.sin(row / (4 + 18 * depth)))
            line = below.crop((0, row, self.width, row + 1))
            self.image.paste(ImageChops.offset(line, shift, 0), (0, top + row))
        self.shape(lambda pen: pen.box(0, horizon, self.aspect, 1), dim, opacity=opacity)

    def finish(self, vignette: float = 0.35, grain: int = 3, warmth: str = "#fff6ea") -> Image.Image:
        """The picture with a lens's falling light, a tint and film grain."""
        tint = Image.new("RGB", self.image.size, rgb(warmth))
        image = ImageChops.multiply(self.image, tint)
        fall = Image.radial_gradient("L").point(lambda value: max(0.0, value - 70) * vignette).resize(image.size)
        image.paste((12, 10, 14), (0, 0), fall)
        return _with_grain(image, self.random, grain)


class Pen:
    """Shapes on a mask, in the canvas's units; `left` and `top` are pixels of the picture that the mask leaves out."""

    def __init__(self, draw: ImageDraw.ImageDraw, unit: float, left: float, top: float) -> None:
        self._draw = draw
        self._unit = unit
        self._left = left
        self._top = top

    def _at(self, x: float, y: float) -> Point:
        return x * self._unit - self._left, y * self._unit - self._top

    def box(self, left: float, top: float, right: float, bottom: float, round_by: float = 0.0) -> None:
        """A rectangle, with rounded corners if asked."""
        corners = (*self._at(left, top), *self._at(right, bottom))
        self._draw.rounded_rectangle(corners, round_by * self._unit, fill=255)

    def oval(self, x: float, y: float, rx: float, ry: float | None = None, ring: float = 0.0) -> None:
        """An ellipse around a point; `ring` draws only its edge, that thick."""
        ry = rx if ry is None else ry
        corners = (*self._at(x - rx, y - ry), *self._at(x + rx, y + ry))
        if ring:
            self._draw.ellipse(corners, outline=255, width=max(1, round(ring * self._unit)))
        else:
            self._draw.ellipse(corners, fill=255)

    def polygon(self, points: Iterable[Point]) -> None:
        """A filled outline."""
        self._draw.polygon([self._at(x, y) for x, y in points], fill=255)

    def line(self, points: Iterable[Point], width: float) -> None:
        """A stroke with round joints."""
        scaled = [self._at(x, y) for x, y in points]
        thick = max(1, round(width * self._unit))
        self._draw.line(scaled, fill=255, width=thick, joint="curve")
        for x, y in (scaled[0], scaled[-1]):
            self._draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=255)

    def leaf(self, x: float, y: float, length: float, width: float, angle: float) -> None:
        """A pointed leaf or petal that starts at a point and grows towards `angle` (radians, 0 is right)."""
        steps = [i / 12 for i in range(13)]
        side = [(length * t, width * math.sin(math.pi * t) ** 0.8 / 2) for t in steps]
        outline = side + [(along, -off) for along, off in reversed(side)]
        cos, sin = math.cos(angle), math.sin(angle)
        self.polygon([(x + a * cos - b * sin, y + a * sin + b * cos) for a, b in outline])


def _around(points: Sequence[Point], margin: float = 0.0) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin


def curve(points: Sequence[Point], steps: int = 14) -> list[Point]:
    """A smooth line through `points` (Catmull-Rom)."""
    padded = [points[0], *points, points[-1]]
    found: list[Point] = []
    for around in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = around
        found += [(_spline(ax, bx, cx, dx, i / steps), _spline(ay, by, cy, dy, i / steps)) for i in range(steps)]
    return [*found, points[-1]]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def ridge(
    random: Random, aspect: float, level: float, height: float, detail: int = 7, roughness: float = 0.55
) -> list[Point]:
    """The outline of hills at `level`, down to the lower edge; more roughness makes mountains of them."""
    heights = [random.uniform(-0.3, 1), random.uniform(-0.3, 1)]
    spread = 1.0
    for _ in range(detail):
        between = [(a + b) / 2 + random.uniform(-spread, spread) / 2 for a, b in pairwise(heights)]
        heights = [h for pair in zip(heights, between, strict=False) for h in pair] + [heights[-1]]
        spread *= roughness
    count = len(heights) - 1
    outline = [(aspect * i / count, level - height * h) for i, h in enumerate(heights)]
    return [(0.0, 1.1), *outline, (aspect, 1.1)]


def _with_grain(image: Image.Image, random: Random, amount: int) -> Image.Image:
    width, height = image.size
    noise = Image.frombytes("L", (width // 2, height // 2), random.randbytes((width // 2) * (height // 2)))
    soft = noise.filter(ImageFilter.GaussianBlur(0.6)).resize((width, height), Image.Resampling.BICUBIC)
    level = soft.point(lambda value: 128 + (value - 128) * amount / 40)
    return ImageChops.overlay(image, Image.merge("RGB", (level, level, level)))
