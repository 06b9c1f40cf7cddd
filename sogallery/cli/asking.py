"""Asking for passphrases: the environment first, then a terminal, never an option (those end up in shell histories)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import click

from sogallery.errors import SecretError

ENV_PASSPHRASE = "SOGALLERY_PASSPHRASE"


def known_passphrase() -> str:
    """An existing passphrase, asked for once."""
    return _from(lambda: click.prompt("Passphrase", hide_input=True, err=True))


def new_passphrase(what: str = "New passphrase") -> str:
    """A passphrase that somebody makes up now, so it is asked for twice."""
    return _from(lambda: click.prompt(what, hide_input=True, confirmation_prompt="Once more", err=True))


def _from(ask: Callable[[], str]) -> str:
    if given := os.environ.get(ENV_PASSPHRASE):
        return given
    if not sys.stdin.isatty():
        raise SecretError("a passphrase is needed", f"run this in a terminal, or set {ENV_PASSPHRASE}")
    return ask()
