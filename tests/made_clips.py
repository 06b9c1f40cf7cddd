"""Clips for tests, made box by box: MP4 whole and in fragments, WebM; every place where cameras leave private things.

Their samples are noise: nothing here decodes them.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass

SECRET = b"SN-4242-KEEP-OUT"  # stands in every private place
PLACE = b"+48.8584+002.2945/"  # ISO 6709
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="48,51.504N"'
    b' xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" aux:SerialNumber="SN-4242-KEEP-OUT"'
    b' xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Make="Cam"/></rdf:RDF></x:xmpmeta>'
)
IDENTITY, QUARTER = (1, 0, 0, 0, 1, 0, 0, 0, 0x4000), (0, 1, 0, -1, 0, 0, 0, 0, 0x4000)  # 16.16, the last 2.30


def noise(seed: str, length: int) -> bytes:
    """Bytes that look like nothing, and are the same for one seed."""
    return hashlib.shake_256(seed.encode()).digest(length)


def box(kind: bytes, *parts: bytes, wide: bool = False, to_end: bool = False) -> bytes:
    """A box; `wide` with a size of 64 bits, `to_end` with the size zero."""
    content = b"".join(parts)
    if wide:
        return struct.pack(">L4sQ", 1, kind, len(content) + 16) + content
    return struct.pack(">L4s", 0 if to_end else len(content) + 8, kind) + content


def full(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0, wide: bool = False) -> bytes:
    """A box with version and flags."""
    return box(kind, struct.pack(">L", version << 24 | flags), *parts, wide=wide)


def numbers(*values: int, width: str = "L") -> bytes:
    """Numbers, most significant byte first."""
    return struct.pack(f">{len(values)}{width}", *values)


def private(*others: bytes) -> bytes:
    """The boxes that cameras and editors leave: location, maker, serial number, XMP; `others` are boxes of their own."""
    keys = [b"com.apple.quicktime.location.ISO6709", b"com.apple.quicktime.make"]
    values = [PLACE, b"Cam " + SECRET]
    items = (box(numbers(i), box(b"data", numbers(1, 0), value)) for i, value in enumerate(values, 1))
    entries = b"".join(box(b"mdta", key) for key in keys)
    handler = full(b"hdlr", bytes(4), b"mdta", bytes(13))
    meta = box(b"meta", handler, full(b"keys", numbers(len(keys)), entries), box(b"ilst", *items))
    words = box(b"\xa9xyz", numbers(len(PLACE), 0x15C7, width="H"), PLACE)
    loci = full(b"loci", numbers(0x15C7, width="H"), b"Paris\0\0", numbers(2 << 16, 48 << 16, 0), b"earth\0\0")
    camera = box(b"\xa9mak", numbers(4, 0x15C7, width="H"), b"Cam ") + box(b"CAME", SECRET)
    user = box(b"udta", words, loci, camera, full(b"meta", handler, box(b"ilst")), numbers(0))
    stale = box(b"free", SECRET) + box(b"skip", SECRET)
    return user + meta + box(b"uuid", XMP_UUID, XMP) + stale + b"".join(box(kind, SECRET, PLACE) for kind in others)


def telemetry() -> bytes:
    """What an action camera writes about once a second: its position (GPMF)."""

    def item(key: bytes, kind: bytes, size: int, *values: bytes) -> bytes:
        data = b"".join(values)
        return key + kind + struct.pack(">BH", size, len(data) // size) + data + bytes(-len(data) % 4)

    scale = item(b"SCAL", b"l", 4, numbers(10**7, 10**7, 1000, 1000, 100))
    positions = item(b"GPS5", b"l", 20, struct.pack(">5l", 488584000, 22945000, 35000, 1200, 130))
    stream = item(b"STRM", b"\0", 1, scale, positions)
    return item(b"DEVC", b"\0", 1, item(b"DVNM", b"c", 1, SECRET), stream)


@dataclass(frozen=True)
class Track:
    """A track to build: its handler, how its samples are coded, the samples, and boxes that do not belong there."""

    handler: bytes
    entry: bytes
    samples: Sequence[bytes]
    more: bytes = b""
    size: tuple[int, int] = (0, 0)
    matrix: tuple[int, ...] = IDENTITY
    sizes: str = "stsz"
    large: bool = False  # 64-bit offsets, version 1 headers
    reference: bytes = full(b"url ", flags=1)


def video_entry(kind: bytes = b"avc1", more: bytes = b"") -> bytes:
    """How pictures are coded."""
    head = bytes(6) + numbers(1, width="H") + bytes(16) + numbers(640, 360, width="H") + bytes(50)
    return box(kind, head, box(b"avcC", noise("codec", 20)), more)


def sound_entry(version: int = 0, more: bytes = b"") -> bytes:
    """How sound is coded; QuickTime has longer versions."""
    head = bytes(6) + numbers(1, version, width="H") + bytes(18) + bytes({0: 0, 1: 16, 2: 36}[version])
    return box(b"mp4a", head, full(b"esds", noise("esds", 12)), more)


def video(count: int = 4, **settings: object) -> Track:
    """A picture track with samples of different lengths."""
    made = {"entry": video_entry(), "size": (640, 360)} | settings
    return Track(b"vide", samples=[noise(f"v{n}", 300 + 17 * n) for n in range(count)], **made)


def sound(count: int = 4, **settings: object) -> Track:
    """A sound track."""
    made = {"entry": sound_entry()} | settings
    return Track(b"soun", samples=[noise(f"s{n}", 60 + n) for n in range(count)], **made)


def positions(handler: bytes = b"meta", kind: bytes = b"gpmd", count: int = 4) -> Track:
    """A track that tells where the camera was."""
    entry = box(kind, bytes(6), numbers(1, width="H"), SECRET)
    return Track(handler, entry, [telemetry() + SECRET * n for n in range(count)])


def _header(track: Track, number: int) -> bytes:
    times = numbers(1, 2, width="Q" if track.large else "L")
    length = numbers(100, width="Q" if track.large else "L")
    matrix = struct.pack(">9l", *(value << 16 for value in track.matrix))
    sides = numbers(*(side << 16 for side in track.size))
    return full(b"tkhd", times, numbers(number, 0), length, bytes(16), matrix, sides, version=int(track.large), flags=3)


def _sizes(track: Track, samples: Sequence[bytes]) -> bytes:
    lengths = [len(sample) for sample in samples]
    if track.sizes == "constant":
        return full(b"stsz", numbers(lengths[0] if lengths else 0, len(lengths)))
    if track.sizes == "stz2":
        return full(b"stz2", numbers(16, len(lengths)), numbers(*lengths, width="H"))
    return full(b"stsz", numbers(0, len(lengths)), numbers(*lengths))


def _trak(track: Track, number: int, offsets: Sequence[int], samples: Sequence[bytes], wide: bool) -> bytes:
    """`offsets` has one chunk for each pair of samples."""
    odd = len(samples) % 2
    runs = [(1, 2, 1), *([(len(offsets), 1, 1)] if odd and len(offsets) > 1 else [])]
    runs = [] if not offsets else [(1, 1, 1)] if len(offsets) == 1 and odd else runs
    places = full(
        b"co64" if track.large else b"stco", numbers(len(offsets)), numbers(*offsets, width="Q" if track.large else "L")
    )
    table = box(
        b"stbl",
        full(b"stsd", numbers(1), track.entry),
        full(b"stts", numbers(0)),
        full(b"stsc", numbers(len(runs)), *(numbers(*run) for run in runs)),
        _sizes(track, samples),
        places,
        track.more,
    )
    handler = full(b"hdlr", bytes(4), track.handler, bytes(12), b"Handler " + SECRET + b"\0")
    data = box(b"dinf", full(b"dref", numbers(1), track.reference))
    media = box(
        b"mdia",
        full(b"mdhd", bytes(20)),
        handler,
        box(b"minf", full(b"vmhd", bytes(8)), data, table, track.more),
        track.more,
    )
    return box(b"trak", _header(track, number), box(b"tref", box(b"cdsc", numbers(1))), media, track.more, wide=wide)


def mp4(
    tracks: Sequence[Track],
    more: bytes = b"",
    before: bytes = b"",
    after: bytes = b"",
    wide: bool = False,
    media_first: bool = False,
    gap: bytes = b"",
    to_end: bool = False,
) -> bytes:
    """An MP4: samples two by two, interleaved, with a `gap` after each chunk; `more` in moov, others around the rest."""
    start = box(b"ftyp", b"mp42", numbers(0), b"mp42isom")
    data, places = bytearray(), [[] for _ in tracks]
    for at in range(0, max(len(track.samples) for track in tracks), 2):
        for track, found in zip(tracks, places, strict=True):
            if track.samples[at : at + 2]:
                found.append(len(data))
                data += b"".join(track.samples[at : at + 2]) + gap

    def movie(first: int) -> bytes:
        parts = (
            _trak(track, n, [first + at for at in found], track.samples, wide)
            for n, (track, found) in enumerate(zip(tracks, places, strict=True), 1)
        )
        return box(b"moov", full(b"mvhd", bytes(96)), *parts, more, wide=wide)

    media = box(b"mdat", bytes(data), wide=wide, to_end=to_end)
    head = len(media) - len(data)
    if media_first:
        return start + before + media + movie(len(start + before) + head) + after
    return start + movie(len(start + movie(0) + before) + head) + before + media + after


def fragmented(tracks: Sequence[Track], style: str = "moof", more: bytes = b"") -> bytes:
    """An MP4 of which each sample number is a fragment; `style` is what offsets count from: moof, base, or chain."""
    defaults = b"".join(full(b"trex", numbers(n, 1, 0, len(t.samples[0]), 0)) for n, t in enumerate(tracks, 1))
    parts = (_trak(track, n, [], [], False) for n, track in enumerate(tracks, 1))
    made = box(b"ftyp", b"iso5", numbers(0)) + box(b"moov", full(b"mvhd", bytes(96)), *parts, box(b"mvex", defaults))
    for at in range(len(tracks[0].samples)):
        samples = [track.samples[at] for track in tracks]
        size = len(_moof(tracks, samples, style, 0, 0, more))
        made += _moof(tracks, samples, style, len(made), size + 8, more) + box(b"mdat", *samples)
    return made + box(b"mfra", full(b"tfra", numbers(1, 0, 0)), full(b"mfro", numbers(0)))


def _moof(tracks: Sequence[Track], samples: Sequence[bytes], style: str, start: int, first: int, more: bytes) -> bytes:
    trafs, at = [], first
    for number, (track, sample) in enumerate(zip(tracks, samples, strict=True), 1):
        own_size = track.sizes != "constant"
        base = numbers(start + at, width="Q") if style == "base" else b""
        flags = {"base": 1, "moof": 0x20000, "chain": 0}[style]
        offset = {"base": [0], "moof": [at], "chain": [first] if number == 1 else []}[style]
        header = full(b"tfhd", numbers(number), base, flags=flags)
        run = (0x1 if offset else 0) | (0x200 if own_size else 0)
        sizes = numbers(len(sample)) if own_size else b""
        table = full(b"trun", numbers(1), struct.pack(f">{len(offset)}l", *offset), sizes, flags=run)
        trafs.append(box(b"traf", header, full(b"tfdt", numbers(0)), table, more))
        at += len(sample)
    return box(b"moof", full(b"mfhd", numbers(1)), *trafs, more)


def element(number: int, *parts: bytes, width: int = 0, unknown: bool = False) -> bytes:
    """An EBML element; `width` is how many bytes its size takes."""
    content = b"".join(parts)
    width = width or next(w for w in range(1, 9) if len(content) < (1 << 7 * w) - 1)
    size = (1 << 7 * width) - 1 if unknown else len(content)
    return number.to_bytes((number.bit_length() + 7) // 8) + (1 << 7 * width | size).to_bytes(width) + content


def tag(name: bytes, value: bytes) -> bytes:
    """A WebM tag for the whole file."""
    return element(0x7373, element(0x63C0), element(0x67C8, element(0x45A3, name), element(0x4487, value)))


def webm(
    live: bool = False, tracks: Sequence[tuple[int, int]] = ((1, 1), (2, 2)), more: bytes = b"", after: bytes = b""
) -> bytes:
    """A WebM: `tracks` are number and type; `live` leaves sizes open; `more` stands at every place in the segment."""
    head = element(0x1A45DFA3, element(0x4282, b"webm"), element(0xEC, SECRET))
    tags = element(0x1254C367, tag(b"LOCATION", PLACE), tag(b"SERIAL_NUMBER", SECRET), tag(b"MAKE", b"Cam"))
    attached = element(
        0x1941A469, element(0x61A7, element(0x466E, b"gps.txt"), element(0x465C, SECRET), element(0x46AE, b"\1"))
    )
    info = element(
        0x1549A966, element(0xBF, bytes(4)), element(0x2AD7B1, numbers(10**6)), element(0x7BA9, b"In " + SECRET), more
    )
    entries = (
        element(
            0xAE,
            element(0xD7, bytes([number])),
            element(0x83, bytes([kind])),
            element(0x86, b"V_VP9"),
            element(0x536E, SECRET),
            *([element(0xE0, element(0xB0, b"\1\x40"), element(0xBA, b"\xf0"))] if kind == 1 else []),
            more,
        )
        for number, kind in tracks
    )
    seek = element(
        0x114D9B74,
        *(element(0x4DBB, element(0x53AB, numbers(to)), element(0x53AC, b"\0")) for to in (0x1654AE6B, 0x1254C367)),
    )
    clusters = (_cluster(at, tracks, live, more) for at in range(3))
    segment = element(
        0x18538067, seek, more, info, element(0x1654AE6B, *entries, more), tags, *clusters, attached, tags, more,
        width=8, unknown=live,
    )  # fmt: skip
    return head + segment + after


def block(number: int, at: int, kind: int) -> bytes:
    """The sample of a track at one time."""
    return (SECRET if kind not in (1, 2) else b"") + noise(f"{number} {at}", 150 + at)


def _cluster(at: int, tracks: Sequence[tuple[int, int]], live: bool, more: bytes) -> bytes:
    blocks = []
    for number, kind in tracks:
        content = bytes([0x80 | number, 0, 0, 0x80]) + block(number, at, kind)
        blocks += [element(0xA3, content), element(0xA0, element(0xA1, content), element(0x9B, b"\1"))]
    return element(0x1F43B675, element(0xE7, bytes([at])), *blocks, more, width=8, unknown=live)
