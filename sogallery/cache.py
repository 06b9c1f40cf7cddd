"""What earlier builds found out, in `.sogallery/`: file hashes, renditions made, looks of pictures. Safe to delete.

The content hash is the truth. A file's stat only saves hashing it again, as in git's index: size, modification and
change time and inode must all be as they were, and must be older than the moment they were looked at.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sogallery.errors import FaultError
from sogallery.output import disk_fault

_SCHEMA = """
CREATE TABLE IF NOT EXISTS source (path TEXT PRIMARY KEY, stat TEXT NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS output (stat TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS made (key TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS audited (sha256 TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_VERSION = 1
_RACY_NS = 2_000_000_000  # a file this young may change again without its stat showing it


class Cache:
    """One site's memory. Every write is committed at once, so that a killed build goes on where it was."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._db = _opened(folder / "cache.sqlite")
        except OSError as error:
            raise disk_fault(error, folder) from error
        self._sources = {path: (stat, sha) for path, stat, sha in self._db.execute("SELECT * FROM source")}
        self._seen: dict[Path, str] = {}  # the stats of sources as this run hashed them
        self._outputs = dict(self._db.execute("SELECT * FROM output"))
        self._made = {key: json.loads(text) for key, text in self._db.execute("SELECT * FROM made")}

    def close(self) -> None:
        """Flush and let go of the file."""
        self._db.commit()
        self._db.close()

    # --- hashes of sources -------------------------------------------------------------------------------------

    def source_hashes(self, paths: Iterable[Path], rehash: bool = False, jobs: int = 2) -> dict[Path, str | OSError]:
        """SHA-256 (hex) of each file, or why it cannot be read; hashes only what its stat does not vouch for."""
        found: dict[Path, str | OSError] = {}
        unknown: list[tuple[Path, str]] = []
        for path in paths:
            try:
                stat = _source_stat(path)
            except OSError as error:
                found[path] = error
                continue
            self._seen[path] = stat
            known = self._sources.get(str(path))
            if known is not None and known[0] == stat and not rehash:
                found[path] = known[1]
            else:
                unknown.append((path, stat))
        self._hash(unknown, found, jobs)
        return found

    def unchanged(self, path: Path) -> bool:
        """Whether a source still is the file that `source_hashes` told of."""
        try:
            return _source_stat(path) == self._seen.get(path)
        except OSError:
            return False

    def _hash(self, unknown: list[tuple[Path, str]], found: dict[Path, str | OSError], jobs: int) -> None:
        if not unknown:
            return
        with ThreadPoolExecutor(jobs) as pool:
            results = list(pool.map(_hash_or_error, [path for path, _ in unknown]))
        for (path, stat), result in zip(unknown, results, strict=True):
            found[path] = result
            if isinstance(result, str) and _settled(path):
                self._sources[str(path)] = (stat, result)
                self._db.execute("REPLACE INTO source VALUES (?, ?, ?)", (str(path), stat, result))
        self._db.commit()

    # --- hashes of outputs -------------------------------------------------------------------------------------

    def tree(self, folder: Path, skip: Callable[[str], bool] = lambda _: False) -> dict[str, tuple[int, str]]:
        """What a folder holds: relative posix path to (size, SHA-256)."""
        found: dict[str, tuple[int, str]] = {}
        for path, entry in _walk(folder):
            if not skip(path):
                stat = entry.stat(follow_symlinks=False)
                found[path] = (stat.st_size, self._output_hash(entry.path, stat))
        return found

    def _output_hash(self, path: str | Path, stat: os.stat_result) -> str:
        # no change time here: sharing a file by hard link alters it
        key = f"{stat.st_dev}:{stat.st_ino}:{stat.st_size}:{stat.st_mtime_ns}"
        known = self._outputs.get(key)
        return known if known is not None else self._remember(key, sha256_of(Path(path)))

    def remember_output(self, path: Path, sha256: str) -> None:
        """Note the hash of a file just written, so that nobody reads it again to find out."""
        stat = path.stat()
        self._remember(f"{stat.st_dev}:{stat.st_ino}:{stat.st_size}:{stat.st_mtime_ns}", sha256)

    def holds(self, path: Path, size: int, sha256: str) -> bool:
        """Whether a file is there with exactly this content; it is read only if its stat does not vouch for it."""
        try:
            stat = path.stat()
            return stat.st_size == size and self._output_hash(path, stat) == sha256
        except OSError:
            return False

    def _remember(self, key: str, sha256: str) -> str:
        self._outputs[key] = sha256
        self._db.execute("REPLACE INTO output VALUES (?, ?)", (key, sha256))
        return sha256

    # --- renditions and audits ---------------------------------------------------------------------------------

    def entries(self) -> dict[str, Any]:
        """Everything that was put, by key, in a dictionary of the caller's own."""
        return dict(self._made)

    def put(self, key: str, value: Mapping[str, Any] | Sequence[object]) -> None:
        """Remember one entry, at once and for good; nothing is written if it is known already."""
        text = json.dumps(value)
        entry = json.loads(text)
        if self._made.get(key) != entry:
            self._made[key] = entry
            self._db.execute("REPLACE INTO made VALUES (?, ?)", (key, text))
            self._db.commit()

    def audited(self) -> set[str]:
        """Hashes of the files that the audit has already found clean."""
        return {sha for (sha,) in self._db.execute("SELECT sha256 FROM audited")}

    def keep(self, sources: set[str], outputs: set[str], made: set[str], audited: set[str]) -> None:
        """Forget everything but what these name; `outputs` and `audited` are content hashes."""
        new = [(sha,) for sha in audited - self.audited()]
        self._db.executemany("INSERT INTO audited VALUES (?)", new)
        for table, column, kept in (
            ("source", "path", sources),
            ("output", "sha256", outputs),
            ("made", "key", made),
            ("audited", "sha256", audited),
        ):
            present = {key for (key,) in self._db.execute(f"SELECT {column} FROM {table}")}  # noqa: S608 - constants
            gone = [(key,) for key in present - kept]
            self._db.executemany(f"DELETE FROM {table} WHERE {column} = ?", gone)  # noqa: S608 - constants
        self._made = {key: entry for key, entry in self._made.items() if key in made}
        self._db.commit()


@contextmanager
def remembering(folder: Path) -> Iterator[Cache]:
    """The memory in `folder`, closed afterwards; FaultError for whatever is wrong with its file, say a full disk."""
    try:
        cache = Cache(folder)
        try:
            yield cache
        finally:
            cache.close()
    except sqlite3.Error as error:
        hint = "free some space, or delete that folder; the last good site is untouched"
        raise FaultError(f"the memory in {folder} cannot be used: {error}", hint) from error


def sha256_of(path: Path) -> str:
    """SHA-256 of a file as hex, read in steps."""
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _hash_or_error(path: Path) -> str | OSError:
    try:
        return sha256_of(path)
    except OSError as error:
        return error


def _source_stat(path: Path) -> str:
    stat = path.stat()
    return f"{stat.st_size}:{stat.st_mtime_ns}:{stat.st_ctime_ns}:{stat.st_ino}"


def _settled(path: Path) -> bool:
    """Whether a file is old enough that its next change will show in its stat."""
    try:
        stat = path.stat()
    except OSError:
        return False
    return max(stat.st_mtime_ns, stat.st_ctime_ns) < time.time_ns() - _RACY_NS


def _walk(folder: Path, prefix: str = "") -> Iterable[tuple[str, os.DirEntry[str]]]:
    """All files below a folder with their relative paths, in no order; dot files at the top are not content."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), path + "/")
            elif path != ".sogallery-output":
                yield path, entry


def _opened(path: Path) -> sqlite3.Connection:
    """Open the database; one that is broken or of another version is begun anew, since it is only a cache."""
    try:
        db = sqlite3.connect(path)
        if db.execute("PRAGMA user_version").fetchone()[0] not in (0, _VERSION):
            raise sqlite3.DatabaseError
    except sqlite3.DatabaseError:
        path.unlink(missing_ok=True)
        db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.executescript(_SCHEMA)
    db.execute(f"PRAGMA user_version = {_VERSION}")
    path.chmod(0o600)
    return db
