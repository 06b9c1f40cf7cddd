"""`portfolio.yaml`: the public selection, as ordered categories, with the only words that become public."""

from __future__ import annotations

from collections.abc import Iterable

from sogallery.model import Category, Gallery, PortfolioPhoto
from sogallery.schema.common import SLUG, TITLE, WORDS
from sogallery.schema.node import Located, Pairs, Report
from sogallery.schema.record import Basis, Field, FileKind, Personal, Purpose, Record, Retention, Subject, quoted
from sogallery.schema.text import Known, slugify
from sogallery.schema.types import At, ListOf, RelPath

PUBLISHED = Personal(Subject.SHOWN, Purpose.PUBLIC_RELATIONS, Basis.CONSENT, Retention.RELEASES)


def _photo(photo: Located[str], caption: str, alt: str) -> PortfolioPhoto:
    return PortfolioPhoto(photo.value, caption, alt, photo.line, photo.col)


PHOTO = Record(
    _photo,
    (
        Field(
            "photo",
            At(RelPath(example="ada-lin/wedding/ceremony/MJ-0042.jpg", words="a photo as client/gallery/file")),
            "The photo, as client/gallery/[section/]file.",
            True,
            personal=PUBLISHED,
        ),
        Field("caption", WORDS, "Words for the public below the photo.", default="", personal=PUBLISHED),
        Field("alt", WORDS, "What the photo shows, for people who cannot see it.", default="", personal=PUBLISHED),
    ),
    shorthand="photo",
)


def _category(title: str, slug: str, photos: tuple[PortfolioPhoto, ...]) -> Category:
    return Category(title, slug or slugify(title), photos)


def _check_category(category: Category, pairs: Pairs, report: Report) -> None:
    if not category.slug:
        at = pairs.value("title") or pairs
        report.add(
            at, f"no address can be made from the title {quoted(category.title)}", "add a line like: slug: weddings"
        )
    seen: set[str] = set()
    for photo in category.photos:
        if photo.ref in seen:
            report.add(photo, f"{quoted(photo.ref)} is in this category twice", "take one of them out")
        seen.add(photo.ref)


CATEGORY = Record(
    _category,
    (
        Field("title", TITLE, "The category's title.", True),
        Field("slug", SLUG, "Its part of the address; made from the title if left out.", default=""),
        Field("photos", ListOf(PHOTO, unique=False), "Its photos, in order.", default=()),
    ),
    check=_check_category,
)

KIND = FileKind(
    "portfolio", "portfolio.yaml", "The public selection, as ordered categories.", ListOf(At(CATEGORY)), blank=()
)


def distinct(categories: tuple[Located[Category], ...], report: Report) -> tuple[Category, ...]:
    """The categories; two that would have one address are reported."""
    seen: dict[str, int] = {}
    for category in categories:
        slug = category.value.slug
        if slug in seen:
            message = f"two categories have the address {quoted(slug)}; the other is in line {seen[slug]}"
            report.add(category, message, "give one of them another `slug`")
        seen.setdefault(slug, category.line)
    return tuple(category.value for category in categories)


def check_photos(categories: Iterable[Category], galleries: Iterable[Gallery], report: Report) -> None:
    """Report entries that are no photo of any gallery, and clips, whose frames nobody could review one by one."""
    photos = {f"{gallery.ref}/{photo.path}": photo for gallery in galleries for photo in gallery.photos}
    known = Known(photos)
    for wanted in (photo for category in categories for photo in category.photos):
        found = photos.get(wanted.ref)
        if found is None:
            hint = known.hint(wanted.ref, "write it like: client/gallery/section/file.jpg")
            report.add(wanted, f"there is no photo {quoted(wanted.ref)}", hint)
        elif found.is_clip:
            report.add(wanted, "clips cannot be in the portfolio", "choose a photo")
