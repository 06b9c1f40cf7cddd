"""What templates may see: the public side of a Site, and one page's place in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from sogallery.model import Contact, Page, Policy, PublicCategory, PublicFile, PublicPhoto, Site

HOME = "index"  # the page whose text stands on the home page
HOME_PHOTOS = 9  # in rows of three
_BEST_LAST = ("image/avif", "image/webp", "image/png", "image/jpeg")


@dataclass(frozen=True, slots=True)
class PublicSite:
    """The public words of a Site; clients and galleries are not among them."""

    name: str
    description: str
    language: str
    base_url: str
    contact: Contact
    policy: Policy | None
    pages: tuple[Page, ...]
    portfolio: tuple[PublicCategory, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the menu; `path` is relative to the site's root."""

    path: str
    title: str


@dataclass(frozen=True, slots=True)
class Source:
    """All files of one media type, for `<source>` or `<img>`."""

    type: str
    files: tuple[PublicFile, ...]

    @property
    def largest(self) -> PublicFile:
        """The file with the most pixels across."""
        return self.files[-1]

    @property
    def middle(self) -> PublicFile:
        """The file for browsers that know no `srcset`: about 1,000 pixels across."""
        return min(self.files, key=lambda file: abs(file.width - 1000))


def public_side(site: Site, portfolio: Sequence[PublicCategory]) -> PublicSite:
    """Leave behind whatever is not public; `portfolio` has only the photos that may be shown."""
    base = site.base_url if not site.base_url or site.base_url.endswith("/") else site.base_url + "/"
    return PublicSite(
        site.name, site.description, site.language, base, site.contact, site.policy, site.pages, tuple(portfolio)
    )


def menu(site: PublicSite, portfolio_word: str) -> tuple[Link, ...]:
    """The portfolio, then the pages that ask for a place, in their order."""
    pages = sorted((page for page in site.pages if page.nav is not None and page.slug != HOME), key=_nav_order)
    first = [Link("portfolio/", portfolio_word)] if any(c.photos for c in site.portfolio) else []
    return (*first, *(Link(f"{page.slug}/", page.title) for page in pages))


def _nav_order(page: Page) -> tuple[int, str]:
    return (page.nav or 0, page.slug)


def selected(portfolio: Sequence[PublicCategory]) -> tuple[PublicPhoto, ...]:
    """The photos of the home page, one of each category in turn: the first wide one leads, full rows follow."""
    rounds = zip_longest(*(category.photos for category in portfolio))
    photos = list(_unique(photo for photo in chain.from_iterable(rounds) if photo))
    lead = next((photo for photo in photos if photo.width > photo.height), None)
    if lead:
        photos.remove(lead)
        photos.insert(0, lead)
    rest = min(HOME_PHOTOS, len(photos) - 1)
    return tuple(photos[: 1 + (rest if rest < 3 else rest - rest % 3)])


def _unique(photos: Iterable[PublicPhoto]) -> Iterable[PublicPhoto]:
    return {photo.id: photo for photo in photos}.values()


def sources(photo: PublicPhoto) -> tuple[Source, ...]:
    """A photo's files by type, smallest first; the last type is the one every browser shows."""
    types = sorted({file.type for file in photo.files}, key=_type_order)
    return tuple(Source(kind, _by_width(file for file in photo.files if file.type == kind)) for kind in types)


def _type_order(kind: str) -> int:
    return _BEST_LAST.index(kind) if kind in _BEST_LAST else -1


def _by_width(files: Iterable[PublicFile]) -> tuple[PublicFile, ...]:
    return tuple(sorted(files, key=lambda file: file.width))


def photo_class(photo: PublicPhoto) -> str:
    """The class that gives a photo its shape and its colours while it loads."""
    return "p" + hashlib.sha256(photo.id.encode()).hexdigest()[:10]


def photo_styles(portfolio: Sequence[PublicCategory]) -> str:
    """A rule for each photo: the content security policy allows no style attributes."""
    photos = _unique(photo for category in portfolio for photo in category.photos)
    return "".join(f".{photo_class(photo)}{{{_rule(photo)}}}\n" for photo in photos)


def _rule(photo: PublicPhoto) -> str:
    ratio = f"--r:{photo.width / photo.height:.4f}"
    quarters = [photo.colours[i : i + 6] for i in range(0, len(photo.colours), 6)]
    if len(quarters) != 4 or any(c not in "0123456789abcdef" for c in photo.colours.lower()):
        return ratio
    return f"{ratio};--a:#{quarters[0]};--b:#{quarters[3]}"
