"""Which words are private and which the photographer has made public. Pure.

The audit looks for the private ones in everything that a stranger can read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

from sogallery.model import Site

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Words:
    """Private words to search the public text for, by their first word; matched whole and as they are written."""

    by_first: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, private: Iterable[str], public: Iterable[str]) -> Words:
        """The private strings that no public text of the site contains, at least three characters long."""
        open_text = "\n".join(map(_plain, public))
        by_first: dict[str, tuple[str, ...]] = {}
        for text in {_plain(text) for text in private}:
            first = _WORD.search(text)
            if len(text) >= 3 and first and text not in open_text:
                by_first[first.group()] = (*by_first.get(first.group(), ()), text)
        return cls(by_first)

    def found_in(self, text: str) -> str | None:
        """A private string that stands in a text, also as HTML or an address writes it, or None."""
        for form in dict.fromkeys(map(_plain, (text, unescape(text), unquote(text)))):
            if (found := self._in_plain(form)) is not None:
                return found
        return None

    def _in_plain(self, text: str) -> str | None:
        """Looks closer only where a first word stands in the text."""
        for first in self.by_first.keys() & set(_WORD.findall(text)):
            for wanted in self.by_first[first]:
                if re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text):
                    return wanted
        return None


def _plain(text: str) -> str:
    """A text in NFC with single spaces, as words are compared."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def private_words(site: Site, facts: Iterable[str]) -> Iterator[str]:
    """Every string of the content that must appear in nothing public."""
    for client in site.clients.values():
        yield from (client.name, client.email, client.phone, client.address)
    for gallery in site.galleries:
        yield gallery.title
        yield from (section.title for section in gallery.sections)
        yield from (person.name for person in gallery.people.values())
        for photo in gallery.photos:
            yield photo.path.rsplit("/", 1)[-1]
            yield photo.caption or ""
    yield from facts


def public_words(site: Site) -> Iterator[str]:
    """What the photographer has chosen to say in public."""
    contact = site.contact
    yield from (site.name, site.description, contact.email, contact.phone, contact.address)
    for page in site.pages:
        yield from (page.title, page.description, page.body)
    yield site.policy.body if site.policy else ""
    for category in site.portfolio:
        yield category.title
        for pick in category.photos:
            yield from (pick.caption, pick.alt)
