"""Objects: what was sealed comes out, anything else never does."""

from __future__ import annotations

import pickle
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sogallery.errors import FaultError, TamperedError
from sogallery.vault import padding
from sogallery.vault.derive import GalleryKeys, object_key, viewing_secret
from sogallery.vault.objects import Header, open_object, open_whole, part_names, seal_object, seal_stream, sealed_length

KEYS = GalleryKeys(bytes(32), bytes(range(32)))
KEY = object_key(bytes(16), KEYS.id, "display")
CONTENTS = st.binary(max_size=300) | st.integers(0, 140_000).map(lambda n: b"\xab" * n)
HEADERS = st.builds(
    Header, st.just(0), st.text(max_size=20), st.text(max_size=40), st.integers(1, 9999), st.integers(1, 9999)
)


def sealed(content: bytes) -> bytes:
    return seal_object(KEY, KEYS.synthetic, Header(len(content), "image/jpeg"), content)


@given(CONTENTS, HEADERS, st.integers(1, 70_000))
@settings(max_examples=60, deadline=None)
def test_roundtrip(content: bytes, like: Header, size: int) -> None:
    """Whatever is sealed opens to itself, whole or streamed in pieces of any size, and both seal the same bytes."""
    header = Header(len(content), like.type, like.name, like.width, like.height)
    whole = seal_object(KEY, KEYS.synthetic, header, content)
    pieces = [content[at : at + size] for at in range(0, len(content), size)]

    assert b"".join(seal_stream(KEY, KEYS.synthetic, header, lambda: iter(pieces))) == whole
    assert len(whole) == sealed_length(header, KEY.kind)
    opened, again = open_object((whole[at : at + size] for at in range(0, len(whole), size)), KEY)
    assert (opened, b"".join(again)) == (header, content)


@given(st.binary(max_size=200), st.data())
@settings(max_examples=100, deadline=None)
def test_any_bit_flip_fails(content: bytes, data: st.DataObject) -> None:
    """No bit of a sealed object can change."""
    good = sealed(content)
    at = data.draw(st.integers(0, len(good) * 8 - 1))
    bad = bytearray(good)
    bad[at // 8] ^= 1 << at % 8

    with pytest.raises(TamperedError):
        open_whole(bytes(bad), KEY)


@given(st.binary(max_size=100), st.integers(0, 4151))
@settings(max_examples=50, deadline=None)
def test_any_cut_fails(content: bytes, length: int) -> None:
    """A shorter object never opens."""
    with pytest.raises(TamperedError):
        open_whole(sealed(content)[:length], KEY)


def test_nonces_follow_the_plaintext() -> None:
    """Equal input gives equal bytes; another content, key or gallery another salt."""
    others = [
        sealed(b"b"),
        seal_object(object_key(bytes(16), KEYS.id, "small"), KEYS.synthetic, Header(1, "image/jpeg"), b"a"),
        seal_object(KEY, GalleryKeys(bytes(32), bytes(32)).synthetic, Header(1, "image/jpeg"), b"a"),
        seal_object(KEY, KEYS.synthetic, Header(1, "image/png"), b"a"),
    ]

    assert sealed(b"a") == sealed(b"a")
    assert len({one[1:40] for one in [sealed(b"a"), *others]}) == 5


@pytest.mark.parametrize("second", [b"x" * 9999 + b"y", b"x" * 9999, b"x" * 10_001])
def test_a_file_that_changes_while_it_is_sealed_is_refused(second: bytes) -> None:
    """Its nonce would belong to the bytes of before."""
    reads: Iterator[bytes] = iter([b"x" * 10_000, second])

    with pytest.raises(FaultError, match="changed"):
        list(seal_stream(KEY, KEYS.synthetic, Header(10_000, "image/jpeg", "a.jpg"), lambda: iter([next(reads)])))


def test_streaming_holds_little() -> None:
    """A large original passes through a few megabytes of memory, both ways."""
    piece, count = bytes(1 << 20), 64
    header = Header(len(piece) * count, "image/jpeg", "big.jpg")
    tracemalloc.start()
    _, content = open_object(seal_stream(KEY, KEYS.synthetic, header, lambda: iter([piece] * count)), KEY)
    total = sum(len(part) for part in content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert total == header.length
    assert peak < 16 << 20


def test_a_viewing_secret_does_not_open_the_original() -> None:
    """Who may only view has no key that fits."""
    original = KEYS.original_secret(KEYS.photo_id(bytes(32)))
    content = seal_object(object_key(original, KEYS.id, "original"), KEYS.synthetic, Header(1, "image/jpeg"), b"a")

    with pytest.raises(TamperedError):
        open_whole(content, object_key(viewing_secret(original), KEYS.id, "original"))


def test_what_workers_get_travels_and_does_not_tell() -> None:
    """Object keys can be pickled; no key shows in a repr."""
    assert pickle.loads(pickle.dumps(KEY)) == KEY
    assert KEY.key.hex() not in repr(KEY)
    assert repr(KEY.key) not in repr(KEY)
    assert repr(bytes(range(32))) not in repr(KEYS)


@given(st.integers(2, 2**45))
def test_padding_hides_the_low_bits_and_costs_little(length: int) -> None:
    """Never shorter, at most 12 % longer above the floor, and stable under itself."""
    padded = padding.padded(length, "display")

    assert max(length, 4096) <= padded <= max(4096, length * 1.12)
    assert padding.padded(padded, "display") == padded


@pytest.mark.parametrize(("length", "number"), [(1, 1), (16 << 20, 1), ((16 << 20) + 1, 2), (33 << 20, 3)])
def test_parts(length: int, number: int) -> None:
    """One file up to 16 MiB, else numbered ones."""
    names = part_names("ab", length)

    assert names == (("ab",) if number == 1 else tuple(f"ab.{index}" for index in range(number)))
