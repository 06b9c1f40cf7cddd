"""A real sealed gallery for the browsers: drawn photos, `sogallery.vault`'s seals, `sogallery.pages`' pages."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from sogallery.model import Contact, Downloads, Mode, Site
from sogallery.pages import find_theme, render_pages
from sogallery.vault import link, manifest, objects, packs, slots
from sogallery.vault.derive import GalleryKeys, ReplyKey, object_key, viewing_secret

SHAPES = ((3, 2), (3, 2), (2, 3), (3, 2), (4, 5), (16, 9), (1, 1), (3, 2), (2, 3), (3, 1))
PASSPHRASE = "copper lantern meadow violin"
SITE = Site(
    name="SO Captures",
    language="en",
    contact=Contact(email="hello@example.com", phone="+1 555 0100"),
)


@dataclass(frozen=True)
class Shot:
    """One drawn photo or clip and how it is listed."""

    name: str
    section: int = 0
    caption: str = ""
    size: tuple[int, int] = (1200, 800)
    clip: bytes = b""
    kind: str = ""  # overrides the kind in the manifest


@dataclass(frozen=True)
class Grant:
    """Who may open what."""

    name: str = "client"
    mode: Mode = Mode.LINK_AND_PASSPHRASE
    passphrase: str = PASSPHRASE
    downloads: Downloads = Downloads.ORIGINAL
    until: date | None = None
    hide: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sealed:
    """A gallery on disk: the folder a host serves, and what a client was sent."""

    folder: Path
    id: str
    fragments: dict[str, str]
    keys: GalleryKeys
    names: dict[tuple[str, str], str] = field(default_factory=dict)  # (photo, kind) -> object's name
    originals: dict[str, bytes] = field(default_factory=dict)
    packs: tuple[str, ...] = ()
    secrets: dict[str, bytes] = field(default_factory=dict)  # photo -> viewing secret

    @property
    def page(self) -> str:
        return f"g/{self.id}/"

    def object(self, name: str) -> Path:
        return self.folder / "b" / name[:2] / name


def some_shots(count: int, sections: int = 1) -> list[Shot]:
    """`count` photos of mixed shapes, spread over the sections."""
    shots = []
    for i in range(count):
        wide, high = SHAPES[i % len(SHAPES)]
        scale = 1200 / max(wide, high)
        caption = "The rings" if i == 2 else ""
        size = (round(wide * scale), round(high * scale))
        shots.append(Shot(f"MJ-{i + 1:04}.jpg", i * sections // count, caption, size))
    return shots


def draw(size: tuple[int, int], seed: int) -> Image.Image:
    """A calm landscape: sky, sun, three hills; different for every seed."""
    pick = random.Random(seed)
    wide, high = 320, max(1, round(320 * size[1] / size[0]))
    hue = pick.randrange(255)
    picture = Image.new("HSV", (wide, high))
    pen = ImageDraw.Draw(picture)
    for y in range(high):
        pen.line((0, y, wide, y), fill=((hue + y * 30 // high) % 255, 90, 250 - y * 60 // high))
    x, y, r = pick.randrange(wide), pick.randrange(max(1, high // 2)), 12 + pick.randrange(20)
    pen.ellipse((x - r, y - r, x + r, y + r), fill=((hue + 20) % 255, 40, 255))
    for hill in range(3):
        top = high * (5 + hill) // 9
        points = [(x, top + pick.randrange(-high // 12 - 1, high // 12 + 1)) for x in range(0, wide + 40, 40)]
        pen.polygon([*points, (wide, high), (0, high)], fill=((hue + 90 + 12 * hill) % 255, 110, 170 - 45 * hill))
    smooth = picture.convert("RGB").filter(ImageFilter.GaussianBlur(1))
    return smooth.resize(size, Image.Resampling.BICUBIC)


def jpeg(picture: Image.Image, edge: int) -> tuple[bytes, tuple[int, int]]:
    """`picture` as a JPEG with its longer edge at most `edge` pixels, and its size."""
    copy = picture.copy()
    copy.thumbnail((edge, edge))
    out = io.BytesIO()
    copy.save(out, "JPEG", quality=82)
    return out.getvalue(), copy.size


class Sealer:
    """Seals one gallery into a folder."""

    def __init__(self, folder: Path, seed: int = 1) -> None:
        self.folder = folder
        self.keys = GalleryKeys(bytes([seed]) * 32, bytes([seed + 1]) * 32)
        self.names: dict[tuple[str, str], str] = {}
        self.originals: dict[str, bytes] = {}
        self.secrets: dict[str, bytes] = {}
        self.thumbs: list[bytes] = []
        self.photos: list[tuple[Shot, bytes, manifest.Photo]] = []

    def write(self, path: str, data: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)

    def seal(self, secret: bytes, kind: str, content: bytes, name: str, type_: str, size: tuple[int, int]) -> int:
        """Seal one object into `b/`; its sealed length."""
        key = object_key(secret, self.keys.id, kind)
        header = objects.Header(len(content), type_, name, *size)
        sealed = objects.seal_object(key, self.keys.synthetic, header, content)
        for index, file in enumerate(objects.part_names(key.name, len(sealed))):
            self.write(f"b/{file[:2]}/{file}", sealed[index * objects.PART : (index + 1) * objects.PART])
        if name:
            self.names[name, kind] = key.name
        return len(sealed)

    def thumb(self, view: bytes, content: bytes, size: tuple[int, int]) -> bytes:
        key = object_key(view, self.keys.id, "thumb")
        header = objects.Header(len(content), "image/jpeg", "", *size)
        return objects.seal_object(key, self.keys.synthetic, header, content)

    def add(self, shot: Shot, seed: int) -> None:
        """Draw, render and seal one photo."""
        picture = draw(shot.size, seed)
        whole, _ = jpeg(picture, 10000)
        self.originals[shot.name] = shot.clip or whole
        original = self.keys.original_secret(self.keys.photo_id(shot.name.encode().ljust(32, b".")))
        view = viewing_secret(original)
        self.secrets[shot.name] = view
        sizes = {kind: jpeg(picture, edge) for kind, edge in (("thumb", 400), ("small", 640), ("display", 1000))}
        self.thumbs.append(self.thumb(view, *sizes["thumb"]))
        listed = manifest.Photo(
            shot.name, *shot.size, colours=_colours(picture), original=original, caption=shot.caption,
            taken="2026-06-13T12:30:00", exposure="1/250 s, f/2.8, ISO 400, 50 mm", kind=shot.kind or "photo",
        )  # fmt: skip
        if shot.clip:
            poster = self.seal(view, "poster", sizes["display"][0], shot.name, "image/jpeg", sizes["display"][1])
            clip = self.seal(original, "clip", shot.clip, shot.name, "video/webm", shot.size)
            listed = _with(listed, kind="clip", clip=clip, poster=poster)
        else:
            for kind in ("small", "display"):
                length = self.seal(view, kind, sizes[kind][0], shot.name, "image/jpeg", sizes[kind][1])
                listed = _with(listed, **{kind: length})
            listed = _with(listed, size=self.seal(original, "original", whole, shot.name, "image/jpeg", shot.size))
        self.photos.append((shot, original, listed))

    def pack(self) -> list[str]:
        """Write the packs and tell the photos where their thumbs are."""
        names = []
        items = [(self.keys.photo_id(shot.name.encode().ljust(32, b".")), len(t)) for (shot, _, _), t in self._both()]
        for index, (start, end) in enumerate(packs.split(items)):
            data = b"".join(self.thumbs[start:end])
            names.append(self.keys.pack_name(data))
            self.write(f"b/{names[-1][:2]}/{names[-1]}", data)
            offset = 0
            for at in range(start, end):
                shot, original, photo = self.photos[at]
                self.photos[at] = (shot, original, _with(photo, thumb=(index, offset, len(self.thumbs[at]))))
                offset += len(self.thumbs[at])
        return names

    def _both(self) -> list[tuple[tuple[Shot, bytes, manifest.Photo], bytes]]:
        return list(zip(self.photos, self.thumbs, strict=True))


def make(
    folder: Path,
    viewer: Path,
    shots: Sequence[Shot],
    *,
    titles: Sequence[str] = ("",),
    grants: Sequence[Grant] = (Grant(),),
    title: str = "Ada & Lin",
    language: str = "en",
    seed: int = 1,
    revision: int = 1,
    retain_until: str = "2099-06-13",
    kdf: tuple[int, int] = (4096, 1),
    site: Site = SITE,
) -> Sealed:
    """Draw, seal and write a whole site with one gallery. `kdf` is (m, t): cheap, since one test only is about it."""
    sealer = Sealer(folder, seed)
    for index, shot in enumerate(shots):
        sealer.add(shot, seed * 1000 + index)
    names, reply, entries, keys = sealer.pack(), ReplyKey(sealer.keys.secret), [], sealer.keys
    for grant in grants:
        seen = [item for item in sealer.photos if item[0].name not in grant.hide]
        listed = manifest.Manifest(
            keys.id, revision, title, language, manifest.Studio(site.name, site.contact.email, site.contact.phone),
            manifest.Reply(reply.public, reply.id), tuple(names),
            tuple(manifest.Section(t, sum(s.section == i for s, _, _ in seen)) for i, t in enumerate(titles)),
            tuple(_for_grant(photo, grant) for _, _, photo in seen), "2026-06-13", retain_until, 0 if seen else None,
        )  # fmt: skip
        entries.append(_entry(sealer, grant, manifest.write(listed)))
    document = slots.seal_slots(keys, "../../b/", entries, slots.KdfParameters(keys.kdf_salt, *kdf))
    sealer.write(f"g/{keys.id}/gallery.json", document)
    for path, data in render_pages(site, find_theme("default", folder), (), [keys.id], viewer, {}).items():
        sealer.write(path, data)
    fragments = {grant.name: _fragment(keys, grant) for grant in grants}
    return Sealed(folder, keys.id, fragments, keys, sealer.names, sealer.originals, tuple(names), sealer.secrets)


def _entry(sealer: Sealer, grant: Grant, content: bytes) -> slots.Entry:
    """The slot of a grant whose manifest's content this is; seals that, too."""
    keys, secret = sealer.keys, sealer.keys.manifest_secret(grant.name, 0)
    sealer.seal(secret, "manifest", content, "", manifest.MEDIA_TYPE, (0, 0))
    rights = slots.Rights(grant.name, grant.downloads, grant.until, grant.name == "client")
    payload = slots.Payload(secret, keys.reply_key(grant.name, 0), rights)
    return slots.Entry(grant.name, grant.mode, payload, keys.link_secret(grant.name, 0), grant.passphrase)


def _for_grant(photo: manifest.Photo, grant: Grant) -> manifest.Photo:
    if grant.downloads is Downloads.ORIGINAL or photo.original is None:
        return photo
    return _with(photo, original=None, view=viewing_secret(photo.original), size=0, clip=0)


def _fragment(keys: GalleryKeys, grant: Grant) -> str:
    if grant.mode is Mode.PASSPHRASE:
        return ""
    return "#" + link.link("https://x.example", keys.id, keys.link_secret(grant.name, 0)).partition("#")[2]


def _colours(picture: Image.Image) -> str:
    small = picture.resize((2, 2), Image.Resampling.BOX)
    return "".join("".join(f"{c:02x}" for c in small.getpixel((x, y))) for y in (0, 1) for x in (0, 1))


def _with(photo: manifest.Photo, **changes: object) -> manifest.Photo:
    return replace(photo, **changes)  # type: ignore[arg-type]


__all__ = ["PASSPHRASE", "Grant", "Sealed", "Shot", "make", "some_shots"]
