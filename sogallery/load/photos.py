"""The photos and clips in a gallery's folder."""

from __future__ import annotations

from sogallery.load.folders import Entry, Lister, twins
from sogallery.model import Photo, Severity
from sogallery.schema.record import quoted
from sogallery.schema.text import folded

# fmt: off
IMAGES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".webp", ".tif", ".tiff", ".heic", ".heif", ".hif",
     ".avif", ".gif", ".bmp", ".dib", ".jp2", ".j2k", ".jpx", ".ppm", ".pgm", ".tga"}
)
CLIPS = frozenset(
    {".mp4", ".m4v", ".webm"}
)
OTHER_CLIPS = frozenset(
    {".mov", ".avi", ".mkv", ".mts", ".m2ts", ".mpg", ".mpeg", ".3gp", ".wmv"}
)
RAW = frozenset(
    {".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mos", ".mrw", ".nef", ".nrw",
     ".orf", ".pef", ".psd", ".psb", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f", ".svg", ".jxl"}
)
SIDECARS = frozenset(
    {".xmp", ".aae", ".thm", ".pp3", ".dop", ".on1", ".cos", ".lrprev", ".keys", ".lock", ".tmp", ".part"}
)
# fmt: on
DEEPEST = 8


def list_photos(lister: Lister, folder: str) -> tuple[Photo, ...]:
    """The photos of the gallery in `folder`, section by section in natural order; what is left out is reported."""
    photos = _walk(lister, folder, "", 0)
    for first, second in twins(photo.path for photo in photos):
        message = f"{quoted(second)} and {quoted(first)} are one name on many disks and hosts"
        lister.add(f"{folder}/{second}", message, "give one of them another name")
    return tuple(photos)


def _walk(lister: Lister, folder: str, section: str, depth: int) -> list[Photo]:
    listing = lister.list(folder)
    photos = _of_section(lister, [entry for entry in listing.files if _is_photo(lister, entry, depth)], section)
    for first, second in twins(entry.name for entry in listing.folders):
        lister.add(
            f"{folder}/{second}",
            f"{quoted(second)} and {quoted(first)} are one name on many disks",
            "rename one of them",
        )
    for entry in listing.folders:
        if depth >= DEEPEST:
            lister.add(entry.file, "this folder is nested too deeply", "move its photos up")
            continue
        photos += _walk(lister, entry.file, f"{section}/{entry.name}" if section else entry.name, depth + 1)
    return photos


def _is_photo(lister: Lister, entry: Entry, depth: int) -> bool:
    """Is this file shown? Others are told apart: what was meant to be shown is left out, the rest is a remark."""
    suffix = entry.suffix
    if suffix in IMAGES or suffix in CLIPS:
        return True
    if depth == 0 and entry.name in ("gallery.yaml", "gallery.keys"):
        return False
    if suffix in OTHER_CLIPS:
        lister.add(
            entry.file, f"browsers do not play {suffix} files everywhere", "export it as MP4 or WebM", Severity.LEFT_OUT
        )
    elif suffix in RAW:
        lister.add(entry.file, f"{suffix} files are not shown", "export it as JPEG", Severity.LEFT_OUT)
    elif suffix not in SIDECARS:
        lister.add(entry.file, "this is no photo and stays where it is", "move it out of the gallery", Severity.WARNING)
    return False


def _of_section(lister: Lister, entries: list[Entry], section: str) -> list[Photo]:
    """The photos of one folder; an image with the stem of a clip is that clip's poster and no photo of its own."""
    posters = _posters(entries)
    taken = {poster.file for poster in posters.values()}
    photos = []
    for entry in entries:
        if entry.file in taken:
            continue
        poster = posters.get(_stem(entry)) if entry.suffix in CLIPS else None
        if entry.suffix in CLIPS and poster is None:
            hint = f"put an image beside it that is called {quoted(entry.name.rpartition('.')[0] + '.jpg')}"
            lister.add(entry.file, "this clip has no poster to show before it plays", hint, Severity.WARNING)
        path = f"{section}/{entry.name}" if section else entry.name
        photos.append(Photo(path, section, file=entry.file, poster=poster.file if poster else ""))
    return photos


def _posters(entries: list[Entry]) -> dict[str, Entry]:
    """The poster of each clip by stem: the first image that has the stem."""
    clips = {_stem(entry) for entry in entries if entry.suffix in CLIPS}
    posters: dict[str, Entry] = {}
    for entry in entries:
        if clips and entry.suffix in IMAGES and _stem(entry) in clips:
            posters.setdefault(_stem(entry), entry)
    return posters


def _stem(entry: Entry) -> str:
    return folded(entry.name.rpartition(".")[0])
