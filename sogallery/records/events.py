"""Records and ledger entries, each told in terms of the other: which entries are due, which events happened. No files.

A consent event is told once: the same words again add nothing, other words add another event. What the ledger holds
against a consent stays, even if the record forgets it. That a release ends on its last day is written on it and needs
no event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import rfc8785

from sogallery.consent import Event, ModelRelease, ReleasedPhoto, State
from sogallery.ledger import Chain, Draft, Entry, commitment
from sogallery.model import Client, Consent, Scope
from sogallery.records.salts import consent_subject, photo_subject, policy_subject, release_subject

AMENDED = "release.amended"
PUBLISHED, UNPUBLISHED = "photo.published", "photo.unpublished"


def by_subject(chain: Chain) -> dict[str, list[Entry]]:
    """The entries of each subject, in order."""
    told: dict[str, list[Entry]] = {}
    for entry in chain.entries:
        told.setdefault(entry.draft.subject, []).append(entry)
    return told


def events_of(entries: Iterable[Entry], kind: str) -> tuple[Event, ...]:
    """The consent events among the entries whose type begins with `kind` and a dot."""
    states = {f"{kind}.{state}": state for state in State}
    return tuple(_event(entry, states[entry.draft.type]) for entry in entries if entry.draft.type in states)


def _event(entry: Entry, state: State) -> Event:
    data = entry.draft.data
    scopes = data.get("scopes", [])
    named = tuple(Scope(scope) for scope in scopes if scope in tuple(Scope)) if isinstance(scopes, list) else ()
    return Event(state, _day(str(data.get("on", entry.at[:10]))), named)


def _day(text: str) -> date:
    """A day of the ledger; one that is none lies beyond all others, which only counts against somebody's consent."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.max


def release_drafts(release: ModelRelease, salt: bytes, told: Mapping[str, list[Entry]], day: date) -> Iterator[Draft]:
    """What the ledger has yet to learn of a release. An unsigned or nameless record is not an event."""
    if release.signed is None or not release.id:
        return
    subject = release_subject(salt, release.id)
    words = commitment(salt, release_words(release))
    entries = told.get(subject, [])
    kinds = {entry.draft.type for entry in entries}
    first = f"release.{State.GIVEN if release.withdrawn else release.state}"
    if not entries:
        yield Draft(first, subject, words, _given(release))
    elif entries[-1].draft.commitment != words:
        yield Draft(AMENDED, subject, words, {"on": str(day)})
    if release.withdrawn and "release.withdrawn" not in kinds:
        yield Draft("release.withdrawn", subject, words, {"on": str(release.withdrawn)})
    elif entries and f"release.{release.state}" not in kinds and not release.state.permits:
        yield Draft(f"release.{release.state}", subject, words, {"on": str(day)})


def _given(release: ModelRelease) -> dict[str, str | int | list[str]]:
    data: dict[str, str | int | list[str]] = {"on": str(release.signed), "scopes": [str(s) for s in release.scopes]}
    if release.until:
        data["until"] = str(release.until)
    return data


def release_words(release: ModelRelease) -> str:
    """All that a release says, in RFC 8785 form; how it stands (state, withdrawal) is told by events instead."""
    said = asdict(release)
    for changing in ("state", "withdrawn", "path"):
        del said[changing]
    return rfc8785.dumps(_json(said)).decode()


def consent_drafts(client: Client, salt: bytes, told: Mapping[str, list[Entry]]) -> Iterator[Draft]:
    """What the ledger has yet to learn of a client's consents and acknowledgements."""
    for consent in client.consents:
        draft = _consent_draft(consent, salt)
        if draft.commitment not in {entry.draft.commitment for entry in told.get(draft.subject, [])}:
            yield draft
    known = {entry.draft.commitment for entry in told.get(policy_subject(salt), [])}
    for version, day in client.acknowledged:
        words = commitment(salt, version, str(day))
        if words not in known:
            yield Draft("policy.acknowledged", policy_subject(salt), words, {"on": str(day)})


def _consent_draft(consent: Consent, salt: bytes) -> Draft:
    data: dict[str, str | int | list[str]] = {"on": str(consent.on)} if consent.on else {}
    if consent.scopes:
        data["scopes"] = [str(scope) for scope in consent.scopes]
    if consent.channel:
        data["channel"] = consent.channel
    subject = consent_subject(salt, consent.purpose, consent.channel)
    words = rfc8785.dumps(_json(asdict(consent))).decode()
    return Draft(f"consent.{consent.state}", subject, commitment(salt, words), data)


def publication_drafts(
    released: Iterable[ReleasedPhoto], salts: Mapping[str, bytes], seen: Iterable[tuple[str, str]], chain: Chain
) -> Iterator[Draft]:
    """What became public and what left, compared with what the ledger says is public.

    `salts` by client; `seen` are all pictures that may have been public, as (client, SHA-256).
    """
    told = by_subject(chain)
    now = {}
    for photo in released:
        salt = salts[photo.ref.partition("/")[0]]
        now[photo_subject(salt, photo.sha256, photo.scope)] = commitment(salt, photo.ref, *photo.release_ids)
    for subject, words in now.items():
        if not _public(told.get(subject, [])):
            yield Draft(PUBLISHED, subject, words)
    for subject in _subjects(seen, salts):
        if subject not in now and _public(told.get(subject, [])):
            yield Draft(UNPUBLISHED, subject)


def _subjects(seen: Iterable[tuple[str, str]], salts: Mapping[str, bytes]) -> dict[str, None]:
    pictures = [(salts[client], sha256) for client, sha256 in seen if client in salts]
    return {photo_subject(salt, sha256, scope): None for salt, sha256 in pictures for scope in Scope}


def _public(entries: list[Entry]) -> bool:
    kinds = [entry.draft.type for entry in entries if entry.draft.type in (PUBLISHED, UNPUBLISHED)]
    return bool(kinds) and kinds[-1] == PUBLISHED


def _json(value: object) -> Any:  # noqa: ANN401 - any JSON value
    """A noun's fields as JSON values: days and enumerations as text."""
    if isinstance(value, dict):
        return {str(key): _json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(each) for each in value]
    return value if value is None or isinstance(value, (bool, int)) else str(value)
