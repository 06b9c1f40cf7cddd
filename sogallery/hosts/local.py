"""The site as it lies in `dist/`: every file with its size and digests, computed as a stream and remembered by stat."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from sogallery.errors import FaultError, FindingsError, UsageError
from sogallery.output import MARKER, disk_fault, write_atomic

_STEP = 1024 * 1024
_RACY_NS = 2_000_000_000  # a file this young may change again without its stat showing it
_DOTTED = (".well-known", ".nojekyll")
# Read by hosts, not served by them.
CONTROL_FILES = ("_headers", "_redirects", ".nojekyll")


@dataclass(frozen=True, slots=True)
class LocalFile:
    """One file of the site. `stamp` is its stat, so that a change under our hands is noticed."""

    path: str
    size: int
    sha1: str
    sha256: str
    md5: str
    stamp: str


@dataclass(frozen=True, slots=True)
class LocalSite:
    """A finished site on disk: relative posix paths to files. `strip` is cut off in front of paths to find them."""

    root: Path
    files: Mapping[str, LocalFile]
    prefix: str = ""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files.values())

    @property
    def sizes(self) -> dict[str, int]:
        """Path to bytes."""
        return {path: file.size for path, file in self.files.items()}

    def place(self, path: str) -> Path:
        """Where a file is on this disk."""
        return self.root / (self.prefix + path)

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        """The file's bytes; raises FaultError if it is no longer the file that was read for its digests."""
        place, expected = self.place(path), self.files[path].stamp
        try:
            with place.open("rb") as file:
                if _stamp(os.fstat(file.fileno())) != expected:
                    raise _changed(place)
                yield file
                if _stamp(os.fstat(file.fileno())) != expected:
                    raise _changed(place)
        except FileNotFoundError as error:
            raise _changed(place) from error

    def only(self, wanted: Callable[[str], bool], strip: str = "") -> LocalSite:
        """The part of the site whose paths are wanted, with `strip` cut off in front of them."""
        files = {
            path.removeprefix(strip): replace(file, path=path.removeprefix(strip))
            for path, file in self.files.items()
            if wanted(path)
        }
        return LocalSite(self.root, files, self.prefix + strip)


def read_site(root: Path, cache: Path | None = None) -> LocalSite:
    """Read `dist/`; `cache` is a JSON file that saves hashing again. Raises UsageError if there is no site."""
    if not (root / "index.html").is_file():
        raise UsageError(f"{root} holds no site", "run `sogallery build` first, or name its output with --dist")
    known = _load(cache)
    try:
        files = {path: _file(place, path, known) for path, place in _walk(root)}
    except OSError as error:
        raise disk_fault(error, root) from error
    if cache is not None:
        _save(cache, files)
    return LocalSite(root, files)


def _walk(root: Path, prefix: str = "") -> Iterator[tuple[str, Path]]:
    with os.scandir(root) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            path = prefix + entry.name
            if entry.is_symlink():
                raise FindingsError(f"{path} is a symbolic link", "a site holds plain files only; build it again")
            if entry.name == MARKER or (entry.name.startswith(".") and entry.name not in _DOTTED):
                continue
            if entry.is_dir():
                yield from _walk(Path(entry.path), path + "/")
            else:
                yield path, Path(entry.path)


def _file(place: Path, path: str, known: Mapping[str, list[str]]) -> LocalFile:
    stat = place.stat()
    stamp = _stamp(stat)
    digests = known.get(path)
    if digests is None or digests[0] != stamp or time.time_ns() - stat.st_mtime_ns < _RACY_NS:
        digests = [stamp, *_digests(place)]
    return LocalFile(path, stat.st_size, digests[1], digests[2], digests[3], stamp)


def _digests(place: Path) -> tuple[str, str, str]:
    # SHA-1 and MD5 are the hosts' names for content here, no protection.
    sha1, md5 = hashlib.sha1(usedforsecurity=False), hashlib.md5(usedforsecurity=False)
    sha256 = hashlib.sha256()
    with place.open("rb") as file:
        while data := file.read(_STEP):
            for digest in (sha1, sha256, md5):
                digest.update(data)
    return sha1.hexdigest(), sha256.hexdigest(), md5.hexdigest()


def _stamp(stat: os.stat_result) -> str:
    return f"{stat.st_size}:{stat.st_mtime_ns}:{stat.st_ino}"


def _changed(place: Path) -> FaultError:
    return FaultError(f"{place} changed while it was being deployed", "let the build finish, then deploy again")


def _load(cache: Path | None) -> dict[str, list[str]]:
    """What is remembered; a broken cache is an empty one."""
    try:
        found = json.loads(cache.read_text("utf-8")) if cache is not None else {}
    except (OSError, ValueError):
        return {}
    rows = found.items() if isinstance(found, dict) else ()
    return {path: row for path, row in rows if isinstance(row, list) and len(row) == 4}


def _save(cache: Path, files: Mapping[str, LocalFile]) -> None:
    rows = {path: [file.stamp, file.sha1, file.sha256, file.md5] for path, file in files.items()}
    write_atomic(cache, json.dumps(rows).encode(), 0o600)
