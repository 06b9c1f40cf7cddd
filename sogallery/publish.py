"""The last step: stage both outputs, look at them as a stranger would, and put them in place together.

Nothing is written if nothing changed. If the audit finds anything, what was online before stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sogallery.audit import audit
from sogallery.cache import Cache, sha256_of
from sogallery.errors import FaultError, FindingsError
from sogallery.model import Finding
from sogallery.output import MARKER, Changes, Tree, compare, may_replace, stage, swap
from sogallery.words import Words

Check = Callable[[Path], list[Finding]]  # further looks at the staged `dist/`


@dataclass(frozen=True, slots=True)
class Output:
    """A folder and what it shall hold."""

    target: Path
    tree: Tree


@dataclass(frozen=True, slots=True)
class Published:
    """How an output changed, and how many bytes of it a host does not have yet."""

    changes: Changes
    upload: int


def publish(dist: Output, sealed: Output | None, cache: Cache, words: Words, checks: tuple[Check, ...]) -> Published:
    """Make both folders hold their trees, or raise FindingsError and leave them as they are."""
    outputs = [output for output in (sealed, dist) if output is not None]
    differences = [_compare(output, cache) for output in outputs]
    if not any(differences):
        return Published(Changes(), 0)
    staged = []
    for output, changes in zip(outputs, differences, strict=True):
        may_replace(output.target)
        _vouched(output.tree, changes, cache)
        staged.append(stage(output.tree, output.target, _unchanged(output.tree, changes)) if changes else None)
    if staged[-1] is not None:
        _inspect(staged[-1], dist, cache, words, checks)
    for output, folder, changes in zip(outputs, staged, differences, strict=True):
        if folder is not None:
            swap(folder, output.target)
            _remember(output, changes, cache)
    changes = differences[-1]
    return Published(changes, sum(dist.tree[path].size for path in (*changes.new, *changes.changed)))


def exactly(tree: Tree) -> Check:
    """A check that a staged folder is its tree, byte for byte, and nothing else."""

    def check(staged: Path) -> list[Finding]:
        files = {path.relative_to(staged).as_posix() for path in staged.rglob("*") if path.is_file()} - {MARKER}
        odd = sorted(files ^ set(tree))
        odd += sorted(path for path in files & set(tree) if sha256_of(staged / path) != tree[path].sha256)
        return [Finding(path, "is not what was signed", "seal and push the whole folder again") for path in odd]

    return check


def _compare(output: Output, cache: Cache) -> Changes:
    return compare(output.tree, cache.tree(output.target))


def _unchanged(tree: Tree, changes: Changes) -> frozenset[str]:
    return frozenset(tree) - {*changes.new, *changes.changed}


def _vouched(tree: Tree, changes: Changes, cache: Cache) -> None:
    """Raise FaultError if a file to be published is not what was made: something else changed it."""
    for path in (*changes.new, *changes.changed):
        content = tree[path]
        if isinstance(content.source, Path) and not cache.holds(content.source, content.size, content.sha256):
            raise FaultError(f"{content.source} is not as it was made", "run the build again; it makes the file anew")


def _as_released(staged: Path, tree: Tree) -> list[Finding]:
    """Public pictures are compared byte for byte, whatever vouches for them: these exact bytes were released."""
    public = sorted(path for path in tree if path.startswith("p/"))
    odd = [path for path in public if sha256_of(staged / path) != tree[path].sha256]
    return [Finding(path, "is not the picture that was released", "delete .sogallery and build again") for path in odd]


def _inspect(staged: Path, dist: Output, cache: Cache, words: Words, checks: tuple[Check, ...]) -> None:
    clean = cache.audited()
    known = frozenset(p for p, one in dist.tree.items() if p.startswith(("b/", "p/")) and one.sha256 in clean)
    findings = audit(staged, words, known, sampled=True)
    findings += _as_released(staged, dist.tree)
    for check in checks:
        findings += check(staged)
    if findings:
        count = len(findings)
        raise FindingsError(
            f"the audit found {count} thing{'s' if count != 1 else ''} that must not be published",
            "nothing was published; the last good site stays",
            findings,
        )


def _remember(output: Output, changes: Changes, cache: Cache) -> None:
    for path in (*changes.new, *changes.changed):
        cache.remember_output(output.target / path, output.tree[path].sha256)
