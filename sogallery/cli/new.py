"""`sogallery new`: a site to begin with."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sogallery.cli.common import told
from sogallery.demo.pictures import PICTURES, Picture, draw
from sogallery.demo.write import demo_site, empty_site, refuse_taken, write_site


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--demo", is_flag=True, help="Write the sample site, with galleries of drawn pictures.")
@click.option("--name", default="", help="The studio's name; asked for on a terminal.")
@told
def new(folder: Path, demo: bool, name: str) -> None:
    """Make a site in DIR that builds at once."""
    folder = folder.absolute()
    refuse_taken(folder)
    write_site(folder, _drawn_site() if demo else empty_site(name or _asked()))
    click.echo(f"A new site is in {folder}")
    click.echo(f"Next: cd {click.format_filename(folder)} && sogallery build")


def _asked() -> str:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return ""
    return str(click.prompt("The studio's name", default="My Studio"))


def _drawn_site() -> dict[str, bytes]:
    """The sample; drawing takes some seconds, so a terminal sees how far it is."""
    with click.progressbar(length=len(PICTURES), label="Drawing the pictures", file=sys.stderr) as bar:

        def draw_one(picture: Picture) -> bytes:
            drawn = draw(picture)
            bar.update(1)
            return drawn

        return demo_site(draw_one)
