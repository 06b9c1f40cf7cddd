"""Several writers at once, and killed ones: the ledger stays sound, and what was acknowledged stays in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from consent_site import KEY, KEYS, NOW

from sogallery import output
from sogallery.errors import FaultError
from sogallery.ledger import Draft, commitment
from sogallery.records import append, read_ledger
from sogallery.records import chain as on_disk

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from sogallery.ledger import Draft, commitment
from sogallery.records import append
from sogallery.vault.derive import SigningKey

key = SigningKey(bytes(range(32)))
content, name, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for n in range(number):
    drafts = [Draft("test.done", commitment(name.encode(), str(n)), "", {"count": n})]
    append(content, lambda chain: drafts, key, {key.id: key.public}, datetime.now(UTC))
    print(n, flush=True)
"""


@pytest.fixture
def content(tmp_path):
    """A content folder with nothing in it."""
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


def start(content: Path, name: str, number: int) -> subprocess.Popen:
    command = [sys.executable, "-c", WRITER, str(content), name, str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def told(content: Path, name: str) -> list[int]:
    """The numbers that the ledger has of one writer, in order."""
    chain, findings = read_ledger(content, KEYS)
    assert findings == []
    subjects = {commitment(name.encode(), str(n)): n for n in range(2000)}
    return [subjects[entry.draft.subject] for entry in chain.entries if entry.draft.subject in subjects]


def add(content: Path, number: int = 1):
    return append(content, lambda chain: [Draft("test.done")] * number, KEY, KEYS, NOW)


def test_writers_at_once_lose_nothing(content):
    """Four processes append at the same time; every entry of each is there, in its order."""
    writers = {name: start(content, name, 12) for name in "abcd"}
    for writer in writers.values():
        assert writer.wait() == 0

    for name in writers:
        assert told(content, name) == list(range(12))


def test_killed_writers_leave_a_sound_ledger(content):
    """Killed without warning at any moment: what was acknowledged is there, and the next writer goes on."""
    for attempt in range(8):
        name = f"w{attempt}"
        writer = start(content, name, 2000)
        seen = [int(writer.stdout.readline()) for _ in range(3)]
        time.sleep(0.003 * attempt)
        os.kill(writer.pid, signal.SIGKILL)
        seen += [int(line) for line in writer.stdout.read().split()]
        writer.wait()

        assert set(seen) <= set(told(content, name))
    add(content)
    assert read_ledger(content, KEYS)[1] == []


@pytest.mark.parametrize("crash_at", ["write", "fsync", "checkpoint"])
def test_a_crash_at_any_step_harms_nothing(content, monkeypatch, crash_at):
    """Whether the power fails within a line, before it is flushed or before it is signed."""
    add(content, 2)

    class PowerCutError(BaseException):
        pass

    def die(*args):
        raise PowerCutError

    def half(descriptor, data):
        os.write(descriptor, data[: len(data) // 2])
        raise PowerCutError

    with monkeypatch.context() as patch, pytest.raises(PowerCutError):
        if crash_at == "write":
            patch.setattr(on_disk, "_write_all", half)
        elif crash_at == "fsync":
            patch.setattr(on_disk.os, "fsync", die)
        else:
            patch.setattr(on_disk, "write_atomic", die)
        add(content)

    assert read_ledger(content, KEYS)[1] == []
    add(content)
    chain, findings = read_ledger(content, KEYS)
    assert findings == []
    assert len(chain.entries) in (3, 4)
    assert not chain.torn


def test_a_full_disk_is_a_fault_and_leaves_the_ledger_as_it_was(content, monkeypatch):
    """Half a line is taken back, the error says what to do."""
    add(content, 2)
    before = (content / "ledger.jsonl").read_bytes()

    def full(descriptor, data):
        os.write(descriptor, data[:10])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(FaultError) as fault:
        patch.setattr(on_disk, "_write_all", full)
        add(content)

    assert fault.value.exit_code == 7
    assert (content / "ledger.jsonl").read_bytes() == before


def test_the_first_crash_is_no_lost_checkpoint(content, monkeypatch):
    """The head of an empty ledger is signed before the first entry is written."""
    real, calls = output.write_atomic, []

    def once(path, data, mode=0o644):
        if calls:
            raise KeyboardInterrupt
        calls.append(path)
        real(path, data, mode)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(on_disk, "write_atomic", once)
        add(content)

    chain, findings = read_ledger(content, KEYS)
    assert findings == []
    assert len(chain.entries) == 1


def test_a_writer_that_does_not_finish_is_waited_for_and_then_told(content, monkeypatch):
    """Exit 7, nothing written."""
    monkeypatch.setattr(on_disk, "PATIENCE", 0.05)
    with output.locked(on_disk.lock_folder(content)), pytest.raises(FaultError, match="another sogallery"):
        add(content)

    assert not (content / "ledger.jsonl").exists()
