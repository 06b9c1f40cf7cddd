"""The nouns of deploying and the interface that every host keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from sogallery.hosts.local import LocalSite
from sogallery.hosts.state import State

KIB, MIB, GB = 1024, 1024**2, 1000**3

# Told (bytes done, bytes in all, what is being done); called from several threads.
Progress: TypeAlias = Callable[[int, int, str], None]


def silent(done: int, total: int, what: str) -> None:
    """A Progress that tells nobody."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a host takes; None means that no limit is known. Sizes are bytes, transfer is bytes a month."""

    host: str = ""
    files: int | None = None
    files_per_folder: int | None = None
    file_size: int | None = None
    site_size: int | None = None
    transfer: int | None = None
    name_length: int | None = None  # bytes of a whole path
    forbidden: str = ""  # characters that no name may hold
    header_rules: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a deploy would do: paths, and the bytes of what has to be sent."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    send: int = 0

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a deploy did: where the site is now, how much was sent, and what a human should know."""

    url: str = ""
    id: str = ""
    files_sent: int = 0
    bytes_sent: int = 0
    removed: int = 0
    resumed: bool = False
    live: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a prune removed (deploys, versions, releases), what it had to leave, and addresses that must be dead now."""

    removed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


class Host(Protocol):
    """A place for a site. Methods raise SecretError, HostLimitError, UsageError or FaultError; never half a site."""

    name: str
    limits: Limits

    def compare(self, site: LocalSite) -> Difference:
        """What `deploy` would do; changes nothing."""

    def deploy(self, site: LocalSite, changes: Difference, state: State, progress: Progress = silent) -> Deployment:
        """Make `changes`, or a part of what `compare` found. `state.pending` is the host's own note for resuming."""

    def prune(self, state: State) -> Pruned:
        """Remove old deploys and versions that still hold what should be gone."""


def difference(local: Mapping[str, str], remote: Mapping[str, str], sizes: Mapping[str, int]) -> Difference:
    """How `local` differs from `remote`, both path to digest; `sizes` are those of the local files."""
    new = tuple(sorted(local.keys() - remote.keys()))
    changed = tuple(sorted(path for path in local.keys() & remote.keys() if local[path] != remote[path]))
    return Difference(
        new=new,
        changed=changed,
        removed=tuple(sorted(remote.keys() - local.keys())),
        unchanged=len(local) - len(new) - len(changed),
        send=sum(sizes[path] for path in (*new, *changed)),
    )


def rank(path: str) -> int:
    """When a file may appear: 0 what nothing points at yet, 1 what points at those, 2 pages."""
    if path.startswith(("b/", "p/", "assets/")):
        return 0
    return 2 if path.endswith(".html") else 1


def in_order(paths: Iterable[str]) -> list[str]:
    """Paths in the order in which a host without atomic deploys has to put them up."""
    return sorted(paths, key=lambda path: (rank(path), path))
