"""Tink's AES256-GCM-HKDF streaming wire format with 64 KiB segments (docs/format.md, section 5).

Written against https://developers.google.com/tink/streaming-aead/aes_gcm_hkdf_streaming; the tests open what this
seals with Tink itself. Segments are worked on in runs of sixteen, so that a file of any length passes through about
two megabytes of memory, and a part of 16 MiB is sixteen runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sogallery.errors import TamperedError
from sogallery.vault.derive import hkdf

Bytes: TypeAlias = bytes | bytearray | memoryview

SEGMENT = 65536
TAG = 16
HEADER = 40
FIRST = SEGMENT - HEADER - TAG
REST = SEGMENT - TAG
RUN = 16 * SEGMENT


def sealed_length(plain: int) -> int:
    """How many bytes `plain` bytes have once sealed."""
    return HEADER + plain + TAG * _segments(plain)


def seal(key: bytes, salt: bytes, associated: bytes, chunks: Iterable[Bytes]) -> Iterator[bytes]:
    """Seal what `chunks` yields, whatever their sizes; all results but the last have 1 MiB.

    `salt` is the salt and the nonce prefix, 39 bytes, and MUST belong to this plaintext alone.
    """
    segments = _Segments(key, salt, associated)
    pending = bytearray()
    room = FIRST + 15 * REST
    for chunk in chunks:
        pending += chunk
        while len(pending) > room:
            yield segments.seal_run(pending[:room], final=False)
            del pending[:room]
            room = 16 * REST
    yield segments.seal_run(pending, final=True)


def seal_whole(key: bytes, salt: bytes, associated: bytes, plaintext: Bytes) -> bytes:
    """Like `seal`, in one piece."""
    return _Segments(key, salt, associated).seal_run(plaintext, final=True)


def open_(key: bytes, associated: bytes, pieces: Iterable[Bytes]) -> Iterator[bytes]:
    """Yield the plaintext of what `pieces` (of any sizes) make up, each byte only after its seal was checked.

    Raises TamperedError at the first segment that is not what was sealed, or at a missing last one; what was
    yielded before is genuine but incomplete.
    """
    pending = bytearray()
    segments: _Segments | None = None
    for piece in pieces:
        pending += piece
        while len(pending) > RUN:
            segments = segments or _reader(key, associated, pending)
            yield segments.open_run(pending[:RUN], final=False)
            del pending[:RUN]
    segments = segments or _reader(key, associated, pending)
    yield segments.open_run(pending, final=True)


def _reader(key: bytes, associated: bytes, start: Bytes) -> _Segments:
    if len(start) < HEADER + TAG or start[0] != HEADER:
        raise TamperedError("this is not a sealed file, or it was cut short")
    return _Segments(key, bytes(start[1:HEADER]), associated)


def _segments(plain: int) -> int:
    return 1 + max(0, -(-(plain - FIRST) // REST))


class _Segments:
    """The segments of one object, in order; remembers only which one is next."""

    def __init__(self, key: bytes, salt: bytes, associated: bytes) -> None:
        if len(salt) != HEADER - 1:
            raise ValueError("a salt and a nonce prefix have 39 bytes")
        self._aead = AESGCM(hkdf(key, salt[:32], associated, 32))
        self._header = bytes([HEADER]) + salt
        self._prefix = salt[32:]
        self._next = 0

    def seal_run(self, plaintext: Bytes, *, final: bool) -> bytes:
        """The sealed form of the next segments, all full but the last one of the object."""
        start = 0 if self._next else HEADER
        count = _segments(len(plaintext) + (FIRST if self._next else 0)) - (1 if self._next else 0)
        out = bytearray(start + len(plaintext) + TAG * count)
        out[:start] = self._header[:start]
        source, target = memoryview(plaintext), memoryview(out)
        read = 0
        for number in range(count):
            size = min(FIRST if not self._next else REST, len(source) - read)
            nonce = self._nonce(last=final and number == count - 1)
            self._aead.encrypt_into(nonce, source[read : read + size], None, target[start : start + size + TAG])
            read, start = read + size, start + size + TAG
        return bytes(out)

    def open_run(self, sealed: Bytes, *, final: bool) -> bytes:
        """The plaintext of the next segments; TamperedError if one of them does not open."""
        start = 0 if self._next else HEADER
        count = -(-len(sealed) // SEGMENT)
        out = bytearray(max(0, len(sealed) - start - TAG * count))
        source, target = memoryview(sealed), memoryview(out)
        wrote = 0
        try:
            for number in range(count):
                end = min((number + 1) * SEGMENT, len(source))
                size = end - start - TAG
                nonce = self._nonce(last=final and number == count - 1)
                self._aead.decrypt_into(nonce, source[start:end], None, target[wrote : wrote + max(0, size)])
                wrote, start = wrote + size, end
        except (InvalidTag, ValueError) as error:
            raise TamperedError("the seal is broken: this is not what was sealed") from error
        return bytes(out)

    def _nonce(self, *, last: bool) -> bytes:
        nonce = self._prefix + self._next.to_bytes(4, "big") + bytes([last])
        self._next += 1
        return nonce
