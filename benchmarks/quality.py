"""How much the pipeline's shortcuts cost: SSIM of each against a full decode and Lanczos' filter from the original.

    python benchmarks/quality.py PHOTO_OR_FOLDER...

Prints, for each size, the shortcut before encoding and the finished rendition, so that the loss can be seen beside the
encoder's own.
Needs numpy; uses pyvips where it is installed.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PIL import Image

from sogallery.render.decode import draft, fitted
from sogallery.render.encode import encoded
from sogallery.render.recipe import VIEWS
from sogallery.render.resize import Resize, available, with_pillow, with_vips

EDGES = (2048, 1024, 400)
Filter = Image.Resampling
Picture: TypeAlias = Image.Image
Chain: TypeAlias = Callable[[Picture, tuple[int, int]], Picture]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", nargs="+", type=Path)
    parser.add_argument("--format", default="jpeg", choices=sorted(VIEWS))
    args = parser.parse_args()
    files = list(found(args.photos))
    rows = measured(files, args.format)
    print(
        f"{len(files)} photos; SSIM of luma x 1000 against full decode + Lanczos: median (minimum); "
        "CPU ms of the scaling: median\n"
    )
    print("| shortcut | " + " | ".join(f"{edge} px | {edge} px as {args.format}" for edge in EDGES) + " | ms |")
    print("|---|" + "---|---|" * len(EDGES) + "---|")
    for name, columns in rows.items():
        cells = [f"{1000 * statistics.median(values):.1f} ({1000 * min(values):.1f})" for values in columns[:-1]]
        print(f"| {name} | " + " | ".join(cells) + f" | {statistics.median(columns[-1]):.0f} |")


def found(places: list[Path]) -> Iterator[Path]:
    """JPEG files of at least the largest edge."""
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix.lower() in (".jpg", ".jpeg"):
                with Image.open(path) as image:
                    if max(image.size) > EDGES[0] and image.mode == "RGB":
                        yield path


def chains() -> dict[str, tuple[bool, Resize]]:
    """Each shortcut: whether it lets the decoder scale, and how it scales on."""
    named: dict[str, tuple[bool, Resize]] = {"full decode, Lanczos cascade": (False, pillow(Filter.LANCZOS))}
    for kind in (Filter.LANCZOS, Filter.BICUBIC, Filter.HAMMING):
        named[f"draft, {kind.name.title()} cascade"] = (True, pillow(kind))
    named["draft, Lanczos, then Bicubic"] = (True, first(pillow(Filter.LANCZOS), pillow(Filter.BICUBIC)))
    named["draft, Hamming, then Lanczos"] = (True, first(pillow(Filter.HAMMING), pillow(Filter.LANCZOS)))
    named["draft, Bicubic, then Hamming"] = (True, first(pillow(Filter.BICUBIC), pillow(Filter.HAMMING)))
    named["draft, Lanczos, then reduce by half"] = (True, first(pillow(Filter.LANCZOS), halved))
    named["draft, as sogallery does it on Pillow"] = (True, with_pillow)
    if available() == "vips":
        named["draft, as sogallery does it with libvips"] = (True, with_vips)
    return named


def pillow(kind: Filter) -> Resize:
    return lambda image, size: image.resize(size, kind)


def halved(image: Picture, size: tuple[int, int]) -> Picture:
    return image.reduce(2).resize(size, Filter.LANCZOS)


def first(large: Resize, others: Resize) -> Resize:
    return lambda image, size: (large if max(size) == EDGES[0] else others)(image, size)


def measured(files: list[Path], kind: str) -> dict[str, list[list[float]]]:
    rows: dict[str, list[list[float]]] = {name: [[] for _ in range(2 * len(EDGES) + 1)] for name in chains()}
    for path in files:
        with Image.open(path) as image:
            image.load()
            whole = image.copy()
        targets = [fitted(whole.size, edge) for edge in EDGES]
        references = [whole.resize(target, Filter.LANCZOS) for target in targets]
        drafted = Image.open(path)
        draft(drafted, targets[0])
        drafted.load()
        for name, (scaled, resize) in chains().items():
            image, spent = drafted if scaled else whole, 0.0
            for column, (target, reference) in enumerate(zip(targets, references, strict=True)):
                start = time.process_time()
                image = resize(image, target)
                spent += time.process_time() - start
                rows[name][2 * column].append(ssim(reference, image))
                finished = Image.open(io.BytesIO(encoded(image, VIEWS[kind])))
                rows[name][2 * column + 1].append(ssim(reference, finished))
            rows[name][-1].append(1000 * spent)
    return rows


def ssim(one: Picture, other: Picture, window: int = 7) -> float:
    """Mean structural similarity of luma (Wang et al. 2004), with a square window; 1 is identical."""
    a, b = (np.asarray(image.convert("L"), dtype=np.float64) for image in (one, other))
    mean_a, mean_b = averaged(a, window), averaged(b, window)
    variance_a, variance_b = averaged(a * a, window) - mean_a**2, averaged(b * b, window) - mean_b**2
    covariance = averaged(a * b, window) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    top = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    return float((top / ((mean_a**2 + mean_b**2 + c1) * (variance_a + variance_b + c2))).mean())


def averaged(values: np.ndarray, window: int) -> np.ndarray:
    sums = np.pad(values, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    total = sums[window:, window:] - sums[:-window, window:] - sums[window:, :-window] + sums[:-window, :-window]
    return total / window**2


if __name__ == "__main__":
    main()
