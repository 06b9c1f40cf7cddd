"""Opening a picture safely: by its content, never by its name, and never before its dimensions are known to be sane."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import BinaryIO, TypeAlias

from PIL import Image, UnidentifiedImageError

from sogallery.render.errors import UnreadableImage

Source: TypeAlias = Path | bytes

MAX_PIXELS = 200_000_000  # 600 MB decoded; the largest sensors sold have 150 million
IN_MEMORY = 32 * 2**20  # files up to this size are read once and kept; larger ones are read from the path

# Still pictures only. Pillow knows more, but those start other programs (EPS), are stubs, or match what is no picture.
FORMATS = (
    "JPEG", "PNG", "TIFF", "WEBP", "AVIF", "GIF", "BMP", "PPM", "JPEG2000", "PSD", "TGA", "SGI", "PCX", "QOI",
)  # fmt: skip

NEW_SUBFILE_TYPE, DNG_VERSION = 254, 50706

BROKEN_HINT = "export it again from your photo editor, or restore it from a backup"
TOO_LARGE_HINT = f"make a version with at most {MAX_PIXELS // 1_000_000} megapixels"

# Pillow refuses twice this number of pixels by itself and warns from here on; below, we decide.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")  # odd metadata, which we read by ourselves


@cache
def know_heif() -> None:
    """Teach Pillow HEIC, once and only where such a file turns up: the import costs more than a JPEG's header."""
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def whole_or_path(source: Source) -> Source:
    """The file's bytes if it is small enough to keep, else its path, so that each file is read once."""
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes() if source.stat().st_size <= IN_MEMORY else source
    except OSError as error:
        raise unreadable_file(error) from error


@contextmanager
def stream(source: Source) -> Iterator[BinaryIO]:
    """The source as a seekable binary file."""
    if isinstance(source, bytes):
        yield io.BytesIO(source)
        return
    try:
        file = source.open("rb")
    except OSError as error:
        raise unreadable_file(error) from error
    with file:
        yield file


def unreadable_file(error: OSError) -> UnreadableImage:
    """The disk, not the picture, stands in the way."""
    return UnreadableImage(f"cannot be read: {error.strerror or error}", "check the file's permissions and the disk")


@contextmanager
def opened(file: BinaryIO) -> Iterator[Image.Image]:
    """The picture with its header read and its pixels not yet decoded.

    Raises UnreadableImage for whatever goes wrong with it, inside the block too.
    """
    heif = file.read(8)[4:] == b"ftyp"
    file.seek(0)
    if heif:
        know_heif()
    try:
        with Image.open(file, formats=("HEIF", "AVIF", "JPEG2000") if heif else FORMATS) as image:
            refuse_huge(image.size)
            refuse_raw(image)
            yield image
    except UnreadableImage:
        raise
    except UnidentifiedImageError as error:
        raise unidentified(file) from error
    except Image.DecompressionBombError as error:
        raise UnreadableImage("has far too many pixels to be a photo", TOO_LARGE_HINT) from error
    except Exception as error:  # decoders fail in every way there is; this file is to blame for all of them
        raise UnreadableImage(
            f"cannot be decoded: {' '.join(str(error).split()) or type(error).__name__}", BROKEN_HINT
        ) from error


def refuse_huge(size: tuple[int, int]) -> None:
    """Raise UnreadableImage if the header promises more pixels than we are ready to allocate."""
    width, height = size
    if width * height > MAX_PIXELS:
        raise UnreadableImage(f"has {width} x {height} pixels, more than a photo has", TOO_LARGE_HINT)
    if width < 1 or height < 1:
        raise UnreadableImage("has no pixels", BROKEN_HINT)


def refuse_raw(image: Image.Image) -> None:
    """Raise UnreadableImage for a camera raw file: they pass as TIFF, but their first picture is a small preview."""
    tags: Mapping[int, object] = getattr(image, "tag_v2", {})
    subfile = tags.get(NEW_SUBFILE_TYPE)
    if image.format == "TIFF" and (DNG_VERSION in tags or (isinstance(subfile, int) and subfile & 1)):
        raise UnreadableImage("is a camera raw file", "export it as JPEG from your raw converter")


def unidentified(file: BinaryIO) -> UnreadableImage:
    """Why nothing could be made of a file."""
    file.seek(0)
    head = file.read(4096)
    if not head:
        return UnreadableImage("is empty (0 bytes)", "copy it again; the last copy probably failed")
    if not any(head):
        return UnreadableImage("holds only zeros", "copy it again; the last copy probably failed")
    return UnreadableImage("is not a picture in a known format", "export it as JPEG, or move it out of the gallery")
