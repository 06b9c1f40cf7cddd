"""`portfolio`: why a photo may be public or not, and looking at the picks that nobody has reviewed yet."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sogallery.cli.common import content_option, echo_json, json_option, now_option, told
from sogallery.cli.desk import Desk, open_desk, reopened
from sogallery.cli.reviewing import review_one
from sogallery.consent import Decision, DifferentPhoto, Review, publishable
from sogallery.errors import ConsentError, UsageError
from sogallery.faces import count_faces
from sogallery.model import Scope
from sogallery.records.write import write_review


@click.group()
def portfolio() -> None:
    """The public selection: who may be in it, and why."""


@portfolio.command()
@click.argument("photo")
@click.option(
    "--scope", type=click.Choice([scope.value for scope in Scope]), default=Scope.PORTFOLIO_WEB.value, show_default=True
)
@click.option("--faces", is_flag=True, help="Let a face detector count, too (needs the extra `faces`).")
@now_option
@content_option
@json_option
@told
def why(photo: str, scope: str, faces: bool, now: datetime | None, content: Path, as_json: bool) -> None:
    """Say whether PHOTO may be public, why, and until when. Exit code 4 if it may not."""
    desk = open_desk(content, now)
    ref, _, found = desk.photo(photo)
    counted = count_faces(content / found.file) if faces else None
    decision = publishable(desk.evidence(ref, counted), Scope(scope), desk.day)
    if as_json:
        echo_json(_document(ref, scope, desk, decision))
    else:
        _print(ref, scope, desk, decision)
    if not decision.allowed:
        sys.exit(ConsentError.exit_code)


def _document(ref: str, scope: str, desk: Desk, decision: Decision) -> dict[str, Any]:
    fields = json.loads(json.dumps(asdict(decision), default=str))
    return {"photo": ref, "scope": scope, "day": str(desk.day), **fields}


def _print(ref: str, scope: str, desk: Desk, decision: Decision) -> None:
    if decision.allowed:
        until = f"until {decision.last_day}" if decision.last_day else "until somebody withdraws"
        click.secho(f"{ref} may be public ({scope}) {until}", fg="green")
    else:
        click.secho(f"{ref} may not be public ({scope}) on {desk.day}", fg="red")
    for reason in decision.refusals or decision.reasons:
        mark = "-" if reason.blocks else "+"
        click.echo(f"  {mark} {reason.text}" + (f"  [{reason.record}]" if reason.record else ""))
        if reason.hint:
            click.echo(f"      hint: {reason.hint}")


@portfolio.command()
@click.argument("photos", nargs=-1)
@click.option("--by", metavar="NAME", help="Who is looking.")
@click.option("--open/--no-open", "show", default=True, help="Show each photo in the system's viewer.")
@now_option
@content_option
@told
def review(photos: tuple[str, ...], by: str | None, show: bool, now: datetime | None, content: Path) -> None:
    """Look at picks that nobody has reviewed yet, one key a photo; or at PHOTOS.

    What you say is written into the gallery's reviews.yaml and belongs to the file as it is now.
    """
    desk = open_desk(content, now)
    due = [desk.photo(photo)[0] for photo in photos] or _unreviewed(desk)
    if not due:
        click.echo("every pick of portfolio.yaml has been reviewed")
        return
    if not on_terminal():
        for ref in due:
            click.echo(ref)
        hint = "run it in one; or write what you see into the gallery's reviews.yaml (see docs/consent.md)"
        raise UsageError(f"{len(due)} photos wait for a review, which needs a terminal", hint)
    name = by or click.prompt("Who is looking?")
    for number, ref in enumerate(due, 1):
        click.echo(f"\n{number} of {len(due)}: {ref}")
        if not _reviewed(desk, ref, name, show):
            break


def on_terminal() -> bool:
    """Whether somebody can press keys."""
    return sys.stdin.isatty()


def _unreviewed(desk: Desk) -> list[str]:
    return [pick.ref for pick in desk.picks() if _needs_review(desk, pick.ref)]


def _needs_review(desk: Desk, ref: str) -> bool:
    evidence = desk.evidence(ref)
    review = evidence.review
    return review is None or not review.complete or review.sha256 != evidence.sha256


def _reviewed(desk: Desk, ref: str, by: str, show: bool) -> bool:
    """Ask about one photo and write the answer; False to stop."""
    _, gallery, photo = desk.photo(ref)
    if show:
        click.launch(str((desk.content / photo.file).resolve()))
    blank = Review(ref, desk.sha256(photo), by=by, on=desk.day)
    answer = review_one(blank, gallery, photo, click.getchar)
    if isinstance(answer, Review):
        write_review(desk.content, gallery, photo.path, answer)
        decision = publishable(reopened(desk).evidence(ref), Scope.PORTFOLIO_WEB, desk.day)
        for reason in decision.refusals:
            click.echo(f"  - {reason.text}")
        if decision.allowed:
            click.echo("  may be public with the next build")
    return answer is not False


@portfolio.command()
@click.argument("photo")
@click.argument("other")
@click.option("--by", metavar="NAME", required=True, help="Who compared them.")
@now_option
@content_option
@told
def different(photo: str, other: str, by: str, now: datetime | None, content: Path) -> None:
    """Record that PHOTO, which is public, only looks like OTHER, which is private.

    It lifts one match of the audit and is bound to both files; equal files stay equal.
    """
    desk = open_desk(content, now)
    evidence, second = desk.evidence(photo), desk.evidence(other)
    if evidence.review is None:
        raise UsageError(f"{evidence.ref} has no review yet", "look at it first with `sogallery portfolio review`")
    if evidence.sha256 == second.sha256:
        raise UsageError("these are the same file under two names", "a copy of a private photo needs a release")
    told_apart = DifferentPhoto(second.ref, second.sha256, by, desk.day)
    kept = tuple(each for each in evidence.review.different_from if each.ref != second.ref)
    _, gallery, found = desk.photo(photo)
    write_review(content, gallery, found.path, replace(evidence.review, different_from=(*kept, told_apart)))
    click.echo(f"recorded: {evidence.ref} is another photo than {second.ref}")
