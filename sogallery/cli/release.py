"""`release`: record what people signed, print the form they sign, and take a release back."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from sogallery.cli import signing
from sogallery.cli.common import content_option, day_option, echo_json, json_option, now_option, told
from sogallery.cli.desk import Desk, open_desk, reopened, tell_ledger
from sogallery.cli.signing import Given, collect, refuse_useless
from sogallery.consent import ModelRelease, Template
from sogallery.consent.standing import last_day
from sogallery.errors import UsageError
from sogallery.forms import form_html, form_pdf, load_form
from sogallery.model import Scope
from sogallery.output import write_atomic
from sogallery.records.write import attach_document, new_id, take_document, write_release
from sogallery.records.write import withdraw as write_withdrawal

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path, dir_okay=False)
SIGNED = click.Path(path_type=Path, dir_okay=False, exists=True, readable=True)
FORM = re.compile(r"([a-z]+)-([0-9]+)(?:-([A-Za-z-]+))?")


@click.group()
def release() -> None:
    """Model releases: what people signed, and until when it holds."""


def _said(command: F) -> F:
    """The options that say what was signed; whatever is left out is asked for, or found in the galleries."""
    for option in reversed(
        (
            click.option("--person", metavar="CLIENT/KEY", help="Whose release it is."),
            click.option("--client", metavar="CLIENT", help="For photos that show nobody: who releases them."),
            click.option("--property", "property_name", metavar="NAME", help="For a property release: the property."),
            click.option("--signer", metavar="NAME", help="Who signed; the person, if left out."),
            click.option("--relation", metavar="WORD", help="What a guardian is to the child."),
            click.option("--witness", metavar="NAME", default=""),
            day_option("--signed", meaning="The day of the signature."),
            click.option(
                "--gallery", "galleries", multiple=True, metavar="CLIENT/GALLERY", help="A gallery it covers."
            ),
            click.option("--photo", "photos", multiple=True, metavar="PHOTO", help="A photo it covers."),
            day_option("--from", "first_day", meaning="The first day of shooting it covers."),
            day_option("--to", "last_day", meaning="The last day of shooting it covers."),
            click.option(
                "--scope",
                "scopes",
                multiple=True,
                type=click.Choice([scope.value for scope in Scope]),
                help="A box that is ticked.",
            ),
            click.option("--territory", multiple=True, metavar="PLACE", help="Where it holds; everywhere if left out."),
            day_option("--valid-from", meaning="The first day it holds."),
            day_option("--until", meaning="The last day it holds."),
            click.option("--lawful-basis", default="consent", show_default=True),
            click.option("--form", "form_name", metavar="FORM-VERSION", help="The form that was signed, like adult-1."),
        )
    ):
        command = option(command)
    return command


@release.command()
@_said
@click.option("--document", type=SIGNED, help="The signed document.")
@now_option
@content_option
@told
def add(document: Path | None, form_name: str | None, now: datetime | None, content: Path, **said: Any) -> None:  # noqa: ANN401
    """Record a release. Asks only what the options and the galleries do not say."""
    _record(open_desk(content, now), document, form_name, Given(**said))


@release.command("import")
@click.argument("file", type=SIGNED)
@click.option("--for", "record", metavar="ID", help="Give it to a release that has no document yet.")
@_said
@now_option
@content_option
@told
def import_(
    file: Path,
    record: str | None,
    form_name: str | None,
    now: datetime | None,
    content: Path,
    **said: Any,  # noqa: ANN401
) -> None:
    """Take in a signed PDF or scan: copied beside the record and bound to it by its SHA-256."""
    desk = open_desk(content, now)
    if record is None:
        _record(desk, file, form_name, Given(**said))
        return
    known = desk.release(record)
    if known.document:
        raise UsageError(f"release {known.id} has its document: {known.document}", "another paper is another release")
    attach_document(content, take_document(content, file, known))
    _tell_recorded(desk, reopened(desk), known.path)


def _record(desk: Desk, document: Path | None, form_name: str | None, given: Given) -> None:
    found = collect(desk, given, new_id(os.urandom))
    if form_name:
        found = replace(found, template=_template(desk, form_name))
    refuse_useless(desk, found)
    document = document or _ask_document()
    if document:
        found = take_document(desk.content, document, found)
    path = write_release(desk.content, found)
    _tell_recorded(desk, reopened(desk), path)
    if not document:
        click.echo(f"nothing is published with it before `sogallery release import FILE --for {found.id[:8]}`")


def _ask_document() -> Path | None:
    if not signing.on_terminal():
        return None
    while answer := click.prompt("The signed document (a file; empty to add it later)", default="", show_default=False):
        if (document := Path(answer).expanduser()).is_file():
            return document
        click.echo(f"  there is no file {answer}")
    return None


def _template(desk: Desk, name: str) -> Template:
    match = FORM.fullmatch(name)
    if match is None:
        raise UsageError(f"{name} is not a form", "write it as on the form itself: adult-1, or adult-1-de")
    kind, version, language = match.groups()
    form = load_form(kind, language or desk.site.language, version)
    return Template(form.id, form.version, form.digest, form.language)


def _tell_recorded(before: Desk, after: Desk, path: str) -> None:
    tell_ledger(after)
    click.echo(f"recorded in {path}")
    new = sorted(set(after.public()) - set(before.public()))
    for ref in new:
        click.echo(f"  {ref} may be public with the next build")


# --- withdraw -----------------------------------------------------------------------------------------------------

BEYOND = {
    Scope.PORTFOLIO_WEB: "copies that visitors and search engines keep; old deploys until `sogallery prune`",
    Scope.PORTFOLIO_PRINT: "what is printed already",
    Scope.SOCIAL_ORGANIC: "posts on social media: delete them there; copies of others remain",
    Scope.PAID_ADVERTISING: "advertisements that have run: stop those that still do",
    Scope.CONTEST: "what contests have received: tell them",
    Scope.PRESS: "what newspapers and magazines have received: tell them",
    Scope.THIRD_PARTY_LICENSING: "what others were given: tell them that it has ended",
    Scope.NAME_PUBLISHED: "the name wherever it was read or copied",
    Scope.AI_TRAINING: "systems that were trained already",
}


@release.command()
@click.argument("release_id", metavar="ID")
@day_option("--on", "on", meaning="The day it was withdrawn; today if left out.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@now_option
@content_option
@told
def withdraw(release_id: str, on: datetime | None, yes: bool, now: datetime | None, content: Path) -> None:
    """Withdraw a release: by its id, its beginning, or CLIENT/KEY. For good; a new one needs a new signature."""
    desk = open_desk(content, now)
    found = desk.release(release_id)
    if found.withdrawn:
        raise UsageError(f"release {found.id} was withdrawn on {found.withdrawn} already", "nothing to do")
    if not yes and signing.on_terminal():
        click.confirm(f"Withdraw the release of {_whose(found)}, signed on {found.signed}?", abort=True)
    write_withdrawal(content, found, on.date() if on else desk.day)
    after = reopened(desk)
    tell_ledger(after)
    _tell_leaving(desk, after, found)


def _tell_leaving(before: Desk, after: Desk, found: ModelRelease) -> None:
    leaving = sorted(set(before.public()) - set(after.public()))
    click.echo(f"withdrawn: {found.path}")
    click.echo("leaves with the next build and deploy:" if leaving else "no photo of the portfolio rests on it alone")
    for ref in leaving:
        click.echo(f"  {ref}")
    beyond = [BEYOND[scope] for scope in Scope if scope in found.scopes]
    if beyond:
        click.echo("cannot be recalled by this tool:")
        for what in beyond:
            click.echo(f"  {what}")


def _whose(found: ModelRelease) -> str:
    return found.person or found.client or found.property_name or found.path


# --- list ---------------------------------------------------------------------------------------------------------


@release.command("list")
@click.option("--expiring", metavar="60d", help="Only those that end within this time.")
@now_option
@content_option
@json_option
@told
def list_(expiring: str | None, now: datetime | None, content: Path, as_json: bool) -> None:
    """List the releases: whose, what for, until when, and whether they hold."""
    desk = open_desk(content, now)
    rows = [_row(desk, found) for found in desk.records.releases]
    if expiring:
        until = desk.day + timedelta(days=_days(expiring))
        rows = [row for row in rows if row["last_day"] and str(desk.day) <= row["last_day"] <= str(until)]
    rows.sort(key=lambda row: (row["last_day"] or "9999", row["whose"]))
    if as_json:
        echo_json(rows)
        return
    for row in rows:
        end = f"until {row['last_day']}" if row["last_day"] else "no end"
        click.echo(f"{row['id'][:8]}  {row['whose']:24}  {end:16}  {row['state']}")
        click.echo(f"          {', '.join(row['scopes'])}")
    if not rows:
        click.echo("none")


def _row(desk: Desk, found: ModelRelease) -> dict[str, Any]:
    end = last_day(found, desk.people().get(found.person))
    return {
        "id": found.id,
        "whose": _whose(found),
        "signer": found.signer.name,
        "role": str(found.signer.role),
        "signed": str(found.signed) if found.signed else None,
        "scopes": [str(scope) for scope in found.scopes],
        "last_day": str(end) if end else None,
        "state": signing.how_it_stands(desk, found),
        "record": found.path,
        "document": found.document,
    }


def _days(text: str) -> int:
    match = re.fullmatch(r"(\d{1,4})([dwmy]?)", text)
    if match is None:
        raise UsageError(f"{text} is no span of time", "write it like 60d, 8w, 3m or 1y")
    return int(match[1]) * {"": 1, "d": 1, "w": 7, "m": 31, "y": 366}[match[2]]


# --- form ---------------------------------------------------------------------------------------------------------


@release.command()
@click.option("--minor", "kind", flag_value="minor", help="For a child, signed by a guardian.")
@click.option("--client", "kind", flag_value="client", help="For photos that show nobody, signed by the client.")
@click.option("--language", help="The site's language, if left out.")
@click.option("--font", type=FILE, help="A TrueType font for a PDF with letters that are not Latin.")
@click.option("-o", "out", type=FILE, help="FILE.html or FILE.pdf; HTML on standard output if left out.")
@content_option
@told
def form(kind: str | None, language: str | None, font: Path | None, out: Path | None, content: Path) -> None:
    """Make a form to print and sign. Nothing is ticked; each scope is a box of its own."""
    desk = open_desk(content)
    found = load_form(kind or "adult", language or desk.site.language)
    if out is None:
        click.echo(form_html(found, desk.site))
        return
    if out.suffix.lower() not in (".html", ".pdf"):
        raise UsageError(f"{out.name} is neither .html nor .pdf", "name the file so")
    pdf = out.suffix.lower() == ".pdf"
    write_atomic(out, form_pdf(found, desk.site, font) if pdf else form_html(found, desk.site).encode())
    click.echo(f"wrote {out}: form {found.id}-{found.version}-{found.language}, words {found.digest[:16]}…")
