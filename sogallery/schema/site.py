"""`site.yaml`: the studio, its address, how photos are rendered, how long what is kept, where it is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sogallery.model import Contact, RenditionSettings, RetentionRule
from sogallery.schema.common import ADDRESS, EMAIL, LANGUAGE, NAME, PHONE, WORDS, Settings, WebAddress
from sogallery.schema.node import Located, Pairs, Report, Text, described
from sogallery.schema.record import Basis, Field, FileKind, Personal, Purpose, Record, Retention, Subject, quoted
from sogallery.schema.text import meant
from sogallery.schema.types import At, Int, ListOf, MapOf, OneOf, RelPath, Str


class Format(StrEnum):
    """Encodings of renditions."""

    JPEG = "jpeg"
    WEBP = "webp"
    AVIF = "avif"


class Metadata(StrEnum):
    """What happens to the metadata inside originals."""

    CLEAN = "clean"
    KEEP = "keep"


class Action(StrEnum):
    """What happens when a retention period is over."""

    ERASE = "erase"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class SiteFile:
    """What site.yaml says, before anything is compared with the disk."""

    name: str
    base_url: str
    objects_url: str
    language: str
    timezone: Located[str]
    theme: Located[str]
    description: str
    contact: Contact
    renditions: RenditionSettings
    watermark: Located[str]
    keep_metadata: bool
    retention: tuple[RetentionRule, ...]
    deploy: Mapping[str, Mapping[str, object]]

    def days_kept(self, data: str) -> int | None:
        """For how many days the schedule keeps a class of data, if it says."""
        return next((rule.days for rule in self.retention if rule.data == data), None)


STUDIO = Personal(Subject.STUDIO, Purpose.PUBLIC_RELATIONS, Basis.INTERESTS, Retention.STUDIO)

CONTACT = Record(
    Contact,
    (
        Field("email", EMAIL, "How the public writes to the studio.", default="", personal=STUDIO),
        Field("phone", PHONE, "How the public calls the studio.", default="", personal=STUDIO),
        Field("address", ADDRESS, "Where the studio is.", default="", personal=STUDIO),
    ),
)

_DEFAULT = RenditionSettings()


@dataclass(frozen=True, slots=True)
class _Renditions:
    settings: RenditionSettings
    watermark: Located[str]


def _renditions(
    format: Format,  # noqa: A002 - the key's name
    quality: int | None,
    thumb: int,
    small: int,
    display: int,
    watermark: Located[str],
) -> _Renditions:
    return _Renditions(RenditionSettings(str(format), quality, thumb, small, display, watermark.value), watermark)


def _check_sizes(value: _Renditions, pairs: Pairs, report: Report) -> None:
    sizes = value.settings
    if not sizes.thumb < sizes.small < sizes.display:
        found = f"{sizes.thumb}, {sizes.small}, {sizes.display}"
        report.add(
            pairs,
            f"thumb, small and display should grow in this order, but are {found}",
            "take out the ones you do not need",
        )


RENDITIONS = Record(
    _renditions,
    (
        Field("format", OneOf(Format), "How renditions are encoded.", default=Format(_DEFAULT.format)),
        Field("quality", Int(1, 100, 80), "Quality of the encoder; each format has its own good default."),
        Field("thumb", Int(64, 1024, 400), "Longer edge of a thumb, in pixels.", default=_DEFAULT.thumb),
        Field("small", Int(256, 4096, 1024), "Longer edge of a small rendition.", default=_DEFAULT.small),
        Field("display", Int(512, 16384, 2048), "Longer edge of a display rendition.", default=_DEFAULT.display),
        Field(
            "watermark",
            At(RelPath(example="watermark.png", words="the path of a PNG below content/")),
            "A PNG with transparency, below content/, put on display renditions.",
            default=Located(""),
        ),
    ),
    check=_check_sizes,
)

ORIGINALS = Record(
    lambda metadata: metadata is Metadata.KEEP if metadata else None,
    (
        Field(
            "metadata",
            OneOf(Metadata),
            "`clean` takes location and serial numbers out, without re-encoding; `keep` leaves originals as they are.",
        ),
    ),
)


def _check_rule(rule: RetentionRule, pairs: Pairs, report: Report) -> None:
    guess = meant(rule.data, Retention)
    if rule.data not in tuple(Retention) and guess:
        message = f"no data of the tool is called {quoted(rule.data)}, so this rule would do nothing"
        report.add(pairs.value("data") or pairs, message, f"did you mean {guess}?")


def _rule(data: str, days: int, purpose: str, basis: str, action: Action) -> RetentionRule:
    return RetentionRule(data, days, purpose, basis, str(action))


RULE = Record(
    _rule,
    (
        Field(
            "data",
            Str(example="galleries", words="a class of data"),
            f"What is kept: {', '.join(Retention)}, or your own words.",
            True,
        ),
        Field("days", Int(0, 36500, 365), "How many days after its date (a gallery's date, a contract's end).", True),
        Field("purpose", WORDS, "Why it is kept that long.", default=""),
        Field("basis", WORDS, "The law or the agreement behind it.", default=""),
        Field("action", OneOf(Action), "What happens then: `erase`, or `review` to be asked.", default=Action.ERASE),
    ),
    check=_check_rule,
)


def _site(
    renditions: _Renditions,
    originals: bool | None,
    deploy: dict[str, Located[Mapping[str, object]]],
    **rest: Any,  # noqa: ANN401 - the other keys as they are
) -> SiteFile:
    return SiteFile(
        renditions=renditions.settings,
        watermark=renditions.watermark,
        keep_metadata=bool(originals),
        deploy={name: target.value for name, target in deploy.items()},
        **rest,
    )


def _check_site(site: SiteFile, pairs: Pairs, report: Report) -> None:
    _check_rules_once(site, pairs, report)
    targets = pairs.value("deploy")
    for key, node in targets.pairs if isinstance(targets, Pairs) else ():
        if isinstance(node, Pairs):
            _check_target(key, node, report)


def _check_rules_once(site: SiteFile, pairs: Pairs, report: Report) -> None:
    seen: set[str] = set()
    for rule in site.retention:
        if rule.data in seen:
            at = pairs.value("retention") or pairs
            report.add(at, f"two rules say how long {quoted(rule.data)} are kept", "leave one of them")
        seen.add(rule.data)


def _check_target(name: Text, node: Pairs, report: Report) -> None:
    host = node.value("host")
    if not isinstance(host, Text) or host.empty:
        where = host or name
        report.add(where, f"`host` of the target {quoted(name.text)} is missing", "add a line like: host: netlify")
    for key, value in node.pairs:
        if any(word in key.text.lower() for word in ("token", "secret", "password")) and isinstance(value, Text):
            message = f"{described(key)} looks like a secret in a file that is copied around"
            report.warn(key, message, "take it out and set it in the environment (see the manual of the host)")


SITE = Record(
    _site,
    (
        Field("name", NAME, "The studio's name, on every page.", True),
        Field(
            "base_url", WebAddress(), "Where the site will be, as https address; links and cards need it.", default=""
        ),
        Field("objects_url", WebAddress(), "Where sealed objects are, if not beside the pages.", default=""),
        Field("language", LANGUAGE, "The language of the public pages.", default="en"),
        Field(
            "timezone",
            At(Str(example="Europe/London", words="a time zone")),
            "Days begin and end in this time zone.",
            default=Located("UTC"),
        ),
        Field("theme", At(Str(example="default", words="a theme")), "A folder of themes/.", default=Located("default")),
        Field("description", WORDS, "One or two sentences for the home page and search engines.", default=""),
        Field("contact", CONTACT, "How the public reaches the studio.", default=Contact()),
        Field("renditions", RENDITIONS, "How photos are rendered.", default=_Renditions(_DEFAULT, Located(""))),
        Field("originals", ORIGINALS, "What galleries do with originals unless they say otherwise."),
        Field(
            "retention",
            ListOf(RULE),
            "How long what is kept. `galleries` gives galleries their `retain_until`.",
            default=(),
        ),
        Field(
            "deploy",
            MapOf(Settings()),
            "Where the site goes: a name for each target, with `host` and its settings.",
            default={},
        ),
    ),
    check=_check_site,
    wrong_names=(("title", "name"), ("url", "base_url"), ("time_zone", "timezone"), ("email", "contact: {email: …}")),
)

KIND = FileKind("site", "site.yaml", "The studio and its settings.", SITE)
