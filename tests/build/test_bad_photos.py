"""Photos that would break a careless build: each becomes a Problem, and all the others are published."""

from __future__ import annotations

import os
import signal
import struct
import zlib
from pathlib import Path

import pytest
from sites import Place, picture, site, tree

import sogallery.sealer
from sogallery.errors import FaultError
from sogallery.model import Severity
from sogallery.render.source import Source

GOOD = ["a.jpg", "b.jpg", "c.jpg"]
FOLDER = "clients/ada/wedding"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = site(tmp_path)
    made.gallery("ada/wedding", GOOD)
    return made


def png(width: int, height: int) -> bytes:
    """A PNG of one colour whose pixels would fill the memory, though the file is small."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress(bytes(10_000_000), 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def lying(jpeg: bytes, height: int, width: int) -> bytes:
    """A JPEG whose frame header claims another size."""
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


BAD = {
    "bomb.png": png(60_000, 60_000),
    "lying-large.jpg": lying(picture(1), 65_000, 65_000),
    "lying-tall.jpg": lying(picture(2), 4_000, 600),
    "cut.jpg": picture(3)[:3_000],
    "no-end.jpg": picture(4)[:-400],
    "empty.jpg": b"",
    "words.jpg": b"not a picture " * 100,
    "zeros.heic": bytes(5_000),
    "half.webp": picture(5, format="WEBP")[:600],
}


def test_every_bad_file_is_a_problem_and_the_others_are_published(place: Place) -> None:
    """Bombs, lies, cuts and rubbish are each named with a hint; three good photos are made."""
    for name, data in BAD.items():
        place.write(f"{FOLDER}/{name}", data)
    report, problems = place.build()

    assert {f"{FOLDER}/{name}" for name in BAD} == {problem.path for problem in problems}
    assert all(problem.hint and problem.severity is Severity.LEFT_OUT for problem in problems)
    assert len(GOOD) == report.made


def dying(monkeypatch: pytest.MonkeyPatch, act: object) -> None:
    """Whoever renders the photo that is 333 pixels wide comes to harm; workers are forked and inherit this."""
    render = sogallery.sealer.render_photo

    def harmed(source: Source, recipe: object) -> object:
        made = render(source, recipe)
        if made.width == 333:
            act()
        return made

    monkeypatch.setattr(sogallery.sealer, "render_photo", harmed)


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def use_up_memory() -> None:
    raise MemoryError


@pytest.mark.parametrize(("act", "words"), [(kill, "crash"), (use_up_memory, "memory")])
def test_a_worker_that_dies_or_runs_out_of_memory(
    place: Place, monkeypatch: pytest.MonkeyPatch, act: object, words: str
) -> None:
    """Costs its photo alone, which is named; the next build, in which it goes well, makes that one."""
    place.write(f"{FOLDER}/heavy.jpg", picture(9, (333, 200)))
    dying(monkeypatch, act)
    report, problems = place.build()
    assert [f"{FOLDER}/heavy.jpg"] == [problem.path for problem in problems]
    assert words in problems[0].message
    assert len(GOOD) == report.made

    monkeypatch.undo()
    report, problems = place.build()

    assert (1, len(GOOD), []) == (report.made, report.kept, problems)


def test_a_disk_that_is_full_ends_the_build_and_keeps_the_last_site(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a worker, too: the error says so, what was online stays, and the next build goes on."""
    place.build()
    before = tree(place.dist)
    place.write(f"{FOLDER}/new.jpg", picture(8))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(FaultError) as caught:
        place.build()
    monkeypatch.undo()

    assert "space" in f"{caught.value} {caught.value.hint}".lower()
    assert before == tree(place.dist)
    report, _ = place.build()
    assert (1, len(GOOD)) == (report.made, report.kept)
