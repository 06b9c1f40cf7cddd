"""Each gallery's keys at the start of a build, checked against what was published before.

A gallery that was published and whose folder, photos or keys are missing is a Problem; so is an old copy of its keys,
which would bring a revoked passphrase back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sogallery.credentials import word_list
from sogallery.delivery import grant_tag
from sogallery.errors import InputError
from sogallery.highwater import NOTHING, HighWater, Mark
from sogallery.model import Gallery, Problem, Site
from sogallery.sealed import GalleryRecord, Listed, Sealed
from sogallery.studio import Studio, gallery_folder, load_keys, new_key_file, save_keys
from sogallery.vault.codec import fields
from sogallery.vault.derive import hkdf
from sogallery.vault.keyfile import GalleryKeyFile

_TAG_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Keyring:
    """What the keys are checked against: the site, its studio, what was sealed last; `names` has refs by gallery id."""

    content: Path
    site: Site
    studio: Studio
    previous: Sealed
    names: Mapping[str, str]
    drop: tuple[str, ...] = ()
    mark: HighWater = NOTHING  # what this machine published last, whatever became of `previous`

    def dropped(self, one: Listed) -> bool:
        """Whether the photographer has said to forget this gallery, by name or by id."""
        return bool({one.tag, one.id} & ({tag_of(self.studio, ref) for ref in self.drop} | set(self.drop)))


def tag_of(studio: Studio, ref: str) -> str:
    """What stands for `client/gallery` where names must not be read."""
    return hkdf(studio.secret, b"", fields("soga/1 gallery tag", ref), _TAG_LENGTH).hex()


def gallery_keys(
    ring: Keyring, galleries: Mapping[str, Gallery], random: Callable[[int], bytes]
) -> dict[str, GalleryKeyFile]:
    """The keys of each gallery by ref; a gallery that was never published gets new ones, saved before they are used.

    Raises InputError with a Problem for everything that was published and is missing or too old now.
    """
    listed = {one.tag: one for one in ring.previous.listed}
    found = {ref: load_keys(gallery_folder(ring.content, gallery)) for ref, gallery in galleries.items()}
    problems = [*_gone(ring), *_copied(found)]
    for ref, gallery in galleries.items():
        tag = tag_of(ring.studio, ref)
        marked, before = ring.mark.of(tag), listed.get(tag)
        if before is not None:
            problems += _missing(ring, gallery, found[ref], before.id)
        elif marked is not None:
            problems += _missing(ring, gallery, found[ref], marked[0])
        problems += _outdated(ring, gallery, found[ref])
    if problems:
        raise InputError(problems)
    return {ref: _complete(ring, galleries[ref], keys, random) for ref, keys in found.items()}


def _complete(
    ring: Keyring, gallery: Gallery, found: GalleryKeyFile | None, random: Callable[[int], bytes]
) -> GalleryKeyFile:
    """Keys with an entry for each grant; new ones are saved at once, so that a killed build goes on under them."""
    keys = (found or new_key_file(random)).with_present([grant.name for grant in gallery.grants], word_list()[0])
    if found is None and not ring.studio.ephemeral:
        save_keys(gallery_folder(ring.content, gallery), keys)
    return keys


def _gone(ring: Keyring) -> Iterator[Problem]:
    here = {tag_of(ring.studio, gallery.ref) for gallery in ring.site.galleries}
    for one in ring.previous.listed:
        if one.record and one.tag not in here and not ring.dropped(one):
            name = ring.names.get(one.id)
            path = f"clients/{name}" if name else "clients"
            message = "was published and is gone" if name else f"a published gallery (g/{one.id}) is gone"
            hint = f"restore its folder, or run `sogallery build --drop {name or one.id}` to take it off the site"
            yield Problem(path, 0, 0, message, hint)


def _copied(found: Mapping[str, GalleryKeyFile | None]) -> Iterator[Problem]:
    """Two galleries under one key would have one address: the links of one would open the other."""
    first: dict[bytes, str] = {}
    for ref, keys in found.items():
        other = first.setdefault(keys.seed, ref) if keys else ref
        if other != ref:
            hint = "delete this file in whichever of the two folders is the copy; it gets keys of its own"
            yield Problem(_file(ref), 0, 0, f"is a copy of the keys of {other}", hint)


def _missing(ring: Keyring, gallery: Gallery, found: GalleryKeyFile | None, before: str) -> Iterator[Problem]:
    """What was published of this gallery, under the id `before`, and is not here."""
    path = _file(gallery.ref)
    if not gallery.photos:
        hint = f"restore its photos, or run `sogallery build --drop {gallery.ref}` to take it off the site"
        yield Problem(f"clients/{gallery.ref}", 0, 0, "was published and has no photos any more", hint)
    hint = "restore it from a backup; without it the gallery would get a new address and new passphrases"
    hint += f" (if that is what you want, run `sogallery build --drop {gallery.ref}` first)"
    if found is None:
        yield Problem(path, 0, 0, "is missing, though the gallery was published", hint)
        return
    if found.keys(ring.studio.secret).id != before:
        yield Problem(path, 0, 0, "belongs to another gallery than the one that was published", hint)


def _outdated(ring: Keyring, gallery: Gallery, found: GalleryKeyFile | None) -> Iterator[Problem]:
    """Keys older than those of the last build, whatever the folder was called then."""
    if found is None:
        return
    gallery_id = found.keys(ring.studio.secret).id
    record = next((one for one in ring.previous.galleries if one.id == gallery_id), None)
    mark = ring.mark.galleries.get(gallery_id)
    hint = "restore the newest copy; this one would bring a revoked passphrase back"
    if record is not None and (_older(ring, found, record) or found.revision < record.revision):
        yield Problem(_file(gallery.ref), 0, 0, "is older than what was published", hint)
    elif mark is not None and _older(ring, found, mark):
        hint += "; if it is the only one, delete the .mark beside the studio secret and rotate every grant"
        yield Problem(_file(gallery.ref), 0, 0, "is older than what this machine has published", hint)


def _file(ref: str) -> str:
    return f"clients/{ref}/gallery.keys"


def _older(ring: Keyring, found: GalleryKeyFile, record: GalleryRecord | Mark) -> bool:
    if found.epoch != record.epoch:
        return found.epoch < record.epoch
    derived = found.keys(ring.studio.secret)
    counters = {grant_tag(derived, name): counter for name, counter in found.counters.items()}
    return any(counters.get(tag, 0) < counter for tag, counter in record.counters.items())
