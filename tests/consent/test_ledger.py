"""The chain: whatever is done to a ledger shows."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from sogallery import ledger
from sogallery.errors import TamperedError, UsageError
from sogallery.ledger import Draft, Head
from sogallery.vault.derive import SigningKey

AT = "2026-06-13T10:00:00Z"
KEY = SigningKey(bytes(range(32)))
KEYS = {KEY.id: KEY.public}
SALT = b"\x07" * 32


def drafts(number: int = 4) -> list[Draft]:
    return [
        Draft(
            "release.given",
            ledger.commitment(SALT, f"release {n}"),
            ledger.commitment(SALT, "text"),
            {"on": "2026-06-01"},
        )
        for n in range(number)
    ]


def written(number: int = 4) -> tuple[ledger.Chain, bytes]:
    data = b"".join(map(ledger.line, ledger.extend(Head(), drafts(number), AT)))
    return ledger.read(data), data


def test_a_ledger_reads_back():
    """Entries come back in order, and the chain goes on where it ended."""
    chain, data = written()
    more = ledger.extend(chain.head, drafts(2), AT)
    longer = ledger.read(data + b"".join(map(ledger.line, more)))

    assert not longer.findings
    assert [entry.seq for entry in longer.entries] == list(range(6))
    assert longer.entries[:4] == chain.entries


def test_the_hash_is_what_the_page_says():
    """SHA-256 of the previous hash and the canonical entry, computed here with the standard library alone."""
    _, data = written(2)
    first, second = (json.loads(line) for line in data.splitlines())
    own = second.pop("hash")
    canonical = json.dumps(second, sort_keys=True, separators=(",", ":")).encode()

    assert second["prev"] == first["hash"]
    assert hashlib.sha256(bytes.fromhex(first["hash"]) + canonical).hexdigest() == own


@given(st.data())
def test_any_changed_byte_is_found(data):
    """No byte before the last line end can change without a Finding or a shorter ledger than was signed."""
    chain, whole = written()
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != whole[place]))
    changed = ledger.read(whole[:place] + bytes([byte]) + whole[place + 1 :])

    assert changed.findings or ledger.verify_head(changed, chain.head)


@given(st.permutations(range(4)).filter(lambda order: order != [0, 1, 2, 3]))
def test_reordered_lines_are_found(order):
    """The same lines in another order are another ledger."""
    _, whole = written()
    lines = whole.splitlines(keepends=True)

    assert ledger.read(b"".join(lines[n] for n in order)).findings


@given(st.sets(st.integers(0, 3), min_size=1))
def test_cut_lines_are_found(gone):
    """Whichever lines are taken out, in the middle or at the end, the signed head tells."""
    chain, whole = written()
    lines = whole.splitlines(keepends=True)
    cut = ledger.read(b"".join(line for n, line in enumerate(lines) if n not in gone))

    assert cut.findings or ledger.verify_head(cut, chain.head)


def test_a_fork_is_found_and_named():
    """Two entries that follow the same one."""
    chain, whole = written(2)
    other = ledger.extend(Head(1, chain.entries[0].hash), drafts(1), "2026-06-14T10:00:00Z")

    assert "forks" in ledger.read(whole + ledger.line(other[0])).findings[0].message
    assert ledger.verify_head(ledger.read(whole.splitlines(keepends=True)[0] + ledger.line(other[0])), chain.head)


@pytest.mark.parametrize(
    "text",
    [b"{}", b"[]", b"null", b"\xff", b'{"seq": NaN}', b"[" * 5000, b'{"v": 1}', b"", b"1e400", b'{"at":"\\ud800"}'],
)
def test_what_is_not_an_entry_is_a_finding_and_no_crash(text):
    """Any line is read or reported."""
    chain, whole = written()
    broken = ledger.read(whole + text + b"\n")

    assert len(broken.findings) == 1
    assert broken.findings[0].path == "ledger.jsonl:5"
    assert broken.entries == chain.entries


@given(st.binary(max_size=300))
def test_reading_never_fails(data):
    """Reading is total."""
    ledger.read(data)


def test_a_line_that_was_never_finished_is_no_fault():
    """What a crash leaves behind is told apart from what somebody did."""
    _, whole = written()
    torn = ledger.read(whole + b'{"at":"20')

    assert not torn.findings
    assert torn.torn == b'{"at":"20'
    assert len(torn.entries) == 4


@pytest.mark.parametrize(
    "draft",
    [
        Draft("release.given", "Ada Okafor"),
        Draft("release.given", commitment="ada@example.org"),
        Draft("release.given", data={"name": "Ada"}),
        Draft("release.given", data={"on": "Ada"}),
        Draft("release.given", data={"scopes": ["Ada Okafor"]}),
        Draft("release given by Ada"),
    ],
)
def test_nothing_personal_gets_in(draft):
    """The ledger takes commitments, days and words of fixed lists, and nothing else."""
    with pytest.raises(UsageError):
        ledger.extend(Head(), [draft], AT)


def test_a_commitment_says_nothing_without_its_salt():
    """Same words, other salt: nothing in common; fields cannot slide into one another."""
    assert ledger.commitment(SALT, "ab", "c") != ledger.commitment(SALT, "a", "bc")
    assert ledger.commitment(SALT, "ab") != ledger.commitment(b"\x08" * 32, "ab")


def test_the_head_is_a_signed_note():
    """Checked by hand after https://c2sp.org/signed-note: key hash, signature over the text with its line end."""
    chain, _ = written()
    note = ledger.sign_head(chain.head, KEY).decode()
    text, _, signature = note.partition("\n\n— ")
    name, _, encoded = signature.strip().partition(" ")
    raw = base64.b64decode(encoded)

    assert text.split("\n") == [name, "4", base64.b64encode(bytes.fromhex(chain.head.hash)).decode()]
    assert raw[:4] == hashlib.sha256(name.encode() + b"\n\x01" + KEY.public).digest()[:4]
    Ed25519PublicKey.from_public_bytes(KEY.public).verify(raw[4:], text.encode() + b"\n")
    assert ledger.verifier_key(KEY.id, KEY.public).startswith(f"{name}+{raw[:4].hex()}+")
    assert ledger.open_head(note.encode(), KEYS) == chain.head


@given(st.data())
def test_a_changed_note_is_refused(data):
    """No byte of the checkpoint can change."""
    note = ledger.sign_head(written()[0].head, KEY)
    place = data.draw(st.integers(0, len(note) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != note[place]))
    with pytest.raises(TamperedError):
        ledger.open_head(note[:place] + bytes([byte]) + note[place + 1 :], KEYS)


def test_a_note_has_one_spelling():
    """Spare bits at the end of its base64 are not ignored."""
    note = ledger.sign_head(Head(), KEY).decode()
    place = note.rindex("=") - 1
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = letters[letters.index(note[place]) ^ 1]

    with pytest.raises(TamperedError):
        ledger.open_head((note[:place] + other + note[place + 1 :]).encode(), KEYS)


def test_a_note_of_another_studio_is_refused():
    """Only keys of studio.pub count, whatever name the note gives itself."""
    other = SigningKey(bytes(32))
    note = ledger.sign_head(Head(), other)

    with pytest.raises(TamperedError):
        ledger.open_head(note, KEYS)
    with pytest.raises(TamperedError):
        ledger.open_head(note.replace(other.id.encode(), KEY.id.encode()), KEYS)


def test_a_receipt_pins_the_ledger():
    """Whoever keeps a receipt notices a ledger that was written anew, even by its owner."""
    chain, data = written()
    paper = ledger.receipt(chain, chain.entries[1], ledger.sign_head(chain.head, KEY))
    more = ledger.extend(chain.head, drafts(1), AT)
    anew = b"".join(map(ledger.line, ledger.extend(Head(), drafts(6), "2026-07-01T00:00:00Z")))

    assert not ledger.verify_receipt(paper, ledger.read(data + ledger.line(more[0])), KEYS)
    assert ledger.verify_receipt(paper, ledger.read(anew), KEYS)
    assert ledger.verify_receipt(paper, ledger.read(data[: data.index(b"\n") + 1]), KEYS)
    assert ledger.verify_receipt(b"{}", chain, KEYS)


def test_any_ed25519_key_will_do():
    """The signing key comes in as an object; nothing here asks where it is from."""
    private = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)

    class Key:
        public = private.public_key().public_bytes_raw()
        id = hashlib.sha256(public).hexdigest()[:16]
        sign = staticmethod(private.sign)

    assert ledger.open_head(ledger.sign_head(Head(), Key()), {Key.id: Key.public}) == Head()
