"""The clients and their galleries: `clients/<client>/client.yaml` and `clients/<client>/<gallery>/`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from sogallery.load.files import read_yaml
from sogallery.load.folders import Entry, Lister, Listing, twins
from sogallery.load.photos import IMAGES, list_photos
from sogallery.model import Client, Gallery, Photo, Problem, Severity
from sogallery.schema import client as client_schema
from sogallery.schema import gallery as gallery_schema
from sogallery.schema.compose import Defaults, compose
from sogallery.schema.gallery import GalleryFile
from sogallery.schema.node import Pairs, Report
from sogallery.schema.people import People
from sogallery.schema.record import quoted
from sogallery.schema.text import nfc, printable


@dataclass(frozen=True, slots=True)
class Read:
    """One gallery as read: what its YAML says and what its folder holds, not yet compared."""

    name: str
    said: GalleryFile
    listed: tuple[Photo, ...]
    report: Report


def load_clients(
    content: Path, defaults: Defaults, problems: list[Problem]
) -> tuple[dict[str, Client], tuple[Gallery, ...]]:
    """All clients by slug and all galleries, in natural order of their folders."""
    lister = Lister(content)
    folders = lister.list("clients").folders
    _report_twins(lister, folders)
    names = {entry.name for entry in folders}
    clients: dict[str, Client] = {}
    galleries: list[Gallery] = []
    for folder in folders:
        listing = lister.list(folder.file)
        clients[folder.name] = _load_client(content, folder, listing, problems)
        language = clients[folder.name].language or defaults.language
        read = _read_galleries(content, lister, listing)
        galleries += _assembled(folder.name, read, names, replace(defaults, language=language))
        problems += [problem for gallery in read for problem in gallery.report.problems]
    problems += lister.problems
    return clients, tuple(galleries)


def _report_twins(lister: Lister, folders: list[Entry]) -> None:
    for first, second in twins(entry.name for entry in folders):
        file = next(entry.file for entry in folders if entry.name == second)
        lister.add(file, f"{quoted(second)} and {quoted(first)} are one name on many disks", "rename one of them")


def _load_client(content: Path, folder: Entry, listing: Listing, problems: list[Problem]) -> Client:
    """client.yaml may be missing: then nothing is known of the client, and nothing consented to."""
    nameless = Client(folder.name)
    if listing.file("client.yaml") is None:
        return nameless
    report = Report(printable(f"{folder.file}/client.yaml"))
    said = client_schema.KIND.read(read_yaml(content, report), report)
    problems += report.problems
    return replace(said, slug=folder.name) if said else nameless


def _read_galleries(content: Path, lister: Lister, listing: Listing) -> list[Read]:
    _report_twins(lister, listing.folders)
    read = []
    for folder in listing.folders:
        inner = lister.list(folder.file) if not _has_gallery(content, folder) else None
        if inner is None:
            read.append(_read_gallery(content, lister, folder))
        else:
            _report_no_gallery(lister, folder, inner)
    return read


def _has_gallery(content: Path, folder: Entry) -> bool:
    return (content / folder.file / "gallery.yaml").is_file() or (content / folder.file / "gallery.yaml").is_symlink()


def _report_no_gallery(lister: Lister, folder: Entry, listing: Listing) -> None:
    """A folder without gallery.yaml may hold contracts; one with photos was meant to be a gallery."""
    other = next((e for e in listing.files if e.suffix in (".yaml", ".yml") and e.name.startswith("gal")), None)
    if other:
        lister.add(other.file, f"{quoted(other.name)} is not read", "did you mean gallery.yaml?")
    elif listing.file("gallery.keys") or any(entry.suffix in IMAGES for entry in listing.files):
        hint = "add a file gallery.yaml with one line: `title: …`"
        lister.add(folder.file, "this folder has photos but no gallery.yaml", hint)


def _read_gallery(content: Path, lister: Lister, folder: Entry) -> Read:
    report = Report(printable(f"{folder.file}/gallery.yaml"))
    said = gallery_schema.KIND.read(read_yaml(content, report), report)
    listed = list_photos(lister, folder.file)
    if not listed:
        lister.add(folder.file, "this gallery has no photos", "put photos into its folder", Severity.WARNING)
    return Read(folder.name, said or _says_nothing(), listed, report)


def _says_nothing() -> GalleryFile:
    """Stands in for a gallery.yaml that cannot be used, so that its photos are known all the same."""
    return gallery_schema.GALLERY.read(Pairs(()), "", Report(""))


def _assembled(client: str, read: list[Read], clients: Collection[str], defaults: Defaults) -> list[Gallery]:
    people = People(client, clients)
    for gallery in read:
        people.add(gallery.said.people, gallery.report)
    for gallery in read:
        people.check_guardians(gallery.said.people, gallery.report)
    return [
        compose((nfc(client), g.name), g.said, people.of(g.said.people), g.listed, defaults, g.report) for g in read
    ]
