"""`ledger`: what happened, in order; whether the chain is whole; receipts for people to keep."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sogallery import ledger as chains
from sogallery.cli.common import content_option, echo_json, json_option, now_option, told
from sogallery.cli.desk import Desk, open_desk
from sogallery.consent import Review
from sogallery.errors import FaultError, FindingsError, UsageError
from sogallery.ledger import Chain, Entry
from sogallery.model import Scope
from sogallery.output import disk_fault, write_atomic
from sogallery.records import read_ledger
from sogallery.records.chain import checkpoint
from sogallery.records.read import pinned_keys, subjects
from sogallery.records.salts import client_salt, photo_subject, policy_subject, read_salt
from sogallery.studio import load_pub


@click.group()
def ledger() -> None:
    """The chain of consent, publication and deletion events. It names nobody."""


@ledger.command()
@content_option
@json_option
@told
def show(content: Path, as_json: bool) -> None:
    """List the entries; those whose record and salt are here say whose they are."""
    desk = open_desk(content)
    chain, findings = read_ledger(content, pinned_keys(content))
    names = _names(desk)
    if as_json:
        echo_json([_document(entry, names) for entry in chain.entries])
    else:
        for entry in chain.entries:
            _print(entry, names)
    if findings:
        raise FindingsError("the ledger is not sound", chains.RESTORE, findings)


def _names(desk: Desk) -> dict[str, str]:
    """What each subject is called, for those whose salts are here."""
    known = {release.id: f"{release.path} ({release.person or release.client})" for release in desk.records.releases}
    found = subjects(desk.content, desk.records.releases, desk.site.clients)
    named = {subject: known.get(name, name.removeprefix("client/").replace("/", " ")) for name, subject in found}
    for slug in desk.site.clients:
        salt = read_salt(desk.content, client_salt(slug))
        if salt:
            named[policy_subject(salt)] = f"{slug} policy"
            named |= {_photo(salt, review): review.ref for review in desk.records.reviews.values() if _of(slug, review)}
    return named


def _photo(salt: bytes, review: Review) -> str:
    return photo_subject(salt, review.sha256, Scope.PORTFOLIO_WEB)


def _of(client: str, review: Review) -> bool:
    return review.ref.startswith(f"{client}/")


def _document(entry: Entry, names: dict[str, str]) -> dict[str, Any]:
    draft = entry.draft
    fields = {"seq": entry.seq, "at": entry.at, "type": draft.type, "data": dict(draft.data), "hash": entry.hash}
    return fields | {"record": names.get(draft.subject)}


def _print(entry: Entry, names: dict[str, str]) -> None:
    data = "  ".join(f"{key} {_plain(value)}" for key, value in entry.draft.data.items())
    line = f"{entry.seq:5}  {entry.at[:10]}  {entry.draft.type:20}  {names.get(entry.draft.subject, '')}"
    click.echo(f"{line.rstrip()}  {data}".rstrip())


def _plain(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


@ledger.command()
@click.option("--receipt", type=click.Path(path_type=Path, dir_okay=False), help="Compare with a receipt, too.")
@content_option
@json_option
@told
def verify(receipt: Path | None, content: Path, as_json: bool) -> None:
    """Check every link of the chain and its signed head. Exit code 3 if anything is wrong."""
    keys = pinned_keys(content)
    chain, findings = read_ledger(content, keys)
    if receipt:
        findings = [*findings, *chains.verify_receipt(_read(receipt), chain, keys)]
    if as_json:
        echo_json({**_head(chain), "findings": [asdict(finding) for finding in findings]})
    if findings:
        raise FindingsError("the ledger is not sound", chains.RESTORE, findings)
    if not as_json:
        _tell_sound(content, chain)


def _head(chain: Chain) -> dict[str, Any]:
    return {"entries": len(chain.entries), "head": chain.head.hash, "torn": bool(chain.torn)}


def _tell_sound(content: Path, chain: Chain) -> None:
    if not chain.entries:
        click.echo("there is no ledger yet: the next build makes it")
        return
    click.echo(f"{len(chain.entries)} entries, every link whole; head {chain.head.hash}")
    if chain.torn:
        click.echo("the last line was cut off by a crash; the next writer drops it")
    pub = load_pub(content)
    if pub:
        click.echo(f"signed by {chains.verifier_key(pub.id, pub.sign)}")


@ledger.command()
@click.argument("record")
@click.option("-o", "out", type=click.Path(path_type=Path, dir_okay=False), help="Where; standard output if left out.")
@now_option
@content_option
@told
def receipt(record: str, out: Path | None, now: datetime | None, content: Path) -> None:
    """Give a receipt for RECORD (a release's id, or a client): its last entry and the signed head.

    Whoever keeps it can tell later whether the ledger was written anew.
    """
    desk = open_desk(content, now)
    chain, findings = read_ledger(content, pinned_keys(content))
    if findings:
        raise FindingsError("the ledger is not sound", chains.RESTORE, findings)
    entry = last_entry(desk, chain, record)
    document = chains.receipt(chain, entry, checkpoint(content))
    if out is None:
        click.echo(document, nl=False)
    else:
        write_atomic(out, document)
        click.echo(f"wrote {out}")


def last_entry(desk: Desk, chain: Chain, record: str) -> Entry:
    """The newest entry about a release or a client's consents; UsageError if there is none."""
    client = record in desk.site.clients
    releases = () if client else (desk.release(record),)
    known = {subject for _, subject in subjects(desk.content, releases, (record,) if client else ())}
    entries = [entry for entry in chain.entries if entry.draft.subject in known]
    if not entries:
        raise UsageError(f"the ledger has nothing about {record}", "build once; then it knows all records")
    return entries[-1]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FaultError(f"there is no file {path}", "name the receipt that was handed out") from None
    except OSError as error:
        raise disk_fault(error, path) from error
