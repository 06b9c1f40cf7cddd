"""Pictures drawn for the tests of sogallery.render, and metadata to put into them."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image

from sogallery.render.meta import tiff


def scene(width: int = 320, height: int = 200, seed: int = 1) -> Image.Image:
    """A smooth colourful picture with some detail, different for each seed, with four distinguishable corners."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(40, 215, (5, 8, 3), dtype=np.uint8))
    fine = Image.fromarray(rng.integers(118, 138, (height // 4, width // 4, 3), dtype=np.uint8))
    base = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), dtype=np.int16)
    detail = np.asarray(fine.resize((width, height), Image.Resampling.BILINEAR), dtype=np.int16) - 128
    picture = Image.fromarray(np.clip(base + detail, 0, 255).astype(np.uint8))
    corner = (width // 4, height // 4)
    for colour, at in (("red", (0, 0)), ("lime", (width - corner[0], 0)), ("blue", (0, height - corner[1]))):
        picture.paste(Image.new("RGB", corner, colour), at)
    return picture


def saved(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """The picture as the bytes of a file."""
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def ascii_entry(tag: int, text: str | bytes) -> tiff.Entry:
    """A text field."""
    raw = (text.encode() if isinstance(text, str) else text) + b"\0"
    return tiff.Entry(tag, tiff.ASCII, len(raw), raw)


def short_entry(tag: int, value: int) -> tiff.Entry:
    """A 16-bit number."""
    return tiff.number(tag, value, "<")


def rational_entry(tag: int, *pairs: tuple[int, int]) -> tiff.Entry:
    """Fractions."""
    return tiff.Entry(tag, tiff.RATIONAL, len(pairs), b"".join(struct.pack("<LL", *pair) for pair in pairs))


def raw_entry(tag: int, value: bytes) -> tiff.Entry:
    """Bytes of no known meaning."""
    return tiff.Entry(tag, tiff.UNDEFINED, len(value), value)


def exif_block(
    zeroth: list[tiff.Entry] | None = None,
    exif: list[tiff.Entry] | None = None,
    gps: list[tiff.Entry] | None = None,
    thumbnail: bytes = b"",
) -> bytes:
    """An EXIF block as a camera writes it, little-endian: directories, GPS and a thumbnail."""
    first = list(zeroth or [])
    pointers = [(0x8769, exif), (0x8825, gps)]
    first += [tiff.number(tag, 0, "<", tiff.LONG) for tag, entries in pointers if entries]
    at = 8 + len(tiff.written(first, "<", 8))
    parts = b""
    for tag, entries in pointers:
        if entries:
            first = [entry for entry in first if entry.tag != tag] + [tiff.number(tag, at + len(parts), "<", tiff.LONG)]
            parts += tiff.written(entries, "<", at + len(parts))
    following = at + len(parts) if thumbnail else 0
    if thumbnail:
        second = [tiff.number(0x0201, 0, "<", tiff.LONG), tiff.number(0x0202, len(thumbnail), "<", tiff.LONG)]
        place = following + len(tiff.written(second, "<", following))
        second[0] = tiff.number(0x0201, place, "<", tiff.LONG)
        parts += tiff.written(second, "<", following) + thumbnail
    return b"II*\0\x08\0\0\0" + tiff.written(first, "<", 8, following) + parts


CAMERA_ZEROTH = [
    ascii_entry(0x010E, "The rings"),
    ascii_entry(0x010F, "Canon"),
    ascii_entry(0x0110, "Canon EOS R6"),
    short_entry(0x0112, 6),
    ascii_entry(0x013B, "Jo Example"),
    ascii_entry(0x8298, "(c) 2026 Jo Example"),
    ascii_entry(0xC62F, "BODY-SERIAL-1"),
]
CAMERA_EXIF = [
    rational_entry(0x829A, (1, 250)),
    rational_entry(0x829D, (28, 10)),
    short_entry(0x8827, 400),
    ascii_entry(0x9003, "2026:06:13 12:30:00"),
    ascii_entry(0x9291, "25"),
    rational_entry(0x920A, (50, 1)),
    raw_entry(0x927C, b"MAKERNOTE-SERIAL" * 40),
    ascii_entry(0xA420, "UNIQUE-IMAGE-ID"),
    ascii_entry(0xA430, "OWNER-NAME"),
    ascii_entry(0xA431, "BODY-SERIAL-2"),
    ascii_entry(0xA434, "RF50mm F1.8"),
    ascii_entry(0xA435, "LENS-SERIAL"),
]
CAMERA_GPS = [
    ascii_entry(1, "N"),
    rational_entry(2, (41, 1), (23, 1), (1234, 100)),
    ascii_entry(3, "E"),
    rational_entry(4, (2, 1), (9, 1), (4321, 100)),
]


def camera_exif(orientation: int = 1) -> bytes:
    """EXIF with everything that must go and everything that must stay."""
    zeroth = [entry if entry.tag != 0x0112 else short_entry(0x0112, orientation) for entry in CAMERA_ZEROTH]
    return exif_block(zeroth, CAMERA_EXIF, CAMERA_GPS, saved(scene(64, 48, 99)))


PRIVATE_BYTES = (b"SERIAL", b"UNIQUE-IMAGE-ID", b"OWNER-NAME", b"Barcelona", b"GPSLatitude", b"PREVIEW", b"TRAILER")

XMP = b"""<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
 xmlns:drone="http://www.example.com/drone/1.0/" xmp:Rating="4" exif:GPSLatitude="41,23.5N" aux:SerialNumber="XSERIAL"
 aux:Lens="RF50" photoshop:City="Barcelona" drone:Position="41.38 2.15 Barcelona">
<dc:title><rdf:Alt><rdf:li xml:lang="de">Die Ringe</rdf:li>
<rdf:li xml:lang="x-default">Rings &amp; more</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">The &lt;rings&gt;</rdf:li></rdf:Alt></dc:description>
<dc:subject><rdf:Bag><rdf:li>wedding</rdf:li><rdf:li>M\xc3\xa1laga \xf0\x9f\x92\x8d</rdf:li></rdf:Bag></dc:subject>
<Iptc4xmpCore:Location>Casa Barcelona</Iptc4xmpCore:Location>
<Iptc4xmpCore:CreatorContactInfo Iptc4xmpCore:CiAdrCity="Barcelona" Iptc4xmpCore:CiEmailWork="jo@example.org"/>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def dataset(record: int, number: int, value: bytes) -> bytes:
    """One IPTC data set."""
    return b"\x1c" + struct.pack(">BBH", record, number, len(value)) + value


IPTC = (
    dataset(1, 90, b"\x1b%G")
    + dataset(2, 5, b"The title")
    + dataset(2, 25, b"wedding")
    + dataset(2, 55, b"20260613")
    + dataset(2, 60, b"123000+0200")
    + dataset(2, 90, b"Barcelona")
    + dataset(2, 101, b"Barcelona, Spain")
    + dataset(2, 116, b"(c) Jo")
    + dataset(2, 120, "Die Ringe für Ömer".encode())
    + dataset(2, 202, b"PREVIEW" * 9)
)


def resource(kind: int, value: bytes) -> bytes:
    """One Photoshop image resource."""
    return b"8BIM" + struct.pack(">HHL", kind, 0, len(value)) + value + b"\0" * (len(value) % 2)


PHOTOSHOP = b"Photoshop 3.0\0" + resource(0x0404, IPTC) + resource(0x040C, b"PREVIEW" * 20)


def segment(marker: int, payload: bytes) -> bytes:
    """A JPEG marker segment."""
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(payload) + 2) + payload


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    """A JPEG with segments put in after its SOI."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def camera_jpeg(orientation: int = 1, picture: Image.Image | None = None, **options: object) -> bytes:
    """A JPEG with EXIF, XMP, IPTC, vendor segments and a trailer, as they come from cameras and editors."""
    return (
        with_segments(
            saved(picture or scene(), quality=90, **options),
            segment(0xE1, b"Exif\0\0" + camera_exif(orientation)),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
            segment(0xED, PHOTOSHOP),
            segment(0xE4, b"VENDOR SERIAL"),
            segment(0xFE, b"comment with a SERIAL"),
        )
        + b"TRAILER with a motion picture"
    )


def lying_png(width: int, height: int) -> bytes:
    """A small PNG whose header promises other dimensions, with a valid checksum."""
    raw = bytearray(saved(Image.new("L", (64, 64), 7), "PNG"))
    raw[16:24] = struct.pack(">LL", width, height)
    raw[29:33] = struct.pack(">L", zlib.crc32(raw[12:29]))
    return bytes(raw)


def tiff_with(raw: bytes, *extra: tiff.Entry) -> bytes:
    """A TIFF whose first directory is written anew at its end, with EXIF, GPS and more fields; its other pages stay."""
    read = tiff.over(raw)
    order, offset = tiff.header(read)
    page = tiff.directory(read, order, offset)
    count = struct.unpack(order + "H", raw[offset : offset + 2])[0]
    following = struct.unpack(order + "L", raw[offset + 2 + 12 * count :][:4])[0]
    at = len(raw) + len(raw) % 2
    body = raw.ljust(at, b"\0")
    for pointer, entries in ((0x8769, CAMERA_EXIF), (0x8825, CAMERA_GPS)):
        block = tiff.written(swapped(entries, order), order, len(body))
        page[pointer] = tiff.number(pointer, len(body), order, tiff.LONG)
        body += block
    kept = [*page.values(), *swapped(CAMERA_ZEROTH, order), *extra]
    kept = list({entry.tag: entry for entry in kept}.values())
    start = struct.pack(order + "L", len(body))
    return body[:4] + start + body[8:] + tiff.written(kept, order, len(body), following)


def swapped(entries: list[tiff.Entry], order: tiff.Order) -> list[tiff.Entry]:
    """The little-endian fields in another byte order."""
    if order == "<":
        return entries
    widths = {tiff.SHORT: 2, tiff.LONG: 4, tiff.RATIONAL: 4}
    result = []
    for entry in entries:
        width = widths.get(entry.type, 1)
        parts = (entry.value[at : at + width][::-1] for at in range(0, len(entry.value), width))
        result.append(tiff.Entry(entry.tag, entry.type, entry.count, b"".join(parts)))
    return result
