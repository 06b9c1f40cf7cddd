"""All kinds of file in `content/`, and what is made from their list: schemas, tables, the record of processing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sogallery.schema import client, gallery, page, portfolio, release, reviews, site
from sogallery.schema.node import Located
from sogallery.schema.record import Field, FileKind, Personal

KINDS: tuple[FileKind[Any], ...] = (
    site.KIND,
    page.POLICY,
    page.PAGE,
    portfolio.KIND,
    client.KIND,
    gallery.KIND,
    reviews.KIND,
    release.KIND,
)


@dataclass(frozen=True, slots=True)
class PersonalField:
    """One key that holds personal data: the file it is in, its dotted path, what it is, and why it is kept."""

    file: str
    key: str
    doc: str
    personal: Personal


def keys(kind: FileKind[Any]) -> Iterator[tuple[str, Field]]:
    """Every key of a kind of file, as `(dotted path, Field)`: `access.*.until`, `sections[].title`."""
    return kind.type.keys("")


def personal_fields() -> list[PersonalField]:
    """Every key of every kind of file that holds personal data, in the order of the files."""
    return [
        PersonalField(kind.pattern, key, field.doc, field.personal)
        for kind in KINDS
        for key, field in keys(kind)
        if field.personal
    ]


def table(kind: FileKind[Any]) -> str:
    """The keys of a kind of file as a Markdown table, as `docs/content.md` has it."""
    head = "| key | takes | if left out | meaning |\n|---|---|---|---|\n"
    return head + "".join(_row(key, field) for key, field in keys(kind))


def _row(key: str, field: Field) -> str:
    takes = field.type.words.partition(" (")[0]
    absent = "**required**" if field.required else _shown(field.default)
    return f"| `{key}` | {takes} | {absent} | {field.doc} |\n"


def _shown(default: object) -> str:
    value = default.value if isinstance(default, Located) else default
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if value and isinstance(value, str | int) else ""
