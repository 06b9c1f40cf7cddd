"""Deploying into a plain folder."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from small_sites import object_path, sealed_bytes, site_files, write

from sogallery.errors import FaultError, FindingsError, HostLimitError, UsageError
from sogallery.hosts.base import in_order
from sogallery.hosts.deploying import deploy
from sogallery.hosts.folder import Folder
from sogallery.hosts.local import read_site
from sogallery.hosts.state import State, state_path
from sogallery.hosts.targets import Target
from sogallery.output import locked


@pytest.fixture
def out(tmp_path):
    return tmp_path / "www"


def held(folder: Path) -> dict[str, bytes]:
    """What a folder publishes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (".sogallery-output", ".nojekyll")
    }


def test_first_deploy_copies_everything(tmp_path, out):
    """The folder holds the site, byte for byte."""
    files = site_files()
    results = deploy(Target("www", Folder(out)), write(tmp_path / "dist", files), tmp_path / ".sogallery")

    assert held(out) == files
    assert results[0].deployment.bytes_sent == sum(map(len, files.values()))


def test_second_deploy_sends_nothing(tmp_path, out):
    """A site that has not changed is not touched."""
    site = write(tmp_path / "dist", site_files())
    deploy(Target("www", Folder(out)), site, tmp_path / ".sogallery")

    results = deploy(Target("www", Folder(out)), site, tmp_path / ".sogallery")

    assert results[0].deployment is None
    assert results[0].changes.send == 0


def test_only_changes_are_copied_and_removals_leave(tmp_path, out):
    """One photo changed, one gone, one new: three paths, and empty folders go too."""
    files = site_files()
    deploy(Target("www", Folder(out)), write(tmp_path / "dist", files), tmp_path / ".sogallery")
    changed, gone = sorted(path for path in files if path.startswith("b/"))[:2]
    files[changed] = sealed_bytes("new", 3000)
    del files[gone]
    files[object_path("added")] = sealed_bytes("added", 4000)

    [result] = deploy(Target("www", Folder(out)), write(tmp_path / "dist", files), tmp_path / ".sogallery")

    assert (result.changes.new, result.changes.changed) == ((object_path("added"),), (changed,))
    assert result.changes.removed == (gone,)
    assert result.deployment.bytes_sent == 7000
    assert held(out) == files
    assert not (out / gone).parent.exists()


def test_dry_run_touches_nothing(tmp_path, out):
    """It says what it would do and leaves no trace."""
    [result] = deploy(Target("www", Folder(out)), write(tmp_path / "dist", site_files()), tmp_path / "m", dry_run=True)

    assert len(result.changes.new) == len(site_files())
    assert not out.exists()


def test_a_folder_of_somebody_else_is_refused(tmp_path, out):
    """Files that no deploy made are never replaced."""
    out.mkdir()
    (out / "thesis.doc").write_text("years of work")

    with pytest.raises(FaultError, match=r"thesis\.doc"):
        deploy(Target("www", Folder(out)), write(tmp_path / "dist", site_files()), tmp_path / ".sogallery")
    assert held(out) == {"thesis.doc": b"years of work"}


def test_the_site_cannot_be_deployed_into_itself(tmp_path):
    """Neither into dist nor into a folder around it."""
    site = write(tmp_path / "dist", site_files())

    for place in (tmp_path / "dist", tmp_path):
        with pytest.raises(UsageError):
            Folder(place).compare(site)


def test_github_pages_gets_its_note_and_keeps_git(tmp_path, out):
    """`.nojekyll` is made, `.git` and CNAME stay, and nothing that GitHub does not read is sent."""
    (out / ".git").mkdir(parents=True)
    (out / ".git" / "HEAD").write_text("ref: refs/heads/gh-pages")
    (out / "CNAME").write_text("photos.example")
    [result] = deploy(
        Target("www", Folder(out, "github-pages")), write(tmp_path / "dist", site_files()), tmp_path / ".sogallery"
    )

    assert (out / ".nojekyll").exists()
    assert (out / "CNAME").read_text() == "photos.example"
    assert not (out / "_headers").exists()
    assert any("git keeps" in note for note in result.deployment.notes)


@pytest.mark.parametrize("publisher", ["github-pages", "cloudflare-pages"])
def test_limits_stop_a_deploy_before_anything_is_written(tmp_path, out, publisher):
    """A file over the host's limit is exit code 6, and the folder stays empty."""
    files = site_files()
    site = write(tmp_path / "dist", files)
    limit = Folder(out, publisher).limits.file_size
    big = tmp_path / "dist" / "b" / "ff" / ("ff" + "0" * 30)
    big.parent.mkdir(exist_ok=True)
    with big.open("wb") as file:
        file.truncate(limit + 1)
    site = read_site(tmp_path / "dist")

    with pytest.raises(HostLimitError) as caught:
        deploy(Target("www", Folder(out, publisher)), site, tmp_path / ".sogallery")
    assert caught.value.exit_code == 6
    assert not out.exists()


def test_interrupted_fifty_times_and_resumed(tmp_path, out):
    """Stopped anywhere, no page is there before what it needs, and the next run finishes the rest only."""
    files = site_files(6)
    site = write(tmp_path / "dist", files)
    chance = random.Random(6)
    target = Target("www", Folder(out))
    for _ in range(50):
        stop = chance.randrange(1, len(files))

        def stopping(done, total, what, left=[stop]):  # noqa: B006 - one list a round
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt

        before = held(out)
        try:
            deploy(target, site, tmp_path / ".sogallery", progress=stopping)
        except KeyboardInterrupt:
            there = held(out).keys()
            order = [path for path in in_order(files) if path in there]
            assert order == in_order(files)[: len(order)]
            assert before.keys() <= there
    deploy(target, site, tmp_path / ".sogallery")

    assert held(out) == files


def test_two_at_once_exclude_each_other(tmp_path, out):
    """The second one says that another is running, and changes nothing."""
    site = write(tmp_path / "dist", site_files())

    with locked(tmp_path / ".sogallery"), pytest.raises(FaultError, match="another sogallery"):
        deploy(Target("www", Folder(out)), site, tmp_path / ".sogallery")
    assert not out.exists()


def test_a_file_that_changes_while_it_is_sent_stops_the_deploy(tmp_path, out):
    """What is published is what was audited, or nothing."""
    site = write(tmp_path / "dist", site_files())
    (tmp_path / "dist" / "index.html").write_bytes(b"<!doctype html><title>Other</title>")

    with pytest.raises(FaultError, match="changed while"):
        deploy(Target("www", Folder(out)), site, tmp_path / ".sogallery")
    assert not (out / "index.html").exists()


def test_symbolic_links_are_not_followed(tmp_path):
    """A link in dist could publish anything on this computer."""
    write(tmp_path / "dist", site_files())
    (tmp_path / "dist" / "p" / "x.webp").symlink_to("/etc/passwd")

    with pytest.raises(FindingsError):
        read_site(tmp_path / "dist")


def test_a_link_where_a_file_belongs_is_replaced(tmp_path, out):
    """What somebody put into the folder is overwritten itself, not what it points at."""
    files = site_files()
    site = write(tmp_path / "dist", files)
    deploy(Target("www", Folder(out)), site, tmp_path / ".sogallery")
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    (out / "index.html").unlink()
    (out / "index.html").symlink_to(outside)

    deploy(Target("www", Folder(out)), site, tmp_path / ".sogallery")

    assert outside.read_bytes() == b"mine"
    assert held(out) == files


def test_what_was_deployed_and_is_gone_is_remembered(tmp_path, out):
    """`verify` asks later whether it is really gone."""
    files = site_files()
    deploy(Target("www", Folder(out)), write(tmp_path / "dist", files), tmp_path / ".sogallery")
    gone = next(path for path in files if path.startswith("b/"))
    del files[gone]
    deploy(Target("www", Folder(out)), write(tmp_path / "dist", files), tmp_path / ".sogallery")

    assert State(state_path(tmp_path / ".sogallery", "www")).formerly == {gone}
