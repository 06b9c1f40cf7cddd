"""Front matter of `policy.md` and `pages/*.md`: the block of YAML between two lines of `---`."""

from __future__ import annotations

from datetime import date
from typing import Any

from sogallery.model import Page, Policy
from sogallery.schema.common import TITLE, WORDS
from sogallery.schema.node import Report, Whole
from sogallery.schema.record import Field, FileKind, Record, quoted
from sogallery.schema.text import is_slug, slugify
from sogallery.schema.types import Bool, Date, Int, Version

RESERVED_SLUGS = frozenset(
    {"404", "assets", "b", "favicon", "feed", "g", "key", "p", "policy", "portfolio", "robots", "sealed", "sitemap"}
)


def _policy(version: str, effective: date, significant: bool) -> Policy:
    return Policy(version, effective, significant, "")


POLICY = FileKind(
    "policy",
    "policy.md",
    "The studio's promise to its clients; the text below the front matter is published at /policy/.",
    Record(
        _policy,
        (
            Field("version", Version(), "Its version; clients acknowledge a version.", True),
            Field("effective", Date(), "The day from which it holds.", True),
            Field("significant", Bool(), "Does it change something that clients have to be told of?", True),
        ),
    ),
)


def _page(**values: Any) -> Page:  # noqa: ANN401
    return Page(slug="", body="", **values)


PAGE = FileKind(
    "page",
    "pages/*.md",
    "A public page; its address is its file name (index.md is the home page's text), its text stands below.",
    Record(
        _page,
        (
            Field("title", TITLE, "The page's title.", True),
            Field("description", WORDS, "One sentence for search engines.", default=""),
            Field("nav", Int(0, 9999, 1), "Its place in the menu, lowest first; left out of it without a number."),
        ),
    ),
)


def check_slug(slug: str, report: Report) -> None:
    """Report a page whose file name cannot be its address."""
    if not is_slug(slug):
        proposal = slugify(slug) or "about"
        report.add(
            Whole(), f"the file name {quoted(slug)} is no safe part of an address", f"call the file {proposal}.md"
        )
    elif slug in RESERVED_SLUGS:
        report.add(Whole(), f"the address /{slug}/ is the tool's own", "call the file something else")
