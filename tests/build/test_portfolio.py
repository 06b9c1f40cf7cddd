"""Whole builds of the public portfolio: who is shown, who is not, what the second look finds."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageOps
from sites import Place, picture, site, tree

from sogallery.errors import ConsentError, FindingsError, InputError

REVIEW = '"{name}":\n    sha256: {sha}\n    complete: true\n    recognisable: [ada]\n    people: 1\n    by: S.O.\n    on: 2026-06-21\n'
RELEASE = """id: {number:032x}
person: ada/ada
signer: {{name: Ada Example, role: self}}
covers: {{galleries: [ada/wedding]}}
scopes: [portfolio_web]
signed: 2026-06-20
valid_from: 2026-06-20
until: 2026-12-31
document: ada.txt
document_sha256: {document}
"""
CLIENT = """name: Ada Example
consents:
  - {purpose: publication, state: given, on: 2026-06-20, scopes: [portfolio_web], evidence: by letter}
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Two picks of one gallery, of which only the first has been reviewed; its person has signed."""
    made = site(tmp_path)
    made.gallery("ada/wedding", ["a.jpg", "b.jpg", "c.jpg"], "date: 2026-06-13\npeople: {ada: {name: Ada Example}}\n")
    made.write("clients/ada/client.yaml", CLIENT)
    made.write("releases/ada.yaml", RELEASE.format(number=7, document=hashlib.sha256(b"signed").hexdigest()))
    made.write("releases/ada.txt", b"signed")
    review(made, ["a.jpg"])
    made.write("portfolio.yaml", "- title: Weddings\n  photos: [ada/wedding/a.jpg, ada/wedding/b.jpg]\n")
    return made


def review(place: Place, names: list[str], more: str = "") -> None:
    """Somebody looked at these photos and saw Ada."""
    entries = []
    for name in names:
        sha = hashlib.sha256((place.content / "clients/ada/wedding" / name).read_bytes()).hexdigest()
        entries.append("  " + REVIEW.format(name=name, sha=sha) + more)
    place.write("clients/ada/wedding/reviews.yaml", "photos:\n" + "".join(entries))


def public(place: Place) -> set[str]:
    """The opaque ids of the photos that are shown."""
    return {path.name.split("-")[0] for path in (place.dist / "p").glob("*")}


def test_only_released_photos_are_shown(place: Place) -> None:
    """The other pick is left out, listed with its line and the reason, and the rest is published."""
    report, problems = place.build()

    assert 1 == report.public == len(public(place))
    assert [("portfolio.yaml", 2)] == [(problem.path, problem.line) for problem in problems]
    assert "nobody has said yet who can be recognised" in problems[0].message


def test_strict_publishes_nothing_while_a_pick_is_refused(place: Place) -> None:
    """Exit code 4: consent."""
    with pytest.raises(ConsentError) as caught:
        place.build(strict=True)

    assert 4 == caught.value.exit_code
    assert not place.dist.exists()


def test_nothing_private_is_in_a_public_file_or_its_name(place: Place) -> None:
    """Neither the client, nor the file, nor the hash of the source, which would confirm who owns a copy."""
    place.build()
    source = hashlib.sha256(picture(0)).hexdigest()
    for path in (place.dist / "p").glob("*"):
        assert source[:8] not in path.name
        assert b"Ada" not in path.read_bytes()


def test_an_edited_photo_needs_review_again(place: Place) -> None:
    """A review is bound to the file that was looked at."""
    place.build()
    place.write("clients/ada/wedding/a.jpg", picture(77))
    _, problems = place.build()

    assert set() == public(place)
    assert 2 == len(problems)


@pytest.mark.parametrize("gone", ["releases/ada.yaml", "clients/ada/wedding/reviews.yaml", "clients/ada/client.yaml"])
def test_without_any_one_record_nothing_is_shown(place: Place, gone: str) -> None:
    """Release, review, the client's consent: each is needed."""
    place.build()
    (place.content / gone).unlink()
    place.build()

    assert set() == public(place)
    assert not list((place.root / ".sogallery" / "public").glob("*"))


def test_a_release_that_ran_out_takes_the_photo_down(place: Place, tmp_path: Path) -> None:
    """With keys, and on a machine without any."""
    place.build()
    ci = Place(tmp_path / "ci", environ={"SOGALLERY_CONFIG_DIR": str(tmp_path / "none")})
    shutil.copytree(place.sealed, ci.sealed)
    for name in ("site.yaml", "studio.pub", "portfolio.yaml"):
        ci.write(name, (place.content / name).read_bytes())
    ci.build(day=date(2026, 12, 31))
    assert public(place) == public(ci)
    ci.build(day=date(2027, 1, 1))
    assert set() == public(ci)

    place.build(day=date(2027, 1, 1))
    assert set() == public(place)


def changed(seed: int, how: str) -> bytes:
    """A copy of a picture that somebody made smaller, turned, or darker."""
    with Image.open(BytesIO(picture(seed))) as image:
        copy = {
            "smaller": image.resize((300, 200)),
            "mirrored": ImageOps.mirror(image),
            "turned": image.transpose(Image.Transpose.ROTATE_90),
            "darker": image.point(lambda value: int(value * 0.8)),
        }[how]
    target = BytesIO()
    copy.save(target, "JPEG", quality=70)
    return target.getvalue()


@pytest.mark.parametrize("how", ["smaller", "mirrored", "turned", "darker"])
def test_a_copy_of_an_unreleased_photo_stops_the_build(place: Place, how: str) -> None:
    """Somebody reviews a copy of b.jpg as another photo: the second look finds that b.jpg is not released."""
    place.build()
    before = tree(place.dist)
    place.write("clients/ada/wedding/copy.jpg", changed(1, how))
    review(place, ["a.jpg", "copy.jpg"])
    place.write("portfolio.yaml", "- title: Weddings\n  photos: [ada/wedding/a.jpg, ada/wedding/copy.jpg]\n")
    with pytest.raises(FindingsError) as caught:
        place.build()

    assert all("clients/ada/wedding/b.jpg" in finding.message for finding in caught.value.findings)
    assert before == tree(place.dist)


def test_a_reviewed_difference_lifts_one_match(place: Place) -> None:
    """Neighbours of a burst look alike; who has compared the two files says so, for exactly these."""
    place.write("clients/ada/wedding/burst.jpg", changed(1, "darker"))
    other = hashlib.sha256(picture(1)).hexdigest()
    more = f'    different_from: [{{photo: "ada/wedding/b.jpg", sha256: {other}, by: S.O., on: 2026-06-21}}]\n'
    review(place, ["burst.jpg"], more)
    place.write("portfolio.yaml", "- title: Weddings\n  photos: [ada/wedding/burst.jpg]\n")
    place.build()
    assert 1 == len(public(place))

    place.write("clients/ada/wedding/b.jpg", changed(1, "smaller"))
    with pytest.raises(FindingsError):
        place.build()


def test_the_ledger_tells_what_became_public_and_what_left(place: Place) -> None:
    """One entry each, written after publishing; a build that changes nothing adds none."""
    place.build()
    first = (place.content / "ledger.jsonl").read_text()
    place.build()
    assert first == (place.content / "ledger.jsonl").read_text()
    assert 1 == first.count("photo.published")

    (place.content / "releases/ada.yaml").unlink()
    place.build()
    assert 1 == (place.content / "ledger.jsonl").read_text().count("photo.unpublished")
    assert "Ada" not in (place.content / "ledger.jsonl").read_text()


def test_a_ledger_that_is_gone_stops_the_build(place: Place) -> None:
    """A new one would know of no withdrawal; to begin anew is for the photographer to say."""
    place.build()
    before = tree(place.dist)
    for name in ("ledger.jsonl", "ledger.checkpoint"):
        (place.content / name).unlink()
    with pytest.raises(InputError) as caught:
        place.build()
    assert "ledger.jsonl" == caught.value.problems[0].path
    assert before == tree(place.dist)

    (place.sealed / "public/record.json").unlink()
    place.build()
    assert 1 == len(public(place))


def test_a_theme_brings_no_private_photo(place: Place) -> None:
    """A theme's pictures are as public as the portfolio's, and are looked at in the same way."""
    assets = place.root / "themes/mine/assets"
    assets.mkdir(parents=True)
    (assets / "hero.jpg").write_bytes(changed(1, "smaller"))
    place.write("site.yaml", "name: Test Studio\ntheme: mine\ncontact: {email: hello@studio.example}\n")
    with pytest.raises(FindingsError) as caught:
        place.build()

    assert all("clients/ada/wedding/b.jpg" in finding.message for finding in caught.value.findings)
    assert all(finding.path.endswith("/hero.jpg") for finding in caught.value.findings)
    (assets / "hero.jpg").write_bytes(changed(0, "smaller"))
    place.build()
    assert list((place.dist / "assets").rglob("hero.jpg"))


@pytest.mark.parametrize("more", ["draft: true\n", "retain_until: 2026-06-01\n"])
def test_photos_that_no_build_renders_are_compared_too(place: Place, more: str) -> None:
    """A draft is as private as a gallery, and so is one that has ended."""
    place.gallery("bo/portraits", ["x.jpg"], more, first=50)
    place.write("clients/ada/wedding/copy.jpg", changed(50, "smaller"))
    review(place, ["copy.jpg"])
    place.write("portfolio.yaml", "- title: Weddings\n  photos: [ada/wedding/copy.jpg]\n")
    with pytest.raises(FindingsError) as caught:
        place.build()

    assert all("clients/bo/portraits/x.jpg" in finding.message for finding in caught.value.findings)
