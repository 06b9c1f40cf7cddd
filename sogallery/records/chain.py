"""The ledger on disk: one writer at a time, nothing acknowledged before it is on the disk, nothing lost by a crash.

Order of writing: entries, flushed; then the signed head, replaced in one step. A crash between the two leaves a
ledger that is longer than its checkpoint, which the next writer signs. A crash within a line leaves a torn last line,
which was never acknowledged and which the next writer drops. The first checkpoint, of an empty ledger, is written
before the first entry, so that a ledger without one has lost it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sogallery import ledger
from sogallery.errors import FaultError, FindingsError, TamperedError
from sogallery.ledger import RESTORE, Chain, Draft, Entry, Head, HeadKey
from sogallery.model import Finding
from sogallery.output import disk_fault, locked, write_atomic

LEDGER = "ledger.jsonl"
CHECKPOINT = "ledger.checkpoint"
PATIENCE = 30.0  # seconds to wait for another writer, whose work takes milliseconds
PAUSE = 0.01

Plan = Callable[[Chain], Sequence[Draft]]


def read_ledger(content: Path, public_keys: Mapping[str, bytes]) -> tuple[Chain, list[Finding]]:
    """The ledger of a content folder and everything that is wrong with it, its signed head included.

    `public_keys` are the studio's, 32 bytes by key id. Neither file is a ledger nobody has begun, and no Finding.
    """
    note = _bytes(content / CHECKPOINT)  # before the ledger: a writer in between only makes the ledger longer
    data = _bytes(content / LEDGER)
    if note is None and data:
        note = _bytes(content / CHECKPOINT)
    chain = ledger.read(data or b"", LEDGER)
    return chain, [*chain.findings, *_head_findings(chain, note, bool(data), public_keys)]


def append(
    content: Path, plan: Plan, key: HeadKey, public_keys: Mapping[str, bytes], now: datetime
) -> tuple[Entry, ...]:
    """Add the entries that `plan` asks for after seeing the chain, and sign the new head. Returns the entries.

    Nothing is written if there is nothing to add and the head is signed. Raises FindingsError for a ledger that is
    not sound, FaultError if another writer does not finish or the disk is in the way; then nothing was added.
    """
    with _one_writer(content):
        chain, findings = read_ledger(content, public_keys or {key.id: key.public})
        if findings:
            raise FindingsError("the ledger is not sound, so nothing is added to it", RESTORE, findings)
        stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        entries = ledger.extend(chain.head, plan(chain), stamp)
        if entries:
            _sign(content, Head(), key, first=True)
            _write(content / LEDGER, b"".join(map(ledger.line, entries)), len(chain.torn))
        if entries or chain.entries:
            _sign(content, ledger.head_of([*chain.entries, *entries]), key)
        return tuple(entries)


def checkpoint(content: Path) -> bytes:
    """The signed note as it lies there; b"" if there is none."""
    return _bytes(content / CHECKPOINT) or b""


def _head_findings(
    chain: Chain, note: bytes | None, begun: bool, public_keys: Mapping[str, bytes]
) -> Iterator[Finding]:
    if note is None:
        if begun:
            yield Finding(CHECKPOINT, "the checkpoint is missing, so a cut ledger would not show", RESTORE)
        return
    try:
        yield from ledger.verify_head(chain, ledger.open_head(note, public_keys), CHECKPOINT)
    except TamperedError as error:
        yield Finding(CHECKPOINT, error.message, error.hint)


def _sign(content: Path, head: Head, key: HeadKey, first: bool = False) -> None:
    path = content / CHECKPOINT
    present = _bytes(path)
    note = ledger.sign_head(head, key)
    if present is None or (not first and present != note):
        write_atomic(path, note)


def _write(path: Path, data: bytes, torn: int) -> None:
    """Put `data` at the end of the file in place of its last `torn` bytes; on failure it is as it was, less those."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
    except OSError as error:
        raise disk_fault(error, path) from error
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        sound = file.seek(0, os.SEEK_END) - torn
        try:
            file.truncate(sound)
            file.seek(sound)
            _write_all(file.fileno(), data)
            os.fsync(file.fileno())
        except OSError as error:
            file.truncate(sound)
            raise disk_fault(error, path) from error


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


@contextmanager
def _one_writer(content: Path) -> Iterator[None]:
    """Wait for other writers of this ledger; FaultError if one does not finish. A dead one's lock is free."""
    folder, until = lock_folder(content), time.monotonic() + PATIENCE
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(locked(folder))
                break
            except FaultError:
                if time.monotonic() > until:
                    raise
                time.sleep(PAUSE)
            except OSError as error:
                raise disk_fault(error, folder) from error
        yield


def lock_folder(content: Path) -> Path:
    """Where the lock of a content folder's ledger is."""
    return content.resolve().parent / ".sogallery" / "ledger"


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise disk_fault(error, path) from error
