"""The public selection: who passes the judge is rendered and recorded, everybody else is left out with the reason.

Files are written from `ReleasedPhoto` values only, and from exactly the bytes that were reviewed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sogallery.cache import Cache
from sogallery.consent import Records, ReleasedPhoto, evidence_for, release_photo
from sogallery.errors import ConsentError, FaultError, SogalleryError
from sogallery.model import PortfolioPhoto, Problem, PublicFile, PublicPhoto, Scope, Severity, Site
from sogallery.output import disk_fault
from sogallery.pool import Pool, run
from sogallery.render.photo import Rendered
from sogallery.render.public import PublicMetadata, render_public
from sogallery.render.recipe import Recipe
from sogallery.render.source import whole_or_path
from sogallery.sealed import PublicEntry, PublicRecord
from sogallery.vault.codec import fields
from sogallery.vault.derive import hkdf

_ID_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Judged:
    """The picks of portfolio.yaml, divided: what may be shown, and Problems for what may not."""

    released: Mapping[str, ReleasedPhoto]  # by ref
    refused: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class PublicTask:
    """One released photo to render. `id` is public and opaque; `sha256` is that of the reviewed file."""

    key: str
    id: str
    source: Path
    sha256: str = field(repr=False)
    recipe: Recipe
    edges: tuple[int, ...]
    metadata: PublicMetadata
    folder: Path


@dataclass(frozen=True, slots=True)
class PublicResult:
    """What came of it: a memory entry, or why not."""

    entry: Mapping[str, Any] | None
    message: str = ""
    hint: str = ""


def judge(
    site: Site, records: Records, hashes: Mapping[str, str], day: date, faces: Callable[[str], int | None]
) -> Judged:
    """Ask for every pick whether it may be public on `day`.

    `hashes` has the SHA-256 of each photo's file by ref; `faces` says how many faces a detector sees in it, if one is
    installed, which can only add a reason against it.
    """
    released: dict[str, ReleasedPhoto] = {}
    refused: list[Problem] = []
    for pick in (pick for category in site.portfolio for pick in category.photos):
        if pick.ref not in hashes:
            refused.append(_refusal(pick, "the photo's file cannot be read", "put it back, or take it out"))
            continue
        try:
            evidence = evidence_for(site, records, pick.ref, hashes[pick.ref], faces(pick.ref))
            released[pick.ref] = release_photo(evidence, Scope.PORTFOLIO_WEB, day)
        except ConsentError as error:
            refused.append(_refusal(pick, error.message, error.hint))
    return Judged(released, tuple(refused))


def face_counter(
    content: Path, files: Mapping[str, str], hashes: Mapping[str, str], cache: Cache, used: set[str]
) -> Callable[[str], int | None]:
    """How many faces each photo shows, by ref, if the extra `faces` is installed; each file is looked at once.

    `used` is given the names under which the memory keeps what was asked for.
    """
    if find_spec("cv2") is None:
        return lambda _: None
    from sogallery.faces import count_faces

    memory = cache.entries()

    def count(ref: str) -> int:
        key = f"faces {hashes[ref]}"
        used.add(key)
        if key not in memory:
            memory[key] = {"count": count_faces(content / files[ref])}
            cache.put(key, memory[key])
        return int(memory[key]["count"])

    return count


def task(released: ReleasedPhoto, source: Path, secret: bytes, site: Site, recipe: Recipe, folder: Path) -> PublicTask:
    """The only way to a public picture: from a ReleasedPhoto. `secret` is the studio's: ids tell nothing."""
    identifier = hkdf(secret, b"", fields("soga/1 public id", bytes.fromhex(released.sha256)), _ID_LENGTH).hex()
    metadata = PublicMetadata(
        creator=site.name,
        copyright=f"© {site.name}",
        rights_url=f"{site.base_url.rstrip('/')}/policy/" if site.base_url else "",
        model_release_status=released.status.value,
        model_release_ids=released.release_ids,
        property_release_status=released.property_status.value,
        guid=identifier,
    )
    edges = (recipe.display, recipe.small, max(recipe.thumb, recipe.small // 2))
    described = json.dumps([released.sha256, identifier, recipe.digest, edges, asdict(metadata)], sort_keys=True)
    key = f"public {hashlib.sha256(described.encode()).hexdigest()}"
    return PublicTask(key, identifier, source, released.sha256, recipe, edges, metadata, folder)


def render(tasks: Sequence[PublicTask], cache: Cache, pool: Pool, jobs: int, refresh: bool) -> dict[str, PublicResult]:
    """Make what is not there yet; results by task key."""
    memory = {} if refresh else cache.entries()
    results = {one.key: PublicResult(memory[one.key]) for one in tasks if _there(one, memory.get(one.key), cache)}
    todo = [one for one in tasks if one.key not in results]
    if todo:
        for done, result in run(make, todo, pool, jobs * 2, _died):
            results[done.key] = result
            if result.entry is not None:
                cache.put(done.key, result.entry)
    return results


def make(one: PublicTask) -> PublicResult:
    """What a worker does: read the file, see that it is the reviewed one, render it, write the files."""
    try:
        source = whole_or_path(one.source)
        read = source if isinstance(source, bytes) else source.read_bytes()
        if hashlib.sha256(read).hexdigest() != one.sha256:
            raise FaultError("the file changed while it was being read", "run the build again")
        return PublicResult(_write(one, render_public(read, one.recipe, one.edges, one.metadata)))
    except SogalleryError as error:
        return PublicResult(None, error.message, error.hint)


def record(
    site: Site, released: Mapping[str, ReleasedPhoto], made: Mapping[str, tuple[str, Mapping[str, Any]]]
) -> PublicRecord:
    """The portfolio's record; `made` has each released photo's id and memory entry by ref."""
    picks = [pick for category in site.portfolio for pick in category.photos if pick.ref in made]
    photos: dict[str, PublicEntry] = {}
    for pick in picks:
        identifier, entry = made[pick.ref]
        photos[identifier] = _entry(identifier, pick, released[pick.ref], entry)
    categories = tuple(
        (category.title, category.slug, tuple(made[pick.ref][0] for pick in category.photos if pick.ref in made))
        for category in site.portfolio
    )
    return PublicRecord(photos, tuple(one for one in categories if one[2]))


def _entry(identifier: str, pick: PortfolioPhoto, released: ReleasedPhoto, entry: Mapping[str, Any]) -> PublicEntry:
    shown = tuple(PublicFile(**one) for one in entry["shown"])
    photo = PublicPhoto(identifier, entry["width"], entry["height"], entry["colours"], pick.caption, pick.alt, shown)
    # no reasons here: they may name people, and this record travels to machines that must not know any
    decision = {
        "scope": released.scope.value,
        "model_release_status": released.status.value,
        "model_release_ids": list(released.release_ids),
        "property_release_status": released.property_status.value,
    }
    files = {path: (size, sha) for path, (size, sha) in entry["files"].items()}
    return PublicEntry(photo, files, decision, released.last_day)


def _write(one: PublicTask, rendered: Rendered) -> dict[str, Any]:
    shown, files = [], {}
    try:
        one.folder.mkdir(parents=True, exist_ok=True)
        for picture in rendered.renditions:
            digest = hashlib.sha256(picture.data).hexdigest()
            suffix = {"image/jpeg": "jpg", "image/webp": "webp", "image/avif": "avif"}[picture.type]
            name = f"{one.id}-{picture.width}-{digest[:8]}.{suffix}"
            part = one.folder / f".{name}.{os.getpid()}"
            part.write_bytes(picture.data)
            part.replace(one.folder / name)
            shown.append(asdict(PublicFile(f"p/{name}", picture.width, picture.height, picture.type)))
            files[f"p/{name}"] = [len(picture.data), digest]
    except OSError as error:
        raise disk_fault(error, one.folder) from error
    size = {"width": rendered.width, "height": rendered.height, "colours": rendered.colours}
    return {**size, "shown": shown, "files": files}


def _there(one: PublicTask, entry: Mapping[str, Any] | None, cache: Cache) -> bool:
    return entry is not None and all(
        cache.holds(one.folder / path.removeprefix("p/"), size, sha256)
        for path, (size, sha256) in entry["files"].items()
    )


def _died(one: PublicTask) -> PublicResult:
    return PublicResult(None, f"{one.source.name} made its worker process crash", "export the picture again")


def _refusal(pick: PortfolioPhoto, message: str, hint: str) -> Problem:
    return Problem("portfolio.yaml", pick.line, pick.col, message, hint, Severity.LEFT_OUT)


def files(results: Iterable[PublicResult]) -> Iterator[str]:
    """The names of all public files that these results have."""
    for result in results:
        if result.entry is not None:
            yield from (path.removeprefix("p/") for path in result.entry["files"])
