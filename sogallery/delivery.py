"""One gallery's sealed files: from its plan and what rendering made of its photos to packs, manifests, slots, record.

Photos are sealed already; what is made here is small, and byte for byte the same for the same input on any day.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from sogallery.model import Grant, Kind
from sogallery.output import Blob, blob
from sogallery.plan import GalleryPlan, Level, Made, Place, days_of_change, manifest_for, needed, ordered
from sogallery.sealed import Access, GalleryRecord
from sogallery.vault import manifest, packs, signed, slots
from sogallery.vault.derive import GalleryKeys, ReplyKey, SigningKey, object_key, viewing_secret
from sogallery.vault.objects import Header, part_names, seal_object

GALLERY_JSON = "gallery.json"


@dataclass(frozen=True, slots=True)
class GrantSecrets:
    """What the studio keeps or derives for one live grant."""

    counter: int
    link: bytes = field(repr=False)
    passphrase: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Store:
    """Where sealed objects and packs of a gallery wait to be published, and the memory of which packs were made.

    `holds` says whether a file is there with a size and a SHA-256: its place alone does not vouch for its content.
    """

    folder: Path
    holds: Callable[[Path, int, str], bool]
    packs: Mapping[str, Sequence[object]]
    remember: Callable[[str, Sequence[object]], None]
    paths: dict[str, Path] = field(default_factory=dict, repr=False)  # made once: there are four a photo

    def path(self, name: str) -> Path:
        """The file of one object."""
        path = self.paths.get(name)
        if path is None:
            path = self.paths[name] = self.folder.joinpath(name[:2], name)
        return path


@dataclass(frozen=True, slots=True)
class StudioKeys:
    """The studio's own keys and words that every gallery carries."""

    signing: SigningKey
    reply: ReplyKey
    contact: manifest.Studio
    objects: str  # the address of sealed objects, as gallery.json names it


@dataclass(frozen=True, slots=True)
class Delivery:
    """A gallery, sealed: its files below `sealed/<id>/`, its record, and what `gallery.keys` has to remember."""

    tree: Mapping[str, Blob]
    record: GalleryRecord
    revision: int
    digest: bytes


def deliver(
    plan: GalleryPlan,
    made: Mapping[bytes, Made],
    secrets: Mapping[str, GrantSecrets],
    counters: Mapping[str, int],
    studio: StudioKeys,
    store: Store,
    last: tuple[int, bytes],
    day: date,
    previous: Callable[[str], bytes | None],
) -> Delivery:
    """Seal one gallery.

    `secrets` has the live grants, `counters` every grant that ever was; `last` is the revision and content digest of
    the last build. `previous` gives a small file of the gallery's last sealed form: slots that are still right are
    kept, since making them anew costs a passphrase derivation each.
    """
    order = list(dict.fromkeys(photo_id for _, photo_id in ordered(plan, made) if plan.photos[photo_id].best))
    tree, places = _packs(plan, made, order, store)
    tree.update(_objects(plan, made, order, store))
    manifests = _manifests(plan, made, places, studio)
    digest = manifest.content_digest(manifests)
    revision = last[0] if digest == last[1] else last[0] + 1
    grants = _named(plan.grants)
    for name, content in manifests.items():
        tree |= _sealed_manifest(plan, secrets[name].counter, name, replace(content, revision=revision))
    access = []
    for since in [None, *days_of_change(plan.grants, day)]:
        live = [grant for grant in plan.grants if _holds(grant, since)]
        path = GALLERY_JSON if since is None else f"gallery.{since.isoformat()}.json"
        tree[path] = blob(_gallery_json(plan, live, secrets, studio, previous(path)))
        access.append(Access(since, path, frozenset(_idle(plan, made, live, grants, secrets))))
    record = GalleryRecord(
        id=plan.keys.id,
        epoch=plan.keys.epoch,
        revision=revision,
        counters={grant_tag(plan.keys, name): counter for name, counter in sorted(counters.items())},
        retain_until=plan.gallery.retain_until,
        files={path: (one.size, one.sha256) for path, one in tree.items()},
        access=tuple(access),
    )
    return Delivery(tree, record, revision, digest)


def object_path(name: str) -> str:
    """Where an object or pack lies below the site's root."""
    return f"b/{name[:2]}/{name}"


def secret_for(plan: GalleryPlan, photo_id: bytes, kind: str) -> bytes:
    """The secret that opens one kind of a photo."""
    original = plan.photos[photo_id].secret
    return original if kind in (Kind.ORIGINAL, Kind.CLIP) else _viewing(original)


def object_names(plan: GalleryPlan, photo_id: bytes, kind: str, length: int) -> tuple[str, ...]:
    """The files of one sealed rendition of `length` sealed bytes."""
    return part_names(_name(secret_for(plan, photo_id, kind), plan.keys.id, kind), length)


# Each is asked for several times in one build, which adds up where nothing else is to be done.
_viewing = functools.lru_cache(maxsize=2**16)(viewing_secret)


@functools.lru_cache(maxsize=2**16)
def _name(secret: bytes, gallery_id: str, kind: str) -> str:
    return object_key(secret, gallery_id, kind).name


# --- objects and packs -----------------------------------------------------------------------------------------


def _objects(
    plan: GalleryPlan, made: Mapping[bytes, Made], order: Sequence[bytes], store: Store
) -> Iterator[tuple[str, Blob]]:
    for photo_id in order:
        for kind, parts in made[photo_id].files.items():
            names = object_names(plan, photo_id, kind, made[photo_id].length(kind))
            for name, (size, sha) in zip(names, parts, strict=True):
                if kind != Kind.THUMB:  # thumbs travel in packs
                    yield object_path(name), Blob(sha, size, store.path(name))


def _packs(
    plan: GalleryPlan, made: Mapping[bytes, Made], order: Sequence[bytes], store: Store
) -> tuple[dict[str, Blob], dict[bytes, Place]]:
    tree: dict[str, Blob] = {}
    places: dict[bytes, Place] = {}
    lengths = [(photo_id, made[photo_id].length(Kind.THUMB)) for photo_id in order]
    for start, end in packs.split(lengths):
        name, content = _pack(plan, made, order[start:end], store)
        tree[object_path(name)] = content
        offset = 0
        for photo_id, length in lengths[start:end]:
            places[photo_id] = Place(name, offset, length)
            offset += length
    return tree, places


def _pack(plan: GalleryPlan, made: Mapping[bytes, Made], members: Sequence[bytes], store: Store) -> tuple[str, Blob]:
    """One pack: the remembered one if its thumbs are the same, else a new file in the store."""
    thumbs = [(object_names(plan, one, Kind.THUMB, 0)[0], made[one].files[Kind.THUMB][0][1]) for one in members]
    key = "pack " + hashlib.sha256(json.dumps([plan.keys.id, plan.keys.epoch, thumbs]).encode()).hexdigest()
    if known := store.packs.get(key):
        name, size, sha = str(known[0]), int(str(known[1])), str(known[2])
        if store.holds(store.path(name), size, sha):
            return name, Blob(sha, size, store.path(name))
    content = b"".join(store.path(name).read_bytes() for name, _ in thumbs)
    name = plan.keys.pack_name(content)
    store.path(name).parent.mkdir(parents=True, exist_ok=True)
    store.path(name).write_bytes(content)
    made_blob = Blob(hashlib.sha256(content).hexdigest(), len(content), store.path(name))
    store.remember(key, [name, made_blob.size, made_blob.sha256])
    return name, made_blob


# --- manifests and slots ---------------------------------------------------------------------------------------


def _manifests(
    plan: GalleryPlan, made: Mapping[bytes, Made], places: Mapping[bytes, Place], studio: StudioKeys
) -> dict[str, manifest.Manifest]:
    reply = manifest.Reply(studio.reply.public, studio.reply.id)
    return {grant.name: manifest_for(plan, grant, made, places, studio.contact, reply) for grant in plan.grants}


def _sealed_manifest(plan: GalleryPlan, counter: int, grant: str, content: manifest.Manifest) -> dict[str, Blob]:
    key = object_key(plan.keys.manifest_secret(grant, counter), plan.keys.id, "manifest")
    raw = manifest.write(content)
    return {
        object_path(key.name): blob(seal_object(key, plan.keys.synthetic, Header(len(raw), manifest.MEDIA_TYPE), raw))
    }


def _gallery_json(
    plan: GalleryPlan,
    live: Sequence[Grant],
    secrets: Mapping[str, GrantSecrets],
    studio: StudioKeys,
    previous: bytes | None,
) -> bytes:
    entries = [_entry(plan, grant, secrets[grant.name]) for grant in live]
    if previous is not None and slots.is_current(previous, plan.keys, studio.objects, entries):
        return previous
    document = slots.seal_slots(plan.keys, studio.objects, entries, by=_stretch)
    return signed.sign_in_place(studio.signing, json.loads(document))


def _entry(plan: GalleryPlan, grant: Grant, own: GrantSecrets) -> slots.Entry:
    rights = slots.Rights(grant.name, grant.downloads, grant.until, sign=grant.name == "client")
    payload = slots.Payload(
        plan.keys.manifest_secret(grant.name, own.counter), plan.keys.reply_key(grant.name, own.counter), rights
    )
    return slots.Entry(grant.name, grant.mode, payload, own.link, own.passphrase)


@functools.lru_cache(maxsize=256)
def _stretch(passphrase: bytes, kdf: slots.KdfParameters) -> bytes:
    """Argon2id, once a passphrase and gallery in one build: later forms of gallery.json use the same."""
    return slots.stretch(passphrase, kdf)


def _holds(grant: Grant, since: date | None) -> bool:
    return since is None or grant.until is None or grant.until >= since


def _idle(
    plan: GalleryPlan,
    made: Mapping[bytes, Made],
    live: Sequence[Grant],
    grants: Mapping[str, Grant],
    secrets: Mapping[str, GrantSecrets],
) -> Iterator[str]:
    """Files that nobody can open any more once only `live` grants hold."""
    names = {grant.name for grant in live}
    for name in grants.keys() - names:
        key = object_key(plan.keys.manifest_secret(name, secrets[name].counter), plan.keys.id, "manifest")
        yield object_path(key.name)
    if len(names) == len(grants):
        return
    for photo_id, one in made.items():
        level = needed(plan.photos[photo_id], names)
        for kind in one.files:
            whole = kind in (Kind.ORIGINAL, Kind.CLIP)
            if kind != Kind.THUMB and level < (Level.ORIGINAL if whole else Level.VIEW):
                yield from (object_path(name) for name in object_names(plan, photo_id, kind, one.length(kind)))


def grant_tag(keys: GalleryKeys, grant: str) -> str:
    """What stands for a grant's name where names must not be read."""
    return hashlib.sha256(keys.reply_key(grant, 0)).hexdigest()[:16]


def _named(grants: Sequence[Grant]) -> dict[str, Grant]:
    return {grant.name: grant for grant in grants}
