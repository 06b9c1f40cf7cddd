"""JPEG files as a camera and an editor leave them: EXIF with place and serial numbers, IPTC and XMP, orientation.

Everything private in here is invented, so that one can see that none of it gets out.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

_QUALITY = 84
_STUDIO = "SO Captures"
_SERIAL = "SOC-4471902"
_UPRIGHT_TO_STORED = {
    1: None,
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_90,
    8: Image.Transpose.ROTATE_270,
}


@dataclass(frozen=True, slots=True)
class Shot:
    """What a camera and an editor would have written; `place` is latitude and longitude in degrees."""

    taken: datetime
    title: str
    caption: str
    keywords: tuple[str, ...]
    place: tuple[float, float]
    orientation: int = 1
    exposure: tuple[int, float, int, int] = (250, 2.8, 400, 50)  # 1/n s, f-number, ISO, mm


def to_jpeg(image: Image.Image, shot: Shot) -> bytes:
    """The upright `image` stored as `shot.orientation` says, with all its metadata."""
    turn = _UPRIGHT_TO_STORED[shot.orientation]
    stored = image.transpose(turn) if turn is not None else image
    out = io.BytesIO()
    stored.save(out, "JPEG", quality=_QUALITY, exif=_exif(shot), optimize=True, progressive=False)
    segments = _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + _xmp(shot))
    segments += _segment(0xED, b"Photoshop 3.0\0" + _photoshop(shot))
    return _after_exif(out.getvalue(), segments)


def _exif(shot: Shot) -> bytes:
    exif = Image.Exif()
    base = ExifTags.Base
    exif[base.Make], exif[base.Model] = "Sample", "Sample Mark II"
    exif[base.Orientation] = shot.orientation
    exif[base.Software] = "sogallery sample"
    exif[base.Artist], exif[base.Copyright] = _STUDIO, f"(c) {_STUDIO}"
    exif[base.DateTime] = shot.taken.strftime("%Y:%m:%d %H:%M:%S")
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[base.DateTimeOriginal] = details[base.DateTimeDigitized] = exif[base.DateTime]
    speed, aperture, iso, focal = shot.exposure
    details[base.ExposureTime] = IFDRational(1, speed)
    details[base.FNumber] = IFDRational(round(aperture * 10), 10)
    details[base.ISOSpeedRatings], details[base.FocalLength] = iso, IFDRational(focal, 1)
    details[base.BodySerialNumber], details[base.LensModel] = _SERIAL, "Sample 50mm f/1.4"
    details[base.LensSerialNumber], details[base.CameraOwnerName] = f"{_SERIAL}-L", "Sample Owner"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(_gps(shot.place))
    return exif.tobytes()


def _gps(place: tuple[float, float]) -> dict[int, object]:
    latitude, longitude = place
    return {
        ExifTags.GPS.GPSVersionID: b"\x02\x03\x00\x00",
        ExifTags.GPS.GPSLatitudeRef: "N" if latitude >= 0 else "S",
        ExifTags.GPS.GPSLatitude: _degrees(latitude),
        ExifTags.GPS.GPSLongitudeRef: "E" if longitude >= 0 else "W",
        ExifTags.GPS.GPSLongitude: _degrees(longitude),
    }


def _degrees(value: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    hundredths = round(abs(value) * 360_000)
    minutes, rest = divmod(hundredths, 6000)
    return IFDRational(minutes // 60, 1), IFDRational(minutes % 60, 1), IFDRational(rest, 100)


def _photoshop(shot: Shot) -> bytes:
    """An image resource 0x0404 with the IPTC-IIM records (IIM 4.2): version, title, keywords, byline, caption."""
    records = _iim(1, 90, b"\x1b%G") + _iim(2, 0, b"\x00\x04")
    words = [(5, shot.title), *((25, word) for word in shot.keywords), (80, _STUDIO), (120, shot.caption)]
    records += b"".join(_iim(2, number, text.encode()) for number, text in words)
    return b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records + b"\0" * (len(records) % 2)


def _iim(record: int, dataset: int, data: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, dataset, len(data)) + data


def _xmp(shot: Shot) -> bytes:
    subjects = "".join(f"<rdf:li>{escape(word)}</rdf:li>" for word in shot.keywords)

    def alt(text: str) -> str:
        return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'

    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4">'
        f"<dc:title>{alt(shot.title)}</dc:title><dc:description>{alt(shot.caption)}</dc:description>"
        f"<dc:subject><rdf:Bag>{subjects}</rdf:Bag></dc:subject>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def _segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def _after_exif(jpeg: bytes, segments: bytes) -> bytes:
    """Put `segments` behind the leading APP0 and APP1, where readers look for them."""
    at = 2
    while jpeg[at : at + 2] in (b"\xff\xe0", b"\xff\xe1"):
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return jpeg[:at] + segments + jpeg[at:]
