"""`sogallery new`: a site that has no Problems at once, and a sample that is the one in the repository."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image, ImageChops, ImageOps, ImageStat

from sogallery import __version__
from sogallery.cli.new import new
from sogallery.consent import evidence_for, publishable
from sogallery.demo.pictures import PICTURES, draw
from sogallery.demo.write import demo_content, demo_site, empty_site, write_site
from sogallery.errors import FaultError, UsageError
from sogallery.load import load_site
from sogallery.model import Scope, Site
from sogallery.records import load_records

CONTENT = Path(__file__).resolve().parents[2] / "content"
MOST_BYTES = 6_000_000
DAY = date(2027, 1, 1)


def committed() -> dict[str, bytes]:
    """The sample in the repository, without what a build would add."""
    made = ("studio.pub", "ledger.jsonl", "ledger.checkpoint", "gallery.keys", ".lock")
    files = (path for path in CONTENT.rglob("*") if path.is_file() and path.name not in made)
    return {path.relative_to(CONTENT).as_posix(): path.read_bytes() for path in files}


def pictures() -> dict[str, bytes]:
    return {path: data for path, data in committed().items() if path.endswith(".jpg")}


@pytest.fixture
def site() -> Site:
    """The sample, loaded."""
    found, problems = load_site(CONTENT)
    assert problems == []
    assert found
    return found


def test_the_sample_in_the_repository_is_what_new_demo_writes():
    """Texts to the letter, with the hashes of the committed pictures; no file more and none less."""
    assert demo_content(pictures()) == committed()


def test_the_committed_pictures_look_like_the_drawn_ones():
    """Bytes may differ between versions of Pillow, what one sees may not."""
    kept = pictures()
    assert set(kept) == {picture.path for picture in PICTURES}

    for picture in PICTURES[::4]:
        images = [
            ImageOps.exif_transpose(Image.open(io.BytesIO(d))).convert("RGB")
            for d in (kept[picture.path], draw(picture))
        ]
        apart = ImageStat.Stat(ImageChops.difference(*images)).mean
        assert max(apart) < 4, picture.path


def test_the_sample_is_small_and_holds_no_key():
    """It is cloned by everybody; keys and the ledger are made by whoever builds."""
    assert sum(map(len, committed().values())) < MOST_BYTES
    assert not any(path.endswith((".keys", ".jsonl", ".pub")) for path in demo_site(lambda _: b""))


def test_the_sample_has_two_clients_with_three_galleries(site: Site):
    """One with sections and a guest, one nobody released, one that is a folder and a title."""
    galleries = {gallery.ref: gallery for gallery in site.galleries}

    assert set(galleries) == {"ada-lin/wedding", "ada-lin/weekend", "marlow/autumn"}
    assert [section.path for section in galleries["ada-lin/wedding"].sections] == ["getting-ready", "ceremony", "party"]
    assert [grant.name for grant in galleries["ada-lin/wedding"].grants] == ["client", "guest"]
    assert (CONTENT / "clients/ada-lin/weekend/gallery.yaml").read_text() == "title: Weekends away\n"


def test_every_photo_of_the_samples_portfolio_is_released_until_2040(site: Site):
    """Its releases end in 2040, so the sample does not run out."""
    records, problems = load_records(CONTENT, site)
    assert problems == []

    for pick in (pick for category in site.portfolio for pick in category.photos):
        sha256 = hashlib.sha256((CONTENT / "clients" / pick.ref).read_bytes()).hexdigest()
        decision = publishable(evidence_for(site, records, pick.ref, sha256), Scope.PORTFOLIO_WEB, DAY)

        assert decision.allowed, decision.refusals
        assert decision.last_day == date(2040, 12, 31)
        assert pick.alt


def test_nothing_of_the_unreleased_gallery_may_be_public(site: Site):
    """The Marlows refused."""
    records, _ = load_records(CONTENT, site)
    gallery = next(gallery for gallery in site.galleries if gallery.ref == "marlow/autumn")

    for photo in gallery.photos:
        evidence = evidence_for(site, records, f"{gallery.ref}/{photo.path}", "0" * 64)
        assert not publishable(evidence, Scope.PORTFOLIO_WEB, DAY).allowed


def test_public_words_of_the_sample_are_not_its_private_ones(site: Site):
    """No caption or title inside a picture stands on a public page, so that a leak would show."""
    public = "\n".join(
        data.decode() for path, data in committed().items() if path.endswith((".md", "portfolio.yaml", "site.yaml"))
    )

    for picture in PICTURES:
        assert picture.shot.caption not in public
        assert picture.shot.title not in public


def test_an_empty_site_has_no_problems(tmp_path: Path):
    """It builds at once, under the studio's name whatever that is."""
    name = 'Ünal\'s "Studio": #1 — صور'
    write_site(tmp_path / "site", empty_site(name))
    site, problems = load_site(tmp_path / "site" / "content")

    assert problems == []
    assert site
    assert site.name == name


def test_every_setting_that_a_new_site_mentions_is_one(tmp_path: Path):
    """Taking the # away from all examples in site.yaml leaves no Problem."""
    files = empty_site()
    settings = files["content/site.yaml"].decode()
    files["content/site.yaml"] = re.sub(r"^# (?=[a-z_]+:|  )", "", settings, flags=re.MULTILINE).encode()
    write_site(tmp_path / "site", files)

    site, problems = load_site(tmp_path / "site" / "content")

    assert problems == []
    assert site
    assert (site.contact.email, site.timezone) == ("hello@photos.example", "Europe/London")
    assert site.base_url
    assert site.deploy


def test_git_takes_nothing_private(tmp_path: Path):
    """What CI needs goes in; clients, records, keys, and cards, backups and scans that somebody put beside them stay out."""
    write_site(tmp_path / "site", empty_site())
    kept = ("content/studio.pub", "sealed/site.json", "themes/mine/theme.css", "wheels/sogallery.whl", ".gitlab-ci.yml")
    private = (
        *("content/clients/ada/client.yaml", "content/clients/ada/day/gallery.keys", "content/releases/ada.pdf"),
        *("content/portfolio.yaml", "content/ledger.jsonl", "content/clients/ada/client.salt", "content/watermark.png"),
        *("card.html", "studio.backup", "scan.pdf", "dist/index.html", ".sogallery/cache.sqlite", ".schema/site.json"),
    )
    for path in (*kept, *private):
        (tmp_path / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / path).write_text("x")

    taken = _git_takes(tmp_path / "site")

    assert {*empty_site(), *kept} - {"content/portfolio.yaml"} == taken


def _git_takes(folder: Path) -> set[str]:
    """The files that `git add .` would take."""
    subprocess.run(["git", "init", "--quiet", "."], cwd=folder, check=True)
    listing = ["git", "ls-files", "--others", "--exclude-standard", "-z"]
    told = subprocess.run(listing, cwd=folder, check=True, capture_output=True, text=True)
    return {path for path in told.stdout.split("\0") if path}


def test_a_machine_that_builds_it_uses_the_same_version():
    """requirements.txt names the wheel of what wrote the site, never a name that somebody else could register."""
    files = empty_site()

    last = files["requirements.txt"].decode().splitlines()[-1]
    assert last == f"./wheels/sogallery-{__version__}-py3-none-any.whl"
    assert b"pip install -r requirements.txt && sogallery build" in files["netlify.toml"]


def test_new_asks_nothing_without_a_terminal(tmp_path: Path):
    """A script gets a site, and no question."""
    result = CliRunner().invoke(new, [str(tmp_path / "site")])

    assert result.exit_code == 0, result.output
    assert "name" not in result.output
    assert (tmp_path / "site" / ".gitignore").is_file()


def test_new_writes_into_an_empty_folder(tmp_path: Path):
    """A folder that was made beforehand is fine."""
    result = CliRunner().invoke(new, [str(tmp_path), "--name", "North Light"])

    assert result.exit_code == 0, result.output
    assert b"name: North Light" in (tmp_path / "content" / "site.yaml").read_bytes()


@pytest.mark.parametrize("kind", ["full", "file", "link"])
def test_new_never_writes_over_anything(tmp_path: Path, kind: str):
    """Whatever is there stays as it is; usage error."""
    target = tmp_path / "there"
    if kind == "full":
        target.mkdir()
        (target / "mine.txt").write_text("mine")
    elif kind == "file":
        target.write_text("mine")
    else:
        target.symlink_to(tmp_path / "nowhere")
    before = sorted(path.name for path in tmp_path.rglob("*"))

    result = CliRunner().invoke(new, [str(target), "--demo"])

    assert result.exit_code == UsageError.exit_code
    assert "not empty" in result.output
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_a_folder_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path):
    """A fault says so, and there is no half a site."""
    (tmp_path / "file").write_text("")

    with pytest.raises(FaultError):
        write_site(tmp_path / "file" / "site", {"a/b": b""})
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
