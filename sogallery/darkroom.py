"""The part of a build that needs the studio's secret: from `content/` to what `sealed/` shall hold.

Nothing is guessed about absence: a gallery that was published and whose folder, photos or keys are missing now is a
Problem, never a new gallery under a new link.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sogallery import portfolio, rendering, sealed
from sogallery.cache import Cache
from sogallery.consent import Records, ReleasedPhoto
from sogallery.credentials import credentials, own_words
from sogallery.delivery import Delivery, GrantSecrets, Store, StudioKeys, deliver, object_names
from sogallery.errors import SecretError
from sogallery.highwater import NOTHING, HighWater, Mark, save_mark
from sogallery.keyring import Keyring, gallery_keys, tag_of
from sogallery.lookalikes import Private, looks_of, memory_key
from sogallery.model import Gallery, Problem, Site
from sogallery.output import Blob, remove_others
from sogallery.plan import GalleryPlan, Made, Source, live_grants, plan_gallery
from sogallery.pool import Pool
from sogallery.progress import Report, Reporter
from sogallery.records import checkpoint, complete_ledger
from sogallery.render.lookalike import Look
from sogallery.render.recipe import Recipe
from sogallery.sealed import GalleryRecord, Listed, PublicRecord, Sealed
from sogallery.studio import Studio, gallery_folder, load_keys, save_keys
from sogallery.vault import manifest
from sogallery.vault.keyfile import GalleryKeyFile

_OBJECTS, _PUBLIC = "objects", "public"


@dataclass(frozen=True, slots=True)
class Room:
    """Everything a build from sources works with. `previous` is what was sealed last, checked."""

    content: Path
    memory: Path
    site: Site
    studio: Studio
    records: Records
    cache: Cache
    pool: Pool
    jobs: int
    day: date
    previous: Sealed
    previous_folder: Path
    random: Callable[[int], bytes]
    reporter: Reporter
    mark: HighWater = NOTHING
    mark_path: Path | None = None
    drop: tuple[str, ...] = ()
    refresh: bool = False
    rehash: bool = False
    drafts: bool = False

    def memory_of(self, prefix: str) -> dict[str, Any]:
        """The cache's entries of one sort."""
        return {key: entry for key, entry in self.cache.entries().items() if key.startswith(prefix)}


@dataclass
class Finished:
    """What came of it: the tree of `sealed/` and its records, keys to remember, and what was found out on the way."""

    sealed: Sealed = field(default_factory=Sealed)
    tree: dict[str, Blob] = field(default_factory=dict)
    keys: dict[Path, GalleryKeyFile] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    released: tuple[ReleasedPhoto, ...] = ()
    shown: dict[str, str] = field(default_factory=dict)  # names of public files to the SHA-256 of their sources
    looks: dict[str, Private] = field(default_factory=dict)  # what every photo looks like, by SHA-256
    memory: set[str] = field(default_factory=set)  # keys of the cache that are still of use
    stored: set[Path] = field(default_factory=set)  # files of the store that are still of use
    hashes: set[str] = field(default_factory=set)  # of thumbs, which are in the store only
    facts: list[str] = field(default_factory=list)  # captions and the like, from the images themselves


def work(room: Room, report: Report) -> Finished:
    """Make everything that `sealed/` shall hold, in memory and in the store; nothing is published yet."""
    done = Finished()
    hashes = _hashes(room, done)
    galleries = _galleries(room, report)
    ring = _ring(room)
    keys = gallery_keys(ring, galleries, room.random)
    plans = {ref: _plan(room, gallery, keys[ref], hashes) for ref, gallery in galleries.items()}
    stores = {ref: _store(room, plan.keys.id) for ref, plan in plans.items()}
    outcome = rendering.render(
        list(plans.values()), room.content, stores, recipe_of(room), room.cache, room.pool, room.jobs, room.reporter,
        room.refresh,
    )  # fmt: skip
    done.problems += outcome.problems
    done.memory |= outcome.keys
    report.made, report.kept = outcome.new, outcome.kept
    public = _portfolio(room, done, hashes)
    records = []
    for ref, plan in plans.items():
        made = outcome.made.get(ref, {})
        delivery = _deliver(room, plan, made, keys[ref], stores[ref])
        _collect(room, done, plan, made, keys[ref], stores[ref], delivery)
        records.append(delivery.record)
        report.galleries.append({"gallery": ref, "id": plan.keys.id})
    _records(room, done, ring, plans, records, public)
    _look_at_the_rest(room, done, hashes)
    return done


def recipe_of(room: Room) -> Recipe:
    """The settings of site.yaml as the renderer takes them."""
    given = room.site.renditions
    watermark = (room.content / given.watermark).read_bytes() if given.watermark else b""
    return Recipe(given.format, given.quality, given.thumb, given.small, given.display, watermark)


def remember_keys(room: Room, done: Finished) -> None:
    """Write every `gallery.keys` that changed; done before publishing, so that no published link is ever lost."""
    if not room.studio.ephemeral and not room.drafts:
        for folder, keys in done.keys.items():
            save_keys(folder, keys)


# --- sources -----------------------------------------------------------------------------------------------------


def _hashes(room: Room, done: Finished) -> dict[str, str]:
    """SHA-256 of every photo's file, by its path below the content folder; unreadable ones are left out."""
    files = {room.content / photo.file: photo.file for gallery in room.site.galleries for photo in gallery.photos}
    found: dict[str, str] = {}
    for path, result in room.cache.source_hashes(files, room.rehash, room.jobs).items():
        name = files[path]
        done.memory.add(str(path))
        if isinstance(result, str):
            found[name] = result
        else:
            hint = "mend the file's permissions, or take it out of the gallery"
            done.problems.append(rendering.left_out(name, f"cannot be read ({result.strerror})", hint))
    return found


def _galleries(room: Room, report: Report) -> dict[str, Gallery]:
    """The galleries to publish, by ref: no drafts, none whose retention has ended, none that was dropped."""
    found = {}
    for gallery in room.site.galleries:
        if gallery.ref in room.drop or (gallery.draft and not room.drafts):
            continue
        if gallery.retain_until is not None and room.day > gallery.retain_until:
            report.ended.append(gallery.ref)
            continue
        found[gallery.ref] = gallery
    return found


def _ring(room: Room) -> Keyring:
    names = {key.removeprefix("gallery "): one["ref"] for key, one in room.memory_of("gallery ").items()}
    return Keyring(room.content, room.site, room.studio, room.previous, names, room.drop, room.mark)


# --- plans and deliveries ----------------------------------------------------------------------------------------


def _plan(room: Room, gallery: Gallery, keys: GalleryKeyFile, hashes: Mapping[str, str]) -> GalleryPlan:
    sources = [Source(photo, hashes[photo.file]) for photo in gallery.photos if photo.file in hashes]
    grants = live_grants(gallery, keys.revoked, room.day)
    derived = keys.keys(room.studio.secret)
    return plan_gallery(gallery, sources, derived, keys.generations, keys.exposed, grants)


def _store(room: Room, gallery_id: str) -> Store:
    folder = room.memory / _OBJECTS / gallery_id
    cache = room.cache
    return Store(folder, cache.holds, room.memory_of("pack "), lambda key, entry: cache.put(key, entry))


def _secrets(room: Room, plan: GalleryPlan, keys: GalleryKeyFile) -> dict[str, GrantSecrets]:
    """What opens each grant. SecretError, with the gallery's name, if one of them is weak or cannot be made."""
    own = own_words(room.site, plan.gallery)
    try:
        given = [credentials(room.studio, keys, grant, own) for grant in plan.grants]
    except SecretError as error:
        raise SecretError(f"{plan.gallery.ref}: {error.message}", error.hint) from error
    return {one.grant: GrantSecrets(one.counter, one.link, one.passphrase) for one in given}


def _deliver(room: Room, plan: GalleryPlan, made: Mapping[bytes, Made], keys: GalleryKeyFile, store: Store) -> Delivery:
    secrets = _secrets(room, plan, keys)
    contact = room.site.contact
    studio = StudioKeys(
        signing=room.studio.signing,
        reply=room.studio.reply,
        contact=manifest.Studio(room.site.name, contact.email, contact.phone, room.site.base_url),
        objects=objects_address(room.site),
    )

    def previous(path: str) -> bytes | None:
        file = room.previous_folder / plan.keys.id / path
        return file.read_bytes() if file.is_file() else None

    last = (keys.revision, keys.content)
    return deliver(plan, made, secrets, keys.counters, studio, store, last, room.day, previous)


def objects_address(site: Site) -> str:
    """How gallery.json names the place of sealed objects."""
    return f"{site.objects_url.rstrip('/')}/b/" if site.objects_url else "../../b/"


def _collect(
    room: Room,
    done: Finished,
    plan: GalleryPlan,
    made: Mapping[bytes, Made],
    keys: GalleryKeyFile,
    store: Store,
    delivery: Delivery,
) -> None:
    for photo_id, one in made.items():
        done.stored.add(store.path(object_names(plan, photo_id, "thumb", one.length("thumb"))[0]))
        done.hashes |= {sha256 for _, sha256 in one.files["thumb"]}
    for path, blob in delivery.tree.items():
        done.tree[f"{plan.keys.id}/{path}"] = blob
        if isinstance(blob.source, Path):
            done.stored.add(blob.source)
    folder = gallery_folder(room.content, plan.gallery)
    done.keys[folder] = keys.with_generations(plan.generations, plan.exposed).with_revision(
        delivery.revision, delivery.digest
    )
    for photo_id, one in made.items():
        source = plan.photos[photo_id].source
        done.looks[source.sha256] = Private(source.photo.file, source.sha256, Look.parse(one.look))
        done.facts.append(one.caption)
    room.cache.put(f"gallery {plan.keys.id}", {"ref": plan.gallery.ref})
    done.memory.add(f"gallery {plan.keys.id}")


def _look_at_the_rest(room: Room, done: Finished, hashes: Mapping[str, str]) -> None:
    """What the photos look like that were not rendered: drafts, posters, galleries that ended or that nobody opens."""
    photos = [photo for gallery in room.site.galleries for photo in gallery.photos if not photo.is_clip]
    rest = {hashes[p.file]: p.file for p in photos if p.file in hashes and hashes[p.file] not in done.looks}
    for sha256, look in looks_of({sha: room.content / rest[sha] for sha in rest}, room.cache, room.jobs).items():
        done.looks[sha256] = Private(rest[sha256], sha256, look)
        done.memory.add(memory_key(sha256))


# --- portfolio and records ---------------------------------------------------------------------------------------


def _portfolio(room: Room, done: Finished, hashes: Mapping[str, str]) -> PublicRecord:
    files = {f"{g.ref}/{photo.path}": photo.file for g in room.site.galleries for photo in g.photos}
    by_ref = {ref: hashes[file] for ref, file in files.items() if file in hashes}
    faces = portfolio.face_counter(room.content, files, by_ref, room.cache, done.memory)
    judged = portfolio.judge(room.site, room.records, by_ref, room.day, faces)
    done.problems += judged.refused
    folder, recipe = room.memory / _PUBLIC, recipe_of(room)
    tasks = {
        ref: portfolio.task(one, room.content / files[ref], room.studio.secret, room.site, recipe, folder)
        for ref, one in judged.released.items()
    }
    results = portfolio.render(list(tasks.values()), room.cache, room.pool, room.jobs, room.refresh)
    made = {}
    for ref, task in tasks.items():
        result = results[task.key]
        if result.entry is None:
            done.problems.append(rendering.left_out(files[ref], result.message, result.hint))
        else:
            made[ref] = (task.id, result.entry)
            done.memory.add(task.key)
            done.shown |= {path.removeprefix("p/"): task.sha256 for path in result.entry["files"]}
            done.tree.update(_public_files(folder, result.entry, done))
    done.released = tuple(judged.released[ref] for ref in made)
    return portfolio.record(room.site, judged.released, made)


def _public_files(folder: Path, entry: Mapping[str, object], done: Finished) -> Iterator[tuple[str, Blob]]:
    files = entry["files"]
    assert isinstance(files, dict)  # noqa: S101 - our own cache entry
    for path, (size, sha) in files.items():
        name = path.removeprefix("p/")
        done.stored.add(folder / name)
        yield f"public/{name}", Blob(sha, size, folder / name)


def _records(
    room: Room,
    done: Finished,
    ring: Keyring,
    plans: Mapping[str, GalleryPlan],
    records: Sequence[GalleryRecord],
    public: PublicRecord,
) -> None:
    """Sign everything. Galleries that ended stay listed without a record, so that their keys are still missed."""
    key = room.studio.signing
    listed = []
    for (ref, plan), record in zip(plans.items(), records, strict=True):
        signed = sealed.write_gallery(key, record)
        done.tree[f"{plan.keys.id}/{sealed.RECORD}"] = signed
        listed.append(Listed(plan.keys.id, tag_of(room.studio, ref), signed.sha256))
    now = {one.tag for one in listed}
    gone = [one for one in room.previous.listed if one.tag not in now and not ring.dropped(one)]
    listed += [Listed(one.id, one.tag) for one in gone]
    done.tree[sealed.PUBLIC] = sealed.write_public(key, public)
    erased = room.previous.erased
    ordered = sorted(listed, key=lambda one: one.id)
    done.tree[sealed.SITE] = sealed.write_site(key, ordered, done.tree[sealed.PUBLIC].sha256, erased)
    done.sealed = Sealed(tuple(ordered), tuple(records), public, erased)


# --- afterwards --------------------------------------------------------------------------------------------------


def remember_publication(room: Room, done: Finished, now: datetime) -> None:
    """Bring the ledger up to date with the records and with what is public now; it is not written if that is known."""
    if not room.studio.ephemeral:
        complete_ledger(room.content, room.site, room.records, room.studio.signing, now, done.released, room.random)
        tags = {one.id: one.tag for one in done.sealed.listed}
        marks = {one.id: Mark(tags[one.id], one.epoch, one.counters) for one in done.sealed.galleries}
        dropped = {*room.drop, *(tag_of(room.studio, ref) for ref in room.drop)}
        save_mark(room.mark_path, room.mark.advanced(marks, dropped, checkpoint(room.content).decode()))


def forget(room: Room, done: Finished, dist: Mapping[str, Blob], tree: Mapping[str, Blob]) -> int:
    """Drop from the store and the memory whatever belongs to no photo, pack or picture of this build any more.

    Returns how many photos that were. What the preview made of drafts stays.
    """
    drafts = set(_draft_files(room))
    stored, names = done.stored | drafts, {path.name for path in done.stored | drafts}
    memory = room.cache.entries()
    kept = {key for key, entry in memory.items() if key.startswith("pack ") and entry[0] in names}
    kept |= {key for key in memory if key in names}
    kept |= done.memory | {memory_key(one.sha256) for path, one in dist.items() if path.startswith("p/")}
    room.cache.keep(
        sources=done.memory,
        outputs=done.hashes | {one.sha256 for one in (*dist.values(), *tree.values())},
        made=kept,
        audited={one.sha256 for path, one in dist.items() if path.startswith(("b/", "p/"))},
    )
    used = {str(path) for path in stored}
    for place in (_OBJECTS, _PUBLIC):
        remove_others(room.memory / place, used)
    return sum(" " not in key for key in memory.keys() - kept)


def _draft_files(room: Room) -> Iterator[Path]:
    for gallery in room.site.galleries:
        keys = load_keys(gallery_folder(room.content, gallery)) if gallery.draft else None
        if keys:
            folder = room.memory / _OBJECTS / keys.keys(room.studio.secret).id
            yield from (path for path in folder.rglob("*") if path.is_file())
