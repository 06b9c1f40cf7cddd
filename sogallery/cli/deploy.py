"""`sogallery deploy`: put the built site where visitors meet it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from sogallery.audit import audit
from sogallery.cli.common import content_option, echo_json, json_option, told
from sogallery.errors import FindingsError, InputError
from sogallery.hosts import deploying
from sogallery.hosts.base import Difference, Progress, silent
from sogallery.hosts.deploying import Result
from sogallery.hosts.local import LocalSite, read_site
from sogallery.hosts.preflight import human
from sogallery.hosts.targets import Surroundings, Target, choose
from sogallery.load import load_site
from sogallery.model import Site
from sogallery.words import Words, private_words, public_words

MEMORY = ".sogallery"
_SHOWN = 20  # paths of a kind in a dry run
_TICK = 1.0  # seconds between two lines of progress

target_options = (
    click.option("--target", metavar="NAME", help="A target of site.yaml, or a kind of host."),
    click.option("--to", metavar="WHERE", help="A folder, s3://bucket/prefix, user@host:/path or a site id."),
)


def with_target(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--target` and `--to`."""
    for option in reversed(target_options):
        command = option(command)
    return command


@click.command("deploy")
@with_target
@click.option("--dist", type=click.Path(path_type=Path), help="The built site.  [default: dist beside content]")
@click.option("--dry-run", is_flag=True, help="Say what is new, changed and removed, and send nothing.")
@click.option("--keep-old", is_flag=True, help="Leave old deploys and versions; `sogallery prune` removes them later.")
@content_option
@json_option
@told
def deploy(
    target: str | None, to: str | None, dist: Path | None, dry_run: bool, keep_old: bool, content: Path, as_json: bool
) -> None:
    """Deploy the site to a target of site.yaml (or: --target folder --to DIR).

    Only what the host lacks is sent. Visitors meet the old site until all of the new one is there. What an interruption
    left is taken up by the next run. Secrets come from the environment: NETLIFY_AUTH_TOKEN, AWS_..., your ssh keys.
    """
    root = content.resolve().parent
    goal = find_target(content, target, to)
    folder = dist.resolve() if dist else root / "dist"
    site = read_site(folder, root / MEMORY / "deploy-digests.json")
    _audit(folder, content)
    progress = silent if as_json else _progress()
    results = deploying.deploy(goal, site, root / MEMORY, dry_run, progress, prune=not keep_old)
    if as_json:
        echo_json(_document(results, dry_run))
    else:
        _tell(results, site, dry_run)
    if dry_run:
        for result in results:
            result.preflight.insist(result.target)


def find_target(content: Path, name: str | None, to: str | None) -> Target:
    """The target that the words on the command line mean."""
    site = _site(content)
    return choose(site.deploy, name, to, Surroundings(os.environ, content.resolve().parent, Path.cwd(), site.base_url))


def _site(content: Path) -> Site:
    site, problems = load_site(content, private=False)
    if site is None:
        raise InputError(problems)
    return site


def _audit(dist: Path, content: Path) -> None:
    """Look once more as a stranger, with the private words if they are here: dist may have come from elsewhere."""
    site, _ = load_site(content) if (content / "clients").is_dir() else (None, [])
    words = Words.of(private_words(site, ()), public_words(site)) if site else None
    findings = audit(dist, words, sampled=True)
    if findings:
        raise FindingsError(f"{len(findings)} findings in {dist}", "nothing was sent; build the site again", findings)


def _progress() -> Progress:
    """Redraw one line on a terminal; a line every second elsewhere would fill a log, so every tenth of the bytes."""
    last = [0.0, -1.0]

    def show(done: int, total: int, what: str) -> None:
        share, now = 10 * done // max(total, 1), time.monotonic()
        if sys.stderr.isatty() and now - last[0] > _TICK / 10:
            click.echo(f"\r\x1b[K{human(done)} of {human(total)}  {what}"[:100], nl=done >= total, err=True)
            last[0] = now
        elif not sys.stderr.isatty() and share > last[1]:
            click.echo(f"{human(done)} of {human(total)} sent", err=True)
            last[1] = share

    return show


def _document(results: list[Result], dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "targets": [
            {
                "target": result.target,
                "changes": asdict(result.changes),
                "preflight": asdict(result.preflight),
                "deployment": asdict(result.deployment) if result.deployment else None,
                "pruned": asdict(result.pruned) if result.pruned else None,
            }
            for result in results
        ],
    }


def _tell(results: list[Result], site: LocalSite, dry_run: bool) -> None:
    for result in results:
        click.echo(f"{result.target}: {_counted(result.changes)}")
        if dry_run:
            _tell_changes(result.changes, site)
        for line in (*result.preflight.estimates, *result.preflight.advice):
            click.echo(f"  {line}")
        for breach in result.preflight.breaches:
            click.echo(f"  does not fit: {breach.path}: {breach.message}")
        if not dry_run:
            _tell_done(result)


def _counted(changes: Difference) -> str:
    return (
        f"{len(changes.new)} new, {len(changes.changed)} changed, {len(changes.removed)} removed, "
        f"{changes.unchanged} unchanged"
    )


def _tell_changes(changes: Difference, site: LocalSite) -> None:
    for mark, paths in (("+", changes.new), ("~", changes.changed), ("-", changes.removed)):
        for path in paths[:_SHOWN]:
            size = f"  {human(site.files[path].size)}" if path in site.files else ""
            click.echo(f"  {mark} {path}{size}")
        if len(paths) > _SHOWN:
            click.echo(f"  {mark} ... and {len(paths) - _SHOWN} more")


def _tell_done(result: Result) -> None:
    done, pruned = result.deployment, result.pruned
    if done is None:
        click.echo("  nothing to send: the host has it all")
    else:
        where = f" {done.url}" if done.url else ""
        click.echo(f"  {'live:' if done.live else 'not live yet:'}{where}  ({human(done.bytes_sent)} sent)")
        for note in done.notes:
            click.echo(f"  note: {note}")
    if pruned is not None and (pruned.removed or pruned.left):
        click.echo(f"  {len(pruned.removed)} old copies removed")
        for left in pruned.left:
            click.echo(f"  could not be removed: {left}")
