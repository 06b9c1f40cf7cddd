"""The story of a build: load, plan, render, deliver, assemble, audit, publish.

The same command serves a machine with the studio's secret, which makes everything from `content/`, and one without,
which assembles what `sealed/` already holds.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sogallery import __version__, assemble, darkroom, ledger, pages, sealed
from sogallery.cache import Cache, remembering
from sogallery.errors import ConsentError, InputError, UsageError
from sogallery.highwater import HighWater, load_mark, mark_path
from sogallery.load import load_site
from sogallery.lookalikes import looks_private, remembered
from sogallery.model import Problem, Severity, Site
from sogallery.output import Blob, locked, recover
from sogallery.pool import pool
from sogallery.progress import Report, Reporter
from sogallery.publish import Output, Published, exactly, publish
from sogallery.records import CHECKPOINT, LEDGER, load_records, read_ledger
from sogallery.sealed import Sealed
from sogallery.studio import Studio, StudioPub, drop_unfinished, has_secret, load_pub, load_studio
from sogallery.vault.codec import b64
from sogallery.vault.derive import SigningKey, key_id
from sogallery.words import Words, private_words, public_words

MEMORY = ".sogallery"


@dataclass(frozen=True, slots=True)
class Options:
    """What a build is asked to do. `day` is the day it is for the site; `drop` names galleries to forget."""

    content: Path
    dist: Path | None = None
    jobs: int = 0
    strict: bool = False
    drop: tuple[str, ...] = ()
    day: date | None = None
    refresh: bool = False
    rehash: bool = False
    executor: str = ""
    preview: bool = False  # for `serve`: with drafts, beside the real outputs, nothing remembered as published

    @property
    def root(self) -> Path:
        """The site's folder, which holds `content/`."""
        return self.content.resolve().parent

    @property
    def memory(self) -> Path:
        """The cache folder."""
        return self.root / MEMORY

    @property
    def sealed(self) -> Path:
        """Where sealed galleries are kept."""
        return self.memory / "preview" / "sealed" if self.preview else self.root / "sealed"

    @property
    def output(self) -> Path:
        """Where the site goes."""
        if self.preview:
            return self.memory / "preview" / "dist"
        return self.dist.resolve() if self.dist else self.root / "dist"

    @property
    def workers(self) -> int:
        """How many worker processes render."""
        return self.jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Runtime:
    """What comes from outside: the environment, randomness, the day, somebody who listens."""

    environ: Mapping[str, str]
    random: Callable[[int], bytes]
    today: Callable[[str], date]  # by time zone
    clock: Callable[[], datetime]  # the true time, whatever day somebody wants to look ahead to
    reporter: Reporter


def build(options: Options, runtime: Runtime) -> tuple[Report, list[Problem]]:
    """Build the site and say what was done and what was left out.

    Raises InputError for Problems that stop it, FindingsError if the audit found something, SecretError if keys and
    photos do not go together, ConsentError under `strict` if a pick of the portfolio was refused.
    """
    _refuse_inside(options)
    with locked(options.memory):
        recover(options.sealed)
        recover(options.output)
        drop_unfinished(options.content)
        report = Report(dist=str(options.output))
        with _timed(report, runtime, "Reading"):
            keyless = not _has_sources(options.content) and not has_secret(options.content, runtime.environ)
            site, problems = load_site(options.content, private=not keyless)
        if site is None:
            raise InputError(problems)
        work = _without_keys if keyless else _from_sources
        with remembering(options.memory) as cache:
            problems += work(options, runtime, site, cache, report)
        return report, problems


def _refuse_inside(options: Options) -> None:
    """An output that is, holds or lies in a folder that a build reads or keeps would destroy it, or be published."""
    output = options.output.resolve()
    if options.preview:
        return
    for kept in (options.content, options.sealed, options.memory, options.root / "themes"):
        folder = kept.resolve()
        if output.is_relative_to(folder) or folder.is_relative_to(output):
            raise UsageError(f"{output} cannot be the output: {folder} is the site's own", "name another one with -o")


def _from_sources(options: Options, runtime: Runtime, site: Site, cache: Cache, report: Report) -> list[Problem]:
    day = options.day or runtime.today(site.timezone)
    room, problems = _open_room(options, runtime, site, cache, day)
    with _timed(report, runtime, "Rendering"):
        finished = darkroom.work(room, report)
        finished.problems += problems
    _strict(options, finished.problems)
    with _timed(report, runtime, "Assembling"):
        dist = _dist(options, site, finished.sealed, finished.tree, day, room.studio.signing, room.studio.pub)
        tree = {**finished.tree, sealed.BUILD: dist["build.json"]}
    with _timed(report, runtime, "Checking and publishing"):
        darkroom.remember_keys(room, finished)
        words = Words.of(private_words(site, finished.facts), public_words(site))
        checks = (looks_private(finished.looks, finished.shown, room.records, remembered(cache, dist)),)
        kept = None if room.studio.ephemeral else Output(options.sealed, tree)
        published = publish(Output(options.output, dist), kept, cache, words, checks)
        if not options.preview:
            darkroom.remember_publication(room, finished, runtime.clock())
            report.removed = darkroom.forget(room, finished, dist, tree)
    _tell(report, published, finished.sealed, day)
    return finished.problems


def _without_keys(options: Options, runtime: Runtime, site: Site, cache: Cache, report: Report) -> list[Problem]:
    day = options.day or runtime.today(site.timezone)
    report.keyless = True
    pub = load_pub(options.content)
    if pub is None:  # has_secret is true then, so this build would have had keys
        raise InputError([Problem("studio.pub", 0, 0, "is missing", "commit it beside site.yaml")])
    with _timed(report, runtime, "Checking sealed galleries"):
        found, missing = sealed.read(_reader(options.sealed), pub.public_keys)
        present = cache.tree(options.sealed)
        lacking = assemble.missing_files(found, present)
        problems = [_not_whole(path, reason) for path, reason in missing.items()]
        problems += [_not_whole(name, f"lacks {len(paths)} of its files") for name, paths in lacking.items()]
        found = assemble.without(found, lacking)
    _strict(options, problems)
    with _timed(report, runtime, "Assembling"):
        tree = {path: Blob(sha, size, options.sealed / path) for path, (size, sha) in present.items()}
        dist = _dist(options, site, found, tree, day, None, pub)
    with _timed(report, runtime, "Checking and publishing"):
        published = publish(Output(options.output, dist), None, cache, Words({}), (exactly(dist),))
    _tell(report, published, found, day)
    return problems


def _dist(
    options: Options,
    site: Site,
    found: Sealed,
    tree: Mapping[str, Blob],
    day: date,
    key: SigningKey | None,
    pub: StudioPub,
) -> dict[str, Blob]:
    """The whole tree of `dist/`: sealed files, public photos and pages, and the list of the public ones."""
    public = assemble.showable(found.public, day)
    written = pages.render_pages(
        site,
        pages.find_theme(site.theme, options.root),
        assemble.categories(public),
        assemble.live(found, day),
        pages.find_viewer(),
        {"id": key_id(pub.reply), "key": b64(pub.reply), "fingerprint": pub.fingerprint},
    )
    written["studio.pub"] = pub.encode()
    dist = assemble.dist_tree(found, tree, public, written, day)
    before = options.sealed / sealed.BUILD
    dist["build.json"] = assemble.build_list(key, __version__, dist, before.read_bytes() if before.is_file() else None)
    return dist


def _open_room(
    options: Options, runtime: Runtime, site: Site, cache: Cache, day: date
) -> tuple[darkroom.Room, list[Problem]]:
    studio = load_studio(options.content, runtime.environ, runtime.random)
    for warning in studio.warnings:
        runtime.reporter.note(f"warning: {warning}")
    content = options.content.resolve()
    records, problems = load_records(content, site)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise InputError(problems)
    previous = _previous(options, studio)
    _refuse_lost_ledger(content, previous)
    place = None if options.preview or studio.ephemeral else mark_path(runtime.environ, studio)
    mark = load_mark(place)
    _refuse_old_ledger(content, mark, studio, place)
    room = darkroom.Room(
        content=content,
        memory=options.memory,
        site=site,
        studio=studio,
        records=records,
        cache=cache,
        pool=pool(options.executor, options.workers),
        jobs=options.workers,
        day=day,
        previous=previous,
        previous_folder=options.sealed,
        random=runtime.random,
        reporter=runtime.reporter,
        mark=mark,
        mark_path=place,
        drop=options.drop,
        refresh=options.refresh,
        rehash=options.rehash,
        drafts=options.preview,
    )
    return room, problems


def _refuse_lost_ledger(content: Path, previous: Sealed) -> None:
    """Photos were published, so there was a ledger; a new one would know of no withdrawal."""
    if previous.public.photos and not any((content / name).is_file() for name in (LEDGER, CHECKPOINT)):
        hint = f"restore it with {CHECKPOINT} from a backup; if it is lost for good, delete sealed/{sealed.PUBLIC}"
        raise InputError([Problem(LEDGER, 0, 0, "is missing, though photos were published", hint)])


def _refuse_old_ledger(content: Path, mark: HighWater, studio: Studio, place: Path | None) -> None:
    """This machine has seen a longer ledger: what was withdrawn since would be published again."""
    if not mark.head:
        return
    chain, _ = read_ledger(content, studio.pub.public_keys)
    if ledger.verify_head(chain, ledger.open_head(mark.head.encode(), studio.pub.public_keys), LEDGER):
        hint = f"restore the newest {LEDGER} and {CHECKPOINT}; if they are lost for good, delete {place}"
        raise InputError([Problem(LEDGER, 0, 0, "is older than the one this machine has seen", hint)])


def _previous(options: Options, studio: Studio) -> Sealed:
    """What was sealed last. A preview was never published, and a run with a secret of its own stands for itself."""
    if options.preview or studio.ephemeral or not (options.sealed / sealed.SITE).is_file():
        return Sealed()
    found, _ = sealed.read(_reader(options.sealed), studio.pub.public_keys)
    return found


def _reader(folder: Path) -> Callable[[str], bytes | None]:
    def load(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    return load


def _has_sources(content: Path) -> bool:
    """Whether any client's gallery is here, whatever else is."""
    return any((content / "clients").glob("*/*/gallery.yaml"))


def _not_whole(name: str, reason: str) -> Problem:
    return Problem(f"sealed/{name}", 0, 0, reason, "seal and push the whole folder again", Severity.LEFT_OUT)


def _strict(options: Options, problems: list[Problem]) -> None:
    """Under `--strict` nothing may be left out: 4 if all that stands in the way is consent, else 1."""
    if not options.strict or not problems:
        return
    if all(problem.path == "portfolio.yaml" for problem in problems):
        first = problems[0]
        raise ConsentError(f"{len(problems)} of the portfolio's photos may not be public: {first}", first.hint)
    raise InputError(problems)


def _tell(report: Report, published: Published, found: Sealed, day: date) -> None:
    report.new_files = len(published.changes.new)
    report.changed_files = len(published.changes.changed)
    report.removed_files = len(published.changes.removed)
    report.upload_bytes = published.upload
    report.public = len(assemble.showable(found.public, day).photos)
    report.ended += assemble.ended(found, day)


@contextmanager
def _timed(report: Report, runtime: Runtime, name: str) -> Iterator[None]:
    runtime.reporter.stage(name)
    began = time.perf_counter()
    try:
        yield
    finally:
        report.seconds[name] = round(time.perf_counter() - began, 3)
