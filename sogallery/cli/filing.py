"""Names to save under: whatever a manifest says, a file lands inside the folder that was asked for.

Rules are those of the pickiest system, so that a folder can be copied anywhere: no separators, control or
direction-changing characters, no names that Windows keeps for itself, no two names that differ in case alone.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from sogallery.errors import FaultError, UsageError
from sogallery.output import MARKER, disk_fault

LONGEST = 180  # bytes of UTF-8; file systems take 255, and a number or a suffix may follow
_UNWANTED = re.compile(
    '[\x00-\x1f\x7f-\x9f<>:"/\\\\|?*\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]'
)
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def safe_name(text: str, otherwise: str) -> str:
    """`text` as a file or folder name; `otherwise` if nothing of it is left."""
    name = _UNWANTED.sub("", unicodedata.normalize("NFC", re.split(r"[/\\]", text)[-1])).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if len(name.encode()) > LONGEST:
        keep = LONGEST - len(f".{suffix}".encode()) if dot and len(suffix) < 10 else LONGEST
        name = _cut(stem if keep < LONGEST else name, keep) + (f".{suffix}" if keep < LONGEST else "")
    return f"_{name}" if _RESERVED.fullmatch(name) else name or otherwise


def _cut(text: str, length: int) -> str:
    return text.encode()[:length].decode(errors="ignore").rstrip(" .")


class Names:
    """Hands out names that no other has, as file systems that ignore case and accents' spelling see it."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def unique(self, folder: str, name: str) -> str:
        """`name`, or `name (2)`, ... if something in `folder` has it."""
        stem, dot, suffix = name.rpartition(".")
        stem, suffix = (stem, dot + suffix) if stem else (name, "")
        for candidate in _numbered(stem, suffix):
            key = unicodedata.normalize("NFKC", f"{folder}/{candidate}").casefold()
            if key not in self._taken:
                self._taken.add(key)
                return candidate
        raise AssertionError("numbers do not end")


def _numbered(stem: str, suffix: str) -> Iterator[str]:
    yield stem + suffix
    number = 2
    while True:
        yield f"{stem} ({number}){suffix}"
        number += 1


def refuse_filled(path: Path) -> None:
    """UsageError if there is something in the folder `path`, or if what is put there would be published."""
    refuse_published(path)
    try:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise UsageError(f"{path} is not empty", "name a new folder with -o: nothing is ever overwritten")
    except OSError as error:
        raise disk_fault(error, path) from error


def refuse_published(path: Path) -> None:
    """UsageError if `path` lies in a folder that a build publishes."""
    for folder in (path.resolve(), *path.resolve().parents):
        if (folder / MARKER).is_file():
            raise UsageError(f"{path} is inside {folder}, which gets published", "choose a place outside of it")


def save(path: Path, content: Iterable[bytes]) -> int:
    """Write `content` to a file that is not there yet; it appears only once it is complete. Returns its length."""
    part = path.with_name(path.name + ".part")
    length = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as file:
            for piece in content:
                file.write(piece)
                length += len(piece)
        os.replace(part, path)  # noqa: PTH105 - the folder was empty, so this replaces nothing
    except FileExistsError as error:
        raise FaultError(f"{part} is there already", "name a new folder with -o") from error
    except OSError as error:
        raise disk_fault(error, path) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return length
