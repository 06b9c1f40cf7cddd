"""Themes: nine languages without a gap, names made of content, and a theme that changes only what it wants."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

import pytest
import yaml

from sogallery.errors import FaultError, InputError
from sogallery.pages import default_themes, find_theme, theme

DEFAULT = default_themes() / "default"
LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl", "pl", "ar")


def words_of(language: str) -> dict[str, Any]:
    return dict(yaml.safe_load((DEFAULT / "strings" / f"{language}.yaml").read_text(encoding="utf-8")))


def fields_of(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_there_are_nine_languages():
    """Those that the viewer speaks, the public pages speak too."""
    assert {file.stem for file in (DEFAULT / "strings").iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_word(language: str):
    """Every language has the words of English, with the same places to fill in, and twelve months."""
    english, other = words_of("en"), words_of(language)

    assert other.keys() == english.keys()
    assert other["key_names"].keys() == english["key_names"].keys()
    assert len(set(other["months"])) == 12
    texts = {key: text for key, text in english.items() if isinstance(text, str)}
    assert {key: fields_of(other[key]) for key in texts} == {key: fields_of(text) for key, text in texts.items()}


def test_a_dialect_takes_its_languages_words():
    """de-CH is German, and a language nobody translated is English."""
    assert theme.strings(DEFAULT, "de-CH")["contact"] == "Kontakt"
    assert theme.strings(DEFAULT, "fi")["contact"] == "Contact"


def test_a_theme_changes_single_words(tmp_path: Path):
    """What it does not say comes from the default theme."""
    (tmp_path / "strings").mkdir()
    (tmp_path / "strings" / "en.yaml").write_text("contact: Say hello\n", encoding="utf-8")

    found = theme.strings(tmp_path, "en")

    assert (found["contact"], found["portfolio"]) == ("Say hello", "Portfolio")


def test_a_theme_changes_one_template_and_builds_on_the_default(tmp_path: Path):
    """`default/<name>` is always the template that came with sogallery."""
    (tmp_path / "base.html").write_text('{% extends "default/base.html" %}', encoding="utf-8")
    environment = theme.environment(tmp_path)

    assert environment.get_template("base.html").filename == str(tmp_path / "base.html")
    assert environment.get_template("page.html").filename == str(DEFAULT / "page.html")


def test_the_sites_own_theme_comes_first(tmp_path: Path):
    """themes/<name> beside content/ wins over one that came with sogallery."""
    (tmp_path / "themes" / "default").mkdir(parents=True)

    assert find_theme("default", tmp_path) == tmp_path / "themes" / "default"


@pytest.mark.parametrize("name", ["", "nothing", "../default", ".", "..", "a/b"])
def test_a_theme_that_is_none_is_a_problem(tmp_path: Path, name: str):
    """Names that lead elsewhere are no themes either."""
    with pytest.raises(InputError):
        find_theme(name, tmp_path)


def test_a_missing_viewer_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A checkout that was never installed has no viewer."""
    monkeypatch.setattr(theme, "_PACKAGE", tmp_path / "sogallery")

    with pytest.raises(FaultError, match="viewer"):
        theme.find_viewer()


def test_asset_names_follow_their_content(tmp_path: Path):
    """The same files give the same name; a changed or renamed file gives another."""
    (tmp_path / "a.css").write_text("a{}")
    first = theme.asset_folder("theme", tmp_path)
    again = theme.asset_folder("theme", tmp_path)
    (tmp_path / "a.css").write_text("b{}")
    changed = theme.asset_folder("theme", tmp_path)
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    renamed = theme.asset_folder("theme", tmp_path)

    assert first == again
    assert len({first.path, changed.path, renamed.path}) == 3
    assert changed.published() == {f"{changed.path}/a.css": b"b{}"}
