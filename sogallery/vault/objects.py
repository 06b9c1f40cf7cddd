"""Sealed objects: a header, content and padding under one key (docs/format.md, sections 5 and 12).

The nonce comes from what is really encrypted, so sealing needs the plaintext twice: once to hash, once to encrypt.
Small things are held in memory; originals are read twice and never held whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from sogallery.errors import FaultError, TamperedError
from sogallery.vault import codec, padding, stream
from sogallery.vault.derive import ObjectKey, synthetic_salt
from sogallery.vault.failures import MalformedError

PART = 16 * 1024 * 1024
_ZEROS = bytes(64 * 1024)


@dataclass(frozen=True, slots=True)
class Header:
    """What an object says of its content: length in bytes, media type, file name, pixels as shown (0: not an image)."""

    length: int
    type: str
    name: str = ""
    width: int = 0
    height: int = 0


def seal_object(key: ObjectKey, synthetic: bytes, header: Header, content: stream.Bytes) -> bytes:
    """Seal `content` whole; `synthetic` is GalleryKeys.synthetic. Equal input gives equal bytes."""
    if len(content) != header.length:
        raise ValueError("the header's length is not the content's")
    plaintext = bytearray(padding.padded(_before(header), key.kind))
    head = _encode(header)
    plaintext[: len(head)] = head
    plaintext[len(head) : len(head) + header.length] = content
    salt = synthetic_salt(synthetic, key, hashlib.sha256(plaintext).digest())
    return stream.seal_whole(key.key, salt, key.associated, plaintext)


def seal_stream(
    key: ObjectKey, synthetic: bytes, header: Header, read: Callable[[], Iterator[stream.Bytes]]
) -> Iterator[bytes]:
    """Like `seal_object` for content of any length; `read` is called twice and yields the content each time.

    Raises FaultError when the content is not the same both times, at the latest after the last piece: the caller
    MUST throw away what it got so far, since its nonce belongs to other content.
    """
    first = _digest(_plaintext(key, header, read()))
    salt = synthetic_salt(synthetic, key, first)
    again = hashlib.sha256()
    yield from stream.seal(key.key, salt, key.associated, _hashed(_plaintext(key, header, read()), again))
    if again.digest() != first:
        raise FaultError(f"{header.name or 'a file'} changed while it was being sealed", "run it again")


def sealed_length(header: Header, kind: str) -> int:
    """The length in bytes of the object that `header` and its content become."""
    return stream.sealed_length(padding.padded(_before(header), kind))


def part_names(name: str, length: int) -> tuple[str, ...]:
    """The files that hold an object of `length` sealed bytes: itself, or parts of 16 MiB."""
    if length <= PART:
        return (name,)
    return tuple(f"{name}.{index}" for index in range(-(-length // PART)))


def open_object(pieces: Iterable[stream.Bytes], key: ObjectKey) -> tuple[Header, Iterator[bytes]]:
    """The header of the object that `pieces` make up, and its content as it is opened.

    The content is complete and genuine only once the iterator has ended by itself: it raises TamperedError at a
    broken seal or padding, MalformedError for a header that breaks the rules.
    """
    opened = stream.open_(key.key, key.associated, pieces)
    start = bytearray()
    size = _read_upto(opened, start, 2)
    _read_upto(opened, start, 2 + size)
    header = _decode(bytes(start[2 : 2 + size]))
    return header, _content(header, chain((bytes(start[2 + size :]),), opened))


def open_whole(sealed: stream.Bytes, key: ObjectKey) -> tuple[Header, bytes]:
    """Like `open_object`, for what fits in memory."""
    header, content = open_object((sealed,), key)
    return header, b"".join(content)


def _encode(header: Header) -> bytes:
    parts: dict[str, object] = {"type": header.type, "length": header.length}
    if header.name:
        parts["name"] = header.name
    if header.width and header.height:
        parts |= {"width": header.width, "height": header.height}
    raw = codec.dump_json(parts)
    return len(raw).to_bytes(2, "big") + raw


def _decode(raw: bytes) -> Header:
    parts = codec.parse_object(raw)
    return Header(
        length=codec.as_natural(parts.get("length")),
        type=codec.as_text(parts.get("type")),
        name=codec.as_text(parts.get("name", "")),
        width=codec.as_natural(parts.get("width", 0)),
        height=codec.as_natural(parts.get("height", 0)),
    )


def _before(header: Header) -> int:
    return len(_encode(header)) + header.length


def _plaintext(key: ObjectKey, header: Header, content: Iterator[stream.Bytes]) -> Iterator[stream.Bytes]:
    yield _encode(header)
    length = 0
    for chunk in content:
        length += len(chunk)
        yield chunk
    if length != header.length:
        raise FaultError(f"{header.name or 'a file'} changed its length while it was being sealed", "run it again")
    before = _before(header)
    yield from _zeros(padding.padded(before, key.kind) - before)


def _zeros(length: int) -> Iterator[bytes]:
    for at in range(0, length, len(_ZEROS)):
        yield _ZEROS[: length - at]


def _digest(chunks: Iterable[stream.Bytes]) -> bytes:
    whole = hashlib.sha256()
    for chunk in chunks:
        whole.update(chunk)
    return whole.digest()


def _hashed(chunks: Iterable[stream.Bytes], into: hashlib._Hash) -> Iterator[stream.Bytes]:
    for chunk in chunks:
        into.update(chunk)
        yield chunk


def _read_upto(pieces: Iterator[bytes], start: bytearray, length: int) -> int:
    """Append pieces to `start` until it has `length` bytes; returns the header's length, which its first two say."""
    while len(start) < length:
        piece = next(pieces, None)
        if piece is None:
            raise MalformedError("an object too short for its header")
        start += piece
    return int.from_bytes(start[:2], "big")


def _content(header: Header, pieces: Iterable[bytes]) -> Iterator[bytes]:
    left = header.length
    for piece in pieces:
        if left:
            yield piece[:left]
        if piece[left:].strip(b"\0"):
            raise TamperedError("padding that is not empty")
        left -= min(left, len(piece))
    if left:
        raise MalformedError("a length that does not fit")
