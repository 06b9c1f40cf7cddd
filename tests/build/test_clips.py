"""Clips through whole builds: who gets what of them, and what is no longer in them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from made_clips import PLACE, QUARTER, SECRET, mp4, positions, private, sound, video, webm
from PIL import Image
from sites import Place, access, opened, picture, site

GUEST = "access:\n  client: {}\n  guest: {downloads: display}\n"
KEEP = "originals: {metadata: keep}\n"
UPRIGHT = mp4([video(matrix=QUARTER), positions(), sound()], private(), after=private())
BROKEN = UPRIGHT[: UPRIGHT.index(b"mdat") + 100]
LIVE = webm(live=True)
PHOTOS = "clients/ada/wedding/"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A gallery with two clips, one with a poster, and a guest who may only look."""
    made = site(tmp_path)
    made.gallery("ada/wedding", ["a.jpg"], GUEST)
    made.write(PHOTOS + "dance.mp4", UPRIGHT)
    made.write(PHOTOS + "vows.webm", LIVE)
    made.write(PHOTOS + "vows.jpg", picture(5, (400, 400)))
    return made


def seen(place: Place, grant: str, out: str) -> dict[str, bytes]:
    """The files that a grant opens."""
    return opened(place, access(place, "ada/wedding")[grant], place.root / out)


def size(picture_file: bytes) -> tuple[int, int]:
    """Width and height of a picture."""
    with Image.open(BytesIO(picture_file)) as image:
        return image.size


def test_the_client_gets_clips_without_places_and_serial_numbers(place: Place) -> None:
    """As long as they were, with picture and sound where they were."""
    _, problems = place.build()
    files = seen(place, "client", "out")

    assert [] == problems
    assert {"a.jpg", "dance.mp4", "vows.webm"} == set(files)
    for name, original in (("dance.mp4", UPRIGHT), ("vows.webm", LIVE)):
        assert len(original) == len(files[name])
        assert SECRET in original
        assert SECRET not in files[name]
        assert PLACE not in files[name]
    assert all(files["dance.mp4"].find(one) == UPRIGHT.find(one) for one in (*video().samples, *sound().samples))


def test_a_guest_who_may_look_gets_posters_only(place: Place) -> None:
    """The one that lies beside the clip, or one drawn in the clip's own shape."""
    place.build()
    files = seen(place, "guest", "out")

    assert {"a.jpg", "dance.jpg", "vows.jpg"} == set(files)
    assert (400, 400) == size(files["vows.jpg"])
    assert (1080, 1920) == size(files["dance.jpg"])


def test_a_kept_clip_is_the_file(place: Place) -> None:
    """Whoever sets `keep` gets it byte for byte, also what cannot be cleaned; and `clean` again cleans it."""
    place.write(PHOTOS + "gallery.yaml", "title: Day\n" + GUEST + KEEP)
    place.write(PHOTOS + "odd.mp4", b"no clip that anybody understands")
    _, problems = place.build()
    files = seen(place, "client", "out")

    assert [] == problems
    assert (UPRIGHT, LIVE) == (files["dance.mp4"], files["vows.webm"])
    assert b"no clip that anybody understands" == files["odd.mp4"]

    place.write(PHOTOS + "gallery.yaml", "title: Day\n" + GUEST)
    place.build()

    assert SECRET not in seen(place, "client", "again")["dance.mp4"]


def test_a_clip_that_cannot_be_cleaned_is_left_out(place: Place) -> None:
    """The others are there; the reason says what to do."""
    file = place.write(PHOTOS + "broken.mp4", BROKEN)
    report, problems = place.build()

    assert ["clients/ada/wedding/broken.mp4"] == [problem.path for problem in problems]
    assert "metadata cannot be taken out" in problems[0].message
    assert "originals: {metadata: keep}" in problems[0].hint
    assert {"a.jpg", "dance.mp4", "vows.webm"} == set(seen(place, "client", "out"))
    assert file.is_file()
    assert 3 == report.made


def test_a_clip_that_nobody_may_save_is_never_sealed(place: Place) -> None:
    """Only its poster is there; then it does not matter that it cannot be cleaned."""
    place.write(PHOTOS + "gallery.yaml", "title: Day\naccess:\n  guest: {downloads: display}\n")
    place.write(PHOTOS + "broken.mp4", BROKEN)
    _, problems = place.build()

    assert [] == problems
    assert {"a.jpg", "broken.jpg", "dance.jpg", "vows.jpg"} == set(seen(place, "guest", "out"))


def test_nothing_changed_makes_nothing(place: Place) -> None:
    """Clips are sealed once, to the same bytes."""
    place.build()
    report, _ = place.build()

    assert (0, 0, 0) == (report.made, report.new_files, report.changed_files)
