"""Google's Tink opens what we seal: the claim to its wire format, proven by an implementation that is not ours."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
import tink
from tink import secret_key_access, streaming_aead
from tink.proto import aes_gcm_hkdf_streaming_pb2, common_pb2, tink_pb2

from sogallery.errors import TamperedError
from sogallery.vault import stream
from sogallery.vault.derive import object_key
from sogallery.vault.objects import Header, seal_object, seal_stream

KEY = object_key(bytes(range(16)), "abcdefghijklmnop", "original")
SALT = bytes(range(39))
ENDS = [stream.FIRST, stream.FIRST + stream.REST, stream.FIRST + 15 * stream.REST, stream.FIRST + 16 * stream.REST]
LENGTHS = [0, 1, 4096, *(end + more for end in ENDS for more in (-1, 0, 1)), stream.FIRST + 33 * stream.REST + 7]


@pytest.fixture(scope="module")
def theirs() -> streaming_aead.StreamingAead:
    streaming_aead.register()
    params = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingParams(
        ciphertext_segment_size=65536, derived_key_size=32, hkdf_hash_type=common_pb2.SHA256
    )
    key = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey(version=0, key_value=KEY.key, params=params)
    data = tink_pb2.KeyData(
        type_url="type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey",
        value=key.SerializeToString(),
        key_material_type=tink_pb2.KeyData.SYMMETRIC,
    )
    entry = tink_pb2.Keyset.Key(key_data=data, status=tink_pb2.ENABLED, key_id=1, output_prefix_type=tink_pb2.RAW)
    keyset = tink_pb2.Keyset(primary_key_id=1, key=[entry])
    handle = tink.proto_keyset_format.parse(keyset.SerializeToString(), secret_key_access.TOKEN)
    return handle.primitive(streaming_aead.StreamingAead)


def opened(theirs: streaming_aead.StreamingAead, sealed: bytes, associated: bytes = KEY.associated) -> bytes:
    with theirs.new_decrypting_stream(io.BytesIO(sealed), associated) as reader:
        return bytes(reader.read())


def plain(length: int) -> bytes:
    return bytes(index * 7 % 251 for index in range(1000)).ljust(length, b"\x5a")[:length]


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    yield from (data[at : at + size] for at in range(0, len(data), size))


@pytest.mark.parametrize("length", LENGTHS)
def test_tink_opens_what_we_seal(theirs: streaming_aead.StreamingAead, length: int) -> None:
    """At every length around the ends of segments and runs, in one piece and streamed."""
    data = plain(length)
    whole = stream.seal_whole(KEY.key, SALT, KEY.associated, data)
    streamed = b"".join(stream.seal(KEY.key, SALT, KEY.associated, pieces(data, 70_001)))

    assert whole == streamed
    assert len(whole) == stream.sealed_length(length)
    assert opened(theirs, whole) == data


@pytest.mark.parametrize("length", LENGTHS)
def test_we_open_what_tink_seals(theirs: streaming_aead.StreamingAead, length: int) -> None:
    """The other way round, with a salt of Tink's own."""
    data, out = plain(length), io.BytesIO()
    out.close = lambda: None  # type: ignore[method-assign] # Tink closes what it writes to
    with theirs.new_encrypting_stream(out, KEY.associated) as writer:
        writer.write(data)

    assert b"".join(stream.open_(KEY.key, KEY.associated, pieces(out.getvalue(), 99_999))) == data


def test_tink_opens_a_whole_object(theirs: streaming_aead.StreamingAead) -> None:
    """Header, content and padding are the plaintext; Tink needs nothing of ours but the key."""
    content = plain(300_000)
    header = Header(len(content), "image/jpeg", "MJ-0042.jpg", 6000, 4000)
    sealed = seal_object(KEY, bytes(32), header, content)

    plaintext = opened(theirs, sealed)

    start = 2 + int.from_bytes(plaintext[:2], "big")
    assert plaintext[start:].rstrip(b"\0") == content
    assert sealed == b"".join(seal_stream(KEY, bytes(32), header, lambda: pieces(content, 4321)))


def refuses(theirs: streaming_aead.StreamingAead, sealed: bytes) -> bool:
    try:
        opened(theirs, sealed)
    except (tink.TinkError, OSError, ValueError):
        return True
    return False


def _tampered(sealed: bytes) -> dict[str, bytes]:
    flips = {0, 1, 32, 33, 39, 40, 65535, 65536, 131071, 131072, len(sealed) - 16, len(sealed) - 1}
    changed = {f"byte {at}": sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in flips}
    cuts = {f"cut at {at}": sealed[:at] for at in (0, 39, 40, 55, 65536, 131072, len(sealed) - 1)}
    swapped = sealed[:65536] + sealed[131072:196608] + sealed[65536:131072] + sealed[196608:]
    return changed | cuts | {"swapped": swapped, "longer": sealed + b"\0", "without its last": sealed[:-100]}


def test_both_refuse_the_same(theirs: streaming_aead.StreamingAead) -> None:
    """Whatever is changed, cut, swapped or added: Tink refuses it, and so do we."""
    sealed = stream.seal_whole(KEY.key, SALT, KEY.associated, plain(200_000))

    for how, bad in _tampered(sealed).items():
        with pytest.raises(TamperedError):
            b"".join(stream.open_(KEY.key, KEY.associated, [bad]))
        assert refuses(theirs, bad), how


def test_both_refuse_other_associated_data(theirs: streaming_aead.StreamingAead) -> None:
    """An object of another gallery or kind does not open, even under the right key."""
    sealed = stream.seal_whole(KEY.key, SALT, KEY.associated, plain(5000))
    for associated in (object_key(bytes(16), "ponmlkjihgfedcba", "original").associated, b""):
        with pytest.raises(TamperedError):
            b"".join(stream.open_(KEY.key, associated, [sealed]))
        with pytest.raises(tink.TinkError):
            opened(theirs, sealed, associated)
