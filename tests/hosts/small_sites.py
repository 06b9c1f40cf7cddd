"""Small finished sites: the shape of `dist/`, with bytes that are made up but begin as they should."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

from sogallery import headers
from sogallery.hosts.local import LocalSite, read_site

GALLERIES = ("abcdefghijklmnop", "qrstuvwxyz234567")


def sealed_bytes(seed: str, size: int) -> bytes:
    """Something that looks like a sealed object: Tink's first byte, then noise."""
    return b"\x28" + random.Random(seed).randbytes(size - 1)


def object_path(seed: str) -> str:
    name = hashlib.sha256(seed.encode()).hexdigest()[:32]
    return f"b/{name[:2]}/{name}"


def gallery_json(gallery: str, objects: str = "../../b/", salt: str = "A" * 22) -> bytes:
    slot = {"id": "A" * 22, "commitment": "A" * 43, "sealed": "A" * 704}
    kdf = {"name": "argon2id", "m": 65536, "t": 3, "p": 1, "salt": salt}
    document = {"format": "soga/1", "gallery": gallery, "objects": objects, "kdf": kdf, "slots": [slot] * 4}
    return json.dumps(document).encode()


def site_files(photos: int = 3, objects: str = "../../b/", objects_url: str = "") -> dict[str, bytes]:
    """Path to bytes of a site with two galleries of `photos` photos each."""
    files = {
        "index.html": b"<!doctype html><title>SO Captures</title>",
        "404.html": b"<!doctype html><title>Not here</title>",
        "policy/index.html": b"<!doctype html><title>Policy</title>",
        "robots.txt": b"User-agent: *\nAllow: /\n",
        "assets/viewer-1a2b3c.js": b"console.log('viewer')",
        "p/sunrise-1.webp": b"RIFF\x10\0\0\0WEBPVP8 made up",
        "_headers": headers.netlify_text(objects_url).encode(),
    }
    for gallery in GALLERIES:
        files[f"g/{gallery}/index.html"] = b"<!doctype html><title>Gallery</title>"
        files[f"g/{gallery}/gallery.json"] = gallery_json(gallery, objects)
        for photo in range(photos):
            for kind, size in (("display", 3000), ("original", 9000)):
                seed = f"{gallery}/{photo}/{kind}"
                files[object_path(seed)] = sealed_bytes(seed, size)
    return files


def write(root: Path, files: dict[str, bytes]) -> LocalSite:
    """Make `root` hold exactly these files, and read it as a site."""
    for path in [path for path in root.rglob("*") if path.is_file()] if root.is_dir() else []:
        if path.relative_to(root).as_posix() not in files:
            path.unlink()
    for path, data in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists() or place.read_bytes() != data:
            place.write_bytes(data)
    return read_site(root)
