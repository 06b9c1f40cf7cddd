"""The second line of defence: a public picture that looks like a private one stops the build.

The audit does not trust that only released photos were written: it looks at every picture in the staged output and
compares it with every photo of every client that nobody released. A reviewed "different photo" record lifts one match,
never for equal files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sogallery.cache import Cache
from sogallery.consent import Records
from sogallery.model import Finding
from sogallery.output import Blob
from sogallery.render.lookalike import Look, look_of, looks_like

_HINT = (
    "if it is the same picture, it needs a release; if it only looks like it, record `different_from` in the review of "
    "the public one"
)


@dataclass(frozen=True, slots=True)
class Private:
    """An unreleased photo: its file below the content folder, its SHA-256 and what it looks like."""

    file: str
    sha256: str
    look: Look


def looks_private(
    private: Mapping[str, Private],
    shown: Mapping[str, str],
    records: Records,
    look: Callable[[Path], Look] = look_of,
) -> Callable[[Path], list[Finding]]:
    """A check of a staged output.

    `private` are the photos by hash, `shown` has the hash of each public file's source; `look` may remember what a
    file looks like.
    """
    released = set(shown.values())
    unreleased = [one for sha256, one in private.items() if sha256 not in released]
    lifted = {
        frozenset((review.sha256.lower(), other.sha256.lower()))
        for review in records.reviews.values()
        for other in review.different_from
    }

    def check(staged: Path) -> list[Finding]:
        return [
            finding
            for path in sorted((staged / "p").glob("*"))
            for finding in _matches(path, look(path), unreleased, shown.get(path.name, ""), lifted)
        ]

    return check


def _matches(
    path: Path, look: Look, unreleased: list[Private], source: str, lifted: set[frozenset[str]]
) -> Iterator[Finding]:
    for one in unreleased:
        if looks_like(look, one.look) and frozenset((source, one.sha256)) not in lifted:
            yield Finding(f"p/{path.name}", f"looks like {one.file}, which nobody released", _HINT)


def remembered(cache: Cache, dist: Mapping[str, Blob]) -> Callable[[Path], Look]:
    """`look_of` for the staged files of `dist`, with a memory: a file of known content is not decoded again."""
    memory = cache.entries("made")

    def look(path: Path) -> Look:
        known = dist.get(f"p/{path.name}")
        key = memory_key(known.sha256) if known else ""
        if key in memory:
            return Look.parse(memory[key]["look"])
        found = look_of(path)
        if known:
            cache.put("made", key, {"look": str(found)})
        return found

    return look


def memory_key(sha256: str) -> str:
    """Under which name the memory keeps the look of a public file."""
    return f"look {sha256}"
