"""Key slots: each grant's secrets open its payload and no other; what is on the host tells nothing."""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sogallery.errors import SecretError, SogalleryError, TamperedError
from sogallery.model import Downloads, Mode
from sogallery.vault import signed, slots
from sogallery.vault.derive import GalleryKeys, SigningKey
from sogallery.vault.failures import NoMatchError
from sogallery.vault.slots import Entry, KdfParameters, Payload, Rights

KEYS = GalleryKeys(bytes(32), bytes(range(32)))
CHEAP = KdfParameters(KEYS.kdf_salt, 8, 1, 1)
NAMES = ["client", "guest", "album-printer", "aunt", "press", "lab"]
by = functools.cache(slots.stretch)


def entry(grant: str, mode: Mode, counter: int = 0, passphrase: str | None = None, **rights: object) -> Entry:
    payload = Payload(
        KEYS.manifest_secret(grant, counter),
        KEYS.reply_key(grant, counter),
        Rights(grant, **rights),  # type: ignore[arg-type]
    )
    words = f"words of {grant} {counter}" if passphrase is None else passphrase
    return Entry(grant, mode, payload, KEYS.link_secret(grant, counter), words)


ENTRIES = st.lists(
    st.builds(entry, st.sampled_from(NAMES), st.sampled_from(Mode), st.integers(0, 1)),
    min_size=1,
    max_size=6,
    unique_by=lambda one: one.grant,
)


def document(entries: list[Entry], objects: str = "../../b/") -> bytes:
    return slots.seal_slots(KEYS, objects, entries, CHEAP, by)


def unlock(raw: bytes, link: bytes, passphrase: str) -> Payload:
    return slots.unlock(slots.parse(raw, KEYS.id), link, passphrase, by)


def ids(raw: bytes) -> set[bytes]:
    return {slot.id for slot in slots.parse(raw, KEYS.id).slots}


@given(ENTRIES)
@settings(max_examples=40, deadline=None)
def test_secrets_open_their_own_payload_and_no_other(entries: list[Entry]) -> None:
    """Every grant opens exactly what is its own; mixing secrets of two grants opens nothing of a third kind."""
    raw = document(entries)

    for one in entries:
        link, passphrase = one.secrets
        assert unlock(raw, link, passphrase.decode()) == one.payload
    for one in entries:
        for other in entries:
            try:
                got = unlock(raw, one.secrets[0], other.secrets[1].decode())
            except NoMatchError:
                continue
            assert got in (one.payload, other.payload)
            assert one is other or Mode.LINK_AND_PASSPHRASE not in [e.mode for e in (one, other) if e.payload == got]


def test_a_guests_secret_never_opens_the_clients_payload() -> None:
    """Not even when both have the same passphrase."""
    client, guest = (entry(name, Mode.LINK_AND_PASSPHRASE, passphrase="the same") for name in ("client", "guest"))
    raw = document([client, guest])

    assert unlock(raw, guest.link_secret, "the same") == guest.payload
    assert unlock(raw, client.link_secret, "the same") == client.payload
    for link, passphrase in ((guest.link_secret, ""), (b"", "the same"), (bytes(16), "the same")):
        with pytest.raises(NoMatchError):
            unlock(raw, link, passphrase)


def with_rights(one: Entry, rights: Rights) -> Entry:
    return replace(one, payload=replace(one.payload, rights=rights))


CHANGES = {
    "another passphrase": lambda one: replace(one, passphrase="other words"),
    "another link secret": lambda one: replace(one, link_secret=bytes(16)),
    "another mode": lambda one: replace(one, mode=Mode.LINK),
    "another manifest": lambda one: replace(one, payload=replace(one.payload, manifest=bytes(32))),
    "another right": lambda one: with_rights(one, Rights("guest", Downloads.NONE)),
    "a last day": lambda one: with_rights(one, Rights("guest", until=date(2026, 8, 31))),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_any_change_renews_every_slot(change: object) -> None:
    """Nobody can tell from two versions which grant was changed, nor which slots are dummies."""
    entries = [entry("client", Mode.PASSPHRASE), entry("guest", Mode.LINK_AND_PASSPHRASE)]
    before, after = document(entries), document([entries[0], change(entries[1])])  # type: ignore[operator]

    assert not ids(before) & ids(after)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 8, 9, 64])
def test_dummies_hide_how_many_grants_there_are(number: int) -> None:
    """Slots come in fours, all of one size, in an order that says nothing."""
    raw = document([entry(f"guest-{index}", Mode.LINK) for index in range(number)])
    found = json.loads(raw)["slots"]

    assert len(found) == max(4, -(-number // 4) * 4)
    assert {tuple(map(len, slot.values())) for slot in found} == {(43, 22, 704)}
    assert [slot.id for slot in slots.parse(raw, KEYS.id).slots] == sorted(ids(raw))


def test_no_grants_leave_dummies_only() -> None:
    """A gallery that nobody may open any more looks like any other."""
    assert len(ids(document([]))) == 4


def test_equal_input_gives_equal_bytes_in_any_order() -> None:
    """Byte-stable, so that nothing is uploaded twice."""
    entries = [entry(name, Mode.LINK) for name in NAMES]

    assert document(entries) == document(entries[::-1])


def test_is_current_knows_without_computing() -> None:
    """What was made of the same arguments is kept; anything else, or a changed file, is made anew."""
    entries = [entry("client", Mode.LINK), entry("guest", Mode.LINK)]
    raw = slots.seal_slots(KEYS, "../../b/", entries)

    assert slots.is_current(raw, KEYS, "../../b/", entries)
    assert not slots.is_current(raw, KEYS, "https://objects.example/", entries)
    assert not slots.is_current(raw, KEYS, "../../b/", entries[:1])
    assert not slots.is_current(raw.replace(b'"t":3', b'"t":2'), KEYS, "../../b/", entries)
    assert not slots.is_current(b"{}", KEYS, "../../b/", entries)
    assert not slots.is_current(raw, GalleryKeys(KEYS.secret, KEYS.seed, 1), "../../b/", entries)


def test_it_carries_the_studios_signature() -> None:
    """`verify` can tell the studio's lock from another one without any secret."""
    raw = document([entry("client", Mode.LINK)])
    key = SigningKey(KEYS.secret)

    assert signed.verify_in_place(raw, {key.id: key.public}, "soga/1")["gallery"] == KEYS.id
    with pytest.raises(TamperedError):
        signed.verify_in_place(raw.replace(b"../../b/", b"../../c/"), {key.id: key.public}, "soga/1")


def test_two_grants_never_share_a_secret() -> None:
    """Else whoever comes first would decide what the other sees."""
    same = [entry(name, Mode.PASSPHRASE, passphrase="the same words") for name in ("client", "guest")]

    with pytest.raises(SecretError, match="client and guest"):
        document(same)


@pytest.mark.parametrize("mode", Mode)
def test_a_grant_without_its_secrets_is_refused(mode: Mode) -> None:
    """No slot is ever made that opens with nothing."""
    empty = replace(entry("client", mode, passphrase=" -"), link_secret=b"")

    with pytest.raises(SecretError, match="no secret"):
        document([empty])


def test_limits_are_errors_with_words() -> None:
    """More grants than slots, and a grant's name that no payload holds."""
    with pytest.raises(SogalleryError, match="64"):
        document([entry(f"guest-{index}", Mode.LINK) for index in range(65)])
    with pytest.raises(SogalleryError, match="too long"):
        document([entry("x" * 400, Mode.LINK)])
