"""All kinds of file in `content/`, and what is made from their list: JSON Schemas, the record of processing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sogallery.schema import client, gallery, page, portfolio, release, reviews, site
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
