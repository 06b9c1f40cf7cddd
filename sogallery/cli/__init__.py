"""The commands: one file a noun, each loaded only when it is called, so that `sogallery --help` stays quick."""

from __future__ import annotations

import gc
import importlib

import click

from sogallery import __version__

COMMANDS = {
    "new": "sogallery.cli.new:new",
    "build": "sogallery.cli.build:build_command",
    "serve": "sogallery.cli.serve:serve_command",
    "check": "sogallery.cli.check:check",
    "schema": "sogallery.cli.check:schema",
    "audit": "sogallery.cli.audit:audit_command",
    "access": "sogallery.cli.access:access",
    "secret": "sogallery.cli.secret:secret",
    "open": "sogallery.cli.open:open_",
    "release": "sogallery.cli.release:release",
    "portfolio": "sogallery.cli.portfolio:portfolio",
    "ledger": "sogallery.cli.ledger:ledger",
    "consent": "sogallery.cli.consent:consent",
    "contacts": "sogallery.cli.contacts:contacts",
    "deploy": "sogallery.cli.deploy:deploy",
    "verify": "sogallery.cli.verify:verify",
    "prune": "sogallery.cli.prune:prune",
}


class LazyGroup(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names in the order of the table, which is the order of a photographer's day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import `cmd_name`'s module and return its command, or None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 - a wrong table is a bug, not an input
        return command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sogallery")
def cli() -> None:
    """Encrypted client galleries and a consent-gated portfolio, as a static site."""


def main() -> None:
    """The console script; every command turns its own errors into exit codes (see `common`)."""
    # A build makes a hundred thousand small objects and hardly a cycle: looking for some cost it a fifth of its time.
    gc.set_threshold(100_000, 50, 50)
    cli(prog_name="sogallery")
