"""From `sealed/` and the public pages to the tree of `dist/`: the same with the studio's keys and without.

Only what the signed records name gets in, and only on days on which it may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from sogallery.errors import FaultError
from sogallery.model import PublicCategory
from sogallery.output import Blob, Tree, blob
from sogallery.sealed import GALLERY_PAGE, PublicRecord, Sealed, write_build
from sogallery.vault.codec import parse_object
from sogallery.vault.derive import SigningKey

_UNSERVED = ("_headers", "_redirects", ".nojekyll")  # read by hosts, never sent to a visitor


def live(sealed: Sealed, day: date) -> list[str]:
    """The ids of the galleries that are published on `day`."""
    return [record.id for record in sealed.galleries if record.on(day) is not None]


def ended(sealed: Sealed, day: date) -> list[str]:
    """The ids of the galleries whose retention has ended by `day`."""
    return [record.id for record in sealed.galleries if record.on(day) is None]


def showable(public: PublicRecord, day: date) -> PublicRecord:
    """The portfolio without the photos whose release has run out, and without categories that are empty then."""
    photos = {k: entry for k, entry in public.photos.items() if entry.last_day is None or day <= entry.last_day}
    categories = tuple(
        (title, slug, kept)
        for title, slug, ids in public.categories
        if (kept := tuple(one for one in ids if one in photos))
    )
    return replace(public, photos=photos, categories=categories)


def categories(public: PublicRecord) -> tuple[PublicCategory, ...]:
    """The portfolio as pages take it."""
    return tuple(
        PublicCategory(title, slug, tuple(public.photos[one].photo for one in ids))
        for title, slug, ids in public.categories
    )


def dist_tree(
    sealed: Sealed, files: Tree, public: PublicRecord, pages: Mapping[str, bytes], day: date
) -> dict[str, Blob]:
    """Everything `dist/` holds on `day`, but `build.json`. `files` is the tree of `sealed/`.

    Raises FaultError if two things want one place, or if a file that a record names is not in `files`.
    """
    tree: dict[str, Blob] = {}
    for record in sealed.galleries:
        for path, source in (record.on(day) or {}).items():
            _add(tree, path, _found(files, source))
    for entry in public.photos.values():
        for path in entry.files:
            _add(tree, path, _found(files, f"public/{path.removeprefix('p/')}"))
    for path, data in pages.items():
        _add(tree, path, blob(data))
    return tree


def build_list(key: SigningKey | None, version: str, tree: Tree, signed_before: bytes | None) -> Blob:
    """`build.json` for a tree: signed if there is a key; without one, the studio's own if it says the same."""
    public = {path: one for path, one in tree.items() if not path.startswith(("g/", "b/")) and path not in _UNSERVED}
    mine = write_build(key, version, public | _gallery_page(tree))
    if key is None and signed_before is not None and _same(signed_before, mine):
        return blob(signed_before)
    return mine


def _gallery_page(tree: Tree) -> dict[str, Blob]:
    """The page that all galleries have, its id blotted out: checkable by strangers, and no list names a gallery."""
    shared = {
        one.source.replace(path.split("/")[1].encode(), b"*" * 16)
        for path, one in tree.items()
        if path.startswith("g/") and path.endswith("/index.html") and isinstance(one.source, bytes)
    }
    return {GALLERY_PAGE: blob(shared.pop())} if len(shared) == 1 else {}


def missing_files(sealed: Sealed, present: Mapping[str, tuple[int, str]]) -> dict[str, list[str]]:
    """For each sealed gallery ("public" for the portfolio), the files that are not there as its record says."""
    found: dict[str, list[str]] = {}
    for record in sealed.galleries:
        lacking = [path for path, entry in record.files.items() if present.get(f"{record.id}/{path}") != entry]
        if lacking:
            found[record.id] = lacking
    lacking = [
        photo_id
        for photo_id, entry in sealed.public.photos.items()
        if any(present.get(f"public/{path.removeprefix('p/')}") != file for path, file in entry.files.items())
    ]
    return found | ({"public": lacking} if lacking else {})


def without(sealed: Sealed, missing: Mapping[str, Iterable[str]]) -> Sealed:
    """What can be published whole: no gallery that lacks a file, no released photo that does."""
    gone = set(missing.get("public", ()))
    photos = {photo_id: entry for photo_id, entry in sealed.public.photos.items() if photo_id not in gone}
    public = replace(
        sealed.public,
        photos=photos,
        categories=tuple((t, s, tuple(one for one in ids if one in photos)) for t, s, ids in sealed.public.categories),
    )
    return replace(sealed, galleries=tuple(g for g in sealed.galleries if g.id not in missing), public=public)


def _add(tree: dict[str, Blob], path: str, content: Blob) -> None:
    if path in tree and tree[path].sha256 != content.sha256:
        raise FaultError(f"two different files want to be {path}", "rename one of the pages, or report this")
    tree[path] = content


def _found(files: Tree, path: str) -> Blob:
    if path not in files:
        raise FaultError(f"sealed/{path} is missing", "seal the site again on the studio's machine")
    return files[path]


def _same(signed_before: bytes, mine: Blob) -> bool:
    """Whether two lists name the same files, whoever signed them."""
    unsigned = mine.source if isinstance(mine.source, bytes) else b"{}"
    return parse_object(signed_before).get("signed") == parse_object(unsigned).get("signed")
