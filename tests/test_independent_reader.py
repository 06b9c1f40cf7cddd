"""A second reader, written from docs/format.md alone: it imports nothing of ours, so the page says enough.

Only what a reader must do; errors are assertions. Section numbers are those of the page.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sealed_gallery
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id


def hkdf(ikm: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 by hand."""
    prk = hmac.digest(salt or bytes(32), ikm, "sha256")
    out, block, counter = b"", b"", 1
    while len(out) < length:
        block = hmac.digest(prk, block + info + bytes([counter]), "sha256")
        out, counter = out + block, counter + 1
    return out[:length]


def f(*parts: bytes | str | int) -> bytes:
    """Notation: F(...)."""
    out = b""
    for part in parts:
        raw = part.to_bytes(4, "big") if isinstance(part, int) else part.encode() if isinstance(part, str) else part
        out += len(raw).to_bytes(4, "big") + raw
    return out


def b64(text: str) -> bytes:
    """Notation: b64."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def open_slot(document: dict[str, Any], gallery: str, link: bytes, passphrase: str) -> dict[str, Any] | None:
    """Sections 3 and 4; the passphrase is normalised already."""
    assert (document["format"], document["gallery"]) == ("soga/1", gallery)
    kdf = document["kdf"]
    assert kdf["name"] == "argon2id"
    assert 1 <= kdf["t"] <= 16
    assert 1 <= kdf["p"] <= 4
    assert 8 * kdf["p"] <= kdf["m"] <= 262144
    salt = b64(kdf["salt"])
    m, t, p = int(kdf["m"]), int(kdf["t"]), int(kdf["p"])
    parameters = f("argon2id", m, t, p, salt)
    argon2 = Argon2id(salt=salt, length=32, iterations=t, lanes=p, memory_cost=m)
    stretched = argon2.derive(passphrase.encode()) if passphrase else bytes(32)
    attempts = [("link", link, bytes(32))] if link else []
    attempts += [("link+passphrase", link, stretched)] if link and passphrase else []
    attempts += [("passphrase", b"", stretched)] if passphrase else []
    for mode, secret, pk in attempts:
        for slot in document["slots"]:
            w = hkdf(pk, secret, f("soga/1 slot", mode, gallery, parameters, b64(slot["id"])), 64)
            if w[32:] == b64(slot["commitment"]):
                payload = AESGCM(w[:32]).decrypt(bytes(12), b64(slot["sealed"]), None)
                length = int.from_bytes(payload[:2], "big")
                assert not any(payload[2 + length :])
                return dict(json.loads(payload[2 : 2 + length]))
    return None


def open_object(folder: Path, secret: bytes, gallery: str, kind: str) -> tuple[dict[str, Any], bytes]:
    """Section 5, with parts."""
    associated = f("soga/1 object", gallery, kind)
    k = hkdf(secret, b"", associated, 48)
    key, name = k[:32], k[32:].hex()
    sealed = b"".join(path.read_bytes() for path in files_of(folder / name[:2], name))
    assert sealed[0] == 0x28
    salt, prefix = sealed[1:33], sealed[33:40]
    aead = AESGCM(hkdf(key, salt, associated, 32))
    plain, at, index = b"", 40, 0
    while True:
        end = min((index + 1) * 65536, len(sealed))
        last = end == len(sealed)
        plain += aead.decrypt(prefix + index.to_bytes(4, "big") + bytes([last]), sealed[at:end], None)
        at, index = end, index + 1
        if last:
            break
    start = 2 + int.from_bytes(plain[:2], "big")
    header = json.loads(plain[2:start])
    assert not any(plain[start + header["length"] :])
    return header, plain[start : start + header["length"]]


def files_of(folder: Path, name: str) -> Iterator[Path]:
    if (folder / name).exists():
        yield folder / name
        return
    index = 0
    while (folder / f"{name}.{index}").exists():
        yield folder / f"{name}.{index}"
        index += 1


def read(dist: Path, fragment: str, passphrase: str) -> dict[str, bytes]:
    """A whole gallery: section and name to bytes."""
    (gallery_folder,) = (dist / "g").iterdir()
    gallery = gallery_folder.name
    document = json.loads((gallery_folder / "gallery.json").read_text())
    objects = gallery_folder / document["objects"]
    payload = open_slot(document, gallery, b64(fragment.removeprefix("k=")), passphrase)
    assert payload is not None
    _, content = open_object(objects, b64(payload["manifest"]), gallery, "manifest")
    listed = json.loads(content)
    assert (listed["format"], listed["gallery"]) == ("soga/1 manifest", gallery)
    found, photos = {}, iter(listed["photos"])
    for section in listed["sections"]:
        for _ in range(section["count"]):
            photo = next(photos)
            found[f"{section['title']}/{photo['name']}"] = bytes_of(objects, gallery, photo)
    return found


def bytes_of(objects: Path, gallery: str, photo: dict[str, Any]) -> bytes:
    clip = photo.get("kind") == "clip"
    if "original" in photo:
        return open_object(objects, b64(photo["original"]), gallery, "clip" if clip else "original")[1]
    return open_object(objects, b64(photo["view"]), gallery, "poster" if clip else "display")[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> sealed_gallery.Built:
    large = sealed_gallery.Item("Party", "large.jpg", hashlib.sha256(b"").digest() * 600_000)
    return sealed_gallery.build(tmp_path_factory.mktemp("site"), [*sealed_gallery.ITEMS, large])


def test_it_reads_what_the_client_may_have(built: sealed_gallery.Built) -> None:
    """Every original and clip, byte for byte, one of them in parts."""
    expected = {f"{item.section}/{item.name}": item.content for item in built.items}

    assert read(built.dist, built.fragment("client"), built.passphrase("client")) == expected


def test_it_reads_what_the_guest_may_see(built: sealed_gallery.Built) -> None:
    """Display renditions and posters, with the link alone."""
    expected = {f"{item.section}/{item.name}": item.display for item in built.items}

    assert read(built.dist, built.fragment("guest"), "") == expected


def test_it_reads_what_the_press_may_see(built: sealed_gallery.Built) -> None:
    """One photo, with a passphrase alone."""
    first = built.items[0]

    assert read(built.dist, "", built.passphrase("press")) == {f"/{first.name}": first.display}


def test_it_opens_the_shared_vectors() -> None:
    """The slots of tests/vectors open to the same payloads."""
    vectors = json.loads((Path(__file__).parent / "vectors" / "slots.json").read_text())
    plain = [v for v in vectors if v["expect"] == "success" and v["passphrase"] in ("", "otter paper lamp sunflower")]
    for vector in plain:
        link, passphrase = bytes.fromhex(vector["link"]), vector["passphrase"]
        payload = open_slot(json.loads(vector["document"]), vector["gallery"], link, passphrase)
        assert payload is not None, vector["comment"]
        assert b64(payload["manifest"]).hex() == vector["payload"]["manifest"], vector["comment"]
    assert len(plain) > 10
