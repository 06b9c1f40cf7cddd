"""`access`: who may open a gallery. Links and passphrases to hand out; grants to add, rotate and revoke."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sogallery import studio as keys
from sogallery.cli import yamledit
from sogallery.cli.asking import new_passphrase
from sogallery.cli.card import card_html
from sogallery.cli.common import content_option, day_option, echo_json, json_option, told
from sogallery.cli.filing import refuse_published
from sogallery.credentials import Credentials, credentials, own_words, word_list
from sogallery.errors import FaultError, InputError, SecretError, UsageError
from sogallery.load import load_site
from sogallery.model import Downloads, Gallery, Grant, Mode, Site
from sogallery.output import disk_fault, locked, write_atomic
from sogallery.studio import Studio
from sogallery.vault.keyfile import GalleryKeyFile
from sogallery.vault.link import link
from sogallery.vault.passphrase import refuse_guessable

LOCAL = "http://127.0.0.1:8000/"  # where `sogallery serve` shows a site that has no address yet


@dataclass(frozen=True, slots=True)
class Office:
    """What every one of these commands works on."""

    content: Path
    site: Site
    studio: Studio

    def gallery(self, ref: str) -> Gallery:
        """The gallery of that name; UsageError with the ones there are."""
        for gallery in self.site.galleries:
            if gallery.ref == ref:
                return gallery
        there = ", ".join(gallery.ref for gallery in self.site.galleries) or "none"
        raise UsageError(f"there is no gallery {ref}", f"galleries are named client/gallery; there are: {there}")

    def keys(self, gallery: Gallery) -> GalleryKeyFile:
        """Its keys, with an entry for every grant; SecretError before its first build."""
        found = keys.load_keys(keys.gallery_folder(self.content, gallery))
        if found is None:
            raise SecretError(f"{gallery.ref} has no keys yet", "run `sogallery build`: it makes them")
        return found.with_present([grant.name for grant in gallery.grants], word_list()[0])

    def save(self, gallery: Gallery, changed: GalleryKeyFile) -> None:
        """Keep changed keys; the next build uses them."""
        keys.save_keys(keys.gallery_folder(self.content, gallery), changed)

    def credentials(self, gallery: Gallery, kept: GalleryKeyFile, grant: Grant) -> Credentials:
        """What the holder of `grant` is given."""
        return credentials(self.studio, kept, grant, own_words(self.site, gallery))

    def link(self, gallery_id: str, secret: bytes) -> str:
        """A gallery's link, at the site's own address or where `serve` shows it."""
        return link(self.site.base_url or LOCAL, gallery_id, secret)


def _office(content: Path) -> Office:
    site, problems = load_site(content)
    if site is None:
        raise InputError(problems)
    studio = keys.load_studio(content, os.environ, os.urandom, create=False)
    return Office(content, site, studio)


def _memory(content: Path) -> Path:
    return content.resolve().parent / ".sogallery"


@click.group()
def access() -> None:
    """Links, passphrases and grants; GALLERY is client/gallery."""


# --- show --------------------------------------------------------------------------------------------------------


@access.command()
@click.argument("gallery", required=False)
@content_option
@json_option
@told
def show(gallery: str | None, content: Path, as_json: bool) -> None:
    """Print the links and passphrases of one gallery, or of all."""
    office = _office(content)
    chosen = (office.gallery(gallery),) if gallery else office.site.galleries
    built = [one for one in chosen if gallery or (keys.gallery_folder(content, one) / keys.KEYS).is_file()]
    rows = [row for one in built for row in _rows(office, one)]
    if as_json:
        echo_json(rows)
    else:
        _print(rows)
    if not chosen:
        click.echo("there is no gallery yet: put photos and a gallery.yaml into clients/CLIENT/GALLERY/", err=True)
    elif rows and not office.site.base_url:
        click.echo("site.yaml has no base_url: these links work on this computer only", err=True)
    for one in chosen:
        if one not in built:
            click.echo(f"{one.ref} has no keys yet: run `sogallery build`", err=True)


def _rows(office: Office, gallery: Gallery) -> Iterator[dict[str, Any]]:
    kept = office.keys(gallery)
    gallery_id = kept.keys(office.studio.secret).id
    for grant in gallery.grants:
        if grant.name in kept.revoked:
            continue
        given, last = office.credentials(gallery, kept, grant), grant.until or gallery.retain_until
        yield {
            "gallery": gallery.ref,
            "id": gallery_id,
            "grant": grant.name,
            "link": office.link(gallery_id, given.link),
            "passphrase": given.passphrase or None,
            "until": last.isoformat() if last else None,
        }


def _print(rows: list[dict[str, Any]]) -> None:
    last = None
    for row in rows:
        if row["gallery"] != last:
            click.echo(click.style(row["gallery"], bold=True) + f"  ({row['id']})")
        last = row["gallery"]
        click.echo(f"  {row['grant']}")
        click.echo(f"    link        {row['link']}")
        click.echo(f"    passphrase  {row['passphrase'] or '(none: the link is enough)'}")
        if row["until"]:
            click.echo(f"    last day    {row['until']}")


# --- add ---------------------------------------------------------------------------------------------------------


@access.command()
@click.argument("gallery")
@click.argument("grant")
@content_option
@click.option("--downloads", type=click.Choice([one.value for one in Downloads]), help="What may be saved.")
@day_option("--until", meaning="The last day.")
@click.option("--hide", multiple=True, metavar="PATTERN", help="Photos not to show; may be repeated.")
@click.option("--only", multiple=True, metavar="PATTERN", help="The only photos to show; may be repeated.")
@click.option("--mode", type=click.Choice([one.value for one in Mode]), help="What opens it.")
@told
def add(
    gallery: str, grant: str, content: Path, downloads: str | None, until: datetime | None, hide: tuple[str, ...],
    only: tuple[str, ...], mode: str | None,
) -> None:  # fmt: skip
    """Give somebody else a link: add GRANT to the gallery.yaml of GALLERY."""
    asked = {
        "hide": list(hide), "only": list(only), "downloads": downloads,
        "until": until.date().isoformat() if until else None, "mode": mode,
    }  # fmt: skip
    with locked(_memory(content)):
        office = _office(content)
        one = office.gallery(gallery)
        if any(there.name == grant for there in one.grants):
            _revive(office, one, grant, asked)
        else:
            _renew_former(office, one, grant)
            _write_grant(office, one, grant, asked)
    click.echo(f"{grant} may open {gallery} after the next `sogallery build`; nothing else of it changes.")


def _revive(office: Office, gallery: Gallery, grant: str, asked: dict[str, Any]) -> None:
    """A revoked grant that is still in gallery.yaml lives again, with new secrets."""
    kept = office.keys(gallery)
    if grant not in kept.revoked:
        raise UsageError(f"{gallery.ref} has a grant {grant} already", "see `sogallery access show`")
    if any(asked.values()):
        raise UsageError(
            f"{grant} is in gallery.yaml already", "change its rights there, then run this without options"
        )
    office.save(gallery, kept.with_counter(grant, word_list()[0]))


def _renew_former(office: Office, gallery: Gallery, grant: str) -> None:
    """A grant that was there before, and maybe revoked, never comes back with the secrets of then."""
    folder = keys.gallery_folder(office.content, gallery)
    kept = keys.load_keys(folder)
    if kept is not None and grant in kept.grants:
        keys.save_keys(folder, kept.with_counter(grant, word_list()[0]))


def _write_grant(office: Office, gallery: Gallery, grant: str, asked: dict[str, Any]) -> None:
    """Put the grant into gallery.yaml; the file stays as it was if that would change anything else."""
    path = keys.gallery_folder(office.content, gallery) / "gallery.yaml"
    before = _read(path)
    line = yamledit.grant_line(grant, asked)
    write_atomic(path, yamledit.add_grant(before, line).encode(), path.stat().st_mode & 0o777)
    site, problems = load_site(office.content)
    now = next((one for one in site.galleries if one.ref == gallery.ref), None) if site else None
    if now is None or not _only_added(gallery, now, grant):
        write_atomic(path, before.encode(), path.stat().st_mode & 0o777)
        if site is None:
            raise InputError(problems)
        raise UsageError(f"{path} could not be edited safely", f"add to its `access:` by hand: {line}")


def _only_added(before: Gallery, now: Gallery, grant: str) -> bool:
    rest = tuple(one for one in now.grants if one.name != grant)
    return len(rest) + 1 == len(now.grants) and replace(now, grants=rest) == before


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise FaultError(f"could not read {path}: {error.strerror}", "look at its permissions") from error


# --- rotate and revoke -------------------------------------------------------------------------------------------


@access.command()
@click.argument("gallery")
@click.argument("grant", required=False)
@click.option("--chosen", is_flag=True, help="Choose the passphrase: asked for, or from SOGALLERY_PASSPHRASE.")
@content_option
@told
def rotate(gallery: str, grant: str | None, chosen: bool, content: Path) -> None:
    """Give GRANT (or every grant) a new link and a new passphrase."""
    if chosen and grant is None:
        raise UsageError("which grant is the passphrase for?", "name it: access rotate GALLERY GRANT --chosen")
    with locked(_memory(content)):
        office = _office(content)
        one = office.gallery(gallery)
        kept = office.keys(one)
        names = [_live(one, kept, grant)] if grant else [_live(one, kept, each.name) for each in _lives(one, kept)]
        for each in names:
            kept = kept.with_counter(each.name, word_list()[0])
        if chosen:
            kept = _choose(office, one, kept, names[0])
        office.save(one, kept)
    told_names = ", ".join(each.name for each in names) or "no grant"
    click.echo(f"Rotated {told_names} of {gallery}: a new link{'' if chosen else ' and passphrase'}, no new keys.")
    click.echo("Next: `sogallery build` and deploy (gallery.json and the grant's manifest change, kilobytes), and send")
    click.echo(f"what `sogallery access show {gallery}` prints.")
    click.echo(
        "Who has the old link and passphrase no longer gets in at the host, but keeps what they saved; with a copy"
    )
    click.echo("of the old gallery files, or a device that remembers the gallery, they can still open photos that were")
    click.echo("there. To end that, run `sogallery access revoke` (new keys, full upload).")


def _lives(gallery: Gallery, kept: GalleryKeyFile) -> list[Grant]:
    return [grant for grant in gallery.grants if grant.name not in kept.revoked]


def _live(gallery: Gallery, kept: GalleryKeyFile, name: str) -> Grant:
    """The grant of that name; UsageError if there is none, if it was revoked, or if YAML says its passphrase."""
    grant = _named(gallery, name)
    if name in kept.revoked:
        raise UsageError(f"{name} was revoked", f"`sogallery access add {gallery.ref} {name}` gives it a new link")
    if grant.password is not None:
        raise UsageError(f"{name} has a `password:` in gallery.yaml", "take it out, or change it there")
    return grant


def _named(gallery: Gallery, name: str) -> Grant:
    for grant in gallery.grants:
        if grant.name == name:
            return grant
    there = ", ".join(grant.name for grant in gallery.grants)
    raise UsageError(f"{gallery.ref} has no grant {name}", f"it has: {there}")


def _choose(office: Office, gallery: Gallery, kept: GalleryKeyFile, grant: Grant) -> GalleryKeyFile:
    if grant.mode is Mode.LINK:
        raise UsageError(f"{grant.name} opens with its link alone", "change its `mode:` in gallery.yaml first")
    passphrase = new_passphrase()
    own = own_words(office.site, gallery)
    refuse_guessable(passphrase, own, with_link=grant.mode is not Mode.PASSPHRASE)
    return kept.with_chosen(office.studio.secret, grant.name, passphrase, os.urandom)


@access.command()
@click.argument("gallery")
@click.argument("grant")
@content_option
@told
def revoke(gallery: str, grant: str, content: Path) -> None:
    """Shut GRANT out for good: every key and name of GALLERY becomes new."""
    with locked(_memory(content)):
        office = _office(content)
        one = office.gallery(gallery)
        kept = office.keys(one)
        if grant not in kept.grants:
            _named(one, grant)
        if grant in kept.revoked:
            raise UsageError(f"{grant} of {gallery} is revoked already", "the next build leaves it out")
        changed = kept.with_revoked(grant)
        office.save(one, changed)
    click.echo(f"Revoked {grant} of {gallery}: new keys and names for all {len(one.photos)} photos.")
    click.echo(
        "The links and passphrases of the others stay. Next: `sogallery build` and deploy; that is a full upload."
    )
    click.echo(f"Until it is deployed, {grant} still opens the gallery. What they saved, and old copies of the sealed")
    click.echo("files wherever some are left (a host's old deploys: `sogallery prune`), stay open to them.")
    if not _lives(one, changed):
        click.echo("No grant is left: nobody can open this gallery after the next build.")


# --- card --------------------------------------------------------------------------------------------------------


@access.command()
@click.argument("gallery")
@click.argument("grant", required=False)
@click.option("-o", "out", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE.html")
@click.option("--without-passphrase", is_flag=True, help="To send the passphrase another way.")
@content_option
@told
def card(gallery: str, grant: str | None, out: Path, without_passphrase: bool, content: Path) -> None:
    """Write a card to print or send: the link with a QR code, the passphrase, what to do. One page a grant."""
    refuse_published(out)
    if out.exists():
        raise UsageError(f"{out} is there already", "name a new file: nothing is ever overwritten")
    office = _office(content)
    one = office.gallery(gallery)
    if grant:
        _named(one, grant)
    rows = [row for row in _rows(office, one) if grant in (None, row["grant"])]
    if not rows:
        raise UsageError("there is no live grant to make a card for", "see `sogallery access show`")
    if without_passphrase:
        rows = [row | {"passphrase": "" if row["passphrase"] else None} for row in rows]
    try:
        write_atomic(out, card_html(office.site, one, rows).encode(), keys.PRIVATE)
    except OSError as error:
        raise disk_fault(error, out) from error
    click.echo(f"wrote {out}; whoever reads it can open the gallery", err=True)
    if not office.site.base_url:
        click.echo("site.yaml has no base_url: the link on it works on this computer only", err=True)
