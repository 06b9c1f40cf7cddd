"""Signed records: what the studio says and a machine without its secret checks (docs/format.md, section 15)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sogallery.errors import TamperedError
from sogallery.vault import codec
from sogallery.vault.codec import Json, as_object, as_text, unb64
from sogallery.vault.derive import SigningKey
from sogallery.vault.failures import MalformedError, UnsupportedError

SITE = "soga/1 site"
GALLERY = "soga/1 gallery record"
PUBLIC = "soga/1 public record"


def sign(key: SigningKey, content: Mapping[str, Json]) -> bytes:
    """The signed record, as canonical JSON with a line end. `content["format"]` says which record it is."""
    signature = key.sign(_message(content))
    document: Json = {"signed": dict(content), "key": key.id, "signature": codec.b64(signature)}
    return codec.dump_json(document) + b"\n"


def sign_in_place(key: SigningKey, content: Mapping[str, Json]) -> bytes:
    """`content` with its signature as two more members, for a document that readers without keys take as it is.

    A signature that is there already is replaced.
    """
    bare = {name: value for name, value in content.items() if name not in ("key", "signature")}
    return codec.dump_json({**bare, "key": key.id, "signature": codec.b64(key.sign(_message(bare)))}) + b"\n"


def verify_in_place(document: bytes, public_keys: Mapping[str, bytes], record_format: str) -> dict[str, Json]:
    """The content of a document that carries its own signature; raises as `verify` does."""
    content = codec.parse_object(document)
    key, signature = as_text(content.pop("key", "")), as_text(content.pop("signature", ""))
    return _verified(content, key, signature, public_keys, record_format)


def verify(document: bytes, public_keys: Mapping[str, bytes], record_format: str) -> dict[str, Json]:
    """The content of a record of `record_format`, signed by one of `public_keys` (32 bytes each, by key id).

    Raises TamperedError for a wrong signature or an unknown key, UnsupportedError for another record's format.
    """
    record = codec.parse_object(document)
    key, signature = as_text(record.get("key")), as_text(record.get("signature"))
    return _verified(as_object(record.get("signed")), key, signature, public_keys, record_format)


def _verified(
    content: dict[str, Json], key: str, signature: str, public_keys: Mapping[str, bytes], record_format: str
) -> dict[str, Json]:
    if key not in public_keys:
        raise TamperedError("not signed with a key that studio.pub names")
    try:
        Ed25519PublicKey.from_public_bytes(public_keys[key]).verify(unb64(signature, 64), _message(content))
    except InvalidSignature as error:
        raise TamperedError("the signature is not the studio's: somebody changed this record") from error
    if as_text(content.get("format")) != record_format:
        raise UnsupportedError(f"another record where {record_format} belongs")
    return content


def _message(content: Mapping[str, Json]) -> bytes:
    try:
        return codec.fields("soga/1 record", codec.dump_json(dict(content)))
    except ValueError as error:  # NaN, lone surrogates
        raise MalformedError("a record that has no canonical form") from error
