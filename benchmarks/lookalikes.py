"""How many copies the look-alike check finds, and how often it is wrong.

    python benchmarks/lookalikes.py FOLDER...

Every photo of the folders is private; every kind of copy of every photo is looked for among all of them.
"""

from __future__ import annotations

import argparse
import io
import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from sogallery.render.decode import decoded
from sogallery.render.errors import UnreadableImage
from sogallery.render.lookalike import Look, look, looks_like
from sogallery.render.resize import resizer

Picture: TypeAlias = Image.Image
Change: TypeAlias = Callable[[Picture, random.Random], Picture]
Turn = Image.Transpose


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    args = parser.parse_args()
    photos = dict(loaded(args.folders))
    private = {name: look(photo) for name, photo in photos.items()}
    alike = pairs(private)
    print(f"{len(photos)} photos\n\n| copy | found | other photos named |\n|---|---|---|")
    for kind, change in changes().items():
        found, wrong = searched(photos, private, change, alike)
        print(f"| {kind} | {100 * found / len(photos):.1f} % | {wrong} |")
    print("\nPairs of different files that look alike untouched:")
    for one, other in sorted(alike):
        print(f"  {one} - {other}")


def loaded(folders: list[Path]) -> list[tuple[str, Picture]]:
    """Each picture, upright, at most 1024 pixels."""
    result = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            try:
                result.append((str(path.relative_to(folder)), decoded(path, 1024, resizer("pillow"))[1]))
            except UnreadableImage:
                continue
    return result


def pairs(private: Mapping[str, Look]) -> set[tuple[str, str]]:
    start = time.process_time()
    alike = {
        (one, other)
        for one in private
        for other in private
        if one != other and looks_like(private[one], private[other])
    }
    count = len(private) * (len(private) - 1)
    print(f"{1e6 * (time.process_time() - start) / count:.0f} microseconds a pair")
    return alike


def searched(
    photos: Mapping[str, Picture], private: Mapping[str, Look], change: Change, alike: set[tuple[str, str]]
) -> tuple[int, int]:
    """How many copies were found, and how many photos were named that are neither the source nor like it."""
    found = wrong = 0
    for name, photo in photos.items():
        copy = look(change(photo, random.Random(name)))
        for other, seen in private.items():
            if looks_like(copy, seen):
                found += other == name
                wrong += other != name and (name, other) not in alike and (other, name) not in alike
    return found, wrong


def changes() -> dict[str, Change]:
    known: dict[str, Change] = {
        "unchanged": lambda image, _: image,
        "400 px, JPEG 60": lambda image, _: recompressed(image, 400, 60),
        "160 px, JPEG 60": lambda image, _: recompressed(image, 160, 60),
        "grey": lambda image, _: image.convert("L"),
        "sepia": lambda image, _: ImageOps.colorize(image.convert("L"), "#201000", "#fff0d0"),
        "brighter by 30 %": lambda image, _: ImageEnhance.Brightness(image).enhance(1.3),
        "darker by 30 %": lambda image, _: ImageEnhance.Brightness(image).enhance(0.7),
        "contrast + 40 %": lambda image, _: ImageEnhance.Contrast(image).enhance(1.4),
        "saturation + 80 %": lambda image, _: ImageEnhance.Color(image).enhance(1.8),
        "watermark over a twentieth": lambda image, _: stamped(image),
        "mirrored": lambda image, _: image.transpose(Turn.FLIP_LEFT_RIGHT),
        "turned by 90 degrees": lambda image, _: image.transpose(Turn.ROTATE_90),
    }
    for share in (2, 5, 8, 10, 12, 15):
        known[f"cropped, {share} % of each edge length, anywhere"] = anywhere(share / 100)
    for share in (5, 10):
        known[f"cropped, {share} %, at a corner"] = corner(share / 100)
        known[f"cropped, {share} %, at one side"] = side(share / 100)
    known["cropped 7 %, watermark, mirrored, 400 px, JPEG 60"] = everything
    return known


def recompressed(image: Picture, edge: int, quality: int) -> Picture:
    target = io.BytesIO()
    ImageOps.contain(image, (edge, edge)).save(target, "JPEG", quality=quality)
    with Image.open(target) as copy:
        return copy.copy()


def stamped(image: Picture) -> Picture:
    copy = image.copy()
    box = (0.6 * image.width, 0.85 * image.height, 0.98 * image.width, 0.97 * image.height)
    ImageDraw.Draw(copy, "RGBA").rectangle(box, fill=(255, 255, 255, 160))
    return copy


def anywhere(share: float) -> Change:
    return lambda image, chance: cut(image, share, share, chance.random(), chance.random())


def corner(share: float) -> Change:
    return lambda image, chance: cut(image, share, share, chance.randrange(2), chance.randrange(2))


def side(share: float) -> Change:
    return lambda image, chance: cut(image, *chance.choice([(share, 0.0), (0.0, share)]), chance.randrange(2), 0)


def cut(image: Picture, across: float, down: float, x: float, y: float) -> Picture:
    """The picture less a part of its width and height; x and y say from which end, 0 to 1."""
    width, height = round(image.width * (1 - across)), round(image.height * (1 - down))
    left, top = round(x * (image.width - width)), round(y * (image.height - height))
    return image.crop((left, top, left + width, top + height))


def everything(image: Picture, chance: random.Random) -> Picture:
    cropped = cut(image, 0.07, 0.07, chance.random(), chance.random())
    return recompressed(stamped(cropped).transpose(Turn.FLIP_LEFT_RIGHT), 400, 60)


if __name__ == "__main__":
    main()
