"""Words for people: Markdown never becomes markup, and days are spelled in the site's language."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sogallery.pages import default_themes, words
from sogallery.pages.theme import strings

THEME = default_themes() / "default"
HARMLESS = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "em", "strong", "s", "a", "ul", "ol", "li", "blockquote", "code", "pre",
    "hr", "br", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def links(markdown: str, root: str = "../", base_url: str = "") -> list[dict[str, str | None]]:
    return [attrs for tag, attrs in Tags(words.to_html(markdown, root, base_url)).found if tag == "a"]


def test_markup_in_a_text_is_text():
    """HTML is shown, never interpreted."""
    html = words.to_html('<script>alert(1)</script> <img src=x onerror="1">', "")

    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


@given(st.text(max_size=300))
def test_only_harmless_elements_come_out(text: str):
    """Whatever is typed: no element but those of Markdown, no handler, no style."""
    for tag, attrs in Tags(words.to_html(text, "../")).found:
        assert tag in HARMLESS
        assert set(attrs) <= {"href", "title", "rel", "start", "class"}


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"])
def test_links_that_could_run_something_stay_text(target: str):
    """Only web, mail and telephone links become links."""
    assert links(f"[here]({target})") == []


def test_links_from_the_root_work_under_any_path():
    """`/policy/` is the site's policy wherever the site lies."""
    assert links("[policy](/policy/)", "../../")[0]["href"] == "../../policy/"


def test_foreign_links_give_nothing_away():
    """Foreign sites are neither followed by robots nor told where somebody came from; the site's own are."""
    assert links("[x](https://elsewhere.example/)")[0]["rel"] == "nofollow noopener noreferrer"
    assert "rel" not in links("[x](https://own.example/a)", base_url="https://own.example/")[0]


def test_pictures_in_a_text_become_their_words():
    """A picture reaches the public through the portfolio only."""
    html = words.to_html("![two people](secret.jpg)", "")

    assert "two people" in html
    assert "secret.jpg" not in html


def test_aligned_columns_need_no_style_attribute():
    """The content security policy would refuse one."""
    tags = Tags(words.to_html("| a | b |\n|:-:|--:|\n| 1 | 2 |", "")).found

    assert [attrs.get("class") for tag, attrs in tags if tag in ("th", "td")] == ["to-center", "to-right"] * 2
    assert not any("style" in attrs for _, attrs in tags)


def test_a_text_never_has_a_second_first_level_heading():
    """The title is the page's heading, so a text that begins at that level moves down."""
    tags = [tag for tag, _ in Tags(words.to_html("# One\n\n## Two", "")).found]

    assert tags == ["h2", "h3"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "13 June 2026"), ("de", "13. Juni 2026"), ("es", "13 de junio de 2026"), ("pl", "13 czerwca 2026")],
)
def test_days_are_spelled_in_the_sites_language(language: str, expected: str):
    """Month names come from the theme's strings."""
    assert words.day_text(date(2026, 6, 13), strings(THEME, language)) == expected
