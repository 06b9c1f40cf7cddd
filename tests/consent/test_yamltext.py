"""One line of a YAML file is changed, everything else stays as people typed it."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sogallery.errors import UsageError
from sogallery.records.yamltext import flow, set_entry, set_key

TYPED = """# reviews
photos:
  # the good one
  a.jpg: {complete: true}   # done
  b.jpg:
    complete: false
    by: Mara

  # more to come
other: 1
"""
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), max_size=20
)


@given(st.dictionaries(texts, st.lists(texts, max_size=3) | texts | st.booleans() | st.dates()))
def test_every_value_survives_on_one_line(value):
    """Any words in any script come back as they were."""
    line = flow(value)
    back = yaml.load(line, Loader=yaml.BaseLoader)

    def plain(one):
        return one if isinstance(one, (str, list)) else str(one).lower()

    assert "\n" not in line
    assert back == {key: plain(each) for key, each in value.items()}


def test_an_entry_is_replaced_where_it_stands():
    """Comments around it stay."""
    changed = set_entry(TYPED, "photos", "b.jpg", {"complete": True})

    assert changed == TYPED.replace("  b.jpg:\n    complete: false\n    by: Mara\n", "  b.jpg: {complete: true}\n")


def test_a_new_entry_goes_to_the_end_of_its_block():
    """Before the next key."""
    changed = set_entry(TYPED, "photos", "c d.jpg", {"veto": "no: never"})

    assert '    by: Mara\n  c d.jpg: {veto: "no: never"}\n' in changed
    assert changed.endswith("other: 1\n")


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "photos:\n", "photos: {}\n", "other: 1"])
def test_a_block_is_begun_where_there_is_none(text):
    """In an empty file, too."""
    changed = set_entry(text, "photos", "a.jpg", {"complete": True})

    assert yaml.safe_load(changed)["photos"] == {"a.jpg": {"complete": True}}


@pytest.mark.parametrize("text", ["[1, 2]", "photos: {a.jpg: {}}", "{photos: {}}", "photos: [a]"])
def test_a_form_that_is_not_foreseen_is_left_alone(text):
    """An error, never a guess."""
    with pytest.raises(UsageError):
        set_entry(text, "photos", "b.jpg", {"complete": True})


def test_a_key_is_set_at_the_end_or_in_its_place():
    """Block texts before it stay whole."""
    text = "id: 1\nnote: |\n  two\n  lines\n"

    assert set_key(text, "withdrawn", "2026-01-01") == text + "withdrawn: 2026-01-01\n"
    assert set_key("a: 1\nb: 2\n", "a", "x y") == "a: x y\nb: 2\n"
