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
    shown = visible([photo.path for photo in gallery.photos], grant)
    return tuple(photo for photo in gallery.photos if photo.path in shown)


def visible(paths: list[str], grant: Grant) -> set[str]:
    """Those of `paths` that `grant` may see."""
    shown = _any_of(grant.only, paths) if grant.only else set(paths)
    return shown - _any_of(grant.hide, paths)


def posters(photos: Iterable[Photo]) -> dict[str, str]:
    """Each clip's poster, by their paths: the image of the same name beside it."""
    listed = tuple(photos)
    images = {stem(photo.path): photo.path for photo in listed if not photo.is_clip}
    return {p.path: images[stem(p.path)] for p in listed if p.is_clip and stem(p.path) in images}


def stem(path: str) -> str:
    """What a clip and its poster have in common."""
    return path.rpartition(".")[0].casefold()


def _any_of(patterns: Iterable[str], paths: list[str]) -> set[str]:
    return set().union(*(matching(pattern, paths) for pattern in patterns))
