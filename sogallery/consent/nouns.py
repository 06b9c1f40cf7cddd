"""The nouns of consent (DESIGN: Words; IPTC/PLUS, W3C DPV, ISO/IEC TS 27560): what a record says, nothing about files.

A noun holds what somebody wrote down; whether that allows anything is judged in `decision`. Fields that may be
missing are missing here, too, so that a doubt reaches the judge instead of being filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sogallery.model import Consent, Day, Person, Scope


class State(StrEnum):
    """What happened to a consent; the names are those of W3C DPV 2.3, without the prefix `Consent`."""

    REQUESTED = "requested"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"  # by somebody else than the person
    EXPIRED = "expired"
    INVALIDATED = "invalidated"
    RENEWED = "renewed"

    @property
    def permits(self) -> bool:
        """True for the two states that DPV calls valid for processing."""
        return self in (State.GIVEN, State.RENEWED)


class Role(StrEnum):
    """In which role somebody signed."""

    SELF = "self"
    GUARDIAN = "guardian"
    CLIENT = "client"
    STUDIO = "studio"


class ReleaseStatus(StrEnum):
    """PLUS Model Release Status. MR-UMR is missing on purpose: nothing here may infer it."""

    NONE = "MR-NON"
    NOT_APPLICABLE = "MR-NAP"
    LIMITED = "MR-LMR"


class PropertyStatus(StrEnum):
    """PLUS Property Release Status, as far as it may be inferred."""

    NONE = "PR-NON"
    NOT_APPLICABLE = "PR-NAP"
    LIMITED = "PR-LPR"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed; `relation` is a guardian's to the child ("mother")."""

    name: str = ""
    role: Role = Role.SELF
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """The form that was signed: its version and the SHA-256 of its text, so that the wording can be shown later."""

    id: str
    version: str
    text_sha256: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a model release covers: photos by ref or `sha256:...`, or galleries and days of shooting (inclusive)."""

    galleries: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None

    @property
    def empty(self) -> bool:
        """True if it names neither photo nor gallery nor day."""
        return not (self.galleries or self.photos or self.first_day or self.last_day)


@dataclass(frozen=True, slots=True)
class ModelRelease:
    """One signed document. Exactly one of `person` (client/key), `client` and `property_name` says whose it is.

    `valid_from` and `until` are inclusive days; without `until` it ends only by withdrawal (a child's at its
    majority).
    """

    id: str
    signer: Signer = Signer()
    person: str = ""
    client: str = ""
    property_name: str = ""
    covers: Coverage = Coverage()
    scopes: tuple[Scope, ...] = ()
    signed: date | None = None
    valid_from: date | None = None
    until: date | None = None
    territory: tuple[str, ...] = ()  # empty: worldwide
    lawful_basis: str = "consent"
    template: Template | None = None
    witness: str = ""
    document: str = ""  # relative to the record
    document_sha256: str = ""
    state: State = State.GIVEN
    withdrawn: date | None = None
    path: str = ""  # the record's file, relative to the content folder


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a consent, as the ledger tells it; empty scopes mean all of them."""

    state: State
    on: date
    scopes: tuple[Scope, ...] = ()


@dataclass(frozen=True, slots=True)
class DifferentPhoto:
    """Somebody compared the reviewed photo with another one and found them different; bound to both files."""

    ref: str
    sha256: str
    by: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What a person saw in one photo; bound to the file by its SHA-256. People are ids (client/key).

    `people` is how many recognisable people were counted, None if nobody counted; `others` how many more are in the
    picture whom nobody could recognise. `nobody` is the explicit statement that nobody can be recognised.
    """

    ref: str
    sha256: str
    complete: bool = False
    nobody: bool = False
    recognisable: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    not_recognisable: tuple[str, ...] = ()
    people: int | None = None
    others: int = 0
    properties: tuple[str, ...] = ()
    by: str = ""
    on: date | None = None
    veto: str = ""
    different_from: tuple[DifferentPhoto, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """Everything that is recorded about consent. `trouble` says why none of it can be relied on, "" if all is well.

    `documents` has the SHA-256 of each signed document as it lies there today, by release id; a lost file is missing.
    `events` come from the ledger, by release id or `client/<slug>/<purpose>[/<channel>]`.
    """

    releases: tuple[ModelRelease, ...] = ()
    reviews: Mapping[str, Review] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in a photographer's words; `record` is the file or release it rests on, `hint` what would change it."""

    text: str
    record: str = ""
    blocks: bool = True
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A model release with everything that happened to it since, and its document's present SHA-256 (None: no file)."""

    release: ModelRelease
    document_sha256: str | None = None
    events: tuple[Event, ...] = ()
    doubled: bool = False  # another record carries the same id


@dataclass(frozen=True, slots=True)
class PhotoEvidence:
    """All that speaks for or against publishing one photo; `sha256` is that of the file as it is today.

    `doubts` block whatever else is said. `faces` is what a detector counted, None if nobody asked one.
    """

    ref: str
    sha256: str
    client: str = ""
    gallery: str = ""
    taken: Day | None = None
    own_work: bool = False
    review: Review | None = None
    tagged: tuple[str, ...] = ()  # the people whom gallery.yaml names in this photo
    people: Mapping[str, Person] = field(default_factory=dict)
    consents: tuple[Consent, ...] = ()
    releases: tuple[Standing, ...] = ()
    doubts: tuple[Reason, ...] = ()
    faces: int | None = None
    caption: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to "may this photo be public?". `last_day` is the last on which it holds, None if none is known."""

    allowed: bool
    reasons: tuple[Reason, ...]
    last_day: date | None = None
    release_status: ReleaseStatus = ReleaseStatus.NONE
    property_status: PropertyStatus = PropertyStatus.NONE
    release_ids: tuple[str, ...] = ()

    @property
    def refusals(self) -> tuple[Reason, ...]:
        """The reasons that stand in the way; empty exactly if it is allowed."""
        return tuple(reason for reason in self.reasons if reason.blocks)
