"""The stranger's eye finds what must not be in an output, and nothing in one that is right."""

from __future__ import annotations

import json
import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from sogallery.audit import audit, looks_sealed
from sogallery.words import Words

OBJECT = f"b/ab/ab{'0' * 30}"
GALLERY = "g/aaaaaaaaaaaaaaaa"
SLOT = {"id": "A" * 22, "commitment": "B" * 43, "sealed": "C" * 704}
GALLERY_JSON = {"format": "soga/1", "gallery": "a" * 16, "objects": "../../b/", "kdf": {}, "slots": [SLOT] * 4}


def write(folder: Path, path: str, data: bytes) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(data)


def picture(**options: object) -> bytes:
    target = BytesIO()
    Image.effect_noise((200, 150), 60).convert("RGB").save(target, options.pop("format", "JPEG"), **options)
    return target.getvalue()


def sealed(size: int = 70000) -> bytes:
    return bytes([0x28]) + os.urandom(size)


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    write(tmp_path, "index.html", b"<!doctype html><p>Welcome</p>")
    write(tmp_path, "robots.txt", b"User-agent: *")
    write(tmp_path, f"{GALLERY}/gallery.json", json.dumps(GALLERY_JSON).encode())
    write(tmp_path, f"{GALLERY}/index.html", b"<!doctype html>")
    write(tmp_path, OBJECT, sealed())
    write(tmp_path, "p/0011-1024-aabb.jpg", picture())
    return tmp_path


def test_a_right_output_has_no_findings(dist: Path) -> None:
    """Pages, sealed objects, public pictures."""
    assert [] == audit(dist)


EXIF = Image.Exif()
EXIF[0x010F] = "Canon"
GPS = Image.Exif()
GPS.get_ifd(0x8825)[1] = "N"


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (OBJECT, picture()),
        (OBJECT, bytes([0x28]) + picture(quality=95)),
        (OBJECT, bytes([0x28]) + picture(format="WEBP", quality=90) + os.urandom(5000)),
        (OBJECT, bytes([0x28]) + b"The rings of Ada and Lin. " * 200),
        (OBJECT, sealed(65000) + picture(quality=95) * 3),
        (f"b/ab/cd{'0' * 30}", sealed()),
        (f"{GALLERY}/photo.jpg", picture()),
        (f"{GALLERY}/gallery.json", json.dumps(GALLERY_JSON | {"title": "Ada"}).encode()),
        (f"{GALLERY}/gallery.json", json.dumps(GALLERY_JSON | {"slots": [SLOT] * 3}).encode()),
        (f"{GALLERY}/gallery.json", json.dumps(GALLERY_JSON | {"slots": [SLOT | {"grant": "x"}] * 4}).encode()),
        ("p/0011-1024-aabb.jpg", picture(exif=EXIF)),
        ("p/0011-1024-aabb.jpg", picture(exif=GPS)),
        ("p/0011-1024-aabb.jpg", picture(comment=b"for Ada")),
        ("p/0011-1024-aabb.jpg", picture() + b"trailer"),
        ("p/0011-1024-aabb.jpg", picture()[:-2] + picture()),
        ("p/0011-1024-aabb.jpg", picture()[:900]),
        ("p/IMG_1234.jpg", picture()),
        ("photo.jpg", picture()),
        ("about.html", picture()),
        ("about.html", b'<img src="data:image/jpeg;base64,AAAA">'),
        ("notes.md", b"hello"),
        ("gallery.keys", b"{}"),
    ],
)
def test_what_must_not_be_there_is_found(dist: Path, path: str, data: bytes) -> None:
    """One flaw at a time."""
    write(dist, path, data)

    assert [path] == sorted({finding.path for finding in audit(dist)})


def test_private_words_are_found_in_public_text(dist: Path) -> None:
    """Titles, names, captions and file names of clients, whole and as they are written."""
    words = Words.of(["Ada & Lin", "MJ-0042.jpg", "Portraits", "Lin"], ["Portraits in the park"])
    for text, found in [("Ada & Lin", 1), ("x MJ-0042.jpg y", 1), ("Portraits", 0), ("Linden", 0), ("by Lin.", 1)]:
        write(dist, "about/index.html", f"<p>{text}</p>".encode())

        assert found == len(audit(dist, words)), text


def test_a_link_out_of_the_output_is_found(dist: Path) -> None:
    """A symbolic link could show anything."""
    (dist / "about.html").symlink_to("/etc/hostname")

    assert ["about.html"] == [finding.path for finding in audit(dist)]


def test_ciphertext_looks_sealed_and_pictures_do_not() -> None:
    """Over many pieces: no false alarm, no miss."""
    assert all(looks_sealed([os.urandom(65536)]) for _ in range(300))
    assert not looks_sealed([picture(format="WEBP", quality=90)])
    assert not looks_sealed([picture(quality=98)])


def test_a_themes_picture_does_not_say_where_it_was_taken(dist: Path) -> None:
    """A theme's pictures are published as they are, so their metadata is looked at."""
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    (dist / "assets").mkdir(exist_ok=True)
    Image.new("RGB", (8, 8)).save(dist / "assets/hero.jpg", exif=exif)

    assert ["assets/hero.jpg"] == [finding.path for finding in audit(dist)]
