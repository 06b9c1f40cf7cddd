"""Sample pictures of lights in the dark."""

from __future__ import annotations

import math

from sogallery.demo.paint import Canvas, Pen, curve, mix

_WARM = ("#ffd08a", "#ffb45e", "#ffe3b3", "#f7915a", "#ffd9c0")


def bokeh(
    c: Canvas, count: int, colours: tuple[str, ...], low: float = 0.0, high: float = 1.0, size: float = 0.06
) -> None:
    """Lights far out of focus: bright discs with a brighter rim, where they overlap brighter still."""
    for _ in range(count):
        x, y = c.random.uniform(0, c.aspect), c.random.uniform(low, high)
        radius, strength = size * c.random.uniform(0.35, 1.2), c.random.uniform(0.12, 0.5)
        colour = c.random.choice(colours)
        c.blob(x, y, radius, colour, strength)


def string_lights(c: Canvas) -> None:
    """Garlands over a garden in the evening."""
    c.gradient([(0, "#1b2a4a"), (0.55, "#5a4a66"), (0.8, "#8a5a52"), (1, "#241c24")])
    c.glow(c.aspect * 0.5, 0.75, 0.9, "#c9744e", 0.6)
    bokeh(c, 34, _WARM, 0.5, 0.95, 0.05)
    for i in range(4):
        _garland(c, 0.06 + i * 0.085, 0.16 + i * 0.02, 17 - i * 2, 0.011 - i * 0.0012)
    _hedge(c, 0.86, "#14121a")


def _garland(c: Canvas, top: float, sag: float, bulbs: int, size: float) -> None:
    left, right = -0.05, c.aspect + 0.05
    middle = c.aspect * c.random.uniform(0.4, 0.6)
    wire = [
        (left, top),
        (middle / 2, top + sag * 0.75),
        (middle, top + sag),
        ((middle + right) / 2, top + sag * 0.7),
        (right, top - 0.02),
    ]
    line = curve(wire, 30)
    c.line("#120f16", line, 0.0022, blur=0.001)
    for i in range(bulbs):
        x, y = line[round((i + 0.5) / bulbs * (len(line) - 1))]
        c.glow(x, y + size, size * 9, "#ffb867", 0.55)
        c.oval("#fff1cf", x, y + size, size * 0.8, size, blur=0.0015)


def _hedge(c: Canvas, level: float, colour: str) -> None:
    def draw(pen: Pen) -> None:
        pen.box(0, level + 0.04, c.aspect, 1.1)
        for _ in range(260):
            x = c.random.uniform(-0.02, c.aspect + 0.02)
            pen.oval(x, level + c.random.uniform(0.0, 0.09) + 0.03 * math.sin(x * 5), c.random.uniform(0.01, 0.045))

    c.shape(draw, colour, 0.002)


def city(c: Canvas) -> None:
    """A town across the river, its windows lit."""
    c.gradient([(0, "#0d1730"), (0.6, "#2c3a63"), (0.9, "#8c5f6d"), (1, "#c98a6a")], 0, 0.66)
    for depth, colour in ((0, "#34406a"), (1, "#202a4c"), (2, "#11182f")):
        _houses(c, 0.66, 0.24 + 0.05 * depth, colour, 0.045 + 0.02 * depth, lit=0.25 + 0.12 * depth)
    c.mirror(0.66, "#0e1730", 0.3, ripple=0.012)
    c.box("#0a0f1e", 0, 0.655, c.aspect, 0.664, blur=0.0015)
    for _ in range(16):
        x = c.random.uniform(0, c.aspect)
        c.glow(x, 0.648, 0.035, "#ffd08a", 0.8)
        c.oval("#ffcf8f", x, 0.78, 0.004, 0.1, blur=0.006, opacity=0.4)


def _houses(c: Canvas, base: float, tall: float, colour: str, wide: float, lit: float) -> None:
    walls: list[tuple[float, float, float]] = []
    x = -0.03
    while x < c.aspect:
        width, high = wide * c.random.uniform(0.7, 1.8), tall * c.random.uniform(0.35, 1.0)
        walls.append((x, width, high))
        x += width * c.random.uniform(1.0, 1.25)

    def draw(pen: Pen) -> None:
        for left, width, high in walls:
            pen.box(left, base - high, left + width, base)
            if c.random.random() < 0.35:
                pen.polygon([(left, base - high), (left + width / 2, base - high * 1.18), (left + width, base - high)])

    c.shape(draw, colour, 0.0008)
    for tone in ("#ffd794", "#ffbe6e", "#fbe9c9"):
        c.shape(lambda pen: _windows(c, pen, walls, base, lit / 3), tone, 0.0008, 0.9)


def _windows(c: Canvas, pen: Pen, walls: list[tuple[float, float, float]], base: float, lit: float) -> None:
    for left, width, high in walls:
        columns, rows = max(2, round(width / 0.016)), max(2, round(high / 0.026))
        for column in range(columns):
            for row in range(rows):
                if c.random.random() < lit:
                    x, y = left + (column + 0.5) * width / columns, base - high + (row + 0.6) * high / rows
                    pen.box(x - 0.003, y - 0.005, x + 0.003, y + 0.005)


def sparks(c: Canvas) -> None:
    """Fireworks over dark hills."""
    c.gradient([(0, "#0a1024"), (0.7, "#222a52"), (1, "#493a5e")])
    for x, y, size, colour in (
        (0.42, 0.34, 0.27, "#ffcf85"),
        (0.95, 0.25, 0.2, "#ff9aa6"),
        (1.2, 0.44, 0.15, "#a9d4ff"),
    ):
        _burst(c, c.aspect * x / 1.5, y, size, colour)
    outline = curve([(-0.1, 0.86), (c.aspect * 0.3, 0.8), (c.aspect * 0.6, 0.87), (c.aspect + 0.1, 0.79)], 20)
    c.polygon("#0b0d1a", [*outline, (c.aspect + 0.1, 1.1), (-0.1, 1.1)], blur=0.002)
    bokeh(c, 16, _WARM, 0.9, 0.98, 0.018)


def _burst(c: Canvas, x: float, y: float, size: float, colour: str) -> None:
    c.glow(x, y, size * 2.2, colour, 0.35)
    rays = [(i * math.tau / 46 + c.random.uniform(-0.06, 0.06), size * c.random.uniform(0.6, 1.05)) for i in range(46)]

    def path(angle: float, far: float, start: float) -> list[tuple[float, float]]:
        steps = [start + (1 - start) * i / 8 for i in range(9)]
        return [(x + math.cos(angle) * far * t, y + math.sin(angle) * far * t + 0.09 * size * t * t * 3) for t in steps]

    for angle, far in rays:
        c.line(colour, path(angle, far, 0.25), 0.0022, blur=0.0012, opacity=0.75)
        c.line(mix(colour, "#ffffff", 0.6), path(angle, far, 0.75), 0.0034, blur=0.0012)
    for angle, far in rays[::3]:
        tip = path(angle, far, 0.9)[-1]
        c.glow(*tip, 0.03, colour, 0.8)


def rain(c: Canvas) -> None:
    """A street after rain: shop lights, and the same lights in the wet stones."""
    c.gradient([(0, "#141a2c"), (0.55, "#2d2c3f"), (1, "#11131d")])
    bokeh(c, 46, ("#ffb45e", "#ffd9a0", "#e8697a", "#6fb4d8", "#ffe9c9"), 0.12, 0.52, 0.055)
    c.box("#171a26", 0, 0.58, c.aspect, 1, blur=0.01, opacity=0.7)
    c.mirror(0.58, "#141722", 0.35, ripple=0.02)
    _umbrella(c, c.aspect * 0.56, 0.5)


def _umbrella(c: Canvas, x: float, y: float) -> None:
    dark = "#0c0e16"
    canopy = [(x + 0.16 * math.cos(a), y - 0.12 * math.sin(a)) for a in (math.pi * i / 40 for i in range(41))]
    c.polygon("#b5473d", canopy, blur=0.001)
    c.polygon("#7d2c2b", [p for p in canopy if p[0] > x] + [(x + 0.02, y - 0.005)], blur=0.004, opacity=0.7)
    c.line(dark, [(x, y - 0.13), (x, y + 0.12)], 0.004)
    body = curve(
        [
            (x - 0.015, y + 0.03),
            (x - 0.06, y + 0.1),
            (x - 0.075, y + 0.27),
            (x + 0.055, y + 0.27),
            (x + 0.045, y + 0.1),
            (x + 0.01, y + 0.03),
        ]
    )
    c.polygon(dark, body, blur=0.001)
    c.oval(dark, x - 0.004, y + 0.025, 0.021, 0.026, blur=0.001)
    for side in (-0.03, 0.012):
        c.line(dark, [(x + side, y + 0.25), (x + side * 1.3, y + 0.36)], 0.02, blur=0.001)
    c.oval(dark, x - 0.005, y + 0.43, 0.05, 0.07, blur=0.012, opacity=0.7)
