"""Make the input: N distinct 24-megapixel JPEGs of about 8 MB, from the sample's pictures with sensor-like noise.

    python benchmarks/shoot.py FOLDER --count 100

Size and content differ the way a real shoot's do: portrait frames stored sideways, rising capture times, GPS, several
chroma subsamplings. The same for a given count on every machine. About a second a photo and core.
"""

from __future__ import annotations

import argparse
import math
import random
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops

SAMPLE = Path(__file__).parent.parent / "content" / "clients"
EDGE = 6000
# noise sigma, chroma subsampling, JPEG quality: a ladder of rising file size
LADDER = [(2.0, 2, 90), (3.0, 1, 90), (3.0, 0, 91), (4.2, 1, 92), (4.2, 0, 92), (5.5, 0, 93)]


def make(number: int, folder: Path, edge: int = EDGE) -> int:
    """Write photo `number`, `edge` pixels on its longer edge; returns its size in bytes. One that is there stays."""
    path = folder / f"SO-{number:05d}.jpg"
    if path.is_file():
        return path.stat().st_size
    dice = random.Random(number)
    sources = sorted(SAMPLE.rglob("*.jpg"))
    with Image.open(sources[dice.randrange(len(sources))]) as opened:
        image = opened.convert("RGB")
    size = (edge * 2 // 3, edge) if dice.random() < 0.3 else (edge, edge * 2 // 3)
    data = _nearest(_framed(image, size, dice), number, dice)
    path.write_bytes(data)
    return len(data)


def _framed(image: Image.Image, size: tuple[int, int], dice: random.Random) -> Image.Image:
    width = min(image.width, image.height * size[0] / size[1]) * dice.uniform(0.6, 0.98)
    height = width * size[1] / size[0]
    x, y = (image.width - width) * dice.random(), (image.height - height) * dice.random()
    framed = image.resize(size, Image.Resampling.BICUBIC, box=(x, y, x + width, y + height))
    gains = [dice.uniform(0.9, 1.1) for _ in range(3)]
    return framed.point([min(255, round(value * gain)) for gain in gains for value in range(256)])


def _nearest(image: Image.Image, number: int, dice: random.Random) -> bytes:
    """The JPEG, of a few with different noise, whose size is nearest to what a camera would have made."""
    target = dice.triangular(6.2e6, 11.5e6, 7.4e6) * (max(image.size) / EDGE) ** 2
    orientation = 1
    if image.height > image.width and dice.random() < 0.75:
        image, orientation = image.transpose(Image.Transpose.ROTATE_90), 6
    tries = (_encoded(image, number, orientation, *rung) for rung in dice.sample(LADDER, 3))
    return min(tries, key=lambda data: abs(math.log(len(data) / target)))


def _encoded(image: Image.Image, number: int, orientation: int, sigma: float, subsampling: int, quality: int) -> bytes:
    grain = np.random.default_rng(number).normal(128, sigma, (image.height, image.width))
    noise = Image.fromarray(np.clip(np.rint(grain), 0, 255).astype(np.uint8))
    noisy = ImageChops.add(image, Image.merge("RGB", (noise, noise, noise)), 1.0, -128)
    target = BytesIO()
    noisy.save(target, "JPEG", quality=quality, subsampling=subsampling, exif=_exif(number, orientation))
    return target.getvalue()


def _exif(number: int, orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Canon", "Canon EOS R6m2", orientation
    hours, minutes = divmod(9 * 60 + number // 2, 60)
    exif.get_ifd(0x8769)[0x9003] = f"2026:06:13 {hours % 24:02d}:{minutes:02d}:{number % 2 * 30:02d}"
    exif.get_ifd(0x8769)[0xA431] = "082021003417"
    exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 24.0, 44.0), 3: "E", 4: (2.0, 9.0, 11.0)})
    return exif


def shoot(folder: Path, count: int, edge: int = EDGE) -> list[Path]:
    """Make photos 1 to `count` and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor() as pool:
        total = sum(pool.map(partial(make, folder=folder, edge=edge), range(1, count + 1)))
    print(f"{count} photos, {total / 1e6:.0f} MB in {folder}")
    return sorted(folder.glob("SO-*.jpg"))[:count]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=100)
    words = parser.parse_args()
    shoot(words.folder, words.count)
