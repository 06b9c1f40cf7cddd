"""Deploying over SSH, to a real sshd on this machine with keys made for the test."""

from __future__ import annotations

import getpass
import os
import random
import shutil
import socket
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_sites import object_path, sealed_bytes, site_files, write

from sogallery.errors import FaultError, SecretError, UsageError
from sogallery.hosts.deploying import deploy, prune
from sogallery.hosts.rsync import Rsync
from sogallery.hosts.targets import Target

SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
NEEDED = (
    "install openssh-server and rsync (apt-get install openssh-server rsync): a real server is what these tests need"
)


def keygen(path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("sshd did not start")


@pytest.fixture(scope="module")
def ssh(tmp_path_factory):
    """The ssh command that reaches a throw-away sshd."""
    assert SSHD is not None, NEEDED
    assert shutil.which("rsync") is not None, NEEDED
    folder = tmp_path_factory.mktemp("sshd")
    keygen(folder / "host_key")
    keygen(folder / "user_key")
    port = free_port()
    authorized = folder / "authorized_keys"
    shutil.copy(folder / "user_key.pub", authorized)
    authorized.chmod(0o600)
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host_key\nPidFile {folder}/pid\n"
        f"AuthorizedKeysFile {authorized}\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    server = subprocess.Popen([SSHD, "-D", "-e", "-f", folder / "sshd_config"], stderr=(folder / "log").open("wb"))
    try:
        wait_for(port)
        yield (
            f"ssh -p {port} -i {folder}/user_key -o IdentitiesOnly=yes -o IdentityAgent=none -F /dev/null"
            f" -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile={folder}/known_hosts -o LogLevel=ERROR"
        )
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def www(tmp_path):
    return tmp_path / "the www"


@pytest.fixture
def memory(tmp_path):
    return tmp_path / ".sogallery"


def target(ssh, www, in_place=False, **more) -> Target:
    return Target("server", Rsync(f"{getpass.getuser()}@127.0.0.1:{www}", ssh=ssh, in_place=in_place, **more))


def held(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".sogallery-output"
    }


def test_first_deploy_and_second_with_nothing_to_send(ssh, www, tmp_path, memory):
    """`current` shows the whole site; an unchanged one makes no new release."""
    files = site_files()
    site = write(tmp_path / "dist", files)
    [first] = deploy(target(ssh, www), site, memory)
    [second] = deploy(target(ssh, www), site, memory)

    assert held(www / "current") == files
    assert first.deployment.bytes_sent == site.size
    assert second.deployment is None
    assert len(list((www / "releases").iterdir())) == 1


def test_a_change_makes_a_release_that_shares_the_rest(ssh, www, tmp_path, memory):
    """Unchanged files are hard links; the old release goes with the prune."""
    files = site_files()
    deploy(target(ssh, www), write(tmp_path / "dist", files), memory)
    kept = object_path("abcdefghijklmnop/0/display")
    inode = (www / "current" / kept).stat().st_ino
    path = object_path("abcdefghijklmnop/1/display")
    files[path] = sealed_bytes("edited", 3100)
    [result] = deploy(target(ssh, www), write(tmp_path / "dist", files), memory, prune=False)

    assert (result.changes.changed, result.deployment.bytes_sent) == ((path,), 3100)
    assert (www / "current" / kept).stat().st_ino == inode
    assert len(list((www / "releases").iterdir())) == 2
    [(_, pruned)] = prune(target(ssh, www), memory)
    assert len(pruned.removed) == 1
    assert held(www / "current") == files


def test_releases_of_one_second_do_not_collide(ssh, www, tmp_path, memory):
    """The clock of the release's name may stand still, or go backwards."""
    still = lambda: datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)  # noqa: E731
    for photos in (1, 2, 3):
        deploy(target(ssh, www, now=still), write(tmp_path / "dist", site_files(photos)), memory, prune=False)

    assert sorted(path.name for path in (www / "releases").iterdir()) == [
        "20261123T120000Z",
        "20261123T120000Z-2",
        "20261123T120000Z-3",
    ]
    assert held(www / "current") == site_files(3)


@pytest.mark.parametrize("in_place", [False, True])
def test_what_is_gone_leaves(ssh, www, tmp_path, memory, in_place):
    """A removed photo is neither in the site nor in an old release."""
    files = site_files()
    deploy(target(ssh, www, in_place), write(tmp_path / "dist", files), memory)
    gone = object_path("abcdefghijklmnop/1/display")
    del files[gone]
    [result] = deploy(target(ssh, www, in_place), write(tmp_path / "dist", files), memory)

    assert result.changes.removed == (gone,)
    assert held(www if in_place else www / "current") == files
    assert not list(www.rglob(gone.rpartition("/")[2]))


@pytest.mark.parametrize("in_place", [False, True])
def test_a_folder_of_somebody_else_is_refused(ssh, www, tmp_path, memory, in_place):
    """Files that no deploy made are never replaced."""
    www.mkdir()
    (www / "thesis.doc").write_text("years")

    with pytest.raises(FaultError, match="no deploy made"):
        deploy(target(ssh, www, in_place), write(tmp_path / "dist", site_files()), memory)
    assert held(www) == {"thesis.doc": b"years"}


@pytest.mark.parametrize("in_place", [False, True])
def test_interrupted_and_resumed(ssh, www, tmp_path, memory, in_place, monkeypatch):
    """rsync killed at random moments: visitors never meet a page without its objects, and the next run finishes."""
    old = site_files(2)
    deploy(target(ssh, www, in_place), write(tmp_path / "dist", old), memory)
    files = {**site_files(12), "index.html": b"<!doctype html><title>New</title>"}
    site = write(tmp_path / "dist", files)
    chance, place = random.Random(12), www if in_place else www / "current"
    shim = tmp_path / "bin" / "rsync"
    shim.parent.mkdir()
    real, path = shutil.which("rsync"), os.environ["PATH"]
    monkeypatch.setenv("PATH", f"{shim.parent}:{path}")
    for _ in range(5):
        # the comparison runs whole, an upload for a moment only
        moment = chance.choice(("0.02", "0.05", "0.1", "0.2"))
        whole, cut = f'exec {real} "$@"', f'exec timeout -s KILL {moment} {real} "$@"'
        shim.write_text(f'#!/bin/sh\ncase "$*" in *--dry-run*) {whole};; *) {cut};; esac\n')
        shim.chmod(0o755)
        try:
            deploy(target(ssh, www, in_place), site, memory)
        except FaultError:
            there = held(place)
            if there.get("index.html") != old["index.html"]:
                assert files.keys() <= there.keys()
            if not in_place:
                assert there in (old, files)
    monkeypatch.setenv("PATH", path)
    deploy(target(ssh, www, in_place), site, memory)

    assert held(place) == files


def test_pages_elsewhere_leave_objects_out(ssh, www, tmp_path, memory):
    """Objects alone are sent without their b/, and pages alone without objects."""
    address = "https://objects.example/"
    files = site_files(2, address)
    objects = Target("objects", Rsync(f"127.0.0.1:{tmp_path}/objects", ssh=ssh, in_place=True))
    pages = Target("pages", Rsync(f"127.0.0.1:{www}", ssh=ssh), objects)
    deploy(pages, write(tmp_path / "dist", files), memory)

    sealed = {path.removeprefix("b/"): data for path, data in files.items() if path.startswith("b/")}
    assert held(tmp_path / "objects") == sealed
    assert held(www / "current") == {path: data for path, data in files.items() if not path.startswith("b/")}


def test_a_key_that_the_server_does_not_know(ssh, www, tmp_path, memory):
    """Exit code 5, with what ssh said."""
    keygen(tmp_path / "stranger")
    wrong = ssh.replace("/user_key", "/nothing") + f" -i {tmp_path}/stranger"

    with pytest.raises(SecretError, match="Permission denied"):
        deploy(target(wrong, www), write(tmp_path / "dist", site_files()), memory)


def test_no_server_at_all(ssh, www, tmp_path, memory):
    """Exit code 7."""
    port = free_port()

    with pytest.raises(FaultError, match="refused"):
        deploy(target(f"ssh -p {port} -F /dev/null", www), write(tmp_path / "dist", site_files()), memory)


@pytest.mark.parametrize("to", ["/just/a/path", "host::module", "-oProxyCommand=x:/y", "user@-x:/y", "host:", "a b:/c"])
def test_places_that_are_none(to):
    """Only [user@]host:path; nothing that ssh could take for an option."""
    with pytest.raises(UsageError):
        Rsync(to)


def test_names_with_blanks_quotes_and_umlauts_arrive(ssh, www, tmp_path, memory):
    """Nothing is interpreted by a shell."""
    files = site_files(1) | {"über uns/it's $HOME `x`.html": b"<!doctype html>", "p/a;b.webp": b"RIFF"}
    site = write(tmp_path / "dist", files)
    deploy(target(ssh, www), site, memory)
    [again] = deploy(target(ssh, www), site, memory)

    assert held(www / "current") == files
    assert not again.changes
