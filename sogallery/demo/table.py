"""Sample pictures of things: still lifes in soft light."""

from __future__ import annotations

import math

from PIL import ImageFilter

from sogallery.demo.night import bokeh
from sogallery.demo.paint import Canvas, Pen, Point, curve, mix


def rings(c: Canvas) -> None:
    """Two rings on linen."""
    c.gradient([(0, "#d8cfc3"), (1, "#b9ab9b")])
    _folds(c, 11, "#f6f0e6", "#857766")
    c.glow(c.aspect * 0.25, 0.1, 0.9, "#fff7e8", 0.5)
    x, y = c.aspect * 0.5, 0.55
    for dx, dy, tilt in ((-0.085, 0.02, 0.86), (0.1, -0.02, 0.78)):
        _ring(c, x + dx, y + dy, 0.15, tilt)


def _folds(c: Canvas, count: int, light: str, dark: str) -> None:
    for i in range(count):
        level = -0.1 + 1.2 * i / count
        points = [(c.aspect * t / 5 - 0.1, level + 0.3 * t / 5 + c.random.uniform(-0.05, 0.05)) for t in range(7)]
        line = curve(points, 14)
        wide = c.random.uniform(0.02, 0.06)
        c.line(light, line, wide, blur=0.022, opacity=0.55)
        under = [(px + 0.02, py + wide) for px, py in line]
        c.line(dark, under, wide * 0.6, blur=0.02, opacity=0.4)


def _ring(c: Canvas, x: float, y: float, radius: float, tilt: float) -> None:
    ry = radius * tilt
    c.oval("#4a3a2a", x + 0.025, y + 0.03, radius, ry, ring=0.045, blur=0.014, opacity=0.6)
    c.oval("#8a5c22", x, y + 0.014, radius, ry, ring=0.034, blur=0.0015)
    c.oval("#d9a548", x, y, radius, ry, ring=0.034, blur=0.0012)
    c.oval("#f8e2a4", x, y + 0.002, radius * 0.97, ry * 0.97, ring=0.009, blur=0.003, opacity=0.9)
    c.oval("#7a4c1c", x, y + 0.004, radius * 0.86, ry * 0.85, ring=0.01, blur=0.004, opacity=0.8)
    for angle in (3.9, 4.3, 0.8):
        gx, gy = x + radius * 0.93 * math.cos(angle), y + ry * 0.93 * math.sin(angle)
        c.oval("#fffdf2", gx, gy, 0.014, 0.01, blur=0.006)
        c.glow(gx, gy, 0.07, "#fff0c8", 0.7)


def bouquet(c: Canvas) -> None:
    """Roses and leaves, tied with a ribbon."""
    c.gradient([(0, "#c9c3b8"), (0.6, "#e7dfd2"), (1, "#b8ab9c")])
    c.glow(c.aspect * 0.2, 0.15, 0.8, "#fffaf0", 0.7)
    x, y = c.aspect * 0.5, 0.42
    _stems(c, x, y)
    for colour in ("#3f5a3f", "#5f7d55", "#8aa37b", "#b9c7a6"):
        _greens(c, x, y, colour)
    spots = [(0.0, 0.0, 0.105), (-0.14, -0.07, 0.09), (0.14, -0.05, 0.095), (-0.09, 0.12, 0.085), (0.11, 0.12, 0.09)]
    spots += [(0.02, -0.16, 0.08), (-0.19, 0.05, 0.065), (0.2, 0.06, 0.06), (0.13, -0.16, 0.055), (-0.11, -0.18, 0.06)]
    for i, (dx, dy, size) in enumerate(sorted(spots, key=lambda s: s[2])):
        _rose(c, x + dx, y + dy, size, ("#f2c9c1", "#f7e3d4", "#d98b86", "#fbf1e6", "#c96f74")[i % 5])
    c.box("#f3ece2", x - 0.04, y + 0.27, x + 0.04, y + 0.31, 0.01, blur=0.002)


def _stems(c: Canvas, x: float, y: float) -> None:
    for i in range(15):
        spread = (i - 7) / 7
        stem = curve([(x + spread * 0.13, y + 0.1), (x + spread * 0.03, y + 0.3), (x - spread * 0.1, y + 0.5)])
        tone = mix("#35513a", "#7d9468", c.random.random())
        c.line(tone, stem, 0.008, blur=0.001)


def _greens(c: Canvas, x: float, y: float, colour: str) -> None:
    def draw(pen: Pen) -> None:
        for _ in range(26):
            angle = c.random.uniform(0, math.tau)
            start = c.random.uniform(0.08, 0.19)
            at = (x + math.cos(angle) * start, y + math.sin(angle) * start)
            pen.leaf(
                *at, c.random.uniform(0.08, 0.16), c.random.uniform(0.025, 0.05), angle + c.random.uniform(-0.5, 0.5)
            )

    c.shape(draw, colour, 0.0015)


def _rose(c: Canvas, x: float, y: float, size: float, colour: str) -> None:
    c.oval("#2f2a26", x + 0.008, y + 0.014, size * 1.02, blur=0.014, opacity=0.4)
    rings = 6
    for ring in range(rings):
        far = size * (1 - ring / rings)
        petals, turn = max(3, 8 - ring), ring * 0.7 + c.random.uniform(0, 1)
        for p in range(petals):
            angle = turn + p * math.tau / petals
            px, py = x + math.cos(angle) * far * 0.52, y + math.sin(angle) * far * 0.5
            shade = mix(mix(colour, "#7c3b3b", 0.1 + ring * 0.06), "#ffffff", 0.3 * (p % 2) * (1 - ring / rings))
            _petal(c, px, py, far * 0.56, shade)


def _petal(c: Canvas, x: float, y: float, r: float, shade: str) -> None:
    c.oval(mix(shade, "#4a2a2a", 0.25), x, y, r, r * 0.92, blur=0.0012)
    c.oval(shade, x - r * 0.06, y - r * 0.1, r * 0.92, r * 0.84, blur=0.003)


def pears(c: Canvas) -> None:
    """Three pears on a table by a window."""
    c.gradient([(0, "#4a4a48"), (0.66, "#77716a")], 0, 0.66)
    c.glow(0.1, 0.2, 1.0, "#cfc6b4", 0.55)
    c.gradient([(0, "#8a6b4c"), (1, "#4a3425")], 0.66, 1)
    c.haze("#2b2019", 0.8, 1.0, 0.5)
    for x, y, size, tone in ((0.46, 0.7, 0.2, "#c9b04a"), (0.83, 0.73, 0.22, "#b7a13e"), (1.12, 0.71, 0.17, "#a88a3a")):
        _pear(c, c.aspect * x / 1.5, y, size, tone)


def _pear(c: Canvas, x: float, y: float, size: float, tone: str) -> None:
    half: list[Point] = [
        (0, -1.55),
        (0.2, -1.5),
        (0.34, -1.2),
        (0.42, -0.85),
        (0.66, -0.45),
        (0.74, -0.02),
        (0.6, 0.34),
        (0.3, 0.5),
        (0, 0.5),
    ]
    right = curve([(x + a * size, y + b * size) for a, b in half], 8)
    outline = right + [(2 * x - px, py) for px, py in reversed(right)]
    c.oval("#1d140d", x + size * 0.8, y + size * 0.42, size * 1.3, size * 0.16, blur=0.02, opacity=0.7)
    body = c.mask(lambda pen: pen.polygon(outline), 0.0008)
    before = c.image.copy()
    c.paint(mix(tone, "#3d2f14", 0.25), body)
    c.shade(x - size * 0.3, y - size * 0.05, size * 1.25, mix(tone, "#fff2b0", 0.55), 0.95)
    c.shade(x - size * 0.18, y - size * 1.1, size * 0.6, mix(tone, "#fff2b0", 0.5), 0.7)
    c.shade(x + size * 0.75, y + size * 0.1, size * 1.0, "#2a1d0c", 0.75)
    _freckles(c, x, y, size)
    c.image.paste(before, (0, 0), body.point(lambda v: 255 - v))
    c.line(
        "#3a2a18",
        curve([(x, y - size * 1.5), (x + size * 0.05, y - size * 1.75), (x + size * 0.16, y - size * 1.95)]),
        size * 0.07,
        blur=0.001,
    )
    c.oval("#fffbe0", x - size * 0.36, y - size * 0.2, size * 0.08, size * 0.15, blur=0.008, opacity=0.8)


def _freckles(c: Canvas, x: float, y: float, size: float) -> None:
    def draw(pen: Pen) -> None:
        for _ in range(140):
            pen.oval(x + c.random.gauss(0, size * 0.4), y - size * 0.3 + c.random.gauss(0, size * 0.5), 0.0012)

    c.shape(draw, "#6a4a1c", 0.0006, 0.45)


def candles(c: Canvas) -> None:
    """A long table by candlelight."""
    c.gradient([(0, "#1c1512"), (0.6, "#3a271c"), (1, "#150f0c")])
    bokeh(c, 30, ("#ffb45e", "#ffd08a", "#e8894a"), 0.1, 0.5, 0.05)
    c.polygon("#5a3c28", [(0, 0.72), (c.aspect, 0.66), (c.aspect, 1), (0, 1)], blur=0.01)
    c.glow(c.aspect * 0.5, 0.75, 0.7, "#d98a4a", 0.5)
    for x, tall, blur in (
        (0.2, 0.2, 0.012),
        (1.28, 0.22, 0.01),
        (0.42, 0.3, 0.004),
        (1.02, 0.33, 0.003),
        (0.72, 0.42, 0.0008),
    ):
        _candle(c, c.aspect * x / 1.5, 0.86 if tall > 0.4 else 0.78, tall, blur)


def _candle(c: Canvas, x: float, foot: float, tall: float, blur: float) -> None:
    wide, top = tall * 0.055, foot - tall
    c.oval("#b58a4a", x, foot, wide * 2.6, wide * 0.8, blur=blur + 0.001)
    c.box("#e9d6b4", x - wide, top, x + wide, foot, wide * 0.4, blur=blur)
    c.box("#8f6f48", x + wide * 0.2, top + 0.01, x + wide, foot, wide * 0.4, blur=blur + 0.006, opacity=0.6)
    c.box("#ffd694", x - wide, top, x + wide, top + tall * 0.3, wide * 0.4, blur=blur + 0.012, opacity=0.9)
    high = tall * 0.16
    flame = curve(
        [
            (x, top - high * 1.5),
            (x + high * 0.26, top - high * 0.6),
            (x, top - high * 0.1),
            (x - high * 0.26, top - high * 0.6),
            (x, top - high * 1.5),
        ]
    )
    c.glow(x, top - high * 0.6, tall * 0.95, "#ff9d45", 0.6)
    c.polygon("#ffdc8f", flame, blur=blur + 0.002)
    c.oval("#fffbe9", x, top - high * 0.5, high * 0.12, high * 0.35, blur=blur + 0.002)
    c.glow(x, top - high * 0.7, tall * 0.35, "#ffe2a0", 0.8)


def cups(c: Canvas) -> None:
    """Two cups of coffee from above, on a wooden table."""
    c.gradient([(0, "#a98762"), (1, "#8a6947")])
    _planks(c)
    c.glow(c.aspect * 0.15, 0.05, 1.1, "#ffeccb", 0.55)
    for x, y, size in ((0.52, 0.58, 0.22), (1.02, 0.4, 0.2)):
        _cup(c, c.aspect * x / 1.5, y, size)
    c.leaf("#5b6f4c", c.aspect * 0.75, 0.9, 0.3, 0.07, -0.5, blur=0.002)
    c.line("#8ea37c", [(c.aspect * 0.75, 0.9), (c.aspect * 0.75 + 0.26, 0.76)], 0.003, blur=0.0012)


def _planks(c: Canvas) -> None:
    for i in range(6):
        y = i / 5.2
        c.box("#4d3622", 0, y, c.aspect, y + 0.004, blur=0.0015)

    def grain(pen: Pen) -> None:
        for _ in range(260):
            x, y = c.random.uniform(-0.2, c.aspect), c.random.random()
            pen.line(curve([(x, y), (x + 0.12, y + c.random.uniform(-0.006, 0.006)), (x + 0.3, y)], 6), 0.0014)

    c.shape(grain, "#5b4129", 0.0015, 0.35)


def _cup(c: Canvas, x: float, y: float, size: float) -> None:
    c.oval("#2b1c10", x + 0.05, y + 0.06, size * 1.05, blur=0.03, opacity=0.65)
    c.oval("#e9e2d6", x, y, size, blur=0.001)
    c.oval("#fffdf8", x, y, size * 0.97, ring=0.012, blur=0.003, opacity=0.8)
    c.oval("#6f6355", x + 0.015, y + 0.02, size * 0.68, blur=0.02, opacity=0.5)
    c.line("#f4eee3", [(x + size * 0.5, y - size * 0.3), (x + size * 0.86, y - size * 0.52)], 0.035, blur=0.001)
    c.oval("#f7f2e9", x, y, size * 0.64, blur=0.001)
    c.oval("#6a432a", x, y + 0.004, size * 0.57, blur=0.001)
    c.oval("#a9764a", x - 0.005, y + 0.006, size * 0.5, blur=0.012, opacity=0.8)
    for i in range(3):
        c.leaf("#efd9b8", x, y + size * (0.35 - i * 0.2), size * 0.32, size * 0.12, -2.5, blur=0.003, opacity=0.9)
        c.leaf("#efd9b8", x, y + size * (0.35 - i * 0.2), size * 0.32, size * 0.12, -0.64, blur=0.003, opacity=0.9)


def fern(c: Canvas) -> None:
    """Fronds against the light, near and far."""
    c.gradient([(0, "#d7e2b8"), (0.5, "#9fb978"), (1, "#3f5a36")])
    c.glow(c.aspect * 0.7, 0.12, 0.9, "#fffbe0", 0.85)
    bokeh(c, 22, ("#f7ffd9", "#d9efae", "#fff6c9"), 0.0, 0.6, 0.06)
    for x, angle, length, colour, blur in _FRONDS:
        root = (c.aspect * x / 1.5, 1.1)
        c.shape(lambda pen: _frond(pen, *root, angle, length), colour, blur)  # noqa: B023 - drawn at once


_FRONDS = (
    (0.05, -1.15, 0.9, "#86a35f", 0.02),
    (1.45, -2.05, 0.9, "#7a9a56", 0.014),
    (0.3, -1.15, 1.0, "#4f7440", 0.004),
    (1.25, -1.85, 1.05, "#3c6035", 0.0015),
    (0.78, -1.62, 0.95, "#2c4f2c", 0.0006),
)


def _frond(pen: Pen, x: float, y: float, angle: float, length: float) -> None:
    steps, bend = 34, 0.016 if math.cos(angle) > 0 else -0.016
    for i in range(steps):
        nx, ny = x + math.cos(angle) * length / steps, y + math.sin(angle) * length / steps
        pen.line([(x, y), (nx, ny)], 0.006 * (1 - i / steps) + 0.002)
        size = 0.2 * length * math.sin(math.pi * (0.12 + 0.88 * (1 - i / steps)) * 0.62)
        for side in (-1, 1):
            pen.leaf(nx, ny, size, size * 0.2, angle + side * 1.05)
        x, y, angle = nx, ny, angle + bend


def window(c: Canvas) -> None:
    """Sunlight through a window on a wall, with the shadow of a plant."""
    c.gradient([(0, "#c9b9a6"), (1, "#a8937d")])

    def draw(pen: Pen) -> None:
        for i in range(6):
            pen.polygon(_pane(c, i % 2, i // 2))

    panes = c.mask(draw, 0.006)
    c.paint("#fff0d2", panes, 0.9)
    before = c.image.copy()
    shadow = c.mask(lambda pen: _frond(pen, c.aspect * 0.36, 0.98, -1.2, 0.62), 0.006)
    c.paint("#a58b70", shadow, 0.85)
    c.image.paste(before, (0, 0), panes.point(lambda v: 255 - v))
    c.image = c.image.filter(ImageFilter.GaussianBlur(1.2))
    _vase(c, c.aspect * 0.82, 0.86)


def _pane(c: Canvas, column: int, row: int) -> list[Point]:
    left, top = c.aspect * 0.2 + column * 0.31, 0.1 + row * 0.27
    corners = [(left, top), (left + 0.28, top), (left + 0.28, top + 0.24), (left, top + 0.24)]
    return [(x + (y - 0.1) * 0.28, y + (x - left) * 0.12 + column * 0.035) for x, y in corners]


def _vase(c: Canvas, x: float, y: float) -> None:
    c.box("#6b5443", 0, 0.88, c.aspect, 1.1, blur=0.002)
    c.box("#d9b98f", 0, 0.88, c.aspect, 0.895, blur=0.003, opacity=0.8)
    half: list[Point] = [(0.035, -0.3), (0.03, -0.24), (0.085, -0.14), (0.09, -0.06), (0.05, 0.02)]
    right = curve([(x + a, y + b) for a, b in half], 10)
    outline = right + [(2 * x - px, py) for px, py in reversed(right)]
    for angle in (-1.9, -1.62, -1.35, -1.1):
        _twig(c, x, y - 0.28, angle)
    c.oval("#2b1f16", x + 0.08, 0.89, 0.16, 0.012, blur=0.012, opacity=0.6)
    body = c.mask(lambda pen: pen.polygon(outline), 0.001)
    before = c.image.copy()
    c.paint("#8c9aa0", body)
    c.shade(x - 0.05, y - 0.1, 0.14, "#eef2ee", 0.9)
    c.shade(x + 0.1, y - 0.08, 0.13, "#39464d", 0.8)
    c.image.paste(before, (0, 0), body.point(lambda v: 255 - v))


def _twig(c: Canvas, x: float, y: float, angle: float) -> None:
    tips = [(x + math.cos(angle) * t, y + math.sin(angle) * t) for t in (0, 0.12, 0.24, 0.34)]
    c.line("#5a4a35", curve(tips), 0.003, blur=0.001)

    def draw(pen: Pen) -> None:
        for t in (0.1, 0.15, 0.2, 0.25, 0.3, 0.34):
            for side in (-1, 1):
                at = (x + math.cos(angle) * t, y + math.sin(angle) * t)
                pen.leaf(*at, 0.05, 0.026, angle + side * c.random.uniform(0.6, 1.1))

    c.shape(draw, mix("#6f8257", "#9fae84", c.random.random()), 0.0012)
