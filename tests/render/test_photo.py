"""Renditions: upright, in the right colours, from every mode and format, never enlarged, with nothing but pixels."""

from __future__ import annotations

import io
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest
from drawn_pictures import (
    ascii_entry,
    camera_exif,
    camera_jpeg,
    lying_png,
    saved,
    scene,
    segment,
    with_segments,
)
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from sogallery.errors import FaultError
from sogallery.render import photo, resize
from sogallery.render.decode import draft, fitted
from sogallery.render.errors import UnreadableImage
from sogallery.render.icc import ADOBE_RGB, D50, DISPLAY_P3, adobe_rgb, display_p3, matrix_profile, srgb_curve
from sogallery.render.meta import exif
from sogallery.render.photo import Rendered, render_photo
from sogallery.render.recipe import Recipe
from sogallery.render.source import know_heif

know_heif()

PLAIN = Recipe("jpeg", 95, thumb=64, small=128, display=256)
PROPHOTO = ((0.79767, 0.28804, 0.0), (0.13519, 0.71188, 0.0), (0.03134, 0.00009, 0.82491))
SRGB_TO_XYZ = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
BACKENDS = sorted({"pillow", resize.available()})


def shown(rendered: Rendered, kind: str = "display") -> Image.Image:
    """A rendition, decoded."""
    found = next(one for one in rendered.renditions if one.kind == kind)
    with Image.open(io.BytesIO(found.data)) as image:
        assert image.size == (found.width, found.height)
        assert image.mode == "RGB"
        return image.copy()


def near(image: Image.Image, at: tuple[float, float], colour: tuple[int, ...], tolerance: int = 6) -> bool:
    """Whether the pixel at a place, in parts of width and height, has about a colour."""
    found = image.getpixel((int(at[0] * image.width), int(at[1] * image.height)))
    return all(abs(a - b) <= tolerance for a, b in zip(found, colour, strict=True))


def flat(colour: object, mode: str = "RGB", size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A picture of one colour."""
    return Image.new(mode, size, colour)


def gamma_curve(gamma: float) -> bytes:
    """A `curv` of one gamma."""
    return struct.pack(">LLLHxx", 0x63757276, 0, 1, round(gamma * 256))


def expected_srgb(colour: tuple[int, ...], primaries: object, linear: object) -> tuple[int, ...]:
    """What a colour of a matrix profile is in sRGB, computed here by hand; clipped to the gamut."""
    light = np.array([linear(part / 255) for part in colour])
    rgb = np.clip(np.linalg.solve(SRGB_TO_XYZ, np.array(primaries).T @ light), 0, 1)
    encoded = np.where(rgb <= 0.0031308, 12.92 * rgb, 1.055 * rgb ** (1 / 2.4) - 0.055)
    return tuple(round(float(part) * 255) for part in encoded)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(orientation: int, backend: str) -> None:
    """The red corner is top left, the green one top right, the blue one bottom left, whatever the camera held."""
    upright = scene(480, 320)
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Pillow's transpositions that store it so
    stored = upright.transpose(Image.Transpose(undo[orientation])) if orientation > 1 else upright
    rendered = render_photo(
        camera_jpeg(orientation, stored, subsampling=0), Recipe("jpeg", 95, 64, 128, 256, backend=backend)
    )

    assert (rendered.width, rendered.height) == (480, 320)
    for kind in ("display", "small", "thumb"):
        image = shown(rendered, kind)
        assert image.width > image.height
        assert near(image, (0.1, 0.1), (254, 0, 0))
        assert near(image, (0.9, 0.1), (0, 255, 1))
        assert near(image, (0.1, 0.9), (0, 0, 254))


@pytest.mark.parametrize(
    ("profile", "primaries", "linear"),
    [
        (adobe_rgb(), ADOBE_RGB, lambda v: v ** (563 / 256)),
        (display_p3(), DISPLAY_P3, srgb_curve),
        (matrix_profile("ProPhoto", PROPHOTO, gamma_curve(1.8)), PROPHOTO, lambda v: v**1.8),
    ],
    ids=["Adobe RGB", "Display P3", "ProPhoto"],
)
@pytest.mark.parametrize("colour", [(200, 100, 50), (60, 160, 90), (128, 128, 128), (20, 30, 90), (255, 255, 255)])
def test_profiles_become_srgb(profile: bytes, primaries: object, linear: object, colour: tuple[int, ...]) -> None:
    """Colours of wide profiles are those of the profile, within two steps of an independent computation."""
    rendered = render_photo(saved(flat(colour), "PNG", icc_profile=profile), PLAIN)

    assert near(shown(rendered), (0.5, 0.5), expected_srgb(colour, primaries, linear), 3)


def test_without_a_profile_it_is_srgb() -> None:
    """Untagged pictures are taken as they are."""
    assert near(shown(render_photo(saved(flat((200, 100, 50)), "PNG"), PLAIN)), (0.5, 0.5), (200, 100, 50), 2)


def test_a_camera_that_says_adobe_rgb_in_exif_is_believed() -> None:
    """DCF's optional colour space: no profile, interoperability index R03, as Canon and Nikon write it."""
    block = exif.cleaned(exif.Exif("<", {}, {}, {1: ascii_entry(1, "R03")}))
    raw = with_segments(saved(flat((200, 100, 50)), quality=98), segment(0xE1, b"Exif\0\0" + block))

    assert near(shown(render_photo(raw, PLAIN)), (0.5, 0.5), (227, 100, 42), 4)


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_display_p3_by_number(kind: str) -> None:
    """HEIC and AVIF may name their primaries in a box instead of carrying a profile."""
    raw = bytearray(saved(flat((200, 100, 50)), kind, quality=98))
    at = raw.index(b"colrnclx") + 8
    raw[at : at + 2] = struct.pack(">H", 12)

    expected = expected_srgb((200, 100, 50), DISPLAY_P3, srgb_curve)
    assert near(shown(render_photo(bytes(raw), PLAIN)), (0.5, 0.5), expected, 5)


@pytest.mark.parametrize(
    "profile", [b"garbage", adobe_rgb()[:200], ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()]
)
def test_a_broken_or_unfit_profile_counts_as_none(profile: bytes) -> None:
    """The photo is shown as sRGB instead of being refused."""
    raw = saved(flat((200, 100, 50)), "PNG", icc_profile=profile)

    assert near(shown(render_photo(raw, PLAIN)), (0.5, 0.5), (200, 100, 50), 2)


def grey_profile(gamma: float) -> bytes:
    """A grey profile with one gamma."""
    words = b"grey\0"
    tags = {
        b"desc": b"desc" + struct.pack(">LL", 0, len(words)) + words + bytes(78),
        b"wtpt": b"XYZ \0\0\0\0" + struct.pack(">3l", *(round(part * 65536) for part in D50)),
        b"kTRC": gamma_curve(gamma),
    }
    table, values, at = b"", b"", 132 + 12 * len(tags)
    for key, value in tags.items():
        table += key + struct.pack(">LL", at + len(values), len(value))
        values += value + bytes(-len(value) % 4)
    head = bytearray(matrix_profile("x", ADOBE_RGB, gamma_curve(2))[:128])
    head[:4], head[16:20] = struct.pack(">L", at + len(values)), b"GRAY"
    return bytes(head) + struct.pack(">L", len(tags)) + table + values


def test_grey_with_a_profile() -> None:
    """A grey picture of gamma 1.8 gets lighter steps in sRGB."""
    raw = saved(flat(128, "L"), "TIFF", icc_profile=grey_profile(1.8))
    expected = expected_srgb((128, 128, 128), np.array(ADOBE_RGB), lambda v: v**1.8)

    assert near(shown(render_photo(raw, PLAIN)), (0.5, 0.5), expected, 3)


def test_cmyk_without_a_profile() -> None:
    """Printers' colours are shown, ink by ink."""
    image = shown(render_photo(saved(flat((0, 255, 255, 0), "CMYK"), quality=98), PLAIN))

    assert near(image, (0.5, 0.5), (255, 0, 0), 8)


def test_lab() -> None:
    """CIE Lab is device-independent: L 60, a 30, b -40 is a soft violet."""
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    picture = ImageCms.profileToProfile(flat((160, 128, 216)), srgb, lab, outputMode="LAB")

    assert near(shown(render_photo(saved(picture, "TIFF"), PLAIN)), (0.5, 0.5), (160, 128, 216), 4)


@pytest.mark.parametrize(
    ("kind", "picture", "expected"),
    [
        ("PNG", flat(128 * 257, "I;16"), (128, 128, 128)),
        ("TIFF", flat(200 * 257, "I;16"), (200, 200, 200)),
        ("TIFF", flat(60 * 257, "I;16B"), (60, 60, 60)),
        ("TIFF", flat(0.5, "F"), (127, 127, 127)),
        ("PNG", flat(90, "L"), (90, 90, 90)),
        ("PNG", flat(1, "1"), (255, 255, 255)),
        ("PNG", flat((200, 0, 0, 128), "RGBA"), (227, 127, 127)),
        ("PNG", flat((0, 0), "LA"), (255, 255, 255)),
        ("PNG", flat((10, 200, 30)).quantize(4), (10, 200, 30)),
        ("GIF", flat((10, 200, 30)).quantize(4), (10, 200, 30)),
        ("WEBP", flat((0, 0, 200, 0), "RGBA"), (255, 255, 255)),
        ("TIFF", flat((10, 200, 30)).convert("YCbCr"), (10, 200, 30)),
        ("PNG", flat((10, 200, 30)), (10, 200, 30)),
        ("BMP", flat((10, 200, 30)), (10, 200, 30)),
        ("PPM", flat((10, 200, 30)), (10, 200, 30)),
        ("JPEG2000", flat((10, 200, 30)), (10, 200, 30)),
        ("HEIF", flat((10, 200, 30)), (10, 200, 30)),
        ("HEIF", flat((200, 0, 0, 0), "RGBA"), (255, 255, 255)),
        ("AVIF", flat((10, 200, 30)), (10, 200, 30)),
    ],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "mode", ""),
)
def test_every_mode_and_format(kind: str, picture: Image.Image, expected: tuple[int, int, int]) -> None:
    """16 bits, grey, bilevel, palette, transparency over white: all come out as 8-bit RGB of the right colour."""
    options = {"lossless": True} if kind == "WEBP" else {"quality": 95} if kind in ("HEIF", "AVIF") else {}

    assert near(shown(render_photo(saved(picture, kind, **options), PLAIN)), (0.5, 0.5), expected, 6)


def test_sixteen_bit_colour() -> None:
    """16 bits a channel are read too; Pillow cannot write them, so the file is put together here."""
    samples = struct.pack(">3H", 200 * 257, 100 * 257, 50 * 257) * (32 * 32)
    fields = [(256, 3, 32), (257, 3, 32), (262, 3, 2), (277, 3, 3), (278, 3, 32), (279, 4, len(samples))]
    at = 8 + 2 + 12 * 9 + 4
    entries = b"".join(
        struct.pack(">HHLL", tag, kind, 1, value << (16 if kind == 3 else 0)) for tag, kind, value in fields
    )
    entries = (
        entries[: 12 * 2]
        + struct.pack(">HHLL", 258, 3, 3, at)
        + struct.pack(">HHLHH", 259, 3, 1, 1, 0)
        + entries[24:36]
        + struct.pack(">HHLL", 273, 4, 1, at + 6)
        + entries[36:]
    )
    raw = b"MM\0*\0\0\0\x08" + struct.pack(">H", 9) + entries + bytes(4) + struct.pack(">3H", 16, 16, 16) + samples

    assert near(shown(render_photo(raw, PLAIN)), (0.5, 0.5), (200, 100, 50), 3)


def test_a_transparent_colour_of_png_is_white() -> None:
    """PNG may name one colour as transparent instead of having an alpha channel."""
    raw = saved(flat((10, 20, 30)), "PNG", transparency=(10, 20, 30))

    assert near(shown(render_photo(raw, PLAIN)), (0.5, 0.5), (255, 255, 255), 2)


def test_several_pictures_show_the_first() -> None:
    """Multi-picture JPEG, animated GIF, pages of a TIFF: the first is the photo."""
    for kind in ("MPO", "GIF", "TIFF", "WEBP"):
        raw = saved(flat((200, 40, 40)), kind, save_all=True, append_images=[flat((40, 40, 200))])

        assert near(shown(render_photo(raw, PLAIN)), (0.5, 0.5), (200, 40, 40), 12)


def test_progressive() -> None:
    """Progressive files are decoded like any other."""
    baseline = shown(render_photo(saved(scene(), quality=95), PLAIN))
    progressive = shown(render_photo(saved(scene(), quality=95, progressive=True), PLAIN))

    assert np.abs(np.asarray(baseline, int) - np.asarray(progressive, int)).max() <= 2


@pytest.mark.parametrize("kind", ["jpeg", "webp", "avif"])
def test_renditions_carry_nothing_but_pixels(kind: str) -> None:
    """No EXIF, XMP, profile or comment, whatever the source has."""
    rendered = render_photo(camera_jpeg(6, icc_profile=adobe_rgb()), Recipe(kind, None, 64, 128, 256))

    for one in rendered.renditions:
        assert one.type == ("image/webp" if (kind, one.kind) == ("jpeg", "thumb") else f"image/{kind}")
        assert not any(word in one.data for word in (b"Exif", b"ICC", b"http", b"SERIAL", b"8BIM", b"Canon"))
        with Image.open(io.BytesIO(one.data)) as image:
            assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & image.info.keys()


@given(st.tuples(st.integers(1, 30_000), st.integers(1, 30_000)), st.integers(16, 4000))
def test_fitting_keeps_the_shape_and_never_enlarges(size: tuple[int, int], edge: int) -> None:
    """The longer edge is the wanted one, or the picture's own; the other follows within half a pixel."""
    width, height = fitted(size, edge)

    assert max(width, height) == min(edge, max(size))
    assert min(width, height) >= 1
    scale = min(1, edge / max(size))
    assert abs(width - size[0] * scale) <= 1
    assert abs(height - size[1] * scale) <= 1


@pytest.mark.parametrize(
    ("stored", "edge", "expected"),
    [
        ((1600, 1066), 400, (400, 267)),
        ((1600, 1066), 500, (800, 533)),
        ((1602, 1068), 800, (801, 534)),
        ((1600, 1066), 900, (1600, 1066)),
    ],
)
def test_the_decoder_scales_as_far_as_serves(stored: tuple[int, int], edge: int, expected: tuple[int, int]) -> None:
    """The smallest scale that is not below the target, also where halving rounds."""
    with Image.open(io.BytesIO(saved(scene(*stored)))) as image:
        draft(image, fitted(image.size, edge))

        assert image.size == expected


def test_small_pictures_are_not_enlarged() -> None:
    """All renditions of a small picture have its own size."""
    rendered = render_photo(saved(scene(100, 60)), Recipe("jpeg"))

    assert [(one.kind, one.width, one.height) for one in rendered.renditions] == [
        ("display", 100, 60),
        ("small", 100, 60),
        ("thumb", 100, 60),
    ]


@pytest.mark.parametrize("size", [(1, 1), (3000, 1), (1, 2000), (17, 900)])
def test_odd_shapes(size: tuple[int, int]) -> None:
    """Slivers and single pixels survive the scaling."""
    rendered = render_photo(saved(flat((9, 99, 199), size=size), "PNG"), PLAIN)

    assert (rendered.width, rendered.height) == size
    assert all(min(one.width, one.height) >= 1 for one in rendered.renditions)


def test_colours_are_those_of_the_quarters() -> None:
    """Top left, top right, bottom left, bottom right, each rrggbb."""
    picture = flat((0, 0, 0), size=(200, 100))
    for at, colour in (
        ((0, 0), (255, 0, 0)),
        ((100, 0), (0, 255, 0)),
        ((0, 50), (0, 0, 255)),
        ((100, 50), (255, 255, 255)),
    ):
        picture.paste(colour, (*at, at[0] + 100, at[1] + 50))

    found = bytes.fromhex(render_photo(saved(picture, "PNG"), PLAIN).colours)

    assert all(abs(a - b) < 4 for a, b in zip(found, bytes.fromhex("ff000000ff000000ffffffff"), strict=True))


def test_only_the_wanted_kinds_are_encoded() -> None:
    """A changed setting redoes what it affects, and the rest of the answer stays the same."""
    raw = saved(scene(600, 400))
    whole, part = render_photo(raw, PLAIN), render_photo(raw, PLAIN, {"thumb"})

    assert [one.kind for one in part.renditions] == ["thumb"]
    assert part.renditions[0] == whole.renditions[2]
    assert part.look == whole.look


def test_a_watermark_lies_on_the_display_rendition_only() -> None:
    """The mark is in the lower right corner, a quarter of the longer edge, and scaled renditions do not have it."""
    raw = saved(flat((0, 0, 0), size=(400, 300)), "PNG")
    recipe = Recipe("jpeg", 95, 64, 128, 256, watermark=saved(flat((255, 255, 255, 128), "RGBA", (200, 100)), "PNG"))
    rendered = render_photo(raw, recipe)

    assert near(shown(rendered), (0.9, 0.9), (128, 128, 128), 4)
    assert near(shown(rendered), (0.5, 0.5), (0, 0, 0), 2)
    assert near(shown(rendered, "small"), (0.9, 0.9), (0, 0, 0), 2)


def test_a_watermark_that_is_no_picture_is_told() -> None:
    """The setting is wrong, not the photo."""
    with pytest.raises(UnreadableImage):
        render_photo(saved(scene()), Recipe("jpeg", watermark=b"no picture"))


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_same_bytes_every_time(backend: str, tmp_path: Path) -> None:
    """From bytes or from a path, today or tomorrow; and what goes between processes can be pickled."""
    raw = camera_jpeg(6, scene(900, 600))
    path = tmp_path / "a.jpg"
    path.write_bytes(raw)
    recipe = Recipe("webp", backend=backend)

    assert render_photo(raw, recipe) == render_photo(path, pickle.loads(pickle.dumps(recipe)))
    assert pickle.loads(pickle.dumps(render_photo(raw, recipe))) == render_photo(raw, recipe)


def test_backends_agree() -> None:
    """libvips and Pillow make the same picture, up to a few steps."""
    raw = saved(scene(1500, 1000), quality=95)
    one, other = (
        shown(render_photo(raw, Recipe("jpeg", 95, backend=backend)), "small")
        for backend in ("pillow", resize.available())
    )

    assert np.abs(np.asarray(one, int) - np.asarray(other, int)).mean() < 2


def test_a_backend_that_is_missing_is_told() -> None:
    """A worker without libvips must not silently make other bytes than the rest of a cluster."""
    with pytest.raises(FaultError, match="not installed"):
        render_photo(saved(scene()), Recipe("jpeg", backend="mlt"))


def test_large_files_are_read_from_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit a file is not held in memory; the result is the same."""
    path = tmp_path / "a.jpg"
    path.write_bytes(saved(scene(900, 600)))
    expected = render_photo(path, PLAIN)
    monkeypatch.setattr("sogallery.render.source.IN_MEMORY", 100)

    assert render_photo(path, PLAIN) == expected


def half(raw: bytes) -> bytes:
    """The first part of a file, with its header whole."""
    return raw[: 6 * len(raw) // 10]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty"),
        (bytes(100_000), "only zeros"),
        (b"GIF89a", "cannot be decoded|not a picture"),
        (half(saved(scene())), "cut off"),
        (half(saved(scene(), progressive=True)), "cut off"),
        (saved(scene(), progressive=True)[:1500] + b"\xff\xd9", "cut off"),
        (half(saved(scene())) + b"\xff\xd9", "cut off"),
        (half(saved(scene().convert("L"))) + b"\xff\xd9", "cut off"),
        (half(saved(scene().convert("CMYK"))) + b"\xff\xd9", "cut off"),
        (half(saved(scene(), "PNG")), "cannot be decoded|cut off"),
        (half(saved(scene(), "WEBP")), "cannot be decoded|not a picture"),
        (half(saved(scene(), "TIFF")), "cannot be decoded"),
        (half(saved(scene(), "GIF")), "cannot be decoded"),
        (half(saved(scene(), "HEIF")), "cannot be decoded|not a picture"),
        (half(saved(scene(), "AVIF")), "cannot be decoded|not a picture"),
        (lying_png(60_000, 60_000), "pixels"),
        (lying_png(2_000, 2_000), "cannot be decoded"),
    ],
)
def test_broken_files_are_errors(raw: bytes, words: str) -> None:
    """Empty, zeroed, cut, lying and giant files: a reason and a remedy, never half a picture."""
    with pytest.raises(UnreadableImage, match=words) as caught:
        render_photo(raw, PLAIN)

    assert caught.value.hint
    assert pickle.loads(pickle.dumps(caught.value)).hint == caught.value.hint


def test_a_jpeg_that_promises_more_than_it_has() -> None:
    """A frame header with ten times the height would decode to grey; it is refused."""
    raw = bytearray(saved(scene(), subsampling=0))
    frame = raw.index(b"\xff\xc0")
    raw[frame + 5 : frame + 7] = struct.pack(">H", 2000)

    with pytest.raises(UnreadableImage, match=r"cut off|decoded"):
        render_photo(bytes(raw), PLAIN)


def test_a_picture_that_really_is_grey_is_fine() -> None:
    """The grey that decoders leave for missing data may also be in the picture."""
    for size in ((301, 201), (96, 64), (1601, 1067)):
        rendered = render_photo(saved(flat((128, 128, 128), size=size)), PLAIN)

        assert near(shown(rendered), (0.5, 0.5), (128, 128, 128), 1)


def test_thousands_of_scans_are_refused() -> None:
    """A small progressive file with endless scans would keep a decoder busy for hours."""
    raw = saved(scene(), progressive=True)
    start = raw.index(b"\xff\xda")
    scan = raw[start : raw.index(b"\xff\xc4", start)]

    with pytest.raises(UnreadableImage, match="scans"):
        render_photo(raw[:start] + scan * 300 + raw[start:], PLAIN)


@given(st.data())
def test_damage_is_an_error_or_a_picture(data: st.DataObject) -> None:
    """Whatever bytes change, there is a rendition or an UnreadableImage, never another exception."""
    raw = bytearray(DAMAGED[data.draw(st.sampled_from(sorted(DAMAGED)))])
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        rendered = render_photo(bytes(raw), PLAIN, {"thumb"})
    except UnreadableImage as error:
        assert error.message
        return
    assert rendered.renditions[0].data


DAMAGED = {
    "JPEG": camera_jpeg(6, scene(64, 48)),
    "PNG": saved(scene(64, 48), "PNG", exif=camera_exif(3)),
    "TIFF": saved(scene(64, 48), "TIFF", compression="tiff_lzw"),
    "GIF": saved(scene(64, 48), "GIF"),
    "WebP": saved(scene(64, 48), "WEBP", exif=camera_exif(3)),
}


def test_recipes_tell_apart_what_affects_the_output() -> None:
    """Each setting changes the digests of the kinds that it affects, and of no other."""
    base = Recipe("webp")
    kinds = ("display", "small", "thumb")

    def changed(other: Recipe) -> set[str]:
        return {kind for kind in kinds if other.digest_of(kind) != base.digest_of(kind)}

    assert changed(Recipe("webp", base.encoding("display").quality)) == {"thumb"}
    assert changed(Recipe("webp", backend="pillow")) == set()
    assert changed(Recipe("webp", thumb=300)) == {"thumb"}
    assert changed(Recipe("webp", small=800)) == {"small", "thumb"}
    assert changed(Recipe("webp", display=2000)) == set(kinds)
    assert changed(Recipe("webp", watermark=b"x")) == {"display"}
    assert changed(Recipe("jpeg")) == {"display", "small"}
    assert (
        len({base.digest, Recipe("jpeg").digest, Recipe("webp", 70).digest, Recipe("webp", watermark=b"x").digest}) == 4
    )


@pytest.mark.parametrize(
    "settings", [{"format": "gif"}, {"quality": 0}, {"quality": 101}, {"thumb": 8}, {"thumb": 2000}]
)
def test_impossible_recipes(settings: dict[str, object]) -> None:
    """A recipe cannot be made from settings that make no sense."""
    with pytest.raises(ValueError, match=r"quality|format|edges"):
        Recipe(**settings)


def test_the_pipeline_decodes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three renditions, one decoding."""
    calls = []
    once = photo.decoded
    monkeypatch.setattr(photo, "decoded", lambda *args: calls.append(1) or once(*args))
    render_photo(saved(scene()), PLAIN)

    assert len(calls) == 1
