"""Types that several kinds of file share: languages, e-mail addresses, web addresses, slugs, globs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from sogallery.schema.node import Node, Report, plain, texts
from sogallery.schema.text import control_character, is_slug, nfc, shortened, slugify
from sogallery.schema.types import JsonSchema, Str, Type

T = TypeVar("T")

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


@dataclass(frozen=True)
class Checked(Type[T]):
    """Another type whose values a function judges: it returns `("", "")` or a message and a hint."""

    item: Type[T]
    judge: Callable[[T], tuple[str, str]]

    @property
    def words(self) -> str:
        return self.item.words

    @property
    def example(self) -> str:
        return self.item.example

    def read(self, node: Node, what: str, report: Report) -> T:
        value = self.item.read(node, what, report)
        message, hint = self.judge(value)
        if message:
            raise report.refuse(node, f"`{shortened(what)}` {message}", hint)
        return value

    def json(self) -> JsonSchema:
        return self.item.json()


@dataclass(frozen=True)
class Settings(Type[Mapping[str, object]]):
    """A block that somebody else knows the keys of (a host's settings)."""

    words: str = "a block of keys"
    example: str = "{host: folder}"

    def read(self, node: Node, what: str, report: Report) -> Mapping[str, object]:
        value = plain(node)
        if not isinstance(value, dict):
            raise self.mismatch(node, what, report)
        for text in texts(node):
            if bad := control_character(text.text, allowed="\n\t"):
                report.add(text, f"`{shortened(what)}` holds an invisible control character ({bad})", "type it anew")
        return value

    def json(self) -> JsonSchema:
        return {"type": "object"}


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
