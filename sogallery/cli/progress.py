"""Progress on a terminal: one line that is redrawn, with rate and time left; plain lines elsewhere."""

from __future__ import annotations

import sys
import time

import click

_WIDTH = 24


class Terminal:
    """A Reporter that draws a bar on stderr."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._name = ""

    def stage(self, name: str) -> None:
        """Begin a line."""
        self.close()
        self._name, self._began = name, time.monotonic()
        click.echo(f"{name}...", nl=False, err=True)

    def progress(self, done: int, total: int) -> None:
        """Redraw the bar."""
        elapsed = time.monotonic() - self._began
        rate = done / elapsed if elapsed > 0 else 0.0
        left = (total - done) / rate if rate else 0.0
        filled = _WIDTH * done // max(total, 1)
        bar = "#" * filled + "." * (_WIDTH - filled)
        line = f"{self._name} [{bar}] {done}/{total}  {rate:.1f} a second, {_duration(left)} left"
        click.echo("\r\x1b[K" + line, nl=False, err=True)

    def note(self, text: str) -> None:
        """A line of its own."""
        self.close()
        click.echo(text, err=True)

    def close(self) -> None:
        """End the line that is being drawn."""
        if self._name:
            click.echo("\r\x1b[K", nl=False, err=True)
        self._name = ""


class Plain:
    """A Reporter for log files: a line a stage, and one every hundred photos."""

    def __init__(self) -> None:
        self._name = ""

    def stage(self, name: str) -> None:
        """One line."""
        self._name = name
        click.echo(name, err=True)

    def progress(self, done: int, total: int) -> None:
        """A line now and then."""
        if done % 100 == 0 and done < total:
            click.echo(f"{self._name}: {done} of {total}", err=True)

    def note(self, text: str) -> None:
        """One line."""
        click.echo(text, err=True)

    def close(self) -> None:
        """Nothing is open."""


def reporter() -> Terminal | Plain:
    """The one that fits where stderr goes."""
    return Terminal() if sys.stderr.isatty() else Plain()


def _duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
