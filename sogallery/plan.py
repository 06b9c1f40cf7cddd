"""What a build will do, decided before it does anything: who may see what, under which keys, in which order.

Pure: from the site, the keys and the day to plans, and from what rendering made of the photos to manifests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import IntEnum

from sogallery.model import Downloads, Gallery, Grant, Kind, Photo
from sogallery.select import select, stem
from sogallery.vault import manifest
from sogallery.vault.derive import GalleryKeys, viewing_secret

VIEWS = (Kind.THUMB, Kind.SMALL, Kind.DISPLAY)


class Level(IntEnum):
    """How much of a photo a grant may open."""

    NONE = 0
    VIEW = 1
    ORIGINAL = 2


_LEVEL = {"view": Level.VIEW, "original": Level.ORIGINAL}


@dataclass(frozen=True, slots=True)
class Source:
    """A listed photo with the SHA-256 (hex) of its file; a clip may have another one as its poster."""

    photo: Photo
    sha256: str
    poster: Source | None = None


@dataclass(frozen=True, slots=True)
class PlannedPhoto:
    """One source file of a gallery: listed once or more, sealed once."""

    source: Source
    id: bytes
    secret: bytes = field(repr=False)  # the original secret at its generation
    levels: Mapping[str, Level]  # by grant

    @property
    def best(self) -> Level:
        """The most that any grant may open."""
        return max(self.levels.values(), default=Level.NONE)

    @property
    def clip(self) -> bool:
        """Whether this is a video."""
        return self.source.photo.is_clip


@dataclass(frozen=True, slots=True)
class GalleryPlan:
    """One gallery's part of a build. `listing` has every listed photo in order, by photo id."""

    gallery: Gallery
    keys: GalleryKeys
    grants: tuple[Grant, ...]
    photos: Mapping[bytes, PlannedPhoto]
    listing: tuple[tuple[Photo, bytes], ...]
    generations: Mapping[str, int]
    exposed: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Made:
    """What rendering found and made of one planned photo: upright pixels, words, and by kind its sealed files.

    A file is its size and SHA-256 (hex); there are several where an object is stored in parts.
    """

    width: int
    height: int
    colours: str
    files: Mapping[str, tuple[tuple[int, str], ...]]
    recipes: Mapping[str, str]
    caption: str = ""
    taken: str = ""
    exposure: str = ""
    look: str = ""

    def length(self, kind: str) -> int:
        """The sealed length of one kind, over all parts; 0 if it was not made."""
        return sum(size for size, _ in self.files.get(kind, ()))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thumb lies: in which pack (by name), from which byte on, how long."""

    pack: str
    offset: int
    length: int


def live_grants(gallery: Gallery, revoked: Iterable[str], day: date) -> tuple[Grant, ...]:
    """The grants that open something on `day`."""
    gone = set(revoked)
    return tuple(g for g in gallery.grants if g.name not in gone and (g.until is None or day <= g.until))


def pair_clips(sources: Sequence[Source]) -> list[Source]:
    """Give each clip the image of the same name as its poster, and take those images out of the listing."""
    images = {stem(source.photo.path): source for source in sources if not source.photo.is_clip}
    clips = {stem(source.photo.path) for source in sources if source.photo.is_clip}
    return [
        replace(source, poster=images.get(stem(source.photo.path))) if source.photo.is_clip else source
        for source in sources
        if source.photo.is_clip or stem(source.photo.path) not in clips
    ]


def plan_gallery(
    gallery: Gallery,
    sources: Sequence[Source],
    keys: GalleryKeys,
    generations: Mapping[str, int],
    exposed: Mapping[str, Mapping[str, str]],
    grants: tuple[Grant, ...],
) -> GalleryPlan:
    """Decide levels, generations and secrets of one gallery; `sources` are its readable files in listed order."""
    paired = pair_clips(sources)
    ids = {source.photo.path: keys.photo_id(bytes.fromhex(source.sha256)) for source in paired}
    levels = _levels(gallery, grants, ids)
    generations, exposed = raise_generations(levels, generations, exposed)
    photos: dict[bytes, PlannedPhoto] = {}
    for source in paired:
        photo_id = ids[source.photo.path]
        if photo_id not in photos:
            secret = keys.original_secret(photo_id, generations.get(photo_id.hex(), 0))
            photos[photo_id] = PlannedPhoto(source, photo_id, secret, levels[photo_id])
    listing = tuple((source.photo, ids[source.photo.path]) for source in paired)
    return GalleryPlan(gallery, keys, grants, photos, listing, generations, exposed)


def raise_generations(
    levels: Mapping[bytes, Mapping[str, Level]],
    generations: Mapping[str, int],
    exposed: Mapping[str, Mapping[str, str]],
) -> tuple[dict[str, int], dict[str, dict[str, str]]]:
    """New generations and exposures: a photo hidden from a grant that could open it gets new keys and names.

    Photos that are not listed now keep their generation, so that they come back under keys nobody has seen.
    """
    new_generations = dict(generations)
    new_exposed = {photo: dict(grants) for photo, grants in exposed.items()}
    for photo_id, now in levels.items():
        name = photo_id.hex()
        before = new_exposed.get(name, {})
        if any(_LEVEL[had] > now.get(grant, Level.NONE) for grant, had in before.items() if grant in now):
            new_generations[name] = new_generations.get(name, 0) + 1
            before = {}
        current = {grant: level.name.lower() for grant, level in now.items() if level}
        merged = {g: max(current.get(g, "view"), before.get(g, "view"), key=_LEVEL.__getitem__) for g in current}
        new_exposed[name] = {**before, **merged}
    return new_generations, {photo: grants for photo, grants in new_exposed.items() if grants}


def recipes(photo: PlannedPhoto, digests: Mapping[str, str], keep_metadata: bool) -> dict[str, str]:
    """For each object that some grant needs, what its bytes depend on besides its source and its keys.

    `digests` are the rendition settings' by kind. The file name counts, since it is sealed inside.
    """
    name = file_name(photo.source.photo.path)
    whole = f"{'keep' if keep_metadata else 'clean'} {name}"
    if photo.clip:
        poster = f"{photo.source.poster.sha256 if photo.source.poster else 'drawn in its shape'} {name}"
        found = {
            Kind.THUMB: f"{digests[Kind.THUMB]} {poster}",
            Kind.POSTER: f"{digests[Kind.DISPLAY]} {poster}",
            Kind.CLIP: f"film {whole}",
        }
    else:
        found = {kind: f"{digests[kind]} {name}" for kind in VIEWS} | {Kind.ORIGINAL: whole}
    if photo.best < Level.ORIGINAL:
        found.pop(Kind.ORIGINAL, None)
        found.pop(Kind.CLIP, None)
    return {str(kind): recipe for kind, recipe in found.items()} if photo.best else {}


def ordered(plan: GalleryPlan, made: Mapping[bytes, Made]) -> list[tuple[Photo, bytes]]:
    """The photos that rendering succeeded for, section by section, in the gallery's order."""
    ranks = {section.path: rank for rank, section in enumerate(plan.gallery.sections)}
    listed = [(photo, photo_id) for photo, photo_id in plan.listing if photo_id in made]
    if plan.gallery.order == "captured":
        listed.sort(key=lambda item: (made[item[1]].taken == "", made[item[1]].taken))
    listed.sort(key=lambda item: ranks.get(item[0].section, -1))
    return listed


def manifest_for(
    plan: GalleryPlan,
    grant: Grant,
    made: Mapping[bytes, Made],
    places: Mapping[bytes, Place],
    studio: manifest.Studio,
    reply: manifest.Reply,
) -> manifest.Manifest:
    """What one grant may see, as its manifest says it; the revision is still 0."""
    visible = {photo.path for photo in select(plan.gallery, grant)}
    shown = [(photo, photo_id) for photo, photo_id in ordered(plan, made) if photo.path in visible]
    packs = list(dict.fromkeys(places[photo_id].pack for _, photo_id in shown))
    photos = tuple(
        _manifest_photo(plan, grant, photo, made[photo_id], places[photo_id], packs, photo_id)
        for photo, photo_id in shown
    )
    gallery = plan.gallery
    return manifest.Manifest(
        gallery=plan.keys.id,
        revision=0,
        title=gallery.title,
        language=gallery.language,  # none: the visitor's own
        studio=studio,
        reply=reply,
        packs=tuple(packs),
        sections=tuple(_sections(gallery, [photo for photo, _ in shown])),
        photos=photos,
        date=gallery.date.isoformat() if gallery.date else "",
        retain_until=gallery.retain_until.isoformat() if gallery.retain_until else "",
        cover=_cover(gallery, [photo for photo, _ in shown], photos),
    )


def days_of_change(grants: Iterable[Grant], day: date) -> list[date]:
    """The days after `day` from which fewer grants hold, in order."""
    return sorted({g.until + timedelta(days=1) for g in grants if g.until is not None and g.until >= day})


def needed(photo: PlannedPhoto, grants: Iterable[str]) -> Level:
    """The most that any of these grants may open of a photo."""
    return max((photo.levels.get(grant, Level.NONE) for grant in grants), default=Level.NONE)


def file_name(path: str) -> str:
    """The last part of a posix path."""
    return path.rpartition("/")[2]


def _levels(gallery: Gallery, grants: Sequence[Grant], ids: Mapping[str, bytes]) -> dict[bytes, dict[str, Level]]:
    levels: dict[bytes, dict[str, Level]] = {}
    for photo_id in ids.values():
        levels[photo_id] = {grant.name: Level.NONE for grant in grants}
    for grant in grants:
        level = Level.ORIGINAL if grant.downloads is Downloads.ORIGINAL else Level.VIEW
        for photo in select(gallery, grant):
            if photo.path in ids:
                levels[ids[photo.path]][grant.name] = level
    return levels


def _manifest_photo(
    plan: GalleryPlan,
    grant: Grant,
    photo: Photo,
    made: Made,
    place: Place,
    packs: Sequence[str],
    photo_id: bytes,
) -> manifest.Photo:
    planned = plan.photos[photo_id]
    whole = planned.levels[grant.name] is Level.ORIGINAL
    caption = photo.caption if photo.caption is not None else (made.caption if plan.gallery.captions else "")
    return manifest.Photo(
        name=file_name(photo.path),
        width=made.width,
        height=made.height,
        colours=made.colours,
        thumb=(packs.index(place.pack), place.offset, place.length),
        original=planned.secret if whole else None,
        view=None if whole else viewing_secret(planned.secret),
        small=made.length(Kind.SMALL),
        display=made.length(Kind.DISPLAY),
        size=made.length(Kind.ORIGINAL) if whole else 0,
        kind="clip" if planned.clip else "photo",
        poster=made.length(Kind.POSTER),
        clip=made.length(Kind.CLIP) if whole else 0,
        caption=caption,
        taken=made.taken,
        exposure=made.exposure if plan.gallery.exposure else "",
    )


def _cover(gallery: Gallery, listed: Sequence[Photo], photos: Sequence[manifest.Photo]) -> int | None:
    """The chosen photo if this grant sees it, else the first that is wider than high, else the first."""
    chosen = [index for index, photo in enumerate(listed) if photo.path == gallery.cover]
    stills = [index for index, photo in enumerate(photos) if photo.kind == "photo"]
    wide = [index for index in stills if photos[index].width >= photos[index].height]
    return next(iter([*chosen, *wide, *stills]), None)


def _sections(gallery: Gallery, shown: Sequence[Photo]) -> Iterator[manifest.Section]:
    titles = {section.path: section.title for section in gallery.sections}
    for path in dict.fromkeys(photo.section for photo in shown):
        yield manifest.Section(titles.get(path, path), sum(photo.section == path for photo in shown))
