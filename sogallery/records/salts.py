"""Salts: 32 random bytes beside each record, without which the ledger's commitments to it say nothing.

A release has `<its file's stem>.salt` beside it, a client `client.salt` in its folder. Whoever erases the record
erases the salt with it; then nobody can tell which entries of the ledger were about that person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath

from sogallery.consent import ModelRelease
from sogallery.errors import FaultError
from sogallery.ledger import commitment
from sogallery.output import write_atomic

LENGTH = 32
Random = Callable[[int], bytes]


def release_salt(release: ModelRelease) -> str:
    """Where a release's salt lies, relative to the content folder."""
    return str(PurePosixPath(release.path).with_suffix(".salt"))


def client_salt(client: str) -> str:
    """Where a client's salt lies, relative to the content folder."""
    return f"clients/{client}/client.salt"


def read_salt(content: Path, name: str) -> bytes | None:
    """The salt in a file, or None if there is none. Raises FaultError for a file that is no salt."""
    path = content / name
    try:
        text = path.read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise FaultError(f"{name} cannot be read", "restore it from a backup") from error
    if not re.fullmatch(rf"[0-9a-f]{{{2 * LENGTH}}}", text):
        raise FaultError(f"{name} is not a salt", "restore it from a backup")
    return bytes.fromhex(text)


def make_salts(content: Path, names: Iterable[str], random: Random) -> Mapping[str, bytes]:
    """The salts of these files by name; missing ones are made, with 0600, before anything relies on them."""
    return {name: read_salt(content, name) or _made(content, name, random) for name in names}


def _made(content: Path, name: str, random: Random) -> bytes:
    salt = random(LENGTH)
    write_atomic(content / name, salt.hex().encode() + b"\n", 0o600)
    return salt


def release_subject(salt: bytes, release_id: str) -> str:
    """What a release is called in the ledger."""
    return commitment(salt, "release", release_id)


def consent_subject(salt: bytes, purpose: str, channel: str) -> str:
    """What a client's consent to one purpose (by one channel) is called in the ledger."""
    return commitment(salt, "consent", purpose, channel)


def policy_subject(salt: bytes) -> str:
    """What a client's acknowledgements of the policy are called in the ledger; never a consent's name."""
    return commitment(salt, "acknowledgement")


def photo_subject(salt: bytes, sha256: str, scope: str) -> str:
    """What the publication of one picture in one scope is called in the ledger."""
    return commitment(salt, "photo", sha256, scope)
