"""A photo that may be public, as evidence, and one-line ways to spoil it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sogallery.consent import Coverage, ModelRelease, PhotoEvidence, Review, Role, Signer, Standing, Template
from sogallery.model import Consent, Person, Scope

DAY = date(2026, 7, 1)
SHA = "ab" * 32
DOC = "cd" * 32
REF = "ada-lin/wedding/ceremony/MJ-0042.jpg"
WEB = Scope.PORTFOLIO_WEB


def release(person: str = "ada-lin/ada", name: str = "Ada", **changes) -> ModelRelease:
    given = ModelRelease(
        id="r-" + person.rpartition("/")[2],
        signer=Signer(name),
        person=person,
        covers=Coverage(galleries=("ada-lin/wedding",)),
        scopes=(WEB,),
        signed=date(2026, 6, 1),
        until=date(2030, 12, 31),
        template=Template("adult", "1"),
        document="ada.pdf",
        document_sha256=DOC,
        path="releases/ada.yaml",
    )
    return replace(given, **changes)


def standing(given: ModelRelease | None = None, **changes) -> Standing:
    return replace(Standing(given or release(), DOC), **changes)


def review(**changes) -> Review:
    seen = Review(REF, SHA, complete=True, recognisable=("ada-lin/ada",), by="Mara", on=date(2026, 6, 20))
    return replace(seen, **changes)


def evidence(**changes) -> PhotoEvidence:
    shown = PhotoEvidence(
        REF,
        SHA,
        client="ada-lin",
        gallery="ada-lin/wedding",
        taken=date(2026, 6, 13),
        review=review(),
        people={p: Person(p, n) for p, n in (("ada-lin/ada", "Ada"), ("ada-lin/lin", "Lin"))},
        consents=(Consent("publication", "given", date(2026, 6, 2), (WEB,), evidence="mail of 2 June"),),
        releases=(standing(),),
        caption="The rings",
        alt="Two hands and two rings",
    )
    return replace(shown, **changes)


def nobody(**changes) -> PhotoEvidence:
    """A photo that shows nobody, with the client's release."""
    seen = review(recognisable=(), nobody=True)
    signed = standing(release("", "Ada", id="r-client", client="ada-lin", signer=Signer("Ada", role_of("client"))))
    return replace(evidence(review=seen, releases=(signed,)), **changes)


def child(**changes) -> PhotoEvidence:
    """A photo of a child born on 2010-05-05 with a release that its mother signed."""
    kid = Person("ada-lin/kim", "Kim", born=date(2010, 5, 5), guardians=("mo",))
    signed = release("ada-lin/kim", signer=Signer("Mo", role_of("guardian"), "mother"))
    seen = review(recognisable=("ada-lin/kim",))
    people = {kid.id: kid, "ada-lin/mo": Person("ada-lin/mo", "Mo")}
    return replace(evidence(review=seen, people=people, releases=(standing(signed),)), **changes)


def role_of(word: str) -> Role:
    return Role(word)
