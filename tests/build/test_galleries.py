"""Whole builds of client galleries: what is published, who can open it, what a change costs."""

from __future__ import annotations

import os
import shutil
import time
from datetime import date
from pathlib import Path

import pytest
from sites import DAY, SECRET, Place, access, opened, picture, run, site, tree

from sogallery.errors import FindingsError, InputError, SecretError
from sogallery.model import Severity

KEEP = "originals: {metadata: keep}\n"
GUEST = "access:\n  client: {}\n  guest: {hide: ['private/*'], downloads: display}\n"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = site(tmp_path)
    made.gallery("ada/wedding", ["a.jpg", "b.jpg", "private/c.jpg"], KEEP + GUEST)
    return made


def objects(place: Place) -> set[str]:
    return {path for path in tree(place.dist) if path.startswith("b/")}


def test_a_folder_with_a_title_is_enough(tmp_path: Path) -> None:
    """The client gets everything back, byte for byte, with the link and the passphrase."""
    place = site(tmp_path)
    place.gallery("ada/wedding", ["a.jpg", "b.jpg"], KEEP)
    place.build()

    files = opened(place, access(place, "ada/wedding")["client"], tmp_path / "out")

    assert {"a.jpg": picture(0), "b.jpg": picture(1)} == files


def test_a_guest_opens_exactly_the_guests_photos(place: Place, tmp_path: Path) -> None:
    """No hidden photo, no original, whatever the guest tries."""
    place.build()
    rows = access(place, "ada/wedding")
    client, guest = (opened(place, rows[name], tmp_path / name) for name in ("client", "guest"))

    assert {"a.jpg", "b.jpg", "Private/c.jpg"} == set(client)
    assert {"a.jpg", "b.jpg"} == set(guest)


def test_nothing_changed_writes_nothing(place: Place) -> None:
    """The same input on another day: not a byte, not a time stamp, not the ledger."""
    place.build()
    before = {path: path.stat().st_mtime_ns for path in place.root.rglob("*") if ".sogallery" not in path.parts}
    report, _ = place.build(day=date(2026, 7, 9))

    assert (0, 3, 0, 0, 0) == (report.made, report.kept, report.new_files, report.changed_files, report.removed_files)
    assert before == {p: p.stat().st_mtime_ns for p in place.root.rglob("*") if ".sogallery" not in p.parts}


def test_a_cold_cache_on_another_day_gives_the_same_bytes(place: Place) -> None:
    """Every sealed file is a function of content and keys alone."""
    place.build()
    before = tree(place.sealed)
    for folder in (".sogallery", "dist", "sealed"):
        shutil.rmtree(place.root / folder)
    place.build(day=date(2027, 1, 31))

    assert before == tree(place.sealed)


def test_a_changed_photo_costs_that_photo(place: Place) -> None:
    """Other photos' objects stay as they are; the old ones of this one are gone everywhere."""
    place.build()
    before = tree(place.dist)
    place.write("clients/ada/wedding/b.jpg", picture(99))
    report, _ = place.build()
    after = tree(place.dist)

    assert (1, 2) == (report.made, report.kept)
    gone = {path for path in before if path not in after}
    assert len(gone) == 4  # small, display, original, and the pack with its thumb
    store = {path.name for path in (place.root / ".sogallery" / "objects").rglob("*") if path.is_file()}
    assert not {Path(path).name for path in gone} & store


def test_an_edit_that_keeps_size_and_time_is_noticed(place: Place) -> None:
    """The content hash is the truth."""
    photo = place.content / "clients/ada/wedding/b.jpg"
    place.build()
    time.sleep(2.1)  # so that the file is old enough for its stat to be trusted at all
    place.build()
    stat, data = photo.stat(), bytearray(photo.read_bytes())
    data[-20] ^= 1
    photo.write_bytes(bytes(data))
    os.utime(photo, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    report, _ = place.build()

    assert 1 == report.made


def test_a_touched_photo_is_made_again_only_if_it_changed(place: Place) -> None:
    """A new modification time costs a hash, nothing else."""
    place.build()
    os.utime(place.content / "clients/ada/wedding/b.jpg")
    report, _ = place.build()

    assert (0, 0) == (report.made, report.new_files)


def test_a_removed_photo_leaves_in_the_same_build(place: Place) -> None:
    """From sealed/, dist/ and the cache."""
    place.build()
    before = objects(place)
    (place.content / "clients/ada/wedding/b.jpg").unlink()
    report, _ = place.build()

    assert (0, 2, 1) == (report.made, report.kept, report.removed)
    assert len(before - objects(place)) >= 3
    assert {p.removeprefix("b/") for p in objects(place)} <= {
        "/".join(Path(path).parts[-2:]) for path in tree(place.sealed)
    }


def test_a_caption_costs_a_manifest(place: Place) -> None:
    """Words are in manifests only: no photo is made again, each grant's manifest changes."""
    place.build()
    before = tree(place.dist)
    place.write(
        "clients/ada/wedding/gallery.yaml",
        "title: Day of ada and wedding\n" + KEEP + GUEST + "photos: {a.jpg: {caption: The rings}}\n",
    )
    report, _ = place.build()
    changed = {path for path, sha in tree(place.dist).items() if before.get(path) != sha}

    assert 0 == report.made
    assert 2 == len(changed)


def test_a_setting_redoes_what_it_affects(place: Place) -> None:
    """Another display size makes views anew and leaves originals alone; metadata settings the other way round."""
    place.build()
    before = tree(place.dist)
    place.write("site.yaml", "name: Test Studio\nrenditions: {quality: 60}\ncontact: {email: hello@studio.example}\n")
    place.build()
    kept = {path for path, sha in tree(place.dist).items() if before.get(path) == sha and path.startswith("b/")}

    assert 4 == len(kept)  # the three originals, and the thumbs: their quality is their own


def test_a_rotation_costs_kilobytes(place: Place) -> None:
    """A new passphrase changes gallery.json and that grant's manifest, and the old one opens nothing."""
    place.build()
    before, old = tree(place.dist), access(place, "ada/wedding")
    run(place, "access", "rotate", "ada/wedding", "guest", "--content", str(place.content))
    report, _ = place.build()
    new = access(place, "ada/wedding")

    changed = {path for path, sha in tree(place.dist).items() if before.get(path) != sha}
    assert {f"g/{new['guest']['id']}/gallery.json"} < changed
    assert 2 == len(changed)
    assert report.upload_bytes < 300_000
    assert old["guest"]["passphrase"] != new["guest"]["passphrase"]
    assert old["client"] == new["client"]


def test_revoking_gives_everything_new_names(place: Place, tmp_path: Path) -> None:
    """A new epoch: no object of before is published any more, and the other grants' links still work."""
    place.build()
    before, rows = objects(place), access(place, "ada/wedding")
    run(place, "access", "revoke", "ada/wedding", "guest", "--content", str(place.content))
    place.build()

    assert not before & objects(place)
    assert 3 == len(opened(place, rows["client"], tmp_path / "out"))


def test_hiding_a_photo_changes_its_keys(place: Place) -> None:
    """Whoever kept a.jpg's secret cannot open what is published after it was hidden from them."""
    place.build()
    before = objects(place)
    guest = GUEST.replace("'private/*'", "'private/*', 'a.jpg'")
    place.write("clients/ada/wedding/gallery.yaml", "title: Day of ada and wedding\n" + KEEP + guest)
    report, _ = place.build()

    assert 1 == report.made
    assert 4 <= len(before - objects(place))


def test_a_broken_photo_stops_nothing_else(place: Place) -> None:
    """It is left out and listed; with --strict nothing is published and yesterday's site stays."""
    place.build()
    before = tree(place.dist)
    place.write("clients/ada/wedding/b.jpg", picture(1)[:2000])
    place.write("clients/ada/wedding/empty.jpg", b"")
    with pytest.raises(InputError):
        place.build(strict=True)
    assert before == tree(place.dist)

    report, problems = place.build()

    assert 2 == report.kept
    assert {"clients/ada/wedding/b.jpg", "clients/ada/wedding/empty.jpg"} == {problem.path for problem in problems}
    assert all(problem.severity is Severity.LEFT_OUT and problem.hint for problem in problems)


def test_a_killed_build_goes_on_where_it_was(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was rendered before the kill is kept, under the same keys."""
    import sogallery.build as story

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(story, "_dist", killed)
    with pytest.raises(KeyboardInterrupt):
        place.build()
    monkeypatch.undo()
    assert not place.dist.exists()
    report, _ = place.build()

    assert (0, 3) == (report.made, report.kept)


def test_a_failed_audit_publishes_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A private caption in a theme's template is found, and the last good site stays."""
    place.build()
    before = tree(place.dist)
    place.write("clients/ada/wedding/d.jpg", picture(4))
    (place.root / "themes/mine").mkdir(parents=True)
    (place.root / "themes/mine/404.html").write_text("<p>Day of ada and wedding</p>")
    place.write("site.yaml", "name: Test Studio\ntheme: mine\ncontact: {email: hello@studio.example}\n")
    with pytest.raises(FindingsError) as caught:
        place.build()

    assert ["404.html"] == [finding.path for finding in caught.value.findings]
    assert before == tree(place.dist)


def test_drafts_are_not_published(place: Place) -> None:
    """`draft: true` builds for the preview only."""
    place.gallery("bo/portraits", ["x.jpg"], "draft: true\n", first=50)
    place.build()
    assert 1 == len(place.galleries())

    place.build(preview=True)
    place.build()
    place.write("clients/bo/portraits/gallery.yaml", "title: Another title\ndraft: true\n")
    place.build(preview=True)
    report, _ = place.build(preview=True)
    assert 0 == report.made  # what the preview made of a draft outlives a build
    assert 1 == len(place.galleries())
    assert 2 == len(list((place.root / ".sogallery/preview/dist/g").glob("*")))


def test_a_grant_ends_without_anybody_building_with_keys(place: Place, tmp_path: Path) -> None:
    """A machine without the secret takes the form of gallery.json that holds from that day on."""
    more = KEEP + "access:\n  client: {}\n  printer: {only: [a.jpg], until: 2026-07-10}\n"
    place.gallery("bo/book", ["a.jpg", "z.jpg"], more, first=60)
    place.build()
    printer = access(place, "bo/book")["printer"]
    ci = keyless(place, tmp_path / "ci")

    ci.build(day=date(2026, 7, 10))
    assert {"a.jpg"} == set(opened(ci, printer, tmp_path / "before"))
    ci.build(day=date(2026, 7, 11))
    with pytest.raises(AssertionError, match="nothing here opens"):
        opened(ci, printer, tmp_path / "after")


def keyless(place: Place, root: Path) -> Place:
    """The same site on a machine with neither photos nor secret."""
    root.mkdir(exist_ok=True)
    shutil.copytree(place.sealed, root / "sealed", dirs_exist_ok=True)
    for name in ("site.yaml", "studio.pub"):
        (root / "content").mkdir(exist_ok=True)
        shutil.copy(place.content / name, root / "content" / name)
    return Place(root, environ={"SOGALLERY_CONFIG_DIR": str(root / "none")})


def test_without_keys_the_same_site_comes_out(place: Place, tmp_path: Path) -> None:
    """Byte for byte, the signed list of public files included."""
    place.build()
    ci = keyless(place, tmp_path / "ci")
    report, problems = ci.build()

    assert report.keyless
    assert [] == problems
    assert tree(place.dist) == tree(ci.dist)
    assert {"site.yaml", "studio.pub"} == set(tree(ci.content))


def test_without_keys_nothing_is_half_there(place: Place, tmp_path: Path) -> None:
    """A gallery that lacks a file is left out whole; the others stay."""
    place.gallery("bo/portraits", ["x.jpg"], first=50)
    place.build()
    ci = keyless(place, tmp_path / "ci")
    gallery = access(place, "bo/portraits")["client"]["id"]
    next((ci.sealed / gallery / "b").rglob("*")).rename(tmp_path / "lost")
    _, problems = ci.build()

    assert [f"sealed/{gallery}"] == [problem.path for problem in problems]
    assert 1 == len(ci.galleries())
    assert gallery not in ci.galleries()


def test_without_keys_a_changed_file_is_never_assembled(place: Place, tmp_path: Path) -> None:
    """A record that was touched stops the build; another object than the record names leaves the gallery out."""
    place.build()
    ci = keyless(place, tmp_path / "ci")
    (gallery,) = (path.parent for path in ci.sealed.glob("*/record.json") if path.parent.name != "public")
    record = (gallery / "record.json").read_bytes()
    (gallery / "record.json").write_bytes(record.replace(b'"epoch":0', b'"epoch":1'))
    _, problems = ci.build()
    assert [] == ci.galleries()
    assert 1 == len(problems)

    (gallery / "record.json").write_bytes(record)
    site_json = (ci.sealed / "site.json").read_bytes()
    (ci.sealed / "site.json").write_bytes(site_json.replace(gallery.name.encode(), b"a" * 16))
    with pytest.raises(FindingsError):
        ci.build()


def test_what_has_ended_is_absent(place: Place, tmp_path: Path) -> None:
    """After `retain_until`, with keys and without; nothing of it stays in sealed/ or the cache."""
    place.gallery("bo/portraits", ["x.jpg"], "retain_until: 2026-07-10\n", first=50)
    place.build()
    ci = keyless(place, tmp_path / "ci")
    ci.build(day=date(2026, 7, 10))
    assert 2 == len(ci.galleries())
    ci.build(day=date(2026, 7, 11))
    assert 1 == len(ci.galleries())

    report, _ = place.build(day=date(2026, 7, 11))
    assert ["bo/portraits"] == [ref for ref in report.ended if "/" in ref]
    assert tree(ci.dist).keys() == tree(place.dist).keys()
    assert 1 == len(list((place.root / ".sogallery/objects").iterdir()))


@pytest.mark.parametrize("what", ["folder", "photos", "keys"])
def test_what_was_published_and_is_missing_is_never_guessed(place: Place, what: str) -> None:
    """An unmounted disk must not make a new link or take a gallery down; --drop says that it is on purpose."""
    place.gallery("bo/portraits", ["x.jpg"], first=50)
    place.build()
    before = tree(place.dist)
    folder = place.content / "clients/bo/portraits"
    for path in {"folder": [folder], "photos": [folder / "x.jpg"], "keys": [folder / "gallery.keys"]}[what]:
        shutil.move(path, place.root / "elsewhere")
    with pytest.raises(InputError) as caught:
        place.build()
    assert all("bo/portraits" in problem.path and problem.hint for problem in caught.value.problems)
    assert before == tree(place.dist)

    place.build(drop=("bo/portraits",))
    assert 1 == len(place.galleries())


def test_an_old_copy_of_the_keys_is_refused(place: Place) -> None:
    """It would bring a passphrase back that was taken away."""
    place.build()
    keys = place.content / "clients/ada/wedding/gallery.keys"
    old = keys.read_bytes()
    run(place, "access", "rotate", "ada/wedding", "guest", "--content", str(place.content))
    place.build()
    keys.write_bytes(old)
    with pytest.raises(InputError) as caught:
        place.build()

    assert "older" in caught.value.problems[0].message


@pytest.mark.parametrize("secret", ["", "22" * 32])
def test_photos_without_their_secret_are_an_error(place: Place, tmp_path: Path, secret: str) -> None:
    """Never new links by accident."""
    place.build()
    before = tree(place.dist)
    place.environ = {"SOGALLERY_CONFIG_DIR": str(tmp_path / "empty"), "SOGALLERY_STUDIO_SECRET": secret}
    with pytest.raises(SecretError) as caught:
        place.build()

    assert "restore" in caught.value.hint
    assert before == tree(place.dist)


def test_a_secret_made_for_one_run_leaves_no_trace(tmp_path: Path) -> None:
    """With CI set and no studio.pub, the links serve that run only."""
    place = site(tmp_path)
    place.environ = {"CI": "true", "SOGALLERY_CONFIG_DIR": str(tmp_path / "config")}
    place.gallery("ada/wedding", ["a.jpg"])
    place.build()
    place.build()

    assert 1 == len(place.galleries())
    assert not (place.content / "studio.pub").exists()
    assert not list(place.content.rglob("gallery.keys"))
    assert SECRET not in str(tree(place.root))


def test_equal_files_are_sealed_once(tmp_path: Path) -> None:
    """And given back under both names."""
    place = site(tmp_path)
    place.gallery("ada/wedding", ["a.jpg"], KEEP)
    place.write("clients/ada/wedding/party/copy.jpg", picture(0))
    report, _ = place.build()
    files = opened(place, access(place, "ada/wedding")["client"], tmp_path / "out")

    assert 1 == report.made
    assert {"a.jpg": picture(0), "Party/copy.jpg": picture(0)} == files


def test_names_in_any_script_survive(tmp_path: Path) -> None:
    """Emoji and markup are names like others; what no disk takes is left out when saving."""
    place = site(tmp_path)
    names = ["Ünïcödé — 写真.jpg", "<b>bold & 'quoted'.jpg", "🎉.jpg", "عرس.jpg"]
    place.gallery("ada/wedding", names, KEEP)
    place.build()
    saved = {name.translate({ord("<"): None, ord(">"): None}) for name in names}

    assert saved == set(opened(place, access(place, "ada/wedding")["client"], tmp_path / "out"))


def test_the_last_day_is_inclusive(place: Place) -> None:
    """The last day of a gallery still shows it."""
    place.gallery("bo/portraits", ["x.jpg"], f"retain_until: {DAY}\n", first=50)
    place.build()

    assert 2 == len(place.galleries())


def test_a_section_called_like_a_photo_is_opened_beside_it(tmp_path: Path) -> None:
    """A title is whatever somebody typed; neither folder nor file is in the other's way."""
    place = site(tmp_path)
    place.gallery("ada/wedding", ["party.jpg", "s/b.jpg"], KEEP + "sections: [{path: s, title: party.jpg}]\n")
    place.build()
    files = opened(place, access(place, "ada/wedding")["client"], tmp_path / "out")

    assert {"party (2).jpg", "party.jpg/b.jpg"} == set(files)


def test_a_grant_that_left_comes_back_with_new_secrets(place: Place) -> None:
    """Taken out of gallery.yaml and written in again by hand, the old link and passphrase stay dead."""
    place.build()
    before = access(place, "ada/wedding")
    text = (place.content / "clients/ada/wedding/gallery.yaml").read_text()
    place.write("clients/ada/wedding/gallery.yaml", text.partition("access:")[0])
    place.build()
    place.build()
    place.write("clients/ada/wedding/gallery.yaml", text)
    place.build()
    after = access(place, "ada/wedding")

    assert before["client"] == after["client"]
    assert before["guest"]["link"] != after["guest"]["link"]
    assert before["guest"]["passphrase"] != after["guest"]["passphrase"]
