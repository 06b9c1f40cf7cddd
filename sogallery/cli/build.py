"""`sogallery build`: make the site, say what was done, what was left out and how a gallery is opened."""

from __future__ import annotations

import functools
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from sogallery.build import Options, Runtime, build
from sogallery.cli.common import (
    clock,
    content_option,
    counted,
    echo_json,
    json_option,
    not_before_today,
    now_option,
    tell_problems,
    told,
)
from sogallery.cli.progress import reporter
from sogallery.model import Problem
from sogallery.progress import Report


@click.command("build")
@content_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where the site goes.  [default: dist beside content]"
)
@click.option("-j", "--jobs", type=click.IntRange(1), default=None, help="Worker processes.  [default: all cores]")
@click.option("--strict", is_flag=True, help="Publish nothing if anything has to be left out.")
@click.option("--drop", multiple=True, metavar="GALLERY", help="Forget a gallery that is gone on purpose.")
@click.option("--refresh", is_flag=True, help="Render everything anew, with the present encoders.")
@click.option("--rehash", is_flag=True, help="Read every photo again instead of trusting its date.")
@click.option("--executor", default="", metavar="dask://HOST:PORT", help="Render on a Dask cluster.")
@now_option
@json_option
@told
def build_command(
    content: Path,
    output: Path | None,
    jobs: int | None,
    strict: bool,
    drop: tuple[str, ...],
    refresh: bool,
    rehash: bool,
    executor: str,
    now: datetime | None,
    as_json: bool,
) -> None:
    """Build the site: pages and portfolio in the open, galleries sealed."""
    listener = reporter()
    options = Options(
        content=content,
        dist=output,
        jobs=jobs or 0,
        strict=strict,
        drop=drop,
        refresh=refresh,
        rehash=rehash,
        executor=executor,
    )
    runtime = Runtime(os.environ, os.urandom, functools.partial(not_before_today, now=now), clock, listener)
    try:
        report, problems = build(options, runtime)
    finally:
        listener.close()
    _tell(report, problems, as_json)


def _tell(report: Report, problems: list[Problem], as_json: bool) -> None:
    tell_problems(problems)
    if as_json:
        echo_json(asdict(report) | {"problems": [asdict(problem) for problem in problems]})
        return
    click.echo(f"The site is in {report.dist}")
    click.echo(
        f"  photos: {report.made} made, {report.kept} kept, {report.removed} removed; {report.public} in the portfolio"
    )
    files = f"{report.new_files} new, {report.changed_files} changed, {report.removed_files} removed"
    click.echo(f"  files: {files}; {report.upload_bytes / 1e6:.1f} MB to upload")
    click.echo("  time: " + ", ".join(f"{name.lower()} {seconds:.1f} s" for name, seconds in report.seconds.items()))
    if problems:
        click.echo(f"  left out or worth a look: {len(problems)} (listed above)")
    for name in report.ended:
        click.echo(f"  ended, and therefore not in the site: {name}")
    if report.galleries:
        click.echo(f"\n{counted(len(report.galleries), 'gallery', 'galleries')}. To look at the site: sogallery serve")
        click.echo("For its links and passphrases: sogallery access show " + report.galleries[0]["gallery"])
