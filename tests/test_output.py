"""Output folders: what changes, what stays, what a crash leaves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sogallery.errors import FaultError
from sogallery.output import MARKER, blob, compare, locked, may_replace, recover, stage, swap, write_atomic


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MARKER
    }


def publish(target: Path, files: dict[str, bytes]) -> None:
    swap(stage({path: blob(data) for path, data in files.items()}, target, frozenset()), target)


def test_a_folder_becomes_its_tree(tmp_path: Path) -> None:
    """What the tree names is there, and nothing else."""
    target = tmp_path / "dist"
    publish(target, {"a.txt": b"a", "deep/er/b.txt": b"b"})
    publish(target, {"a.txt": b"new"})

    assert {"a.txt": b"new"} == content(target)


def test_unchanged_files_are_shared_not_copied(tmp_path: Path) -> None:
    """A file that stays keeps its inode, so a rebuild costs no disk and no upload."""
    target = tmp_path / "dist"
    publish(target, {"big": b"x" * 1000})
    before = (target / "big").stat().st_ino
    swap(stage({"big": blob(b"x" * 1000)}, target, frozenset({"big"})), target)

    assert before == (target / "big").stat().st_ino


def test_differences_are_found_by_content() -> None:
    """New, changed and removed paths, by hash."""
    tree = {"same": blob(b"1"), "changed": blob(b"2"), "new": blob(b"3")}
    present = {"same": (1, tree["same"].sha256), "changed": (1, "other"), "old": (1, "x")}

    changes = compare(tree, present)

    assert (("new",), ("changed",), ("old",)) == (changes.new, changes.changed, changes.removed)


def test_a_folder_of_somebody_else_is_never_replaced(tmp_path: Path) -> None:
    """`-o` on a folder with files that no build made is an error, not a deletion."""
    (tmp_path / "holiday.jpg").write_bytes(b"precious")
    with pytest.raises(FaultError, match="no build made"):
        may_replace(tmp_path)

    assert (tmp_path / "holiday.jpg").exists()


def test_an_interrupted_swap_is_undone(tmp_path: Path) -> None:
    """A crash between two renames loses nothing: the old folder comes back."""
    target = tmp_path / "dist"
    publish(target, {"page": b"good"})
    target.rename(tmp_path / ".dist.old")
    (tmp_path / ".dist.next").mkdir()

    recover(target)

    assert {"page": b"good"} == content(target)
    assert not (tmp_path / ".dist.next").exists()


def test_a_full_or_read_only_disk_leaves_the_last_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails while staging, what was published is untouched."""
    target = tmp_path / "dist"
    publish(target, {"page": b"good"})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(FaultError, match="disk is full"):
        stage({"page": blob(b"new")}, target, frozenset())
    monkeypatch.undo()

    assert {"page": b"good"} == content(target)


def test_secrets_are_written_for_their_owner_alone(tmp_path: Path) -> None:
    """The mode is set as the file is made, never after."""
    write_atomic(tmp_path / "keys", b"secret", 0o600)

    assert 0o600 == os.stat(tmp_path / "keys").st_mode & 0o777  # noqa: PTH116


def test_two_builds_exclude_each_other(tmp_path: Path) -> None:
    """The second says so instead of waiting or destroying."""
    with locked(tmp_path), pytest.raises(FaultError, match="another sogallery"), locked(tmp_path):
        pytest.fail("the lock was taken twice")
    with locked(tmp_path):
        pass
