"""Release forms: every scope an empty box, room for everybody's hand, words that are pinned."""

from __future__ import annotations

import re

import pytest

from sogallery.errors import UsageError
from sogallery.forms import form_html, form_pdf, load_form, printed_forms
from sogallery.model import Contact, Scope, Site

STUDIO = Site("SO <Captures>", contact=Contact("hello@example.org", "+44 117 496 0123", "12 Quay Street\nBristol"))
FORMS = {f"{form.id}.{form.language}": form for form in printed_forms()}

# The words of a version never change: what people signed has to be found again. New words are a new version.
PINNED = {
    "adult.de.1": "16e109fee30e54180a053ff6c4cc1014be39c79eec4d73fd6c91e4c1d377d8ad",
    "adult.en.1": "b82ca45f98cfd6a5e5e1935416e340f473a1d9ea33c3388524dea0eb8d901cf9",
    "adult.fr.1": "9e942663c099d2ad80e71eab7adbfc8dd17ca3615c389dc32928915e2a38ed4c",
    "client.en.1": "fb2c2a30432518cea7fa2c9c83cd21725f339973c925dae504403378ba980700",
    "minor.de.1": "25b6c1e207fcabc4a5323a215b240f7975e829bbb9154462ba077386b752694d",
    "minor.en.1": "148891a1e56bfdfc5327e39a465c07b057221fd2b60ca806bb596de5c32bca92",
    "minor.fr.1": "8809707a4463e3ba694c220b38b4f21e5062009547b494c3255f43d88e523125",
}


@pytest.mark.parametrize("name", FORMS)
def test_words_of_a_version_never_change(name):
    """Signed papers name version and hash."""
    form = FORMS[name]

    assert PINNED[f"{form.id}.{form.language}.{form.version}"] == form.digest


@pytest.mark.parametrize("name", FORMS)
def test_each_scope_is_a_box_of_its_own_and_none_is_ticked(name):
    """HTML: one box a scope and one for the declaration; nothing checked, nothing prefilled."""
    form = FORMS[name]
    html = form_html(form, STUDIO)

    assert html.count('class="box"') == len(Scope) + 1
    assert all(f"({scope.value})" in html for scope in Scope)
    assert not re.search(r"checked|☑|☒|✓|✗|<input", html)


@pytest.mark.parametrize("name", FORMS)
def test_it_has_studio_signature_witness_and_what_pins_it(name):
    """Details of the studio, escaped; lines to sign; version and hash in print; nothing from elsewhere."""
    form = FORMS[name]
    html = form_html(form, STUDIO)

    assert "SO &lt;Captures&gt;" in html
    assert "12 Quay Street" in html
    for word in ("signature", "witness", "witness_name", "place_day", "until"):
        assert form.words[word].replace("'", "&#39;") in html
    assert form.digest in html
    assert not re.search(r"(src|href)=|url\(|@import", html)


def test_a_childs_form_has_room_for_the_guardian():
    """Name, relation, signature; the adults' form has none."""
    minor, adult = FORMS["minor.en"], FORMS["adult.en"]

    assert "Name of the parent or guardian" in form_html(minor, STUDIO)
    assert "guardian" not in form_html(adult, STUDIO)
    assert "18th birthday" in form_html(minor, STUDIO)


@pytest.mark.parametrize("name", FORMS)
def test_the_pdf_is_the_same_on_every_day(name):
    """A PDF that readers open; twice the same bytes."""
    data = form_pdf(FORMS[name], STUDIO)

    assert data.startswith(b"%PDF-1.")
    assert data.rstrip().endswith(b"%%EOF")
    assert data == form_pdf(FORMS[name], STUDIO)


def test_letters_that_pdf_fonts_lack_are_told():
    """Never a question mark in somebody's name."""
    with pytest.raises(UsageError, match="Ł"):
        form_pdf(FORMS["adult.en"], Site("Łódź"))


def test_a_language_falls_back_to_its_plain_form():
    """de-AT is German; tlh is none."""
    assert load_form("adult", "de-AT").language == "de"
    with pytest.raises(UsageError):
        load_form("adult", "tlh")
    with pytest.raises(UsageError):
        load_form("adult", "en", "99")
