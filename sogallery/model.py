"""The nouns of the domain, frozen (DESIGN: Words). Pure data: no files, no clock, no pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

Day: TypeAlias = date


class Severity(StrEnum):
    """What a Problem does to a build."""

    ERROR = "error"  # the build stops, exit 1
    LEFT_OUT = "left out"  # that photo is left out and listed; `--strict` stops
    WARNING = "warning"  # worth knowing; `--strict` stops


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in the input. `path` is relative to the content folder.

    Line and column count from 1; 0 means the whole file.
    """

    path: str
    line: int
    col: int
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.col}" if self.line else self.path
        return f"{place}: {self.message}"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something wrong found in an output, as a stranger sees it."""

    path: str
    message: str
    hint: str = ""


class Kind(StrEnum):
    """The forms of a photo. ORIGINAL and CLIP open with the original secret, the others with the viewing secret."""

    THUMB = "thumb"
    SMALL = "small"
    DISPLAY = "display"
    ORIGINAL = "original"
    POSTER = "poster"
    CLIP = "clip"


class Downloads(StrEnum):
    """What a grant may save; NONE is a courtesy, since whoever can see a photo can keep it."""

    ORIGINAL = "original"
    DISPLAY = "display"
    NONE = "none"


class Mode(StrEnum):
    """What opens a key slot."""

    LINK_AND_PASSPHRASE = "link+passphrase"
    LINK = "link"
    PASSPHRASE = "passphrase"


class Scope(StrEnum):
    """What a model release may allow; all default to no (DESIGN: May this photo be public?)."""

    PORTFOLIO_WEB = "portfolio_web"
    PORTFOLIO_PRINT = "portfolio_print"
    SOCIAL_ORGANIC = "social_organic"
    PAID_ADVERTISING = "paid_advertising"
    CONTEST = "contest"
    PRESS = "press"
    THIRD_PARTY_LICENSING = "third_party_licensing"
    NAME_PUBLISHED = "name_published"
    AI_TRAINING = "ai_training"


@dataclass(frozen=True, slots=True)
class Contact:
    """How the public reaches the studio."""

    email: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class RenditionSettings:
    """How photos are rendered; lengths are pixels of the longer edge."""

    format: str = "jpeg"  # jpeg | webp | avif
    quality: int | None = None  # None: the format's own default, decided by measurement
    thumb: int = 400
    small: int = 1024
    display: int = 2048
    watermark: str = ""  # path of a PNG with alpha, relative to the content folder; display renditions only


@dataclass(frozen=True, slots=True)
class Section:
    """An ordered chapter of a gallery: a subfolder. `path` is "" for photos beside gallery.yaml."""

    path: str
    title: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A human's right: who may open what, until when (`until` is the last day, inclusive)."""

    name: str
    hide: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    downloads: Downloads = Downloads.ORIGINAL
    until: date | None = None
    mode: Mode = Mode.LINK_AND_PASSPHRASE
    password: str | None = None  # from YAML: works with a warning, an error under --strict


@dataclass(frozen=True, slots=True)
class Photo:
    """One source image (or clip) of a gallery, as listed; its bytes are looked at later.

    `path` is posix, relative to the gallery, in NFC.
    """

    path: str
    section: str
    caption: str | None = None  # None: take it from the image's own IPTC/XMP
    people: tuple[str, ...] = ()
    file: str = ""  # the path as the disk spells it, relative to the content folder

    @property
    def is_clip(self) -> bool:
        """Is this a moving picture (MP4, WebM)?"""
        return self.path.lower().endswith((".mp4", ".m4v", ".webm"))


@dataclass(frozen=True, slots=True)
class Gallery:
    """One shoot's delivery."""

    client: str
    name: str
    title: str
    date: Day | None = None
    cover: str = ""
    sections: tuple[Section, ...] = ()
    grants: tuple[Grant, ...] = (Grant("client"),)
    retain_until: Day | None = None
    draft: bool = False
    keep_metadata: bool = False
    captions: bool = True  # False: captions from the images' own metadata stay out
    exposure: bool = False  # True: exposure data is shown
    order: str = "name"  # name | captured
    language: str = ""
    people: Mapping[str, Person] = field(default_factory=dict)
    photos: tuple[Photo, ...] = ()
    folder: str = ""  # as the disk spells it, relative to the content folder; names are in NFC, disks may differ

    @property
    def ref(self) -> str:
        """`client/gallery`, as commands and the portfolio name it."""
        return f"{self.client}/{self.name}"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be recognised; `id` is `client/key`, so one client's galleries share their people."""

    id: str
    name: str = ""
    client: str = ""  # the client folder of this person, if they are a client themselves
    born: date | None = None
    guardians: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent event with its evidence, as a client.yaml records it."""

    purpose: str  # "publication" or "promotions"
    state: str  # given | refused | withdrawn
    on: date | None
    scopes: tuple[Scope, ...] = ()
    channel: str = ""
    evidence: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """A customer: contact data, consents and policy acknowledgements."""

    slug: str
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    language: str = ""
    consents: tuple[Consent, ...] = ()
    acknowledged: tuple[tuple[str, date], ...] = ()  # (policy version, day); never a consent
    own: bool = False  # the studio's own work, that nobody commissioned: the studio signs where a client would


@dataclass(frozen=True, slots=True)
class PortfolioPhoto:
    """A wish to show a photo, with the only words that become public. `line` and `col` point into portfolio.yaml."""

    ref: str  # client/gallery/[section/]file
    caption: str = ""
    alt: str = ""
    line: int = 0
    col: int = 0


@dataclass(frozen=True, slots=True)
class Category:
    """An ordered part of the portfolio."""

    title: str
    slug: str
    photos: tuple[PortfolioPhoto, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A public page; `body` is Markdown. `nav` orders the menu, None keeps it out of it."""

    slug: str
    title: str
    body: str
    description: str = ""
    nav: int | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The studio's promise, versioned; `body` is Markdown, published at /policy/."""

    version: str
    effective: date
    significant: bool
    body: str


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long a class of data is kept: days after its trigger."""

    data: str
    days: int
    purpose: str = ""
    basis: str = ""
    action: str = "erase"


@dataclass(frozen=True, slots=True)
class Site:
    """Everything `content/` says."""

    name: str
    base_url: str = ""  # https://name.example/path/ or ""
    objects_url: str = ""  # where sealed objects live, "" beside the pages
    language: str = "en"
    timezone: str = "UTC"
    theme: str = "default"
    description: str = ""
    contact: Contact = Contact()
    renditions: RenditionSettings = RenditionSettings()
    retention: tuple[RetentionRule, ...] = ()
    deploy: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    policy: Policy | None = None
    pages: tuple[Page, ...] = ()
    portfolio: tuple[Category, ...] = ()
    clients: Mapping[str, Client] = field(default_factory=dict)
    galleries: tuple[Gallery, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicFile:
    """One encoded form of a public photo; `path` is relative to the site's root (`p/<name>`), sizes are pixels."""

    path: str
    width: int
    height: int
    type: str


@dataclass(frozen=True, slots=True)
class PublicPhoto:
    """A released photo as the public pages show it; every word is from portfolio.yaml.

    `colours` is the average of the four quarters as 24 hex digits, or "".
    """

    id: str
    width: int
    height: int
    colours: str
    caption: str
    alt: str
    files: tuple[PublicFile, ...]


@dataclass(frozen=True, slots=True)
class PublicCategory:
    """An ordered part of the portfolio, with the photos that may be shown today."""

    title: str
    slug: str
    photos: tuple[PublicPhoto, ...] = ()
