"""A gallery sealed by hand, for tests that open one: every kind of photo, names from everywhere, three ways in."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sogallery.model import Downloads, Mode
from sogallery.vault import manifest, slots
from sogallery.vault.derive import GalleryKeys, ReplyKey, object_key, viewing_secret
from sogallery.vault.link import link
from sogallery.vault.manifest import Manifest, Photo, Reply, Section, Studio
from sogallery.vault.objects import Header, part_names, seal_object
from sogallery.vault.slots import Entry, KdfParameters, Payload, Rights

KEYS = GalleryKeys(bytes(32), bytes(range(32)))
KDF = KdfParameters(KEYS.kdf_salt, 64, 1, 1)
PART = 16 * 1024 * 1024


@dataclass
class Item:
    """A photo or clip to seal: its section, its name and its bytes."""

    section: str
    name: str
    content: bytes
    kind: str = "photo"
    secret: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        self.secret = KEYS.original_secret(KEYS.photo_id(self.content.ljust(32)[:32]))

    @property
    def display(self) -> bytes:
        """What stands for its display rendition, or a clip's poster."""
        return b"display of " + self.name.encode("utf-8", "replace")


@dataclass(frozen=True)
class Built:
    """A site on disk and what its grants were given."""

    dist: Path
    items: list[Item]

    @property
    def gallery(self) -> Path:
        return self.dist / "g" / KEYS.id

    def link(self, grant: str, base: str = "https://studio.example/") -> str:
        return link(base, KEYS.id, b"" if grant == "press" else KEYS.link_secret(grant, 0))

    def fragment(self, grant: str) -> str:
        return self.link(grant).partition("#")[2]

    def passphrase(self, grant: str) -> str:
        return "" if grant == "guest" else f"otter paper {grant}"

    def file(self, item: Item, kind: str) -> Path:
        secret = item.secret if kind in ("original", "clip") else viewing_secret(item.secret)
        name = object_key(secret, KEYS.id, kind).name
        return self.dist / "b" / name[:2] / name


ITEMS = [
    Item("", "MJ-0001.jpg", b"one" * 1000),
    Item("Ceremony", "MJ-0042.jpg", b"two" * 40_000),
    Item("Ceremony", "Zoë \U0001f491.jpg", b"three"),
    Item("Party", "MJ-0042.jpg", b"four"),
    Item("Party", "dance.mp4", b"clip" * 1000, kind="clip"),
]


def build(folder: Path, items: list[Item] | None = None, objects: str = "../../b/") -> Built:
    """Seal `items` below `folder`: `client` has it all by link and passphrase, `guest` may view by link alone,
    `press` opens the first photo with a passphrase alone."""
    built = Built(folder / "dist", list(ITEMS if items is None else items))
    photos = [_photo(built, item) for item in built.items]
    viewed = [_viewed(photo) for photo in photos]
    _grant_manifest(built, "client", photos, built.items)
    _grant_manifest(built, "guest", viewed, built.items)
    _grant_manifest(built, "press", viewed[:1], built.items[:1])
    modes = {"client": Mode.LINK_AND_PASSPHRASE, "guest": Mode.LINK, "press": Mode.PASSPHRASE}
    entries = [_entry(built, grant, mode) for grant, mode in modes.items()]
    _write(built.gallery / "gallery.json", slots.seal_slots(KEYS, objects, entries, KDF))
    return built


def _entry(built: Built, grant: str, mode: Mode) -> Entry:
    rights = Rights(grant, Downloads.ORIGINAL if grant == "client" else Downloads.DISPLAY, sign=grant == "client")
    payload = Payload(KEYS.manifest_secret(grant, 0), KEYS.reply_key(grant, 0), rights)
    return Entry(grant, mode, payload, KEYS.link_secret(grant, 0), built.passphrase(grant))


def _photo(built: Built, item: Item) -> Photo:
    clip = item.kind == "clip"
    view = viewing_secret(item.secret)
    whole = _seal(built, item.secret, "clip" if clip else "original", item.name, "image/jpeg", item.content)
    shown = _seal(built, view, "poster" if clip else "display", item.name, "image/webp", item.display)
    small = 0 if clip else _seal(built, view, "small", item.name, "image/webp", item.display)
    lengths = {"clip": whole, "poster": shown} if clip else {"size": whole, "display": shown, "small": small}
    return Photo(item.name, 3, 2, thumb=None if clip else (0, 0, 4152), original=item.secret, kind=item.kind, **lengths)


def _viewed(photo: Photo) -> Photo:
    assert photo.original is not None
    return Photo(
        photo.name, 3, 2, thumb=photo.thumb, view=viewing_secret(photo.original), kind=photo.kind, small=photo.small,
        display=photo.display, poster=photo.poster,
    )  # fmt: skip


def _grant_manifest(built: Built, grant: str, photos: list[Photo], items: list[Item]) -> None:
    runs: list[Section] = []
    for item in items:
        if runs and runs[-1].title == item.section:
            runs[-1] = Section(item.section, runs[-1].count + 1)
        else:
            runs.append(Section(item.section, 1))
    reply = ReplyKey(KEYS.secret)
    listed = Manifest(
        KEYS.id, 1, "Ada & Lin", "en", Studio("SO Captures"), Reply(reply.public, reply.id), ("0" * 32,), tuple(runs),
        tuple(photos),
    )  # fmt: skip
    _seal(built, KEYS.manifest_secret(grant, 0), "manifest", "", manifest.MEDIA_TYPE, manifest.write(listed))


def _seal(built: Built, secret: bytes, kind: str, name: str, media: str, content: bytes) -> int:
    key = object_key(secret, KEYS.id, kind)
    sealed = seal_object(key, KEYS.synthetic, Header(len(content), media, name), content)
    for index, part in enumerate(part_names(key.name, len(sealed))):
        _write(built.dist / "b" / key.name[:2] / part, sealed[index * PART : (index + 1) * PART])
    return len(sealed)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
