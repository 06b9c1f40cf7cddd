"""`sogallery serve`: a preview on this computer, with the secrets at hand."""

from __future__ import annotations

import functools
import os
import threading
import webbrowser
from pathlib import Path

import click

from sogallery import pages
from sogallery.build import Options, Runtime, build
from sogallery.cli.common import clock, content_option, tell, tell_problems, today, told
from sogallery.cli.progress import reporter
from sogallery.credentials import credentials, own_words
from sogallery.errors import SogalleryError, UsageError
from sogallery.load import load_anyway
from sogallery.serve import HOST, State, attempt, start, watch
from sogallery.studio import gallery_folder, load_keys, load_studio
from sogallery.vault.link import link


@click.command("serve")
@content_option
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--host", default=HOST, hidden=True)
@click.option("--open", "browser", is_flag=True, help="Open the site in the browser.")
@told
def serve_command(content: Path, port: int, host: str, browser: bool) -> None:
    """Build, watch and serve the site on 127.0.0.1, drafts included. Ctrl-C ends it."""
    if host not in (HOST, "localhost"):
        raise UsageError(
            "the preview is served on 127.0.0.1 only",
            "browsers refuse to decrypt over http from another machine; deploy to an https host to show it there",
        )
    options = Options(content=content, preview=True)
    state = State()
    rebuild = functools.partial(_rebuild, options)
    attempt(rebuild, state)
    options.output.mkdir(parents=True, exist_ok=True)
    server = start(options.output, port, state)
    address = f"http://{HOST}:{server.server_address[1]}/"
    _greet(content, address)
    if browser:
        webbrowser.open(address)
    stop = threading.Event()
    try:
        watch(_watched(content), rebuild, state, stop)
    except KeyboardInterrupt:
        stop.set()
    server.shutdown()


def _rebuild(options: Options) -> None:
    listener = reporter()
    runtime = Runtime(os.environ, os.urandom, functools.partial(today, now=None), clock, listener)
    try:
        _, problems = build(options, runtime)
    except SogalleryError as error:
        listener.close()
        tell(error)
        raise
    listener.close()
    tell_problems(problems)


def _watched(content: Path) -> list[Path]:
    folders = [content, content.resolve().parent / "themes", pages.default_themes()]
    return [folder for folder in folders if folder.is_dir()]


def _greet(content: Path, address: str) -> None:
    click.echo(f"The preview is at {address} (this computer only)")
    try:
        for line in _secrets(content, address):
            click.echo(line)
    except SogalleryError as error:
        tell(error)


def _secrets(content: Path, address: str) -> list[str]:
    site, _ = load_anyway(content)
    if site is None:
        return []
    studio = load_studio(content, os.environ, os.urandom, create=False)
    lines = []
    for gallery in site.galleries:
        keys = load_keys(gallery_folder(content, gallery))
        for grant in gallery.grants if keys else ():
            if keys and grant.name in keys.grants and grant.name not in keys.revoked:
                given = credentials(studio, keys, grant, own_words(site, gallery))
                where = link(address, keys.keys(studio.secret).id, given.link)
                lines.append(f"  {gallery.ref} for {grant.name}: {where}  {given.passphrase}")
    return lines
