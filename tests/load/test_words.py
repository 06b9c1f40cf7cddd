"""Names compared, sorted and guessed (`schema.text`)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sogallery.schema import text


def test_numbers_sort_by_value():
    """`img2` comes before `img10`, whatever the case and the leading zeros."""
    expected = ["a20", "a100", "b", "img1.jpg", "IMG2.jpg", "img10.jpg", "img010b.jpg"]
    names = ["img10.jpg", "IMG2.jpg", "img1.jpg", "img010b.jpg", "a100", "a20", "b"]

    assert sorted(names, key=text.natural_key) == expected


@given(st.lists(st.text(max_size=12), unique=True))
def test_natural_order_is_total(names: list[str]):
    """Any names can be sorted, the result does not depend on their first order, and only equal names tie."""
    once = sorted(names, key=text.natural_key)
    names.reverse()

    assert sorted(names, key=text.natural_key) == once
    assert len({text.natural_key(name) for name in names}) == len(names)


def test_paths_sort_folder_by_folder():
    """A folder's number counts before the names inside."""
    paths = ["s10/a.jpg", "s2/z.jpg"]

    assert sorted(paths, key=text.path_key) == ["s2/z.jpg", "s10/a.jpg"]


@pytest.mark.parametrize(
    ("folder", "title"),
    [
        ("getting-ready", "Getting ready"),
        ("01-getting-ready", "Getting ready"),
        ("2_party", "Party"),
        ("2026-06-13", "2026 06 13"),
        ("100", "100"),
        ("Ada & Lin", "Ada & Lin"),
        ("ceremony/church", "Ceremony / Church"),
        ("婚礼", "婚礼"),
        ("---", "---"),
        ("éclair", "Éclair"),
    ],
)
def test_folder_names_become_titles(folder: str, title: str):
    """A leading number only orders; hyphens are spaces; the first letter is a capital."""
    assert title == text.title_of(folder)


@given(st.text())
def test_slugs_are_safe_or_nothing(title: str):
    """Whatever the title, its slug is safe in an address or empty."""
    slug = text.slugify(title)[:64].strip("-")

    assert slug == "" or text.is_slug(slug)


@pytest.mark.parametrize("name", ["", "-a", "a-", "a--b", "A", "a/b", "..", "a b", "é", "a" * 65, "a\n"])
def test_unsafe_slugs(name: str):
    """Only lower case letters, digits and single hyphens between them are an address."""
    assert not text.is_slug(name)


def test_one_name_in_two_spellings():
    """Composed and decomposed letters, capitals and sharp s are one name to a disk that folds."""
    assert text.folded("É.jpg") == text.folded(unicodedata.normalize("NFD", "é.JPG"))
    assert text.folded("Straße") == text.folded("STRASSE")


def test_control_characters_are_found():
    """What nobody types is named, what was allowed is not."""
    assert text.control_character("a\x07b") == "U+0007"
    assert text.control_character("a\nb", allowed="\n") == ""
    assert text.control_character("שלום \u200f ‏🙂") == ""


@given(st.text())
def test_printable_text_cannot_steer_a_terminal(words: str):
    """Neither controls nor direction overrides reach a terminal, and the rest is as it was."""
    shown = text.printable(words)

    assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in shown)
    assert not set(shown) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


def test_guesses():
    """A typo, another case and another folder are understood; nonsense is not."""
    known = text.Known(["ceremony/MJ-0042.jpg", "party/MJ-0100.jpg"])

    assert known.meant("ceremony/MJ-0042.jpeg") == "ceremony/MJ-0042.jpg"
    assert known.meant("CEREMONY/mj-0042.JPG") == "ceremony/MJ-0042.jpg"
    assert known.meant("reception/MJ-0100.jpg") == "party/MJ-0100.jpg"
    assert known.meant("zzz") == ""


def test_guessing_among_thousands_stays_quick():
    """Once the budget is used up only neighbours are compared, and those are still found."""
    known = text.Known((f"IMG_{number:05}.jpg" for number in range(5000)), budget=0)

    assert known.meant("IMG_01234.jpeg") == "IMG_01234.jpg"
    assert known.hint("zzzz", "take it out") == "take it out"


@given(st.text(), st.lists(st.text()))
def test_there_is_always_a_hint(word: str, known: list[str]):
    """No hint is empty."""
    assert text.did_you_mean(word, known)
