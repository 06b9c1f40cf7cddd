"""The second line of defence: a public picture that looks like a private one stops the build.

The audit does not trust that only released photos were written: it looks at every picture in the staged output and
compares it with every photo of every client that nobody released. A reviewed "different photo" record lifts one match,
never for equal files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sogallery.cache import Cache
from sogallery.consent import Records
from sogallery.model import Finding
from sogallery.output import Blob
from sogallery.render.errors import UnreadableImage
from sogallery.render.lookalike import Look, look_of, looks_like

_HINT = (
    "if it is the same picture, it needs a release; if it only looks like it, record `different_from` in the review of "
    "the public one"
)
_HINT_THEME = "if it is the same picture, take it out of the theme; a theme's pictures need releases like all others"
_RASTER = frozenset({".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif"})


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
            for path in _pictures(staged)
            for finding in _matches(path, staged, look, unreleased, shown.get(path.name, ""), lifted)
        ]

    return check


def _pictures(staged: Path) -> list[Path]:
    """Every picture of the output: the portfolio's, and those that a theme brings along."""
    brought = [path for path in (staged / "assets").rglob("*") if path.suffix.lower() in _RASTER]
    return sorted([*(staged / "p").glob("*"), *brought])


def _matches(
    path: Path,
    staged: Path,
    look: Callable[[Path], Look],
    unreleased: list[Private],
    source: str,
    lifted: set[frozenset[str]],
) -> Iterator[Finding]:
    name = path.relative_to(staged).as_posix()
    try:
        seen = look(path)
    except UnreadableImage as error:
        yield Finding(name, f"is a picture that {error.message}", "take it out, or export it again")
        return
    for one in unreleased:
        if looks_like(seen, one.look) and frozenset((source, one.sha256)) not in lifted:
            hint = _HINT if name.startswith("p/") else _HINT_THEME
            yield Finding(name, f"looks like {one.file}, which nobody released", hint)


def looks_of(files: Mapping[str, Path], cache: Cache, jobs: int) -> dict[str, Look]:
    """What photos look like that no build rendered (drafts, for one), by SHA-256; what cannot be read is left out."""
    memory = cache.entries()
    found = {sha: Look.parse(memory[memory_key(sha)]["look"]) for sha in files if memory_key(sha) in memory}
    todo = [sha for sha in files if sha not in found]
    with ThreadPoolExecutor(jobs) as pool:
        for sha, look in zip(todo, pool.map(_look_or_none, [files[sha] for sha in todo]), strict=True):
            if look is not None:
                cache.put(memory_key(sha), {"look": str(look)})
                found[sha] = look
    return found


def _look_or_none(path: Path) -> Look | None:
    try:
        return look_of(path)
    except UnreadableImage:
        return None


def remembered(cache: Cache, dist: Mapping[str, Blob]) -> Callable[[Path], Look]:
    """`look_of` for the staged files of `dist`, with a memory: a file of known content is not decoded again."""
    memory = cache.entries()

    def look(path: Path) -> Look:
        known = dist.get(f"p/{path.name}") if path.parent.name == "p" else None
        key = memory_key(known.sha256) if known else ""
        if key in memory:
            return Look.parse(memory[key]["look"])
        found = look_of(path)
        if known:
            cache.put(key, {"look": str(found)})
        return found

    return look


def memory_key(sha256: str) -> str:
    """Under which name the memory keeps the look of a public file."""
    return f"look {sha256}"
