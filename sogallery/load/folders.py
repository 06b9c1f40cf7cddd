"""Lists folders as a photographer means them: without hidden and junk files, never through a link to outside."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeVar

from sogallery.load.files import inside
from sogallery.model import Problem, Severity
from sogallery.schema.text import control_character, folded, natural_key, nfc, printable

T = TypeVar("T")

JUNK = frozenset(
    {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "@eadir", "$recycle.bin", "lost+found"}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or a folder: its `name` in NFC, and its `file` as the disk spells it, relative to the content folder."""

    name: str
    file: str

    @property
    def suffix(self) -> str:
        """What follows the last dot of the name, lower case with the dot, or `""`."""
        return PurePosixPath(self.name).suffix.lower()


@dataclass(slots=True)
class Listing:
    """What a folder holds, each in natural order."""

    files: list[Entry] = field(default_factory=list)
    folders: list[Entry] = field(default_factory=list)

    def file(self, name: str) -> Entry | None:
        """The file of that name."""
        return next((entry for entry in self.files if entry.name == name), None)


class Lister:
    """Lists folders below `content` and collects the Problems met on the way."""

    def __init__(self, content: Path) -> None:
        self.content = content
        self.problems: list[Problem] = []

    def add(self, file: str, message: str, hint: str, severity: Severity = Severity.ERROR) -> None:
        """Note a Problem that concerns a whole file or folder."""
        self.problems.append(Problem(printable(file), 0, 0, message, hint, severity))

    def list(self, folder: str) -> Listing:
        """What the folder holds (`""` is the content folder itself); empty if it is missing."""
        listing = Listing()
        try:
            with os.scandir(self.content / folder) as entries:
                for entry in entries:
                    self._sort_in(entry, folder, listing)
        except FileNotFoundError:
            return listing
        except OSError as error:
            self.add(folder, f"this folder cannot be read: {error.strerror}", "look at its permissions and its disk")
        listing.files.sort(key=lambda entry: natural_key(entry.name))
        listing.folders.sort(key=lambda entry: natural_key(entry.name))
        return listing

    def _sort_in(self, entry: os.DirEntry[str], folder: str, listing: Listing) -> None:
        if entry.name.startswith(".") or entry.name.endswith("~") or entry.name.lower() in JUNK:
            return
        file = f"{folder}/{entry.name}" if folder else entry.name
        if bad := control_character(entry.name):
            severity = Severity.ERROR if entry.is_dir() else Severity.LEFT_OUT
            self.add(file, f"the name holds something that is no letter ({bad})", "give it another name", severity)
        elif entry.is_symlink() and not self._may_follow(entry, file):
            return
        elif entry.is_dir():
            listing.folders.append(Entry(nfc(entry.name), file))
        elif entry.is_file():
            listing.files.append(Entry(nfc(entry.name), file))
        else:
            self.add(file, "this is neither a file nor a folder", "take it away")

    def _may_follow(self, entry: os.DirEntry[str], file: str) -> bool:
        """Only a link to a file inside the content folder is followed: folders could go in circles."""
        if not inside(self.content, entry.path):
            self.add(file, "this is a link to somewhere outside the content folder", "put the file itself here")
        elif entry.is_dir():
            self.add(file, "this is a link to a folder", "put the folder itself here")
        elif not entry.is_file():
            self.add(file, "this is a link that leads nowhere", "put the file itself here, or take the link away")
        else:
            return True
        return False


def twins(named: Iterable[tuple[str, T]]) -> list[tuple[T, T]]:
    """Pairs of things whose names are one name on a disk or a host that ignores case."""
    seen: dict[str, T] = {}
    found = []
    for name, thing in named:
        key = folded(name)
        if key in seen:
            found.append((seen[key], thing))
        seen.setdefault(key, thing)
    return found
