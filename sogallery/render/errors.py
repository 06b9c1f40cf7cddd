"""What can be wrong with one picture; the caller knows which file it is and says so."""

from __future__ import annotations

from sogallery.errors import SogalleryError


class UnreadableImage(SogalleryError):  # noqa: N818  (it names the picture's state, as the Problem made from it does)
    """A file that is not one whole picture: broken, cut off, empty, far too large, or no picture at all."""


class UncleanableImage(UnreadableImage):
    """A picture whose metadata cannot be taken out without encoding it anew."""
