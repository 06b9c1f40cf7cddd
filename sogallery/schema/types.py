"""The types a key can have: each reads a Node into a value, or reports why not, and knows its JSON Schema.

A type says in `words` what it wants and in `example` what that looks like; both go into Problems.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sogallery.schema.node import Invalid, Items, Located, Node, Pairs, Report, Text, described
from sogallery.schema.text import control_character, did_you_mean, nfc, shortened

if TYPE_CHECKING:
    from sogallery.schema.record import Field

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
JsonSchema = dict[str, Any]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE_NUMBER = re.compile(r"[+-]?(0|[1-9][0-9]{0,17})")
_TRUE = ("true", "yes", "on")
_FALSE = ("false", "no", "off")


class Type(ABC, Generic[T]):
    """One type of value. `read` returns the value or raises Invalid after reporting."""

    @property
    @abstractmethod
    def words(self) -> str:
        """What is wanted: `a day`."""

    @property
    @abstractmethod
    def example(self) -> str:
        """What that looks like in YAML: `2026-06-13`."""

    @abstractmethod
    def read(self, node: Node, what: str, report: Report) -> T:
        """The value of `node`, the content of the key `what`."""

    @abstractmethod
    def json(self) -> JsonSchema:
        """The JSON Schema of this type."""

    def keys(self, prefix: str) -> Iterator[tuple[str, Field]]:  # noqa: ARG002 - for those that have some
        """Every key below, as `(dotted path, Field)`; most types have none."""
        return iter(())

    def mismatch(self, node: Node, what: str, report: Report) -> Invalid:
        """Report that `node` is something else than wanted."""
        return report.refuse(
            node,
            f"`{shortened(what)}` should be {self.words}, but is {described(node)}",
            f"write it like: {self.example}",
        )


@dataclass(frozen=True)
class Str(Type[str]):
    """A text as typed. `secret` texts are never repeated in Problems; `lines` allows more than one line."""

    example: str = "some words"
    words: str = "a text"
    pattern: str = ""
    lines: bool = False
    secret: bool = False
    most: int = 1000

    def read(self, node: Node, what: str, report: Report) -> str:
        if not isinstance(node, Text) or node.empty or not node.text.strip():
            raise self.mismatch(node, what, report)
        text = node.text.strip("\n")
        self._check_characters(node, text, what, report)
        if self.pattern and re.fullmatch(self.pattern, text) is None:
            raise self.mismatch(Text("…", True, node.line, node.col) if self.secret else node, what, report)
        return text

    def _check_characters(self, node: Node, text: str, what: str, report: Report) -> None:
        if "\n" in text and not self.lines:
            raise report.refuse(node, f"`{shortened(what)}` should be on one line", "write it without a line break")
        if bad := control_character(text, allowed="\n\t" if self.lines else ""):
            raise report.refuse(
                node,
                f"`{shortened(what)}` holds an invisible control character ({bad})",
                "type the text anew, without it",
            )
        if len(text) > self.most:
            raise report.refuse(
                node, f"`{shortened(what)}` has {len(text)} characters, more than {self.most}", "make it shorter"
            )

    def json(self) -> JsonSchema:
        pattern = {"pattern": f"^(?:{self.pattern})$"} if self.pattern else {}
        return {"type": "string", "minLength": 1, "maxLength": self.most} | pattern


@dataclass(frozen=True)
class Version(Str):
    """A text that often looks like a number: `2` or `1.0`."""

    example: str = "2026-1"
    words: str = "a version"
    most: int = 100

    def json(self) -> JsonSchema:
        return {"type": ["string", "number"]}


@dataclass(frozen=True)
class RelPath(Str):
    """A path below the file's own folder, posix, in NFC; never absolute, never upwards."""

    example: str = "ceremony/MJ-0042.jpg"
    words: str = "the path of a file below this folder"

    def read(self, node: Node, what: str, report: Report) -> str:
        text = nfc(super().read(node, what, report)).removeprefix("./")
        if text.startswith("/") or any(part in ("", ".", "..") for part in text.rstrip("/").split("/")):
            raise self.mismatch(node, what, report)
        return text


@dataclass(frozen=True)
class Bool(Type[bool]):
    """`true` or `false` (or yes, no, on, off), without quotes."""

    words: str = "true or false"
    example: str = "true"

    def read(self, node: Node, what: str, report: Report) -> bool:
        if isinstance(node, Text) and not node.quoted and node.text.lower() in _TRUE + _FALSE:
            return node.text.lower() in _TRUE
        raise self.mismatch(node, what, report)

    def json(self) -> JsonSchema:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Int(Type[int]):
    """A whole number from `least` to `most`."""

    least: int
    most: int
    typical: int = 1

    @property
    def words(self) -> str:
        return f"a whole number from {self.least} to {self.most}"

    @property
    def example(self) -> str:
        return str(self.typical)

    def read(self, node: Node, what: str, report: Report) -> int:
        if isinstance(node, Text) and not node.quoted and _WHOLE_NUMBER.fullmatch(node.text):
            number = int(node.text)
            if self.least <= number <= self.most:
                return number
        raise self.mismatch(node, what, report)

    def json(self) -> JsonSchema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class Date(Type[date]):
    """A day of the calendar, `YYYY-MM-DD`."""

    words: str = "a day"
    example: str = "2026-06-13"

    def read(self, node: Node, what: str, report: Report) -> date:
        if not isinstance(node, Text) or not _DAY.fullmatch(node.text):
            raise self.mismatch(node, what, report)
        try:
            return date.fromisoformat(node.text)
        except ValueError:
            raise report.refuse(
                node, f"`{shortened(what)}`: there is no day {node.text}", "look at a calendar; a day is year-month-day"
            ) from None

    def json(self) -> JsonSchema:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True)
class OneOf(Type[E]):
    """One of the words of a StrEnum."""

    enum: type[E]

    @property
    def words(self) -> str:
        return "one of " + ", ".join(self.enum)

    @property
    def example(self) -> str:
        return str(next(iter(self.enum)))

    def read(self, node: Node, what: str, report: Report) -> E:
        if isinstance(node, Text) and node.text in tuple(self.enum):
            return self.enum(node.text)
        if isinstance(node, Text) and not node.empty:
            message = f"`{shortened(what)}` should be {self.words}, but is {described(node)}"
            raise report.refuse(node, message, did_you_mean(node.text, self.enum, f"write it like: {self.example}"))
        raise self.mismatch(node, what, report)

    def json(self) -> JsonSchema:
        return {"enum": [str(word) for word in self.enum]}


def _tried(item: Type[T], node: Node, what: str, report: Report) -> T | None:
    """The value, or None if it cannot be used (which is in the report then)."""
    try:
        return item.read(node, what, report)
    except Invalid:
        return None


@dataclass(frozen=True)
class ListOf(Type[tuple[T, ...]]):
    """A list; items that are wrong are reported and left out. With `unique`, an item twice is a Problem."""

    item: Type[T]
    unique: bool = True
    least: int = 0

    @property
    def words(self) -> str:
        return f"a list (each item {self.item.words})"

    @property
    def example(self) -> str:
        return f"[{self.item.example}]"

    def read(self, node: Node, what: str, report: Report) -> tuple[T, ...]:
        if not isinstance(node, Items):
            raise self.mismatch(node, what, report)
        if len(node.items) < self.least:
            raise report.refuse(node, f"`{shortened(what)}` is an empty list", f"write it like: {self.example}")
        read = [_tried(self.item, item, what, report) for item in node.items]
        values = [value for value in read if value is not None]
        if self.unique:
            self._report_twins(node, what, report)
        return tuple(values)

    def _report_twins(self, node: Items, what: str, report: Report) -> None:
        seen: dict[str, int] = {}
        for item in node.items:
            if not isinstance(item, Text):
                continue
            if item.text in seen:
                message = f"`{shortened(what)}` names {described(item)} twice"
                report.add(item, message, f"it is in line {seen[item.text]} already; take one of them out")
            seen.setdefault(item.text, item.line)

    def json(self) -> JsonSchema:
        return {"type": "array", "items": self.item.json()} | ({"minItems": self.least} if self.least else {})

    def keys(self, prefix: str) -> Iterator[tuple[str, Field]]:
        return self.item.keys(prefix + "[]")


@dataclass(frozen=True)
class MapOf(Type[dict[str, Located[T]]]):
    """A block whose keys the user chooses, each kept with its place; pairs that are wrong are reported and left out."""

    item: Type[T]
    key: Type[str] = Str(words="a name")

    @property
    def words(self) -> str:
        return f"a block of keys (each key {self.key.words})"

    @property
    def example(self) -> str:
        return f"{{{self.key.example}: {self.item.example}}}"

    def read(self, node: Node, what: str, report: Report) -> dict[str, Located[T]]:
        if not isinstance(node, Pairs):
            raise self.mismatch(node, what, report)
        values: dict[str, Located[T]] = {}
        for key, value in node.pairs:
            name = _tried(self.key, key, f"key in {what}", report)
            read = _tried(self.item, value, name or key.text, report)
            if name is None or read is None:
                continue
            if name in values:
                report.add(key, f"`{shortened(name)}` is there twice", f"the other is in line {values[name].line}")
            values[name] = Located(read, key.line, key.col)
        return values

    def json(self) -> JsonSchema:
        return {"type": "object", "propertyNames": self.key.json(), "additionalProperties": self.item.json()}

    def keys(self, prefix: str) -> Iterator[tuple[str, Field]]:
        return self.item.keys(f"{prefix}.*" if prefix else "*")


@dataclass(frozen=True)
class At(Type[Located[T]]):
    """Another type, with the place where it stands, for checks that come later."""

    item: Type[T]

    @property
    def words(self) -> str:
        return self.item.words

    @property
    def example(self) -> str:
        return self.item.example

    def read(self, node: Node, what: str, report: Report) -> Located[T]:
        return Located(self.item.read(node, what, report), node.line, node.col)

    def json(self) -> JsonSchema:
        return self.item.json()

    def keys(self, prefix: str) -> Iterator[tuple[str, Field]]:
        return self.item.keys(prefix)
