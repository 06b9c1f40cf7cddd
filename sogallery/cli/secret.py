"""`secret`: one passphrase-protected file of the studio secret and every gallery's keys, and the way back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from sogallery import studio as keys
from sogallery.cli.asking import known_passphrase, new_passphrase
from sogallery.cli.common import content_option, counted, told
from sogallery.cli.filing import refuse_published
from sogallery.errors import FaultError, FindingsError, SecretError, UsageError
from sogallery.model import Finding
from sogallery.output import locked, write_atomic
from sogallery.studio import Studio
from sogallery.vault import backup as vault
from sogallery.vault import keyfile
from sogallery.vault.failures import NoMatchError
from sogallery.vault.keyfile import GalleryKeyFile
from sogallery.vault.passphrase import refuse_guessable


@click.group()
def secret() -> None:
    """Back up what cannot be made again: the studio secret and every gallery.keys."""


@secret.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@content_option
@told
def backup(file: Path, content: Path) -> None:
    """Write FILE, sealed under a passphrase of its own (asked for, or SOGALLERY_PASSPHRASE)."""
    refuse_published(file)
    if file.exists():
        raise UsageError(f"{file} is there already", "name a new file: a backup is never overwritten")
    studio = keys.load_studio(content, os.environ, os.urandom, create=False)
    galleries = {_name(path.parent): keyfile.write(_present(path.parent)) for path in keys.key_files(content)}
    passphrase = new_passphrase("New passphrase for the backup, five words")
    refuse_guessable(passphrase, [content.resolve().parent.name], with_link=False)
    raw = vault.seal(vault.Backup(studio.secret, studio.number, galleries), passphrase, os.urandom)
    write_atomic(file, raw, keys.PRIVATE)
    number = counted(len(galleries), "gallery", "galleries")
    click.echo(f"wrote {file}: the studio secret {studio.pub.id} and the keys of {number}")
    click.echo("keep it and its passphrase in different places; make a new one after new galleries and after `access`")
    click.echo("photos, texts and releases are not in it: back up content/, too")


@secret.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@content_option
@told
def restore(file: Path, content: Path) -> None:
    """Bring back what FILE holds and this machine lacks; newer keys stay as they are."""
    if not content.is_dir():
        raise UsageError(f"there is no folder {content}", "name the site's content folder with --content")
    saved = _opened(file)
    studio = Studio(saved.secret, saved.number)
    with locked(content.resolve().parent / ".sogallery"):
        keys.save_pub(studio, content)
        click.echo(f"studio secret {studio.pub.id}: restored to {keys.save_secret(studio, os.environ)}")
        kept = list(_restore_all(content, saved))
    if kept:
        raise FindingsError(
            f"{counted(len(kept), 'gallery has', 'galleries have')} other keys here than in the backup",
            "nothing of theirs was changed; to take the backup's, move their gallery.keys away and run this again",
            kept,
        )


def _opened(file: Path) -> vault.Backup:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise FaultError(f"could not read {file}: {error.strerror}", "look at its permissions") from error
    try:
        return vault.open_(raw, known_passphrase())
    except NoMatchError as error:
        raise SecretError(
            "this backup does not open with that passphrase", "try the passphrase it was made with"
        ) from error


def _restore_all(content: Path, saved: vault.Backup) -> Iterator[Finding]:
    """Write every gallery's keys that are missing or older here; a Finding for each that is newer or another's."""
    for name, raw in sorted(saved.galleries.items()):
        folder, theirs = _folder(content, name), keyfile.parse(raw)
        ours = _ours(folder)
        if ours is not None and ours != theirs and not _older(ours, theirs):
            yield Finding(name, "the keys here are newer than the backup's, or of another gallery; they stay")
            continue
        if ours != theirs:
            keys.save_keys(folder, theirs)
        click.echo(
            f"{name}: {'as in the backup' if ours == theirs else 'restored' if ours is None else 'brought up to date'}"
        )


def _ours(folder: Path) -> GalleryKeyFile | None:
    """The keys that are there; a damaged file is put aside, since nothing can be read from it."""
    try:
        return keys.load_keys(folder)
    except SecretError as error:
        aside = (folder / keys.KEYS).rename(folder / f"{keys.KEYS}.damaged")
        click.echo(f"{error.message}; it is now {aside.name}", err=True)
        return None


def _older(ours: GalleryKeyFile, theirs: GalleryKeyFile) -> bool:
    return keyfile.same_gallery(ours, theirs) and ours.older_than(theirs) and not theirs.older_than(ours)


def _folder(content: Path, name: str) -> Path:
    """The folder of `client/gallery`; a backup's words never lead anywhere else."""
    client, _, gallery = name.partition("/")
    if any(part in ("", ".", "..") or set(part) & set("/\\:\0") for part in (client, gallery)):
        raise FindingsError(f"the backup names a gallery that cannot be: {name!r}", "take another backup")
    return content / "clients" / client / gallery


def _present(folder: Path) -> GalleryKeyFile:
    found = keys.load_keys(folder)
    if found is None:
        raise FaultError(f"{folder / keys.KEYS} went away", "run it again")
    return found


def _name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"
