"""Derived secrets, passphrases, signed records, key files and backups."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sogallery.errors import SecretError, TamperedError
from sogallery.vault import backup, keyfile, signed
from sogallery.vault.derive import GalleryKeys, SigningKey
from sogallery.vault.failures import MalformedError, NoMatchError, UnsupportedError
from sogallery.vault.keyfile import GalleryKeyFile
from sogallery.vault.passphrase import normalise, refuse_guessable
from sogallery.vault.slots import KdfParameters

SECRET, OTHER = bytes(32), bytes(range(32))
KEY = SigningKey(SECRET)
TRUSTED = {KEY.id: KEY.public}


def noise(length: int) -> bytes:
    return bytes(index * 11 % 256 for index in range(length))


# --- derive ------------------------------------------------------------------------------------------------------


def test_every_secret_depends_on_all_it_should() -> None:
    """Another studio, seed, epoch, grant or counter: another secret, where the format says so."""
    base = GalleryKeys(SECRET, OTHER, 0)
    epoch, seed, studio = GalleryKeys(SECRET, OTHER, 1), GalleryKeys(SECRET, SECRET, 0), GalleryKeys(OTHER, OTHER, 0)
    photo = base.photo_id(bytes(32))

    assert base.id == epoch.id == studio.id != seed.id
    assert photo == epoch.photo_id(bytes(32)) != studio.photo_id(bytes(32)) != seed.photo_id(bytes(32))
    assert base.link_secret("client", 0) == epoch.link_secret("client", 0)  # links survive new keys
    for derive in (
        lambda keys: keys.original_secret(photo),
        lambda keys: keys.manifest_secret("client", 0),
        lambda keys: keys.reply_key("client", 0),
        lambda keys: keys.synthetic,
        lambda keys: keys.kdf_salt,
    ):
        assert len({derive(keys) for keys in (base, epoch, seed, studio)}) == 4
    for per_grant in (base.link_secret, base.manifest_secret, base.reply_key, base.passphrase_key):
        assert len({per_grant(*at) for at in [("client", 0), ("client", 1), ("guest", 0)]}) == 3


def test_words_come_from_the_whole_list_evenly() -> None:
    """No word of a list is out of reach."""
    words = [str(index) for index in range(50)]
    keys = GalleryKeys(SECRET, OTHER)
    drawn = [word for counter in range(300) for word in keys.words("client", counter, words, "list", 4).split()]

    assert set(drawn) == set(words)
    assert max(map(drawn.count, words)) < 3 * len(drawn) / len(words)


# --- passphrase --------------------------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    """What was dropped or folded once does not come up again, but for what dropping lets compose."""
    once = normalise(text)

    assert "  " not in once
    assert once == once.strip(" ")
    assert not set(once) & set("ABCDEFGHIJKLMNOPQRSTUVWXYZ\u00ad\u200b-\u2013\t\n\r")


def test_what_is_not_text_is_refused() -> None:
    """A lone surrogate has no bytes."""
    with pytest.raises(SecretError, match="not valid text"):
        normalise("otter \ud800")


LONG = "a line from a book that nobody else has ever marked, with a comma, and then some more of it"
OWN = ["Ada & Lin", "ada-lin", "wedding", "2026-06-13", "SO Captures"]


@pytest.mark.parametrize(
    "weak",
    ["", " - ", "password", "12345678", "qwertyuiop", "hunter2", "adalin2026", "Ada & Lin 2026", "SO Captures"],
)
def test_guessable_passphrases_are_refused_with_the_reason(weak: str) -> None:
    """Common words, patterns and the gallery's own names."""
    with pytest.raises(SecretError, match=r"too easy to guess|is empty") as caught:
        refuse_guessable(weak, OWN, with_link=True)
    assert caught.value.exit_code == 5
    assert "words that have nothing to do with each other" in caught.value.hint


def test_without_a_link_secret_more_is_asked() -> None:
    """Everything hangs on the passphrase there, and it can be guessed at leisure."""
    middling = "tulip-vx38kq"
    refuse_guessable(middling, OWN, with_link=True)
    with pytest.raises(SecretError):
        refuse_guessable(middling, OWN, with_link=False)


@pytest.mark.parametrize("strong", ["otter paper lamp sunflower", "Otter-Paper-Lamp-Sunflower", LONG])
def test_strong_ones_are_taken(strong: str) -> None:
    """However they are written, and however long they are."""
    refuse_guessable(strong, OWN, with_link=False)


# --- signed ------------------------------------------------------------------------------------------------------

RECORD = {"format": signed.SITE, "galleries": [{"id": "abc", "n": 1}], "ü": "ö"}


def test_signed_records_open_to_what_was_signed() -> None:
    """And their bytes are the same every time."""
    raw = signed.sign(KEY, RECORD)

    assert signed.verify(raw, TRUSTED, signed.SITE) == RECORD
    assert raw == signed.sign(KEY, dict(reversed(RECORD.items())))
    assert signed.verify(json.dumps(json.loads(raw), indent=2).encode(), TRUSTED, signed.SITE) == RECORD


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_a_changed_record_is_never_taken(data: st.DataObject) -> None:
    """Whatever byte is changed, what comes out is what was signed, or an error."""
    raw = bytearray(signed.sign(KEY, RECORD))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    try:
        assert signed.verify(bytes(raw), TRUSTED, signed.SITE) == RECORD
    except TamperedError:
        return


def test_no_record_stands_for_another() -> None:
    """Not of another kind, not under another key."""
    raw = signed.sign(KEY, RECORD)
    other = SigningKey(OTHER)

    with pytest.raises(UnsupportedError):
        signed.verify(raw, TRUSTED, signed.GALLERY)
    with pytest.raises(TamperedError, match=r"studio\.pub"):
        signed.verify(raw, {other.id: other.public}, signed.SITE)
    with pytest.raises(TamperedError, match="signature"):
        signed.verify(raw, {KEY.id: other.public}, signed.SITE)


def test_signing_in_place_replaces_a_signature() -> None:
    """So a document can be signed again after a change."""
    once = signed.sign_in_place(KEY, {"format": "soga/1", "n": 1})
    again = signed.sign_in_place(SigningKey(OTHER), json.loads(once))

    assert signed.verify_in_place(once, TRUSTED, "soga/1") == {"format": "soga/1", "n": 1}
    with pytest.raises(TamperedError):
        signed.verify_in_place(again, TRUSTED, "soga/1")
    assert signed.sign_in_place(KEY, json.loads(again)) == once


# --- gallery.keys ------------------------------------------------------------------------------------------------


def key_file() -> GalleryKeyFile:
    return keyfile.new_key_file(noise).with_grants(["client", "guest"], "list 1")


def test_key_files_come_back_as_they_were() -> None:
    """Seed, epoch, counters, generations, exposures, revision, chosen passphrases."""
    full = (
        key_file()
        .with_chosen(SECRET, "guest", "otter paper", noise)
        .with_generations({"ab" * 16: 2}, {"ab" * 16: {"client": "original", "guest": "view"}})
        .with_revision(7, bytes(32))
        .with_counter("client", "list 2")
    )

    assert keyfile.parse(keyfile.write(full)) == full
    assert full.counters == {"client": 1, "guest": 0}
    assert full.grants["client"].words == "list 2"


def test_a_grants_name_is_whatever_it_is() -> None:
    """Names are JSON keys, in any script."""
    named = key_file().with_grants(["Tante Ölga \U0001f491"], "list 1")

    assert keyfile.parse(keyfile.write(named)) == named


def test_chosen_passphrases_are_sealed_under_the_studio_secret() -> None:
    """The file alone does not tell them; another secret, grant or counter does not open them."""
    chosen = key_file().with_chosen(SECRET, "guest", "otter paper", noise)

    assert b"otter" not in keyfile.write(chosen)
    assert chosen.chosen(SECRET, "guest") == "otter paper"
    assert chosen.chosen(SECRET, "client") is None
    with pytest.raises(SecretError, match="guest"):
        chosen.chosen(OTHER, "guest")


def test_rotation_takes_the_chosen_passphrase_away() -> None:
    """A new counter is a new start."""
    rotated = key_file().with_chosen(SECRET, "guest", "otter paper", noise).with_counter("guest", "list 1")

    assert rotated.chosen(SECRET, "guest") is None
    assert rotated.epoch == 0


def test_revocation_renews_every_key_and_keeps_every_link() -> None:
    """Generations start again, since the new keys were never shown to anybody."""
    before = key_file().with_generations({"ab" * 16: 2}, {"ab" * 16: {"guest": "view"}})
    after = before.with_revoked("guest")

    assert after.revoked == {"guest"}
    assert (after.epoch, after.generations, after.exposed) == (1, {}, {})
    assert after.keys(SECRET).link_secret("client", 0) == before.keys(SECRET).link_secret("client", 0)
    assert after.keys(SECRET).synthetic != before.keys(SECRET).synthetic
    again = after.with_counter("guest", "list 1")
    assert (again.revoked, again.counters["guest"]) == (frozenset(), 1)


def test_older_files_are_told_from_newer_ones() -> None:
    """By epoch, by any counter, by the revision."""
    base = key_file()

    for newer in (base.with_counter("guest", ""), base.with_revoked("guest"), base.with_revision(1, b"")):
        assert base.older_than(newer)
        assert not newer.older_than(base)
    assert not base.older_than(base)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": "AAAA"},
        {"epoch": -1},
        {"content": "zz"},
        {"grants": []},
        {"grants": {"a": {"counter": "1", "words": ""}}},
        {"exposed": {"aa": {"a": "all"}}},
        {"format": "soga/2 keys"},
    ],
)
def test_damaged_key_files_are_errors(change: dict[str, object]) -> None:
    """Nothing is guessed about keys."""
    raw = json.dumps(json.loads(keyfile.write(key_file())) | change).encode()

    with pytest.raises((MalformedError, UnsupportedError)):
        keyfile.parse(raw)


# --- backup ------------------------------------------------------------------------------------------------------

CHEAP = KdfParameters(bytes(16), 8, 1, 1)
KEPT = backup.Backup(SECRET, 0, {"ada-lin/wedding": keyfile.write(key_file())})


def test_a_backup_brings_everything_back() -> None:
    """With its passphrase, however that is typed."""
    raw = backup.seal(KEPT, "Otter paper-lamp", noise, CHEAP)

    assert backup.open_(raw, "otter paper lamp") == KEPT
    assert b"ada-lin" not in raw


def test_a_backup_opens_with_nothing_else() -> None:
    """A wrong passphrase is no match; a changed file is tampered."""
    raw = backup.seal(KEPT, "otter paper", noise, CHEAP)
    document = json.loads(raw)
    sealed = document["sealed"]
    changed = json.dumps(document | {"sealed": ("B" if sealed[0] == "A" else "A") + sealed[1:]}).encode()

    with pytest.raises(NoMatchError):
        backup.open_(raw, "otter lamp")
    with pytest.raises(TamperedError):
        backup.open_(changed, "otter paper")
    with pytest.raises(UnsupportedError):
        backup.open_(b'{"format": "something else"}', "otter paper")
