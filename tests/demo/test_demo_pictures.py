"""The drawn pictures: real JPEGs with all that a camera writes, upright, each different, always the same."""

from __future__ import annotations

import io
from functools import cache
from itertools import combinations

import pytest
from PIL import ExifTags, Image, ImageChops, ImageOps, ImageStat, IptcImagePlugin

from sogallery.demo.jpeg import to_jpeg
from sogallery.demo.pictures import PICTURES, Picture, draw

MOST_BYTES = 400_000


@cache
def drawn(picture: Picture) -> bytes:
    return draw(picture)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def upright(data: bytes) -> Image.Image:
    return ImageOps.exif_transpose(opened(data))


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two small grey versions, in levels of 255."""
    small = [image.convert("L").resize((48, 48)) for image in (one, other)]
    return float(ImageStat.Stat(ImageChops.difference(*small)).mean[0])


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.path)
def test_a_picture_is_a_jpeg_with_what_a_camera_and_an_editor_write(picture: Picture):
    """EXIF with place and serial number, IPTC and XMP with a caption, at a modest size."""
    data = drawn(picture)
    image = opened(data)
    exif = image.getexif()
    iptc = IptcImagePlugin.getiptcinfo(image)

    assert image.format == "JPEG"
    assert len(data) < MOST_BYTES
    assert exif[ExifTags.Base.Orientation] == picture.shot.orientation
    assert exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] == "N"
    assert exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber]
    assert iptc
    assert iptc[(2, 120)] == picture.shot.caption.encode()
    assert picture.shot.caption.replace("&", "&amp;").encode() in image.info["xmp"]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.path)
def test_a_picture_is_upright_once_its_tag_is_followed(picture: Picture):
    """Some are stored turned, as cameras do."""
    assert upright(drawn(picture)).size == picture.size


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_turned_picture_shows_the_same(orientation: int):
    """The corner that was top left is top left again after following the tag."""
    scene = Image.new("RGB", (64, 32), "white")
    scene.paste((200, 0, 0), (0, 0, 32, 16))
    shot = PICTURES[0].shot

    shown = upright(to_jpeg(scene, type(shot)(shot.taken, "", "", (), shot.place, orientation)))

    assert difference(scene, shown) < 3


def test_several_orientations_occur():
    """The sample exercises what cameras do."""
    assert {picture.shot.orientation for picture in PICTURES} == {1, 3, 6, 8}


def test_no_two_pictures_look_alike():
    """A gallery of one picture many times would show nothing."""
    images = {picture.path: upright(drawn(picture)) for picture in PICTURES}

    for one, other in combinations(images, 2):
        assert difference(images[one], images[other]) > 8, (one, other)


def test_drawing_twice_gives_the_same_bytes():
    """The same Pillow draws the same file."""
    assert draw(PICTURES[3]) == drawn(PICTURES[3])
