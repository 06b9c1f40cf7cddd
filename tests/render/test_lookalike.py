"""Look-alikes: copies are found however they were changed, other pictures are left in peace."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from drawn_pictures import camera_jpeg, saved, scene
from PIL import Image, ImageEnhance, ImageOps

from sogallery.render.lookalike import Look, distance, look, look_of, looks_like, matches
from sogallery.render.photo import render_photo
from sogallery.render.recipe import Recipe

SEEDS = range(20, 32)


def picture(seed: int) -> Image.Image:
    """One of several different pictures, without the corners that all scenes share."""
    return scene(600, 400, seed).crop((150, 100, 600, 300)).resize((600, 400))


def trimmed(image: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """The picture with parts of it cut off each edge."""
    width, height = image.size
    return image.crop((int(left * width), int(top * height), int((1 - right) * width), int((1 - bottom) * height)))


def recompressed(image: Image.Image, edge: int, quality: int) -> Image.Image:
    """A small copy with heavy compression."""
    with Image.open(io.BytesIO(saved(ImageOps.contain(image, (edge, edge)), quality=quality))) as copy:
        return copy.copy()


def stamped(image: Image.Image) -> Image.Image:
    """The picture with a plate over a twelfth of it."""
    copy = image.copy()
    copy.paste(
        (255, 255, 255), (int(0.6 * image.width), int(0.75 * image.height), image.width, int(0.95 * image.height))
    )
    return copy


COPIES = {
    "the same": lambda image: image,
    "small and compressed": lambda image: recompressed(image, 160, 40),
    "grey": lambda image: image.convert("L"),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.25),
    "darker": lambda image: ImageEnhance.Brightness(image).enhance(0.7),
    "more contrast": lambda image: ImageEnhance.Contrast(image).enhance(1.3),
    "colourful": lambda image: ImageEnhance.Color(image).enhance(1.8),
    "sepia": lambda image: ImageOps.colorize(image.convert("L"), "#201000", "#fff0d0"),
    "marked": stamped,
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "turned": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "upside down": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "trimmed all round": lambda image: trimmed(image, 0.03, 0.03, 0.03, 0.03),
    "trimmed at a corner": lambda image: trimmed(image, 0.1, 0.1, 0, 0),
    "trimmed at one side": lambda image: trimmed(image, 0, 0, 0.08, 0),
    "trimmed unevenly": lambda image: trimmed(image, 0.02, 0.06, 0.05, 0.01),
    "trimmed, turned, grey and small": lambda image: recompressed(
        trimmed(image, 0.04, 0.02, 0.03, 0.05).rotate(90, expand=True).convert("L"), 200, 60
    ),
}


@pytest.mark.parametrize("kind", COPIES)
def test_copies_are_found(kind: str) -> None:
    """Every copy of every picture is found, and only that picture."""
    private = {str(seed): look(picture(seed)) for seed in SEEDS}

    for seed in SEEDS:
        assert matches(look(COPIES[kind](picture(seed))), private) == (str(seed),)


def test_different_pictures_are_no_copies() -> None:
    """No picture looks like another one."""
    looks = [look(picture(seed)) for seed in range(100, 130)]

    assert not any(looks_like(one, other) for one in looks for other in looks if one is not other)


def test_flat_pictures_do_not_match_everything() -> None:
    """A plain background is like another plain background, but not like a photo."""
    plain = look(Image.new("RGB", (100, 80), "grey"))

    assert not looks_like(plain, look(picture(20)))
    assert not looks_like(look(picture(20)), plain)


def test_a_look_survives_being_written() -> None:
    """Looks are kept as text."""
    one = look(picture(20))

    assert Look.parse(str(one)) == one
    assert distance(one.dhash, Look.parse(str(one)).dhash) == 0


@pytest.mark.parametrize("text", ["", "abc", "!" * 1368, "QUJD"])
def test_other_text_is_no_look(text: str) -> None:
    """A damaged memory is noticed."""
    with pytest.raises(ValueError):
        Look.parse(text)


def test_the_look_of_a_file_is_that_of_its_renditions(tmp_path: Path) -> None:
    """A public file is compared with what was noted when the photo was rendered, upright in both cases."""
    raw = camera_jpeg(6, picture(20))
    rendered = render_photo(raw, Recipe("webp"))
    public = tmp_path / "public.webp"
    public.write_bytes(rendered.renditions[0].data)

    assert looks_like(look_of(public), rendered.look)
    assert looks_like(look_of(raw), rendered.look)
    assert rendered.dhash == rendered.look.dhash
