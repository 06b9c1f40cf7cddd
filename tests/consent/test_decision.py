"""The judge, case by case: what publishes, and every single thing that stops it, with its reason in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from consent_cases import DAY, REF, SHA, WEB, child, evidence, nobody, release, review, role_of, standing

from sogallery.consent import Coverage, Event, PropertyStatus, ReleaseStatus, Signer, State, publishable
from sogallery.model import Consent, Person, Scope

KIM = "ada-lin/kim"


def released(**changes):
    """Evidence in which only Ada's release differs."""
    return evidence(releases=(standing(release(**changes)),))


def consent(state: str, on: date | None, *, scopes=(WEB,), proof="a letter") -> Consent:
    return Consent("publication", state, on, scopes, evidence=proof)


def test_a_reviewed_and_released_photo_may_be_public():
    """The Decision says until when, on which release, and with which PLUS status."""
    decision = publishable(evidence(), WEB, DAY)

    assert decision.allowed
    assert decision.last_day == date(2030, 12, 31)
    assert decision.release_ids == ("r-ada",)
    assert decision.release_status is ReleaseStatus.LIMITED
    assert decision.property_status is PropertyStatus.NOT_APPLICABLE
    assert not decision.refusals
    assert [reason.record for reason in decision.reasons] == ["", "clients/ada-lin/client.yaml", "releases/ada.yaml"]


def test_before_a_review_those_in_gallery_yaml_are_told_about():
    """Who is named there and lacks a release is said at once; that nobody is in the photo is never supposed."""
    tagged = evidence(review=None, tagged=("ada-lin/ada", "ada-lin/lin"))
    refusals = publishable(tagged, WEB, DAY).refusals
    unknown = publishable(evidence(review=None, releases=()), WEB, DAY).refusals

    assert [each.text for each in refusals] == [
        "nobody has said yet who can be recognised in it",
        "Lin: there is no release",
    ]
    assert refusals[1].hint == "record one with `sogallery release add --person ada-lin/lin`"
    assert len(unknown) == 1


REFUSED = {
    "no review": (evidence(review=None), "nobody has said yet"),
    "edited file": (evidence(sha256="00" * 32), "has changed since it was reviewed"),
    "no hash": (evidence(sha256="", review=review(sha256="")), "has changed since"),
    "incomplete": (evidence(review=review(complete=False)), "not complete"),
    "review undated": (evidence(review=review(on=None)), "has no date"),
    "review of tomorrow": (evidence(review=review(on=date(2026, 7, 2))), "dated in the future"),
    "veto": (evidence(review=review(veto="Ada asked")), "veto: Ada asked"),
    "unsure": (evidence(review=review(unsure=("ada-lin/lin",))), "not sure whether Lin"),
    "names nobody": (evidence(review=review(recognisable=())), "neither who can be recognised"),
    "nobody and somebody": (evidence(review=review(nobody=True)), "says nobody, and names"),
    "one uncounted": (evidence(review=review(people=2)), "counts 2 recognisable people and names 1"),
    "a stranger": (evidence(review=review(recognisable=("ada-lin/ada", "ada-lin/bo"))), "does not know"),
    "yes and no": (evidence(review=review(not_recognisable=("ada-lin/ada",))), "two answers"),
    "tagged but not seen": (evidence(tagged=("ada-lin/ada", "ada-lin/lin")), "says that Lin is in it"),
    "more faces": (evidence(faces=2), "counts 2 faces"),
    "second person": (evidence(review=review(recognisable=("ada-lin/ada", "ada-lin/lin"))), "Lin: there is no release"),
    "no consent": (evidence(consents=()), "client has not agreed"),
    "consent refused": (evidence(consents=(consent("refused", DAY),)), "refused or withdrew"),
    "consent withdrawn": (
        evidence(consents=(consent("given", date(2026, 6, 2)), consent("withdrawn", date(2026, 6, 3), scopes=()))),
        "refused or withdrew",
    ),
    "withdrawn on the day it was given": (
        evidence(consents=(consent("given", DAY), consent("withdrawn", DAY))),
        "refused or withdrew",
    ),
    "withdrawal dated in the future": (
        evidence(consents=(consent("given", DAY), consent("withdrawn", date(2027, 1, 1)))),
        "refused or withdrew",
    ),
    "withdrawal without a day": (
        evidence(consents=(consent("given", DAY), consent("withdrawn", None))),
        "refused or withdrew",
    ),
    "consent of tomorrow": (evidence(consents=(consent("given", date(2026, 7, 2)),)), "has not agreed"),
    "consent for print": (evidence(consents=(consent("given", DAY, scopes=(Scope.PORTFOLIO_PRINT,)),)), "not agreed"),
    "consent for nothing": (evidence(consents=(consent("given", DAY, scopes=()),)), "has not agreed"),
    "consent without evidence": (evidence(consents=(consent("given", DAY, proof=" "),)), "has not agreed"),
    "promotions only": (evidence(consents=(Consent("promotions", "given", DAY, (WEB,), "", "x"),)), "has not agreed"),
    "no release": (evidence(releases=()), "there is no release"),
    "another person's": (released(person="ada-lin/lin"), "there is no release"),
    "of nobody": (released(person=""), "there is no release"),
    "client signs for a guest": (released(signer=Signer("Ada", role_of("client"))), "cannot speak for"),
    "nobody signed": (released(signer=Signer("")), "does not say who signed"),
    "signed by another": (released(signer=Signer("Bo")), "signed by Bo, not by Ada"),
    "signed tomorrow": (released(signed=date(2026, 7, 2)), "signed in the future"),
    "not dated": (released(signed=None), "does not say when it was signed"),
    "holds later": (released(valid_from=date(2026, 7, 2)), "holds only from"),
    "ended": (released(until=date(2026, 6, 30)), "ended on 2026-06-30"),
    "withdrawn": (released(withdrawn=date(2026, 6, 30)), "was withdrawn"),
    "withdrawn from tomorrow": (released(withdrawn=date(2026, 7, 2)), "was withdrawn"),
    "only asked": (released(state=State.REQUESTED), "is recorded as requested"),
    "covers nothing": (released(covers=Coverage()), "covers nothing"),
    "another gallery": (released(covers=Coverage(galleries=("ada-lin/party",))), "does not cover"),
    "another photo": (released(covers=Coverage(photos=("ada-lin/wedding/b.jpg",))), "does not cover"),
    "another day": (released(covers=Coverage(first_day=date(2026, 6, 14))), "does not cover"),
    "no scope": (released(scopes=()), "does not allow portfolio_web"),
    "one country": (released(territory=("France",)), "only for France"),
    "no document": (released(document=""), "no signed document"),
    "document unhashed": (released(document_sha256=""), "no signed document"),
    "document lost": (evidence(releases=(standing(document_sha256=None),)), "lost its signed document"),
    "document changed": (evidence(releases=(standing(document_sha256="00" * 32),)), "document has changed"),
    "two of one id": (evidence(releases=(standing(doubled=True),)), "same id"),
    "withdrawn in the ledger": (
        evidence(releases=(standing(events=(Event(State.GIVEN, DAY), Event(State.WITHDRAWN, DAY))),)),
        "as the ledger recorded",
    ),
    "revoked for the web": (
        evidence(releases=(standing(events=(Event(State.REVOKED, DAY, (WEB,)),)),)),
        "as the ledger recorded",
    ),
    "property unreleased": (evidence(review=review(properties=("Villa",))), "Villa: there is no release"),
    "nobody, no release": (nobody(releases=()), "for a photo that shows nobody"),
    "nobody, a person's release": (nobody(releases=(standing(),)), "for a photo that shows nobody"),
    "nobody, the studio signs": (nobody(own_work=True), "for its own work"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_one_flaw_refuses_and_says_so(case):
    """Each single flaw keeps the photo out, the reason names it, and the status is MR-NON."""
    photo, words = REFUSED[case]
    decision = publishable(photo, WEB, DAY)

    assert not decision.allowed
    assert any(words in reason.text for reason in decision.refusals), [r.text for r in decision.refusals]
    assert decision.release_status is ReleaseStatus.NONE
    assert decision.last_day is None
    assert decision.release_ids == ()


def test_nobody_needs_the_clients_release():
    """A photo without people is public by the client's release and has the status "not applicable"."""
    decision = publishable(nobody(), WEB, DAY)

    assert decision.allowed
    assert decision.release_status is ReleaseStatus.NOT_APPLICABLE
    assert decision.release_ids == ("r-client",)


def test_the_studio_signs_for_its_own_work():
    """Own work has no client: the studio's signature takes its place."""
    signed = release("", "Mara", id="r-own", client="ada-lin", signer=Signer("Mara", role_of("studio")))

    assert publishable(nobody(own_work=True, releases=(standing(signed),)), WEB, DAY).allowed
    assert not publishable(nobody(releases=(standing(signed),)), WEB, DAY).allowed


def test_a_childs_release_ends_the_day_before_it_comes_of_age():
    """Whatever the paper says, a guardian's signature ends with childhood."""
    photo = child()

    assert publishable(photo, WEB, DAY).last_day == date(2028, 5, 4)
    assert publishable(photo, WEB, date(2028, 5, 4)).allowed
    assert not publishable(photo, WEB, date(2028, 5, 5)).allowed


CHILD = {
    "signs itself": ({"signer": Signer("Kim")}, {}, "signed by a minor"),
    "as its own guardian": ({"signer": Signer("Kim", role_of("guardian"), "me")}, {"guardians": ()}, "own guardian"),
    "no relation": ({"signer": Signer("Mo", role_of("guardian"))}, {}, "what Mo is to the child"),
    "a stranger signs": ({"signer": Signer("Al", role_of("guardian"), "uncle")}, {}, "not among the guardians"),
    "age unknown": ({}, {"born": None}, "date of birth is not known"),
    "has guardians, signs itself": ({"signer": Signer("Kim")}, {"born": None}, "date of birth is not known"),
    "not yet born": ({}, {"born": date(2027, 1, 1)}, "lies in the future"),
    "adult by now, signed as a minor": (
        {"signer": Signer("Kim"), "signed": date(2026, 5, 4)},
        {"born": date(2008, 5, 5)},
        "signed by a minor",
    ),
}


@pytest.mark.parametrize("case", CHILD)
def test_a_childs_release_is_signed_by_a_guardian(case):
    """Who signs for a child, and that it is a child, must be beyond doubt."""
    on_paper, of_kim, words = CHILD[case]
    signed = standing(release(KIM, signer=Signer("Mo", role_of("guardian"), "mother")))
    kim = replace(child().people[KIM], **of_kim)
    photo = child(people={KIM: kim}, releases=(replace(signed, release=replace(signed.release, **on_paper)),))

    decision = publishable(photo, WEB, DAY)

    assert any(words in reason.text for reason in decision.refusals), [r.text for r in decision.refusals]


def test_a_leap_day_child_is_a_child_no_day_too_long():
    """Born on a 29th of February: the guardian's word ends early, one's own counts late."""
    kim = Person(KIM, "Kim", born=date(2008, 2, 29))
    by_mo = child(
        people={KIM: kim}, releases=(standing(release(KIM, signer=Signer("Mo", role_of("guardian"), "aunt"))),)
    )
    own = standing(release(KIM, "Kim", signed=date(2026, 2, 28)))

    assert not publishable(by_mo, WEB, DAY).allowed
    assert not publishable(child(people={KIM: kim}, releases=(own,)), WEB, DAY).allowed


def test_the_longest_release_in_force_counts():
    """Of several releases one in force is enough, and the one that lasts longest is named."""
    old = release(id="old", until=date(2026, 12, 31))
    new = release(id="new", until=date(2028, 12, 31))
    gone = release(id="gone", withdrawn=DAY)
    decision = publishable(evidence(releases=tuple(standing(r) for r in (old, gone, new))), WEB, DAY)

    assert decision.release_ids == ("new",)
    assert decision.last_day == date(2028, 12, 31)


@pytest.mark.parametrize(
    "reach",
    [
        Coverage(photos=(REF,)),
        Coverage(photos=(f"sha256:{SHA}",)),
        Coverage(first_day=date(2026, 6, 13), last_day=date(2026, 6, 13)),
        Coverage(galleries=("ada-lin/wedding",), last_day=date(2026, 6, 30)),
    ],
)
def test_a_release_covers_photos_shoots_or_days(reach):
    """Photos by name or by content, a gallery, days of shooting."""
    assert publishable(released(covers=reach), WEB, DAY).allowed


def test_days_of_shooting_cover_nothing_that_is_undated():
    """A gallery without a date is not within any days."""
    photo = replace(released(covers=Coverage(first_day=date(2020, 1, 1))), taken=None)

    assert not publishable(photo, WEB, DAY).allowed


def test_a_renewed_consent_counts_again():
    """What is given after it was withdrawn counts from its day."""
    again = (
        consent("given", date(2026, 6, 1)),
        consent("withdrawn", date(2026, 6, 10)),
        consent("renewed", date(2026, 6, 20)),
    )

    assert publishable(evidence(consents=again), WEB, DAY).allowed


def test_a_property_release_is_asked_for_and_told():
    """A property that the review lists needs its own release; the status says so."""
    villa = standing(release("", "Al", id="r-villa", property_name="Villa"))
    photo = evidence(review=review(properties=("Villa",)), releases=(standing(), villa))
    decision = publishable(photo, WEB, DAY)

    assert decision.property_status is PropertyStatus.LIMITED
    assert set(decision.release_ids) == {"r-ada", "r-villa"}
