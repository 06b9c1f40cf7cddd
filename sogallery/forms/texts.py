"""The words of the forms: TOML files of this package, one per form, language and version; none is ever changed."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources

from sogallery.errors import UsageError
from sogallery.model import Scope

# The lines to fill in and to sign, row by row; a form has those whose words it has.
FIELDS = (("person", "born"), ("guardian", "relation"), ("contact",), ("covers", "covers_days"))
SIGNATURES = (("place_day", "signature"), ("child_signature",), ("witness_name", "witness"), ("studio_day",))


@dataclass(frozen=True, slots=True)
class Form:
    """One form in one language. `digest` is the SHA-256 of its words, which a release carries as `text_sha256`."""

    id: str
    version: str
    language: str
    digest: str
    words: Mapping[str, str]
    terms: tuple[str, ...]
    scopes: Mapping[Scope, str]

    @property
    def fields(self) -> tuple[tuple[str, ...], ...]:
        """The labels of the lines to fill in, row by row."""
        return self._rows(FIELDS)

    @property
    def signatures(self) -> tuple[tuple[str, ...], ...]:
        """The labels of the lines to sign, row by row."""
        return self._rows(SIGNATURES)

    @property
    def footer(self) -> str:
        """What identifies the form in print."""
        return self.words["footer"].format(id=self.id, version=self.version, language=self.language, digest=self.digest)

    def _rows(self, rows: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
        labels = (tuple(self.words[name] for name in row if name in self.words) for row in rows)
        return tuple(row for row in labels if row)


def load_form(name: str, language: str, version: str = "") -> Form:
    """The newest form of that name (or that version of it) in a language; `pt-BR` falls back to `pt`.

    UsageError if there is none.
    """
    forms = sorted(printed_forms(), key=lambda form: int(form.version))
    forms = [form for form in forms if version in ("", form.version)]
    found = {(form.id, form.language): form for form in forms}
    for tag in (language, language.partition("-")[0]):
        if (name, tag) in found:
            return found[name, tag]
    known = ", ".join(sorted(tag for form, tag in found if form == name))
    names = ", ".join(sorted({form.id for form in forms}))
    hint = f"choose another with --language: {known}" if known else f"there are: {names}"
    raise UsageError(f"there is no form {name} in the language {language}", hint)


def printed_forms() -> Iterator[Form]:
    """Every form in every language."""
    for file in sorted(resources.files("sogallery.forms").joinpath("texts").iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            yield _form(file.read_bytes())


def _form(data: bytes) -> Form:
    """A form from its file; the digest is taken over the words with plain line ends, as they are on every system."""
    text = data.replace(b"\r\n", b"\n")
    said = tomllib.loads(text.decode("utf-8"))
    scopes = {scope: said["scopes"][scope] for scope in Scope}
    words = {name: value for name, value in said.items() if isinstance(value, str)}
    digest = hashlib.sha256(text).hexdigest()
    return Form(said["id"], said["version"], said["language"], digest, words, tuple(said["terms"]), scopes)
