"""Cleaned clips: the same picture and sound at the same place, nothing of places, serial numbers and makers.

exiftool is the independent reader.
"""

from __future__ import annotations

import json
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_clips import (
    PLACE,
    QUARTER,
    SECRET,
    Track,
    block,
    box,
    element,
    fragmented,
    full,
    mp4,
    noise,
    numbers,
    positions,
    private,
    sound,
    sound_entry,
    video,
    video_entry,
    webm,
)
from PIL import Image

from sogallery.errors import FaultError
from sogallery.render.clean.rope import Blank, joined, length, read
from sogallery.render.clip import SHAPE, cleaned_clip, clip_size
from sogallery.render.errors import UncleanableImage
from sogallery.render.poster import drawn_poster

PRIVATE_TAGS = ("gps", "location", "latitude", "longitude", "serial", "make", "came", "xmp", "attached")
PRIVATE, WORDS = private(b"gps ", b"zzzz"), private()
MORE = element(0xEC, SECRET) + element(0x7BA9, SECRET) + element(0x5FFF, PLACE)

MP4S = {
    "plain": mp4([video(), sound()]),
    "words everywhere": mp4([video(more=PRIVATE), sound(more=PRIVATE)], PRIVATE, PRIVATE, PRIVATE),
    "words in sample entries": mp4([video(entry=video_entry(more=WORDS)), sound(entry=sound_entry(1, WORDS))]),
    "positions": mp4([video(), positions(), sound()], PRIVATE),
    "positions first, all sizes wide": mp4([positions(), video(large=True)], PRIVATE, wide=True, media_first=True),
    "positions as subtitles": mp4([video(), positions(b"sbtl", b"tx3g"), positions(b"text", b"text")]),
    "a preview with metadata": mp4([video(), Track(b"vide", video_entry(b"jpeg"), [SECRET, PLACE])]),
    "between samples": mp4([video(3), sound(5, sizes="stz2")], gap=SECRET),
    "samples of one size": mp4([video(1, sizes="constant"), sound()], gap=SECRET),
    "media to the end": mp4([video(), positions()], PRIVATE, to_end=True),
    "a trailer": mp4([video()], after=numbers(2**31) + b"Insta360 " + SECRET),
    "words to the end": mp4([video()], after=box(b"udta", PRIVATE, to_end=True)),
    "fragments": fragmented([video(), positions(), sound()], "moof", PRIVATE),
    "fragments by place": fragmented([positions(), video(), sound()], "base", PRIVATE),
    "fragments one after the other": fragmented([video(), sound(), positions()], "chain", PRIVATE),
    "fragments of one size": fragmented([video(1, sizes="constant"), positions(count=1)], "chain"),
}
SUBTITLED = ((1, 1), (2, 2), (3, 0x11), (4, 0x21))
WEBMS = {
    "plain": webm(),
    "live": webm(live=True),
    "subtitles": webm(tracks=SUBTITLED, more=MORE),
    "live subtitles": webm(live=True, tracks=SUBTITLED),
    "a trailer": webm(after=SECRET * 3),
}


def put(tmp_path: Path, raw: bytes, name: str = "clip.mp4") -> Path:
    """A file with these bytes."""
    path = tmp_path / name
    path.write_bytes(raw)
    return path


def cleaned(tmp_path: Path, raw: bytes) -> bytes:
    """The cleaned file as bytes."""
    path = put(tmp_path, raw)
    described = cleaned_clip(path, keep=False)
    result = b"".join(described.read(path))
    assert described.length == len(result) == len(raw)
    return result


def told(tmp_path: Path, raw: bytes, name: str = "seen.mp4") -> list[str]:
    """The private fields that exiftool finds, embedded streams included."""
    path = put(tmp_path, raw, name)
    found = subprocess.run(["exiftool", "-j", "-G3:1", "-a", "-u", "-ee3", path], capture_output=True, check=False)
    names = json.loads(found.stdout)[0]
    return [key for key in names if any(word in key.lower() for word in PRIVATE_TAGS)]


@pytest.mark.parametrize("raw", MP4S.values(), ids=MP4S)
def test_an_mp4_keeps_picture_and_sound_and_nothing_else(raw: bytes, tmp_path: Path) -> None:
    """By the bytes: no secret is left, and each sample is where it was."""
    result = cleaned(tmp_path, raw)
    samples = [sample for sample in (*video(5).samples, *sound(5).samples) if sample in raw]

    assert samples
    assert all(result.find(sample) == raw.find(sample) for sample in samples)
    assert SECRET not in result
    assert PLACE not in result


@pytest.mark.parametrize("raw", MP4S.values(), ids=MP4S)
def test_exiftool_finds_nothing_private_in_an_mp4(raw: bytes, tmp_path: Path) -> None:
    """No position, serial number or maker, and no complaint that was not there before."""
    assert [] == told(tmp_path, cleaned(tmp_path, raw))


@pytest.mark.parametrize("name", ["words everywhere", "positions"])
def test_exiftool_finds_it_before(name: str, tmp_path: Path) -> None:
    """So that the test above can fail."""
    found = " ".join(told(tmp_path, MP4S[name]))

    assert "GPSCoordinates" in found
    assert "Make" in found
    assert name != "positions" or "GPSLatitude" in found


@pytest.mark.parametrize("raw", WEBMS.values(), ids=WEBMS)
def test_a_webm_keeps_picture_and_sound_and_nothing_else(raw: bytes, tmp_path: Path) -> None:
    """Tags, attachments, titles, subtitles and what follows the end are gone; blocks are where they were."""
    result = cleaned(tmp_path, raw)
    blocks = [block(number, at, 1) for number in (1, 2) for at in range(3)]

    assert all(0 < result.find(one) == raw.find(one) for one in blocks)
    assert all(result.count(one) == 2 for one in blocks)
    assert SECRET not in result
    assert PLACE not in result
    assert told(tmp_path, raw, "seen.webm")
    assert [] == told(tmp_path, result, "seen.webm")


@pytest.mark.parametrize("raw", [*MP4S.values(), *WEBMS.values()], ids=[*MP4S, *WEBMS])
def test_a_cleaned_clip_is_clean(raw: bytes, tmp_path: Path) -> None:
    """Cleaning again changes nothing: what was written is understood."""
    once = cleaned(tmp_path, raw)

    assert once == cleaned(tmp_path, once)


@pytest.mark.parametrize("raw", [MP4S["words everywhere"], b"", b"no clip at all"])
def test_a_kept_clip_is_kept(raw: bytes, tmp_path: Path) -> None:
    """Byte for byte, whatever it is."""
    path = put(tmp_path, raw)

    assert raw == b"".join(cleaned_clip(path, keep=True).read(path))


def test_the_type_is_that_of_the_content(tmp_path: Path) -> None:
    """Names are often wrong."""
    assert "video/mp4" == cleaned_clip(put(tmp_path, MP4S["plain"], "a.webm"), keep=False).type
    assert "video/webm" == cleaned_clip(put(tmp_path, WEBMS["plain"], "a.mp4"), keep=False).type


def shifted(raw: bytes, by: int) -> bytes:
    """The MP4 with its first chunk offset moved."""
    at = raw.index(b"stco") + 12
    return raw[:at] + numbers(int.from_bytes(raw[at : at + 4]) + by) + raw[at + 4 :]


REFUSED = {
    "nothing": b"",
    "no clip": b"no clip at all, but long enough to look into",
    "only a header": box(b"ftyp", b"mp42"),
    "two movies": MP4S["plain"] + MP4S["plain"],
    "no picture": mp4([sound()]),
    "only a preview": mp4([Track(b"vide", video_entry(b"jpeg"), [b"x"])]),
    "cut off": MP4S["plain"][:-1],
    "cut off early": MP4S["plain"][:400],
    "media elsewhere": shifted(MP4S["plain"], -60),
    "media beyond": shifted(MP4S["plain"], 10**6),
    "media in another file": mp4([video(reference=full(b"url ", b"file:///home/ada/\0"))]),
    "copy protection": mp4([video(entry=video_entry(b"encv"))]),
    "old sound": mp4([video(), Track(b"soun", sound_entry(), [b"a", b"b"], sizes="constant")]),
    "too small a box": mp4([video(more=numbers(4) + b"udta")]),
    "too large a box": mp4([video(more=numbers(10**6) + b"udta")]),
    "no tables": mp4([video()]).replace(b"stsc", b"zzzz"),
    "no sizes": mp4([video()]).replace(b"stsz", b"zzzz"),
    "no handler": mp4([video()]).replace(b"hdlr", b"zzzz"),
    "no track header": mp4([video()]).replace(b"tkhd", b"zzzz"),
    "a fragment without a header": MP4S["fragments"].replace(b"tfhd", b"zzzz"),
    "fragments that need what is gone": fragmented([video(), positions(), sound()], "chain"),
    "one number for two tracks": mp4([video(), sound()]).replace(numbers(2, 0, 100), numbers(1, 0, 100)),
    "webm, only a header": webm()[:30],
    "webm, cut off": webm()[:-1],
    "webm, two in one": webm(live=True) + webm(),
    "webm without picture": webm(tracks=((2, 2),)),
    "webm without tracks": webm().replace(numbers(0x1654AE6B), numbers(0x1654AE6C)),
    "webm, one number for two tracks": webm(tracks=((1, 1), (1, 2))),
    "webm, tags without a size": webm(more=b"\x12\x54\xc3\x67\xff"),
    "webm, no id": webm(more=b"\0\0\0"),
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED)
def test_what_is_not_understood_is_refused(raw: bytes, tmp_path: Path) -> None:
    """With a way out: the file as it is."""
    with pytest.raises(UncleanableImage, match="is a clip whose metadata cannot be taken out: ") as caught:
        cleaned_clip(put(tmp_path, raw), keep=False)

    assert "originals: {metadata: keep}" in caught.value.hint


def harmless(path: Path, raw: bytes) -> None:
    """Clean the bytes: either they are refused, or the length is kept. Asking for the size never fails."""
    path.write_bytes(raw)
    assert all(side > 0 for side in clip_size(path))
    try:
        described = cleaned_clip(path, keep=False)
    except UncleanableImage:
        return
    assert len(raw) == described.length == sum(map(len, described.read(path)))


STARTS = [b"", MP4S["plain"][:24], MP4S["plain"][:140], WEBMS["plain"][:30], WEBMS["plain"][:120], WEBMS["live"][:200]]


@given(st.sampled_from(STARTS), st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
def test_garbage_is_refused_or_keeps_its_length(tmp_path: Path, start: bytes, rest: bytes) -> None:
    """Any bytes, also after a beginning that promises a clip."""
    harmless(tmp_path / "clip", start + rest)


@given(
    st.sampled_from([*MP4S.values(), *WEBMS.values()]),
    st.lists(st.tuples(st.integers(0, 2**20), st.binary(min_size=0, max_size=4), st.integers(0, 4)), max_size=4),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
def test_damage_is_refused_or_keeps_the_length(tmp_path: Path, raw: bytes, edits: list[tuple[int, bytes, int]]) -> None:
    """Bytes replaced, added and taken away in the middle of sound clips."""
    for place, new, gone in edits:
        at = place % (len(raw) + 1)
        raw = raw[:at] + new + raw[at + gone :]
    harmless(tmp_path / "clip", raw)


@given(st.binary(min_size=4, max_size=4), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
def test_boxes_that_nobody_knows_are_emptied(tmp_path: Path, kind: bytes, in_fragments: bool) -> None:
    """A list of what stays, not of what goes: the next camera's box is private, too."""
    kind = b"x" + kind[1:]
    more = box(kind, SECRET)
    tracks = [video(more=more), sound(more=more)]
    raw = fragmented(tracks, more=more) if in_fragments else mp4(tracks, more, more, more)

    assert SECRET not in cleaned(tmp_path, raw)


def test_a_long_clip_is_never_held(tmp_path: Path) -> None:
    """However much is zeroed, the description stays small and pieces are at most 1 MiB."""
    raw = mp4([video(), positions()], after=box(b"free", bytes(5 * 2**20)))
    path = put(tmp_path, raw)
    described = cleaned_clip(path, keep=False)

    assert sum(len(piece) for piece in described.pieces if isinstance(piece, bytes)) < 200
    assert max(map(len, described.read(path))) <= 2**20


def test_blanks_add_up() -> None:
    """Zeros are counted, joined and read like everything else."""
    rope = joined([Blank(3), Blank(0), b"", Blank(2**20), b"end"])

    assert 2 == len(rope)
    assert bytes(3 + 2**20) + b"end" == b"".join(read(rope, BytesIO()))
    assert length(rope) == 2**20 + 6


def test_a_clip_that_became_shorter_is_a_fault(tmp_path: Path) -> None:
    """Never a shorter file in silence."""
    path = put(tmp_path, MP4S["plain"])
    described = cleaned_clip(path, keep=False)
    path.write_bytes(MP4S["plain"][:-10])

    with pytest.raises(FaultError, match="changed while it was being read"):
        list(described.read(path))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (mp4([sound(), video()]), (640, 360)),
        (mp4([video(large=True)]), (640, 360)),
        (mp4([video(matrix=QUARTER)]), (360, 640)),
        (fragmented([video()]), (640, 360)),
        (mp4([video(size=(0, 0))]), SHAPE),
        (mp4([video(size=(65535, 2))]), SHAPE),
        (webm(), (320, 240)),
        (webm(live=True), (320, 240)),
        (noise("no clip", 3000), SHAPE),
        (b"", SHAPE),
    ],
)
def test_a_clip_tells_its_shape(raw: bytes, expected: tuple[int, int], tmp_path: Path) -> None:
    """As it is shown; that of most clips if it does not say."""
    assert expected == clip_size(put(tmp_path, raw))


@pytest.mark.parametrize(
    ("size", "drawn"), [((640, 360), (1920, 1080)), ((1080, 1920), (1080, 1920)), ((9000, 1), (1920, 1))]
)
def test_a_poster_has_the_clips_shape(size: tuple[int, int], drawn: tuple[int, int]) -> None:
    """Large enough for every rendition."""
    with Image.open(BytesIO(drawn_poster(size))) as image:
        assert drawn == image.size
