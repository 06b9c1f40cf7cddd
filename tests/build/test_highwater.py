"""The whole site comes out of an old backup: keys, sealed galleries and ledger together. The mark notices."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from sites import Place, picture, run, site

from sogallery.errors import InputError, SecretError

MARK = "*.mark"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A site whose secret is kept in the user's configuration, built once."""
    made = site(tmp_path / "site")
    made.environ = {"SOGALLERY_CONFIG_DIR": str(tmp_path / "config")}
    made.gallery("ada/wedding", ["a.jpg"], "access: {client: {}, guest: {}}\n")
    made.build()
    return made


def backup(place: Place) -> Path:
    return Path(shutil.copytree(place.root, place.root.with_name("backup")))


def restore(place: Place, copy: Path) -> None:
    shutil.rmtree(place.root)
    shutil.copytree(copy, place.root)


def config(place: Place) -> Path:
    return Path(place.environ["SOGALLERY_CONFIG_DIR"])


def rotate(place: Place) -> None:
    run(place, "access", "rotate", "ada/wedding", "guest", "--content", str(place.content))


def problems(place: Place) -> list[str]:
    with pytest.raises(InputError) as caught:
        place.build()
    return [f"{problem.path}: {problem.message}" for problem in caught.value.problems]


def test_a_revoked_passphrase_does_not_come_back_with_a_backup(place: Place) -> None:
    """The old keys are refused although `sealed/`, as old as they are, knows no newer ones."""
    copy = backup(place)
    rotate(place)
    place.build()
    restore(place, copy)

    assert problems(place) == ["clients/ada/wedding/gallery.keys: is older than what this machine has published"]


def test_lost_keys_are_missed_even_without_the_sealed_site(place: Place) -> None:
    """No new address by accident; `--drop` says that it is meant."""
    for name in ("sealed", "dist", ".sogallery"):
        shutil.rmtree(place.root / name)
    (place.content / "clients/ada/wedding/gallery.keys").unlink()
    assert problems(place) == ["clients/ada/wedding/gallery.keys: is missing, though the gallery was published"]

    place.build(drop=("ada/wedding",))
    report, _ = place.build()

    assert report.made == 1


def test_an_older_ledger_is_noticed(place: Place, tmp_path: Path) -> None:
    """Both of its files are older and fit together, so that only the mark can tell."""
    given = "{purpose: promotions, channel: email, state: given, on: 2026-06-01, text: May we?, evidence: a letter}"
    client = f"name: Ada\nconsents:\n  - {given}\n"
    place.write("clients/ada/client.yaml", client)
    place.build()
    copy = backup(place)
    withdrawn = "  - {purpose: promotions, channel: email, state: withdrawn, on: 2026-06-20, evidence: a call}\n"
    place.write("clients/ada/client.yaml", client + withdrawn)
    place.build()
    restore(place, copy)

    assert problems(place) == ["ledger.jsonl: is older than the one this machine has seen"]


def test_it_names_nobody_and_is_for_its_owner_only(place: Place) -> None:
    """No name of a client, gallery or grant; readable by the photographer alone."""
    (mark,) = config(place).glob(MARK)
    words = mark.read_text()

    assert not [name for name in ("ada", "wedding", "guest", "client") if name in words]
    assert mark.stat().st_mode & 0o077 == 0
    assert len(json.loads(words)["galleries"]) == 1


def test_a_machine_that_keeps_no_secret_keeps_no_mark(tmp_path: Path) -> None:
    """CI with the secret in its environment."""
    place = site(tmp_path / "site")
    place.environ |= {"SOGALLERY_CONFIG_DIR": str(tmp_path / "config")}
    place.gallery("ada/wedding", ["a.jpg"])
    place.build()

    assert not list((tmp_path / "config").glob(MARK))


def test_a_damaged_mark_is_no_missing_one(place: Place) -> None:
    """It says which file, and what it means to do without."""
    (mark,) = config(place).glob(MARK)
    mark.write_text("{}")
    with pytest.raises(SecretError) as caught:
        place.build()

    assert str(mark) in str(caught.value)


def test_going_on_is_not_going_back(place: Place) -> None:
    """New photos, new grants and a second machine's newer keys are all fine."""
    place.write("clients/ada/wedding/b.jpg", picture(7))
    place.build()
    rotate(place)
    rotate(place)
    report, _ = place.build()

    assert report.kept == 2
