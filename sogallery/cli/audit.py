"""`sogallery audit`: look at an output folder as a stranger would."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from sogallery.audit import audit
from sogallery.cli.common import content_option, echo_json, json_option, told
from sogallery.errors import FindingsError, UsageError
from sogallery.load import load_anyway
from sogallery.words import Words, private_words, public_words


@click.command("audit")
@click.argument("dist", type=click.Path(path_type=Path, file_okay=False), default=Path("dist"))
@content_option
@json_option
@told
def audit_command(dist: Path, content: Path, as_json: bool) -> None:
    """Search DIST for anything that a stranger must not learn.

    Where the content is at hand, its titles, names, captions and file names are searched for, too.
    """
    if not dist.is_dir():
        raise UsageError(f"there is no folder {dist}", "run `sogallery build` first, or name the folder")
    findings = audit(dist, _words(content))
    if as_json:
        echo_json([asdict(finding) for finding in findings])
    if findings:
        raise FindingsError(f"{len(findings)} findings in {dist}", "do not publish this folder", findings)
    if not as_json:
        click.echo(f"Nothing found in {dist} that a stranger must not see.")


def _words(content: Path) -> Words | None:
    if not (content / "site.yaml").is_file():
        return None
    site, _ = load_anyway(content)
    return Words.of(private_words(site, ()), public_words(site)) if site else None
