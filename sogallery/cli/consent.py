"""`consent`: everything held about somebody, and the record of processing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

from sogallery import ledger as chains
from sogallery.cli.common import clock, content_option, echo_json, json_option, now_option, told
from sogallery.cli.desk import open_desk
from sogallery.output import write_atomic
from sogallery.records import read_ledger
from sogallery.records.chain import checkpoint
from sogallery.records.held import everything_about
from sogallery.records.html import page
from sogallery.records.read import pinned_keys
from sogallery.records.report import person_report, processing_record

PRIVATE = 0o600
OUT = click.Path(path_type=Path, file_okay=False)


@click.group()
def consent() -> None:
    """What is recorded about people, and why."""


@consent.command()
@click.argument("subject", metavar="CLIENT")
@click.option("-o", "out", type=OUT, help="A folder for report.html, report.json and a receipt of the ledger.")
@now_option
@content_option
@json_option
@told
def report(subject: str, out: Path | None, now: datetime | None, content: Path, as_json: bool) -> None:
    """Give a person everything held about them: a CLIENT's folder name, or CLIENT/KEY for anybody else."""
    desk = open_desk(content, now)
    chain, findings = read_ledger(content, pinned_keys(content))
    held = everything_about(content, desk.site, desk.records, chain, desk.public(), subject)
    document = person_report(desk.site, desk.records, held, chain, uuid4(), clock())
    if out:
        _write(out, "report", "report.html", document)
        if held.entries and not findings:
            write_atomic(out / "receipt.json", chains.receipt(chain, held.entries[-1], checkpoint(content)), PRIVATE)
        click.echo(f"wrote {out / 'report.html'} and report.json")
    if as_json or not out:
        echo_json(document)


@consent.command()
@click.option("-o", "out", type=OUT, help="A folder for processing.html and processing.json.")
@now_option
@content_option
@json_option
@told
def record(out: Path | None, now: datetime | None, content: Path, as_json: bool) -> None:
    """Make the record of processing activities (GDPR Art. 30) from the fields that this tool accepts."""
    desk = open_desk(content, now)
    document = processing_record(desk.site, desk.day)
    if out:
        _write(out, "processing", "processing.html", document)
        click.echo(f"wrote {out / 'processing.html'} and processing.json")
    if as_json or not out:
        echo_json(document)


def _write(out: Path, name: str, template: str, document: Mapping[str, Any]) -> None:
    data = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    write_atomic(out / f"{name}.json", data.encode(), PRIVATE)
    write_atomic(out / f"{name}.html", page(template, document).encode(), PRIVATE)
