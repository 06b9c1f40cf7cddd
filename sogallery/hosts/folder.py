"""A plain folder, checked: for GitHub Pages, Cloudflare Pages, GitLab Pages and any server that publishes a folder.

New files come first, pages last, removals at the very end, each file by a rename, so that whoever looks meanwhile meets
the old site or the new one and no page without its pictures.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sogallery.errors import FaultError, UsageError
from sogallery.hosts.base import Deployment, Difference, Limits, Progress, Pruned, difference, in_order, silent
from sogallery.hosts.local import CONTROL_FILES, LocalSite
from sogallery.hosts.preflight import LIMITS
from sogallery.hosts.state import State
from sogallery.output import MARKER, disk_fault

# Belong to whoever publishes the folder, not to the site.
_KEPT = (MARKER, ".git", ".gitignore", ".gitattributes", ".github", "CNAME", ".nojekyll")
_PART = ".sogallery-part"
_MARK = b"Deployed by sogallery; the next deploy replaces what is here.\n"
PUBLISHERS = ("folder", "github-pages", "cloudflare-pages", "gitlab-pages")


class Folder:
    """A folder `to`; `publisher` is who publishes it (one of PUBLISHERS), which sets limits and control files."""

    name = "folder"

    def __init__(self, to: Path, publisher: str = "folder") -> None:
        if publisher not in PUBLISHERS:
            raise UsageError(f"nobody called {publisher!r} publishes folders", "one of " + ", ".join(PUBLISHERS))
        self.to, self.publisher = to, publisher
        self.limits: Limits = LIMITS[publisher]

    def compare(self, site: LocalSite) -> Difference:
        """Read the whole folder and compare contents."""
        self._check_ours(site)
        local = {path: site.files[path].sha256 for path in self._published(site)}
        return difference(local, self._present(), site.sizes)

    def deploy(
        self,
        site: LocalSite,
        changes: Difference,
        state: State,  # noqa: ARG002 - the folder itself says what it holds
        progress: Progress = silent,
    ) -> Deployment:
        """Copy what differs, checking each file on the way; then remove what is no longer there."""
        published = self._published(site)
        paths = [path for path in in_order((*changes.new, *changes.changed)) if path in published]
        try:
            self.to.mkdir(parents=True, exist_ok=True)
            (self.to / MARKER).write_bytes(_MARK)
            if self.publisher == "github-pages":
                (self.to / ".nojekyll").touch()  # else files that begin with an underscore vanish
            sent = 0
            for path in paths:
                self._copy(site, path)
                sent += site.files[path].size
                progress(sent, changes.send, path)
            removed = self._remove(changes.removed)
        except OSError as error:
            raise disk_fault(error, self.to) from error
        return Deployment(str(self.to), files_sent=len(paths), bytes_sent=sent, removed=removed, notes=self._notes())

    def prune(self, state: State) -> Pruned:  # noqa: ARG002 - as above
        """Nothing old stays in a folder; what git remembers of it is told."""
        left = (f"{self.to}/.git keeps every file ever committed",) if (self.to / ".git").exists() else ()
        return Pruned(left=left)

    def _published(self, site: LocalSite) -> set[str]:
        """What to copy: control files only for hosts that read them."""
        unread = CONTROL_FILES if self.publisher in ("github-pages", "gitlab-pages") else ()
        return {path for path in site.files if path not in unread}

    def _present(self) -> dict[str, str]:
        """What the folder holds of a site: path to SHA-256; what is not even a plain file never equals anything."""
        return {path: _sha256(place) for path, place in _walk(self.to) if path.split("/", 1)[0] not in _KEPT}

    def _check_ours(self, site: LocalSite) -> None:
        if self.to.exists() and not self.to.is_dir():
            raise FaultError(f"{self.to} is not a folder", "name another with --to")
        if self.to.resolve() == site.root.resolve() or site.root.resolve().is_relative_to(self.to.resolve()):
            raise UsageError(f"{self.to} holds the site itself", "name another folder with --to")
        foreign = [entry.name for entry in _entries(self.to) if entry.name not in _KEPT]
        if foreign and not (self.to / MARKER).is_file():
            raise FaultError(
                f"{self.to} holds files that no deploy made ({foreign[0]})",
                "empty it, or name another folder with --to",
            )

    def _copy(self, site: LocalSite, path: str) -> None:
        target = self.to / path
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)  # a folder where a file belongs is a leftover of ours
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(_PART)
        digest = hashlib.sha256()
        with site.open(path) as source, part.open("wb") as file:
            while data := source.read(1024 * 1024):
                digest.update(data)
                file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != site.files[path].sha256:
            part.unlink()
            raise FaultError(f"{site.place(path)} changed while it was being deployed", "deploy again")
        part.chmod(0o644)
        part.replace(target)

    def _remove(self, paths: tuple[str, ...]) -> int:
        for path in paths:
            place = self.to / path
            place.unlink(missing_ok=True)
            for folder in place.relative_to(self.to).parents:
                with suppress(OSError):  # not empty: still needed
                    if folder != Path():
                        (self.to / folder).rmdir()
        return len(paths)

    def _notes(self) -> tuple[str, ...]:
        if not (self.to / ".git").exists():
            return ()
        return ("git keeps every file that was ever committed: what must be gone needs a branch without history",)


def _entries(folder: Path) -> Iterator[Path]:
    return folder.iterdir() if folder.is_dir() else iter(())


def _walk(folder: Path, prefix: str = "") -> Iterator[tuple[str, Path]]:
    for entry in _entries(folder):
        path = prefix + entry.name
        if entry.is_dir() and not entry.is_symlink() and path not in _KEPT:
            yield from _walk(entry, path + "/")
        elif entry.is_symlink() or entry.is_file():
            yield path, entry


def _sha256(place: Path) -> str:
    if place.is_symlink():
        return "a symbolic link"
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
