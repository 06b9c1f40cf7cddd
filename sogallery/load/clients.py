"""The clients and their galleries: `clients/<client>/client.yaml` and `clients/<client>/<gallery>/`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sogallery.load.files import read_yaml
from sogallery.load.folders import Entry, Lister, Listing, twins
from sogallery.load.photos import IMAGES, list_photos
from sogallery.model import Client, Gallery, Problem, Severity
from sogallery.schema import client as client_schema
from sogallery.schema import gallery as gallery_schema
from sogallery.schema.compose import Defaults, Found, compose
from sogallery.schema.gallery import GalleryFile
from sogallery.schema.node import Pairs, Report
from sogallery.schema.people import People
from sogallery.schema.record import quoted


@dataclass(frozen=True, slots=True)
class Read:
    """One gallery as read: what lies in its folder and what its YAML says, not yet compared."""

    found: Found
    said: GalleryFile
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
        read = _read_galleries(content, lister, folder.name, listing)
        galleries += _composed(People(folder.name, names), read, replace(defaults, language=language))
        problems += [problem for gallery in read for problem in gallery.report.problems]
    problems += lister.problems
    return clients, tuple(galleries)


def _report_twins(lister: Lister, folders: list[Entry]) -> None:
    for first, second in twins((entry.name, entry) for entry in folders):
        message = f"{quoted(second.name)} and {quoted(first.name)} are one name on many disks"
        lister.add(second.file, message, "rename one of them")


def _load_client(content: Path, folder: Entry, listing: Listing, problems: list[Problem]) -> Client:
    """client.yaml may be missing: then nothing is known of the client, and nothing consented to."""
    nameless = Client(folder.name)
    if listing.file("client.yaml") is None:
        return nameless
    report = Report(f"{folder.file}/client.yaml")
    said = client_schema.KIND.read(read_yaml(content, report), report)
    problems += report.problems
    return replace(said, slug=folder.name) if said else nameless


def _read_galleries(content: Path, lister: Lister, client: str, listing: Listing) -> list[Read]:
    _report_twins(lister, listing.folders)
    read = []
    for folder in listing.folders:
        inner = lister.list(folder.file)
        if inner.file("gallery.yaml"):
            read.append(_read_gallery(content, lister, client, folder, inner))
        else:
            _report_no_gallery(lister, folder, inner)
    return read


def _report_no_gallery(lister: Lister, folder: Entry, listing: Listing) -> None:
    """A folder without gallery.yaml may hold contracts; one with photos was meant to be a gallery."""
    other = next((e for e in listing.files if e.suffix in (".yaml", ".yml") and e.name.lower().startswith("gal")), None)
    if other:
        lister.add(other.file, f"{quoted(other.name)} is not read", "did you mean gallery.yaml?")
    elif listing.file("gallery.keys") or any(entry.suffix in IMAGES for entry in listing.files):
        hint = "add a file gallery.yaml with one line: `title: …`"
        lister.add(folder.file, "this folder has photos but no gallery.yaml", hint)


def _read_gallery(content: Path, lister: Lister, client: str, folder: Entry, listing: Listing) -> Read:
    report = Report(f"{folder.file}/gallery.yaml")
    said = gallery_schema.KIND.read(read_yaml(content, report), report)
    photos = list_photos(lister, listing)
    if not photos:
        lister.add(folder.file, "this gallery has no photos", "put photos into its folder", Severity.WARNING)
    return Read(Found(client, folder.name, folder.file, photos), said or _says_nothing(), report)


def _says_nothing() -> GalleryFile:
    """Stands in for a gallery.yaml that cannot be used, so that its photos are known all the same."""
    return gallery_schema.GALLERY.read(Pairs(()), "", Report(""))


def _composed(people: People, read: list[Read], defaults: Defaults) -> list[Gallery]:
    for gallery in read:
        people.add(gallery.said.people, gallery.report)
    for gallery in read:
        people.check_guardians(gallery.said.people, gallery.report)
    return [compose(g.found, g.said, people.of(g.said.people), defaults, g.report) for g in read]
