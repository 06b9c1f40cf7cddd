"""The least a build can do: a bare Pillow loop making the same renditions, and AES-256-GCM over the originals.

    python benchmarks/bare.py LIST OUT [--format jpeg|webp] [--workers 2]

One read and one decode a photo at the smallest scale that serves, three sizes in a cascade, everything encrypted.
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from io import BytesIO
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from PIL import Image, ImageOps

from sogallery.render.recipe import THUMBS, VIEWS

SIZES = (2048, 1024, 400)


def fitted(size: tuple[int, int], edge: int) -> tuple[int, int]:
    scale = min(1.0, edge / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def one(path: str, out: Path, form: str) -> None:
    raw = Path(path).read_bytes()
    stem = Path(path).stem
    put(out / f"{stem}.original", raw)
    image: Image.Image = Image.open(BytesIO(raw))
    image.draft("RGB", fitted(image.size, SIZES[0]))
    image = ImageOps.exif_transpose(image)
    for edge in SIZES:
        image = image.resize(fitted(image.size, edge), Image.Resampling.LANCZOS)
        target = BytesIO()
        how = (THUMBS if edge == SIZES[-1] else VIEWS)[form]  # the same encodings as sogallery's
        options = {"method": how.effort} if how.format == "webp" else {}
        image.save(target, how.format.upper(), quality=how.quality, **options)
        put(out / f"{stem}.{edge}", target.getvalue())


def put(path: Path, data: bytes) -> None:
    nonce = os.urandom(12)
    path.write_bytes(nonce + AESGCM(b"\7" * 32).encrypt(nonce, data, path.name.encode()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("list", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--format", choices=("jpeg", "webp"), default="jpeg")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    words = parser.parse_args()
    words.out.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(words.workers) as pool:
        list(pool.map(partial(one, out=words.out, form=words.format), words.list.read_text().split("\n")[:-1]))
