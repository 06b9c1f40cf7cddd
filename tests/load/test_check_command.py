"""`sogallery check`, as a photographer calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from sogallery.cli.check import check


@pytest.fixture
def run(folder):
    """Call `check` for the folder."""

    def call(*options: str) -> Result:
        return CliRunner().invoke(check, ["--content", str(folder.content), *options])

    return call


def files_below(folder: Path) -> dict[Path, bytes]:
    """Every file with its bytes."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def draw(folder, *names: str) -> None:
    """A gallery of small pictures."""
    folder.gallery("title: T\n")
    for name in names:
        Image.new("RGB", (8, 6), "navy").save(folder.content / "clients/ada-lin/wedding" / name)


def test_nothing_wrong(folder, run):
    """A sound site is told so, with exit code 0, and nothing is written."""
    draw(folder, "a.jpg", "b.png")
    before = files_below(folder.content.parent)
    result = run()

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "no problems in 1 gallery with 2 photos\n"
    assert files_below(folder.content.parent) == before


def test_errors(folder, run):
    """Every error goes to stderr with place and hint; exit code 1."""
    folder.write("site.yaml", "name: SO\ntimezone: Europe/Londn\nfoo: 1\n")
    result = run()

    assert result.exit_code == 1
    assert (
        "site.yaml:2:11: there is no time zone “Europe/Londn”\n    hint: did you mean Europe/London?\n" in result.stderr
    )
    assert "site.yaml:3:1: unknown key “foo”" in result.stderr
    assert result.stderr.endswith("2 errors\n")
    assert result.stdout == ""


def test_pictures_are_opened(folder, run):
    """A file that is no picture or another one than its name says is told, and fails only under --strict."""
    draw(folder, "a.jpg", "b.png")
    pictures = folder.content / "clients/ada-lin/wedding"
    (pictures / "b.png").rename(pictures / "b.jpg")
    (pictures / "c.jpg").write_text("<html>")
    (pictures / "d.jpg").write_bytes(b"")
    result = run()

    assert result.exit_code == 0
    assert "clients/ada-lin/wedding/c.jpg: left out: is not a picture" in result.stderr
    assert "clients/ada-lin/wedding/d.jpg: left out: is empty" in result.stderr
    assert "clients/ada-lin/wedding/b.jpg: warning: " in result.stderr
    assert run("--strict").exit_code == 1
    assert run("--quick", "--strict").exit_code == 0


def test_records_are_looked_at(folder, run):
    """Slips in reviews and releases are told, too."""
    draw(folder, "a.jpg")
    folder.write("clients/ada-lin/wedding/reviews.yaml", "photos: {a.jpg: {complet: true}}\n")
    result = run()

    assert "reviews.yaml:1:18: unknown key “complet”" in result.stderr


def test_json(folder, run):
    """One JSON document with every field of every Problem and the counts."""
    folder.write("site.yaml", "name: SO\nfoo: 1\n")
    result = run("--json")
    document = json.loads(result.stdout)

    assert result.exit_code == 1
    assert document["counts"] == {"error": 1, "left out": 0, "warning": 0}
    assert document["problems"][0]["path"] == "site.yaml"
    assert document["problems"][0]["line"] == 2
    assert document["problems"][0]["severity"] == "error"
    assert document["problems"][0]["hint"]


def test_warnings_fail_only_under_strict(folder, run):
    """A warning alone is exit code 0, and 1 under --strict."""
    folder.write("site.yml", "")

    assert run().exit_code == 0
    assert run("--strict").exit_code == 1


def test_names_cannot_steer_the_terminal(folder, run):
    """Neither an escape sequence nor a turned-around name reaches the terminal."""
    folder.gallery('title: T\ncover: "\\u202egpj.exe"\n', "a\x1b[31m.jpg", "b\u202egpj.txt", "c.jpg")
    result = run("--quick")

    assert "\x1b" not in result.stderr
    assert "\u202e" not in result.stderr
