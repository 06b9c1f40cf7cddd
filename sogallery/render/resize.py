"""Scaling down: Pillow always, libvips where it is installed, since it does the same several times faster.

Only the scaling is libvips' part: decoding, colours and encoding stay Pillow's, so that both accept the same files.
Their pixels differ by a step here and there; one backend gives the same bytes every time.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any, TypeAlias

from PIL import Image

from sogallery.errors import FaultError

LARGE = 16_000_000  # pixels; JPEG files of the usual cameras are decoded to fewer

Resize: TypeAlias = Callable[[Image.Image, tuple[int, int]], Image.Image]


@cache
def available() -> str:
    """The better backend that is installed, vips or pillow; does not load it."""
    return "vips" if find_spec("pyvips") else "pillow"


def resizer(backend: str = "") -> Resize:
    """The function of a backend, "" for the better one that works here. Raises FaultError if a named one is missing."""
    if backend == "pillow" or (not backend and not _vips_works()):
        return with_pillow
    if backend in ("", "vips") and _vips_works():
        return with_vips
    raise FaultError(
        f"the image backend {backend!r} is not installed here", "install sogallery[vips] on every worker, or on none"
    )


def with_pillow(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Scale down with Lanczos' filter; by less than half with the bicubic one.

    The bicubic one costs 0.003 SSIM before encoding and saves a third of the time (benchmarks/quality.py).
    """
    slight = 2 * size[0] > image.width
    return image.resize(size, Image.Resampling.BICUBIC if slight else Image.Resampling.LANCZOS)


def with_vips(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Scale down with Lanczos' filter.

    Pictures with transparency stay with Pillow, which knows how to average them, and very large ones, which would have
    to be held twice.
    """
    if image.mode not in ("RGB", "L", "CMYK") or image.width * image.height > LARGE:
        return with_pillow(image, size)
    memory = _vips().Image.new_from_memory(image.tobytes(), *image.size, len(image.getbands()), "uchar")
    scaled = memory.resize(size[0] / image.width, vscale=size[1] / image.height, kernel="lanczos3")
    if (scaled.width, scaled.height) != size:
        return with_pillow(image, size)
    return Image.frombuffer(image.mode, size, scaled.write_to_memory(), "raw", image.mode, 0, 1)


@cache
def _vips_works() -> bool:
    try:
        return bool(_vips())
    except (ImportError, OSError):  # not installed, or its library does not load on this machine
        return False


@cache
def _vips() -> Any:  # noqa: ANN401  (pyvips has no types)
    os.environ.setdefault("VIPS_CONCURRENCY", "1")  # the pool of processes is the parallelism
    import pyvips

    pyvips.cache_set_max(0)
    return pyvips
