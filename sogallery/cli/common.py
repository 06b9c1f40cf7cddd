"""What the commands share: `--content`, how errors are told, what day it is."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from sogallery.errors import FindingsError, InputError, SogalleryError, UsageError
from sogallery.model import Problem, Severity

P = ParamSpec("P")
R = TypeVar("R")
Command = TypeVar("Command", bound=Callable[..., Any])

content_option = click.option(
    "--content",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("content"),
    show_default=True,
    help="The folder with site.yaml.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")


class _Day(click.DateTime):
    """A day; what is none is told in words, not in the format's code letters."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:  # noqa: ANN401
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value} is no day: write year-month-day, like 2026-06-13", param, ctx)


DAY = _Day()


def day_option(*names: str, meaning: str) -> Callable[[Command], Command]:
    """An option that takes a day."""
    return click.option(*names, type=DAY, metavar="YYYY-MM-DD", help=meaning)


now_option = day_option("--now", meaning="Take this day for today (to look ahead).")


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Wrap a command's function so that a SogalleryError is told on stderr and becomes its exit code."""

    @functools.wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except SogalleryError as error:
            tell(error)
            sys.exit(error.exit_code)

    return wrapper


def tell(error: SogalleryError) -> None:
    """Print an error, what it carries and its hint on stderr."""
    if isinstance(error, InputError):
        tell_problems(error.problems)
    if isinstance(error, FindingsError):
        for finding in error.findings:
            _line(finding.path, finding.message, finding.hint)
    click.secho("error: ", fg="red", bold=True, nl=False, err=True)
    click.echo(error.message, err=True)
    if error.hint:
        click.secho("hint: ", fg="cyan", nl=False, err=True)
        click.echo(error.hint, err=True)


def tell_problems(problems: tuple[Problem, ...] | list[Problem]) -> None:
    """Print every Problem as `path:line:col: message` with its hint, on stderr."""
    for problem in problems:
        mark = "" if problem.severity is Severity.ERROR else f"{problem.severity}: "
        place = str(problem).removesuffix(problem.message)
        _line(place.removesuffix(": "), mark + problem.message, problem.hint)


def _line(place: str, message: str, hint: str) -> None:
    click.echo(f"{place}: {message}", err=True)
    if hint:
        click.echo(f"    hint: {hint}", err=True)


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun: "1 gallery", "2 galleries"."""
    return f"{number} {one if number == 1 else many}"


def echo_json(document: Any) -> None:  # noqa: ANN401 - any JSON value
    """Print one JSON document on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def clock() -> datetime:
    """The true time, in UTC."""
    return datetime.now(UTC)


def today(timezone: str, now: datetime | None) -> date:
    """The day it is for the site: `--now` if given, else the present day in the site's time zone."""
    if now is not None:
        return now.date()
    try:
        return clock().astimezone(ZoneInfo(timezone)).date()
    except (ZoneInfoNotFoundError, ValueError):
        return clock().date()


def not_before_today(timezone: str, now: datetime | None) -> date:
    """Like `today`, for commands that publish: an earlier day would bring back what has ended. Raises UsageError."""
    day, true_day = today(timezone, now), today(timezone, None)
    if day < true_day:
        raise UsageError(
            f"{day} is past: a site as of then would show what has ended since",
            f"--now looks ahead; today is {true_day}, by this computer's clock",
        )
    return day
