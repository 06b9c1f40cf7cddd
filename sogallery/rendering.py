"""Rendering a site's photos: which ones have to be made, making them on a pool, and remembering what was made.

A photo is made again only if its bytes, its keys or a setting that it depends on changed. The memory is written
photo by photo, so that a build that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sogallery.cache import Cache
from sogallery.delivery import Store, object_names, secret_for
from sogallery.model import Problem, Severity
from sogallery.plan import GalleryPlan, Made, PlannedPhoto, recipes
from sogallery.pool import Pool, run
from sogallery.progress import Reporter
from sogallery.render.recipe import KINDS, Recipe
from sogallery.sealer import PhotoResult, PhotoTask, died, make
from sogallery.vault.derive import object_key

_AHEAD = 3  # tasks waiting for each worker: enough that none is idle, few enough to bound memory


@dataclass(frozen=True, slots=True)
class Job:
    """One photo of one gallery that may have to be made; `known` is what was made of it before."""

    plan: GalleryPlan
    photo: PlannedPhoto
    wanted: Mapping[str, str]  # recipes by kind
    known: Made | None

    @property
    def key(self) -> str:
        """Under which name the memory keeps it: that of its thumb, which no other photo has."""
        return object_names(self.plan, self.photo.id, "thumb", 0)[0]

    @property
    def missing(self) -> tuple[str, ...]:
        """The kinds that are not there as they should be."""
        have = self.known.recipes if self.known else {}
        return tuple(kind for kind, recipe in self.wanted.items() if have.get(kind) != recipe)


@dataclass
class Outcome:
    """What rendering came to."""

    made: dict[str, dict[bytes, Made]] = field(default_factory=dict)  # by gallery ref
    problems: list[Problem] = field(default_factory=list)
    new: int = 0
    kept: int = 0
    keys: set[str] = field(default_factory=set)


def render(
    plans: Sequence[GalleryPlan],
    content: Path,
    stores: Mapping[str, Store],
    recipe: Recipe,
    cache: Cache,
    pool: Pool,
    jobs: int,
    reporter: Reporter,
    refresh: bool = False,
) -> Outcome:
    """Make whatever is missing of all these galleries. `refresh` makes everything anew."""
    memory = cache.entries()
    outcome = Outcome()
    todo: dict[str, Job] = {}
    for job in _jobs(plans, stores, recipe, memory, refresh):
        outcome.keys.add(job.key)
        if job.missing:
            todo[job.key] = job
        elif job.known is not None:
            _keep(outcome, job, job.known)
            outcome.kept += 1
    _work(todo, content, stores, recipe, cache, pool, jobs, reporter, outcome)
    return outcome


def _jobs(
    plans: Sequence[GalleryPlan],
    stores: Mapping[str, Store],
    recipe: Recipe,
    memory: Mapping[str, Any],
    refresh: bool,
) -> Iterator[Job]:
    digests = {kind: recipe.digest_of(kind) for kind in KINDS}
    for plan in plans:
        store = stores[plan.gallery.ref]
        for photo in plan.photos.values():
            wanted = recipes(photo, digests, plan.gallery.keep_metadata)
            if wanted:
                job = Job(plan, photo, wanted, None)
                known = None if refresh else _remembered(memory.get(job.key))
                yield replace(job, known=_trimmed(job, known, store) if known else None)


def _trimmed(job: Job, known: Made, store: Store) -> Made:
    """What is known of a photo, without kinds that nobody wants now or whose files are gone from the store."""
    kinds = {kind for kind in known.files if kind in job.wanted and _there(job, known, kind, store)}
    return replace(
        known,
        files={kind: parts for kind, parts in known.files.items() if kind in kinds},
        recipes={kind: recipe for kind, recipe in known.recipes.items() if kind in kinds},
    )


def _there(job: Job, known: Made, kind: str, store: Store) -> bool:
    names = object_names(job.plan, job.photo.id, kind, known.length(kind))
    return all(store.holds(store.path(name), *part) for name, part in zip(names, known.files[kind], strict=True))


def _work(
    todo: Mapping[str, Job],
    content: Path,
    stores: Mapping[str, Store],
    recipe: Recipe,
    cache: Cache,
    pool: Pool,
    jobs: int,
    reporter: Reporter,
    outcome: Outcome,
) -> None:
    tasks = {}
    for key, job in todo.items():
        task = _task(job, content, stores[job.plan.gallery.ref], recipe, cache)
        if isinstance(task, Problem):
            outcome.problems.append(task)
        else:
            tasks[key] = task
    if not tasks:
        return
    # the largest first, so that no worker is left alone with a big one at the end
    order = sorted(tasks.values(), key=lambda task: -task.stat[0])
    for done, (task, result) in enumerate(run(make, order, pool, jobs * _AHEAD, died), 1):
        reporter.progress(done, len(tasks))
        _done(todo[task.key], task, result, cache, outcome)


def _task(job: Job, content: Path, store: Store, recipe: Recipe, cache: Cache) -> PhotoTask | Problem:
    photo, gallery_id = job.photo, job.plan.keys.id
    listed = photo.source.photo
    file, poster = content / listed.file, photo.source.poster
    try:
        stat = file.stat()
    except OSError as error:
        return left_out(listed.file, f"cannot be read ({error.strerror})", "put it back, or take it out of the gallery")
    for one in (file, content / poster.photo.file) if poster else (file,):
        if not cache.unchanged(one):  # its keys would belong to what it was, and who may see it, too
            return left_out(listed.file, "changed while the build was at work", "run the build again")
    keys = {kind: object_key(secret_for(job.plan, photo.id, kind), gallery_id, kind) for kind in job.missing}
    return PhotoTask(
        key=job.key,
        source=file,
        stat=(stat.st_size, stat.st_mtime_ns),
        keys=keys,
        synthetic=job.plan.keys.synthetic,
        recipe=recipe,
        keep_metadata=job.plan.gallery.keep_metadata,
        folder=store.folder,
        poster=content / poster.photo.file if poster else None,
    )


def _done(job: Job, task: PhotoTask, result: PhotoResult, cache: Cache, outcome: Outcome) -> None:
    if result.made is None:
        outcome.problems.append(left_out(job.photo.source.photo.file, result.message, result.hint))
        return
    old = job.known
    seen = result.made if result.made.look or old is None else replace(result.made, colours=old.colours, look=old.look)
    merged = replace(
        seen,
        files={**(old.files if old else {}), **result.made.files},
        recipes={**(old.recipes if old else {}), **{kind: job.wanted[kind] for kind in task.keys}},
    )
    _vouch(job, task, result.made, cache)
    cache.put(job.key, asdict(merged))
    _keep(outcome, job, merged)
    outcome.new += 1


def _vouch(job: Job, task: PhotoTask, made: Made, cache: Cache) -> None:
    """Note the hashes of files that were just written, so that nobody reads them again to find out."""
    for kind, parts in made.files.items():
        names = object_names(job.plan, job.photo.id, kind, made.length(kind))
        for name, (_, sha256) in zip(names, parts, strict=True):
            cache.remember_output(task.folder / name[:2] / name, sha256)


def _keep(outcome: Outcome, job: Job, made: Made) -> None:
    outcome.made.setdefault(job.plan.gallery.ref, {})[job.photo.id] = made


def left_out(path: str, message: str, hint: str) -> Problem:
    """The Problem of a photo that the build goes on without."""
    return Problem(path, 0, 0, message, hint, Severity.LEFT_OUT)


def _remembered(entry: Mapping[str, Any] | None) -> Made | None:
    if entry is None:
        return None
    files = {kind: tuple((size, sha) for size, sha in parts) for kind, parts in entry["files"].items()}
    return Made(**{**entry, "files": files})
