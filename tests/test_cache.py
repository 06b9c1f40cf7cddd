"""The memory of earlier builds: the content hash is the truth."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from sogallery import cache as module
from sogallery.cache import Cache, remembering
from sogallery.errors import FaultError


@pytest.fixture
def memory(tmp_path: Path) -> Cache:
    return Cache(tmp_path / ".sogallery")


def old(path: Path) -> None:
    """Make a file look settled; its change time cannot be set, so tests shorten what counts as young instead."""
    os.utime(path, (time.time() - 3600,) * 2)


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_RACY_NS", 0)


def hashed(memory: Cache, path: Path) -> str:
    result = memory.source_hashes([path])[path]
    assert isinstance(result, str)
    return result


def test_a_known_file_is_not_read_again(memory: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stat that vouches for the hash saves reading the file."""
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"one")
    first = hashed(memory, photo)
    monkeypatch.setattr(module, "sha256_of", lambda _: pytest.fail("the file was read again"))

    assert first == hashed(memory, photo) == hashlib.sha256(b"one").hexdigest()


def test_an_edit_that_keeps_size_and_time_is_noticed(memory: Cache, tmp_path: Path) -> None:
    """The change time gives away what the modification time hides."""
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"one")
    stat = photo.stat()
    first = hashed(memory, photo)
    time.sleep(0.02)
    photo.write_bytes(b"two")
    os.utime(photo, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert first != hashed(memory, photo) == hashlib.sha256(b"two").hexdigest()


def test_a_young_file_is_not_trusted(memory: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that could change again within the clock's grain is hashed again next time."""
    monkeypatch.setattr(module, "_RACY_NS", 10**12)
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"one")
    hashed(memory, photo)

    assert {} == memory._sources


def test_a_missing_file_is_an_answer_not_a_crash(memory: Cache, tmp_path: Path) -> None:
    """Unreadable files come back as the error they gave."""
    assert isinstance(memory.source_hashes([tmp_path / "gone.jpg"])[tmp_path / "gone.jpg"], OSError)


def test_memory_survives_being_killed(tmp_path: Path) -> None:
    """What was put is there for the next process, even if this one never closes."""
    Cache(tmp_path).put("photo", {"width": 3})

    assert {"photo": {"width": 3}} == Cache(tmp_path).entries()


def test_a_broken_memory_is_begun_anew(tmp_path: Path) -> None:
    """It is only a cache: garbage in it is dropped, not an error."""
    (tmp_path / "cache.sqlite").write_bytes(b"garbage" * 1000)

    assert {} == Cache(tmp_path).entries()


def test_what_nobody_needs_is_forgotten(memory: Cache) -> None:
    """Entries of photos that are gone leave the memory."""
    memory.put("kept", {})
    memory.put("gone", {})
    memory.keep(sources=set(), outputs=set(), made={"kept"}, audited=set())

    assert {"kept"} == set(memory.entries())


def test_a_memory_that_cannot_be_written_is_a_fault_with_a_remedy(tmp_path: Path) -> None:
    """A full disk in the middle of a build ends in words, not in a traceback."""
    with pytest.raises(FaultError) as caught, remembering(tmp_path / ".sogallery") as memory:
        memory._db.execute("PRAGMA max_page_count = 1")
        memory.put("key", {"much": "x" * 10**6})

    assert "full" in caught.value.message
    assert caught.value.hint
