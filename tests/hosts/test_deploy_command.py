"""`sogallery deploy` and `sogallery prune`, on real builds."""

from __future__ import annotations

import json

import netlify_double
import pytest
from click.testing import CliRunner
from sites import Place, picture, site

from sogallery.cli import cli


@pytest.fixture
def place(tmp_path) -> Place:
    made = site(tmp_path / "site")
    made.gallery("ada/wedding", ["a.jpg", "b.jpg"])
    made.build()
    return made


@pytest.fixture
def netlify(place):
    with netlify_double.running() as double:
        double.add_site("studio")
        settings = f"deploy:\n  live: {{host: netlify, site_id: studio, api: '{double.base}/api/v1'}}\n"
        place.write("site.yaml", "name: Test Studio\ncontact: {email: hello@studio.example}\n" + settings)
        place.environ["NETLIFY_AUTH_TOKEN"] = double.token
        yield double


def run(place, *words, **environ):
    """The command's result."""
    words = [*words, "--content", str(place.content)]
    return CliRunner().invoke(cli, words, env={**place.environ, **environ})


def test_into_a_folder(place, tmp_path):
    """`--target folder --to DIR` needs no settings."""
    result = run(place, "deploy", "--target", "folder", "--to", str(tmp_path / "www"))

    assert result.exit_code == 0, result.output
    ours = {path.relative_to(place.dist) for path in place.dist.rglob("*") if path.is_file()}
    there = {path.relative_to(tmp_path / "www") for path in (tmp_path / "www").rglob("*") if path.is_file()}
    assert ours == there


def test_dry_run_as_json(place, tmp_path):
    """One document: what is new, what it weighs, whether it fits."""
    result = run(place, "deploy", "--target", "folder", "--to", str(tmp_path / "www"), "--dry-run", "--json")
    [target] = json.loads(result.stdout)["targets"]

    assert "index.html" in target["changes"]["new"]
    assert target["changes"]["send"] == target["preflight"]["size"]
    assert target["deployment"] is None
    assert not (tmp_path / "www").exists()


def test_to_netlify_and_again_after_one_new_photo(place, netlify):
    """The second deploy sends the new photo's objects and what names them, not the other photos."""
    first = run(place, "deploy", "--json")
    assert first.exit_code == 0, first.output
    sent = netlify.put_bytes
    again = run(place, "deploy")
    assert "nothing to send" in again.stdout
    place.write("clients/ada/wedding/c.jpg", picture(7))
    report, _ = place.build()
    last = run(place, "deploy")

    assert last.exit_code == 0, last.output
    assert netlify.put_bytes - sent == report.upload_bytes < sent
    assert len(netlify.deploys) == 1


def test_no_output_holds_the_token(place, netlify):
    """Whatever goes well or wrong."""
    outputs = [run(place, "deploy"), run(place, "deploy", "--dry-run", "--json"), run(place, "prune", "--json")]
    netlify.faults = lambda method, path: (400, {}, f'{{"message": "{netlify.token}"}}')
    outputs += [run(place, "deploy"), run(place, "prune")]

    assert [result.exit_code for result in outputs] == [0, 0, 0, 7, 7]
    assert all(netlify.token not in result.output + repr(result.exception) for result in outputs)


def test_a_site_that_the_audit_rejects_is_never_sent(place, netlify):
    """Somebody put a photo into dist: exit code 3, nothing is sent."""
    (place.dist / "b" / "aa").mkdir(exist_ok=True)
    (place.dist / "b" / "aa" / ("aa" + "0" * 30)).write_bytes(picture(3))
    result = run(place, "deploy")

    assert result.exit_code == 3
    assert not netlify.deploys


def test_private_words_are_searched_for(place, netlify):
    """A page with a client's title on it is not deployed."""
    (place.dist / "index.html").write_text("<!doctype html><p>Day of ada and wedding</p>")
    result = run(place, "deploy")

    assert result.exit_code == 3
    assert not netlify.deploys


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("deploy", "--target", "nowhere"), 2),
        (("deploy", "--target", "folder"), 2),
        (("deploy", "--dist", "/nowhere/at/all"), 2),
        (("prune", "--target", "nowhere"), 2),
    ],
)
def test_words_without_sense(place, netlify, words, code):
    """Exit code 2, with a hint."""
    result = run(place, *words)

    assert result.exit_code == code
    assert "hint:" in result.stderr


def test_a_missing_token(place, netlify):
    """Exit code 5, and the name of the variable."""
    result = run(place, "deploy", NETLIFY_AUTH_TOKEN="")

    assert result.exit_code == 5
    assert "NETLIFY_AUTH_TOKEN" in result.stderr


def test_prune_after_keep_old(place, netlify):
    """`--keep-old` leaves the old deploy, `prune` removes it."""
    run(place, "deploy")
    place.write("clients/ada/wedding/c.jpg", picture(7))
    place.build()
    run(place, "deploy", "--keep-old")
    assert len(netlify.deploys) == 2
    result = run(place, "prune", "--json")

    assert result.exit_code == 0
    assert len(json.loads(result.stdout)[0]["removed"]) == 1
    assert len(netlify.deploys) == 1
