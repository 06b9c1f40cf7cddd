"""The photos and clips in a gallery's folder."""

from __future__ import annotations

from sogallery.load.folders import Entry, Lister, Listing, twins
from sogallery.model import Photo, Severity
from sogallery.schema.record import quoted

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
OWN_FILES = frozenset({"gallery.yaml", "gallery.keys", "reviews.yaml"})
DEEPEST = 8


def list_photos(lister: Lister, listing: Listing) -> tuple[Photo, ...]:
    """The photos of a gallery's folder, section by section in natural order; what is left out is reported."""
    photos = _walk(lister, listing, "", 0)
    for first, second in twins((photo.path, photo) for photo in photos):
        message = f"{quoted(second.path)} and {quoted(first.path)} are one name on many disks and hosts"
        lister.add(second.file, message, "give one of them another name")
    return tuple(photos)


def _walk(lister: Lister, listing: Listing, section: str, depth: int) -> list[Photo]:
    within = f"{section}/" if section else ""
    shown = [entry for entry in listing.files if _is_photo(lister, entry, depth)]
    photos = [Photo(within + entry.name, section, file=entry.file) for entry in shown]
    for first, second in twins((entry.name, entry) for entry in listing.folders):
        message = f"{quoted(second.name)} and {quoted(first.name)} are one name on many disks"
        lister.add(second.file, message, "rename one of them")
    for entry in listing.folders:
        if depth >= DEEPEST:
            lister.add(entry.file, "this folder is nested too deeply", "move its photos up")
        else:
            photos += _walk(lister, lister.list(entry.file), within + entry.name, depth + 1)
    return photos


def _is_photo(lister: Lister, entry: Entry, depth: int) -> bool:
    """Is this file shown? Others are told apart: what was meant to be shown is left out, the rest is a remark."""
    suffix = entry.suffix
    if suffix in IMAGES or suffix in CLIPS:
        return True
    if (depth == 0 and entry.name in OWN_FILES) or suffix in SIDECARS:
        return False
    if suffix in OTHER_CLIPS:
        message = f"browsers do not play {suffix} files everywhere"
        lister.add(entry.file, message, "export it as MP4 or WebM", Severity.LEFT_OUT)
    elif suffix in RAW:
        lister.add(entry.file, f"{suffix} files are not shown", "export it as JPEG", Severity.LEFT_OUT)
    else:
        lister.add(entry.file, "this is no photo and stays where it is", "move it out of the gallery", Severity.WARNING)
    return False
