"""`gallery.yaml`: one shoot's delivery: title, sections, who may open what until when, who is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sogallery.model import Day, Downloads, Grant, Mode, Section
from sogallery.schema.common import LANGUAGE, NAME, TITLE, WORDS, Glob
from sogallery.schema.node import Located, Pairs, Report
from sogallery.schema.record import Basis, Field, FileKind, Personal, Purpose, Record, Retention, Subject, quoted
from sogallery.schema.site import ORIGINALS
from sogallery.schema.text import title_of
from sogallery.schema.types import At, Bool, Date, ListOf, MapOf, OneOf, RelPath, Str

MOST_GRANTS = 64  # a gallery.json has at most 64 slots (docs/format.md, section 3)
ORDER_PREFIX = "order:"  # `only: ["order:2026-07"]` will mean the photos of an order


class Order(StrEnum):
    """How photos follow one another within a section."""

    NAME = "name"
    CAPTURED = "captured"


@dataclass(frozen=True, slots=True)
class GrantEntry:
    """A grant (its name is the key it stands under) with the places of its patterns."""

    grant: Grant
    hide: tuple[Located[str], ...]
    only: tuple[Located[str], ...]
    until: Located[date] | None


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """A person as one gallery.yaml describes them; None is what it leaves open."""

    client: Located[str] | None
    name: str | None
    born: date | None
    guardians: tuple[Located[str], ...]


@dataclass(frozen=True, slots=True)
class PhotoEntry:
    """What gallery.yaml adds to one photo."""

    caption: str | None
    people: tuple[Located[str], ...]


@dataclass(frozen=True, slots=True)
class GalleryFile:
    """What gallery.yaml says, before anything is compared with the folder."""

    title: str
    date: Day | None
    cover: Located[str] | None
    sections: tuple[Located[Section], ...]
    access: Mapping[str, Located[GrantEntry]]
    retain_until: Located[Day] | None
    draft: bool
    keep_metadata: bool | None
    captions: bool
    exposure: bool
    order: str
    language: str
    people: Mapping[str, Located[PersonEntry]]
    photos: Mapping[str, Located[PhotoEntry]]


DELIVERED = Personal(Subject.CLIENT, Purpose.REQUESTED_SERVICE, Basis.CONTRACT, Retention.GALLERIES)
SHOWN = Personal(Subject.SHOWN, Purpose.RECORDS, Basis.INTERESTS, Retention.GALLERIES)
MINOR = Personal(Subject.SHOWN, Purpose.COMPLIANCE, Basis.OBLIGATION, Retention.RELEASES)

GRANT_NAME = Str(
    example="guest", words="a short name: lower case letters, digits, hyphens", pattern="[a-z0-9][a-z0-9-]{0,39}"
)
PERSON_KEY = Str(example="ada", words="a short name without / or spaces", pattern=r"[^/\s]{1,80}")
PATTERNS = ListOf(At(Glob()))
FOLDER = RelPath(example="ceremony", words="a folder of photos below this one")


def _section(path: str, title: str) -> Section:
    return Section(path.rstrip("/"), title or title_of(path.rstrip("/")))


SECTION = Record(
    _section,
    (
        Field("path", FOLDER, "The subfolder.", True),
        Field("title", TITLE, "Its title; made from the folder's name if left out.", default="", personal=DELIVERED),
    ),
    shorthand="path",
)


def _grant(
    hide: tuple[Located[str], ...],
    only: tuple[Located[str], ...],
    downloads: Downloads,
    until: Located[date] | None,
    mode: Mode,
    password: str | None,
) -> GrantEntry:
    day = until.value if until else None
    patterns = tuple(tuple(glob.value for glob in globs) for globs in (hide, only))
    grant = Grant("", patterns[0], patterns[1], downloads, day, mode, password)
    return GrantEntry(grant, hide, only, until)


def _check_grant(entry: GrantEntry, pairs: Pairs, report: Report) -> None:
    if entry.grant.password is not None:
        _check_password(entry, pairs, report)
    for glob in entry.only:
        if glob.value.startswith(ORDER_PREFIX):
            message = f"{quoted(glob.value)} selects nothing yet: orders are not known to this version"
            report.warn(glob, message, "name the photos by patterns until then")


def _check_password(entry: GrantEntry, pairs: Pairs, report: Report) -> None:
    at = pairs.key("password")
    if entry.grant.mode is Mode.LINK:
        report.add(at, "`password` makes no sense with `mode: link`, which asks for none", "take one of the two out")
        return
    message = "a password in a file is copied with every backup of it"
    report.warn(at, message, "take it out; a passphrase is generated, or chosen with `sogallery access add`")


GRANT = Record(
    _grant,
    (
        Field(
            "hide",
            PATTERNS,
            "Patterns of photos this grant does not see; `*` stands for anything, `/` included.",
            default=(),
        ),
        Field("only", PATTERNS, "Patterns of the only photos this grant sees.", default=()),
        Field(
            "downloads",
            OneOf(Downloads),
            "What may be saved: `original`, `display` (web size) or `none`.",
            default=Downloads.ORIGINAL,
        ),
        Field("until", At(Date()), "The last day on which it opens."),
        Field("mode", OneOf(Mode), "What opens it.", default=Mode.LINK_AND_PASSPHRASE),
        Field(
            "password",
            Str(example='"four random words here"', words="a text", secret=True),
            "A chosen passphrase; works with a warning.",
        ),
    ),
    check=_check_grant,
    wrong_names=(("passphrase", "password"), ("expires", "until"), ("download", "downloads")),
)

PERSON = Record(
    PersonEntry,
    (
        Field(
            "client",
            At(Str(example="ada-lin", words="the name of a folder in clients/")),
            "Their folder in clients/, if they are a client themselves.",
            personal=SHOWN,
        ),
        Field("name", NAME, "Their name.", personal=SHOWN),
        Field("born", Date(), "Their day of birth, if they may be a minor.", personal=MINOR),
        Field(
            "guardians",
            ListOf(At(Str(example="ada", words="a person's key"))),
            "Keys of their guardians, in `people` too.",
            default=(),
            personal=MINOR,
        ),
    ),
    wrong_names=(("birthday", "born"), ("guardian", "guardians")),
)

PHOTO = Record(
    PhotoEntry,
    (
        Field("caption", WORDS, "Words below the photo; they replace those in the image itself.", personal=DELIVERED),
        Field(
            "people",
            ListOf(At(Str(example="ada", words="a person's key"))),
            "Keys of the people in it.",
            default=(),
            personal=SHOWN,
        ),
    ),
    shorthand="caption",
)


def _gallery(originals: bool | None, order: Order, **rest: Any) -> GalleryFile:  # noqa: ANN401
    return GalleryFile(keep_metadata=originals, order=str(order), **rest)


def _check_gallery(gallery: GalleryFile, pairs: Pairs, report: Report) -> None:
    access = pairs.value("access")
    if isinstance(access, Pairs) and not access.pairs:
        report.add(
            access,
            "`access` is empty, so nobody could open this gallery",
            "add a grant: `client: {}`, or take the line away",
        )
    if len(gallery.access) > MOST_GRANTS:
        message = f"a gallery has at most {MOST_GRANTS} grants, this one {len(gallery.access)}"
        report.add(pairs.key("access"), message, "let groups of guests share one")


GALLERY = Record(
    _gallery,
    (
        Field("title", TITLE, "The gallery's title.", True, default="", personal=DELIVERED),
        Field("date", Date(), "The day of the shoot; `retain_until` counts from it.", personal=DELIVERED),
        Field("cover", At(RelPath()), "The photo on the cover; the first one if left out."),
        Field(
            "sections",
            ListOf(At(SECTION), unique=False),
            "Subfolders in their order; those not named here follow.",
            default=(),
        ),
        Field(
            "access",
            MapOf(GRANT, GRANT_NAME),
            "Who may open what: a name for each grant. Without it, `client` sees all and may save originals.",
            default={},
        ),
        Field(
            "retain_until",
            At(Date()),
            "The last day the gallery is online; its default comes from the schedule in site.yaml.",
        ),
        Field("draft", Bool(), "Build it for `serve` only.", default=False),
        Field("originals", ORIGINALS, "What happens to metadata inside originals."),
        Field("captions", Bool(), "Show captions found inside the images.", default=True),
        Field("exposure", Bool(), "Show exposure data (shutter, aperture, ISO, focal length).", default=False),
        Field(
            "order", OneOf(Order), "Order within a section: by file name, or by time of capture.", default=Order.NAME
        ),
        Field(
            "language",
            LANGUAGE,
            "The language the gallery speaks; the client's or the visitor's if left out.",
            default="",
        ),
        Field(
            "people",
            MapOf(PERSON, PERSON_KEY),
            "Who can be recognised in its photos; the same key in two galleries of a client is the same person.",
            default={},
            personal=SHOWN,
        ),
        Field("photos", MapOf(PHOTO, RelPath()), "Captions and people of single photos, by path.", default={}),
    ),
    check=_check_gallery,
    wrong_names=(
        ("expires", "retain_until"),
        ("until", "retain_until"),
        ("name", "title"),
        ("guests", "access"),
        ("password", "access: {client: {password: …}}"),
    ),
)

KIND = FileKind("gallery", "clients/*/*/gallery.yaml", "One shoot's delivery.", GALLERY)
