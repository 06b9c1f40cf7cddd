"""Text for people: Markdown to HTML, days in the site's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

_SAFE_SCHEMES = ("", "http", "https", "mailto", "tel")


def to_html(text: str, root: str, base_url: str = "") -> Markup:
    """Markdown as HTML: markup in it is text, pictures are their words, `/path` links follow `root`.

    Pictures are left out since the portfolio is the only way for a picture to become public.
    """
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    markdown.validateLink = _is_safe  # type: ignore[method-assign]
    tokens = markdown.parse(text)
    _lower_headings(tokens)
    for token in tokens:
        _align_by_class(token)
        for child in token.children or ():
            _mend(child, root, urlsplit(base_url).netloc)
    return Markup(markdown.renderer.render(tokens, markdown.options, {}))  # noqa: S704 - html is off


def _mend(token: Token, root: str, host: str) -> None:
    if token.type == "image":
        token.type, token.tag, token.children = "text", "", None
    elif token.type == "link_open":
        href = str(token.attrGet("href") or "")
        token.attrSet("href", relative(href, root))
        if urlsplit(href).netloc not in ("", host):
            token.attrSet("rel", "nofollow noopener noreferrer")


def _align_by_class(token: Token) -> None:
    """A table's columns are aligned by a class: the content security policy allows no style attributes."""
    style = token.attrs.pop("style", None)
    if style:
        token.attrSet("class", "to-" + str(style).removeprefix("text-align:"))


def relative(href: str, root: str) -> str:
    """A link from the site's root (`/policy/`) as one from a page whose way to the root is `root` (`../`)."""
    if href.startswith("/") and not href.startswith("//"):
        return root + href[1:]
    return href


def _is_safe(url: str) -> bool:
    try:
        return urlsplit(url).scheme.lower() in _SAFE_SCHEMES
    except ValueError:
        return False


def _lower_headings(tokens: Sequence[Token]) -> None:
    """The page's title is its only first-level heading, so a text that begins at that level moves down by one."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    if any(token.tag == "h1" for token in headings):
        for token in headings:
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"


def day_text(day: date, strings: Mapping[str, Any]) -> str:
    """A day in words, as the theme's strings spell it: `13 June 2026`."""
    month = strings["months"][day.month - 1]
    return str(strings["day_format"]).format(day=day.day, month=month, year=day.year)


def paragraphs(text: str) -> Markup:
    """Lines of an address, one under the other."""
    return Markup("<br>").join(escape(line.strip()) for line in text.splitlines() if line.strip())
