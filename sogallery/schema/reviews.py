"""`clients/<client>/<gallery>/reviews.yaml`: what somebody saw in each photo, bound to the file by its SHA-256.

People are named by their keys here; ids (client/key) are made of them by `bound`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sogallery.consent.nouns import DifferentPhoto, Review
from sogallery.schema.common import NAME, WORDS
from sogallery.schema.gallery import PERSON_KEY
from sogallery.schema.node import Located, Pairs, Report
from sogallery.schema.record import Basis, Field, FileKind, Personal, Purpose, Record, Retention, Subject
from sogallery.schema.release import SHA256
from sogallery.schema.types import Bool, Date, Int, ListOf, MapOf, RelPath

SEEN = Personal(Subject.SHOWN, Purpose.COMPLIANCE, Basis.OBLIGATION, Retention.RELEASES)
REVIEWER = Personal(Subject.STUDIO, Purpose.COMPLIANCE, Basis.OBLIGATION, Retention.RELEASES)
MOST_PEOPLE = 10_000


@dataclass(frozen=True, slots=True)
class ReviewsFile:
    """What reviews.yaml says, by photo path within the gallery."""

    photos: Mapping[str, Located[Review]]


DIFFERENT = Record(
    DifferentPhoto,
    (
        Field(
            "photo", RelPath(example="bo/portraits/a.jpg"), "The other photo, as client/gallery/file.", True, to="ref"
        ),
        Field("sha256", SHA256, "SHA-256 of the other photo's file.", True),
        Field("by", NAME, "Who compared them.", default="", personal=REVIEWER),
        Field("on", Date(), "The day.", personal=REVIEWER),
    ),
)


def _review(sha256: str | None, **rest: Any) -> Review:  # noqa: ANN401
    return Review(ref="", sha256=(sha256 or "").lower(), **rest)


def _check(review: Review, pairs: Pairs, report: Report) -> None:
    if review.nobody and (review.recognisable or review.unsure):
        report.warn(pairs.key("nobody"), "this review says nobody, and names somebody", "keep the one that is true")
    twice = set(review.recognisable) & set(review.not_recognisable)
    for key in sorted(twice | set(review.unsure) & {*review.recognisable, *review.not_recognisable}):
        report.warn(pairs, f"this review gives two answers about {key}", "look again; unsure counts as recognisable")


PEOPLE = ListOf(PERSON_KEY)
REVIEW = Record(
    _review,
    (
        Field("sha256", SHA256, "SHA-256 of the file that was looked at; an edited file needs another look."),
        Field("complete", Bool(), "Everybody in it has been judged.", default=False),
        Field("nobody", Bool(), "Nobody can be recognised in it.", default=False),
        Field("recognisable", PEOPLE, "Keys of all who could recognise themselves.", default=(), personal=SEEN),
        Field(
            "unsure", PEOPLE, "Keys of people of whom one cannot say; nothing is published.", default=(), personal=SEEN
        ),
        Field("not_recognisable", PEOPLE, "Keys of people in it whom nobody could tell.", default=(), personal=SEEN),
        Field("people", Int(0, MOST_PEOPLE, 2), "How many recognisable people were counted.", personal=SEEN),
        Field(
            "others",
            Int(0, MOST_PEOPLE, 2),
            "How many more are in it whom nobody could tell, or that a detector takes for faces.",
            default=0,
            personal=SEEN,
        ),
        Field("properties", ListOf(NAME), "Properties that need a property release.", default=(), personal=SEEN),
        Field("by", NAME, "Who looked.", default="", personal=REVIEWER),
        Field("on", Date(), "The day.", personal=REVIEWER),
        Field("veto", WORDS, "Never publish it, and why.", default="", personal=SEEN),
        Field("different_from", ListOf(DIFFERENT), "Look-alikes that are other photos.", default=()),
    ),
    check=_check,
    wrong_names=(("not", "not_recognisable"), ("yes", "recognisable"), ("reviewed_by", "by"), ("date", "on")),
)
REVIEWS = Record(
    ReviewsFile,
    (Field("photos", MapOf(REVIEW, RelPath(example="ceremony/MJ-0042.jpg")), "A review for each photo.", default={}),),
)
KIND = FileKind("reviews", "clients/*/*/reviews.yaml", "Who can be recognised in which photo.", REVIEWS)


def bound(review: Review, client: str, gallery: str, path: str, file: str) -> Review:
    """The review of the photo at `path` of a gallery, with people as ids; `file` is the reviews.yaml it is from."""

    def ids(keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"{client}/{key}" for key in keys)

    return replace(
        review,
        ref=f"{client}/{gallery}/{path}",
        recognisable=ids(review.recognisable),
        unsure=ids(review.unsure),
        not_recognisable=ids(review.not_recognisable),
        path=file,
    )
