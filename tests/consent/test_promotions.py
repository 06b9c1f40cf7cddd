"""Who may be written to: an explicit, live opt-in for the channel, or nobody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sogallery.consent import Event, Records, State, opt_ins
from sogallery.model import Client, Consent, Scope, Site

DAY = date(2026, 7, 1)
days = st.integers(-30, 30).map(lambda n: DAY + timedelta(days=n))
answers = st.builds(
    Consent,
    purpose=st.sampled_from(["promotions", "promotions", "publication"]),
    state=st.sampled_from(["given", "given", "refused", "withdrawn"]),
    on=st.none() | days,
    scopes=st.sampled_from([(), (Scope.PORTFOLIO_WEB,)]),
    channel=st.sampled_from(["email", "email", "sms", ""]),
    evidence=st.sampled_from(["a box", "a box", ""]),
    text=st.sampled_from(["Write to me", "Write to me", ""]),
)


def yes(on=DAY, **changes) -> Consent:
    fields = {"channel": "email", "evidence": "a box", "text": "Write to me"}
    return Consent("promotions", "given", on, **(fields | changes))


def site(*consents: Consent, **changes) -> Site:
    return Site("S", clients={"c": Client("c", "C", "c@example.org", consents=consents, **changes)})


def listed(one: Site, records: Records | None = None, day: date = DAY) -> list[tuple[str, str]]:
    return [(found.channel, found.address) for found in opt_ins(one, records or Records(), day)]


def test_an_opt_in_gives_the_address_for_its_channel_only():
    """Consent to e-mail is none to telephone calls."""
    assert listed(site(yes(), phone="+44 1")) == [("email", "c@example.org")]


@pytest.mark.parametrize(
    "consents",
    [
        (),
        (yes(text=""),),
        (yes(evidence=" "),),
        (yes(channel=""),),
        (yes(on=None),),
        (yes(on=DAY + timedelta(days=1)),),
        (Consent("publication", "given", DAY, (Scope.PORTFOLIO_WEB,), "email", "a box", "Write to me"),),
        (yes(), Consent("promotions", "withdrawn", DAY, channel="email")),
        (yes(), Consent("promotions", "refused", DAY)),
        (yes(), Consent("promotions", "withdrawn", None, channel="email")),
    ],
)
def test_whatever_is_less_gives_nothing(consents):
    """No words shown, no evidence, no channel, no day, another purpose, taken back."""
    assert listed(site(*consents, acknowledged=(("2026-1", DAY),))) == []


def test_an_acknowledgement_never_counts():
    """However many versions of the policy somebody has taken note of."""
    assert listed(site(acknowledged=tuple((f"v{n}", DAY) for n in range(9)))) == []


def test_the_ledger_remembers_what_the_file_forgot():
    """A withdrawal in the ledger counts against the address until a newer opt-in."""
    records = Records(events={"client/c/promotions/email": (Event(State.WITHDRAWN, DAY),)})

    assert listed(site(yes()), records) == []
    assert listed(site(yes(DAY + timedelta(days=1))), records, DAY + timedelta(days=1)) == [("email", "c@example.org")]


def test_an_address_taken_back_is_left_out_wherever_it_stands():
    """Two client folders of one person: the withdrawal in one counts for both."""
    gone = Client("d", email=" C@example.org", consents=(Consent("promotions", "withdrawn", DAY, channel="email"),))
    both = Site("S", clients={**site(yes()).clients, "d": gone})

    assert listed(both) == []


@given(st.lists(answers, max_size=6), days)
def test_every_address_has_its_opt_in(consents, day):
    """Oracle: somewhere there is an explicit yes up to that day, and every no about that channel is older."""
    found = listed(site(*consents), day=day)
    mail = [c for c in consents if c.purpose == "promotions" and c.channel in ("email", "")]
    said = [c.on for c in mail if c.state == "given" and c.channel and c.text and c.evidence and c.on and c.on <= day]
    against = [c.on or date.max for c in mail if c.state != "given"]

    assert bool(found) == (bool(said) and all(no < max(said) for no in against))
