"""One photo, a few keys: who can be recognised in it? Keys come from a function, so that tests need no terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import click

from sogallery.consent import Review, person_id
from sogallery.model import Gallery, Person, Photo

MOST_NAMED = 9  # as many as there are digits to press
HELP = "n nobody · digits: who, Enter when done · u unsure about somebody · v veto · s skip · q quit"


def review_one(blank: Review, gallery: Gallery, photo: Photo, key: Callable[[], str]) -> Review | bool:
    """Ask until there is an answer: a Review, True to skip this photo, False to stop.

    Could anybody here recognise themselves? That is the question; a face is not needed for it.
    """
    people = list(gallery.people.items())[:MOST_NAMED]
    _explain(people, photo, gallery)
    chosen: dict[str, None] = {}
    while True:
        pressed = key().lower()
        if pressed in ("\x03", "\x04", "q"):
            return False
        if pressed == "s":
            return True
        if pressed.isdigit() and 0 < int(pressed) <= len(people):
            _toggle(chosen, people[int(pressed) - 1][1])
            continue
        answer = _answer(blank, pressed, chosen, gallery, photo)
        if answer is not None:
            return answer
        click.echo(f"  {HELP}")


def _explain(people: list[tuple[str, Person]], photo: Photo, gallery: Gallery) -> None:
    for number, (key, person) in enumerate(people, 1):
        click.echo(f"  {number} {person.name or key}")
    if photo.people:
        named = ", ".join(gallery.people[key].name or key for key in photo.people if key in gallery.people)
        click.echo(f"  a as gallery.yaml says: {named}")
    click.echo(f"  {HELP}")
    if len(gallery.people) > MOST_NAMED:
        click.echo(f"  (only the first {MOST_NAMED} people have keys; name others in reviews.yaml)")


def _toggle(chosen: dict[str, None], person: Person) -> None:
    if person.id in chosen:
        del chosen[person.id]
    else:
        chosen[person.id] = None
    click.echo(f"  {', '.join(who.rpartition('/')[2] for who in chosen) or 'nobody yet'}")


def _answer(blank: Review, pressed: str, chosen: dict[str, None], gallery: Gallery, photo: Photo) -> Review | None:
    tagged = tuple(person_id(gallery.client, who) for who in photo.people)
    if pressed == "n" and not chosen:
        return replace(blank, complete=True, nobody=True)
    if pressed == "a" and tagged:
        return _of(blank, tagged)
    if pressed in ("\r", "\n") and chosen:
        return _of(blank, tuple(chosen))
    if pressed == "u":
        return replace(_of(blank, ()), complete=False, unsure=tuple(chosen) or tagged)
    if pressed == "v":
        return replace(blank, veto=click.prompt("  Why must it never be public?"))
    return None


def _of(blank: Review, who: tuple[str, ...]) -> Review:
    return replace(blank, complete=True, recognisable=who, people=len(who) or None)
