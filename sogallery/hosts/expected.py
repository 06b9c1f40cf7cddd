"""What should be published today and what should not be: from `dist/`, the signed records and earlier deploys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from sogallery.hosts.local import CONTROL_FILES
from sogallery.sealed import Sealed

Digest: TypeAlias = tuple[int, str]  # bytes, SHA-256 as hex


@dataclass(frozen=True, slots=True)
class Expected:
    """What should be published, and what should not be.

    `files` without a digest must only be there. `gone` are paths with the reason why they must not be. `addresses` are
    those of old deploys. `keys` are the studio's public keys by id; `viewer` is this version's own viewer code.
    """

    files: Mapping[str, Digest | None] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    keys: Mapping[str, bytes] = field(default_factory=dict)
    fingerprint: str = ""
    viewer: Mapping[str, Digest] = field(default_factory=dict)
    galleries: tuple[str, ...] = ()
    objects_url: str | None = None  # None: nobody knows; "" is beside the pages


def expect(
    dist: Mapping[str, Digest] | None,
    sealed: Sealed | None,
    day: date,
    formerly: Iterable[str] = (),
) -> tuple[dict[str, Digest | None], dict[str, str]]:
    """What must be there on `day`, and what must not, with the reason.

    The signed records decide about galleries where they are at hand, whatever `dist` says. `formerly` are paths that
    were once deployed.
    """
    files: dict[str, Digest | None] = {p: d for p, d in (dist or {}).items() if p not in CONTROL_FILES}
    gone: dict[str, str] = {}
    if sealed is not None:
        files = {path: digest for path, digest in files.items() if not path.startswith(("g/", "b/"))}
        _expect_galleries(sealed, day, dist or {}, files, gone)
        _expect_public(sealed, day, dist is None, files, gone)
    gone |= {path: "was deployed once and is not part of the site any more" for path in formerly if path not in gone}
    return files, {path: why for path, why in gone.items() if path not in files}


def _expect_galleries(
    sealed: Sealed, day: date, dist: Mapping[str, Digest], files: dict[str, Digest | None], gone: dict[str, str]
) -> None:
    for gallery in sealed.erased:
        gone |= {f"g/{gallery}/{name}": "belongs to an erased gallery" for name in ("index.html", "gallery.json")}
    for record in sealed.galleries:
        published = record.on(day)
        page = f"g/{record.id}/index.html"
        if published is None:
            paths = [path for path in record.files if path.startswith("b/")]
            why = f"belongs to a gallery that ended on {record.retain_until}"
            gone |= dict.fromkeys((page, f"g/{record.id}/gallery.json", *paths), why)
            continue
        files[page] = dist.get(page)
        files |= {path: record.files[source.removeprefix(f"{record.id}/")] for path, source in published.items()}
        idle = [path for path in record.files if path.startswith("b/") and path not in published]
        gone |= dict.fromkeys(idle, "serves a grant that has ended")


def _expect_public(
    sealed: Sealed, day: date, alone: bool, files: dict[str, Digest | None], gone: dict[str, str]
) -> None:
    for entry in sealed.public.photos.values():
        if entry.last_day is not None and day > entry.last_day:
            for path in entry.files:
                files.pop(path, None)
                gone[path] = f"shows a photo whose release ended on {entry.last_day}"
        elif alone:
            files |= entry.files
