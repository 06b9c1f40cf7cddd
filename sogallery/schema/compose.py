"""A gallery from what gallery.yaml says and what lies in its folder; what does not fit together is reported. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sogallery.model import Gallery, Grant, Person, Photo, Section
from sogallery.schema.gallery import ORDER_PREFIX, GalleryFile, GrantEntry, PhotoEntry
from sogallery.schema.node import Located, Report
from sogallery.schema.record import quoted
from sogallery.schema.text import Known, did_you_mean, meant, path_key, title_of
from sogallery.select import matching, posters, visible


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the site says for galleries that say nothing."""

    days_kept: int | None = None
    keep_metadata: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What lies on the disk: names in NFC, `folder` as spelt there, photos in natural order within their sections."""

    client: str
    name: str
    folder: str
    photos: tuple[Photo, ...]


def compose(
    found: Found, said: GalleryFile, people: Mapping[str, Person], defaults: Defaults, report: Report
) -> Gallery:
    """The gallery: `found` in its folder, `said` by its gallery.yaml, with what `defaults` add."""
    sections = _sections(said.sections, found.photos, report)
    paths = Known(photo.path for photo in found.photos)
    if said.cover and said.cover.value not in paths:
        _report_no_photo(said.cover, paths, report)
    retain_until = _last_day(said, defaults)
    _check_days(said, report)
    return Gallery(
        client=found.client,
        name=found.name,
        folder=found.folder,
        title=said.title or found.name,
        date=said.date,
        cover=said.cover.value if said.cover else "",
        sections=sections,
        grants=_grants(said, found, paths, retain_until, report) or (Grant("client"),),
        retain_until=retain_until,
        draft=said.draft,
        keep_metadata=defaults.keep_metadata if said.keep_metadata is None else said.keep_metadata,
        captions=said.captions,
        exposure=said.exposure,
        order=said.order,
        language=said.language or defaults.language,
        people=people,
        photos=_described(_ordered(found.photos, sections), said.photos, people, paths, report),
    )


def _sections(said: tuple[Located[Section], ...], listed: tuple[Photo, ...], report: Report) -> tuple[Section, ...]:
    """Photos beside gallery.yaml first, then the sections as listed, then the others in natural order."""
    there = {photo.section for photo in listed}
    chosen: dict[str, Section] = {"": Section("", "")} if "" in there else {}
    for section in said:
        path = section.value.path
        if path not in there:
            message = f"there is no folder {quoted(path)} with photos here"
            report.add(section, message, did_you_mean(path, there - {""}, "take it out, or put the folder back"))
        elif path in chosen:
            report.add(section, f"`sections` names {quoted(path)} twice", "take one of them out")
        else:
            chosen[path] = section.value
    for path in sorted(there - set(chosen), key=path_key):
        chosen[path] = Section(path, title_of(path))
    return tuple(chosen.values())


def _ordered(listed: tuple[Photo, ...], sections: tuple[Section, ...]) -> list[Photo]:
    place = {section.path: index for index, section in enumerate(sections)}
    return sorted(listed, key=lambda photo: place[photo.section])


def _described(
    photos: list[Photo], said: Mapping[str, Located[PhotoEntry]], people: Collection[str], paths: Known, report: Report
) -> tuple[Photo, ...]:
    """The photos with their captions and people."""
    for path, entry in said.items():
        if path not in paths:
            _report_no_photo(Located(path, entry.line, entry.col), paths, report)
        for person in entry.value.people:
            if person.value not in people:
                message = f"nobody under `people` has the key {quoted(person.value)}"
                report.add(person, message, did_you_mean(person.value, people, "add them under `people`"))
    return tuple(_with(photo, said[photo.path].value) if photo.path in said else photo for photo in photos)


def _with(photo: Photo, entry: PhotoEntry) -> Photo:
    return replace(photo, caption=entry.caption, people=tuple(person.value for person in entry.people))


def _grants(
    said: GalleryFile, found: Found, paths: Known, retain_until: date | None, report: Report
) -> tuple[Grant, ...]:
    grants = [_grant(name, entry, paths, retain_until, report) for name, entry in said.access.items()]
    for grant, entry in zip(grants, said.access.values(), strict=True):
        seen = visible([photo.path for photo in found.photos], grant)
        for clip, poster in posters(found.photos).items():
            if clip in seen and poster not in seen:
                message = f"{grant.name} sees {quoted(clip)}, but not {quoted(poster)}, which is its poster"
                report.add(entry, message, "hide both, or give the picture another name")
    return tuple(grants)


def _grant(name: str, entry: Located[GrantEntry], paths: Known, retain_until: date | None, report: Report) -> Grant:
    said = entry.value
    for glob in (*said.hide, *said.only):
        if not glob.value.startswith(ORDER_PREFIX) and not matching(glob.value, paths.words):
            _report_no_match(glob, paths, report)
    if said.until and retain_until and said.until.value > retain_until:
        message = f"the grant ends on {said.until.value}, after the gallery itself ({retain_until})"
        report.add(said.until, message, "give an earlier day, or a later `retain_until`")
    return replace(said.grant, name=name)


def _last_day(said: GalleryFile, defaults: Defaults) -> date | None:
    if said.retain_until:
        return said.retain_until.value
    if said.date is None or defaults.days_kept is None:
        return None
    return said.date + min(timedelta(days=defaults.days_kept), date.max - said.date)


def _check_days(said: GalleryFile, report: Report) -> None:
    if said.retain_until and said.date and said.retain_until.value < said.date:
        message = f"`retain_until` ({said.retain_until.value}) is before the day of the shoot ({said.date})"
        report.add(said.retain_until, message, "look at the two years")


def _report_no_photo(path: Located[str], paths: Known, report: Report) -> None:
    hint = paths.hint(path.value, "take it out, or put the photo back")
    report.add(path, f"there is no photo {quoted(path.value)} in this gallery", hint)


def _report_no_match(glob: Located[str], paths: Known, report: Report) -> None:
    """Fail closed: a pattern that hides nothing is a slip, not a wish."""
    folders = {path.rpartition("/")[0] for path in paths.words} - {""}
    folder, _, rest = glob.value.rpartition("/")
    whole = glob.value.rstrip("/")
    if whole in folders:
        hint = f"did you mean {whole}/*?"
    elif folder and folder not in folders and (guess := meant(folder, folders)):
        hint = f"did you mean {guess}/{rest}?"
    else:
        hint = paths.hint(glob.value, "mend the pattern, or take it out")
    report.add(glob, f"no photo matches {quoted(glob.value)}", hint)
