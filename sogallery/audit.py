"""The stranger's eye: looks at an output folder as somebody would who wants to learn what he must not.

The audit knows nothing of how the build works. It knows which files may be there, what sealed bytes look like, what a
public picture may carry, and, where the content is at hand, the private words that must appear nowhere.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from PIL import ExifTags, Image, UnidentifiedImageError

from sogallery.model import Finding
from sogallery.words import Words

_OBJECT = re.compile(r"b/([0-9a-f]{2})/\1[0-9a-f]{30}(\.\d{1,4})?")
_GALLERY = re.compile(r"g/[a-z2-7]{16}/(index\.html|gallery\.json)")
_PUBLIC_IMAGE = re.compile(r"p/[0-9a-z][0-9a-z.-]*\.(jpg|webp|avif)")
_ASSET = re.compile(r"assets/[^/].*")
_PAGE = re.compile(r"([^/]+/)*[^/]+\.(html|txt|xml|json)|_headers|_redirects|studio\.pub")
_SLOT_FIELDS = {"id": 22, "commitment": 43, "sealed": 704}
_TOP_FIELDS = {"format", "gallery", "objects", "kdf", "slots", "key", "signature"}
_HEADER = 0x28  # the first byte of a Tink streaming header with a 32-byte salt
_SEGMENT = 65536
_SAMPLE_EVERY = 16  # in a build, fresh objects are sampled; `sogallery audit` reads them whole
_IMAGE_MAGIC = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"\0\0\0\x18ftyp", b"\0\0\0\x1cftyp", b"8BPS")
# Long enough that chance does not write them into ciphertext; arithmetic coding makes WebP look random otherwise.
_MARKERS = (
    b"WEBPVP8",
    b"ftypavif",
    b"ftypheic",
    b"\x89PNG\r\n",
    b"Exif\0\0",
    b"JFIF\0\1",
    b"<x:xmpmeta",
    b"http://ns.",
)
_DATA_IMAGE = re.compile(rb"data:image/(jpe?g|png|webp|avif|gif|heic)", re.IGNORECASE)
_FORBIDDEN_XMP = re.compile(rb"GPS|Serial|ImageNumber|Thumbnail|PersonInImage|City|Country|Location\b", re.IGNORECASE)
_ALLOWED_EXIF = {0x8298, 0x013B, 0x0112}  # Copyright, Artist, Orientation


def audit(
    folder: Path, words: Words | None = None, known: frozenset[str] = frozenset(), sampled: bool = False
) -> list[Finding]:
    """Look at every file of an output folder and return what should not be so.

    `words` are the private strings to look for, `known` names files that an earlier audit has read. With `sampled`, as
    in a build, sealed objects are read in samples instead of whole.
    """
    findings: list[Finding] = []
    for path in sorted(_files(folder)):
        if path not in known:
            findings += _look_at(folder, path, words or Words({}), sampled)
    return findings


def _files(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        relative = path.relative_to(folder).as_posix()
        if path.is_symlink() or (path.is_file() and relative != ".sogallery-output"):
            yield relative


def _look_at(folder: Path, path: str, words: Words, sampled: bool) -> Iterator[Finding]:
    file = folder / path
    if file.is_symlink():
        yield Finding(path, "is a link to somewhere else", "an output holds plain files only")
    elif _OBJECT.fullmatch(path):
        yield from _sealed(file, path, sampled)
    elif _PUBLIC_IMAGE.fullmatch(path):
        yield from public_image(file, path)
    elif _ASSET.fullmatch(path):
        yield from _asset(file, path)
    elif path.startswith("g/") and not _GALLERY.fullmatch(path):
        yield Finding(path, "does not belong into a gallery's folder", "remove it; only sealed files may be there")
    elif path.startswith(("b/", "p/")):
        yield Finding(path, "is neither a sealed object nor a public picture", "remove it and build again")
    elif _PAGE.fullmatch(path):
        yield from _text(file, path, words)
    else:
        yield Finding(path, "is not a file that a build makes", "remove it and build again")


# --- sealed files ---------------------------------------------------------------------------------------------


def _sealed(file: Path, path: str, sampled: bool) -> Iterator[Finding]:
    first_part = not re.search(r"\.[1-9]\d*$", path)
    with file.open("rb", buffering=0) as stream:
        size = file.stat().st_size
        head = stream.read(64)
        if first_part and not _is_pack_or_object(head):
            yield Finding(
                path, "is not sealed: it does not begin like a sealed object", "build again; do not publish it"
            )
            return
        if _is_image(head):
            yield Finding(path, "is a readable picture", "build again; do not publish it")
            return
        if not looks_sealed(_samples(file, size, sampled)):
            yield Finding(path, "holds something that is not encrypted", "build again; do not publish it")


def _is_pack_or_object(head: bytes) -> bool:
    return len(head) == 64 and head[0] == _HEADER


def _samples(file: Path, size: int, sampled: bool) -> Iterator[bytes]:
    segments = math.ceil(size / _SEGMENT)
    with file.open("rb", buffering=0) as stream:
        for n in range(segments):
            if sampled and n % _SAMPLE_EVERY and n != segments - 1:
                continue
            stream.seek(n * _SEGMENT)
            yield stream.read(_SEGMENT)


def looks_sealed(pieces: Iterable[bytes]) -> bool:
    """Whether the bytes have no picture's marks and are spread as evenly as ciphertext is.

    A chi-square test of each piece's histogram: with 255 degrees of freedom, random bytes exceed 420 once in ten
    thousand million pieces; JPEG and text exceed it by far. (Pillow counts the bytes, since it does so fast.)
    """
    for piece in pieces:
        if any(marker in piece for marker in _MARKERS):
            return False
        if len(piece) >= 2048:
            histogram = Image.frombuffer("L", (len(piece), 1), piece).histogram()
            expected = len(piece) / 256
            if sum((count - expected) ** 2 for count in histogram) / expected > 420:
                return False
    return True


def _is_image(head: bytes) -> bool:
    return head.startswith(_IMAGE_MAGIC) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or head[4:8] == b"ftyp"


# --- public files ---------------------------------------------------------------------------------------------


def public_image(file: Path, path: str) -> Iterator[Finding]:
    """What a public picture must not carry: location, serial numbers, previews, comments, profiles, trailing data."""
    try:
        with Image.open(file) as image:
            image.load()
            extra = _metadata_findings(image)
    except (OSError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        yield Finding(path, f"cannot be read as a picture ({error})", "build again")
        return
    for message in extra:
        yield Finding(path, message, "only copyright and release fields may be in public pictures; build again")
    data = file.read_bytes()
    if data.startswith(b"\xff\xd8") and not data.endswith(b"\xff\xd9"):
        yield Finding(path, "has data after the end of the picture", "build again")
    if data.count(b"\xff\xd8\xff") > 1:
        yield Finding(path, "has another picture inside", "build again")


def _metadata_findings(image: Image.Image) -> Iterator[str]:
    exif = image.getexif()
    surplus = {tag for tag in exif if tag not in _ALLOWED_EXIF}
    if surplus:
        yield f"carries camera data (EXIF {', '.join(f'0x{tag:04x}' for tag in sorted(surplus))})"
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    if match := _FORBIDDEN_XMP.search(xmp if isinstance(xmp, bytes) else str(xmp).encode()):
        yield f"carries {match.group().decode()} in its XMP"
    if image.info.get("comment"):
        yield "carries a comment"
    if image.info.get("icc_profile"):
        yield "carries a colour profile, which may describe a device"


def _asset(file: Path, path: str) -> Iterator[Finding]:
    with file.open("rb", buffering=0) as stream:
        head = stream.read(16)
    if _is_image(head) and not path.endswith((".png", ".svg", ".ico", ".webp", ".jpg")):
        yield Finding(path, "is a picture under another name", "remove it from the theme")
    elif _is_image(head) and _is_located(file):
        yield Finding(path, "says where it was taken (GPS)", "take that out of the theme's picture")


def _is_located(file: Path) -> bool:
    try:
        with Image.open(file) as image:
            return bool(image.getexif().get_ifd(ExifTags.IFD.GPSInfo))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False


def _text(file: Path, path: str, words: Words) -> Iterator[Finding]:
    data = file.read_bytes()
    if _is_image(data[:64]):
        yield Finding(path, "is a readable picture under another name", "remove it and build again")
        return
    if _DATA_IMAGE.search(data):
        yield Finding(path, "has a picture inside its text", "remove it from the page")
    text = data.decode("utf-8", "replace")
    if (word := words.found_in(text)) is not None:
        yield Finding(path, f"contains the private words “{word}”", "they may only be inside sealed galleries")
    if path.endswith("/gallery.json"):
        yield from _gallery_json(text, path)


def _gallery_json(text: str, path: str) -> Iterator[Finding]:
    try:
        document = json.loads(text)
        slots = document["slots"]
        plain = set(document) <= _TOP_FIELDS and document["gallery"] == path.split("/")[1]
        sealed = all({key: len(value) for key, value in slot.items()} == _SLOT_FIELDS for slot in slots)
        ids = [base64.urlsafe_b64decode(slot["id"] + "==") for slot in slots]
    except (ValueError, KeyError, TypeError, AttributeError):
        yield Finding(path, "is not a gallery.json", "build again")
        return
    if not (plain and sealed and len(slots) % 4 == 0 and slots):
        yield Finding(path, "says more than a gallery.json may say", "build again; do not publish it")
    if ids != sorted(ids):
        yield Finding(path, "has its key slots in an order that tells something", "build again")
