"""What a grant may see (`select`)."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from sogallery.model import Gallery, Grant, Photo
from sogallery.select import matching, select

NAMES = st.text(st.sampled_from("ab*?[]!-/.é"), min_size=1, max_size=8)


def gallery(*paths: str) -> Gallery:
    """A gallery of photos at these paths."""
    return Gallery("c", "g", "G", photos=tuple(Photo(path, path.rpartition("/")[0]) for path in paths))


def seen(paths: list[str], **grant: tuple[str, ...]) -> list[str]:
    """The paths that a grant sees."""
    return [photo.path for photo in select(gallery(*paths), Grant("guest", **grant))]


def test_all_without_patterns():
    """A grant that says nothing sees all, in order."""
    assert seen(["b/1.jpg", "a/2.jpg"]) == ["b/1.jpg", "a/2.jpg"]


def test_hide_wins_over_only():
    """`only` chooses, `hide` takes away from that."""
    paths = ["a/1.jpg", "a/2.jpg", "b/1.jpg"]

    assert seen(paths, only=("a/*",), hide=("*/2.jpg",)) == ["a/1.jpg"]


def test_a_star_crosses_folders_and_case_counts():
    """`*` stands for anything, `/` included; capitals are told apart."""
    paths = ["a/b/1.jpg", "a/2.JPG", "A/3.jpg"]

    assert seen(paths, hide=("a/*.jpg",)) == ["a/2.JPG", "A/3.jpg"]


def test_an_order_selects_nothing_yet():
    """An `order:` pattern opens no photo at all."""
    assert seen(["a.jpg"], only=("order:2026-07",)) == []


def test_patterns_are_compared_in_nfc():
    """A pattern typed on another system still hides."""
    assert seen(["é.jpg"], hide=(unicodedata.normalize("NFD", "é.jpg"),)) == []


@given(st.lists(NAMES, unique=True), NAMES)
def test_a_path_to_the_letter_always_hides(paths: list[str], hidden: str):
    """Fail closed: a photo named in `hide` is never seen, whatever signs its name holds."""
    assert unicodedata.normalize("NFC", hidden) not in seen([*paths, hidden], hide=(hidden,))


@given(st.lists(NAMES, unique=True), st.lists(NAMES), st.lists(NAMES))
def test_selection_is_only_without_hide(paths: list[str], only: list[str], hide: list[str]):
    """The set is exactly (only, or all) minus hide, in the gallery's order."""
    chosen = set(paths) if not only else {path for path in paths if any(path in matching(p, paths) for p in only)}
    expected = [path for path in paths if path in chosen and not any(path in matching(p, paths) for p in hide)]

    assert expected == seen(paths, only=tuple(only), hide=tuple(hide))
