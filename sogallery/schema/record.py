"""Records: blocks of known keys, each declared once with type, words and, for personal data, why it is kept.

JSON Schemas, the reference in the manual and the record of processing (GDPR Art. 30) are made from the same list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sogallery.schema.node import Invalid, Node, Pairs, Place, Report, Text, described
from sogallery.schema.text import did_you_mean, shortened
from sogallery.schema.types import JsonSchema, Type

T = TypeVar("T")
Check = Callable[[T, Pairs, Report], None]


class Purpose(StrEnum):
    """What personal data is for; the names are those of the W3C Data Privacy Vocabulary (DPV 2.3)."""

    SERVICE = "ServiceProvision"
    REQUESTED_SERVICE = "RequestedServiceProvision"
    DELIVERY = "DeliveryOfGoods"
    MARKETING = "DirectMarketing"
    PUBLIC_RELATIONS = "PublicRelations"
    COMPLIANCE = "LegalCompliance"
    RECORDS = "RecordManagement"
    RIGHTS = "RightsFulfilment"


class Basis(StrEnum):
    """The lawful basis: a point of Art. 6(1) GDPR."""

    CONSENT = "6(1)(a)"
    CONTRACT = "6(1)(b)"
    OBLIGATION = "6(1)(c)"
    INTERESTS = "6(1)(f)"


class Retention(StrEnum):
    """The classes of data in site.yaml's schedule that the tool itself knows; a studio may add its own."""

    GALLERIES = "galleries"
    CLIENTS = "clients"
    RELEASES = "releases"
    CONSENTS = "consents"
    ORDERS = "orders"
    STUDIO = "studio"


class Subject(StrEnum):
    """Whose data it is."""

    CLIENT = "client"
    SHOWN = "person shown"
    SIGNER = "signer"
    WITNESS = "witness"
    STUDIO = "studio"


@dataclass(frozen=True)
class Personal:
    """Why a field with personal data is kept: whose it is, purpose, lawful basis, retention class."""

    subject: Subject
    purpose: Purpose
    basis: Basis
    retention: Retention


@dataclass(frozen=True)
class Field:
    """One key. `default` stands in where nothing valid is given; `to` is the builder's argument if named otherwise."""

    name: str
    type: Type[Any]
    doc: str
    required: bool = False
    default: Any = None
    to: str = ""
    personal: Personal | None = None

    def json(self) -> JsonSchema:
        """The JSON Schema of the key's value, with its words."""
        return {"description": self.doc} | self.type.json()


@dataclass(frozen=True)
class Record(Type[T], Generic[T]):
    """A block of known keys, given to `build` by name. `check` may compare keys with one another.

    `shorthand` names a key that may stand alone: with `shorthand="path"`, `party` means `{path: party}`.
    """

    build: Callable[..., T]
    fields: tuple[Field, ...]
    check: Check[T] | None = None
    shorthand: str = ""
    wrong_names: tuple[tuple[str, str], ...] = ()  # (what people write, what it is called here)

    @property
    def words(self) -> str:
        names = ", ".join(field.name for field in self.fields)
        block = f"a block of keys ({names})"
        return f"{self.field(self.shorthand).type.words}, or {block}" if self.shorthand else block

    @property
    def example(self) -> str:
        shown = [field for field in self.fields if field.required] or self.fields[:1]
        return "{" + ", ".join(f"{field.name}: {field.type.example}" for field in shown) + "}"

    def field(self, name: str) -> Field:
        """The field of that name, which must exist."""
        return next(field for field in self.fields if field.name == name)

    def read(self, node: Node, what: str, report: Report) -> T:
        pairs = self._pairs(node, what, report)
        self._report_unknown(pairs, report)
        values = {field.to or field.name: self._value(field, pairs, report) for field in self.fields}
        if any(field.required and values[field.to or field.name] is None for field in self.fields):
            raise Invalid
        built = self.build(**values)
        if self.check:
            self.check(built, pairs, report)
        return built

    def _pairs(self, node: Node, what: str, report: Report) -> Pairs:
        if isinstance(node, Pairs):
            return node
        if isinstance(node, Text) and node.empty:
            return Pairs((), node.line, node.col)
        if isinstance(node, Text) and self.shorthand:
            return Pairs(((Text(self.shorthand, line=node.line, col=node.col), node),), node.line, node.col)
        raise self.mismatch(node, what, report)

    def _report_unknown(self, pairs: Pairs, report: Report) -> None:
        names = {field.name for field in self.fields}
        renamed = dict(self.wrong_names)
        for key, _ in pairs.pairs:
            if key.text in names:
                continue
            hint = f"did you mean {renamed[key.text]}?" if key.text in renamed else did_you_mean(key.text, names)
            report.add(key, f"unknown key {described(key)}", hint)

    def _value(self, field: Field, pairs: Pairs, report: Report) -> Any:  # noqa: ANN401 - the field's own type
        node = pairs.value(field.name)
        if node is None:
            if field.required:
                self._report_missing(field, pairs, report)
            return field.default
        try:
            return field.type.read(node, field.name, report)
        except Invalid:
            return field.default

    def _report_missing(self, field: Field, at: Place, report: Report) -> None:
        report.add(at, f"`{field.name}` is missing", f"add a line: `{field.name}: {field.type.example}`")

    def json(self) -> JsonSchema:
        required = [field.name for field in self.fields if field.required]
        schema: JsonSchema = {
            "type": "object",
            "properties": {field.name: field.json() for field in self.fields},
            "additionalProperties": False,
        }
        if required:
            schema["required"] = required
        elif not self.shorthand:
            schema["type"] = ["object", "null"]
        return {"anyOf": [self.field(self.shorthand).type.json(), schema]} if self.shorthand else schema

    def keys(self, prefix: str) -> Iterator[tuple[str, Field]]:
        for field in self.fields:
            path = f"{prefix}.{field.name}" if prefix else field.name
            yield path, field
            yield from field.type.keys(path)


@dataclass(frozen=True)
class FileKind(Generic[T]):
    """One kind of YAML file: `name`, the `pattern` of its paths in the content folder, and what it holds."""

    name: str
    pattern: str
    doc: str
    type: Type[T]
    blank: T | None = None  # what an empty file means, where that is no Problem

    def read(self, node: Node | None, report: Report) -> T | None:
        """The file's content, None if it cannot be used. A `node` of None was reported by whoever read the file."""
        if node is None:
            return None
        if self.blank is not None and isinstance(node, Text) and node.empty:
            return self.blank
        try:
            return self.type.read(node, self.pattern.rpartition("/")[2], report)
        except Invalid:
            return None

    def json(self) -> JsonSchema:
        """A complete JSON Schema (draft 2020-12)."""
        head = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.pattern,
            "description": self.doc,
        }
        return head | self.type.json()


def quoted(text: str) -> str:
    """A text as it is shown inside a Problem."""
    return f"“{shortened(text)}”"
