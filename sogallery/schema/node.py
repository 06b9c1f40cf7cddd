"""What a YAML file says, with places: a small tree of texts, items and pairs, and the Report that collects Problems.

Scalars stay as they were typed, so that the schema decides what `yes`, `007` or `2026-08-31` means where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from sogallery.model import Problem, Severity
from sogallery.schema.text import printable, shortened

T = TypeVar("T")


class Place(Protocol):
    """Anything with a line and a column, counted from 1; 0 means the whole file."""

    @property
    def line(self) -> int: ...
    @property
    def col(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Whole:
    """The place of a Problem that concerns a whole file."""

    line: int = 0
    col: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as typed; `quoted` if it stood in quotes or in a block."""

    text: str
    quoted: bool = False
    line: int = 0
    col: int = 0

    @property
    def empty(self) -> bool:
        """Is nothing there: `key:` with nothing behind it, or `null`?"""
        return not self.quoted and self.text in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    line: int = 0
    col: int = 0


@dataclass(frozen=True, slots=True)
class Pairs:
    """A block of keys with values, in order; no key twice."""

    pairs: tuple[tuple[Text, Node], ...]
    line: int = 0
    col: int = 0

    def key(self, name: str) -> Place:
        """Where the key `name` stands; where the block stands if it has none."""
        return next((key for key, _ in self.pairs if key.text == name), self)

    def value(self, name: str) -> Node | None:
        """What the key `name` holds."""
        return next((value for key, value in self.pairs if key.text == name), None)


Node: TypeAlias = Text | Items | Pairs


@dataclass(frozen=True, slots=True)
class Located(Generic[T]):
    """A value that somebody will have to point at later."""

    value: T
    line: int = 0
    col: int = 0


class Invalid(Exception):  # noqa: N818 - not an error to show, a way out of a value that was reported already
    """This value cannot be used; the Report knows why."""


class Report:
    """Collects the Problems of one file. `path` is relative to the content folder."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def add(self, at: Place, message: str, hint: str, severity: Severity = Severity.ERROR) -> None:
        """Note a Problem at a place, with what to do about it."""
        self.problems.append(Problem(printable(self.path), at.line, at.col, message, hint, severity))

    def warn(self, at: Place, message: str, hint: str) -> None:
        """Note something worth knowing, which stops a strict build only."""
        self.add(at, message, hint, Severity.WARNING)

    def refuse(self, at: Place, message: str, hint: str) -> Invalid:
        """Note a Problem and return the exception to raise."""
        self.add(at, message, hint)
        return Invalid()


def described(node: Node) -> str:
    """What stands there, in words."""
    match node:
        case Items():
            return "a list"
        case Pairs():
            return "a block of keys"
        case Text() if node.empty:
            return "empty"
    return f"“{shortened(node.text)}”" if node.text.strip() else "blank"


def texts(node: Node) -> Iterator[Text]:
    """Every text below, keys included."""
    match node:
        case Text():
            yield node
        case Items():
            for item in node.items:
                yield from texts(item)
        case Pairs():
            for key, value in node.pairs:
                yield key
                yield from texts(value)


def plain(node: Node) -> object:
    """The tree as strings, numbers, booleans, lists and dictionaries, read as YAML 1.2 does (its core schema)."""
    match node:
        case Items():
            return [plain(item) for item in node.items]
        case Pairs():
            return {key.text: plain(value) for key, value in node.pairs}
    return node.text if node.quoted else _scalar(node)


def _scalar(node: Text) -> object:
    lowered = node.text.lower()
    if node.empty:
        return None
    if lowered in ("true", "false"):
        return lowered == "true"
    digits = node.text[1:] if node.text[:1] in ("-", "+") else node.text
    if digits.isascii() and digits.isdigit() and len(digits) <= 18 and (digits == "0" or digits[0] != "0"):
        return int(node.text)
    return node.text
