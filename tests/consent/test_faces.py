"""Counting faces: an optional extra that can only add a block."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from consent_cases import DAY, WEB, evidence, review
from PIL import Image

from sogallery import faces
from sogallery.consent import publishable
from sogallery.errors import FaultError, UsageError


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "a.jpg"
    Image.new("RGB", (4000, 3000), "gray").save(path)
    return path


def opencv(found: int, **changes):
    """An OpenCV that sees `found` faces in everything, and remembers what it was shown."""
    shown = []

    class Cascade:
        def __init__(self, path):
            self.path = path

        def empty(self):
            return False

        def detectMultiScale(self, image, *_, **__):  # noqa: N802 - OpenCV's name
            shown.append(image.shape)
            return [(0, 0, 50, 50)] * found

    module = SimpleNamespace(
        CascadeClassifier=Cascade, data=SimpleNamespace(haarcascades="/cascades/"), __version__="4.12.0", shown=shown
    )
    return SimpleNamespace(**(vars(module) | changes))


@pytest.fixture(autouse=True)
def fresh():
    faces._cascade.cache_clear()
    yield
    faces._cascade.cache_clear()


def test_faces_are_counted_in_a_small_grey_copy(picture, monkeypatch):
    """The longer edge is bounded, whatever the photo's size."""
    cv2 = opencv(3)
    monkeypatch.setitem(sys.modules, "cv2", cv2)

    assert faces.count_faces(picture) == 3
    assert cv2.shown == [(960, 1280)]


def test_without_the_extra_it_says_how_to_get_it(picture, monkeypatch):
    """Missing, or OpenCV 5, which has no cascades."""
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(UsageError, match="needs OpenCV") as missing:
        faces.count_faces(picture)
    newer = SimpleNamespace(__version__="5.0.0")
    monkeypatch.setitem(sys.modules, "cv2", newer)
    with pytest.raises(UsageError, match="no cascades"):
        faces.count_faces(picture)

    assert "sogallery[faces]" in missing.value.hint


def test_a_file_that_is_no_image_is_a_fault(tmp_path, monkeypatch):
    """Told by name."""
    monkeypatch.setitem(sys.modules, "cv2", opencv(0))
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    with pytest.raises(FaultError, match=r"a\.jpg"):
        faces.count_faces(tmp_path / "a.jpg")


@pytest.mark.parametrize("counted", [None, 0, 1])
def test_a_count_clears_nothing(counted):
    """As many faces as people, fewer, or none: the decision is what it is without."""
    unsure = evidence(review=review(unsure=("ada-lin/lin",)), faces=counted)

    assert publishable(evidence(faces=counted), WEB, DAY).allowed
    assert not publishable(unsure, WEB, DAY).allowed
    assert not publishable(evidence(review=None, faces=counted), WEB, DAY).allowed


def test_more_faces_than_people_block():
    """Until the review knows of everybody."""
    assert not publishable(evidence(faces=2), WEB, DAY).allowed
    assert publishable(evidence(faces=2, review=review(others=1)), WEB, DAY).allowed
