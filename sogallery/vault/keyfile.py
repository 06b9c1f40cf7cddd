"""`gallery.keys`: what cannot be derived and must not be lost of one gallery (seed, epoch, counters, generations).

Without the studio secret it opens nothing; without its seed no copy of the gallery can be opened from the studio's
side again. Every change is a changed copy; `studio` puts it on disk.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sogallery.errors import SecretError
from sogallery.vault import codec
from sogallery.vault.codec import Json, as_flag, as_natural, as_object, as_text, b64, unb64
from sogallery.vault.derive import SECRET_LENGTH, GalleryKeys
from sogallery.vault.failures import MalformedError, UnsupportedError

FORMAT = "soga/1 keys"
NONCE = 12
_EXPOSURES = ("view", "original")


@dataclass(frozen=True, slots=True)
class GrantKeys:
    """What is kept of one grant. `words` is the id of the list its generated passphrase comes from, "" once it left."""

    counter: int = 0
    words: str = ""
    chosen: bytes | None = field(default=None, repr=False)  # a chosen passphrase, sealed
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class GalleryKeyFile:
    """The content of one `gallery.keys`.

    `generations` has those that are not 0, by photo id (hex); `exposed` what each grant could open of a photo at its
    present generation ("view" or "original"), by photo id and grant. `revision` is the manifest's, `content` the
    digest it belongs to.
    """

    seed: bytes = field(repr=False)
    epoch: int = 0
    revision: int = 0
    content: bytes = b""
    generations: Mapping[str, int] = field(default_factory=dict)
    exposed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    grants: Mapping[str, GrantKeys] = field(default_factory=dict)

    def keys(self, secret: bytes) -> GalleryKeys:
        """The gallery's derived secrets under this studio secret."""
        return GalleryKeys(secret, self.seed, self.epoch)

    @property
    def counters(self) -> dict[str, int]:
        """The counter of every grant that ever was."""
        return {name: grant.counter for name, grant in self.grants.items()}

    @property
    def revoked(self) -> frozenset[str]:
        """The grants that were revoked and not added again."""
        return frozenset(name for name, grant in self.grants.items() if grant.revoked)

    def with_grants(self, names: Iterable[str], words: str) -> GalleryKeyFile:
        """With an entry for each of `names` that has none yet; generated passphrases come from the list `words`."""
        new = {name: GrantKeys(words=words) for name in names if name not in self.grants}
        return replace(self, grants={**self.grants, **new}) if new else self

    def with_present(self, names: Collection[str], words: str) -> GalleryKeyFile:
        """With an entry for each grant that gallery.yaml names now, and none of the old secrets for one that left it.

        A grant that is gone gets a new counter at once, so that it comes back with a new link, if it ever does.
        """
        gone = {
            name: GrantKeys(grant.counter + 1, revoked=grant.revoked)
            for name, grant in self.grants.items()
            if name not in names and grant.words
        }
        back = {
            name: replace(grant, words=words)
            for name, grant in self.grants.items()
            if name in names and not grant.words
        }
        changed = replace(self, grants={**self.grants, **gone, **back}) if gone or back else self
        return changed.with_grants(names, words)

    def with_generations(
        self, generations: Mapping[str, int], exposed: Mapping[str, Mapping[str, str]]
    ) -> GalleryKeyFile:
        """With what planning found out about who could open what."""
        return replace(
            self, generations=dict(generations), exposed={photo: dict(one) for photo, one in exposed.items()}
        )

    def with_revision(self, revision: int, content: bytes) -> GalleryKeyFile:
        """With the manifests' revision and the digest of what they say."""
        return replace(self, revision=revision, content=content)

    def with_counter(self, name: str, words: str) -> GalleryKeyFile:
        """With a new counter for a grant: a new link secret, a new generated passphrase from the list `words`.

        A chosen passphrase goes; a revoked grant lives again.
        """
        counter = self.grants[name].counter + 1 if name in self.grants else 0
        return self._with_grant(name, GrantKeys(counter, words))

    def with_chosen(self, secret: bytes, name: str, passphrase: str, random: Callable[[int], bytes]) -> GalleryKeyFile:
        """With a chosen passphrase for a grant, sealed under the studio secret."""
        grant, nonce = self.grants[name], random(NONCE)
        key = self.keys(secret).passphrase_key(name, grant.counter)
        return self._with_grant(
            name, replace(grant, chosen=nonce + AESGCM(key).encrypt(nonce, passphrase.encode(), None))
        )

    def chosen(self, secret: bytes, name: str) -> str | None:
        """The chosen passphrase of a grant, None if it has none; SecretError if it does not open."""
        grant = self.grants[name]
        if grant.chosen is None:
            return None
        key = self.keys(secret).passphrase_key(name, grant.counter)
        try:
            return AESGCM(key).decrypt(grant.chosen[:NONCE], grant.chosen[NONCE:], None).decode()
        except (InvalidTag, ValueError) as error:
            raise SecretError(
                f"the passphrase chosen for {name} does not open with this studio secret",
                "restore the gallery.keys and the studio secret that belong together",
            ) from error

    def with_revoked(self, name: str) -> GalleryKeyFile:
        """With a grant marked as revoked and a new epoch: every key and name changes, links and passphrases stay."""
        gone = replace(self.grants.get(name, GrantKeys()), revoked=True)
        return replace(self._with_grant(name, gone), epoch=self.epoch + 1, generations={}, exposed={})

    def older_than(self, other: GalleryKeyFile) -> bool:
        """Whether anything that only rises is lower here than in `other`, of the same gallery."""
        counters = any(self.counters.get(name, 0) < counter for name, counter in other.counters.items())
        return counters or self.epoch < other.epoch or self.revision < other.revision

    def _with_grant(self, name: str, grant: GrantKeys) -> GalleryKeyFile:
        return replace(self, grants={**self.grants, name: grant})


def new_key_file(random: Callable[[int], bytes]) -> GalleryKeyFile:
    """The keys of a gallery that has none yet."""
    return GalleryKeyFile(random(SECRET_LENGTH))


def same_gallery(one: GalleryKeyFile, other: GalleryKeyFile) -> bool:
    """Whether both have the same seed, that is the same gallery id."""
    return hmac.compare_digest(one.seed, other.seed)


def write(keys: GalleryKeyFile) -> bytes:
    """The file's bytes: canonical JSON, equal for equal keys."""
    return codec.dump_json(
        {
            "format": FORMAT,
            "seed": b64(keys.seed),
            "epoch": keys.epoch,
            "revision": keys.revision,
            "content": keys.content.hex(),
            "generations": {photo: number for photo, number in keys.generations.items() if number},
            "exposed": {photo: dict(grants) for photo, grants in keys.exposed.items() if grants},
            "grants": {name: _write_grant(grant) for name, grant in keys.grants.items()},
        }
    ) + b"\n"  # fmt: skip


def parse(raw: bytes) -> GalleryKeyFile:
    """The keys in a file's bytes; MalformedError or UnsupportedError for anything else than `write` makes."""
    parts = codec.parse_object(raw)
    if parts.get("format") != FORMAT:
        raise UnsupportedError("keys of another format", "use the version of sogallery that wrote them, or a newer one")
    return GalleryKeyFile(
        seed=unb64(as_text(parts.get("seed")), SECRET_LENGTH),
        epoch=as_natural(parts.get("epoch")),
        revision=as_natural(parts.get("revision")),
        content=_hex(as_text(parts.get("content"))),
        generations={photo: as_natural(number) for photo, number in as_object(parts.get("generations")).items()},
        exposed={photo: _parse_exposed(as_object(one)) for photo, one in as_object(parts.get("exposed")).items()},
        grants={name: _parse_grant(as_object(grant)) for name, grant in as_object(parts.get("grants")).items()},
    )


def _write_grant(grant: GrantKeys) -> dict[str, object]:
    out: dict[str, object] = {"counter": grant.counter, "words": grant.words}
    if grant.chosen is not None:
        out["passphrase"] = b64(grant.chosen)
    return out | ({"revoked": True} if grant.revoked else {})


def _parse_grant(grant: dict[str, Json]) -> GrantKeys:
    return GrantKeys(
        counter=as_natural(grant.get("counter")),
        words=as_text(grant.get("words")),
        chosen=unb64(as_text(grant["passphrase"])) if "passphrase" in grant else None,
        revoked=as_flag(grant.get("revoked", False)),
    )


def _parse_exposed(grants: dict[str, Json]) -> dict[str, str]:
    exposed = {name: as_text(right) for name, right in grants.items()}
    if not set(exposed.values()) <= set(_EXPOSURES):
        raise MalformedError("an exposure that is not known")
    return exposed


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise MalformedError("hex digits are wrong") from error
