"""`releases/*.yaml`: one signed document each, as a record that people read and the judge of `consent` decides by.

What is missing is no Problem here: it is a reason not to publish, which the judge gives.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sogallery.consent.nouns import Coverage, ModelRelease, Role, Signer, State, Template
from sogallery.model import Scope
from sogallery.schema.common import LANGUAGE, NAME, WORDS
from sogallery.schema.node import Pairs, Report
from sogallery.schema.record import Basis, Field, FileKind, Personal, Purpose, Record, Retention, Subject
from sogallery.schema.types import Date, ListOf, OneOf, RelPath, Str, Version

SHOWN = Personal(Subject.SHOWN, Purpose.PUBLIC_RELATIONS, Basis.CONSENT, Retention.RELEASES)
SIGNED = Personal(Subject.SIGNER, Purpose.COMPLIANCE, Basis.OBLIGATION, Retention.RELEASES)
WITNESSED = Personal(Subject.WITNESS, Purpose.COMPLIANCE, Basis.OBLIGATION, Retention.RELEASES)

ID = Str(
    example="4f1c09ab77d2e65830c4b1de9a02f7d3",
    words="a random id (32 hex digits), as `sogallery release add` makes it",
    pattern=r"[0-9a-f]{16,64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
)
PERSON = Str(example="ada-lin/ada", words="a person as client/key", pattern=r"[^/\s]+/[^/\s]+")
CLIENT = Str(example="ada-lin", words="the name of a folder in clients/", pattern=r"[^/\s]+")
GALLERY = Str(example="ada-lin/wedding", words="a gallery as client/gallery", pattern=r"[^/\s]+/[^/]+")
PHOTO = RelPath(example="ada-lin/wedding/MJ-0042.jpg", words="a photo as client/gallery/file, or sha256:...")
SHA256 = Str(example="e3b0c44298fc1c14…", words="a SHA-256 in 64 hex digits", pattern=r"[0-9a-fA-F]{64}")

SIGNER = Record(
    Signer,
    (
        Field("name", NAME, "Who signed.", default="", personal=SIGNED),
        Field("role", OneOf(Role), "`self`, `guardian`, `client` or `studio`.", default=Role.SELF, personal=SIGNED),
        Field("relation", WORDS, "What a guardian is to the child: mother, father, ...", default="", personal=SIGNED),
    ),
    shorthand="name",
)

COVERS = Record(
    Coverage,
    (
        Field("galleries", ListOf(GALLERY), "Galleries.", default=()),
        Field("photos", ListOf(PHOTO), "Single photos, by name or by `sha256:...`.", default=()),
        Field("from", Date(), "The first day of shooting.", to="first_day"),
        Field("to", Date(), "The last day of shooting.", to="last_day"),
    ),
    wrong_names=(("gallery", "galleries"), ("photo", "photos"), ("until", "to")),
)


def _template(id: str, version: str, text_sha256: str, language: str) -> Template:  # noqa: A002 - the key's name
    return Template(id, version, text_sha256.lower(), language)


TEMPLATE = Record(
    _template,
    (
        Field("id", Str(example="adult", words="the name of a form"), "Which form was signed.", True),
        Field("version", Version(), "Its version.", True),
        Field("text_sha256", SHA256, "SHA-256 of its words, as `sogallery release form` prints it.", default=""),
        Field("language", LANGUAGE, "The language it was signed in.", default=""),
    ),
)


def _release(property: str, document_sha256: str, **rest: Any) -> ModelRelease:  # noqa: A002, ANN401 - the key's name
    return ModelRelease(property_name=property, document_sha256=document_sha256.lower(), **rest)


def _check(release: ModelRelease, pairs: Pairs, report: Report) -> None:
    """Say early what the judge would say: a record of which nothing can ever be published."""
    named = [name for name in ("person", "client", "property") if pairs.value(name) is not None]
    if len(named) != 1:
        what = "names nobody" if not named else f"names {' and '.join(named)}"
        report.warn(pairs, f"this release {what}", "give one of `person`, `client` and `property`")
    for empty, what, hint in _gaps(release):
        if empty:
            report.warn(pairs, f"this release {what}", hint)
    if _before(release.until, release.valid_from or release.signed):
        report.warn(pairs.key("until"), "this release ends before it begins", "compare the days with the document")


def _gaps(release: ModelRelease) -> tuple[tuple[bool, str, str], ...]:
    return (
        (not release.id, "has no `id`", "`sogallery release add` makes one; an id must say nothing about the person"),
        (not release.signer.name, "does not say who signed it", "add a line like: signer: {name: Ada Okafor}"),
        (release.signed is None, "does not say when it was signed", "add a line like: signed: 2026-06-13"),
        (release.covers.empty, "covers nothing", "add a line like: covers: {galleries: [ada-lin/wedding]}"),
        (not release.scopes, "allows nothing", "add a line like: scopes: [portfolio_web]"),
        (
            not (release.document and release.document_sha256),
            "has no signed document",
            "`sogallery release import FILE`",
        ),
    )


def _before(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one < other


RELEASE = Record(
    _release,
    (
        Field("id", ID, "A random id; it becomes public in the photo's PLUS fields, so it says nothing.", default=""),
        Field(
            "person",
            PERSON,
            "Whose release it is: client/key, from `people` in gallery.yaml.",
            default="",
            personal=SHOWN,
        ),
        Field(
            "client", CLIENT, "For photos that show nobody: the client who releases them.", default="", personal=SIGNED
        ),
        Field(
            "property", NAME, "For a property release: the property, as reviews name it.", default="", personal=SHOWN
        ),
        Field("signer", SIGNER, "Who signed, in which role.", default=Signer()),
        Field(
            "witness",
            NAME,
            "Who saw it signed; neither the model nor the photographer.",
            default="",
            personal=WITNESSED,
        ),
        Field("signed", Date(), "The day of the signature.", personal=SIGNED),
        Field("covers", COVERS, "What it covers: galleries, days of shooting, or photos.", default=Coverage()),
        Field(
            "scopes",
            ListOf(OneOf(Scope)),
            "What it allows; what is not here is not allowed.",
            default=(),
            personal=SHOWN,
        ),
        Field("territory", ListOf(NAME), "Where; left out or `worldwide`: everywhere.", default=()),
        Field("valid_from", Date(), "The first day it holds; the day of the signature if left out."),
        Field("until", Date(), "The last day it holds."),
        Field("lawful_basis", NAME, "The lawful basis, if it is not consent.", default="consent"),
        Field("template", TEMPLATE, "The form that was signed."),
        Field(
            "document",
            RelPath(example="ada.pdf"),
            "The signed document, beside this file.",
            default="",
            personal=SIGNED,
        ),
        Field("document_sha256", SHA256, "Its SHA-256; another file is another document.", default=""),
        Field("state", OneOf(State), "How it stands.", default=State.GIVEN, personal=SHOWN),
        Field("withdrawn", Date(), "The day it was withdrawn; `sogallery release withdraw` writes it.", personal=SHOWN),
    ),
    check=_check,
    wrong_names=(
        ("expires", "until"),
        ("valid_until", "until"),
        ("scope", "scopes"),
        ("model", "person"),
        ("basis", "lawful_basis"),
    ),
)

KIND = FileKind("release", "releases/*.yaml", "A model release or a property release.", RELEASE)
