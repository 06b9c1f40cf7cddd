"""`check` tells every Problem of the content and writes nothing; `schema` gives editors the JSON Schemas."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from sogallery.cli.common import content_option, counted, echo_json, json_option, tell_problems, told
from sogallery.errors import FaultError, InputError
from sogallery.load import load_anyway
from sogallery.model import Problem, Severity, Site
from sogallery.records import load_records
from sogallery.render.errors import UnreadableImage
from sogallery.render.facts import read_facts
from sogallery.schema.kinds import KINDS, table
from sogallery.schema.text import printable


@click.command()
@content_option
@click.option("--strict", is_flag=True, help="Let warnings fail, too.")
@click.option("--quick", is_flag=True, help="Do not open the pictures.")
@json_option
@told
def check(content: Path, strict: bool, quick: bool, as_json: bool) -> None:
    """Tell every problem of the content; write nothing."""
    site, problems = load_anyway(content)
    if site:
        problems += _record_problems(site, content) + ([] if quick else _picture_problems(site, content))
        problems.sort()
    if as_json:
        echo_json({"problems": [asdict(problem) for problem in problems], "counts": _counts(problems)})
    else:
        tell_problems(problems)
        click.echo(_summary(site, problems), err=bool(problems))
    if any(strict or problem.severity is Severity.ERROR for problem in problems):
        sys.exit(1)


def _record_problems(site: Site, content: Path) -> list[Problem]:
    """What is wrong in releases, reviews and the ledger."""
    try:
        return load_records(content, site)[1]
    except InputError as error:
        return list(error.problems)


def _picture_problems(site: Site, content: Path) -> list[Problem]:
    """What the headers of all pictures give away; the build alone decodes them whole."""
    found = []
    for photo in (photo for gallery in site.galleries for photo in gallery.photos if not photo.is_clip):
        problem = _picture_problem(content, photo.file)
        if problem:
            found.append(problem)
    return found


def _picture_problem(content: Path, file: str) -> Problem | None:
    try:
        misnamed = read_facts(content / file).misnamed
    except UnreadableImage as error:
        return Problem(printable(file), 0, 0, error.message, error.hint, Severity.LEFT_OUT)
    except OSError as error:
        reason = error.strerror or str(error)
        return Problem(
            printable(file), 0, 0, f"this file cannot be read: {reason}", "look at its permissions and its disk"
        )
    return Problem(printable(file), 0, 0, misnamed, "rename it", Severity.WARNING) if misnamed else None


def _counts(problems: list[Problem]) -> dict[str, int]:
    by_severity = Counter(problem.severity for problem in problems)
    return {str(severity): by_severity[severity] for severity in Severity}


def _summary(site: Site | None, problems: list[Problem]) -> str:
    if problems:
        words = {
            "error": ("error", "errors"),
            "left out": ("file left out", "files left out"),
            "warning": ("warning", "warnings"),
        }
        return ", ".join(counted(count, *words[name]) for name, count in _counts(problems).items() if count)
    galleries = site.galleries if site else ()
    photos = sum(len(gallery.photos) for gallery in galleries)
    return f"no problems in {counted(len(galleries), 'gallery', 'galleries')} with {counted(photos, 'photo', 'photos')}"


@click.command()
@click.option(
    "--out", "out", type=click.Path(path_type=Path, file_okay=False), help="Write one file a kind into this folder."
)
@click.option("--markdown", is_flag=True, help="Print the tables of the manual instead.")
@click.argument("kind", required=False, type=click.Choice([kind.name for kind in KINDS]))
@told
def schema(out: Path | None, kind: str | None, markdown: bool) -> None:
    """Give the JSON Schemas (draft 2020-12) of the content's files.

    Write them with `--out .schema` and put `# yaml-language-server: $schema=../.schema/site.schema.json` on a file's
    first line; editors then complete keys and mark slips.
    """
    if markdown:
        click.echo("\n".join(f"{each.pattern}\n\n{table(each)}" for each in KINDS if kind in (None, each.name)))
        return
    documents = {each.name: each.json() for each in KINDS if kind in (None, each.name)}
    if out is None:
        echo_json(documents[kind] if kind else documents)
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, document in documents.items():
            text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
            (out / f"{name}.schema.json").write_text(text, encoding="utf-8")
    except OSError as error:
        raise FaultError(
            f"the schemas cannot be written to {out}: {error.strerror}", "choose another folder"
        ) from error
    click.echo(f"wrote {len(documents)} schemas to {out}")
