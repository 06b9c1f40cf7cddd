"""`open`: decrypt a gallery with its link and passphrase, from a host or a folder, without the site's sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import click

from sogallery.cli.asking import known_passphrase
from sogallery.cli.common import echo_json, json_option, told
from sogallery.cli.fetch import SMALL, Place, places
from sogallery.cli.filing import Names, refuse_filled, safe_name, save
from sogallery.errors import FindingsError, TamperedError
from sogallery.model import Finding
from sogallery.vault import manifest, slots
from sogallery.vault.derive import ObjectKey, object_key, viewing_secret
from sogallery.vault.failures import NoMatchError, UnsupportedError
from sogallery.vault.link import Fragment, parse_fragment
from sogallery.vault.objects import PART, open_object, part_names
from sogallery.vault.slots import GalleryFile, Payload

KINDS = (manifest.PHOTO, manifest.CLIP)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to save: what it is called until its header says more, where it lies and what opens it."""

    name: str
    folder: str
    key: ObjectKey | None = field(default=None, repr=False)  # None for a kind of a later version
    length: int = 0  # sealed; 0 if nobody knows, then it is one file
    nameless: bool = False  # True where only the header knows the name


@dataclass(frozen=True, slots=True)
class Opened:
    """A gallery of which this command knows the secrets."""

    place: Place
    file: GalleryFile
    title: str
    wanted: tuple[Wanted, ...]


@click.command("open")
@click.argument("where")
@click.option(
    "-o", "out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="A new folder to write into."
)
@click.option(
    "--size", type=click.Choice(["original", "display"]), default="original", show_default=True,
    help="Originals where the link opens them, or the display size of all.",
)  # fmt: skip
@json_option
@told
def open_(where: str, out: Path, size: str, as_json: bool) -> None:
    """Decrypt WHERE (a link, or FOLDER#fragment) into the folder DIR.

    The passphrase is asked for, or taken from SOGALLERY_PASSPHRASE.
    """
    address, _, text = where.partition("#")
    refuse_filled(out)
    opened = _open(places(address), parse_fragment(text), size)
    saved, findings = _save_all(opened, out)
    if as_json:
        failed = [{"path": finding.path, "message": finding.message} for finding in findings]
        echo_json({"gallery": opened.file.gallery, "title": opened.title, "saved": saved, "failed": failed})
    else:
        click.echo(f"{opened.title or opened.file.gallery}: {len(saved)} of {len(opened.wanted)} saved in {out}")
    if findings:
        number = len(findings)
        raise FindingsError(
            f"{number} of {len(opened.wanted)} could not be opened: changed, damaged or missing on the host",
            "fetch them again; if it stays so, ask the studio to upload the gallery again",
            findings,
        )


# --- unlocking ---------------------------------------------------------------------------------------------------


def _open(found: Sequence[Place], fragment: Fragment, size: str) -> Opened:
    read = [(place, _gallery_file(place)) for place in found]
    if fragment.selection:
        if len(read) > 1:
            raise NoMatchError
        return _selection(*read[0], fragment.selection)
    place, file, payload = _unlock(read, fragment.link_secret)
    return _gallery(place, file, payload, size)


def _gallery_file(place: Place) -> GalleryFile:
    raw = b"".join(place.source.pieces("gallery.json", SMALL))
    return slots.parse(raw, place.gallery or slots.named_in(raw))


def _unlock(read: Sequence[tuple[Place, GalleryFile]], link_secret: bytes) -> tuple[Place, GalleryFile, Payload]:
    """The first gallery that the link opens alone; else the first that it opens with a passphrase, asked for once."""
    for passphrase in _passphrases(bool(link_secret)):
        for place, file in read:
            try:
                return place, file, slots.unlock(file, link_secret, passphrase)
            except NoMatchError:
                continue
    raise NoMatchError


def _passphrases(link: bool) -> Iterator[str]:
    if link:
        yield ""
    yield known_passphrase()


# --- what to save ------------------------------------------------------------------------------------------------


def _gallery(place: Place, file: GalleryFile, payload: Payload, size: str) -> Opened:
    key = object_key(payload.manifest, file.gallery, "manifest")
    _, content = open_object(place.source.pieces(_reference(file, key.name), PART), key)
    listed = manifest.parse(b"".join(content), file.gallery)
    return Opened(place, file, listed.title, tuple(_wanted(listed, size)))


def _wanted(listed: manifest.Manifest, size: str) -> Iterator[Wanted]:
    names, photos = Names(), iter(listed.photos)
    for section in listed.sections:
        folder = names.unique("", safe_name(section.title, "photos")) if section.title else ""
        for _ in range(section.count):
            yield _best(next(photos), listed.gallery, folder, size)


def _best(photo: manifest.Photo, gallery: str, folder: str, size: str) -> Wanted:
    """The original or clip where there is its secret and it is wanted, else the display size or poster."""
    if photo.kind not in KINDS:
        return Wanted(photo.name, folder)
    clip = photo.kind == manifest.CLIP
    length = photo.clip if clip else photo.size
    if photo.original is not None and length and (size == "original" or clip):
        return Wanted(photo.name, folder, object_key(photo.original, gallery, "clip" if clip else "original"), length)
    view = photo.view or viewing_secret(photo.original or b"")
    kind, length = ("poster", photo.poster) if clip else ("display", photo.display)
    return Wanted(photo.name, folder, object_key(view, gallery, kind), length)


def _selection(place: Place, file: GalleryFile, secrets: Sequence[bytes]) -> Opened:
    keys = [object_key(secret, file.gallery, "display") for secret in secrets]
    return Opened(place, file, "", tuple(Wanted(f"{n:04}", "", key, nameless=True) for n, key in enumerate(keys, 1)))


# --- saving ------------------------------------------------------------------------------------------------------


def _save_all(opened: Opened, out: Path) -> tuple[list[str], list[Finding]]:
    """Save what can be opened; the relative paths of what was, and a Finding for each that was not."""
    saved: list[str] = []
    findings: list[Finding] = []
    names = Names()
    for folder in dict.fromkeys(wanted.folder for wanted in opened.wanted if wanted.folder):
        names.unique("", folder)  # a section may be called like a photo beside it
    for wanted in opened.wanted:
        try:
            saved.append(_save_one(opened, wanted, out, names))
        except TamperedError as error:
            findings.append(Finding(safe_name(wanted.name, "a photo"), error.message))
    return saved, findings


def _save_one(opened: Opened, wanted: Wanted, out: Path, names: Names) -> str:
    if wanted.key is None:
        raise UnsupportedError("this needs a newer version of sogallery")
    header, content = open_object(_pieces(opened, wanted.key.name, wanted.length), wanted.key)
    name = names.unique(wanted.folder, safe_name(_file_name(wanted, header.name), wanted.key.name))
    path = Path(wanted.folder, name)
    save(out / path, content)
    return path.as_posix()


def _file_name(wanted: Wanted, sealed: str) -> str:
    """The manifest's name with the sealed one's ending: equal files are sealed once, but listed under each name."""
    if not sealed or wanted.nameless:
        return sealed or wanted.name
    return PurePosixPath(wanted.name).stem + PurePosixPath(sealed).suffix


def _pieces(opened: Opened, name: str, length: int) -> Iterator[bytes]:
    left = length or PART
    for part in part_names(name, length):
        yield from opened.place.source.pieces(_reference(opened.file, part), min(left, PART))
        left -= PART


def _reference(file: GalleryFile, name: str) -> str:
    return f"{file.objects}{name[:2]}/{name}"
