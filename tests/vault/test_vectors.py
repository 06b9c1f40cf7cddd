"""Every vector of tests/vectors, run against the package (their shape: tests/vectors/README.md)."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from sogallery.errors import SogalleryError
from sogallery.vault import codec, derive, link, manifest, objects, padding, passphrase, slots, stream
from sogallery.vault.failures import failure_class

FOLDER = Path(__file__).parents[1] / "vectors"
Vector = dict[str, Any]


def load(name: str) -> list[Any]:
    vectors = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return [pytest.param(vector, id=f"{number}-{vector['comment']}") for number, vector in enumerate(vectors)]


def outcome(run: Any) -> tuple[str, Any]:
    try:
        return "success", run()
    except SogalleryError as error:
        return failure_class(error), None


def test_the_generator_writes_these_very_bytes(tmp_path: Path) -> None:
    """Nobody edited a vector by hand, and the sealing side still makes the same bytes."""
    spec = importlib.util.spec_from_file_location("make", FOLDER / "make.py")
    assert spec and spec.loader
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)

    make.write(tmp_path)

    for path in FOLDER.glob("*.json"):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize("vector", load("passphrase"))
def test_passphrase(vector: Vector) -> None:
    """One spelling for however it was typed."""
    assert passphrase.normalise(vector["input"]) == vector["normalised"]


@pytest.mark.parametrize("vector", load("padding"))
def test_padding(vector: Vector) -> None:
    """Padded and sealed lengths, and the names of parts."""
    if "padded" in vector:
        assert padding.padded(vector["length"], vector["kind"]) == vector["padded"]
        assert stream.sealed_length(vector["padded"]) == vector["sealed"]
    names = objects.part_names("0" * 32, vector["sealed"])
    assert list(names) == vector["names"] if "names" in vector else len(names) == vector["parts"]


def _kdf(vector: Vector) -> slots.KdfParameters:
    kdf = vector["kdf"]
    return slots.KdfParameters(bytes.fromhex(kdf["salt"]), kdf["m"], kdf["t"], kdf["p"])


def _derived(vector: Vector) -> Vector:
    raw = {key: bytes.fromhex(vector.get(key, "")) for key in ("secret", "original", "stretched", "link", "slot")}
    match vector["derive"]:
        case "fields":
            return {"bytes": codec.fields(*vector["fields"]).hex()}
        case "object key":
            key = derive.object_key(raw["secret"], vector["gallery"], vector["kind"])
            return {"key": key.key.hex(), "name": key.name, "associated": key.associated.hex()}
        case "viewing secret":
            return {"view": derive.viewing_secret(raw["original"]).hex()}
        case "stretch":
            return {"stretched": slots.stretch(vector["passphrase"].encode(), _kdf(vector)).hex()}
        case "slot keys":
            both = derive.slot_keys(
                raw["stretched"], raw["link"], vector["mode"], vector["gallery"], _kdf(vector).encode(), raw["slot"]
            )
            return {"wrapping": both[:32].hex(), "commitment": both[32:].hex()}
        case "fragment":
            parsed = link.parse_fragment(vector["fragment"])
            selection = [secret.hex() for secret in parsed.selection]
            return {"selection": selection} if selection else {"link": parsed.link_secret.hex()}
        case "studio":
            sign = derive.SigningKey(raw["secret"], vector["number"])
            reply = derive.ReplyKey(raw["secret"], vector["number"])
            return {
                "sign": sign.public.hex(), "sign_id": sign.id, "reply": reply.public.hex(), "reply_id": reply.id,
            }  # fmt: skip
        case "gallery":
            keys = derive.GalleryKeys(raw["secret"], bytes.fromhex(vector["seed"]), vector["epoch"])
            photo = keys.photo_id(bytes.fromhex(vector["file"]))
            at = (vector["grant"], vector["counter"])
            return {
                "id": keys.id, "photo_id": photo.hex(), "link": keys.link_secret(*at).hex(),
                "originals": [keys.original_secret(photo, number).hex() for number in (0, 1)],
                "manifest": keys.manifest_secret(*at).hex(), "reply": keys.reply_key(*at).hex(),
                "kdf_salt": keys.kdf_salt.hex(), "synthetic": keys.synthetic.hex(),
                "words": keys.words(*at, vector["list"], vector["list_id"], 4),
                "pack_name": keys.pack_name(bytes.fromhex(vector["pack"])),
            }  # fmt: skip
    raise AssertionError(f"nobody runs {vector['derive']}")


@pytest.mark.parametrize("vector", load("derive"))
def test_derive(vector: Vector) -> None:
    """Every derivation gives what the vector says."""
    derived = _derived(vector)

    assert derived == {key: vector[key] for key in derived}


def _sealed(vector: Vector, by_id: dict[str, Vector]) -> bytes:
    recipe = vector["sealed"]
    if "b64" in recipe:
        return codec.unb64(recipe["b64"])
    base = bytearray(_sealed(by_id[recipe["of"]], by_id))
    if "flip" in recipe:
        offset, mask = recipe["flip"]
        base[offset] ^= mask
        return bytes(base)
    return b"".join(bytes(base[start:end]) for start, end in recipe["slices"])


def _content(recipe: Vector) -> bytes:
    return bytes.fromhex(recipe["hex"]) if "hex" in recipe else bytes.fromhex(recipe["repeat"]) * recipe["length"]


BY_ID = {vector["id"]: vector for (vector,) in (one.values for one in load("objects")) if "id" in vector}


@pytest.mark.parametrize("vector", load("objects"))
@pytest.mark.parametrize("piece", [None, 1000])
def test_objects(vector: Vector, piece: int | None) -> None:
    """An object opens or fails as its vector says, whole or in pieces."""
    sealed = _sealed(vector, BY_ID)
    key = derive.object_key(bytes.fromhex(vector["secret"]), vector["gallery"], vector["kind"])
    pieces = [sealed] if piece is None else [sealed[at : at + piece] for at in range(0, len(sealed), piece)]

    def run() -> tuple[objects.Header, bytes]:
        header, content = objects.open_object(pieces, key)
        return header, b"".join(content)

    expect, opened = outcome(run)
    assert expect == vector["expect"]
    if opened:
        assert opened == (objects.Header(**vector["header"]), _content(vector["content"]))


@pytest.mark.parametrize("vector", load("slots"))
def test_slots(vector: Vector) -> None:
    """A gallery.json opens with the secrets it was made for, and with no others."""

    def run() -> slots.Payload:
        gallery = slots.parse(vector["document"].encode(), vector["gallery"])
        return slots.unlock(gallery, bytes.fromhex(vector["link"]), vector["passphrase"])

    expect, payload = outcome(run)
    assert expect == vector["expect"]
    if payload:
        rights = {"grant": payload.rights.grant, "downloads": payload.rights.downloads, "sign": payload.rights.sign}
        if payload.rights.until:
            rights["until"] = payload.rights.until.isoformat()
        opened = {"manifest": payload.manifest.hex(), "reply": payload.reply.hex(), "rights": rights}
        assert opened == vector["payload"]


@pytest.mark.parametrize("vector", load("manifest"))
def test_manifest(vector: Vector) -> None:
    """A manifest is taken whole or refused in the right class."""
    expect, parsed = outcome(lambda: manifest.parse(vector["content"].encode(), vector["gallery"]))

    assert expect == vector["expect"]
    if parsed:
        seen = {
            "revision": parsed.revision, "title": parsed.title, "cover": parsed.cover,
            "names": [photo.name for photo in parsed.photos], "kinds": [photo.kind for photo in parsed.photos],
            "sections": [section.count for section in parsed.sections],
        }  # fmt: skip
        assert seen == {key: vector[key] for key in seen}
        assert manifest.parse(manifest.write(parsed), vector["gallery"]) == parsed
