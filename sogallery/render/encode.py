"""Pictures to bytes: one call a format, with settings that give the same bytes for the same pixels."""

from __future__ import annotations

import io

from PIL import Image

from sogallery.render.recipe import Encoding


def encoded(image: Image.Image, how: Encoding, exif: bytes = b"", xmp: bytes = b"") -> bytes:
    """An RGB picture as the bytes of a file, with no metadata but the blocks given here."""
    bare = image if not image.info else _without_info(image)
    blocks = {name: block for name, block in (("exif", exif), ("xmp", xmp)) if block}
    target = io.BytesIO()
    bare.save(target, how.format.upper(), quality=how.quality, **_effort(how), **blocks)
    return target.getvalue()


def _effort(how: Encoding) -> dict[str, int]:
    """What an encoder calls its thoroughness; AVIF in one thread, since the pool of processes is the parallelism."""
    if how.format == "webp":
        return {"method": how.effort}
    return {"speed": how.effort, "max_threads": 1} if how.format == "avif" else {}


def _without_info(image: Image.Image) -> Image.Image:
    """Encoders copy profiles and comments from `info` by themselves; nothing of it may travel."""
    bare = image.copy()
    bare.info = {}
    return bare
