"""What a grant may see of a gallery. Pure.

A pattern stands for whole photo paths in NFC, upper and lower case apart; `*` matches anything, `/` included, `?` one
character, `[...]` one of several. A pattern that is a photo's path to the letter matches it, whatever signs it has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from fnmatch import translate

from sogallery.model import Gallery, Grant, Photo


def matching(pattern: str, paths: Iterable[str]) -> set[str]:
    """Those of `paths` that `pattern` stands for."""
    wanted = unicodedata.normalize("NFC", pattern)
    match = re.compile(translate(wanted)).match
    return {path for path in paths if path == wanted or match(path)}


def select(gallery: Gallery, grant: Grant) -> tuple[Photo, ...]:
    """The photos `grant` may see, in the gallery's order: all, or those of `only`; without those of `hide`."""
    paths = [photo.path for photo in gallery.photos]
    shown = _any_of(grant.only, paths) if grant.only else set(paths)
    shown -= _any_of(grant.hide, paths)
    return tuple(photo for photo in gallery.photos if photo.path in shown)


def _any_of(patterns: Iterable[str], paths: list[str]) -> set[str]:
    return set().union(*(matching(pattern, paths) for pattern in patterns))
