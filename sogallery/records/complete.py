"""Bring the ledger up to what the records say: the first build makes it, later ones add what is new."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from sogallery.consent import Records, ReleasedPhoto
from sogallery.ledger import Chain, Draft, Entry, HeadKey
from sogallery.model import Site
from sogallery.records.chain import append
from sogallery.records.events import by_subject, consent_drafts, publication_drafts, release_drafts
from sogallery.records.read import pinned_keys
from sogallery.records.salts import Random, client_salt, make_salts, release_salt


def complete_ledger(
    content: Path,
    site: Site,
    records: Records,
    key: HeadKey,
    now: datetime,
    released: tuple[ReleasedPhoto, ...] | None = None,
    random: Random = secrets.token_bytes,
) -> tuple[Entry, ...]:
    """Add to the ledger what it does not know: consents, releases and, if `released` is given, what is public now.

    `now` is the true time, never a day that somebody asked to look ahead to. Returns the new entries; writes nothing
    if there are none. `key` is the one that studio.pub pins, never one for a single run. Raises as `append` does.
    """
    names = [release_salt(release) for release in records.releases if release.id]
    clients = [slug for slug, client in site.clients.items() if client.consents or client.acknowledged]
    clients += [slug for slug in site.clients if (content / client_salt(slug)).exists()]
    clients += [photo.ref.partition("/")[0] for photo in released or ()]
    salts = make_salts(content, dict.fromkeys([*names, *map(client_salt, clients)]), random)

    def plan(chain: Chain) -> list[Draft]:
        return list(_due(site, records, released, salts, chain, now))

    return append(content, plan, key, pinned_keys(content), now)


def _due(
    site: Site,
    records: Records,
    released: tuple[ReleasedPhoto, ...] | None,
    salts: Mapping[str, bytes],
    chain: Chain,
    now: datetime,
) -> Iterator[Draft]:
    told = by_subject(chain)
    for release in records.releases:
        if release.id:
            yield from release_drafts(release, salts[release_salt(release)], told, now.date())
    for slug, client in site.clients.items():
        if client_salt(slug) in salts:
            yield from consent_drafts(client, salts[client_salt(slug)], told)
    if released is not None:
        of_clients = {slug: salts[client_salt(slug)] for slug in site.clients if client_salt(slug) in salts}
        seen = [(review.ref.partition("/")[0], review.sha256) for review in records.reviews.values()]
        yield from publication_drafts(released, of_clients, seen, chain)
