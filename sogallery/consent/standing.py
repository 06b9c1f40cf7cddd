"""Does this model release allow this, today? Pure; every doubt is a reason against (DESIGN section 6).

A release is asked for one photo, one scope, one day and either one person, one property or nobody. `faults` yields
what speaks against it; none at all means it is in force until `last_day`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sogallery.consent.nouns import Event, ModelRelease, PhotoEvidence, Role, Standing, State
from sogallery.model import Person, Scope

WORLDWIDE = frozenset({"worldwide", "world"})
SEEN_EVERYWHERE = frozenset({Scope.PORTFOLIO_WEB, Scope.SOCIAL_ORGANIC})
ADULT = 18


@dataclass(frozen=True, slots=True)
class Case:
    """The question put to a release: `person` or `property_name`, or neither for a photo that shows nobody."""

    photo: PhotoEvidence
    scope: Scope
    day: date
    person: Person | None = None
    property_name: str = ""


def faults(standing: Standing, case: Case) -> Iterator[str]:
    """Yield every reason why this release does not allow what `case` asks, in words; nothing if it does."""
    release = standing.release
    if standing.doubled:
        yield "has the same id as another record"
    yield from _state_faults(standing, case.scope, case.day)
    yield from _date_faults(release, case.day)
    yield from _document_faults(standing)
    if case.person is not None:
        yield from _signer_faults(release, case.person, case)
    elif not release.signer.name.strip():
        yield "does not say who signed it"
    yield from _reach_faults(release, case)


def last_day(release: ModelRelease, person: Person | None) -> date | None:
    """The last day on which `release` can hold: its own end, or the day before a child comes of age; None: no end."""
    ends = [release.until] if release.until else []
    if release.signer.role is Role.GUARDIAN and person and person.born:
        ends.append(majority(person.born)[0] - timedelta(days=1))
    return min(ends, default=None)


def majority(born: date) -> tuple[date, date]:
    """The earliest and the latest day that may count as the 18th birthday; they differ for a 29th of February."""
    year = min(born.year + ADULT, date.max.year)
    try:
        birthday = born.replace(year=year)
    except ValueError:
        return date(year, 2, 28), date(year, 3, 1)
    return birthday, birthday


def permitted(events: Iterable[Event], scope: Scope | None, day: date) -> Event | None:
    """The event that permits `scope` on `day`, or None. Without a scope all events count.

    The newest given or renewed up to `day` counts if everything against it is older. A withdrawal counts as soon as
    it is recorded, whatever its date: one dated in the future is more likely a slip than a wish to be published until
    then.
    """
    told = tuple(events)
    against = [event.on for event in told if _against(event) and _about(event, scope)]
    in_favour = [e for e in told if e.state.permits and e.on <= day and _about(e, scope)]
    newest = max(in_favour, key=lambda event: event.on, default=None)
    if newest is None or any(on >= newest.on for on in against):
        return None
    return newest


def same_name(one: str, other: str) -> bool:
    """True if two names are the same to a reader: NFC, without regard to capitals and spacing."""
    return plain_name(one) == plain_name(other)


def plain_name(name: str) -> str:
    """A name as it is compared."""
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).split())


def _about(event: Event, scope: Scope | None) -> bool:
    return scope is None or not event.scopes or scope in event.scopes


def _against(event: Event) -> bool:
    return not event.state.permits and event.state is not State.REQUESTED


def _state_faults(standing: Standing, scope: Scope, day: date) -> Iterator[str]:
    release = standing.release
    ended = [event for event in standing.events if _against(event) and _about(event, scope)]
    if release.withdrawn:
        yield f"was withdrawn on {release.withdrawn}"
    elif not release.state.permits:
        yield f"is recorded as {release.state}"
    elif ended and permitted(standing.events, scope, day) is None:
        newest = max(ended, key=lambda event: event.on)
        yield f"was {newest.state} on {newest.on}, as the ledger recorded"


def _date_faults(release: ModelRelease, day: date) -> Iterator[str]:
    if release.signed is None:
        yield "does not say when it was signed"
    elif release.signed > day:
        yield f"is signed in the future, on {release.signed}"
    if release.valid_from and release.valid_from > day:
        yield f"holds only from {release.valid_from}"
    if release.until and release.until < day:
        yield f"ended on {release.until}"


def _document_faults(standing: Standing) -> Iterator[str]:
    release = standing.release
    if not release.document or not release.document_sha256:
        yield "has no signed document with its SHA-256"
    elif standing.document_sha256 is None:
        yield f"has lost its signed document {release.document}"
    elif standing.document_sha256 != release.document_sha256.lower():
        yield f"was recorded with another {release.document}: the document has changed"


def _signer_faults(release: ModelRelease, person: Person, case: Case) -> Iterator[str]:
    if not release.signer.name.strip():
        yield "does not say who signed it"
    if person.born and person.born > case.day:
        yield "is for somebody whose date of birth lies in the future"
    elif release.signer.role is Role.SELF:
        yield from _own_signature_faults(release, person)
    elif release.signer.role is Role.GUARDIAN:
        yield from _guardian_faults(release, person, case)
    else:
        yield f"was signed by the {release.signer.role}, who cannot speak for somebody who can be recognised"


def _own_signature_faults(release: ModelRelease, person: Person) -> Iterator[str]:
    if person.name and not same_name(person.name, release.signer.name):
        yield f"was signed by {release.signer.name}, not by {person.name}"
    if person.born is None and person.guardians:
        yield "was signed by somebody with guardians, whose date of birth is not known"
    elif person.born and release.signed and release.signed < majority(person.born)[1]:
        yield f"was signed by a minor: {person.name or person.id} comes of age on {majority(person.born)[1]}"


def _guardian_faults(release: ModelRelease, person: Person, case: Case) -> Iterator[str]:
    signer = release.signer
    if not signer.relation.strip():
        yield f"does not say what {signer.name} is to the child"
    if person.guardians and not any(same_name(signer.name, name) for name in _guardians(person, case)):
        yield f"was signed by {signer.name}, who is not among the guardians"
    if person.name and same_name(signer.name, person.name):
        yield "was signed by the child as its own guardian"
    if person.born is None:
        yield "is signed by a guardian, and the child's date of birth is not known"
    elif majority(person.born)[0] <= case.day:
        yield f"ended with the 18th birthday on {majority(person.born)[0]}"


def _guardians(person: Person, case: Case) -> Iterator[str]:
    """The names of the guardians, whom gallery.yaml gives as keys of its people; a key without a name is the name."""
    for key in person.guardians:
        who = key if "/" in key else f"{case.photo.client}/{key}"
        known = case.photo.people.get(who)
        yield known.name if known and known.name else who.rpartition("/")[2]


def _reach_faults(release: ModelRelease, case: Case) -> Iterator[str]:
    if release.covers.empty:
        yield "covers nothing"
    elif not covers(release, case.photo):
        yield "does not cover this photo"
    if case.scope not in release.scopes:
        yield f"does not allow {case.scope}"
    places = {plain_name(place) for place in release.territory}
    if case.scope in SEEN_EVERYWHERE and places and not places & WORLDWIDE:
        yield f"holds only for {', '.join(release.territory)}, and a website is seen everywhere"


def covers(release: ModelRelease, photo: PhotoEvidence) -> bool:
    """True if `release` reaches `photo`: it names the photo, its gallery, days of shooting, or both of the last."""
    reach = release.covers
    if photo.ref in reach.photos or f"sha256:{photo.sha256}" in reach.photos:
        return True
    if not reach.galleries and not (reach.first_day or reach.last_day):
        return False
    if reach.galleries and photo.gallery not in reach.galleries:
        return False
    return _shot_within(photo.taken, reach.first_day, reach.last_day)


def _shot_within(taken: date | None, first: date | None, last: date | None) -> bool:
    if first is None and last is None:
        return True
    return taken is not None and (first or taken) <= taken <= (last or taken)
