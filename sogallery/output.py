"""Output trees: what a folder should hold, how it differs from what it holds, and the swap that makes it so.

A tree maps relative posix paths to blobs. A new folder is staged beside the old one, sharing unchanged files by
hard link, and takes its place in one step; a crash leaves either the old folder or the new one.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import shutil
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from sogallery.errors import FaultError

MARKER = ".sogallery-output"  # says "this folder is ours to replace"; hosts do not publish dot files
_MARK = b"Made by sogallery; the next build replaces this folder.\n"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@dataclass(frozen=True, slots=True)
class Blob:
    """A file's future content: its SHA-256 (hex), its size in bytes, and where the bytes are now."""

    sha256: str
    size: int
    source: Path | bytes


Tree: TypeAlias = Mapping[str, Blob]


@dataclass(frozen=True, slots=True)
class Changes:
    """How a tree differs from what its folder holds."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.removed)


def blob(data: bytes) -> Blob:
    """The blob of bytes in memory."""
    return Blob(hashlib.sha256(data).hexdigest(), len(data), data)


def compare(tree: Tree, present: Mapping[str, tuple[int, str]]) -> Changes:
    """What has to happen to a folder that holds `present` (path to size and SHA-256) for it to hold `tree`."""
    return Changes(
        new=tuple(path for path in tree if path not in present),
        changed=tuple(p for p in tree if p in present and present[p] != (tree[p].size, tree[p].sha256)),
        removed=tuple(path for path in present if path not in tree),
    )


def may_replace(target: Path) -> None:
    """Raise FaultError if `target` is a folder that something else than a build has filled."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise FaultError(f"{target} is not a folder", "name another output folder with -o")
    if target.is_dir() and any(target.iterdir()) and not (target / MARKER).is_file():
        raise FaultError(f"{target} holds files that no build made", "empty it, or name another folder with -o")


def stage(tree: Tree, target: Path, unchanged: frozenset[str]) -> Path:
    """Write `tree` into a new folder beside `target` and return it; `unchanged` paths are shared with `target`."""
    staged = target.with_name(f".{target.name}.next")
    shutil.rmtree(staged, ignore_errors=True)
    try:
        staged.mkdir(parents=True)
        for folder in sorted({(staged / path).parent for path in tree}):
            folder.mkdir(parents=True, exist_ok=True)
        for path, content in tree.items():
            place(target / path if path in unchanged else content.source, staged / path)
        (staged / MARKER).write_bytes(_MARK)
    except OSError as error:
        shutil.rmtree(staged, ignore_errors=True)
        raise disk_fault(error, staged) from error
    return staged


def place(source: Path | bytes, target: Path) -> None:
    """Put bytes, or a hard link to (else a copy of) a file, at `target`."""
    if isinstance(source, bytes):
        target.write_bytes(source)
        return
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EACCES):
            raise
        shutil.copyfile(source, target)


def swap(staged: Path, target: Path) -> None:
    """Make `staged` the folder `target`, in one step where the system can, and drop the old folder."""
    old = target.with_name(f".{target.name}.old")
    try:
        shutil.rmtree(old, ignore_errors=True)
        if target.exists():
            _exchange(staged, target, old)
        else:
            staged.rename(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise disk_fault(error, target) from error
    shutil.rmtree(staged, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def recover(target: Path) -> None:
    """Undo what a crash left of an earlier swap or staging."""
    old, staged = target.with_name(f".{target.name}.old"), target.with_name(f".{target.name}.next")
    if old.is_dir() and not target.exists():
        old.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(staged, ignore_errors=True)


def remove_others(folder: Path, kept: Collection[str]) -> None:
    """Remove every file below `folder` whose path is not among `kept`, and the folders that this leaves empty."""
    for base, folders, files in os.walk(folder, topdown=False):
        for name in files:
            if (path := os.path.join(base, name)) not in kept:  # noqa: PTH118 - thousands of Paths would take longer
                os.unlink(path)  # noqa: PTH108
        for name in folders:
            with suppress(OSError):  # not empty
                os.rmdir(os.path.join(base, name))  # noqa: PTH106, PTH118


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep every other build, deploy or key change of this site out while the block runs; FaultError if one runs."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (folder / "lock").open("a+b")
    except OSError as error:
        raise disk_fault(error, folder) from error
    with lock as file:
        try:
            _lock(file.fileno())
        except OSError as error:
            raise FaultError("another sogallery is at work on this site", "wait until it is done") from error
        yield


def write_atomic(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace a file's content in one step, flushed to disk first."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise disk_fault(error, path) from error


def disk_fault(error: OSError, path: Path) -> FaultError:
    """An OSError in words, with the remedy."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FaultError(f"the disk is full while writing {path}", "free some space; the last good site is untouched")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return FaultError(f"no permission to write {path}", "make the folder writable; the last good site is untouched")
    return FaultError(f"could not write {path}: {error.strerror or error}", "the last good site is untouched")


def _exchange(staged: Path, target: Path, old: Path) -> None:
    """Swap two folders: atomically on Linux, else by two renames that `recover` can finish."""
    if not _renameat2(staged, target):
        target.rename(old)
        staged.rename(target)


def _renameat2(a: Path, b: Path) -> bool:
    """Exchange two paths with Linux' renameat2(2); False where there is none."""
    if sys.platform != "linux":
        return False
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    return bool(renameat2(_AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b), _RENAME_EXCHANGE) == 0)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # Windows cannot open folders; the rename itself is done
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
