"""`sogallery prune`: remove old deploys and versions that still hold what should be gone."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from sogallery.cli.common import content_option, echo_json, json_option, told
from sogallery.cli.deploy import MEMORY, find_target, with_target
from sogallery.errors import FaultError
from sogallery.hosts import deploying
from sogallery.hosts.base import Pruned


@click.command("prune")
@with_target
@content_option
@json_option
@told
def prune(target: str | None, to: str | None, content: Path, as_json: bool) -> None:
    """Remove every copy but the published one: old deploys, drafts, versions, releases, unfinished uploads.

    A deploy does this by itself; `prune` is for what came about otherwise, and for `deploy --keep-old`.
    """
    found = deploying.prune(find_target(content, target, to), content.resolve().parent / MEMORY)
    if as_json:
        echo_json([{"target": name, **asdict(pruned)} for name, pruned in found])
    else:
        for name, pruned in found:
            _tell(name, pruned)
    left = [one for _, pruned in found for one in pruned.left]
    if left:
        raise FaultError(f"{len(left)} old copies could not be removed, {left[0]} for one", "see the host's own pages")


def _tell(name: str, pruned: Pruned) -> None:
    click.echo(f"{name}: {len(pruned.removed)} old copies removed")
    for one in pruned.removed:
        click.echo(f"  - {one}")
    for address in pruned.addresses:
        click.echo(f"  must be dead now: {address}")
