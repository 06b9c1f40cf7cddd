"""What a worker does with one photo: read it once, render it, seal every form, write the sealed files.

Runs in worker processes, also on other machines. A worker gets the keys of this photo's objects and nothing else of
the studio's; it writes no pixel in the clear.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from sogallery.errors import FaultError, SogalleryError
from sogallery.model import Kind
from sogallery.output import disk_fault
from sogallery.plan import Made
from sogallery.render.clip import cleaned_clip, clip_size
from sogallery.render.facts import Facts, facts_of
from sogallery.render.original import original
from sogallery.render.photo import Rendered, render_photo
from sogallery.render.poster import drawn_poster
from sogallery.render.recipe import Recipe
from sogallery.render.source import IN_MEMORY, Source, whole_or_path
from sogallery.vault.derive import ObjectKey
from sogallery.vault.objects import PART, Header, seal_object, seal_stream

_CLIPS = frozenset({".mp4", ".m4v", ".webm"})
_SUFFIXES = {"image/jpeg": ".jpg", "image/webp": ".webp", "image/avif": ".avif"}
_CHANGED = FaultError("the file changed while it was being read", "run the build again")


@dataclass(frozen=True, slots=True)
class PhotoTask:
    """One photo to render and seal. `keys` has the kinds that are wanted; `stat` its size and time."""

    key: str
    source: Path
    stat: tuple[int, int]
    keys: Mapping[str, ObjectKey]
    synthetic: bytes = field(repr=False)
    recipe: Recipe
    keep_metadata: bool
    folder: Path
    poster: Path | None = None


@dataclass(frozen=True, slots=True)
class PhotoResult:
    """What came of it: what was made, or why not, in words."""

    made: Made | None
    message: str = ""
    hint: str = ""


def make(task: PhotoTask) -> PhotoResult:
    """Render and seal one photo; every failure is a result, so that the others go on."""
    try:
        return PhotoResult(_made(task))
    except SogalleryError as error:
        if isinstance(error, FaultError) and error is not _CHANGED:
            raise
        return PhotoResult(None, error.message, error.hint)
    except MemoryError:
        return PhotoResult(None, "needs more memory than there is", "make it smaller, or build with fewer --jobs")


def died(task: PhotoTask) -> PhotoResult:
    """The result of a task whose worker process was killed by it."""
    return PhotoResult(None, f"{task.source.name} made its worker process crash", "export the picture again")


def _made(task: PhotoTask) -> Made:
    _unchanged(task)
    if task.source.suffix.lower() in _CLIPS:
        return _clip(task)
    source = whole_or_path(task.source)
    facts = facts_of(source, task.source.name)
    rendered = render_photo(source, task.recipe) if task.keys.keys() - {Kind.ORIGINAL} else None
    files = {**(_views(task, rendered) if rendered else {}), **_original(task, source, facts)}
    _unchanged(task)
    return _described(rendered, facts, files)


def _clip(task: PhotoTask) -> Made:
    """A video, like an original; its poster is the image of its name, or one drawn in its shape."""
    shape = clip_size(task.source)
    picture: Source = whole_or_path(task.poster) if task.poster else drawn_poster(shape)
    rendered = render_photo(picture, task.recipe)
    files = _views(task, rendered, {Kind.DISPLAY: Kind.POSTER})
    if Kind.CLIP in task.keys:
        cleaned = cleaned_clip(task.source, task.keep_metadata)
        header = Header(cleaned.length, cleaned.type, task.source.name, *shape)
        sealed = seal_stream(task.keys[Kind.CLIP], task.synthetic, header, lambda: cleaned.read(task.source))
        files[Kind.CLIP] = _write(task, Kind.CLIP, sealed)
    _unchanged(task)
    return _described(rendered, None, files)


def _views(
    task: PhotoTask, rendered: Rendered, names: Mapping[str, str] | None = None
) -> dict[str, tuple[tuple[int, str], ...]]:
    files = {}
    stem = PurePosixPath(task.source.name).stem
    for one in rendered.renditions:
        kind = (names or {}).get(one.kind, one.kind)
        if kind in task.keys:
            header = Header(len(one.data), one.type, stem + _SUFFIXES[one.type], one.width, one.height)
            files[kind] = _write(task, kind, [seal_object(task.keys[kind], task.synthetic, header, one.data)])
    return files


def _original(task: PhotoTask, source: Source, facts: Facts) -> dict[str, tuple[tuple[int, str], ...]]:
    if Kind.ORIGINAL not in task.keys:
        return {}
    cleaned = original(source, task.keep_metadata)
    header = Header(cleaned.length, cleaned.type, task.source.name, facts.width, facts.height)
    if cleaned.length <= IN_MEMORY:
        content = b"".join(cleaned.read(source))
        sealed: Iterable[bytes] = [seal_object(task.keys[Kind.ORIGINAL], task.synthetic, header, content)]
    else:
        sealed = seal_stream(task.keys[Kind.ORIGINAL], task.synthetic, header, lambda: cleaned.read(source))
    return {Kind.ORIGINAL: _write(task, Kind.ORIGINAL, sealed)}


def _described(
    rendered: Rendered | None, facts: Facts | None, files: Mapping[str, tuple[tuple[int, str], ...]]
) -> Made:
    """What was made and found; without `rendered`, nothing is known of the picture's colours and look."""
    size = rendered or facts
    return Made(
        width=size.width if size else 0,
        height=size.height if size else 0,
        colours=rendered.colours if rendered else "",
        files=files,
        recipes={},
        caption=(facts.caption or facts.title) if facts else "",
        taken=facts.captured if facts else "",
        exposure=facts.exposure if facts else "",
        look=str(rendered.look) if rendered else "",
    )


def _write(task: PhotoTask, kind: str, sealed: Iterable[bytes]) -> tuple[tuple[int, str], ...]:
    """Write an object, in parts of 16 MiB if it is longer, and return each file's size and hash.

    Each file is written beside its place and moved there: what is there now may be shared with the published site.
    """
    name = task.keys[kind].name
    folder = task.folder / name[:2]
    part = folder / f".{name}.{os.getpid()}"
    written: list[tuple[int, str, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, piece in enumerate(_parts(sealed)):
            file = part.with_name(f"{part.name}.{number}")
            file.write_bytes(piece)
            written.append((len(piece), hashlib.sha256(piece).hexdigest(), file))
        for number, (_, _, file) in enumerate(written):
            file.replace(folder / (name if len(written) == 1 else f"{name}.{number}"))
    except FaultError as error:  # the source differs from its first reading
        raise _CHANGED from error
    except OSError as error:
        raise disk_fault(error, folder) from error
    finally:
        for file in folder.glob(f"{part.name}.*"):
            file.unlink(missing_ok=True)
    return tuple((size, digest) for size, digest, _ in written)


def _parts(sealed: Iterable[bytes]) -> Iterable[bytes]:
    """The sealed pieces, regrouped into parts."""
    pending = bytearray()
    for piece in sealed:
        pending += piece
        while len(pending) > PART:
            yield bytes(pending[:PART])
            del pending[:PART]
    yield bytes(pending)


def _unchanged(task: PhotoTask) -> None:
    try:
        stat = task.source.stat()
    except OSError as error:
        raise _CHANGED from error
    if (stat.st_size, stat.st_mtime_ns) != task.stat:
        raise _CHANGED
