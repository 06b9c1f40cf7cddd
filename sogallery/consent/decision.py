"""May this photo be public? (DESIGN section 6.) Pure and total: every question gets an answer with its reasons.

The judge knows nothing of files, clocks or people's wishes to publish. Each rule below adds its reasons to one list;
the photo is allowed only if none of them blocks. What is missing, doubtful or contradictory blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from sogallery.consent.nouns import (
    Decision,
    Event,
    PhotoEvidence,
    PropertyStatus,
    Reason,
    ReleaseStatus,
    Review,
    Role,
    Standing,
    State,
)
from sogallery.consent.standing import Case, faults, last_day, permitted
from sogallery.model import Consent, Person, Scope

LOOK = "look at it with `sogallery portfolio review`"
FACES = "look again; `others:` counts people nobody could tell, and what a detector takes for a face"


@dataclass(frozen=True, slots=True)
class _Held:
    """A release that carries the decision, with its last day."""

    standing: Standing
    end: date | None


def publishable(photo: PhotoEvidence, scope: Scope, day: date) -> Decision:
    """Judge whether `photo` may be published in `scope` on `day`. Never raises; what is doubtful is refused."""
    reasons = [*photo.doubts, *_review_reasons(photo, day), *_consent_reasons(photo, scope, day)]
    # Until somebody has looked, which refuses in any case, there is something to say about those in gallery.yaml only.
    review = photo.review or Review(photo.ref, "", recognisable=photo.tagged)
    case = Case(photo, scope, day)
    people = [_person(photo, who) for who in dict.fromkeys((*review.recognisable, *review.unsure))]
    models = [_ask(replace(case, person=person), reasons) for person in people]
    if not people and photo.review:
        models = [_ask(case, reasons)]
    places = [_ask(replace(case, property_name=name), reasons) for name in dict.fromkeys(review.properties)]
    if any(reason.blocks for reason in reasons):
        return Decision(False, tuple(reasons))
    return _allowed(reasons, [*models, *places], bool(people), bool(places))


def _allowed(reasons: list[Reason], held: Iterable[_Held | None], people: bool, places: bool) -> Decision:
    carried = [each for each in held if each is not None]
    return Decision(
        allowed=True,
        reasons=tuple(reasons),
        last_day=min((each.end for each in carried if each.end), default=None),
        release_status=ReleaseStatus.LIMITED if people else ReleaseStatus.NOT_APPLICABLE,
        property_status=PropertyStatus.LIMITED if places else PropertyStatus.NOT_APPLICABLE,
        release_ids=tuple(dict.fromkeys(each.standing.release.id for each in carried)),
    )


def _review_reasons(photo: PhotoEvidence, day: date) -> Iterator[Reason]:
    review = photo.review
    if review is None:
        yield Reason("nobody has said yet who can be recognised in it", photo.ref, hint=LOOK)
        return
    if not photo.sha256 or review.sha256.lower() != photo.sha256.lower():
        text = f"the file has changed since it was reviewed{_on(review.on)}"
        yield Reason(text, review.path, hint=f"{LOOK} again")
    if review.on is None or review.on > day:
        text = "the review has no date" if review.on is None else f"the review is dated in the future, {review.on}"
        yield Reason(text, review.path, hint="correct its `on:`")
    if not review.complete:
        yield Reason("the review is not complete", review.path, hint=LOOK)
    if review.veto:
        yield Reason(f"there is a veto: {review.veto}", review.path, hint="it ends when whoever made it says so")
    yield from _people_reasons(photo, review)
    if not any(_stands_in_the_way(photo, review, day)):
        yield Reason(f"reviewed{_by(review)}{_on(review.on)}: {_whom(photo, review)}", review.path, blocks=False)


def _stands_in_the_way(photo: PhotoEvidence, review: Review, day: date) -> Iterator[bool]:
    yield not review.complete or bool(review.veto) or review.on is None or review.on > day
    yield review.sha256.lower() != photo.sha256.lower()
    yield any(True for _ in _people_reasons(photo, review))


def _people_reasons(photo: PhotoEvidence, review: Review) -> Iterator[Reason]:
    seen = {*review.recognisable, *review.unsure, *review.not_recognisable}
    for who in review.unsure:
        text = f"it is not sure whether {_name(photo, who)} can be recognised"
        yield Reason(text, review.path, hint="decide yes or no; unsure counts as yes and never publishes")
    yield from _statement_reasons(review, seen)
    for who in sorted(seen - set(photo.people)):
        text = f"the review names {who}, whom gallery.yaml does not know"
        yield Reason(text, review.path, hint="add them to its `people:`")
    for who in sorted(set(photo.tagged) - seen):
        text = f"gallery.yaml says that {_name(photo, who)} is in it, and the review does not"
        yield Reason(text, review.path, hint=LOOK)
    counted = len(seen) + review.others
    if photo.faces is not None and photo.faces > counted:
        text = f"a face detector counts {photo.faces} faces, and the review knows of {counted} people"
        yield Reason(text, review.path, hint=FACES)


def _statement_reasons(review: Review, seen: set[str]) -> Iterator[Reason]:
    named = len({*review.recognisable, *review.unsure})
    if review.nobody and named:
        yield Reason("the review says nobody, and names somebody", review.path, hint="keep the one that is true")
    if not review.nobody and not named:
        yield Reason("the review says neither who can be recognised nor that nobody can", review.path, hint=LOOK)
    if review.people is not None and review.people != named:
        text = f"the review counts {review.people} recognisable people and names {named}"
        yield Reason(text, review.path, hint="name everybody who can be recognised")
    twice = set(review.recognisable) & set(review.not_recognisable)
    for who in sorted(twice | set(review.unsure) & (seen - set(review.unsure))):
        yield Reason(f"the review gives two answers about {who}", review.path, hint=LOOK)


def _consent_reasons(photo: PhotoEvidence, scope: Scope, day: date) -> Iterator[Reason]:
    record = f"clients/{photo.client}/client.yaml"
    asked = [consent for consent in photo.consents if consent.purpose == "publication"]
    held = permitted(consent_events(asked), scope, day)
    if held is not None:
        yield Reason(f"the client agreed to {scope} on {held.on}", record, blocks=False)
    elif any(event.state in (State.WITHDRAWN, State.REFUSED) for event in consent_events(asked)):
        yield Reason(f"the client refused or withdrew {scope}", record, hint="only a new consent changes that")
    else:
        hint = "ask, and record the answer under `consents:` with its evidence"
        yield Reason(f"the client has not agreed to {scope}", record, hint=hint)


def consent_events(consents: Iterable[Consent]) -> tuple[Event, ...]:
    """A client's consents as events: "given" counts only with scopes, day and evidence, what is against always."""
    events = []
    for consent in consents:
        try:
            state = State(consent.state)
        except ValueError:
            state = State.INVALIDATED
        if not state.permits:
            events.append(Event(state, consent.on or date.max, consent.scopes))
        elif consent.on and consent.scopes and consent.evidence.strip():
            events.append(Event(state, consent.on, consent.scopes))
    return tuple(events)


def _ask(case: Case, reasons: list[Reason]) -> _Held | None:
    """Find the release that carries `case` longest and add the reason for or against; None if there is none."""
    candidates = [each for each in case.photo.releases if _concerns(each, case)]
    held = [_Held(each, last_day(each.release, case.person)) for each in candidates if not any(faults(each, case))]
    if held:
        best = max(held, key=lambda each: (each.end or date.max, each.standing.release.id))
        reasons.append(_carried(best, case))
        return best
    reasons.extend(_lacking(candidates, case))
    return None


def _concerns(standing: Standing, case: Case) -> bool:
    release = standing.release
    if case.person is not None:
        return release.person == case.person.id and not (release.client or release.property_name)
    if release.person:
        return False
    if case.property_name:
        return release.property_name == case.property_name
    signs = Role.STUDIO if case.photo.own_work else Role.CLIENT
    return release.client == case.photo.client and release.signer.role is signs and not release.property_name


def _carried(held: _Held, case: Case) -> Reason:
    until = f"until {held.end}" if held.end else "until it is withdrawn"
    text = f"{_subject(case)}: release {held.standing.release.id} allows {case.scope} {until}"
    return Reason(text, held.standing.release.path, blocks=False)


def _lacking(candidates: list[Standing], case: Case) -> Iterator[Reason]:
    if not candidates:
        hint = f"record one with `{_record(case)}`"
        yield Reason(f"{_subject(case)}: there is no release", case.photo.ref, hint=hint)
    for each in candidates:
        for fault in faults(each, case):
            text = f"{_subject(case)}: release {each.release.id} {fault}"
            yield Reason(text, each.release.path, hint="ask for a new release; mend the record only if it is wrong")


def _record(case: Case) -> str:
    if case.person is not None:
        return f"sogallery release add --person {case.person.id}"
    if case.property_name:
        return f'sogallery release add --property "{case.property_name}"'
    return f"sogallery release add --client {case.photo.client}"


def _subject(case: Case) -> str:
    if case.person is not None:
        return _name(case.photo, case.person.id)
    if case.property_name:
        return case.property_name
    return "the studio, for its own work" if case.photo.own_work else "the client, for a photo that shows nobody"


def _person(photo: PhotoEvidence, who: str) -> Person:
    return photo.people.get(who) or Person(who)


def _name(photo: PhotoEvidence, who: str) -> str:
    return _person(photo, who).name or who.rpartition("/")[2]


def _whom(photo: PhotoEvidence, review: Review) -> str:
    return ", ".join(_name(photo, who) for who in review.recognisable) or "nobody can be recognised"


def _by(review: Review) -> str:
    return f" by {review.by}" if review.by else ""


def _on(day: date | None) -> str:
    return f" on {day}" if day else ""
