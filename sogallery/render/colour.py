"""Any picture to 8-bit sRGB.

Relative colorimetric with black point compensation, for every profile: what photo editors do by default, and for the
matrix profiles of cameras and screens the same as perceptual. No profile means sRGB (sogallery.render.blocks
knows which files name another space without one).
"""

from __future__ import annotations

import io
from functools import lru_cache
from itertools import product

from PIL import Image, ImageCms

WHITE = (255, 255, 255)
SPACES = {"RGB": "RGB ", "L": "GRAY", "CMYK": "CMYK", "LAB": "Lab "}


def flattened(image: Image.Image) -> Image.Image:
    """A mode that resizes and has a profile's channels: RGB, L, CMYK, LAB; RGBA or LA if there is transparency."""
    if image.mode in ("RGB", "L", "CMYK", "LAB", "RGBA", "LA"):
        return _with_transparency(image)
    if image.mode.startswith(("I", "F")):
        return _eight_bits(image)
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if image.mode == "PA" or "transparency" in image.info else "RGB")
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGBA" if image.mode == "RGBa" else "RGB")  # YCbCr, HSV, RGBX


def _with_transparency(image: Image.Image) -> Image.Image:
    """PNG may name one colour as transparent instead of carrying an alpha channel."""
    if image.mode in ("RGB", "L") and "transparency" in image.info:
        return image.convert("RGBA")
    return image


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit and floating-point grey to 8 bits: by the range of the type, or by the largest value of 32-bit data."""
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value / 257 + 0.5, "I").convert("L")
    highest = image.getextrema()[1]
    top = float(highest) if isinstance(highest, int | float) else 0.0
    scale = 255.0 if 0 < top <= 1 else 1.0 if top <= 255 else 255 / 65535 if top <= 65535 else 255 / top
    return image.convert("F").point(lambda value: value * scale + 0.0).convert("L")


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture as opaque RGB in sRGB, over white where it is transparent. A broken or unfit profile is as none."""
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA") else None
    if alpha is not None:
        image = image.convert(image.mode[:-1])
    converted = _converted(image, profile)
    if alpha is None:
        return converted
    page = Image.new("RGB", image.size, WHITE)
    page.paste(converted, (0, 0), alpha)
    return page


def _converted(image: Image.Image, profile: bytes | None) -> Image.Image:
    found = transform(profile, image.mode) if profile or image.mode == "LAB" else None
    if found is None:
        return image if image.mode == "RGB" else image.convert("RGB")
    result = ImageCms.applyTransform(image, found)
    return result if result is not None else image


@lru_cache(maxsize=32)
def transform(profile: bytes | None, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The way from a profile to sRGB; None if there is nothing to do or the profile is of no use for this mode."""
    srgb = ImageCms.createProfile("sRGB")
    try:
        source = (
            ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if profile
            else ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        )
        if source.profile.xcolor_space != SPACES.get(mode):
            return None
        found = ImageCms.buildTransform(
            source, srgb, mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    return None if mode == "RGB" and _changes_nothing(found) else found


def _changes_nothing(found: ImageCms.ImageCmsTransform) -> bool:
    """Whether a profile is sRGB under whatever name: no colour of a 9 x 9 x 9 grid moves by more than one step."""
    steps = [min(255, 32 * step) for step in range(9)]
    grid = Image.frombytes("RGB", (729, 1), bytes(step for colour in product(steps, repeat=3) for step in colour))
    moved = ImageCms.applyTransform(grid, found)
    return moved is not None and all(abs(a - b) <= 1 for a, b in zip(grid.tobytes(), moved.tobytes(), strict=True))
