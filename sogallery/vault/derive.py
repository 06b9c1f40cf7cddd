"""Every secret that is derived from another one, and every HKDF label (docs/format.md, sections 4, 5, 11 to 14).

The two roots are the studio secret (32 random bytes) and a gallery's seed (32 random bytes). Nothing here is stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sogallery.vault.codec import fields

SECRET_LENGTH = 32
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def hkdf(ikm: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """HKDF-SHA256 (RFC 5869); an empty salt means HashLen zero bytes."""
    return HKDF(SHA256(), length, salt or None, info).derive(ikm)


@dataclass(frozen=True, slots=True)
class ObjectKey:
    """What one sealed object needs: its key, its name and the data its seal is bound to (section 5)."""

    key: bytes = field(repr=False)
    name: str
    associated: bytes
    kind: str


def object_key(secret: bytes, gallery_id: str, kind: str) -> ObjectKey:
    """The key of the `kind` object under `secret` (a viewing, original or manifest secret)."""
    associated = fields("soga/1 object", gallery_id, kind)
    both = hkdf(secret, b"", associated, 48)
    return ObjectKey(both[:32], both[32:].hex(), associated, kind)


def viewing_secret(original_secret: bytes) -> bytes:
    """The 16 bytes that open a photo's thumb, small and display, but not its original (section 5)."""
    return hkdf(original_secret, b"", fields("soga/1 view"), 16)


def synthetic_salt(synthetic: bytes, key: ObjectKey, plaintext_sha256: bytes) -> bytes:
    """An object's salt (32 bytes) and nonce prefix (7), from what is really encrypted (section 12)."""
    return hkdf(synthetic, b"", fields("soga/1 salt", key.key, key.associated, plaintext_sha256), 39)


def slot_keys(stretched: bytes, link_secret: bytes, mode: str, gallery_id: str, kdf: bytes, slot_id: bytes) -> bytes:
    """A slot's wrapping key (32 bytes) and its commitment (32 bytes); `kdf` is the parameters' F form (section 4)."""
    return hkdf(stretched, link_secret, fields("soga/1 slot", mode, gallery_id, kdf, slot_id), 64)


def backup_keys(stretched: bytes, kdf: bytes) -> bytes:
    """A backup's key (32 bytes) and its commitment (32 bytes); `kdf` is the parameters' F form."""
    return hkdf(stretched, b"", fields("soga/1 backup", kdf), 64)


def key_id(public: bytes) -> str:
    """A public key's id: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


@dataclass(frozen=True)
class GalleryKeys:
    """All secrets of one gallery at one epoch (section 11). Stays in the studio's own process."""

    secret: bytes = field(repr=False)
    seed: bytes = field(repr=False)
    epoch: int = 0

    @cached_property
    def id(self) -> str:
        """The gallery id: 16 characters of a-z2-7, the same for every epoch."""
        return base64.b32encode(hkdf(self.seed, b"", fields("soga/1 id"), 10)).decode("ascii").lower()

    @cached_property
    def _root(self) -> bytes:
        return hkdf(self.secret, self.seed, fields("soga/1 gallery", self.id, self.epoch), 32)

    @cached_property
    def _photo_id_key(self) -> bytes:
        return hkdf(self.secret, self.seed, fields("soga/1 photo id"), 32)

    @cached_property
    def synthetic(self) -> bytes:
        """The key of synthetic salts (section 12): all that a sealing worker gets besides ObjectKeys."""
        return hkdf(self._root, b"", fields("soga/1 synthetic"), 32)

    @cached_property
    def kdf_salt(self) -> bytes:
        """The Argon2id salt, one per gallery and epoch."""
        return hkdf(self._root, b"", fields("soga/1 kdf salt"), 16)

    @cached_property
    def _pack_key(self) -> bytes:
        return hkdf(self._root, b"", fields("soga/1 pack"), 32)

    @cached_property
    def slot_mac_key(self) -> bytes:
        """MK of section 14."""
        return hkdf(self.secret, self.seed, fields("soga/1 slot mac"), 32)

    def photo_id(self, source_sha256: bytes) -> bytes:
        """The 16 bytes that stand for a source file; equal files are one photo."""
        return hmac.digest(self._photo_id_key, source_sha256, "sha256")[:16]

    def original_secret(self, photo_id: bytes, generation: int = 0) -> bytes:
        """The 16 bytes that open everything of a photo."""
        return hkdf(self._root, b"", fields("soga/1 photo", photo_id, generation), 16)

    def manifest_secret(self, grant: str, counter: int) -> bytes:
        """The 32 bytes that open a grant's manifest."""
        return hkdf(self._root, b"", fields("soga/1 manifest", grant, counter), 32)

    def reply_key(self, grant: str, counter: int) -> bytes:
        """The 32 bytes with which a grant authenticates its replies."""
        return hkdf(self._root, b"", fields("soga/1 reply", grant, counter), 32)

    def pack_name(self, pack: bytes) -> str:
        """The name of a pack with these bytes: 32 hex digits."""
        return hmac.digest(self._pack_key, pack, "sha256")[:16].hex()

    def link_secret(self, grant: str, counter: int) -> bytes:
        """The 16 bytes in the fragment of a grant's link."""
        return hkdf(self.secret, self.seed, fields("soga/1 link", grant, counter), 16)

    def words(self, grant: str, counter: int, wordlist: Sequence[str], wordlist_id: str, number: int) -> str:
        """A grant's generated passphrase: `number` words, a space between; the modulo's bias is below 2^-50."""
        raw = hkdf(self.secret, self.seed, fields("soga/1 words", wordlist_id, grant, counter), 8 * number)
        picks = (int.from_bytes(raw[at : at + 8], "big") for at in range(0, len(raw), 8))
        return " ".join(wordlist[pick % len(wordlist)] for pick in picks)

    def passphrase_key(self, grant: str, counter: int) -> bytes:
        """The 32-byte key under which a chosen passphrase is kept in `gallery.keys`."""
        return hkdf(self.secret, self.seed, fields("soga/1 passphrase", grant, counter), 32)


@dataclass(frozen=True)
class SigningKey:
    """The studio's Ed25519 key number `number`."""

    secret: bytes = field(repr=False)
    number: int = 0

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hkdf(self.secret, b"", fields("soga/1 sign", self.number), 32))

    @cached_property
    def public(self) -> bytes:
        """The 32 bytes of the public key (RFC 8032)."""
        return self._private.public_key().public_bytes_raw()

    @cached_property
    def id(self) -> str:
        """The key id."""
        return key_id(self.public)

    def sign(self, message: bytes) -> bytes:
        """A 64-byte signature."""
        return self._private.sign(message)


@dataclass(frozen=True)
class ReplyKey:
    """The studio's P-256 key number `number`, to which replies are sealed (section 10)."""

    secret: bytes = field(repr=False)
    number: int = 0

    @cached_property
    def private(self) -> ec.EllipticCurvePrivateKey:
        """The private key; never leaves the studio."""
        raw = hkdf(self.secret, b"", fields("soga/1 studio reply", self.number), 48)
        return ec.derive_private_key(int.from_bytes(raw, "big") % (P256_ORDER - 1) + 1, ec.SECP256R1())

    @cached_property
    def public(self) -> bytes:
        """The public key as an uncompressed point, 65 bytes."""
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @cached_property
    def id(self) -> str:
        """The key id."""
        return key_id(self.public)
