"""The ledger, pure: an append-only chain of entries and its signed head. `records` keeps both on disk.

An entry is one JSON object in RFC 8785 form, on one line:

    {"at": "2026-06-13T10:00:00Z", "commitment": "...", "data": {...}, "hash": "...", "prev": "...", "seq": 0,
     "subject": "...", "type": "release.given", "v": 1}

`hash` = SHA-256(prev || the RFC 8785 form of the entry without `hash`), in hex; the first `prev` is 32 zero bytes.
Nothing personal is in it: `subject` and `commitment` are HMAC-SHA256 under a random salt that lies beside the record,
of the record's name and of its content. Whoever has record and salt can show that they belong together; without the
salt the entry says nothing about anybody, and the chain still holds. `data` has a closed list of fields, none of
which can hold a name.

The head is a C2SP signed note (https://c2sp.org/signed-note, Ed25519) of three lines: origin, number of entries, hash
of the last one. The origin ends in the key id, so that no two studios share one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sogallery.errors import TamperedError, UsageError
from sogallery.model import Finding

START = "0" * 64
ORIGIN = "sogallery.ledger"
VERSION = 1
ED25519 = b"\x01"  # the signature type of the signed-note specification

Value: TypeAlias = str | int | list[str]
Json: TypeAlias = Value | Mapping[str, Value]

# What an entry may say in the clear. Adding a field here means showing that it cannot name a person.
FIELDS: Mapping[str, str] = {
    "on": r"\d{4}-\d\d-\d\d",
    "until": r"\d{4}-\d\d-\d\d",
    "scopes": r"[a-z_]{1,40}",
    "gallery": r"[a-z2-7]{16}",
    "digest": r"[0-9a-f]{64}",
    "count": r"\d{1,12}",
    "policy": r"[A-Za-z0-9.-]{1,40}",
    "channel": r"email|phone|sms|post|messenger",
}
TYPE = r"[a-z]+(\.[a-z]+)?"
HASH = r"[0-9a-f]{64}"
COMMITMENT = r"([A-Za-z0-9_-]{43})?"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


class HeadKey(Protocol):
    """What signs heads: the studio's Ed25519 key."""

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""

    @property
    def id(self) -> str:
        """The key id."""

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature, 64 bytes."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be: what happened, to which record (`subject`), and a commitment to what the record says."""

    type: str
    subject: str = ""
    commitment: str = ""
    data: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the chain."""

    seq: int
    at: str
    draft: Draft
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """How long the ledger is and the hash of its last entry."""

    size: int = 0
    hash: str = START


def commitment(salt: bytes, *fields: str) -> str:
    """HMAC-SHA256 under `salt` over length-prefixed `fields`, base64url without padding (43 characters)."""
    parts = [text.encode() for text in fields]
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return base64.urlsafe_b64encode(hmac.digest(salt, message, "sha256")).decode().rstrip("=")


def extend(head: Head, drafts: Iterable[Draft], at: str) -> list[Entry]:
    """The entries that follow `head`; `at` is the time in UTC as `2026-06-13T10:00:00Z`."""
    entries = []
    for draft in drafts:
        check_draft(draft)
        entry = _entry(head.size, at, draft, head.hash)
        entries.append(entry)
        head = Head(entry.seq + 1, entry.hash)
    return entries


def check_draft(draft: Draft) -> None:
    """Raise UsageError if `draft` could put something personal into the ledger."""
    if not re.fullmatch(TYPE, draft.type):
        raise UsageError(f"{draft.type!r} is no type of ledger entry")
    if not re.fullmatch(COMMITMENT, draft.subject) or not re.fullmatch(COMMITMENT, draft.commitment):
        raise UsageError("the ledger takes only commitments, never what was committed to")
    for name, value in draft.data.items():
        values: Sequence[object] = value if isinstance(value, list) else [str(value)]
        if name not in FIELDS or not all(isinstance(each, str) and re.fullmatch(FIELDS[name], each) for each in values):
            raise UsageError(f"the ledger does not take {name}: it holds nothing that could name a person")


def line(entry: Entry) -> bytes:
    """The entry as a line of ledger.jsonl, with its line end."""
    return rfc8785.dumps(_body(entry) | {"hash": entry.hash}) + b"\n"


def head_of(entries: Sequence[Entry]) -> Head:
    """The head of a chain that was read by `read`."""
    return Head(len(entries), entries[-1].hash) if entries else Head()


@dataclass(frozen=True, slots=True)
class Chain:
    """What a ledger's bytes hold: the entries up to the first fault, the faults, and a last line that was cut off."""

    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...] = ()
    torn: bytes = b""

    @property
    def head(self) -> Head:
        """The head of the sound part."""
        return head_of(self.entries)


def read(data: bytes, name: str = "ledger.jsonl") -> Chain:
    """Check every link of a ledger's bytes. Never raises; whatever is wrong becomes a Finding with its line.

    A last line without its line end was never acknowledged (a crash): it is `torn`, and no fault.
    """
    *lines, torn = data.split(b"\n")
    entries: list[Entry] = []
    for number, text in enumerate(lines, 1):
        fault = _add(entries, text)
        if fault:
            return Chain(tuple(entries), (Finding(f"{name}:{number}", fault, RESTORE),), torn)
    return Chain(tuple(entries), (), torn)


RESTORE = "restore the ledger and its checkpoint from a backup; until then nothing is published"


def _add(entries: list[Entry], text: bytes) -> str:
    """Append the entry in `text` if it follows; say what is wrong otherwise."""
    try:
        entry = _parse(text)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, UsageError):
        return "this line is not an entry as the tool writes it"
    if _entry(entry.seq, entry.at, entry.draft, entry.prev).hash != entry.hash:
        return "this entry has been changed: its hash does not fit"
    head = head_of(entries)
    if entry.prev == head.hash and entry.seq == head.size:
        entries.append(entry)
        return ""
    if entry.prev in {START, *(earlier.prev for earlier in entries)}:
        return "the ledger forks here: two entries follow the same one"
    return "this entry does not follow the one before: lines were removed, added or reordered"


def verify_head(chain: Chain, head: Head, name: str = "ledger.checkpoint") -> list[Finding]:
    """Compare a ledger with a signed head: shorter or different is a Finding; longer is fine."""
    if head.size > len(chain.entries):
        missing = head.size - len(chain.entries)
        what = "entry is" if missing == 1 else "entries are"
        return [Finding(name, f"{missing} {what} missing at the end: the checkpoint knows of {head.size}", RESTORE)]
    reached = chain.entries[head.size - 1].hash if head.size else START
    if reached != head.hash:
        return [
            Finding(name, f"the ledger is another one than was signed: it differs up to entry {head.size}", RESTORE)
        ]
    return []


def sign_head(head: Head, key: HeadKey) -> bytes:
    """The head as a C2SP signed note."""
    name = _origin(key.id)
    text = f"{name}\n{head.size}\n{base64.b64encode(bytes.fromhex(head.hash)).decode()}\n"
    signature = base64.b64encode(_key_hash(name, key.public) + key.sign(text.encode())).decode()
    return f"{text}\n\u2014 {name} {signature}\n".encode()


def open_head(note: bytes, public_keys: Mapping[str, bytes]) -> Head:
    """Check a signed note and return its head. `public_keys` has 32 bytes by key id.

    Raises TamperedError if it is malformed or not signed with one of the keys.
    """
    match = _NOTE.fullmatch(note.decode("utf-8", "replace"))
    if match is None:
        raise TamperedError("the checkpoint is not a signed note of a ledger", RESTORE)
    text, origin, size, root, signature = match.group("text", "origin", "size", "root", "signature")
    public = {_origin(key): public for key, public in public_keys.items()}.get(origin)
    if public is None:
        raise TamperedError("the checkpoint is signed with a key that studio.pub does not name", RESTORE)
    raw = base64.b64decode(signature)
    try:
        if raw[:4] != _key_hash(origin, public) or base64.b64encode(raw).decode() != signature:
            raise InvalidSignature
        Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text.encode())
    except InvalidSignature as error:
        raise TamperedError("the signature of the checkpoint is wrong", RESTORE) from error
    return Head(int(size), base64.b64decode(root).hex())


_NOTE = re.compile(
    r"(?P<text>(?P<origin>sogallery\.ledger/[0-9a-f]{16})\n(?P<size>0|[1-9]\d{0,15})\n(?P<root>[A-Za-z0-9+/]{43}=)\n)"
    r"\n\u2014 (?P=origin) (?P<signature>[A-Za-z0-9+/]{91}=)\n"
)


def verifier_key(key_id: str, public: bytes) -> str:
    """The public key in the form that tools for signed notes take (`name+hash+key`)."""
    name = _origin(key_id)
    return f"{name}+{_key_hash(name, public).hex()}+{base64.b64encode(ED25519 + public).decode()}"


def receipt(chain: Chain, entry: Entry, note: bytes) -> bytes:
    """A receipt that pins the ledger for whoever holds it: one entry and a signed head that includes it."""
    document = {"format": "soga/1 receipt", "entry": line(entry).decode().rstrip("\n"), "head": note.decode()}
    if entry not in chain.entries:
        raise UsageError("this entry is not in the ledger")
    return rfc8785.dumps(document) + b"\n"


def verify_receipt(document: bytes, chain: Chain, public_keys: Mapping[str, bytes]) -> list[Finding]:
    """Compare a ledger with a receipt that was given away; a ledger that was rewritten since is a Finding."""
    try:
        content = json.loads(document)
        entry = _parse(content["entry"].encode())
        head = open_head(content["head"].encode(), public_keys)
    except (ValueError, TypeError, KeyError, AttributeError, UsageError):
        return [Finding("receipt", "this is not a receipt of a ledger", "ask for the file that was handed out")]
    findings = verify_head(chain, head, "receipt")
    if entry.seq >= head.size or entry.seq >= len(chain.entries) or chain.entries[entry.seq] != entry:
        findings.append(Finding("receipt", f"entry {entry.seq} of the receipt is not in the ledger", RESTORE))
    return findings


def _origin(key_id: str) -> str:
    return f"{ORIGIN}/{key_id}"


def _key_hash(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def _body(entry: Entry) -> dict[str, Json]:
    draft = entry.draft
    return {
        "v": VERSION,
        "seq": entry.seq,
        "at": entry.at,
        "type": draft.type,
        "subject": draft.subject,
        "commitment": draft.commitment,
        "data": dict(draft.data),
        "prev": entry.prev,
    }


def _entry(seq: int, at: str, draft: Draft, prev: str) -> Entry:
    body = rfc8785.dumps(_body(Entry(seq, at, draft, prev, "")))
    return Entry(seq, at, draft, prev, hashlib.sha256(bytes.fromhex(prev) + body).hexdigest())


def _parse(text: bytes) -> Entry:
    """An entry from its line; raises ValueError, TypeError, KeyError or UsageError if `line` would not write it so."""
    content = json.loads(text)
    at, prev, own = (_text(content[name], form) for name, form in (("at", TIME), ("prev", HASH), ("hash", HASH)))
    kind, subject, committed = (_text(content[name], ".*") for name in ("type", "subject", "commitment"))
    entry = Entry(content["seq"], at, Draft(kind, subject, committed, content["data"]), prev, own)
    check_draft(entry.draft)
    if type(entry.seq) is not int or line(entry) != text + b"\n":
        raise ValueError("not as written")
    return entry


def _text(value: object, form: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(form, value):
        raise TypeError(form)
    return value
