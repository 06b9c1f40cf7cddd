"""Sample pictures with people in them: outlines against the light, since nobody real should be here."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sogallery.demo.night import bokeh
from sogallery.demo.paint import Canvas, Pen, Point, curve, mix

_DARK = "#1b1420"


def couple(c: Canvas) -> None:
    """Two people hand in hand on a hill, the sun behind them."""
    c.gradient([(0, "#4b5d8f"), (0.45, "#d98a8a"), (0.75, "#fbc483"), (1, "#ffe0a3")])
    sun = c.aspect * 0.5
    c.glow(sun, 0.62, 1.1, "#ffd48a", 0.9)
    c.oval("#fff4d2", sun, 0.6, 0.13, blur=0.006)
    for level, colour in ((0.74, "#b77a74"), (0.8, "#84545f")):
        crest = curve([(c.aspect * t / 5, level + c.random.uniform(-0.03, 0.03)) for t in range(-1, 7)], 12)
        c.polygon(colour, [*crest, (c.aspect + 0.4, 1.1), (-0.4, 1.1)], blur=0.004)
    crest = curve(
        [(-0.1, 0.97), (c.aspect * 0.3, 0.86), (sun, 0.82), (c.aspect * 0.75, 0.87), (c.aspect + 0.1, 0.96)], 16
    )
    c.polygon("#2a1a22", [*crest, (c.aspect + 0.1, 1.1), (-0.1, 1.1)], blur=0.001)
    _grass(c, crest, "#2a1a22")
    person(c, sun - 0.075, 0.835, 0.3, _DARK, dress=True, reach=(sun, 0.71))
    person(c, sun + 0.08, 0.835, 0.32, _DARK, reach=(sun, 0.71))
    c.glow(sun, 0.6, 0.5, "#ffdf9e", 0.35)


def _grass(c: Canvas, crest: Sequence[Point], colour: str) -> None:
    def draw(pen: Pen) -> None:
        for x, y in crest:
            for _ in range(9):
                start, tip = c.random.uniform(-0.03, 0.03), c.random.uniform(0.008, 0.03)
                pen.line([(x + start, y + 0.015), (x + start + c.random.uniform(-0.008, 0.008), y - tip)], 0.0016)

    c.shape(draw, colour)


def person(
    c: Canvas, x: float, foot: float, tall: float, colour: str,
    *, dress: bool = False, reach: Point | None = None, other: Point | None = None, step: float = 0.0,
    blur: float = 0.0008,
) -> None:  # fmt: skip
    """A standing outline; `reach` and `other` are where the hands are, `step` how far apart the feet."""
    head, shoulder, hip = foot - tall * 0.93, foot - tall * 0.81, foot - tall * 0.5
    wide = tall * (0.085 if dress else 0.105)

    def draw(pen: Pen) -> None:
        pen.oval(x, head, tall * 0.052, tall * 0.068)
        pen.box(x - tall * 0.022, head, x + tall * 0.022, shoulder + tall * 0.02)
        waist = wide * (0.62 if dress else 0.8)
        torso = [(x - wide, shoulder + tall * 0.015), (x - waist, foot - tall * 0.6), (x - waist * 1.1, hip)]
        pen.polygon(
            [
                *curve([(x, shoulder - tall * 0.012), *torso], 6),
                *curve([*_mirrored(torso, x), (x, shoulder - tall * 0.012)], 6),
            ]
        )
        _legs(pen, x, foot, tall, hip, waist, step, dress)
        for side, hand in ((-1, other), (1, reach)):
            _arm(pen, x, shoulder, tall, wide, hand, side)
        if dress:
            pen.oval(x, head - tall * 0.03, tall * 0.06, tall * 0.055)
            pen.oval(x - tall * 0.035, head + tall * 0.02, tall * 0.045, tall * 0.06)

    c.shape(draw, colour, blur, within=(x - tall, foot - tall * 1.25, x + tall, foot + 0.02))


def _mirrored(points: Sequence[Point], axis: float) -> list[Point]:
    return [(2 * axis - x, y) for x, y in reversed(points)]


def _legs(pen: Pen, x: float, foot: float, tall: float, hip: float, waist: float, step: float, dress: bool) -> None:
    if dress:
        hem = tall * 0.2
        left = curve(
            [(x - waist * 1.1, hip - 0.01), (x - hem * 0.55, foot - tall * 0.25), (x - hem, foot - tall * 0.02)], 8
        )
        right = curve(
            [(x + waist * 1.1, hip - 0.01), (x + hem * 0.5, foot - tall * 0.25), (x + hem * 0.8, foot - tall * 0.02)], 8
        )
        pen.polygon([*left, *reversed(right)])
        return
    for side in (-1, 1):
        ankle = x + side * (tall * 0.04 + step)
        pen.polygon(
            [
                (x + side * waist * 1.1, hip - 0.01),
                (x - side * 0.002, hip),
                (ankle - side * tall * 0.025, foot),
                (ankle + side * tall * 0.03, foot),
            ]
        )
        pen.oval(ankle + side * tall * 0.025, foot - tall * 0.004, tall * 0.045, tall * 0.016)


def _arm(pen: Pen, x: float, shoulder: float, tall: float, wide: float, hand: Point | None, side: int) -> None:
    start = (x + side * wide * 0.9, shoulder + tall * 0.03)
    if hand is None:
        hand = (x + side * (wide + tall * 0.035), shoulder + tall * 0.37)
    elif (hand[0] - x) * side < 0:
        start = (x - side * wide * 0.9, shoulder + tall * 0.03)
    middle = ((start[0] + hand[0]) / 2 + side * tall * 0.02, (start[1] + hand[1]) / 2 + tall * 0.015)
    pen.line(curve([start, middle, hand], 6), tall * 0.042)


def dance(c: Canvas) -> None:
    """Friends dancing under coloured light."""
    c.gradient([(0, "#2a1440"), (0.55, "#7a2f6a"), (0.8, "#e07a5a"), (1, "#1d0f26")])
    for x, colour in ((0.15, "#ff7ab0"), (0.5, "#ffd28a"), (0.85, "#7fb4ff")):
        top = (c.aspect * x, -0.1)
        c.polygon(colour, [top, (c.aspect * x - 0.42, 0.95), (c.aspect * x + 0.3, 0.95)], blur=0.05, opacity=0.28)
    bokeh(c, 26, ("#ffd28a", "#ff9ac4", "#9ac8ff", "#fff0c9"), 0.05, 0.6, 0.045)
    c.glow(c.aspect * 0.5, 0.72, 0.8, "#ffb67a", 0.6)
    crowd = ((0.16, 0.36, 0.006), (0.4, 0.4, 0.003), (1.1, 0.38, 0.004), (1.36, 0.37, 0.006))
    for i, (x, tall, blur) in enumerate(crowd):
        _dancer(c, c.aspect * x / 1.5, 0.93, tall, mix("#2a1330", "#5a2a55", 0.5), i, blur)
    _dancer(c, c.aspect * 0.42, 0.97, 0.52, "#160a1c", 1, 0.001)
    _dancer(c, c.aspect * 0.59, 0.97, 0.54, "#160a1c", 2, 0.001)
    c.box("#12081a", 0, 0.95, c.aspect, 1, blur=0.012)


def _dancer(c: Canvas, x: float, foot: float, tall: float, colour: str, pose: int, blur: float) -> None:
    up, side = foot - tall * 1.08, tall * 0.2
    hands: tuple[tuple[Point, Point | None], ...] = (
        ((x + side, up), (x - side * 0.8, up + 0.04)),
        ((x + side * 1.2, up + tall * 0.2), (x - side, up - 0.01)),
        ((x + side * 0.6, up - 0.02), (x - side * 1.3, up + tall * 0.24)),
        ((x + side, up + 0.02), None),
    )
    reach, other = hands[pose % 4]
    person(c, x, foot, tall, colour, dress=pose % 2 == 1, reach=reach, other=other, step=tall * 0.05, blur=blur)


def kite(c: Canvas) -> None:
    """A child and a kite on a wide beach."""
    c.gradient([(0, "#6ea3cf"), (0.6, "#bfdbe8"), (0.8, "#f3e8d3")], 0, 0.66)
    c.glow(c.aspect * 0.85, 0.1, 0.8, "#fff6d8", 0.7)
    for _ in range(20):
        x, y = c.random.uniform(0, c.aspect), c.random.uniform(0.1, 0.42)
        for _ in range(5):
            at = (x + c.random.gauss(0, 0.06), y + c.random.gauss(0, 0.008))
            c.oval("#ffffff", *at, c.random.uniform(0.03, 0.08), 0.014, blur=0.014, opacity=0.3)
    c.gradient([(0, "#5d93ad"), (1, "#a9cdd2")], 0.62, 0.74)
    c.gradient([(0, "#d8c3a0"), (1, "#c7a677")], 0.72, 1)
    for level in (0.715, 0.74):
        foam = curve([(c.aspect * t / 6, level + c.random.uniform(-0.008, 0.008)) for t in range(-1, 8)], 10)
        c.line("#fdfbf4", foam, 0.008, blur=0.003, opacity=0.85)
    x, y = c.aspect * 0.3, 0.88
    c.oval("#6d5637", x + 0.12, y + 0.002, 0.12, 0.008, blur=0.006, opacity=0.5)
    _flying(c, x, y)
    person(c, x, y, 0.19, "#2d3442", reach=(x + 0.055, y - 0.2), other=(x + 0.045, y - 0.16), step=0.016)


def _flying(c: Canvas, x: float, y: float) -> None:
    top = (c.aspect * 0.68, 0.24)
    c.line("#3c4250", curve([(x + 0.055, y - 0.2), (x + 0.3, y - 0.36), top], 20), 0.0014, opacity=0.8)
    left, right = (top[0] - 0.05, top[1] - 0.05), (top[0] + 0.05, top[1] - 0.005)
    tip, tail = (top[0] + 0.035, top[1] - 0.1), (top[0] - 0.03, top[1] + 0.06)
    for colour, corners in (
        ("#d8493f", (tip, left, top)),
        ("#f2b33d", (tip, right, top)),
        ("#3f7fa8", (tail, left, top)),
        ("#2f9a86", (tail, right, top)),
    ):
        c.polygon(colour, corners, blur=0.0006)
    c.line(
        "#d8493f",
        curve(
            [tail, (tail[0] - 0.06, tail[1] + 0.05), (tail[0] - 0.03, tail[1] + 0.1), (tail[0] - 0.1, tail[1] + 0.15)],
            10,
        ),
        0.004,
    )


def profile(c: Canvas) -> None:
    """A face in profile against a bright window."""
    c.gradient([(0, "#dfe3e0"), (1, "#c2bcae")])
    c.glow(c.aspect * 0.72, 0.4, 0.9, "#ffffff", 0.8)
    for x in (0.36, 0.7):
        c.box("#a8a294", c.aspect * x, 0, c.aspect * x + 0.02, 1, blur=0.014, opacity=0.7)
    c.box("#a8a294", 0, 0.62, c.aspect, 0.635, blur=0.014, opacity=0.6)
    bokeh(c, 14, ("#ffffff", "#e3efd9", "#fff4da"), 0.05, 0.6, 0.06)
    x = c.aspect * 0.46
    outline = curve([(x + px, py) for px, py in [*_FACE, *_NAPE]], 10)
    c.polygon("#2c2a30", outline, blur=0.0016)
    c.oval("#2c2a30", x - 0.2, 0.42, 0.075, 0.085, blur=0.0016)
    c.line("#fff9ec", [(x + px, py) for px, py in _FACE[1:12]], 0.004, blur=0.005, opacity=0.8)


_FACE: tuple[Point, ...] = (
    (0.02, 0.2), (0.09, 0.225), (0.118, 0.29), (0.112, 0.335), (0.13, 0.375), (0.158, 0.425), (0.128, 0.438),
    (0.134, 0.462), (0.122, 0.473), (0.13, 0.49), (0.112, 0.515), (0.108, 0.55), (0.06, 0.57), (0.03, 0.6),
    (0.03, 0.68), (0.16, 0.78), (0.24, 1.02),
)  # fmt: skip
_NAPE: tuple[Point, ...] = (
    (-0.34, 1.02), (-0.3, 0.82), (-0.16, 0.74), (-0.12, 0.64), (-0.17, 0.52), (-0.19, 0.38), (-0.13, 0.25), (0.02, 0.2),
)  # fmt: skip


def balloons(c: Canvas) -> None:
    """A bunch of balloons let go into the sky."""
    c.gradient([(0, "#5f97cb"), (1, "#d9ebf2")])
    c.glow(c.aspect * 0.1, 0.1, 1.0, "#fffbe6", 0.8)
    for _ in range(12):
        at = (c.random.uniform(0, c.aspect), c.random.uniform(0.6, 1.0))
        c.oval("#ffffff", *at, c.random.uniform(0.1, 0.25), 0.04, blur=0.03, opacity=0.5)
    x, knot = c.aspect * 0.52, (c.aspect * 0.5, 0.82)
    tones = ("#e0584f", "#f2b440", "#f4ede0", "#4f8fb5", "#e88f9a", "#6fb09a", "#f7d9b0", "#c9455a")
    spots = (
        (-0.12, 0.3),
        (0.1, 0.24),
        (-0.01, 0.17),
        (0.19, 0.36),
        (-0.2, 0.43),
        (0.05, 0.38),
        (-0.07, 0.46),
        (0.13, 0.5),
    )
    for (dx, y), tone in zip(spots, tones, strict=True):
        size = c.random.uniform(0.075, 0.095)
        c.line("#5f5a55", curve([(x + dx, y + size * 1.2), ((x + dx + knot[0]) / 2, 0.66), knot], 12), 0.0014)
        _balloon(c, x + dx, y, size, tone)
    for dx, y, size in ((-0.5, 0.2, 0.03), (0.52, 0.14, 0.022), (0.42, 0.62, 0.018)):
        _balloon(c, x + dx, y, size, c.random.choice(tones))


def _balloon(c: Canvas, x: float, y: float, size: float, tone: str) -> None:
    before = c.image.copy()
    body = c.mask(lambda pen: pen.oval(x, y, size, size * 1.18))
    c.paint(tone, body, 0.94)
    c.shade(x - size * 0.35, y - size * 0.45, size * 1.1, mix(tone, "#ffffff", 0.65), 0.9)
    c.shade(x + size * 0.6, y + size * 0.7, size * 1.3, mix(tone, "#2a1a2a", 0.55), 0.7)
    c.image.paste(before, (0, 0), body.point(lambda value: 255 - value))
    c.polygon(
        mix(tone, "#2a1a2a", 0.3),
        [(x, y + size * 1.14), (x - size * 0.1, y + size * 1.3), (x + size * 0.1, y + size * 1.3)],
    )
    c.oval("#ffffff", x - size * 0.38, y - size * 0.5, size * 0.1, size * 0.2, blur=0.004, opacity=0.8)


def arch(c: Canvas) -> None:
    """An arch of flowers on the lawn, and petals in the air."""
    c.gradient([(0, "#a9c29d"), (0.6, "#dfe8cb"), (0.68, "#b9cc9c"), (1, "#7f9a63")])
    bokeh(c, 30, ("#f3f7dc", "#d3e3bd", "#fffbe6"), 0.0, 0.6, 0.08)
    c.glow(c.aspect * 0.5, 0.3, 0.9, "#fffdf0", 0.6)
    _chairs(c)
    for colour in ("#5f7d55", "#7f9a6b", "#f7ebe4", "#eec4ba", "#ffffff", "#d98b86"):
        c.shape(lambda pen: _blossoms(c, pen), colour, 0.0015, 0.95)
    for colour, blur, size in (("#f7e3df", 0.0008, 1.0), ("#ffffff", 0.0012, 1.1), ("#f2c9a9", 0.008, 2.6)):
        count = 50 if blur < 0.004 else 14
        c.shape(lambda pen: _petals(c, pen, count, size), colour, blur, 0.92)  # noqa: B023 - drawn at once


def _chairs(c: Canvas) -> None:
    for row in range(3):
        depth = 0.6 + 0.2 * row
        for side in (-1, 1):
            for seat in range(3):
                x = c.aspect * 0.5 + side * (0.3 + 0.16 * seat) * depth * 1.25
                y, size, blur = 0.66 + 0.11 * row, 0.11 * depth, 0.006 - 0.0015 * row
                c.box("#f6f1e7", x - size * 0.4, y - size, x + size * 0.4, y - size * 0.25, 0.01, blur=blur)
                c.box("#e4dccd", x - size * 0.45, y, x + size * 0.45, y + size * 0.14, 0.006, blur=blur)
                for leg in (-0.4, 0.36):
                    c.box("#d9cfbd", x + size * leg, y - size, x + size * (leg + 0.05), y + size * 0.85, blur=blur)


def _blossoms(c: Canvas, pen: Pen) -> None:
    for _ in range(190):
        turn, far = c.random.uniform(-0.35, math.pi + 0.35), c.random.gauss(0.27, 0.022)
        x, y = c.aspect * 0.5 + math.cos(turn) * far, 0.44 - math.sin(turn) * far * 1.15
        if turn < 0 or turn > math.pi:
            x, y = (
                c.aspect * 0.5 + math.copysign(c.random.gauss(0.27, 0.02), math.cos(turn)),
                c.random.uniform(0.44, 0.74),
            )
        pen.oval(x, y, c.random.uniform(0.004, 0.013))


def _petals(c: Canvas, pen: Pen, count: int, size: float) -> None:
    for _ in range(count):
        x, y = c.random.uniform(0, c.aspect), c.random.random() ** 1.3
        pen.leaf(x, y, 0.02 * size, c.random.uniform(0.006, 0.013) * size, c.random.uniform(0, math.tau))
