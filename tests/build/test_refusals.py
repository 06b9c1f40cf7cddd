"""What a build refuses: keys, days, folders and files that would bring back or give away what they must not."""

from __future__ import annotations

import http.client
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sites import Place, access, run, site, tree

from sogallery import darkroom, serve
from sogallery.cli import cli, common
from sogallery.errors import InputError, SecretError, UsageError
from sogallery.words import Words


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = site(tmp_path / "site")
    made.gallery("ada/wedding", ["a.jpg", "b.jpg"])
    return made


def keys(place: Place, ref: str) -> Path:
    return place.content / "clients" / ref / "gallery.keys"


def test_a_weak_password_is_told_with_its_gallery_and_grant(place: Place) -> None:
    """Among a hundred galleries one wants to know whose it is."""
    place.gallery("kim/wedding", ["k.jpg"], 'access: {lab: {password: "1234"}}\n', first=50)
    with pytest.raises(SecretError, match=r"^kim/wedding: the `password:` of lab: .*too easy to guess") as caught:
        place.build()
    assert "take `password:` out" in caught.value.hint
    assert not place.dist.exists()


# --- keys --------------------------------------------------------------------------------------------------------


def test_a_copied_folder_does_not_share_its_keys(place: Place) -> None:
    """Who makes a gallery from a copy of another must not give it the other's address and links."""
    place.build()
    before = tree(place.dist)
    place.gallery("kim/wedding", ["k.jpg"], first=50)
    shutil.copy(keys(place, "ada/wedding"), keys(place, "kim/wedding"))
    with pytest.raises(InputError) as caught:
        place.build()
    assert ["clients/kim/wedding/gallery.keys"] == [problem.path for problem in caught.value.problems]
    assert "ada/wedding" in caught.value.problems[0].message
    assert before == tree(place.dist)

    keys(place, "kim/wedding").unlink()
    place.build()
    assert 2 == len(place.galleries())


def test_old_keys_are_refused_under_another_name_too(place: Place) -> None:
    """Renaming a gallery is no way round: the passphrase that was taken away stays away."""
    place.build()
    old = keys(place, "ada/wedding").read_bytes()
    run(place, "access", "rotate", "ada/wedding", "--content", str(place.content))
    place.build()
    now = access(place, "ada/wedding")["client"]["passphrase"]
    (place.content / "clients/ada/wedding").rename(place.content / "clients/ada/party")
    newest = keys(place, "ada/party").read_bytes()
    keys(place, "ada/party").write_bytes(old)
    with pytest.raises(InputError, match="1 problem") as caught:
        place.build(drop=("ada/wedding",))
    assert "older" in caught.value.problems[0].message

    keys(place, "ada/party").write_bytes(newest)
    place.build(drop=("ada/wedding",))
    assert now == access(place, "ada/party")["client"]["passphrase"]


def test_a_run_with_a_secret_of_its_own_leaves_the_sealed_site_alone(place: Place) -> None:
    """What nobody can sign for again must not stand in the way of the studio's next build."""
    ours = dict(place.environ)
    place.environ = {"CI": "true", "SOGALLERY_CONFIG_DIR": str(place.root.parent / "none")}
    place.build()
    assert not place.sealed.exists()

    place.environ = ours
    place.build()
    assert 1 == len(place.galleries())


def test_what_a_killed_writer_left_of_keys_is_deleted(place: Place) -> None:
    """It holds the gallery's seed, which must be in one place only."""
    place.build()
    torn = keys(place, "ada/wedding").with_name(".gallery.keys.4711")
    torn.write_bytes(keys(place, "ada/wedding").read_bytes())
    place.build()

    assert not torn.exists()
    assert keys(place, "ada/wedding").is_file()


# --- days and folders --------------------------------------------------------------------------------------------


def test_a_build_never_goes_back_in_time(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--now` looks ahead; a past day would show what has ended since."""
    monkeypatch.setattr(common, "clock", lambda: datetime(2026, 7, 11, 12, tzinfo=UTC))
    place.gallery("bo/portraits", ["x.jpg"], "retain_until: 2026-07-10\n", first=50)
    words = ["build", "--content", str(place.content), "-j", "1", "--now"]
    past = CliRunner().invoke(cli, [*words, "2026-07-10"], env=place.environ)
    assert 2 == past.exit_code
    assert "is past" in past.stderr
    assert not place.dist.exists()

    assert 0 == CliRunner().invoke(cli, [*words, "2026-07-12"], env=place.environ).exit_code
    assert 1 == len(place.galleries())


@pytest.mark.parametrize("name", ["sealed", "sealed/x", "content/x", ".sogallery/x", "themes", "."])
def test_an_output_is_no_folder_of_the_site(place: Place, name: str) -> None:
    """It would replace what is sealed, or be replaced, or be published."""
    place.build()
    before = tree(place.root)
    with pytest.raises(UsageError):
        place.build(dist=place.root / name)

    assert before == tree(place.root)


# --- pictures and words ------------------------------------------------------------------------------------------


def test_a_file_that_changes_during_a_build_is_left_out(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may see a photo was decided for other bytes: two files swap names, and neither is sealed as the other."""
    a, b = (place.content / "clients/ada/wedding" / name for name in ("a.jpg", "b.jpg"))
    plan = darkroom.gallery_keys

    def swapped(*arguments: object) -> object:
        a.rename(a.with_suffix(".x"))
        b.rename(a)
        a.with_suffix(".x").rename(b)
        return plan(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(darkroom, "gallery_keys", swapped)
    report, problems = place.build()
    assert 0 == report.made
    assert ["clients/ada/wedding/a.jpg", "clients/ada/wedding/b.jpg"] == sorted(problem.path for problem in problems)

    monkeypatch.undo()
    report, problems = place.build()
    assert (2, []) == (report.made, problems)


@pytest.mark.parametrize(
    "text",
    [
        "<p>Ada &amp; Lin’s day</p>",
        "<p>Ada &#38; Lin’s\n day</p>",
        '<a href="/Ada%20%26%20Lin%E2%80%99s%20day/">',
        "Ada & Lin’s day",
    ],
)
def test_private_words_are_found_however_a_page_writes_them(text: str) -> None:
    """As they are, escaped for HTML, in an address, over two lines."""
    assert Words.of(["Ada & Lin’s day"], []).found_in(text)
    assert not Words.of(["Ada & Lin’s day"], ["About: Ada & Lin’s day"]).found_in(text)


def test_private_words_are_compared_in_one_form_of_unicode() -> None:
    """Disks and editors write accents in two ways."""
    assert Words.of(["Zoe\u0308"], []).found_in("<p>Zo\u00eb</p>")
    assert Words.of(["Zo\u00eb"], []).found_in("<p>Zoe\u0308</p>")


# --- the preview -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("host", "status"), [("127.0.0.1:8000", 200), ("localhost", 200), ("evil.example:8000", 421)])
def test_the_preview_answers_to_this_computer_only(tmp_path: Path, host: str, status: int) -> None:
    """A website that points its own name at 127.0.0.1 reads nothing."""
    (tmp_path / "index.html").write_text("<body></body>")
    server = serve.start(tmp_path, 0, serve.State())
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1])
        connection.request("GET", "/", headers={"Host": host})
        assert status == connection.getresponse().status
        connection.close()
    finally:
        server.shutdown()
        server.server_close()


def test_a_browser_that_goes_away_is_no_news(capsys: pytest.CaptureFixture[str]) -> None:
    """Every reload and every closed tab cuts connections; a real fault is still told."""
    server = object.__new__(serve._Server)
    for error in (BrokenPipeError(), ConnectionResetError(), ZeroDivisionError()):
        try:
            raise error
        except (OSError, ZeroDivisionError):
            server.handle_error(None, ("127.0.0.1", 1))
    told = capsys.readouterr().err

    assert "ZeroDivisionError" in told
    assert "Pipe" not in told and "Reset" not in told
