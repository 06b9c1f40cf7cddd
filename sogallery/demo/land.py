"""Sample pictures out of doors."""

from __future__ import annotations

import math

from sogallery.demo.paint import Canvas, Pen, curve, mix, ridge


def lake(c: Canvas) -> None:
    """Mountains at dawn over still water."""
    c.gradient([(0, "#5f7fa6"), (0.45, "#e9b9a0"), (0.62, "#fbe3c0")], 0, 0.62)
    c.glow(c.aspect * 0.68, 0.5, 0.8, "#ffcf9a", 0.7)
    for level, height, colour in ((0.42, 0.2, "#a9aebf"), (0.5, 0.16, "#7c8ba3"), (0.57, 0.1, "#4e6680")):
        outline = ridge(c.random, c.aspect, level, height, 8, 0.52)
        c.polygon(colour, outline, blur=0.0012)
        c.haze("#f3d9c2", level - 0.05, 0.64, 0.6)
    _firs(c, 0.625, 90, 0.05, "#243a45")
    c.mirror(0.63, "#33485c", 0.28)
    c.glow(c.aspect * 0.68, 0.72, 0.5, "#ffcf9a", 0.25)


def _firs(c: Canvas, base: float, count: int, tall: float, colour: str) -> None:
    def draw(pen: Pen) -> None:
        for _ in range(count):
            x, high = c.random.uniform(-0.02, c.aspect + 0.02), tall * c.random.uniform(0.3, 1.1)
            wide = high * 0.2
            for tier in range(3):
                top, low = base - high * (1 - tier * 0.28), base - high * (0.45 - tier * 0.22)
                spread = wide * (0.45 + tier * 0.28)
                pen.polygon([(x, top), (x - spread, low), (x + spread, low)])
            pen.box(x - wide * 0.08, base - high * 0.2, x + wide * 0.08, base + 0.01)

    c.shape(draw, colour)


def sea(c: Canvas) -> None:
    """The sun going down into the sea, with its path of light."""
    c.gradient([(0, "#2d3f6b"), (0.5, "#c8647a"), (0.85, "#f7a25d"), (1, "#fcd38a")], 0, 0.56)
    sun = c.aspect * 0.42
    c.glow(sun, 0.5, 1.0, "#ffb56b", 0.75)
    for _ in range(26):
        x, y = c.random.uniform(-0.2, c.aspect), c.random.uniform(0.08, 0.44)
        long, thick = c.random.uniform(0.15, 0.6), c.random.uniform(0.004, 0.014)
        c_colour = mix("#f9b98a", "#7b4f74", c.random.random())
        c.oval(c_colour, x, y, long, thick, blur=0.008, opacity=0.35)
    c.oval("#fff3cf", sun, 0.5, 0.052, blur=0.002)
    c.glow(sun, 0.5, 0.2, "#ffe9b0", 0.9)
    c.gradient([(0, "#d98362"), (0.15, "#9c5a6c"), (1, "#1e2a4a")], 0.56, 1)
    _waves(c, sun)


def _waves(c: Canvas, sun: float) -> None:
    for colour, towards in (("#ffd9a0", True), ("#16213d", False)):

        def draw(pen: Pen, towards: bool = towards) -> None:
            for _ in range(700):
                depth = c.random.random() ** 1.6
                y = 0.562 + 0.44 * depth
                spread = (0.03 + 0.22 * depth) if towards else c.aspect
                x = c.random.gauss(sun, spread) if towards else c.random.uniform(0, c.aspect)
                pen.oval(x, y, 0.008 + 0.045 * depth * c.random.random(), 0.0006 + 0.0035 * depth)

        c.shape(draw, colour, 0.0012, 0.8 if towards else 0.35)


def hills(c: Canvas) -> None:
    """Fields behind fields in the morning, with one tree."""
    c.gradient([(0, "#9fc0d6"), (0.6, "#f2e3c4"), (1, "#f6e8cd")], 0, 0.7)
    c.glow(c.aspect * 0.2, 0.25, 0.9, "#fff0cc", 0.8)
    colours = ("#b9c6a8", "#9fb48a", "#87a06d", "#6b8a52", "#4b6b3c")
    for i, colour in enumerate(colours):
        outline = ridge(c.random, c.aspect, 0.5 + i * 0.1, 0.1, 3, 0.5)
        smooth = [outline[0], *curve(outline[1:-1], 10), outline[-1]]
        c.polygon(colour, smooth, blur=0.001)
        c.haze("#f4ead0", 0.45 + i * 0.1, 0.72 + i * 0.1, 0.45 - i * 0.08)
    _tree(c, c.aspect * 0.7, 0.83, 0.3)
    c.glow(c.aspect * 0.2, 0.2, 0.8, "#ffe9bd", 0.3)


def _tree(c: Canvas, x: float, y: float, high: float) -> None:
    c.polygon("#3a3326", [(x - 0.012, y), (x - 0.005, y - high * 0.6), (x + 0.006, y - high * 0.6), (x + 0.014, y)])
    for branch in (-1.9, -1.2, -0.7, -2.4):
        tip = (x + math.cos(branch) * high * 0.3, y - high * 0.5 + math.sin(branch) * high * 0.28)
        c.line("#3a3326", [(x, y - high * 0.45), tip], high * 0.02)
    lobes = [(c.random.gauss(0, 0.24), -0.78 + c.random.gauss(0, 0.11), c.random.uniform(0.1, 0.19)) for _ in range(13)]
    for shade, colour in enumerate(("#2c4127", "#40602f", "#5f8040", "#93a85c")):

        def crown(pen: Pen, shade: int = shade) -> None:
            for across, up, size in lobes:
                for _ in range(60 - 12 * shade):
                    angle, far = c.random.uniform(0, math.tau), math.sqrt(c.random.random()) * size * (1 - 0.16 * shade)
                    at = (
                        across + math.cos(angle) * far - shade * 0.018,
                        up + math.sin(angle) * far * 0.8 - shade * 0.022,
                    )
                    pen.oval(x + at[0] * high, y + at[1] * high, high * c.random.uniform(0.006, 0.018))

        c.shape(crown, colour, 0.0008, 0.92)
    c.oval("#2f4428", x + high * 0.2, y + 0.004, high * 0.45, 0.007, blur=0.006, opacity=0.6)


def avenue(c: Canvas) -> None:
    """A path between trees in autumn."""
    c.gradient([(0, "#f3d9a0"), (0.5, "#fbeccb"), (1, "#d9a45f")])
    c.glow(c.aspect * 0.5, 0.4, 0.7, "#fff4d6", 0.9)
    vanish = (c.aspect * 0.5, 0.52)
    c.polygon("#b5783c", [(0, 0.62), (c.aspect, 0.62), (c.aspect, 1), (0, 1)], blur=0.03)
    c.polygon("#e4c391", [vanish, (c.aspect * 0.9, 1.02), (c.aspect * 0.1, 1.02)], blur=0.012)
    for step in range(7):
        depth = (step + 1) / 7
        _trunks(c, vanish, depth)
        _foliage(c, vanish, depth)
    _fallen(c)


def _trunks(c: Canvas, vanish: tuple[float, float], depth: float) -> None:
    far = 0.07 + 0.5 * depth**1.7
    colour = mix("#c79d66", "#3d2a20", depth)
    for side in (-1, 1):
        x, foot, wide = vanish[0] + side * far, vanish[1] + 0.42 * depth**1.7 + 0.03, 0.006 + 0.045 * depth**2
        lean = side * 0.03 * depth
        outline = [(x - wide, foot), (x - wide * 0.6 - lean, -0.1), (x + wide * 0.6 - lean, -0.1), (x + wide, foot)]
        c.polygon(colour, outline, blur=0.004 * (1 - depth))


def _foliage(c: Canvas, vanish: tuple[float, float], depth: float) -> None:
    for colour in ("#c8702c", "#e29a3b", "#f2c25c"):
        tone = mix("#f6dfae", colour, 0.35 + 0.65 * depth)

        def draw(pen: Pen) -> None:
            for _ in range(90):
                side = c.random.choice((-1, 1))
                x = vanish[0] + side * (0.07 + 0.5 * depth**1.7) + c.random.gauss(0, 0.03 + 0.12 * depth)
                y = vanish[1] - c.random.uniform(0.1, 0.6) * (0.3 + depth)
                pen.oval(x, y, (0.003 + 0.013 * depth) * c.random.uniform(0.5, 1.4))

        c.shape(draw, tone, 0.003 + 0.003 * (1 - depth), 0.85)


def _fallen(c: Canvas) -> None:
    for colour in ("#8f4f24", "#d98a35", "#f0c065"):

        def draw(pen: Pen) -> None:
            for _ in range(170):
                depth = c.random.random()
                x, y = c.random.uniform(0, c.aspect), 0.64 + 0.38 * depth**0.8
                pen.leaf(x, y, 0.006 + 0.022 * depth, 0.004 + 0.01 * depth, c.random.uniform(0, math.tau))

        c.shape(draw, colour, 0.001, 0.8)


def dunes(c: Canvas) -> None:
    """Sand in low light, each crest with a lit and a shaded side."""
    c.gradient([(0, "#7ea3c4"), (0.5, "#dfc9b4"), (1, "#f0d6b0")], 0, 0.55)
    for i in range(5):
        level = 0.42 + i * 0.13
        points = [(c.aspect * t / 4 - 0.1, level + c.random.uniform(-0.07, 0.07)) for t in range(6)]
        crest = curve(points, 24)
        lit = mix("#ecc796", "#d89a5c", i / 5)
        c.polygon(lit, [*crest, (c.aspect + 0.3, 1.1), (-0.2, 1.1)], blur=0.0015)
        lower = [(x + 0.1, y + 0.05 + 0.1 * abs(math.sin(x * 3 + i))) for x, y in reversed(crest)]
        c.polygon(mix("#a8663f", "#6d3c2c", i / 5), [*crest, *lower], blur=0.012, opacity=0.75)
        c.line("#ffe7c0", crest, 0.003, blur=0.002, opacity=0.7)
    c.glow(c.aspect * 0.85, 0.3, 0.8, "#ffdcae", 0.5)
