"""From what was signed to a record: asks only what neither the options nor the galleries say."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

import click

from sogallery.cli.common import DAY
from sogallery.cli.desk import Desk
from sogallery.consent import Coverage, ModelRelease, PhotoEvidence, Role, Signer, Standing
from sogallery.consent.standing import Case, faults, majority
from sogallery.errors import ConsentError, UsageError
from sogallery.forms import load_form
from sogallery.model import Person, Scope

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Given:
    """What the options of `release add` said; None and () are what is left to ask."""

    person: str | None = None
    client: str | None = None
    property_name: str | None = None
    signer: str | None = None
    relation: str | None = None
    witness: str = ""
    signed: datetime | None = None
    galleries: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    first_day: datetime | None = None
    last_day: datetime | None = None
    scopes: tuple[str, ...] = ()
    territory: tuple[str, ...] = ()
    valid_from: datetime | None = None
    until: datetime | None = None
    lawful_basis: str = "consent"


def on_terminal() -> bool:
    """Whether somebody can answer."""
    return sys.stdin.isatty()


def collect(desk: Desk, given: Given, release_id: str) -> ModelRelease:
    """The record that `given` and the answers make, without its document. Raises UsageError for what does not fit."""
    person = _person(desk, given)
    signed = _day(given.signed) or _ask_day("On which day was it signed?", desk.day, "--signed")
    if signed > desk.day:
        raise UsageError(f"{signed} is in the future", "a release counts from the day it was signed")
    release = ModelRelease(
        id=release_id,
        person=person.id if person else "",
        client="" if person or given.property_name else _client(desk, given),
        property_name=given.property_name or "",
        signer=_signer(desk, given, person, signed),
        witness=given.witness,
        signed=signed,
        covers=_covers(desk, given, person),
        scopes=_scopes(desk, given),
        territory=given.territory,
        valid_from=_day(given.valid_from),
        until=_day(given.until),
        lawful_basis=given.lawful_basis,
    )
    if release.until and release.until < signed:
        raise UsageError(f"it would end on {release.until}, before it was signed", "compare the days with the document")
    return release


def refuse_useless(desk: Desk, release: ModelRelease) -> None:
    """Raise ConsentError for a release of which nothing could ever be published, with the reason."""
    day = max(filter(None, (release.signed, release.valid_from)), default=desk.day)
    bound = replace(release, document="-", document_sha256="-", until=None)
    for fault in faults(Standing(bound, "-"), _case(desk, release, day)):
        raise ConsentError(f"nothing could be published with this release: it {fault}", "nothing was recorded")


def how_it_stands(desk: Desk, release: ModelRelease) -> str:
    """In words: "in force", or the first reason why it is not."""
    records = desk.records
    doubled = sum(each.id == release.id for each in records.releases) > 1
    standing = Standing(release, records.documents.get(release.id), records.events.get(release.id, ()), doubled)
    return next(faults(standing, _case(desk, release, desk.day)), "in force")


def _case(desk: Desk, release: ModelRelease, day: date) -> Case:
    """The question that suits a release best: a photo that it covers, a scope that it has."""
    reach = release.covers
    gallery = next(iter(reach.galleries), "")
    known = next((each for each in desk.site.galleries if each.ref == gallery), None)
    photo = PhotoEvidence(
        next(iter(reach.photos), gallery),
        "",
        client=release.person.partition("/")[0] or release.client,
        gallery=gallery,
        taken=known.date if known else reach.first_day or reach.last_day,
        people=desk.people(),
    )
    person = desk.people().get(release.person) or (Person(release.person) if release.person else None)
    return Case(photo, next(iter(release.scopes), Scope.PORTFOLIO_WEB), day, person, release.property_name)


def _person(desk: Desk, given: Given) -> Person | None:
    if given.client or given.property_name:
        return None
    people = desk.people()
    if given.person is None:
        if not people:
            raise UsageError("no gallery knows anybody", "name the people of a photo under `people:` in gallery.yaml")
        return people[_choose("Whose release is it?", list(people), [_label(p) for p in people.values()], "--person")]
    if given.person not in people:
        raise UsageError(
            f"no gallery knows {given.person}", f"add them to `people:`; known: {', '.join(people) or '-'}"
        )
    return people[given.person]


def _label(person: Person) -> str:
    return f"{person.name} ({person.id})" if person.name else person.id


def _client(desk: Desk, given: Given) -> str:
    if given.client not in desk.site.clients:
        known = ", ".join(desk.site.clients) or "-"
        raise UsageError(f"there is no client {given.client}", f"name a folder of clients/: {known}")
    return given.client or ""


def _signer(desk: Desk, given: Given, person: Person | None, signed: date) -> Signer:
    if given.client:
        own = desk.site.clients[given.client].own
        name = given.signer or _ask("Who signed?", desk.site.clients[given.client].name, "--signer")
        return Signer(name, Role.STUDIO if own else Role.CLIENT)
    if person is None:
        return Signer(given.signer or _ask("Who signed?", "", "--signer"))
    if given.relation or _is_minor(person, signed):
        name = given.signer or _ask("Which guardian signed?", _guardian(desk, person), "--signer")
        relation = given.relation or _ask(f"What is {name} to {person.name or person.id}?", "", "--relation")
        return Signer(name, Role.GUARDIAN, relation)
    return Signer(given.signer or person.name or _ask("Who signed?", "", "--signer"))


def _is_minor(person: Person, day: date) -> bool:
    return person.born is not None and day < majority(person.born)[1]


def _guardian(desk: Desk, person: Person) -> str:
    people = desk.people()
    return next((people[key].name for key in person.guardians if key in people), "")


def _covers(desk: Desk, given: Given, person: Person | None) -> Coverage:
    reach = Coverage(given.galleries, given.photos, _day(given.first_day), _day(given.last_day))
    for ref in given.galleries:
        if ref not in {gallery.ref for gallery in desk.site.galleries}:
            raise UsageError(f"there is no gallery {ref}", "galleries are named client/gallery")
    refs = tuple(desk.photo(ref)[0] if not ref.startswith("sha256:") else ref for ref in given.photos)
    if not reach.empty:
        return replace(reach, photos=refs)
    likely = [
        g.ref for g in desk.site.galleries if (person in g.people.values() if person else g.client == given.client)
    ]
    if len(likely) == 1:
        return Coverage((likely[0],))
    everywhere = [gallery.ref for gallery in desk.site.galleries]
    chosen = _choose_some("Which galleries does it cover?", likely or everywhere, likely or everywhere, "--gallery")
    return Coverage(chosen)


def _scopes(desk: Desk, given: Given) -> tuple[Scope, ...]:
    if given.scopes:
        return tuple(Scope(scope) for scope in dict.fromkeys(given.scopes))
    return _choose_some("Which boxes are ticked?", list(Scope), _boxes(desk), "--scope")


def _boxes(desk: Desk) -> list[str]:
    """The boxes as the form of the studio's language words them, the English one if there is none."""
    try:
        words = load_form("adult", desk.site.language).scopes
    except UsageError:
        words = load_form("adult", "en").scopes
    return [f"{words[scope]} ({scope})" for scope in Scope]


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


# --- asking -------------------------------------------------------------------------------------------------------


def _ask(question: str, default: str, option: str) -> str:
    _need_terminal(option)
    return str(click.prompt(question, default=default or None))


def _ask_day(question: str, default: date, option: str) -> date:
    _need_terminal(option)
    answer: datetime = click.prompt(question, default=str(default), type=DAY)
    return answer.date()


def _choose(question: str, values: Sequence[T], labels: Iterable[str], option: str) -> T:
    _need_terminal(option)
    return _choose_some(question, values, labels, option, most=1)[0]


def _choose_some(
    question: str, values: Sequence[T], labels: Iterable[str], option: str, most: int | None = None
) -> tuple[T, ...]:
    _need_terminal(option)
    _list(labels)
    asked = f"{question} {'One number' if most == 1 else 'Numbers, with spaces between'}"
    while True:
        words = str(click.prompt(asked)).replace(",", " ").split()
        if words[:most] == words and words and all(_counts(word, len(values)) for word in words):
            return tuple(values[int(word) - 1] for word in dict.fromkeys(words))
        click.echo(f"  {'a number' if most == 1 else 'numbers'} from 1 to {len(values)}")


def _counts(word: str, most: int) -> bool:
    return word.isdecimal() and 0 < int(word) <= most


def _list(labels: Iterable[str]) -> None:
    for number, label in enumerate(labels, 1):
        click.echo(f"  {number} {label}")


def _need_terminal(option: str) -> None:
    if not on_terminal():
        raise UsageError(f"{option} is missing, and there is no terminal to ask", "give it as an option")
