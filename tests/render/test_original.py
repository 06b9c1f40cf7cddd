"""Cleaned originals: the same pixels, nothing of places, serial numbers and previews.

exiftool is the independent reader.
"""

from __future__ import annotations

import io
import json
import struct
import subprocess
import zlib
from functools import cache
from pathlib import Path

import pytest
from drawn_pictures import (
    IPTC,
    PHOTOSHOP,
    PRIVATE_BYTES,
    XMP,
    ascii_entry,
    camera_exif,
    camera_jpeg,
    exif_block,
    raw_entry,
    saved,
    scene,
    segment,
    short_entry,
    tiff_with,
    with_segments,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from sogallery.errors import FaultError
from sogallery.render.clean.rope import Span, joined, length
from sogallery.render.errors import UncleanableImage, UnreadableImage
from sogallery.render.facts import facts_of
from sogallery.render.icc import adobe_rgb
from sogallery.render.meta import exif
from sogallery.render.original import Original, original
from sogallery.render.source import know_heif

know_heif()

PRIVATE_TAGS = (
    *("gps", "serial", "ownername", "imageuniqueid", "makernote", "latitude", "longitude", "sub-location", ":city"),
    *("country", "location", "thumbnail", "preview", "trailer", "unknown", "jfxx"),
)


def picture(mode: str) -> Image.Image:
    """The scene in a mode of Pillow."""
    if mode == "I;16":
        return scene().convert("L").convert("I").point(lambda value: value * 250 + 3, "I").convert("I;16")
    if mode == "LAB":
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(scene(), srgb, lab, outputMode="LAB")
    return scene().convert(mode)


def cleaned(raw: bytes) -> bytes:
    """The cleaned file as bytes."""
    described = original(raw, keep=False)
    result = b"".join(described.read(raw))
    assert len(result) == described.length
    return result


def pixels(raw: bytes) -> tuple[str, tuple[int, int], bytes]:
    """Mode, size and samples as Pillow decodes them."""
    with Image.open(io.BytesIO(raw)) as image:
        return image.mode, image.size, image.tobytes()


def tags(raw: bytes, tmp_path: Path) -> dict[str, object]:
    """All that exiftool finds, unknown and duplicate fields too."""
    path = tmp_path / "file"
    path.write_bytes(raw)
    told = subprocess.run(
        ["exiftool", "-j", "-G1", "-a", "-u", "-ee", path], capture_output=True, text=True, check=False
    )
    return json.loads(told.stdout)[0]


def private(found: dict[str, object]) -> list[str]:
    """The names of fields that must not be there."""
    return [name for name in found if any(word in name.lower() for word in PRIVATE_TAGS)]


def png_with_everything() -> bytes:
    """A PNG with EXIF, XMP, texts, a private chunk and a trailer."""
    raw = saved(scene(), "PNG", exif=camera_exif(6), icc_profile=adobe_rgb())

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    extra = (
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
        + chunk(b"tEXt", b"Title\0Rings")
        + chunk(b"tEXt", b"Location\0Barcelona")
        + chunk(b"prVt", b"SERIAL")
    )
    return raw[:33] + extra + raw[33:] + b"TRAILER"


def tiff_with_everything() -> bytes:
    """A TIFF with EXIF, GPS, XMP, IPTC, Photoshop resources, layers and a second page."""
    pages = {"save_all": True, "append_images": [scene(seed=5)]}
    blocks = {700: XMP, 33723: IPTC, 34377: PHOTOSHOP.removeprefix(b"Photoshop 3.0\0"), 37724: b"PREVIEW layers" * 50}
    raw = saved(scene(), "TIFF", icc_profile=adobe_rgb(), compression="tiff_lzw", **pages)
    return tiff_with(raw, *(raw_entry(tag, block) for tag, block in blocks.items()))


def gif_with_comment() -> bytes:
    """An animated GIF with a comment and a trailer."""
    raw = saved(
        scene(), "GIF", save_all=True, append_images=[scene(seed=2)], duration=200, loop=0, comment=b"SERIAL Barcelona"
    )
    return raw + b"TRAILER"


FILES = {
    "JPEG": lambda: camera_jpeg(6, icc_profile=adobe_rgb()),
    "progressive JPEG": lambda: camera_jpeg(8, progressive=True),
    "CMYK JPEG": lambda: camera_jpeg(1, scene().convert("CMYK")),
    "grey JPEG": lambda: camera_jpeg(3, scene().convert("L")),
    "PNG": png_with_everything,
    "TIFF": tiff_with_everything,
    "WebP": lambda: saved(scene(), "WEBP", exif=camera_exif(6), xmp=XMP, icc_profile=adobe_rgb()),
    "lossless WebP with alpha": lambda: saved(
        scene().convert("RGBA"), "WEBP", lossless=True, exif=camera_exif(6), xmp=XMP
    ),
    "HEIC": lambda: saved(scene(), "HEIF", exif=camera_exif(6), xmp=XMP, icc_profile=adobe_rgb()),
    "HEIC with alpha": lambda: saved(scene().convert("RGBA"), "HEIF", exif=camera_exif(1), xmp=XMP),
    "tiled HEIC": lambda: saved(scene(1100, 700), "HEIF", exif=camera_exif(1), tile_size=512),
    "AVIF": lambda: saved(scene(), "AVIF", exif=camera_exif(6), xmp=XMP, icc_profile=adobe_rgb()),
    "AVIF with alpha": lambda: saved(scene().convert("RGBA"), "AVIF", exif=camera_exif(1), xmp=XMP),
    "GIF": gif_with_comment,
}


@pytest.mark.parametrize("kind", FILES)
def test_nothing_private_is_left(kind: str, tmp_path: Path) -> None:
    """No place, serial number, owner, unique id, maker note, preview or trailer: by exiftool and by the bytes."""
    before = FILES[kind]()
    after = cleaned(before)
    found = tags(after, tmp_path)

    assert any(word in before for word in PRIVATE_BYTES)
    assert private(found) == []
    assert not any(word in after for word in PRIVATE_BYTES)
    assert not {"ExifTool:Warning", "ExifTool:Error"} & found.keys()


@pytest.mark.parametrize("kind", FILES)
def test_every_pixel_is_the_same(kind: str) -> None:
    """Pixels, profile, orientation and all facts stay."""
    before = FILES[kind]()
    after = cleaned(before)

    assert pixels(after) == pixels(before)
    assert facts_of(after) == facts_of(before)
    with Image.open(io.BytesIO(before)) as one, Image.open(io.BytesIO(after)) as other:
        assert other.info.get("icc_profile") == one.info.get("icc_profile")


def test_what_stays_in_a_jpeg(tmp_path: Path) -> None:
    """Captions, rights, times, exposure, lens, colour and orientation are still there for every reader."""
    found = tags(cleaned(camera_jpeg(6, icc_profile=adobe_rgb())), tmp_path)

    assert found["IFD0:Orientation"] == "Rotate 90 CW"
    assert found["IFD0:Copyright"] == "(c) 2026 Jo Example"
    assert found["ExifIFD:LensModel"] == "RF50mm F1.8"
    assert found["ExifIFD:DateTimeOriginal"] == "2026:06:13 12:30:00"
    assert found["IPTC:Caption-Abstract"] == "Die Ringe für Ömer"
    assert found["IPTC:CopyrightNotice"] == "(c) Jo"
    assert found["XMP-dc:Title"] == "Rings & more"
    assert found["XMP-aux:Lens"] == "RF50"
    assert found["XMP-iptcCore:CreatorWorkEmail"] == "jo@example.org"
    assert found["ICC_Profile:ProfileDescription"] == "Adobe RGB compatible"


def test_frames_and_delays_of_a_gif_stay() -> None:
    """An animation still moves."""
    with Image.open(io.BytesIO(cleaned(gif_with_comment()))) as image:
        assert (image.n_frames, image.info["duration"], image.info["loop"]) == (2, 200, 0)


def test_keep_is_byte_for_byte(tmp_path: Path) -> None:
    """With `metadata: keep` the very file is delivered."""
    raw = camera_jpeg(6)
    path = tmp_path / "a.jpg"
    path.write_bytes(raw)

    described = original(path, keep=True)

    assert described == Original(len(raw), "image/jpeg", (Span(0, len(raw)),))
    assert b"".join(described.read(path)) == raw


def test_cleaning_twice_changes_nothing() -> None:
    """A cleaned file is clean."""
    once = cleaned(camera_jpeg(6))

    assert cleaned(once) == once


def test_only_the_first_of_several_pictures_stays() -> None:
    """The previews and gain maps of a multi-picture file have metadata of their own; they go."""
    second = camera_jpeg(1, scene(160, 100, 7))
    target = io.BytesIO()
    scene().save(target, "MPO", save_all=True, append_images=[scene(160, 100, 7)], exif=camera_exif(6))
    several = target.getvalue() + second

    after = cleaned(several)

    with Image.open(io.BytesIO(after)) as image:
        assert image.format == "JPEG"
    assert pixels(after) == pixels(several)
    assert b"MPF\0" not in after
    assert not any(word in after for word in PRIVATE_BYTES)


def test_a_jfif_thumbnail_goes() -> None:
    """JFIF has room for a preview of its own."""
    raw = saved(scene())
    head = b"JFIF\0\1\2\0\0\1\0\1" + bytes([4, 4]) + b"PREVIEW" * 6 + b"PREVIE"
    start = raw.index(b"\xff\xe0")
    end = start + 2 + int.from_bytes(raw[start + 2 : start + 4])
    jfif = raw[:start] + segment(0xE0, head) + raw[end:]

    after = cleaned(jfif)

    assert b"PREVIEW" not in after
    assert pixels(after) == pixels(jfif)


def test_garbage_in_exif_goes_but_the_orientation_stays() -> None:
    """A block whose directories point nowhere is written anew from what could be read."""
    block = bytearray(
        exif_block([short_entry(0x0112, 6)], [raw_entry(0x927C, b"SERIAL" * 9)], [raw_entry(2, b"x" * 24)])
    )
    block[-40:] = b"\xff" * 40
    broken = with_segments(saved(scene()), segment(0xE1, b"Exif\0\0" + bytes(block)), segment(0xE1, b"Exif\0\0garbage"))

    after = cleaned(broken)

    assert facts_of(after).orientation == 6
    assert b"SERIAL" not in after
    assert b"garbage" not in after


def test_an_old_canon_file_says_adobe_rgb_still(tmp_path: Path) -> None:
    """The interoperability index tells the colour space where there is no profile; it stays."""
    block = exif.cleaned(exif.Exif("<", {}, {}, {1: ascii_entry(1, "R03")}))

    after = cleaned(with_segments(saved(scene()), segment(0xE1, b"Exif\0\0" + block)))

    assert "R03" in str(tags(after, tmp_path)["InteropIFD:InteropIndex"])


def test_exif_stored_as_text_in_a_png_keeps_its_orientation() -> None:
    """ImageMagick's raw profiles become a proper chunk, cleaned."""
    block = b"Exif\0\0" + camera_exif(6)
    text = b"\nexif\n" + str(len(block)).encode() + b"\n" + block.hex().encode()
    data = b"Raw profile type exif\0\0" + zlib.compress(text)
    chunk = struct.pack(">L", len(data)) + b"zTXt" + data + struct.pack(">L", zlib.crc32(b"zTXt" + data))
    raw = saved(scene(), "PNG")

    after = cleaned(raw[:33] + chunk + raw[33:])

    assert facts_of(after).orientation == 6
    assert b"SERIAL" not in after


TIFFS = [(mode, compression) for mode in ("RGB", "L", "CMYK") for compression in (None, "tiff_lzw", "jpeg", "packbits")]
TIFFS += [("1", "group4"), ("1", None), ("I;16", "tiff_deflate"), ("I;16", None), ("P", "tiff_lzw"), ("LAB", None)]


@pytest.mark.parametrize(("mode", "compression"), TIFFS)
def test_tiff_of_every_kind(mode: str, compression: str | None) -> None:
    """Strips are carried over for all modes and compressions, 16 bits in their byte order."""
    raw = tiff_with(saved(picture(mode), "TIFF", compression=compression))

    after = cleaned(raw)

    assert pixels(after) == pixels(raw)
    assert not any(word in after for word in PRIVATE_BYTES)


def test_a_big_endian_tiff_stays_so() -> None:
    """16-bit samples depend on the byte order of the file."""
    raw = tiff_with(saved(Image.new("I;16B", (40, 30), 0x1234), "TIFF"))

    assert cleaned(raw)[:4] == b"MM\0*"
    assert pixels(cleaned(raw)) == pixels(raw)


@pytest.mark.parametrize("kind", ["BMP", "PPM", "TGA", "JPEG2000"])
def test_other_formats_are_left_out_with_a_remedy(kind: str) -> None:
    """What cannot be cleaned without encoding it anew says so, and `keep` still works."""
    raw = saved(scene(), kind)

    with pytest.raises(UncleanableImage, match="cannot be taken out") as caught:
        original(raw, keep=False)
    assert "metadata: keep" in caught.value.hint
    assert original(raw, keep=True).length == len(raw)


@pytest.mark.parametrize("kind", ["JPEG", "progressive JPEG", "PNG", "TIFF", "WebP", "HEIC", "AVIF", "GIF"])
@pytest.mark.parametrize("share", [0.5, 0.8])
def test_a_cut_file_is_an_error(kind: str, share: float) -> None:
    """Half an original is not delivered as a whole one."""
    whole = cleaned(FILES[kind]())

    with pytest.raises(UnreadableImage):
        cleaned(whole[: int(len(whole) * share)])


@cache
def sample(kind: str) -> bytes:
    """A file of a kind, made once."""
    return FILES[kind]()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_damage_never_leaks_or_crashes(kind: str, data: st.DataObject) -> None:
    """Whatever bytes are damaged, cleaning refuses with a hint or gives a file without what follows the picture."""
    raw = bytearray(sample(kind))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        described = original(bytes(raw), keep=False)
    except UnreadableImage as error:
        assert error.hint
        return
    assert described.length < 3 * len(raw)
    assert b"TRAILER" not in b"".join(described.read(bytes(raw)))


def test_a_large_original_is_streamed_in_small_chunks(tmp_path: Path) -> None:
    """No chunk is larger than 1 MiB, whatever the file's size."""
    path = tmp_path / "large.tif"
    Image.frombytes("RGB", (2000, 1500), bytes(9_000_000)).save(path, "TIFF", compression=None)

    described = original(path, keep=False)
    chunks = list(described.read(path))

    assert max(map(len, chunks)) <= 2**20
    assert sum(map(len, chunks)) == described.length


def test_a_file_that_shrinks_meanwhile_is_noticed(tmp_path: Path) -> None:
    """What was planned must still be there when it is read."""
    path = tmp_path / "a.jpg"
    path.write_bytes(camera_jpeg())
    described = original(path, keep=True)
    path.write_bytes(camera_jpeg()[:500])

    with pytest.raises(FaultError, match="changed"):
        list(described.read(path))


def test_neighbouring_pieces_are_merged() -> None:
    """Ropes stay short."""
    rope = joined([b"a", b"b", Span(0, 3), Span(3, 2), b"", Span(9, 0), Span(7, 1)])

    assert rope == (b"ab", Span(0, 5), Span(7, 1))
    assert length(rope) == 8


def test_the_colour_of_a_profile_is_still_applied() -> None:
    """A colour-managed reader sees the same picture."""
    raw = saved(scene(), quality=95, icc_profile=adobe_rgb())
    with Image.open(io.BytesIO(cleaned(raw))) as image:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))

    assert profile.profile.profile_description.strip() == "Adobe RGB compatible"
