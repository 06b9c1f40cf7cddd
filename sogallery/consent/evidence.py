"""Gather, from everything that was loaded, all that speaks for or against one photo. Pure; `decision` judges it.

What contradicts itself across files becomes a doubt here: one person described in two ways, two people of one name,
the same picture vetoed under another name, a ledger that cannot be trusted.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sogallery.consent.nouns import ModelRelease, PhotoEvidence, Reason, Records, Review, Standing, State
from sogallery.consent.standing import plain_name
from sogallery.model import Client, Consent, Gallery, Person, Photo, PortfolioPhoto, Site


@dataclass(frozen=True, slots=True)
class _Found:
    gallery: Gallery
    photo: Photo


def evidence_for(site: Site, records: Records, ref: str, sha256: str, faces: int | None = None) -> PhotoEvidence:
    """Everything known about the photo `ref` (client/gallery/[section/]file) whose file has `sha256` (hex) today.

    A ref that names no photo of the site gives evidence that no decision accepts.
    """
    ref = unicodedata.normalize("NFC", ref)
    found = _find(site, ref)
    if found is None:
        return PhotoEvidence(ref, sha256, doubts=(Reason("there is no such photo", ref, hint="see `sogallery check`"),))
    gallery = found.gallery
    client = site.clients.get(gallery.client) or Client(gallery.client)
    words = _words(site, ref)
    review = records.reviews.get(ref)
    return PhotoEvidence(
        ref=ref,
        sha256=sha256,
        client=gallery.client,
        gallery=gallery.ref,
        taken=gallery.date,
        own_work=client.own,
        review=review,
        tagged=tuple(person_id(gallery.client, key) for key in found.photo.people),
        people=_people(site, gallery.client),
        consents=(*client.consents, *_told_of(client, records)),
        releases=_standings(records),
        doubts=tuple(_doubts(site, records, gallery, review, sha256)),
        faces=faces,
        caption=words.caption,
        alt=words.alt,
    )


def person_id(client: str, key: str) -> str:
    """A person's id: `client/key`; a key that is one already stays as it is."""
    return key if "/" in key else f"{client}/{key}"


def _find(site: Site, ref: str) -> _Found | None:
    for gallery in site.galleries:
        if ref.startswith(f"{gallery.ref}/"):
            path = ref.removeprefix(f"{gallery.ref}/")
            for photo in gallery.photos:
                if photo.path == path:
                    return _Found(gallery, photo)
    return None


def _words(site: Site, ref: str) -> PortfolioPhoto:
    picks = (pick for category in site.portfolio for pick in category.photos)
    return next((pick for pick in picks if unicodedata.normalize("NFC", pick.ref) == ref), PortfolioPhoto(ref))


def _standings(records: Records) -> tuple[Standing, ...]:
    ids = Counter(release.id for release in records.releases)
    return tuple(_standing(release, records, ids[release.id] > 1) for release in records.releases)


def _standing(release: ModelRelease, records: Records, doubled: bool) -> Standing:
    return Standing(release, records.documents.get(release.id), records.events.get(release.id, ()), doubled)


def _told_of(client: Client, records: Records) -> Iterator[Consent]:
    """What the ledger holds against a client's consent even where client.yaml has forgotten it."""
    for event in records.events.get(f"client/{client.slug}/publication", ()):
        if not event.state.permits and event.state is not State.REQUESTED:
            yield Consent("publication", event.state, event.on, event.scopes, evidence="ledger")


def _descriptions(site: Site, client: str) -> Iterator[Person]:
    for gallery in site.galleries:
        if gallery.client == client:
            yield from gallery.people.values()


def _people(site: Site, client: str) -> Mapping[str, Person]:
    """A client's people by id, each described by everything that any of the client's galleries says of them."""
    people: dict[str, Person] = {}
    for person in _descriptions(site, client):
        people[person.id] = _merged(people.get(person.id), person)
    return people


def _merged(one: Person | None, other: Person) -> Person:
    if one is None:
        return other
    born = one.born or other.born
    return Person(one.id, one.name or other.name, one.client or other.client, born, one.guardians or other.guardians)


def _doubts(site: Site, records: Records, gallery: Gallery, review: Review | None, sha256: str) -> Iterator[Reason]:
    if records.trouble:
        text = f"the ledger cannot be trusted: {records.trouble}"
        yield Reason(text, "ledger.jsonl", hint="see `sogallery ledger verify`")
    if gallery.draft:
        record = f"clients/{gallery.ref}/gallery.yaml"
        yield Reason("its gallery is a draft", record, hint="take `draft:` out when it is done")
    yield from _twin_doubts(records, review, sha256)
    named = {*review.recognisable, *review.unsure} if review else set()
    yield from _name_doubts(tuple(_descriptions(site, gallery.client)), named, gallery.client)


def _twin_doubts(records: Records, review: Review | None, sha256: str) -> Iterator[Reason]:
    """What was said against the same file under another name counts here, too."""
    for twin in records.reviews.values():
        if twin is review or twin.sha256.lower() != sha256.lower():
            continue
        if twin.veto:
            yield Reason(f"there is a veto against the same picture as {twin.ref}: {twin.veto}", twin.path)
        if twin.unsure:
            yield Reason(f"the review of the same picture as {twin.ref} is unsure", twin.path, hint="decide it there")
        if review and _one_client(twin, review) and set(twin.recognisable) - set(review.recognisable):
            text = f"the review of the same picture as {twin.ref} names more people"
            yield Reason(text, twin.path, hint="make them agree")


def _one_client(one: Review, other: Review) -> bool:
    return one.ref.partition("/")[0] == other.ref.partition("/")[0]


def _name_doubts(people: tuple[Person, ...], named: set[str], client: str) -> Iterator[Reason]:
    record = f"clients/{client}"
    for who in sorted(named):
        told = [person for person in people if person.id == who]
        if _contradictory(told):
            yield Reason(f"{who} is described in two ways", record, hint="make the galleries' `people:` agree")
        for other in sorted({person.id for person in people if _mistakable(told, person)}):
            text = f"{who} and {other} have the same name, so a release cannot tell them apart"
            hint = "write their full names or their dates of birth, or use one key for one person"
            yield Reason(text, record, hint=hint)


def _contradictory(told: Iterable[Person]) -> bool:
    names, births = set(), set()
    for person in told:
        names |= {plain_name(person.name)} if person.name else set()
        births |= {person.born} if person.born else set()
    return len(names) > 1 or len(births) > 1


def _mistakable(told: Iterable[Person], other: Person) -> bool:
    return any(
        person.id != other.id
        and bool(person.name)
        and plain_name(person.name) == plain_name(other.name)
        and (person.born is None or other.born is None or person.born == other.born)
        for person in told
    )
