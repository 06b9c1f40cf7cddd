"""Key slots and gallery.json: what a link and a passphrase open (docs/format.md, sections 3, 4 and 14)."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sogallery.errors import SecretError, SogalleryError, TamperedError
from sogallery.model import Downloads, Mode
from sogallery.vault import FORMAT, codec, signed
from sogallery.vault.codec import Json, as_flag, as_list, as_natural, as_object, as_text, b64, fields, unb64
from sogallery.vault.derive import GalleryKeys, SigningKey, hkdf, slot_keys
from sogallery.vault.failures import MalformedError, NoMatchError, UnsupportedError, WrongGalleryError
from sogallery.vault.passphrase import normalise

PAYLOAD = 512
SEALED = PAYLOAD + 16
MOST_SLOTS = 64
M_LIMIT, T_LIMIT, P_LIMIT = 262144, 16, 4
_NONCE = bytes(12)  # a wrapping key seals one payload and never another: the slot id depends on all of them
_UNSTRETCHED = bytes(32)


@dataclass(frozen=True, slots=True)
class KdfParameters:
    """Argon2id's parameters; `m` in KiB. The defaults are the second recommendation of RFC 9106 with one lane."""

    salt: bytes
    m: int = 65536
    t: int = 3
    p: int = 1

    def encode(self) -> bytes:
        """Their F form, which every slot's keys depend on."""
        return fields("argon2id", self.m, self.t, self.p, self.salt)


@dataclass(frozen=True, slots=True)
class Rights:
    """What a grant may do, as far as a viewer can honour it; `until` is the last day."""

    grant: str
    downloads: Downloads = Downloads.ORIGINAL
    until: date | None = None
    sign: bool = False


@dataclass(frozen=True, slots=True)
class Payload:
    """What a slot opens to: the manifest secret, the grant's reply key (32 bytes each) and its rights."""

    manifest: bytes = field(repr=False)
    reply: bytes = field(repr=False)
    rights: Rights

    def encode(self) -> bytes:
        """Its 512 bytes; SogalleryError if the grant's name is too long for them."""
        rights: dict[str, object] = {
            "grant": self.rights.grant,
            "downloads": self.rights.downloads.value,
            "sign": self.rights.sign,
        }
        if self.rights.until:
            rights["until"] = self.rights.until.isoformat()
        raw = codec.dump_json({"manifest": b64(self.manifest), "reply": b64(self.reply), "rights": rights})
        if len(raw) > PAYLOAD - 2:
            raise SogalleryError(f"the grant's name is too long: {self.rights.grant}", "give it a short one")
        return (len(raw).to_bytes(2, "big") + raw).ljust(PAYLOAD, b"\0")


@dataclass(frozen=True, slots=True)
class Entry:
    """One live grant: the secrets its mode asks for (the others are ignored) and what they open."""

    grant: str
    mode: Mode
    payload: Payload
    link_secret: bytes = field(default=b"", repr=False)
    passphrase: str = field(default="", repr=False)

    @property
    def secrets(self) -> tuple[bytes, bytes]:
        """The link secret and the normalised passphrase that its mode takes; empty for one it does not."""
        link = self.link_secret if self.mode is not Mode.PASSPHRASE else b""
        passphrase = normalise(self.passphrase).encode() if self.mode is not Mode.LINK else b""
        return link, passphrase

    def encode(self) -> bytes:
        """Its part of the digest that renews every slot."""
        return fields(self.mode.value, *self.secrets, self.payload.encode())


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot as gallery.json has it."""

    id: bytes
    commitment: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class GalleryFile:
    """gallery.json, read and checked. `objects` is a URL reference that ends in a slash."""

    gallery: str
    objects: str
    kdf: KdfParameters
    slots: tuple[Slot, ...]


Stretch = Callable[[bytes, KdfParameters], bytes]


def stretch(passphrase: bytes, kdf: KdfParameters) -> bytes:
    """Argon2id (RFC 9106) of a normalised passphrase, 32 bytes; takes `kdf.m` KiB of memory and a moment."""
    argon2 = Argon2id(salt=kdf.salt, length=32, iterations=kdf.t, lanes=kdf.p, memory_cost=kdf.m)
    return argon2.derive(passphrase)


def seal_slots(
    keys: GalleryKeys,
    objects: str,
    entries: Sequence[Entry],
    kdf: KdfParameters | None = None,
    by: Stretch = stretch,
    signer: SigningKey | None = None,
) -> bytes:
    """The whole gallery.json for `entries`, dummies included, signed with `signer` (the studio's key 0 if None).

    `by` lets a caller remember stretched passphrases from one document to the next.

    Raises SecretError for secrets that are missing or shared by two grants.
    """
    ordered = sorted(entries, key=lambda entry: entry.grant)
    _refuse_unusable(ordered)
    kdf = kdf or KdfParameters(keys.kdf_salt)
    ids, digest = _slot_ids(keys, ordered, kdf)
    slots = [_seal_entry(keys.id, entry, slot_id, kdf, by) for entry, slot_id in zip(ordered, ids, strict=False)]
    slots += [_dummy(keys, digest, index, ids[index]) for index in range(len(ordered), len(ids))]
    return _write(
        GalleryFile(keys.id, objects, kdf, tuple(sorted(slots, key=lambda slot: slot.id))),
        signer or SigningKey(keys.secret),
    )


def is_current(
    document: bytes, keys: GalleryKeys, objects: str, entries: Sequence[Entry], signer: SigningKey | None = None
) -> bool:
    """Whether `document` is what `seal_slots` would make of the same arguments, found out without Argon2id."""
    ordered = sorted(entries, key=lambda entry: entry.grant)
    kdf, signer = KdfParameters(keys.kdf_salt), signer or SigningKey(keys.secret)
    ids, _ = _slot_ids(keys, ordered, kdf)
    try:
        signed.verify_in_place(document, {signer.id: signer.public}, FORMAT)
        there = parse(document, keys.id)
    except TamperedError:
        return False
    return (there.objects, there.kdf, [slot.id for slot in there.slots]) == (objects, kdf, sorted(ids))


def parse(document: bytes, gallery_id: str) -> GalleryFile:
    """gallery.json, every rule of section 3 checked before anything is computed with it."""
    parts = codec.parse_object(document)
    if parts.get("format") != FORMAT:
        raise UnsupportedError("a gallery of another format", "open it with a newer sogallery")
    if as_text(parts.get("gallery")) != gallery_id:
        raise WrongGalleryError("this is another gallery than the address says")
    objects = as_text(parts.get("objects"))
    slots = as_list(parts.get("slots"))
    if not objects.endswith("/"):
        raise MalformedError("an address of objects that is not a folder")
    if not 4 <= len(slots) <= MOST_SLOTS or len(slots) % 4:
        raise MalformedError("an impossible number of slots")
    kdf = parse_kdf(as_object(parts.get("kdf")))
    return GalleryFile(gallery_id, objects, kdf, tuple(_parse_slot(as_object(slot)) for slot in slots))


def named_in(document: bytes) -> str:
    """The id that a gallery.json gives itself: for a copy without an address to compare it with."""
    return as_text(codec.parse_object(document).get("gallery"))


def unlock(gallery: GalleryFile, link_secret: bytes, passphrase: str, by: Stretch = stretch) -> Payload:
    """What the first matching slot opens to; either secret may be empty.

    Raises NoMatchError if no slot is meant, TamperedError if one is but does not open.
    """
    for mode, link, stretched in _attempts(gallery.kdf, link_secret, normalise(passphrase).encode(), by):
        for slot in gallery.slots:
            both = slot_keys(stretched, link, mode.value, gallery.gallery, gallery.kdf.encode(), slot.id)
            if hmac.compare_digest(both[32:], slot.commitment):
                return _open_payload(both[:32], slot.sealed)
    raise NoMatchError


def _attempts(kdf: KdfParameters, link: bytes, passphrase: bytes, by: Stretch) -> Iterator[tuple[Mode, bytes, bytes]]:
    if link:
        yield Mode.LINK, link, _UNSTRETCHED
    if passphrase:
        stretched = by(passphrase, kdf)
        if link:
            yield Mode.LINK_AND_PASSPHRASE, link, stretched
        yield Mode.PASSPHRASE, b"", stretched


def _open_payload(key: bytes, sealed: bytes) -> Payload:
    try:
        raw = AESGCM(key).decrypt(_NONCE, sealed, None)
    except InvalidTag as error:
        raise TamperedError("the slot that these secrets open was changed") from error
    length = int.from_bytes(raw[:2], "big")
    if length > PAYLOAD - 2:
        raise MalformedError("a slot's length that does not fit")
    if raw[2 + length :].strip(b"\0"):
        raise TamperedError("padding that is not empty")
    return _parse_payload(codec.parse_object(raw[2 : 2 + length]))


def _parse_payload(parts: dict[str, Json]) -> Payload:
    rights = as_object(parts.get("rights"))
    try:
        downloads = Downloads(as_text(rights.get("downloads")))
        until = _parse_day(as_text(rights["until"])) if "until" in rights else None
    except ValueError as error:
        raise MalformedError("rights that are not known") from error
    return Payload(
        manifest=unb64(as_text(parts.get("manifest")), 32),
        reply=unb64(as_text(parts.get("reply")), 32),
        rights=Rights(as_text(rights.get("grant")), downloads, until, as_flag(rights.get("sign", False))),
    )


def _parse_day(text: str) -> date:
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError("not written YYYY-MM-DD")
    return day


def write_kdf(kdf: KdfParameters) -> dict[str, Json]:
    """The parameters as JSON has them."""
    return {"name": "argon2id", "m": kdf.m, "t": kdf.t, "p": kdf.p, "salt": b64(kdf.salt)}


def parse_kdf(parts: dict[str, Json]) -> KdfParameters:
    """The parameters, within the limits of section 3; UnsupportedError for any beyond, before they cost anything."""
    name, salt = as_text(parts.get("name")), unb64(as_text(parts.get("salt")))
    m, t, p = (as_natural(parts.get(key)) for key in "mtp")
    within = 1 <= t <= T_LIMIT and 1 <= p <= P_LIMIT and 8 * p <= m <= M_LIMIT
    if name != "argon2id" or len(salt) != 16 or not within:
        raise UnsupportedError("a key derivation beyond what this reader computes")
    return KdfParameters(salt, m, t, p)


def _parse_slot(parts: dict[str, Json]) -> Slot:
    lengths = {"id": 16, "commitment": 32, "sealed": SEALED}
    return Slot(**{key: unb64(as_text(parts.get(key)), length) for key, length in lengths.items()})


def _write(gallery: GalleryFile, signer: SigningKey) -> bytes:
    document: dict[str, Json] = {
        "format": FORMAT,
        "gallery": gallery.gallery,
        "objects": gallery.objects,
        "kdf": write_kdf(gallery.kdf),
        "slots": [
            {"id": b64(slot.id), "commitment": b64(slot.commitment), "sealed": b64(slot.sealed)}
            for slot in gallery.slots
        ],
    }
    return signed.sign_in_place(signer, document)


def _slot_ids(keys: GalleryKeys, ordered: Sequence[Entry], kdf: KdfParameters) -> tuple[list[bytes], bytes]:
    mac = keys.slot_mac_key
    parts = fields("soga/1 slots", keys.id, kdf.encode(), *(entry.encode() for entry in ordered))
    digest = hmac.digest(mac, parts, "sha256")
    number = max(4, -(-len(ordered) // 4) * 4)
    ids = [hmac.digest(mac, fields("soga/1 slot id", digest, index), "sha256")[:16] for index in range(number)]
    return ids, digest


def _seal_entry(gallery_id: str, entry: Entry, slot_id: bytes, kdf: KdfParameters, by: Stretch) -> Slot:
    link, passphrase = entry.secrets
    stretched = by(passphrase, kdf) if passphrase else _UNSTRETCHED
    both = slot_keys(stretched, link, entry.mode.value, gallery_id, kdf.encode(), slot_id)
    return Slot(slot_id, both[32:], AESGCM(both[:32]).encrypt(_NONCE, entry.payload.encode(), None))


def _dummy(keys: GalleryKeys, digest: bytes, index: int, slot_id: bytes) -> Slot:
    noise = hkdf(keys.slot_mac_key, b"", fields("soga/1 dummy", digest, index), 32 + SEALED)
    return Slot(slot_id, noise[:32], noise[32:])


def _refuse_unusable(entries: Sequence[Entry]) -> None:
    if len(entries) > MOST_SLOTS:
        raise SogalleryError(f"a gallery has at most {MOST_SLOTS} grants", "let some of them share a link")
    seen: dict[tuple[Mode, tuple[bytes, bytes]], str] = {}
    for entry in entries:
        link, passphrase = entry.secrets
        if (entry.mode is not Mode.PASSPHRASE and len(link) != 16) or (entry.mode is not Mode.LINK and not passphrase):
            raise SecretError(f"the grant {entry.grant} has no secret", "rotate it, so that it gets one")
        other = seen.setdefault((entry.mode, entry.secrets), entry.grant)
        if other != entry.grant:
            raise SecretError(f"the grants {other} and {entry.grant} have the same secret", "rotate one of them")
