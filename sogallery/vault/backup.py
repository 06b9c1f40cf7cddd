"""One file with the studio secret and every gallery's keys, sealed under a passphrase (docs/format.md, section 16).

The same pieces as a gallery's: Argon2id, a commitment compared first, a padded object.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sogallery.vault import codec
from sogallery.vault.codec import as_natural, as_object, as_text, b64, unb64
from sogallery.vault.derive import SECRET_LENGTH, ObjectKey, backup_keys
from sogallery.vault.failures import NoMatchError, UnsupportedError
from sogallery.vault.objects import Header, open_whole, seal_object
from sogallery.vault.passphrase import normalise
from sogallery.vault.slots import KdfParameters, parse_kdf, stretch, write_kdf

FORMAT = "soga/1 backup"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: the studio secret, the studio keys' number, and each gallery.keys by `client/gallery`."""

    secret: bytes = field(repr=False)
    number: int = 0
    galleries: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def seal(backup: Backup, passphrase: str, random: Callable[[int], bytes], kdf: KdfParameters | None = None) -> bytes:
    """The backup's file. The passphrase carries all of its strength: refuse guessable ones before."""
    kdf = kdf or KdfParameters(random(16))
    both = backup_keys(stretch(normalise(passphrase).encode(), kdf), kdf.encode())
    content = codec.dump_json(
        {
            "secret": b64(backup.secret),
            "number": backup.number,
            "galleries": {name: b64(raw) for name, raw in backup.galleries.items()},
        }
    )
    sealed = seal_object(_object_key(both[:32]), random(32), Header(len(content), "application/json"), content)
    document = {"format": FORMAT, "kdf": write_kdf(kdf), "commitment": b64(both[32:]), "sealed": b64(sealed)}
    return codec.dump_json(document) + b"\n"


def open_(raw: bytes, passphrase: str) -> Backup:
    """What the backup in `raw` holds; NoMatchError for a wrong passphrase, TamperedError for a changed file."""
    parts = codec.parse_object(raw)
    if parts.get("format") != FORMAT:
        raise UnsupportedError("this is not a backup of sogallery's secrets")
    kdf = parse_kdf(as_object(parts.get("kdf")))
    both = backup_keys(stretch(normalise(passphrase).encode(), kdf), kdf.encode())
    if not hmac.compare_digest(both[32:], unb64(as_text(parts.get("commitment")), 32)):
        raise NoMatchError
    _, content = open_whole(unb64(as_text(parts.get("sealed"))), _object_key(both[:32]))
    inside = codec.parse_object(content)
    return Backup(
        secret=unb64(as_text(inside.get("secret")), SECRET_LENGTH),
        number=as_natural(inside.get("number")),
        galleries={name: unb64(as_text(keys)) for name, keys in as_object(inside.get("galleries")).items()},
    )


def _object_key(key: bytes) -> ObjectKey:
    return ObjectKey(key, "", codec.fields(FORMAT), "backup")
