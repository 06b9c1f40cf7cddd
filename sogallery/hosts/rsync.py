"""Any server with SSH and rsync.

By default each deploy is a new dated folder below `releases/`, sharing unchanged files by hard link, and the symbolic
link `current` is switched to it in one step: point the web server at `current`. `in_place` updates one folder instead,
in the order that keeps a visitor's page whole. rsync runs over the user's own ssh, with its keys and configuration.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from sogallery.errors import FaultError, HostLimitError, SecretError, UsageError
from sogallery.hosts.base import Deployment, Difference, Limits, Progress, Pruned, rank, silent
from sogallery.hosts.local import LocalSite
from sogallery.hosts.preflight import LIMITS
from sogallery.hosts.state import State
from sogallery.output import MARKER

_PLACE = re.compile(r"(?P<host>(?:[^@:/\s]+@)?(?:\[[0-9a-fA-F:.]+\]|[^@:/\s-][^@:/\s]*)):(?P<path>[^\s:].*)")
_NEXT = ".next"
_RELEASE = re.compile(r"\d{8}T\d{6}Z(-\d+)?")
# No times: contents are compared, and a file whose time alone differs could not be shared with the last release.
_FLAGS = ("--recursive", "--checksum", "--chmod=D755,F644", "--protect-args", "--8-bit-output")
_OUT = "--out-format=%i %n"


def _now() -> datetime:
    return datetime.now(UTC)


class Rsync:
    """`to` is [user@]host:path; `ssh` the ssh command with options; `now` names the release."""

    name = "rsync"

    def __init__(self, to: str, ssh: str = "", in_place: bool = False, now: Callable[[], datetime] = _now) -> None:
        found = _PLACE.fullmatch(to)
        if found is None:
            raise UsageError(f"{to!r} is no place for rsync", "write it as user@host:/path/to/folder")
        self.host, self.path = found["host"], found["path"].removeprefix("~/").rstrip("/") or "/"
        self.in_place, self._now = in_place, now
        self._ssh = [*(shlex.split(ssh) or ["ssh"]), "-o", "BatchMode=yes"]
        self.limits: Limits = LIMITS["rsync"]

    def compare(self, site: LocalSite) -> Difference:
        """Let rsync compare checksums, without changing anything."""
        there = f"{self.path}/" if self.in_place else f"{self.path}/current/"
        if not self._there(there):
            return Difference(new=tuple(sorted(site.files)), send=site.size)
        return _difference(self._rsync(site, there, ["--dry-run", "--delete"]), site)

    def deploy(
        self,
        site: LocalSite,
        changes: Difference,
        state: State,  # noqa: ARG002 - the server itself says what it holds
        progress: Progress = silent,
    ) -> Deployment:
        """Send what differs; switch to it (or, in place, update in order and remove at last)."""
        if self.in_place:
            self._update(site, changes, progress)
        else:
            self._release(site, progress)
        count = len(changes.new) + len(changes.changed)
        return Deployment(f"{self.host}:{self.path}", "", count, changes.send, len(changes.removed))

    def prune(self, state: State) -> Pruned:  # noqa: ARG002 - as above
        """Remove every release but the current one, and what an interrupted upload left."""
        if self.in_place:
            return Pruned()
        current, *names = self._releases("true")
        old = [name for name in names if name != current]
        if old:
            self._remote("rm -rf -- " + " ".join(shlex.quote(f"{self.path}/releases/{name}") for name in old))
        return Pruned(tuple(old))

    # --- steps -------------------------------------------------------------------------------------------------

    def _there(self, folder: str) -> bool:
        """Whether a site is there already; raises FaultError if something else is."""
        here = shlex.quote(self.path)
        found = self._remote(
            f"if test -e {here}/{MARKER}; then test -d {shlex.quote(folder)} && echo site; "
            f'elif test -e {here} && test -n "$(ls -A {here})"; then echo foreign; fi; true'
        )
        if found == "foreign":
            raise FaultError(f"{self.host}:{self.path} holds files that no deploy made", "name an empty folder")
        return found == "site"

    def _release(self, site: LocalSite, progress: Progress) -> None:
        here, staged = shlex.quote(self.path), f"{self.path}/releases/{_NEXT}/"
        taken = self._releases(f"mkdir -p {shlex.quote(staged)} && touch {shlex.quote(f'{self.path}/{MARKER}')}")
        self._rsync(site, staged, ["--delete", "--partial", "--link-dest=../../current/"])
        left = self._rsync(site, staged, ["--dry-run", "--delete"])
        if left:
            raise FaultError(f"the server does not hold what was sent ({left[0]})", "run deploy again")
        progress(site.size, site.size, "sent")
        name = _free(self._now().strftime("%Y%m%dT%H%M%SZ"), taken)
        # A link is replaced in one step only by a rename; `ln -sf` would leave a moment without one.
        self._remote(
            f"cd {here} && mv releases/{_NEXT} releases/{name} && ln -sfn releases/{name} .current"
            " && mv -T .current current"
        )

    def _update(self, site: LocalSite, changes: Difference, progress: Progress) -> None:
        self._remote(f"mkdir -p {shlex.quote(self.path)} && touch {shlex.quote(f'{self.path}/{MARKER}')}")
        sent = 0
        for step in (0, 1, 2):
            paths = sorted(path for path in (*changes.new, *changes.changed) if rank(path) == step)
            if paths:
                self._rsync(site, f"{self.path}/", ["--partial", "--from0", "--files-from=-"], paths)
            sent += sum(site.files[path].size for path in paths)
            progress(sent, changes.send, "sent")
        if changes.removed:
            self._rsync(site, f"{self.path}/", ["--delete-after"])

    def _releases(self, first: str) -> list[str]:
        """Run `first`, then tell the current release ("none" if none) and all, with what an interruption left."""
        here = shlex.quote(self.path)
        script = f"{first} && cd {here} && (readlink current || echo none) && (ls -1A releases 2>/dev/null || true)"
        current, *names = self._remote(script).splitlines()
        return [current.rpartition("/")[2], *(name for name in names if _RELEASE.fullmatch(name) or name == _NEXT)]

    # --- programs ----------------------------------------------------------------------------------------------

    def _remote(self, script: str) -> str:
        return _run([*self._ssh, self.host, script], self.host).strip()

    def _rsync(self, site: LocalSite, to: str, options: Sequence[str], paths: Iterable[str] = ()) -> list[str]:
        """Run rsync from the site to a folder there; returns what it says it did, one line a file."""
        here = site.root / site.prefix
        ours = {path.partition("/")[0] for path in site.files}
        hidden = [f"--filter=hide /{entry.name}" for entry in here.iterdir() if entry.name not in ours]
        wanted = "".join(f"{path}\0" for path in paths)
        command = ["rsync", *_FLAGS, _OUT, *options, f"--filter=protect /{MARKER}", *hidden]
        command += ["--rsh=" + shlex.join(self._ssh), "--", f"{here}/", f"{self.host}:{to}"]
        lines = _run(command, self.host, wanted).splitlines()
        return [line for line in lines if line[:1] in "<>*" or line.startswith("cf")]


def _difference(lines: Iterable[str], site: LocalSite) -> Difference:
    new: list[str] = []
    changed: list[str] = []
    removed: list[str] = []
    for line in lines:
        what, _, path = line.partition(" ")
        if what == "*deleting":
            removed += [] if path.endswith("/") else [path.lstrip()]
        elif path in site.files:
            (new if what.endswith("+++++") else changed).append(path)
    sent = [*new, *changed]
    return Difference(
        tuple(sorted(new)),
        tuple(sorted(changed)),
        tuple(sorted(removed)),
        len(site.files) - len(sent),
        sum(site.files[path].size for path in sent),
    )


def _free(name: str, taken: Sequence[str]) -> str:
    """`name`, or with a number behind it if two deploys share a second."""
    return next(one for one in (name, *(f"{name}-{n}" for n in range(2, 1000))) if one not in taken)


def _run(command: list[str], host: str, given: str = "") -> str:
    """Run a program and return what it says, or raise what its failure means."""
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, encoding="utf-8", errors="replace", env=environment, check=False
        )
    except FileNotFoundError as error:
        raise UsageError(f"{command[0]} is not installed here", f"install {command[0]}, then deploy again") from error
    if done.returncode == 0:
        return done.stdout
    said = " ".join(done.stderr.split())[-300:]
    if "Permission denied (" in said or "Host key verification failed" in said:
        raise SecretError(f"{host} does not let us in: {said}", "try `ssh` to it by hand, then deploy again")
    if "No space left" in said or "Disk quota exceeded" in said:
        raise HostLimitError(f"{host} is full: {said}", "make room there or retire old galleries; what is live stays")
    raise FaultError(f"{host}: {said or 'the connection broke'}", "what is there so far stays; run the command again")
