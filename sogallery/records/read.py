"""Read releases, reviews, documents and the ledger of a content folder. Problems are collected, nothing is judged."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from sogallery.consent import Event, ModelRelease, Records, Review, person_id
from sogallery.errors import FaultError
from sogallery.ledger import Chain
from sogallery.load.files import inside, read_yaml
from sogallery.load.folders import Lister
from sogallery.model import Finding, Gallery, Problem, Severity, Site
from sogallery.records.chain import read_ledger
from sogallery.records.events import by_subject, events_of
from sogallery.records.salts import client_salt, consent_subject, read_salt, release_salt, release_subject
from sogallery.schema import release as release_schema
from sogallery.schema import reviews as review_schema
from sogallery.schema.client import Channel
from sogallery.schema.node import Located, Report
from sogallery.schema.text import did_you_mean, printable
from sogallery.studio import load_pub

RELEASES = "releases"
REVIEWS = "reviews.yaml"
SUFFIXES = (".yaml", ".yml")


def load_records(
    content: Path, site: Site, public_keys: Mapping[str, bytes] | None = None
) -> tuple[Records, list[Problem]]:
    """All consent records of `content`, and the Problems in them. `public_keys` (32 bytes by id) replace studio.pub's.

    A file with an error in it gives no record at all, so that half a record never publishes anything. A ledger that
    is not sound gives Records with `trouble`, of which nothing is published.
    """
    problems: list[Problem] = []
    releases = tuple(_releases(content, problems))
    documents = _documents(content, releases, problems)
    reviews = {review.ref: review for gallery in site.galleries for review in _reviews(content, gallery, problems)}
    chain, findings = read_ledger(content, pinned_keys(content) if public_keys is None else public_keys)
    problems += [_as_problem(finding) for finding in findings]
    trouble = findings[0].message if findings else ""
    try:
        events = _events(content, releases, site, chain)
    except FaultError as error:
        events, trouble = {}, trouble or error.message
        problems.append(Problem(RELEASES, 0, 0, error.message, error.hint, Severity.WARNING))
    return Records(releases, reviews, documents, events, trouble), sorted(problems)


def pinned_keys(content: Path) -> Mapping[str, bytes]:
    """The keys that studio.pub names; none for a site that has no keys yet."""
    pub = load_pub(content)
    return pub.public_keys if pub else {}


def gallery_folder(gallery: Gallery) -> str:
    """A gallery's folder as the disk spells it, relative to the content folder."""
    if not gallery.photos:
        return f"clients/{gallery.ref}"
    first = gallery.photos[0]
    return str(PurePosixPath(first.file).parents[len(PurePosixPath(first.path).parts) - 1])


def sha256_of(path: Path) -> str | None:
    """SHA-256 of a file in hex, None if there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _releases(content: Path, problems: list[Problem]) -> Iterator[ModelRelease]:
    lister = Lister(content)
    reports = []
    found = []
    for entry in lister.list(RELEASES).files:
        if entry.suffix in SUFFIXES:
            report = Report(printable(entry.file))
            release = release_schema.KIND.read(read_yaml(content, report), report)
            reports.append(report)
            if release is not None and not _broken(report):
                found.append((release, entry.file, report))
    problems += lister.problems
    ids = Counter(release.id for release, _, _ in found)
    for release, file, report in found:
        if release.id and ids[release.id] > 1:
            report.warn(Located(None), "another release has the same id", "give a copy a new random id")
        yield _placed(release, file)
    problems += [problem for report in reports for problem in report.problems]


def _placed(release: ModelRelease, file: str) -> ModelRelease:
    return replace(release, path=file)


def _broken(report: Report) -> bool:
    return any(problem.severity is Severity.ERROR for problem in report.problems)


def _documents(content: Path, releases: Iterable[ModelRelease], problems: list[Problem]) -> dict[str, str]:
    """SHA-256 of each signed document as it is now, by release id; what differs is a Problem, too."""
    hashes = {}
    for release in releases:
        if not release.document:
            continue
        path = content / PurePosixPath(release.path).parent / release.document
        found = sha256_of(path) if inside(content, path) else None
        if found is not None:
            hashes[release.id] = found
        if found != release.document_sha256:
            what = "is missing" if found is None else "is another one than was recorded"
            hint = "restore the signed document; a new one needs a new release"
            message = f"the signed document {release.document} {what}"
            problems.append(Problem(release.path, 0, 0, message, hint, Severity.WARNING))
    return hashes


def _reviews(content: Path, gallery: Gallery, problems: list[Problem]) -> Iterator[Review]:
    file = f"{gallery_folder(gallery)}/{REVIEWS}"
    if not (content / file).exists():
        return
    report = Report(printable(file))
    said = review_schema.KIND.read(read_yaml(content, report), report)
    if said is not None and not _broken(report):
        paths = {photo.path for photo in gallery.photos}
        for path, located in said.photos.items():
            review = review_schema.bound(located.value, gallery.client, gallery.name, path, file)
            _check_review(review, located, path, paths, gallery, report)
            yield review
    problems += report.problems


def _check_review(
    review: Review, at: Located[Review], path: str, paths: set[str], gallery: Gallery, report: Report
) -> None:
    if path not in paths:
        report.warn(at, f"there is no photo {path} in this gallery", did_you_mean(path, paths, "take the review out"))
    known = {person_id(gallery.client, key) for key in gallery.people}
    for who in sorted({*review.recognisable, *review.unsure, *review.not_recognisable} - known):
        key = who.rpartition("/")[2]
        hint = did_you_mean(key, gallery.people, "add them under `people` in gallery.yaml")
        report.warn(at, f"the review names {key}, whom gallery.yaml does not know", hint)


def subjects(content: Path, releases: Iterable[ModelRelease], clients: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What records are called in `Records.events` and in the ledger, for those that have a salt: (name, subject)."""
    named = [release for release in releases if release.id]
    left = tuple(_salts_left(content, named))
    for release in named:
        for salt in (read_salt(content, release_salt(release)), *left):
            if salt is not None:
                yield release.id, release_subject(salt, release.id)
    for slug in clients:
        salt = read_salt(content, client_salt(slug))
        if salt is not None:
            yield f"client/{slug}/publication", consent_subject(salt, "publication", "")
            for channel in Channel:
                yield f"client/{slug}/promotions/{channel}", consent_subject(salt, "promotions", str(channel))


def _salts_left(content: Path, releases: Iterable[ModelRelease]) -> Iterator[bytes]:
    """Salts whose record has another name now: what the ledger holds against a release outlives its file's name."""
    known = {release_salt(release) for release in releases}
    for path in sorted((content / RELEASES).glob("*.salt")):
        name = f"{RELEASES}/{path.name}"
        if name not in known and (salt := read_salt(content, name)) is not None:
            yield salt


def _events(content: Path, releases: Iterable[ModelRelease], site: Site, chain: Chain) -> dict[str, tuple[Event, ...]]:
    told = by_subject(chain)
    events: dict[str, tuple[Event, ...]] = {}
    for name, subject in subjects(content, releases, site.clients):
        kind = "consent" if name.startswith("client/") else "release"
        events[name] = (*events.get(name, ()), *events_of(told.get(subject, []), kind))
    return {name: each for name, each in events.items() if each}


def _as_problem(finding: Finding) -> Problem:
    message = f"{finding.message}; nothing is published until it is sound again"
    return Problem(finding.path, 0, 0, message, finding.hint, Severity.WARNING)
