"""Pictures to bytes: one call a format, with settings that give the same bytes for the same pixels."""

from __future__ import annotations

import io

from PIL import Image

WEBP_METHOD = 2
AVIF_SPEED = 8


def encoded(image: Image.Image, kind: str, quality: int, exif: bytes = b"", xmp: bytes = b"") -> bytes:
    """An RGB picture as jpeg, webp or avif, with no metadata but the blocks given here."""
    bare = image if not image.info else _without_info(image)
    blocks = {name: block for name, block in (("exif", exif), ("xmp", xmp)) if block}
    target = io.BytesIO()
    if kind == "jpeg":
        bare.save(target, "JPEG", quality=quality, **blocks)
    elif kind == "webp":
        bare.save(target, "WEBP", quality=quality, method=WEBP_METHOD, **blocks)
    elif kind == "avif":
        bare.save(target, "AVIF", quality=quality, speed=AVIF_SPEED, max_threads=1, **blocks)
    else:
        raise ValueError(f"unknown rendition format {kind!r}")
    return target.getvalue()


def _without_info(image: Image.Image) -> Image.Image:
    """Encoders copy profiles and comments from `info` by themselves; nothing of it may travel."""
    bare = image.copy()
    bare.info = {}
    return bare
