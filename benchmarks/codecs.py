"""Which format and quality for renditions: bytes at equal SSIM, and the time that encoding takes.

    python benchmarks/codecs.py PHOTO_OR_FOLDER... [--target 80]

Each photo is scaled with Lanczos' filter to the three sizes. The SSIM that JPEG reaches at the target quality is the
yardstick: for every other codec the table says which quality reaches it, how many bytes that takes compared with JPEG,
and the CPU time. Needs numpy.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from quality import EDGES, found, ssim

from sogallery.render.decode import fitted

CODECS: Mapping[str, tuple[str, Mapping[str, object], tuple[int, ...]]] = {
    "jpeg": ("JPEG", {}, (70, 80, 88)),
    "jpeg optimised": ("JPEG", {"optimize": True}, (70, 80, 88)),
    "jpeg progressive": ("JPEG", {"optimize": True, "progressive": True}, (70, 80, 88)),
    "webp method 0": ("WEBP", {"method": 0}, (74, 83, 91)),
    "webp method 2": ("WEBP", {"method": 2}, (74, 83, 91)),
    "webp method 4": ("WEBP", {"method": 4}, (74, 83, 91)),
    "avif speed 10": ("AVIF", {"speed": 10, "max_threads": 1}, (58, 68, 78)),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One encoding of one picture."""

    quality: int
    bytes: int
    ssim: float
    milliseconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", nargs="+", type=Path)
    parser.add_argument("--target", type=int, default=80, help="JPEG quality whose SSIM is the yardstick")
    args = parser.parse_args()
    files = list(found(args.photos))
    rows: dict[tuple[int, str], list[tuple[float, float, float]]] = {}
    for path in files:
        for edge in EDGES:
            for name, values in compared(path, edge, args.target).items():
                rows.setdefault((edge, name), []).append(values)
    print(f"{len(files)} photos; at the SSIM of JPEG {args.target}: medians\n")
    print("| edge | codec | quality | bytes against JPEG | CPU ms |\n|---|---|---|---|---|")
    for (edge, name), measured in rows.items():
        quality, ratio, spent = (statistics.median(column) for column in zip(*measured, strict=True))
        print(f"| {edge} | {name} | {quality:.0f} | {100 * ratio:.0f} % | {spent:.1f} |")


def compared(path: Path, edge: int, target: int) -> dict[str, tuple[float, float, float]]:
    """For each codec: the quality that reaches the yardstick, its bytes as a part of JPEG's, its time."""
    with Image.open(path) as image:
        reference = image.convert("RGB").resize(fitted(image.size, edge), Image.Resampling.LANCZOS)
    base = point(reference, "JPEG", {}, target)
    result = {}
    for name, (kind, options, qualities) in CODECS.items():
        points = [point(reference, kind, options, quality) for quality in qualities]
        size, quality = reached(points, base.ssim)
        result[name] = (quality, size / base.bytes, statistics.median(one.milliseconds for one in points))
    return result


def point(reference: Image.Image, kind: str, options: Mapping[str, object], quality: int) -> Point:
    target = io.BytesIO()
    start = time.process_time()
    reference.save(target, kind, quality=quality, **options)
    spent = 1000 * (time.process_time() - start)
    with Image.open(target) as finished:
        return Point(quality, len(target.getvalue()), ssim(reference, finished), spent)


def reached(points: list[Point], goal: float) -> tuple[float, float]:
    """Bytes and quality at an SSIM, between the measured points; the nearest one beyond them."""
    ordered = sorted(points, key=lambda one: one.ssim)
    known = [one.ssim for one in ordered]
    size = np.exp(np.interp(goal, known, [np.log(one.bytes) for one in ordered]))
    return float(size), float(np.interp(goal, known, [one.quality for one in ordered]))


if __name__ == "__main__":
    main()
