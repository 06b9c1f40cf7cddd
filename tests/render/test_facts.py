"""Facts from headers: size, time, words and exposure, from any block and any character set, whatever is broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawn_pictures import (
    IPTC,
    PHOTOSHOP,
    XMP,
    ascii_entry,
    camera_exif,
    camera_jpeg,
    dataset,
    exif_block,
    lying_png,
    rational_entry,
    resource,
    saved,
    scene,
    segment,
    short_entry,
    with_segments,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from sogallery.render.errors import UnreadableImage
from sogallery.render.facts import Facts, facts_of, read_facts
from sogallery.render.meta import exif, iptc, xmp
from sogallery.render.source import know_heif


def exif_jpeg(block: bytes) -> bytes:
    """A small JPEG with an EXIF block."""
    return with_segments(saved(scene()), segment(0xE1, b"Exif\0\0" + block))


def iptc_jpeg(block: bytes) -> bytes:
    """A small JPEG with an IPTC block."""
    return with_segments(saved(scene()), segment(0xED, b"Photoshop 3.0\0" + resource(0x0404, block)))


def test_a_camera_file_gives_all_its_facts(tmp_path: Path) -> None:
    """Everything that a photographer's JPEG says comes out, upright, XMP before IPTC before EXIF."""
    path = tmp_path / "MJ-0042.jpg"
    path.write_bytes(camera_jpeg(6))

    assert read_facts(path) == Facts(
        width=200,
        height=320,
        stored_width=320,
        stored_height=200,
        orientation=6,
        captured="2026-06-13T12:30:00.25",
        title="Rings & more",
        caption="The <rings>",
        keywords=("wedding", "Málaga 💍"),
        rating=4,
        exposure="1/250 s, f/2.8, ISO 400, 50 mm",
    )


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_turns_the_dimensions(orientation: int) -> None:
    """Orientations 5 to 8 lie on their side."""
    facts = facts_of(camera_jpeg(orientation))

    assert facts.orientation == orientation
    assert (facts.width, facts.height) == ((200, 320) if orientation > 4 else (320, 200))


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_impossible_orientation_is_upright(orientation: int) -> None:
    """Cameras that know nothing write 0."""
    assert facts_of(camera_jpeg(orientation)).orientation == 1


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP", "AVIF", "HEIF"])
def test_other_formats_carry_exif_and_xmp(kind: str) -> None:
    """The same facts come out of the other containers."""
    know_heif()
    words = {} if kind in ("PNG", "TIFF") else {"xmp": XMP}  # Pillow writes no XMP into those two
    facts = facts_of(saved(scene(), kind, exif=camera_exif(1), **words))

    assert facts.format == kind
    assert facts.captured == "2026-06-13T12:30:00.25"
    assert facts.exposure == "1/250 s, f/2.8, ISO 400, 50 mm"
    assert facts.title == ("Rings & more" if words else "")


@pytest.mark.parametrize(
    ("kind", "media"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/gif"),
        ("TIFF", "image/tiff"),
        ("HEIF", "image/heic"),
    ],
)
def test_media_types(kind: str, media: str) -> None:
    """The type to save under is that of the content."""
    know_heif()

    assert facts_of(saved(scene(), kind)).type == media


def test_a_misnamed_file_is_read_and_says_so(tmp_path: Path) -> None:
    """Content decides; the name is only remarked upon."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(saved(scene(), "PNG"))

    facts = read_facts(path)

    assert facts.format == "PNG"
    assert facts.misnamed == "is named like a JPEG file but is a PNG file"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Übermut – 花嫁".encode(), "Übermut – 花嫁"),
        ("Übermut – née".encode("cp1252"), "Übermut – née"),
        (b"line one\r\nline\x00two\x07\x1b", "line one\nlinetwo"),
        ("\ufeffwith a mark".encode(), "with a mark"),
        ("e\u0301".encode(), "é"),
    ],
)
def test_captions_in_any_character_set(raw: bytes, text: str) -> None:
    """UTF-8 and Windows-1252 are told apart; control characters are dropped; the result is NFC."""
    assert facts_of(iptc_jpeg(dataset(2, 120, raw))).caption == text


@pytest.mark.parametrize("words", ["OLYMPUS DIGITAL CAMERA", "SONY DSC", "KODAK Digital Still Camera", "  ", "default"])
def test_what_cameras_write_is_no_caption(words: str) -> None:
    """Boilerplate in ImageDescription is not shown to clients."""
    assert facts_of(exif_jpeg(exif_block([ascii_entry(0x010E, words)]))).caption == ""


@pytest.mark.parametrize(
    ("time", "expected"),
    [("1/250", "1/250 s"), ("10/2500", "1/250 s"), ("5/10", "0.5 s"), ("2/1", "2 s"), ("25/10", "2.5 s"), ("1/0", "")],
)
def test_shutter_speeds_read_as_photographers_write_them(time: str, expected: str) -> None:
    """Fractions below a third of a second, decimals above, nothing for nonsense."""
    top, bottom = map(int, time.split("/"))

    assert facts_of(exif_jpeg(exif_block([], [rational_entry(0x829A, (top, bottom))]))).exposure == expected


@pytest.mark.parametrize("moment", ["0000:00:00 00:00:00", "2026:13:40 99:00:00", "    :  :     :  :  ", "yesterday"])
def test_an_impossible_time_is_no_time(moment: str) -> None:
    """A clock that was never set gives no capture time."""
    assert facts_of(exif_jpeg(exif_block([], [ascii_entry(0x9003, moment)]))).captured == ""


def test_capture_time_from_iptc_if_nothing_else() -> None:
    """Scanned pictures are dated in IPTC."""
    assert facts_of(with_segments(saved(scene()), segment(0xED, PHOTOSHOP))).captured == "2026-06-13T12:30:00"


def test_windows_rating_and_title() -> None:
    """Explorer writes its own fields."""
    title = "Die Ringe 💍\0".encode("utf-16-le")
    entry = exif.tiff.Entry(0x9C9B, 1, len(title), title)

    facts = facts_of(exif_jpeg(exif_block([short_entry(0x4746, 5), entry])))

    assert (facts.title, facts.rating) == ("Die Ringe 💍", 5)


def test_xmp_with_entities_is_not_parsed() -> None:
    """An entity bomb in a packet counts as no packet."""
    bomb = XMP.replace(b"<x:xmpmeta", b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x:xmpmeta')

    assert xmp.properties(bomb) == {}
    assert xmp.properties(bomb.decode().encode("utf-16")) == {}


def test_xmp_without_its_wrapper_is_read() -> None:
    """rdf:RDF may be outermost; what is inside a structure is not a property of the picture."""
    bare = XMP[XMP.index(b"<rdf:RDF") : XMP.index(b"</rdf:RDF>") + 10]
    nested = bare.replace(b"<rdf:Bag>", b'<rdf:Description xmp:Label="inside"/><rdf:Bag>')

    assert xmp.text(xmp.properties(nested), "dc", "title") == "Rings & more"
    assert xmp.text(xmp.properties(nested), "xmp", "Label") == ""


def test_wide_xmp_is_read() -> None:
    """A packet in UTF-16 says the same."""
    wide = XMP.decode().replace("\ufeff", "").encode("utf-16")

    assert xmp.text(xmp.properties(wide), "dc", "title") == "Rings & more"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_broken_metadata_never_fails(data: st.DataObject) -> None:
    """Whatever bytes change in the metadata blocks, the facts of the picture come out."""
    blocks = [bytearray(block) for block in (camera_exif(), XMP, IPTC)]
    for block in blocks:
        for _ in range(data.draw(st.integers(0, 12))):
            block[data.draw(st.integers(0, len(block) - 1))] = data.draw(st.integers(0, 255))
        del block[data.draw(st.integers(len(block) // 4, len(block))) :]
    file = with_segments(
        saved(scene()),
        segment(0xE1, b"Exif\0\0" + bytes(blocks[0])),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + bytes(blocks[1])),
        segment(0xED, b"Photoshop 3.0\0" + resource(0x0404, bytes(blocks[2]))),
    )

    facts = facts_of(file)

    assert {facts.width, facts.height} == {320, 200}
    assert not any(ord(c) < 32 and c not in "\n\t" for c in facts.title + facts.caption)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_readers(raw: bytes) -> None:
    """The readers take anything."""
    exif.cleaned(exif.parsed(b"II*\0\x08\0\0\0" + raw))
    assert isinstance(iptc.cleaned(raw), bytes)
    assert isinstance(xmp.cleaned(raw), bytes)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (bytes(5000), "only zeros"),
        (b"# Notes\n\nnot a picture", "is not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "is not a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JF", "cannot be decoded|not a picture"),
    ],
)
def test_what_is_no_picture(tmp_path: Path, content: bytes, words: str) -> None:
    """Each kind of wrong file gets its own words and a hint."""
    path = tmp_path / "a.jpg"
    path.write_bytes(content)

    with pytest.raises(UnreadableImage, match=words) as caught:
        read_facts(path)

    assert caught.value.hint


def test_a_camera_raw_file_is_refused() -> None:
    """A DNG passes as TIFF, but what would be shown is a small preview."""
    raw = saved(scene(64, 48), "TIFF", tiffinfo={50706: b"\1\4\0\0"})

    with pytest.raises(UnreadableImage, match="camera raw"):
        facts_of(raw)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """The system's reason is in the message."""
    with pytest.raises(UnreadableImage, match="No such file"):
        read_facts(tmp_path / "gone.jpg")


def test_a_bomb_is_refused_by_its_header() -> None:
    """A few bytes that promise a giant picture are refused before anything is allocated."""
    with pytest.raises(UnreadableImage, match="pixels"):
        facts_of(lying_png(60_000, 60_000))
