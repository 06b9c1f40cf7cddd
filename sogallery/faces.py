"""Count faces with OpenCV's bundled Haar cascade, if the extra `faces` is installed: no identity, no boxes.

A count can only add a block, when a photo shows more faces than its review knows of people; it never clears a photo.
The cascade misses profiles, small and tilted faces. OpenCV 5 has no cascades any more, hence `opencv-python-
headless<5`.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from sogallery.errors import FaultError, UsageError

LONGEST = 1280  # pixels; faces smaller than SMALLEST at this size are not looked for
SMALLEST = 48
CASCADE = "haarcascade_frontalface_default.xml"
INSTALL = "pip install 'sogallery[faces]'"


def count_faces(path: Path) -> int:
    """How many frontal faces a detector sees in an image file.

    Raises UsageError without the extra, FaultError for a file that is no image.
    """
    cascade = _cascade()
    register_heif_opener()
    try:
        with Image.open(path) as image:
            image.draft("L", (LONGEST, LONGEST))
            upright = ImageOps.exif_transpose(image).convert("L")
    except (OSError, Image.DecompressionBombError) as error:
        raise FaultError(f"{path.name} cannot be looked at", "is it an image?") from error
    upright.thumbnail((LONGEST, LONGEST))
    return len(cascade.detectMultiScale(_grey(upright), 1.1, 6, minSize=(SMALLEST, SMALLEST)))


@lru_cache(maxsize=1)
def _cascade() -> Any:  # noqa: ANN401 - OpenCV has no types
    try:
        cv2: Any = import_module("cv2")
    except ImportError as error:
        raise UsageError("counting faces needs OpenCV", INSTALL) from error
    if not hasattr(cv2, "CascadeClassifier"):
        raise UsageError(f"OpenCV {cv2.__version__} has no cascades any more", INSTALL)
    found = cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / CASCADE))
    if found.empty():
        raise UsageError("this OpenCV comes without its cascades", INSTALL)
    return found


def _grey(image: Image.Image) -> Any:  # noqa: ANN401 - a numpy array, which only OpenCV brings along
    import numpy as np

    return np.asarray(image)
