"""Who may get promotions, by which channel? Pure. An address comes out with a live, explicit opt-in or not at all.

The only source is `Consent`. An acknowledgement of the policy is another type (a version and a day), which nothing
here takes, so it can never count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sogallery.consent.nouns import Event, Records, State
from sogallery.consent.standing import permitted
from sogallery.model import Client, Consent, Site

PURPOSE = "promotions"
ADDRESS = {"email": "email", "phone": "phone", "sms": "phone", "messenger": "phone", "post": "address"}


@dataclass(frozen=True, slots=True)
class OptIn:
    """One client's live consent to promotions by one channel, with the words they were shown."""

    client: Client
    channel: str
    address: str
    on: date
    text: str
    evidence: str


def opt_ins(site: Site, records: Records, day: date) -> Iterator[OptIn]:
    """Everybody who may get promotions on `day`, client by client and channel by channel.

    A consent counts if it was explicitly given up to `day` with the words that were shown and with evidence, and
    nothing against it is recorded since, in client.yaml or in the ledger. Without an address for the channel nobody
    is listed; an address that somebody took back is left out wherever else it stands.
    """
    found, objected = [], set()
    for client in site.clients.values():
        for channel, field in ADDRESS.items():
            address = getattr(client, field).strip()
            given = _live(client, channel, records, day)
            if given is not None and address:
                found.append(OptIn(client, channel, address, given.on or day, given.text, given.evidence))
            elif _objections(client, channel, records):
                objected.add((channel, _plain(address)))
    yield from (each for each in found if (each.channel, _plain(each.address)) not in objected)


def _plain(address: str) -> str:
    return "".join(address.casefold().split())


def _answers(client: Client, channel: str) -> list[Consent]:
    return [each for each in client.consents if each.purpose == PURPOSE and each.channel in (channel, "")]


def _objections(client: Client, channel: str, records: Records) -> list[Event]:
    """Everything that is recorded against promotions by this channel, in client.yaml or in the ledger."""
    told = records.events.get(f"client/{client.slug}/{PURPOSE}/{channel}", ())
    against = [each for each in _answers(client, channel) if each.state != State.GIVEN]
    events = [Event(State.WITHDRAWN, each.on or date.max) for each in against]
    return events + [event for event in told if not event.state.permits and event.state is not State.REQUESTED]


def _live(client: Client, channel: str, records: Records, day: date) -> Consent | None:
    given = [each for each in _answers(client, channel) if _explicit(each, channel)]
    events = [Event(State.GIVEN, each.on) for each in given if each.on]
    newest = permitted([*events, *_objections(client, channel, records)], None, day)
    return next((each for each in given if newest and each.on == newest.on), None)


def _explicit(consent: Consent, channel: str) -> bool:
    """Given for exactly this channel, with the words that were shown and with evidence; nothing is filled in."""
    shown = bool(consent.text.strip()) and bool(consent.evidence.strip())
    return consent.state == State.GIVEN and consent.channel == channel and shown
