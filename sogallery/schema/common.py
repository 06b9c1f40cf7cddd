"""Types that several kinds of file share: languages, e-mail addresses, web addresses, slugs, globs."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from sogallery.schema.node import Node, Report
from sogallery.schema.text import is_slug, nfc, slugify
from sogallery.schema.types import Checked, Str

TITLE = Str(example='"Ada & Lin"', words="a title", most=300)
WORDS = Str(example='"a sentence or two"', words="a text", lines=True, most=10_000)
NAME = Str(example='"Ada Okafor"', words="a name", most=300)
EMAIL = Str(example="ada@example.org", words="an e-mail address", pattern=r"[^\s@<>]+@[^\s@<>]+", most=320)
PHONE = Str(example='"+44 20 7946 0000"', words="a telephone number", pattern=r"[+0-9(][-+0-9 ()./]{2,39}")
ADDRESS = Str(example='"1 Quay Street, Bristol"', words="an address", lines=True)
LANGUAGE = Str(example="en", words="a language tag like en or pt-BR", pattern=r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True)
class Glob(Str):
    """A pattern of photo paths in NFC: `*` stands for anything, `/` included."""

    example: str = '"getting-ready/*"'
    words: str = "a pattern of photo paths"

    def read(self, node: Node, what: str, report: Report) -> str:
        return nfc(super().read(node, what, report))


def _judge_slug(slug: str) -> tuple[str, str]:
    if is_slug(slug):
        return "", ""
    proposal = slugify(slug)
    hint = f"write it like: {proposal}" if proposal else "use lower case letters, digits and hyphens"
    return "is no safe part of an address", hint


SLUG = Checked(Str(example="weddings", words="a short name for an address"), _judge_slug)


@dataclass(frozen=True)
class WebAddress(Str):
    """An https address of a folder, without query or fragment; it always ends in `/`."""

    example: str = "https://photos.example/"
    words: str = "a web address"

    def read(self, node: Node, what: str, report: Report) -> str:
        text = super().read(node, what, report)
        if why := _wrong_address(text):
            raise report.refuse(node, f"`{what}` {why}", f"write it like: {self.example}")
        return text.rstrip("/") + "/"


def _wrong_address(text: str) -> str:
    """What is wrong with a web address, or `""`."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not a web address"
    if parts.scheme != "https":
        return "has to begin with https:// (browsers decrypt galleries over https only)"
    if not host or "@" in parts.netloc or any(letter.isspace() or letter in "\\<>\"'" for letter in text):
        return "is not a web address"
    if "?" in text or "#" in text:
        return "must not have a ? or a #"
    dots = any(part in (".", "..") for part in parts.path.split("/"))
    return "must not go up with .. or .; give the plain address" if dots else ""
