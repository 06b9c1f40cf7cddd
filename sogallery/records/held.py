"""Find everything that a site holds about one client or one person; nothing about anybody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from sogallery.consent import Decision, ModelRelease, Records, person_id
from sogallery.errors import UsageError
from sogallery.ledger import Chain, commitment
from sogallery.load.files import read_yaml
from sogallery.model import Gallery, Person, Site
from sogallery.records.read import gallery_folder, subjects
from sogallery.records.report import Held
from sogallery.records.salts import client_salt, read_salt
from sogallery.schema.node import Report, plain
from sogallery.schema.text import did_you_mean

SEEN = {"recognisable": "recognisable", "unsure": "unsure", "not_recognisable": "not recognisable"}


def everything_about(
    content: Path, site: Site, records: Records, chain: Chain, public: Mapping[str, Decision], subject: str
) -> Held:
    """All that is held about `subject`: a client's folder name, or a person as client/key.

    A client's report has the people who are that client; guests are asked for by their own id. UsageError if nobody
    is called so.
    """
    people = tuple(_people(site, subject))
    if subject not in site.clients and not people:
        known = [*site.clients, *(person.id for gallery in site.galleries for person in gallery.people.values())]
        raise UsageError(f"nobody is called {subject}", did_you_mean(subject, known, "name a client, or client/key"))
    ids = {person.id for person in people}
    releases = tuple(r for r in records.releases if r.person in ids or (r.client == subject and not r.person))
    client = (subject,) if subject in site.clients else ()
    mine = {each for _, each in subjects(content, releases, client)}
    entries = tuple(entry for entry in chain.entries if entry.draft.subject in mine)
    files = dict(_files(content, site, releases, ids, subject))
    photos = dict(_photos(site, records, ids))
    return Held(subject, _principal(content, subject), people, files, releases, photos, public, entries)


def _principal(content: Path, subject: str) -> str:
    """A name that says nothing about whose it is without the client's salt; "" before there is one."""
    salt = read_salt(content, client_salt(subject.partition("/")[0]))
    return commitment(salt, "principal", subject) if salt else ""


def _people(site: Site, subject: str) -> Iterator[Person]:
    found = {person.id: person for gallery in site.galleries for person in gallery.people.values()}
    yield from (person for person in found.values() if subject in (person.id, person.client))


def _photos(site: Site, records: Records, ids: set[str]) -> Iterator[tuple[str, str]]:
    """The photos that name somebody, with the word for how; what a review says counts more than a tag."""
    for gallery in site.galleries:
        for photo in gallery.photos:
            if ids & {person_id(gallery.client, key) for key in photo.people}:
                yield f"{gallery.ref}/{photo.path}", "named"
    for ref, review in records.reviews.items():
        for name, word in SEEN.items():
            if ids & set(getattr(review, name)):
                yield ref, word


def _files(
    content: Path, site: Site, releases: tuple[ModelRelease, ...], ids: set[str], subject: str
) -> Iterator[tuple[str, object]]:
    if subject in site.clients and (content / "clients" / subject / "client.yaml").is_file():
        yield f"clients/{subject}/client.yaml", _said(content, f"clients/{subject}/client.yaml")
    for release in releases:
        yield release.path, _said(content, release.path)
    for gallery in site.galleries:
        found = _of_gallery(content, gallery, ids, gallery.client == subject)
        if found:
            yield f"{gallery_folder(gallery)}/gallery.yaml", found


def _of_gallery(content: Path, gallery: Gallery, ids: set[str], own: bool) -> dict[str, object]:
    """Of gallery.yaml what is about these people; of a client's own galleries the title and the days, too."""
    said = _said(content, f"{gallery_folder(gallery)}/gallery.yaml")
    said = said if isinstance(said, dict) else {}
    people = said.get("people")
    keys = people if isinstance(people, dict) else {}
    found: dict[str, object] = {}
    theirs = {key: value for key, value in keys.items() if person_id(gallery.client, key) in ids}
    if theirs:
        found["people"] = theirs
    if own:
        found |= {key: said[key] for key in ("title", "date", "retain_until") if key in said}
        found["photos"] = len(gallery.photos)
    return found


def _said(content: Path, path: str) -> object:
    node = read_yaml(content, Report(path))
    return plain(node) if node is not None else None
