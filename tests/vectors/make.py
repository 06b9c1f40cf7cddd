"""Write the vectors beside this file. The same bytes every time: `python tests/vectors/make.py` (see README.md)."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sogallery.model import Downloads, Mode
from sogallery.vault import codec, derive, link, manifest, objects, padding, passphrase, slots, stream
from sogallery.vault.derive import GalleryKeys, ReplyKey, SigningKey, object_key
from sogallery.vault.slots import Entry, KdfParameters, Payload, Rights

Vector = dict[str, Any]
HERE = Path(__file__).parent


def noise(label: str, length: int = 32) -> bytes:
    """`length` bytes that look random and are the same every time."""
    return hashlib.shake_256(b"soga/1 vectors " + label.encode()).digest(length)


KEYS = GalleryKeys(noise("studio secret"), noise("seed"), 0)
OTHER = GalleryKeys(noise("studio secret"), noise("another seed"), 0)
ID = KEYS.id
SALT = noise("kdf salt", 16)
SMALL = KdfParameters(SALT, 64, 1, 1)


# --- passphrase.json ------------------------------------------------------------------------------------------------

SPELLINGS = [
    ("as it is printed", "otter paper lamp sunflower"),
    ("capitals, as phones make them", "Otter Paper LAMP sunflower"),
    ("hyphens for spaces", "otter-paper-lamp-sunflower"),
    ("typographic dashes", "otter\u2010paper\u2013lamp\u2014sunflower"),
    ("non-breaking hyphen, minus and horizontal bar", "otter\u2011paper\u2212lamp\u2015sunflower"),
    ("spaces at both ends", "  otter paper lamp sunflower \n"),
    ("tabs, line ends and runs of them", "otter \t paper\r\nlamp - sunflower"),
    ("no-break and ideographic spaces (NFKC makes them spaces)", "otter\u00a0paper\u3000lamp\u2003sunflower"),
    ("soft hyphen and zero-width space are dropped", "ot\u00adter pa\u200bper lamp sunflower"),
    ("dropped between two spaces: still one run", "otter \u200b\u00ad paper lamp sunflower"),
    ("full-width letters", "\uff2f\uff54\uff54\uff45\uff52 paper lamp sunflower"),
    ("ligature", "\ufb01sh"),
    ("decomposed accent becomes one character", "Cafe\u0301"),
    ("only A to Z are lowered: É stays", "\u00c9T\u00c9"),
    ("the Turkish capital I with a dot stays", "\u0130stanbul I"),
    ("sharp s stays", "Stra\u00dfe"),
    ("capital sharp s stays", "STRA\u1e9eE"),
    ("final sigma stays", "\u039f\u03b4\u03c5\u03c3\u03c3\u03b5\u03cd\u03c2"),
    ("the Kelvin sign is K under NFKC, then lowered", "\u212a elvin"),
    ("Arabic", "\u0642\u0644\u0645 \u0648\u0631\u0642"),
    ("Japanese half-width", "\uff76\uff92\uff97"),
    ("Hangul jamo are composed", "\u1112\u1161\u11ab"),
    ("emoji, with a zero-width joiner kept", "\U0001f468\u200d\U0001f469 ok"),
    ("superscript", "x\u00b2"),
    ("underscore and dot are not gaps", "otter_paper.lamp"),
    ("vertical tab, form feed and file separator are not gaps", "a\u000bb\u000cc\u001cd"),
    ("byte order mark is kept", "\ufeffotter"),
    ("next line and line separator are kept", "a\u0085b\u2028c"),
    ("a small hyphen-minus is one under NFKC", "otter\ufe63paper"),
    ("only gaps", " -\t\u2014 "),
    ("empty", ""),
]


def passphrases() -> Iterator[Vector]:
    for comment, text in SPELLINGS:
        yield {"comment": comment, "expect": "success", "input": text, "normalised": passphrase.normalise(text)}


# --- derive.json ----------------------------------------------------------------------------------------------------


def derivations() -> Iterator[Vector]:
    yield from _reader_derivations()
    yield from _studio_derivations()


def _kdf(parameters: KdfParameters) -> Vector:
    return {"m": parameters.m, "t": parameters.t, "p": parameters.p, "salt": parameters.salt.hex()}


def _derivation(what: str, comment: str, **parts: Any) -> Vector:
    return {"comment": comment, "expect": "success", "derive": what, **parts}


def _reader_derivations() -> Iterator[Vector]:
    for parts in ([], [""], ["a", "b"], ["ab", ""], ["soga/1 object", ID, "display"], ["\u00e9\U0001f4f7"]):
        yield _derivation("fields", f"{len(parts)} fields", fields=parts, bytes=codec.fields(*parts).hex())
    for kind in ("thumb", "small", "display", "poster", "original", "clip", "manifest"):
        secret = noise("secret of " + kind, 32 if kind == "manifest" else 16)
        key = object_key(secret, ID, kind)
        yield _derivation(
            "object key", f"a {kind}", secret=secret.hex(), gallery=ID, kind=kind,
            key=key.key.hex(), name=key.name, associated=key.associated.hex(),
        )  # fmt: skip
    original = noise("original", 16)
    view = derive.viewing_secret(original)
    yield _derivation("viewing secret", "from the original secret", original=original.hex(), view=view.hex())
    for parameters in (SMALL, KdfParameters(SALT, 8, 1, 1), KdfParameters(SALT, 256, 2, 4), KdfParameters(SALT)):
        stretched = slots.stretch(b"otter paper lamp sunflower", parameters)
        yield _derivation(
            "stretch", f"Argon2id, m={parameters.m} t={parameters.t} p={parameters.p}",
            passphrase="otter paper lamp sunflower", kdf=_kdf(parameters), stretched=stretched.hex(),
        )  # fmt: skip
    for mode in Mode:
        stretched = bytes(32) if mode is Mode.LINK else noise("stretched")
        secret = b"" if mode is Mode.PASSPHRASE else noise("link", 16)
        both = derive.slot_keys(stretched, secret, mode.value, ID, SMALL.encode(), noise("slot", 16))
        yield _derivation(
            "slot keys", f"mode {mode.value}", stretched=stretched.hex(), link=secret.hex(), mode=mode.value,
            gallery=ID, kdf=_kdf(SMALL), slot=noise("slot", 16).hex(), wrapping=both[:32].hex(),
            commitment=both[32:].hex(),
        )  # fmt: skip
    chosen = [noise("one", 16), noise("two", 16)]
    for comment, text, secrets in (
        ("a link secret", "k=" + codec.b64(noise("link", 16)), {"link": noise("link", 16).hex()}),
        ("unknown parameters are ignored", "x=1&k=" + codec.b64(noise("link", 16)), {"link": noise("link", 16).hex()}),
        ("no fragment", "", {"link": ""}),
        ("a shared selection", "v=" + "".join(map(codec.b64, chosen)), {"selection": [one.hex() for one in chosen]}),
    ):
        link.parse_fragment(text)
        yield _derivation("fragment", comment, fragment=text, **secrets)


def _studio_derivations() -> Iterator[Vector]:
    """Part 2 of the format: only a program that seals runs these."""
    words = ["zero", "one", "two", "three", "four", "five", "six"]
    for epoch in (0, 1):
        keys = GalleryKeys(noise("studio secret"), noise("seed"), epoch)
        photo = keys.photo_id(noise("a file's hash"))
        yield _derivation(
            "gallery", f"epoch {epoch}", secret=keys.secret.hex(), seed=keys.seed.hex(), epoch=epoch, id=keys.id,
            file=noise("a file's hash").hex(), photo_id=photo.hex(), originals=[
                keys.original_secret(photo, generation).hex() for generation in (0, 1)
            ],
            grant="client", counter=2, manifest=keys.manifest_secret("client", 2).hex(),
            reply=keys.reply_key("client", 2).hex(), kdf_salt=keys.kdf_salt.hex(),
            link=keys.link_secret("client", 2).hex(), words=keys.words("client", 2, words, "seven", 4), list=words,
            list_id="seven", synthetic=keys.synthetic.hex(), pack=b"a pack".hex(), pack_name=keys.pack_name(b"a pack"),
        )  # fmt: skip
    for number in (0, 1):
        sign, reply = SigningKey(KEYS.secret, number), ReplyKey(KEYS.secret, number)
        yield _derivation(
            "studio", f"keys number {number}", secret=KEYS.secret.hex(), number=number, sign=sign.public.hex(),
            sign_id=sign.id, reply=reply.public.hex(), reply_id=reply.id,
        )  # fmt: skip


# --- padding.json ---------------------------------------------------------------------------------------------------

LENGTHS = [2, 4095, 4096, 4097, 4098, 8191, 8192, 8193, 65480, 65536, 65537, 100_000, 131_071, 1_000_000, 1_048_577]
LENGTHS += [8_388_608, 8_388_609, 16_777_216, 80_000_001, 2**32, 2**32 + 1, 2**40 + 12345]


def paddings() -> Iterator[Vector]:
    for kind in ("display", "manifest"):
        for length in LENGTHS:
            padded = padding.padded(length, kind)
            sealed = stream.sealed_length(padded)
            yield {
                "comment": f"{kind}, {length} bytes", "expect": "success", "kind": kind, "length": length,
                "padded": padded, "sealed": sealed, "parts": max(1, -(-sealed // objects.PART)),
            }  # fmt: skip
    for sealed in (1, objects.PART, objects.PART + 1, 2 * objects.PART, 2 * objects.PART + 1):
        names = objects.part_names("0" * 32, sealed)
        yield {"comment": f"parts of {sealed} sealed bytes", "expect": "success", "sealed": sealed, "names": names}


# --- objects.json ---------------------------------------------------------------------------------------------------

VIEW = noise("view", 16)
PHOTO: Vector = {"type": "image/webp", "name": "MJ-0042.webp", "width": 2048, "height": 1365}


def _plain(header: Vector | bytes, content: bytes, tail: bytes = b"", claim: int | None = None) -> bytes:
    raw = header if isinstance(header, bytes) else codec.dump_json(header)
    return (len(raw) if claim is None else claim).to_bytes(2, "big") + raw + content + tail


def _seal(plain: bytes, kind: str = "display", gallery: str = ID, secret: bytes = VIEW) -> bytes:
    key = object_key(secret, gallery, kind)
    return stream.seal_whole(key.key, noise("salt " + hashlib.sha256(plain).hexdigest(), 39), key.associated, plain)


def _object(comment: str, expect: str, sealed: Any, **parts: Any) -> Vector:
    sealed = {"b64": codec.b64(sealed)} if isinstance(sealed, bytes) else sealed
    base = {"gallery": ID, "kind": "display", "secret": VIEW.hex()}
    return {"comment": comment, "expect": expect, **base, **parts, "sealed": sealed}


def _opens(comment: str, sealed: bytes, header: Vector, content: Any, **parts: Any) -> Vector:
    content = {"hex": content.hex()} if isinstance(content, bytes) else content
    return _object(comment, "success", sealed, header=header, content=content, **parts)


def sealed_objects() -> Iterator[Vector]:
    yield from _whole_objects()
    yield from _boundaries()
    yield from _broken_seals()
    yield from _broken_plaintexts()


def _whole_objects() -> Iterator[Vector]:
    content = noise("content", 300)
    for kind, secret in (("display", VIEW), ("original", noise("original", 16)), ("manifest", noise("manifest"))):
        header = PHOTO | {"length": 300} if kind != "manifest" else {"type": "application/json", "length": 300}
        parts = {"kind": kind, "secret": secret.hex()}
        yield _opens(f"a {kind}", _seal(_plain(header, content), kind, ID, secret), header, content, **parts)
    header = PHOTO | {"length": 300}
    key = object_key(VIEW, ID, "display")
    padded = objects.seal_object(key, KEYS.synthetic, objects.Header(**header), content)
    yield _opens("padded to the floor", padded, header, content, id="padded")
    bare = {"type": "image/jpeg", "length": 0}
    yield _opens("empty content", _seal(_plain(bare, b"")), bare, b"")
    named = {"type": "image/jpeg", "length": 1, "name": "Zoë & Łukasz \U0001f491.jpg"}
    yield _opens("a name in any script", _seal(_plain(named, b"x")), named, b"x")
    new = {"type": "image/jpeg", "length": 1, "mood": {"deep": [1]}}
    seen = {"type": "image/jpeg", "length": 1}
    yield _opens("unknown fields are ignored", _seal(_plain(new, b"x")), seen, b"x")


def _boundaries() -> Iterator[Vector]:
    """Plaintexts that end at or one byte after the end of a segment."""
    for comment, id_, total in (
        ("one full segment", "one", stream.FIRST),
        ("one byte in the second segment", "two short", stream.FIRST + 1),
        ("one byte in the third segment", "three", stream.FIRST + stream.REST + 1),
    ):
        header = {"type": "image/jpeg", "length": total - 40, "name": ""}
        header["name"] = "x" * (total - len(_plain(header, bytes(total - 40))))
        plain = _plain(header, b"\xab" * (total - 40))
        yield _opens(comment, _seal(plain), header, {"repeat": "ab", "length": total - 40}, id=id_)


def _broken_seals() -> Iterator[Vector]:
    end = stream.sealed_length(stream.FIRST + stream.REST + 1)
    for comment, slices, of in (
        ("the last byte is missing", [[0, end - 1]], "three"),
        ("the last segment is missing, a whole one before it", [[0, 131072]], "three"),
        ("only the first segment of two is left", [[0, 65536]], "two short"),
        ("segments swapped", [[0, 65536], [131072, end], [65536, 131072]], "three"),
        ("a segment in the middle is missing", [[0, 65536], [131072, end]], "three"),
        ("a segment twice", [[0, 131072], [65536, 131072], [131072, end]], "three"),
        ("bytes after the end", [[0, 4152], [0, 16]], "padded"),
        ("the header only", [[0, 40]], "padded"),
        ("less than the header", [[0, 39]], "padded"),
        ("a tag cut in two", [[0, 48]], "padded"),
        ("nothing", [], "padded"),
    ):
        yield _object(comment, "tampered", {"of": of, "slices": slices})
    for comment, at, mask in (
        ("header length byte changed", 0, 1),
        ("salt changed", 1, 128),
        ("last byte of the salt changed", 32, 1),
        ("nonce prefix changed", 33, 1),
        ("last byte of the prefix changed", 39, 1),
        ("first byte of the ciphertext changed", 40, 1),
        ("a byte of the padding changed", 4000, 16),
        ("first byte of the tag changed", 4136, 1),
        ("last bit changed", 4151, 1),
    ):
        yield _object(comment, "tampered", {"of": "padded", "flip": [at, mask]})
    yield _object("a bit of the second of three segments", "tampered", {"of": "three", "flip": [70000, 4]})
    plain = _plain(PHOTO | {"length": 1}, b"x")
    yield _object("sealed for another gallery", "tampered", _seal(plain, gallery=OTHER.id))
    yield _object("sealed as another kind", "tampered", _seal(plain, kind="small"))
    yield _object("sealed under another secret", "tampered", _seal(plain, secret=noise("another", 16)))
    right, wrong = object_key(VIEW, ID, "display"), object_key(VIEW, OTHER.id, "display")
    forged = stream.seal_whole(right.key, noise("salt", 39), wrong.associated, plain)
    yield _object("the right key, but another gallery's associated data", "tampered", forged)
    forged = stream.seal_whole(right.key, noise("salt", 39), codec.fields("soga/1 object", ID, "small"), plain)
    yield _object("the right key, but another kind's associated data", "tampered", forged)


def _broken_plaintexts() -> Iterator[Vector]:
    right = {"type": "image/jpeg", "length": 3}
    raw = codec.dump_json(right)
    for comment, expect, plain in (
        ("a padding byte is not zero", "tampered", _plain(right, b"abc", bytes(100) + b"\x01")),
        ("the first padding byte is not zero", "tampered", _plain(right, b"abc", b"\x01" + bytes(100))),
        ("length one too many", "malformed", _plain(right, b"ab")),
        ("length beyond everything", "malformed", _plain(right | {"length": 2**53 - 1}, b"abc")),
        ("a header longer than the plaintext", "malformed", _plain(raw, b"abc", claim=len(raw) + 4)),
        ("a header of 65535 bytes", "malformed", _plain(raw, b"abc", claim=65535)),
        ("a header that ends within its JSON", "malformed", _plain(raw, b"abc", claim=len(raw) - 1)),
        ("no header", "malformed", _plain(b"", b"abc")),
        ("one byte of plaintext", "malformed", b"\0"),
        ("an empty plaintext", "malformed", b""),
        ("a header that is a list", "malformed", _plain(b"[]", b"abc")),
        ("a header that is not UTF-8", "malformed", _plain(b'{"type":"\xff","length":3}', b"abc")),
        ("a header with a byte order mark", "malformed", _plain(b"\xef\xbb\xbf" + raw, b"abc")),
        ("a header without length", "malformed", _plain({"type": "image/jpeg"}, b"abc")),
        ("a header without type", "malformed", _plain({"length": 3}, b"abc")),
        ("length as text", "malformed", _plain(right | {"length": "3"}, b"abc")),
        ("length negative", "malformed", _plain(right | {"length": -1}, b"abc")),
        ("length with a fraction", "malformed", _plain(right | {"length": 2.5}, b"abc")),
        ("length true", "malformed", _plain(right | {"length": True}, b"a")),
        ("name a number", "malformed", _plain(right | {"name": 3}, b"abc")),
        ("width as text", "malformed", _plain(right | {"width": "2048"}, b"abc")),
    ):
        yield _object(comment, expect, _seal(plain))


# --- slots.json -----------------------------------------------------------------------------------------------------

WORDS = "otter paper lamp sunflower"
LINK = KEYS.link_secret("client", 0)


def _payload(grant: str = "client", **rights: Any) -> Payload:
    return Payload(KEYS.manifest_secret(grant, 0), KEYS.reply_key(grant, 0), Rights(grant, **rights))


def _entry(mode: Mode, grant: str = "client", words: str = WORDS, **rights: Any) -> Entry:
    return Entry(grant, mode, _payload(grant, **rights), KEYS.link_secret(grant, 0), words)


def _document(*entries: Entry, kdf: KdfParameters = SMALL) -> Vector:
    sealed = slots.seal_slots(KEYS, "../../b/", entries or [_entry(Mode.LINK_AND_PASSPHRASE)], kdf)
    return dict(codec.parse_object(sealed))


def _slot(comment: str, expect: str, document: Any, link_secret: bytes = LINK, words: str = WORDS) -> Vector:
    text = document if isinstance(document, str) else json.dumps(document)
    base = {"comment": comment, "expect": expect, "gallery": ID, "link": link_secret.hex(), "passphrase": words}
    return base | {"document": text}


def _unlocks(comment: str, document: Any, payload: Payload, *secrets: Any) -> Vector:
    rights: Vector = {"grant": payload.rights.grant, "downloads": payload.rights.downloads, "sign": payload.rights.sign}
    if payload.rights.until:
        rights["until"] = payload.rights.until.isoformat()
    out = {"manifest": payload.manifest.hex(), "reply": payload.reply.hex(), "rights": rights}
    return _slot(comment, "success", document, *secrets) | {"payload": out}


def key_slots() -> Iterator[Vector]:
    yield from _good_slots()
    yield from _no_match()
    yield from _broken_slots()
    yield from _broken_documents()
    yield from _kdf_limits()


def _good_slots() -> Iterator[Vector]:
    three = _document(*(_entry(mode, grant) for mode, grant in zip(Mode, "abc", strict=True)))
    for mode, grant in zip(Mode, "abc", strict=True):
        link_secret = b"" if mode is Mode.PASSPHRASE else KEYS.link_secret(grant, 0)
        words = "" if mode is Mode.LINK else WORDS
        yield _unlocks(f"mode {mode.value}, among three grants", three, _payload(grant), link_secret, words)
    first = _unlocks("the link alone is tried first", three, _payload("b"), KEYS.link_secret("b", 0), WORDS)
    yield first
    written = "\u00a0Otter\u2011paper LAMP-sun\u00adflower "
    yield _unlocks("the passphrase written otherwise", _document(), _payload(), LINK, written)
    ends: Vector = {"downloads": Downloads.DISPLAY, "until": date(2026, 8, 31), "sign": True}
    yield _unlocks("rights", _document(_entry(Mode.LINK, **ends)), _payload(**ends), LINK, "")
    many = _document(*(_entry(Mode.LINK, f"guest-{number:02}") for number in range(61)))
    yield _unlocks("64 slots", many, _payload("guest-60"), KEYS.link_secret("guest-60", 0), "")
    extra = _document() | {"new": {"thing": [1, 2]}}
    extra["kdf"] |= {"v": 19}
    yield _unlocks("unknown fields are ignored", extra, _payload())
    yield _unlocks("numbers may be written with a fraction of zero", json.dumps(_document()).replace(
        '"m": 64', '"m": 64.0'), _payload())  # fmt: skip
    yield _unlocks("a payload with an unknown field, without sign", _custom({"new": 1}, drop="sign"), _payload())


def _no_match() -> Iterator[Vector]:
    both = _document()
    yield _slot("a wrong passphrase", "no match", both, LINK, "otter paper lamp sunflowers")
    yield _slot("a wrong link secret", "no match", both, noise("other", 16))
    yield _slot("without the link secret", "no match", both, b"")
    yield _slot("without the passphrase", "no match", both, LINK, "")
    yield _slot("without anything", "no match", both, b"", "")
    only = _document(_entry(Mode.PASSPHRASE))
    yield _slot("passphrase mode, a wrong passphrase", "no match", only, b"", "otter")
    yield _slot("link mode, a wrong link secret", "no match", _document(_entry(Mode.LINK)), noise("other", 16), "")
    for comment, change in (
        ("another m than it was made with", {"m": 65}),
        ("another t than it was made with", {"t": 2}),
        ("another salt than it was made with", {"salt": codec.b64(noise("other", 16))}),
    ):
        changed = copy.deepcopy(both)
        changed["kdf"] |= change
        yield _slot(comment, "no match", changed)
    one = slots.Slot(*_raw_slot(_payload().encode()))
    moved = _with_slot(both, slots.Slot(noise("id", 16), one.commitment, one.sealed))
    yield _slot("a slot under another id", "no match", moved)
    changed = _with_slot(both, slots.Slot(one.id, bytes([one.commitment[0] ^ 1]) + one.commitment[1:], one.sealed))
    yield _slot("a bit of the commitment changed", "no match", changed)
    foreign = _raw_slot(_payload().encode(), gallery=OTHER.id)
    yield _slot("a slot made for another gallery", "no match", _with_slot(both, slots.Slot(*foreign)))


def _raw_slot(payload: bytes, gallery: str = ID) -> tuple[bytes, bytes, bytes]:
    slot_id = noise("a slot", 16)
    stretched = slots.stretch(WORDS.encode(), SMALL)
    both = derive.slot_keys(stretched, LINK, Mode.LINK_AND_PASSPHRASE.value, gallery, SMALL.encode(), slot_id)
    return slot_id, both[32:], AESGCM(both[:32]).encrypt(bytes(12), payload, None)


def _encoded(slot: slots.Slot) -> Vector:
    return {"id": codec.b64(slot.id), "commitment": codec.b64(slot.commitment), "sealed": codec.b64(slot.sealed)}


def _with_slot(document: Vector, *new: slots.Slot) -> Vector:
    """`document` with only dummies and the `new` slots in front of them."""
    dummies = _document(_entry(Mode.LINK, "somebody else"))["slots"]
    return document | {"slots": [_encoded(slot) for slot in new] + dummies[len(new) :]}


def _custom(changes: Vector | bytes, drop: str = "", tail: bytes = b"", claim: int | None = None) -> Vector:
    """A document whose slot opens to a payload with `changes`, of 512 bytes, that no studio writes."""
    raw = _payload().encode()
    parts: Any = json.loads(raw[2 : 2 + int.from_bytes(raw[:2], "big")])
    if isinstance(changes, dict):
        parts |= {key: value for key, value in changes.items() if key != "rights"}
        parts["rights"] |= changes.get("rights", {})
        parts["rights"].pop(drop, None)
        parts.pop(drop, None)
    body = changes if isinstance(changes, bytes) else codec.dump_json(parts)
    length = (len(body) if claim is None else claim).to_bytes(2, "big")
    plain = (length + body).ljust(512 - len(tail), b"\0") + tail
    return _with_slot(_document(), slots.Slot(*_raw_slot(plain)))


def _broken_slots() -> Iterator[Vector]:
    good = slots.Slot(*_raw_slot(_payload().encode()))
    bad = slots.Slot(good.id, good.commitment, bytes([good.sealed[0] ^ 1]) + good.sealed[1:])
    end = slots.Slot(good.id, good.commitment, good.sealed[:-1] + bytes([good.sealed[-1] ^ 128]))
    base = _document()
    yield _unlocks("a slot twice", _with_slot(base, good, good), _payload())
    yield _slot("the first bit of a box changed", "tampered", _with_slot(base, bad))
    yield _slot("the last bit of a box changed", "tampered", _with_slot(base, end))
    yield _slot("one commitment twice, the first with a broken box", "tampered", _with_slot(base, bad, good))
    other = slots.Slot(good.id, good.commitment, noise("box", slots.SEALED))
    yield _slot("the commitment of one box on another", "tampered", _with_slot(base, other))
    yield _slot("the last padding byte is not zero", "tampered", _custom({}, tail=b"\x01"))
    for comment, document in (
        ("a payload's length that does not fit", _custom({}, claim=511)),
        ("a payload that is not JSON", _custom(b"{")),
        ("a payload without a manifest secret", _custom({}, drop="manifest")),
        ("a manifest secret of 31 bytes", _custom({"manifest": codec.b64(bytes(31))})),
        ("a reply key of 33 bytes", _custom({"reply": codec.b64(bytes(33))})),
        ("rights that are text", _custom(_with_rights_as_text())),
        ("downloads of an unknown kind", _custom({"rights": {"downloads": "prints"}})),
        ("downloads missing", _custom({}, drop="downloads")),
        ("grant a number", _custom({"rights": {"grant": 1}})),
        ("until a number", _custom({"rights": {"until": 20260831}})),
        ("sign as text", _custom({"rights": {"sign": "yes"}})),
    ):
        yield _slot(comment, "malformed", document)


def _with_rights_as_text() -> bytes:
    return codec.dump_json({"manifest": codec.b64(bytes(32)), "reply": codec.b64(bytes(32)), "rights": "all"})


def _broken_documents() -> Iterator[Vector]:
    good = _document()
    text = json.dumps(good)
    for comment, expect, changes in (
        ("a later format", "unsupported", {"format": "soga/2"}),
        ("an earlier format", "unsupported", {"format": "soga/0"}),
        ("another gallery than the address says", "wrong gallery", {"gallery": OTHER.id}),
        ("objects without a slash at its end", "malformed", {"objects": "../../b"}),
        ("objects a number", "malformed", {"objects": 1}),
        ("slots an object", "malformed", {"slots": {}}),
        ("no slots", "malformed", {"slots": []}),
        ("three slots", "malformed", {"slots": good["slots"][:3]}),
        ("five slots", "malformed", {"slots": [*good["slots"], good["slots"][0]]}),
        ("68 slots", "malformed", {"slots": good["slots"] * 17}),
        ("kdf a list", "malformed", {"kdf": []}),
        ("kdf missing", "malformed", {"kdf": None}),
        ("a slot that is text", "malformed", {"slots": ["slot", *good["slots"][1:]]}),
    ):
        yield _slot(comment, expect, good | changes)
    yield _slot("no format", "unsupported", {key: value for key, value in good.items() if key != "format"})
    yield _slot("cut off", "malformed", text[:-1])
    yield _slot("empty", "malformed", "")
    yield _slot("a list", "malformed", "[]")
    yield _slot("a byte order mark in front", "malformed", "\ufeff" + text)
    yield _slot("an HTML page", "malformed", "<!doctype html><title>Not found</title>")
    first = good["slots"][0]
    for comment, key, value in (
        ("a slot id of 15 bytes", "id", codec.b64(bytes(15))),
        ("a commitment of 33 bytes", "commitment", codec.b64(bytes(33))),
        ("a box of 527 bytes", "sealed", codec.b64(bytes(527))),
        ("base64 with padding", "id", first["id"] + "=="),
        ("base64 with another alphabet", "id", "+/" + first["id"][2:]),
        ("base64 with stray bits", "id", "A" * 21 + "B"),
        ("base64 with a line end", "id", first["id"][:10] + "\n" + first["id"][10:]),
        ("base64 of an impossible length", "id", "A" * 25),
        ("a slot id that is a number", "id", 7),
    ):
        yield _slot(comment, "malformed", good | {"slots": [first | {key: value}, *good["slots"][1:]]})


def _kdf_limits() -> Iterator[Vector]:
    within = [(8, 1, 1), (32, 1, 4), (16, 1, 2), (8, 16, 1), (262144, 1, 1)]
    for m, t, p in within:
        document = _document(kdf=KdfParameters(SALT, m, t, p))
        yield _unlocks(f"within the limits: m={m} t={t} p={p}", document, _payload())
    beyond = [(262145, 1, 1), (7, 1, 1), (31, 1, 4), (8, 17, 1), (8, 0, 1), (40, 1, 5), (8, 1, 0), (0, 1, 1)]
    for m, t, p in beyond:
        document = _document()
        document["kdf"] |= {"m": m, "t": t, "p": p}
        yield _slot(f"beyond the limits: m={m} t={t} p={p}", "unsupported", document)
    for comment, expect, changes in (
        ("another key derivation", "unsupported", {"name": "pbkdf2"}),
        ("a salt of 15 bytes", "unsupported", {"salt": codec.b64(bytes(15))}),
        ("a salt of 17 bytes", "unsupported", {"salt": codec.b64(bytes(17))}),
        ("m as text", "malformed", {"m": "64"}),
        ("m with a fraction", "malformed", {"m": 64.5}),
        ("m negative", "malformed", {"m": -64}),
        ("t true", "malformed", {"t": True}),
        ("p missing", "malformed", {"p": None}),
    ):
        document = _document()
        document["kdf"] |= changes
        yield _slot(comment, expect, document)


# --- manifest.json --------------------------------------------------------------------------------------------------


def _manifest() -> Vector:
    photo = manifest.Photo(
        "MJ-0042.jpg", 6000, 4000, "c0ffee" * 4, (0, 81920, 20536), noise("original", 16), None, 69688, 200764, 8388712,
        caption="The rings", taken="2026-06-13T12:30:00", exposure="1/250 s, f/2.8, ISO 400, 50 mm",
    )  # fmt: skip
    seen = manifest.Photo("Zoë \U0001f491.jpg", 4000, 6000, "0" * 24, (1, 0, 4152), None, VIEW, 69688, 200764)
    clip = manifest.Photo("dance.mp4", 1920, 1080, "0" * 24, (1, 4152, 4152), noise("clip", 16), kind="clip")
    clip = replace(clip, clip=33554600, poster=69688)
    reply = ReplyKey(KEYS.secret)
    return dict(codec.parse_object(manifest.write(manifest.Manifest(
        ID, 7, "Ada & Lin", "en", manifest.Studio("SO Captures", "hello@studio.example", url="https://studio.example/"),
        manifest.Reply(reply.public, reply.id), ("a" * 32, "b" * 32),
        (manifest.Section("Ceremony", 2), manifest.Section("", 1)), (photo, seen, clip), "2026-06-13", "2027-06-13", 1,
    ))))  # fmt: skip


def _listed(comment: str, expect: str, document: Any, **out: Any) -> Vector:
    text = document if isinstance(document, str) else json.dumps(document)
    return {"comment": comment, "expect": expect, "gallery": ID, "content": text, **out}


def _photo(changes: Vector, number: int = 0, drop: str = "") -> Vector:
    document = _manifest()
    document["photos"][number] |= changes
    document["photos"][number].pop(drop, None)
    return document


def manifests() -> Iterator[Vector]:
    good = _manifest()
    names = [photo["name"] for photo in good["photos"]]
    kinds = ["photo", "photo", "clip"]
    out = {"revision": 7, "title": "Ada & Lin", "names": names, "kinds": kinds, "sections": [2, 1], "cover": 1}
    yield _listed("everything", "success", good, **out)
    yield _listed("unknown fields are ignored", "success", good | {"new": [1]}, **out)
    empty = {key: good[key] for key in ("format", "gallery", "revision", "title")}
    empty |= {"packs": [], "sections": [], "photos": []}
    least = {"revision": 7, "title": "Ada & Lin", "names": [], "kinds": [], "sections": [], "cover": None}
    yield _listed("the least there can be", "success", empty, **least)
    kinds = ["hologram", "photo", "clip"]
    yield _listed("a kind from the future", "success", _photo({"kind": "hologram"}), **out | {"kinds": kinds})
    yield _listed("an original without its length", "success", _photo({}, drop="bytes"), **out)
    largest = good | {"revision": 2**53 - 1}
    yield _listed("the largest number", "success", largest, **out | {"revision": 2**53 - 1})
    yield from _broken_manifests(good)
    yield from _broken_photos()


def _broken_manifests(good: Vector) -> Iterator[Vector]:
    for comment, expect, changes in (
        ("a later format", "unsupported", {"format": "soga/2 manifest"}),
        ("gallery.json's format", "unsupported", {"format": "soga/1"}),
        ("another gallery's", "wrong gallery", {"gallery": OTHER.id}),
        ("revision negative", "malformed", {"revision": -1}),
        ("revision with a fraction", "malformed", {"revision": 1.5}),
        ("revision too large", "malformed", {"revision": 2**53}),
        ("title a number", "malformed", {"title": 7}),
        ("language null", "malformed", {"language": None}),
        ("studio a text", "malformed", {"studio": "SO Captures"}),
        ("studio's e-mail a number", "malformed", {"studio": {"name": "SO", "email": 1}}),
        ("a reply key of 64 bytes", "malformed", {"reply": {"key": codec.b64(bytes(64)), "id": "0" * 16}}),
        ("a pack's name too short", "malformed", {"packs": ["a" * 31, "b" * 32]}),
        ("a pack's name in capitals", "malformed", {"packs": ["A" * 32, "b" * 32]}),
        ("a pack's name with a path", "malformed", {"packs": ["../" + "a" * 29, "b" * 32]}),
        ("sections that hold too few photos", "malformed", {"sections": [{"title": "Ceremony", "count": 2}]}),
        ("sections that hold too many photos", "malformed", {"sections": [{"title": "Ceremony", "count": 4}]}),
        ("a section without a title", "malformed", {"sections": [{"count": 3}]}),
        ("a cover that is not there", "malformed", {"cover": 3}),
        ("cover null", "malformed", {"cover": None}),
        ("photos an object", "malformed", {"photos": {}}),
    ):
        yield _listed(comment, expect, good | changes)
    for key in ("revision", "title", "packs", "sections", "photos"):
        yield _listed(f"no {key}", "malformed", {name: value for name, value in good.items() if name != key})
    yield _listed("no format", "unsupported", {name: value for name, value in good.items() if name != "format"})
    yield _listed("cut off", "malformed", json.dumps(good)[:-1])
    yield _listed("a byte order mark in front", "malformed", "\ufeff" + json.dumps(good))


def _broken_photos() -> Iterator[Vector]:
    secret = codec.b64(bytes(16))
    for comment, document in (
        ("both secrets", _photo({"view": secret})),
        ("no secret", _photo({}, drop="original")),
        ("a secret of 15 bytes", _photo({"original": codec.b64(bytes(15))})),
        ("bytes without original", _photo({"bytes": 8388712}, 1)),
        ("a clip's length without original", _photo({"clip": 1, "view": secret}, 2, drop="original")),
        ("no name", _photo({}, drop="name")),
        ("width missing", _photo({}, drop="width")),
        ("height as text", _photo({"height": "4000"})),
        ("colours too short", _photo({"colours": "c0ffee"})),
        ("colours in capitals", _photo({"colours": "C0FFEE" * 4})),
        ("colours with a line end", _photo({"colours": "c0ffee" * 4 + "\n"})),
        ("no thumb", _photo({}, drop="thumb")),
        ("a thumb of two numbers", _photo({"thumb": [0, 81920]})),
        ("a thumb of four numbers", _photo({"thumb": [0, 81920, 20536, 1]})),
        ("a thumb in a pack that is not there", _photo({"thumb": [2, 0, 4152]})),
        ("a thumb at a negative offset", _photo({"thumb": [0, -1, 4152]})),
        ("no small", _photo({}, drop="small")),
        ("no display", _photo({}, drop="display")),
        ("display with a fraction", _photo({"display": 0.5})),
        ("a clip without a poster", _photo({}, 2, drop="poster")),
        ("kind a number", _photo({"kind": 1})),
        ("caption a list", _photo({"caption": ["The rings"]})),
    ):
        yield _listed(comment, "malformed", document)


FILES = {
    "passphrase": passphrases,
    "derive": derivations,
    "padding": paddings,
    "objects": sealed_objects,
    "slots": key_slots,
    "manifest": manifests,
}


def write(folder: Path) -> None:
    """Write every file of vectors into `folder`."""
    for name, make in FILES.items():
        text = json.dumps(list(make()), indent=1, ensure_ascii=True) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="ascii", newline="\n")


if __name__ == "__main__":
    write(HERE)
