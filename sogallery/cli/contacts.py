"""`contacts`: the only way to addresses, and only for what their owners agreed to."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sogallery.cli.common import content_option, echo_json, json_option, now_option, told
from sogallery.cli.desk import Desk, open_desk
from sogallery.consent import OptIn, opt_ins
from sogallery.errors import FindingsError
from sogallery.ledger import RESTORE
from sogallery.output import write_atomic
from sogallery.schema.client import Channel

COLUMNS = ("client", "name", "channel", "address", "language", "consented_on", "text_shown", "evidence")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@click.group()
def contacts() -> None:
    """Addresses of clients who agreed to be written to."""


@contacts.command()
@click.option("--purpose", type=click.Choice(["promotions"]), required=True, help="What the addresses are for.")
@click.option("--channel", "channels", multiple=True, type=click.Choice([each.value for each in Channel]))
@click.option(
    "-o", "out", type=click.Path(path_type=Path, dir_okay=False), help="FILE.csv; standard output if left out."
)
@now_option
@content_option
@json_option
@told
def export(
    purpose: str, channels: tuple[str, ...], out: Path | None, now: datetime | None, content: Path, as_json: bool
) -> None:
    """Write the addresses of everybody with a live, explicit opt-in for the channel; of nobody else."""
    desk = open_desk(content, now)
    if desk.records.trouble:
        raise FindingsError(f"no address is given out: {desk.records.trouble}", RESTORE)
    rows = [
        _row(found) for found in opt_ins(desk.site, desk.records, desk.day) if not channels or found.channel in channels
    ]
    if as_json:
        echo_json({"purpose": purpose, "day": str(desk.day), "contacts": rows})
    elif out is None:
        click.echo(_csv(rows), nl=False)
    else:
        write_atomic(out, _csv(rows).encode("utf-8-sig"), 0o600)  # spreadsheets take UTF-8 for it only with a mark
        click.echo(f"wrote {len(rows)} addresses to {out}; {_left_out(desk, rows)} of the clients are not in it")


def _row(found: OptIn) -> dict[str, Any]:
    values = (
        found.client.slug,
        found.client.name,
        found.channel,
        found.address,
        found.client.language,
        str(found.on),
        found.text,
        found.evidence,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _harmless(value) for key, value in row.items()} for row in rows)
    return text.getvalue()


def _harmless(value: str) -> str:
    """A value that no spreadsheet takes for a formula; telephone numbers begin with + and stay as they are."""
    number = value.removeprefix("+").replace(" ", "")
    return f"'{value}" if value.startswith(FORMULA) and not number.replace("-", "").isdigit() else value


def _left_out(desk: Desk, rows: list[dict[str, Any]]) -> int:
    return len(set(desk.site.clients) - {row["client"] for row in rows})
