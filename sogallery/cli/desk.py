"""What the consent commands work on: the site, its records, the day, and the studio's key if it is on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

import click

from sogallery.cli.common import clock, tell_problems, today
from sogallery.consent import Decision, ModelRelease, PhotoEvidence, Records, evidence_for, publishable
from sogallery.errors import InputError, SecretError, UsageError
from sogallery.ledger import Entry
from sogallery.load import load_site
from sogallery.model import Gallery, Person, Photo, PortfolioPhoto, Scope, Site
from sogallery.records import complete_ledger, load_records
from sogallery.records.read import sha256_of
from sogallery.schema.text import did_you_mean, nfc
from sogallery.studio import load_pub, load_studio
from sogallery.vault.derive import SigningKey


@dataclass(frozen=True, slots=True)
class Desk:
    """A site with everything recorded about consent, on one day."""

    content: Path
    site: Site
    records: Records
    day: date

    def photos(self) -> Iterator[tuple[str, Gallery, Photo]]:
        """Every photo of the site with its ref."""
        for gallery in self.site.galleries:
            for photo in gallery.photos:
                yield f"{gallery.ref}/{photo.path}", gallery, photo

    def photo(self, ref: str) -> tuple[str, Gallery, Photo]:
        """The photo of that ref; a path below `clients/` will do. UsageError if there is none."""
        wanted = nfc(ref).removeprefix(f"{nfc(str(self.content))}/").removeprefix("clients/")
        for found in self.photos():
            if found[0] == wanted:
                return found
        hint = did_you_mean(wanted, (name for name, _, _ in self.photos()), "name it as client/gallery/[section/]file")
        raise UsageError(f"there is no photo {wanted}", hint)

    def sha256(self, photo: Photo) -> str:
        """SHA-256 of a photo's file as it is now; "" if it cannot be read, which nothing matches."""
        path = self.content / photo.file
        try:
            status = path.stat()
        except OSError:
            return ""
        return _sha256(path, status.st_size, status.st_mtime_ns)

    def evidence(self, ref: str, faces: int | None = None) -> PhotoEvidence:
        """Everything known about a photo."""
        name, _, photo = self.photo(ref)
        return evidence_for(self.site, self.records, name, self.sha256(photo), faces)

    def public(self, scope: Scope = Scope.PORTFOLIO_WEB) -> dict[str, Decision]:
        """The picks of portfolio.yaml that may be public, with their Decisions."""
        judged = {pick.ref: publishable(self.evidence(pick.ref), scope, self.day) for pick in self.picks()}
        return {ref: decision for ref, decision in judged.items() if decision.allowed}

    def picks(self) -> Iterator[PortfolioPhoto]:
        """The picks of portfolio.yaml, each photo once."""
        picks = [pick for category in self.site.portfolio for pick in category.photos]
        yield from {pick.ref: pick for pick in reversed(picks)}.values()

    def people(self) -> dict[str, Person]:
        """Everybody whom the galleries know, by id."""
        return {person.id: person for gallery in self.site.galleries for person in gallery.people.values()}

    def release(self, name: str) -> ModelRelease:
        """The release with this id (its beginning is enough if only one has it), or the only one of this person."""
        found = [r for r in self.records.releases if r.id.startswith(name) or name in (r.person, r.client, r.path)]
        if len(found) == 1:
            return found[0]
        what = f"there is no release {name}" if not found else f"{name} could be any of {len(found)} releases"
        raise UsageError(what, "see their ids with `sogallery release list`")

    def with_release(self, release: ModelRelease) -> Desk:
        """The same desk with one release changed."""
        others = tuple(each for each in self.records.releases if each.path != release.path)
        return replace(self, records=replace(self.records, releases=(*others, release)))


@cache
def _sha256(path: Path, size: int, changed: int) -> str:  # noqa: ARG001 - a file that changed is hashed again
    """One command asks for the same photos before and after it wrote something."""
    return sha256_of(path) or ""


def open_desk(content: Path, now: datetime | None = None) -> Desk:
    """Read the site and its records; what is wrong in the records is told on stderr. Raises InputError."""
    site, problems = load_site(content)
    if site is None:
        raise InputError(problems)
    records, found = load_records(content, site)
    tell_problems(found)
    return Desk(content, site, records, today(site.timezone, now))


def reopened(desk: Desk) -> Desk:
    """The desk after records were written."""
    site, problems = load_site(desk.content)
    if site is None:
        raise InputError(problems)
    return Desk(desk.content, site, load_records(desk.content, site)[0], desk.day)


def tell_ledger(desk: Desk) -> tuple[Entry, ...]:
    """Let the ledger learn what the records say, now if the studio's key is here, else at the next build."""
    key = signing_key(desk.content)
    if key is None:
        click.echo("the ledger will learn of it at the next build with the studio secret", err=True)
        return ()
    return complete_ledger(desk.content, desk.site, desk.records, key, clock())


def signing_key(content: Path) -> SigningKey | None:
    """The studio's key, None if this machine does not have it or the site has none yet."""
    if load_pub(content) is None:
        return None
    try:
        return load_studio(content, os.environ, os.urandom, create=False).signing
    except SecretError:
        return None
