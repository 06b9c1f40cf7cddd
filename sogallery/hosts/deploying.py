"""A deploy from beginning to end: lock, compare, preflight, send, prune; and `--dry-run`, which sends nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from sogallery.errors import FaultError, UsageError
from sogallery.hosts.base import Deployment, Difference, Progress, Pruned, silent
from sogallery.hosts.local import CONTROL_FILES, LocalSite
from sogallery.hosts.preflight import Preflight, preflight
from sogallery.hosts.state import State, state_path
from sogallery.hosts.targets import Target
from sogallery.output import locked

OBJECTS = "b/"


@dataclass(frozen=True, slots=True)
class Part:
    """One host's share of a deploy: which files, what differs, how it fits."""

    target: Target
    site: LocalSite
    state: State
    changes: Difference
    preflight: Preflight


@dataclass(frozen=True, slots=True)
class Result:
    """What happened at one host; `deployment` is None if there was nothing to send, or for a dry run."""

    target: str
    changes: Difference
    preflight: Preflight
    deployment: Deployment | None = None
    pruned: Pruned | None = None


def deploy(
    target: Target,
    site: LocalSite,
    memory: Path,
    dry_run: bool = False,
    progress: Progress = silent,
    prune: bool = True,
) -> list[Result]:
    """Put `site` at `target`; `memory` is the site's `.sogallery/`. One Result a host.

    Pages and sealed objects on two hosts: objects first, then pages, and removals of objects last. Raises
    HostLimitError before anything is sent if the site does not fit, FaultError if this site is at work elsewhere.
    """
    with locked(memory):
        parts = [_part(one, share, memory) for one, share in _shares(target, site)]
        for part in parts:
            if not dry_run:
                part.preflight.insist(part.target.host.limits.host or part.target.host.name)
        if dry_run:
            return [Result(part.target.name, part.changes, part.preflight) for part in parts]
        # Of two hosts the first keeps what is gone until the second no longer points at it.
        done = [_send(part, progress, late=part is not parts[-1]) for part in parts]
        done[:-1] = [_remove(part, result, progress) for part, result in zip(parts[:-1], done[:-1], strict=True)]
        return [
            _pruned(part, result) if prune and part.target.prune else result
            for part, result in zip(parts, done, strict=True)
        ]


def prune(target: Target, memory: Path) -> list[tuple[str, Pruned]]:
    """Remove what old deploys left, at the target and where its objects are; (target, what was removed) each."""
    with locked(memory):
        hosts = [one for one in (target.objects, target) if one is not None]
        return [(one.name, one.host.prune(State(state_path(memory, one.name)))) for one in hosts]


def _shares(target: Target, site: LocalSite) -> list[tuple[Target, LocalSite]]:
    """Which files go where, in the order in which they have to go."""
    pointed = sorted(_objects_addresses(site))
    if target.objects is None:
        elsewhere = [address for address in pointed if urlsplit(address).netloc]
        if elsewhere:
            hint = "add `objects:` to the target, or take objects_url out of site.yaml, and build again"
            raise UsageError(f"the galleries look for sealed objects at {elsewhere[0]}, which is not deployed", hint)
        return [(target, site)]
    if any(not urlsplit(address).netloc for address in pointed):
        hint = "set objects_url in site.yaml to the address of the object store, and build again"
        raise UsageError("the galleries look for sealed objects beside the pages", hint)
    objects = site.only(lambda path: path.startswith(OBJECTS), strip=OBJECTS)
    return [(target.objects, objects), (target, site.only(lambda path: not path.startswith(OBJECTS)))]


def _objects_addresses(site: LocalSite) -> set[str]:
    """Where the galleries look for sealed objects."""
    found = set()
    for path in site.files:
        if path.startswith("g/") and path.endswith("/gallery.json"):
            try:
                found.add(str(json.loads(site.place(path).read_bytes()).get("objects", "")))
            except (OSError, ValueError, AttributeError) as error:
                raise FaultError(f"{path} cannot be read", "build the site again") from error
    return found


def _part(target: Target, site: LocalSite, memory: Path) -> Part:
    state = State(state_path(memory, target.name))
    changes = _with_unseen(target.host.compare(site), site, state)
    return Part(target, site, state, changes, preflight(site.sizes, target.host.limits, changes, _header_rules(site)))


def _with_unseen(changes: Difference, site: LocalSite, state: State) -> Difference:
    """Files that a host reads and does not list are changed unless we remember having sent them."""
    seen = {*changes.new, *changes.changed}
    unseen = [
        path
        for path in CONTROL_FILES
        if path in site.files and path not in seen and state.files and state.files.get(path) != site.files[path].sha256
    ]
    return replace(changes, changed=(*changes.changed, *unseen), send=changes.send + sum(site.sizes[p] for p in unseen))


def _header_rules(site: LocalSite) -> int:
    if "_headers" not in site.files:
        return 0
    lines: Iterable[str] = site.place("_headers").read_text("utf-8").splitlines()
    return sum(line.startswith("/") for line in lines)


def _send(part: Part, progress: Progress, late: bool) -> Result:
    """Make the changes; `late` leaves removals for later."""
    result = Result(part.target.name, part.changes, part.preflight)
    changes = replace(part.changes, removed=()) if late else part.changes
    if not changes and not part.state.pending:
        part.state.finished(_digests(part.site), part.target.url)
        return result
    deployment = part.target.host.deploy(part.site, changes, part.state, progress)
    if deployment.live:
        part.state.finished(_digests(part.site), part.target.url or deployment.url)
    return replace(result, deployment=deployment)


def _remove(part: Part, result: Result, progress: Progress) -> Result:
    """What was left for later, now that no page points at it."""
    if not part.changes.removed:
        return result
    changes = Difference(removed=part.changes.removed)
    later = part.target.host.deploy(part.site, changes, part.state, progress)
    first = result.deployment or later
    return replace(result, deployment=replace(first, removed=later.removed))


def _pruned(part: Part, result: Result) -> Result:
    if result.deployment is not None and not result.deployment.live:
        return result  # a draft is looked at first; what is live stays as it is
    return replace(result, pruned=part.target.host.prune(part.state))


def _digests(site: LocalSite) -> dict[str, str]:
    return {path: file.sha256 for path, file in site.files.items()}
