"""Write consent records as a person would: a new file for a release, one line for a review or a withdrawal."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from sogallery.consent import DifferentPhoto, ModelRelease, Review, State
from sogallery.errors import FaultError, UsageError
from sogallery.model import Gallery
from sogallery.output import disk_fault, write_atomic
from sogallery.records.read import RELEASES, REVIEWS, gallery_folder, sha256_of
from sogallery.records.yamltext import flow, set_entry, set_key
from sogallery.schema.text import slugify

ID_LENGTH = 16


def new_id(random: Callable[[int], bytes]) -> str:
    """A random release id: 32 hex digits that say nothing."""
    return random(ID_LENGTH).hex()


def take_document(content: Path, source: Path, release: ModelRelease) -> ModelRelease:
    """Copy a signed document beside the releases and bind the release to it. Returns the release with both fields.

    Raises UsageError for a file that is empty, FaultError if it cannot be read or copied.
    """
    found = sha256_of(source)
    if found is None:
        raise FaultError(f"{source} cannot be read", "look at its path and its permissions")
    if source.stat().st_size == 0:
        raise UsageError(f"{source} is empty", "scan or export the signed document again")
    name = f"{stem_of(release)}{source.suffix.lower()}"
    target = content / RELEASES / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if sha256_of(target) not in (None, found):
            raise UsageError(f"{RELEASES}/{name} is there already, with other content", "take it away first")
        if not target.exists():
            shutil.copyfile(source, target)
    except OSError as error:
        raise disk_fault(error, target) from error
    if sha256_of(target) != found:
        raise FaultError(f"{source} changed while it was copied", "try again")
    return replace(release, document=name, document_sha256=found)


def write_release(content: Path, release: ModelRelease) -> str:
    """Write a new record and return its path, relative to the content folder. Never replaces one."""
    path = f"{RELEASES}/{stem_of(release)}.yaml"
    if (content / path).exists():
        raise UsageError(f"{path} is there already", "an id is used once")
    write_atomic(content / path, _release_text(release).encode())
    return path


def attach_document(content: Path, release: ModelRelease) -> None:
    """Write `document` and its hash into the record of `release`."""
    _edit(content / release.path, lambda text: set_key(text, "document", release.document))
    _edit(content / release.path, lambda text: set_key(text, "document_sha256", release.document_sha256))


def withdraw(content: Path, release: ModelRelease, day: date) -> None:
    """Write into the record of `release` that it was withdrawn on `day`."""
    _edit(content / release.path, lambda text: set_key(text, "withdrawn", day))


def write_review(content: Path, gallery: Gallery, path: str, review: Review) -> str:
    """Write what somebody saw in the photo at `path` of `gallery`; returns the file, relative to the content folder."""
    file = f"{gallery_folder(gallery)}/{REVIEWS}"
    _edit(content / file, lambda text: set_entry(text, "photos", path, _review_fields(review)))
    return file


def stem_of(release: ModelRelease) -> str:
    """The name of a release's files: whom it is for and the beginning of its id."""
    who = release.person or release.client or release.property_name
    return f"{slugify(who) or 'release'}-{release.id[:8]}"


def _edit(path: Path, change: Callable[[str], str]) -> None:
    try:
        text = path.read_text("utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise FaultError(f"{path.name} cannot be read", "look at its permissions, and save it as UTF-8") from error
    try:
        changed = change(text)
    except UsageError as error:
        raise UsageError(f"{path.name}: {error.message}", error.hint) from error
    if changed != text:
        write_atomic(path, changed.encode())


def _release_text(release: ModelRelease) -> str:
    return "".join(f"{key}: {flow(value)}\n" for key, value in _release_fields(release).items())


def _release_fields(release: ModelRelease) -> dict[str, object]:
    """The keys of a release as YAML has them; what is empty or as usual is left out."""
    signer = {"name": release.signer.name, "role": str(release.signer.role), "relation": release.signer.relation}
    template = release.template
    fields = {
        "id": release.id,
        "person": release.person,
        "client": release.client,
        "property": release.property_name,
        "signer": _said(signer),
        "witness": release.witness,
        "signed": release.signed,
        "covers": _covers(release),
        "scopes": [str(scope) for scope in release.scopes],
        "territory": list(release.territory),
        "valid_from": release.valid_from,
        "until": release.until,
        "lawful_basis": "" if release.lawful_basis == "consent" else release.lawful_basis,
        "template": _said(_template_fields(template)) if template else None,
        "document": release.document,
        "document_sha256": release.document_sha256,
        "state": "" if release.state is State.GIVEN else str(release.state),
        "withdrawn": release.withdrawn,
    }
    return _said(fields)


def _template_fields(template: object) -> dict[str, object]:

    return {name: getattr(template, name) for name in ("id", "version", "language", "text_sha256")}


def _covers(release: ModelRelease) -> dict[str, object]:
    reach = release.covers
    days = {"from": reach.first_day, "to": reach.last_day}
    return _said({"galleries": list(reach.galleries), "photos": list(reach.photos), **days})


def _review_fields(review: Review) -> dict[str, object]:
    people = {
        name: [who.rpartition("/")[2] for who in getattr(review, name)]
        for name in ("recognisable", "unsure", "not_recognisable")
    }
    fields = {
        "sha256": review.sha256,
        "complete": review.complete,
        "nobody": review.nobody,
        **people,
        "people": review.people,
        "others": review.others,
        "properties": list(review.properties),
        "by": review.by,
        "on": review.on,
        "veto": review.veto,
        "different_from": [_different(each) for each in review.different_from],
    }
    return _said(fields)


def _different(other: DifferentPhoto) -> dict[str, object]:
    return _said({"photo": other.ref, "sha256": other.sha256, "by": other.by, "on": other.on})


def _said(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields that say something."""
    return {key: value for key, value in fields.items() if value not in (None, "", [], {}, 0, False) or value is True}
