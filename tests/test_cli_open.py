"""`sogallery open`: decrypts what its secrets open, writes nowhere else, and says plainly what is wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sealed_gallery import ITEMS, KEYS, Built, Item, build

from sogallery.cli import cli
from sogallery.cli.filing import safe_name
from sogallery.vault.codec import b64
from sogallery.vault.derive import viewing_secret


@pytest.fixture
def built(tmp_path: Path) -> Built:
    return build(tmp_path)


def run(where: str, out: Path, passphrase: str | None = None, *more: str) -> Result:
    environ = {"SOGALLERY_PASSPHRASE": passphrase}
    return CliRunner().invoke(cli, ["open", where, "-o", str(out), *more], env=environ)


def saved(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


EVERYTHING = {f"{item.section}/{item.name}".lstrip("/"): item.content for item in ITEMS}


@pytest.mark.parametrize("where", ["", "g/" + KEYS.id, "g/" + KEYS.id + "/"])
def test_the_client_gets_every_original(built: Built, tmp_path: Path, where: str) -> None:
    """From a site's folder or from a gallery's, into sections, byte for byte."""
    result = run(f"{built.dist}/{where}#{built.fragment('client')}", tmp_path / "out", "Otter-Paper client")

    assert result.exit_code == 0, result.output
    assert saved(tmp_path / "out") == EVERYTHING
    assert "Ada & Lin: 5 of 5 saved" in result.output


def test_the_guest_gets_what_the_guest_may_see(built: Built, tmp_path: Path) -> None:
    """With the link alone, nothing is asked; display renditions only."""
    result = run(f"{built.dist}#{built.fragment('guest')}", tmp_path / "out")

    assert result.exit_code == 0, result.output
    assert saved(tmp_path / "out") == {f"{i.section}/{i.name}".lstrip("/"): i.display for i in ITEMS}


def test_a_passphrase_alone(built: Built, tmp_path: Path) -> None:
    """A grant without a link secret, in a gallery named by its folder."""
    result = run(str(built.gallery), tmp_path / "out", "otter paper press")

    assert result.exit_code == 0, result.output
    assert saved(tmp_path / "out") == {"MJ-0001.jpg": ITEMS[0].display}


def test_display_size_of_all(built: Built, tmp_path: Path) -> None:
    """Who has originals can take the small files."""
    result = run(
        f"{built.dist}#{built.fragment('client')}", tmp_path / "out", "otter paper client", "--size", "display"
    )

    assert result.exit_code == 0, result.output
    assert saved(tmp_path / "out")["Ceremony/MJ-0042.jpg"] == ITEMS[1].display


def test_a_shared_selection(built: Built, tmp_path: Path) -> None:
    """A fragment of viewing secrets opens those photos and no other."""
    chosen = "".join(b64(viewing_secret(item.secret)) for item in ITEMS[1:3])
    result = run(f"{built.dist}#v={chosen}", tmp_path / "out")

    assert result.exit_code == 0, result.output
    assert list(saved(tmp_path / "out").values()) == [ITEMS[1].display, ITEMS[2].display]


def test_json_says_what_was_saved(built: Built, tmp_path: Path) -> None:
    """One document on standard output."""
    result = run(f"{built.dist}#{built.fragment('guest')}", tmp_path / "out", None, "--json")
    document = json.loads(result.stdout)

    assert (document["gallery"], document["title"], document["failed"]) == (KEYS.id, "Ada & Lin", [])
    assert sorted(document["saved"]) == sorted(saved(tmp_path / "out"))


# --- wrong secrets -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fragment", "passphrase"),
    [
        ("k=" + "A" * 22, "otter paper client"),
        ("k=AAAA", "otter paper client"),
        ("", "otter paper client"),
        ("client", "otter paper guest"),
        ("v=AAAA", None),
    ],
)
def test_wrong_secrets_are_one_plain_sentence(
    built: Built, tmp_path: Path, fragment: str, passphrase: str | None
) -> None:
    """Exit 5, nothing written, and no word on which of the two was wrong."""
    text = built.fragment(fragment) if fragment == "client" else fragment
    result = run(f"{built.dist}#{text}", tmp_path / "out", passphrase)

    assert result.exit_code == 5, result.output
    assert "nothing here opens with this link and passphrase" in result.output
    assert not (tmp_path / "out").exists()


def test_without_a_terminal_the_passphrase_comes_from_the_environment(built: Built, tmp_path: Path) -> None:
    """Else it is an error that says so, and never a hanging prompt."""
    result = run(f"{built.dist}#{built.fragment('client')}", tmp_path / "out")

    assert result.exit_code == 5
    assert "SOGALLERY_PASSPHRASE" in result.output


# --- damage ------------------------------------------------------------------------------------------------------


def flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


@pytest.mark.parametrize("damage", [flip, Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-1]),
                                    lambda path: path.write_bytes(path.read_bytes() + b"x"),
                                    lambda path: path.write_text("<!doctype html>")])  # fmt: skip
def test_one_bad_object_is_told_and_the_rest_goes_on(built: Built, tmp_path: Path, damage: object) -> None:
    """Exit 3 at the end; nothing of the bad one is on disk."""
    damage(built.file(ITEMS[1], "original"))  # type: ignore[operator]
    result = run(f"{built.dist}#{built.fragment('client')}", tmp_path / "out", "otter paper client")

    assert result.exit_code == 3, result.output
    assert "4 of 5 saved" in result.output
    assert "MJ-0042.jpg: " in result.output
    assert saved(tmp_path / "out") == {
        path: content for path, content in EVERYTHING.items() if content != ITEMS[1].content
    }


def test_swapped_objects_are_told(built: Built, tmp_path: Path) -> None:
    """An object under another's name is not shown as that one."""
    one, other = built.file(ITEMS[0], "original"), built.file(ITEMS[1], "original")
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    result = run(f"{built.dist}#{built.fragment('client')}", tmp_path / "out", "otter paper client")

    assert result.exit_code == 3
    assert "3 of 5 saved" in result.output


def test_a_damaged_gallery_opens_nothing(built: Built, tmp_path: Path) -> None:
    """gallery.json of another gallery, of a later format, or none: exit 3 before anything is written."""
    path = built.gallery / "gallery.json"
    good = path.read_text()
    for bad in (good.replace(KEYS.id, "a" * 16), good.replace("soga/1", "soga/2"), good[:-20], "<!doctype html>"):
        path.write_text(bad)
        result = run(f"{built.gallery}#{built.fragment('guest')}", tmp_path / "out")
        assert result.exit_code == 3, result.output
        assert not (tmp_path / "out").exists()


def test_a_kind_from_the_future_is_left_to_a_newer_version(tmp_path: Path) -> None:
    """Said, not skipped in silence."""
    built = build(tmp_path, [ITEMS[0], Item("", "later.holo", b"?", kind="hologram")])
    result = run(f"{built.dist}#{built.fragment('client')}", tmp_path / "out", "otter paper client")

    assert result.exit_code == 3
    assert "needs a newer version" in result.output
    assert list(saved(tmp_path / "out")) == ["MJ-0001.jpg"]


# --- where files land --------------------------------------------------------------------------------------------


def test_hostile_names_stay_inside(tmp_path: Path) -> None:
    """Paths, dots, devices, control and direction-changing characters; equal names get numbers."""
    names = [
        "../../evil.jpg",
        "/etc/passwd",
        "..",
        "C:\\win.ini",
        "con.jpg",
        "a\u202egpj.exe",
        "x" * 400 + ".jpg",
        ".hidden",
    ]
    names += ["IMG.jpg", "img.JPG", "IMG.jpg", "Bj\u00f6rn.jpg", "Bjo\u0308rn.jpg"]
    items = [Item("../Party/..", name, f"{number}".encode()) for number, name in enumerate(names)]
    built = build(tmp_path, items)
    before = set(tmp_path.rglob("*"))
    result = run(f"{built.dist}#{built.fragment('client')}", tmp_path / "out", "otter paper client")

    assert result.exit_code == 0, result.output
    new = {path for path in set(tmp_path.rglob("*")) - before if path.is_file()}
    assert len(new) == len(names)
    assert all(path.resolve().is_relative_to(tmp_path / "out") for path in new)
    assert sorted(path.read_bytes() for path in new) == sorted(item.content for item in items)
    folded = [path.name.casefold() for path in new]
    assert len(set(folded)) == len(folded)
    assert not any(len(path.name.encode()) > 200 or path.name.startswith(".") for path in new)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("MJ-0042.jpg", "MJ-0042.jpg"),
        ("a/b\\c.jpg", "c.jpg"),
        ("..", "none"),
        (" .. ", "none"),
        ("", "none"),
        ("NUL", "_NUL"),
        ("com1.txt", "_com1.txt"),
        ('what?"<>|:*.jpg', "what.jpg"),
        ("dot. ", "dot"),
        ("\u0642\u0644\u0645.jpg", "\u0642\u0644\u0645.jpg"),
        ("a\x00b\x1f\x7f.jpg", "ab.jpg"),
        ("\ud800x.jpg", "x.jpg"),
    ],
)
def test_safe_names(text: str, name: str) -> None:
    """What is typed survives where any file system takes it."""
    assert safe_name(text, "none") == name


def test_nothing_is_overwritten(built: Built, tmp_path: Path) -> None:
    """A folder with something in it is refused before anything is asked."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    result = run(f"{built.dist}#{built.fragment('guest')}", tmp_path / "out")

    assert result.exit_code == 2
    assert "not empty" in result.output
    assert saved(tmp_path / "out") == {"mine.txt": b"mine"}


def test_nothing_is_decrypted_into_what_gets_published(built: Built, tmp_path: Path) -> None:
    """dist/ and whatever else a build replaces are refused."""
    (built.dist / ".sogallery-output").write_text("")
    result = run(f"{built.dist}#{built.fragment('guest')}", built.dist / "out")

    assert result.exit_code == 2
    assert "gets published" in result.output


@pytest.mark.parametrize("where", ["nowhere", "https://studio.example/", "https://studio.example/g/short/#k=x"])
def test_a_place_that_is_none(tmp_path: Path, where: str) -> None:
    """Exit 2 and what to give instead."""
    result = run(where, tmp_path / "out", "otter")

    assert result.exit_code == 2, result.output


def test_files_outside_the_sites_folder_are_not_read(tmp_path: Path) -> None:
    """A crafted gallery.json cannot point a reader at the rest of the disk."""
    built = build(tmp_path, objects="../../../elsewhere/")
    result = run(f"{built.dist}#{built.fragment('guest')}", tmp_path / "out")

    assert result.exit_code == 3
    assert "outside its site's folder" in result.output


# --- over http ---------------------------------------------------------------------------------------------------


class Quiet(SimpleHTTPRequestHandler):
    """A static host that keeps its log to itself."""

    failures = 0

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        if self.path.startswith("/b/") and type(self).failures:
            type(self).failures -= 1
            self.send_error(503)
        else:
            super().do_GET()


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("ending", ["", "index.html", "?utm=1"])
def test_from_a_host(built: Built, tmp_path: Path, ending: str) -> None:
    """A link as it was sent, as browsers show it, and as messengers change it."""
    with serving(built.dist) as base:
        address, _, fragment = built.link("client", base).partition("#")
        result = run(f"{address}{ending}#{fragment}", tmp_path / "out", "otter paper client")

    assert result.exit_code == 0, result.output
    assert saved(tmp_path / "out") == EVERYTHING


def test_a_host_in_trouble_is_asked_again(built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice; after that it is a fault of the network (7), not of the gallery."""
    monkeypatch.setattr("sogallery.cli.fetch.PAUSES", (0.0, 0.0))
    with serving(built.dist) as base:
        Quiet.failures = 2
        assert run(built.link("guest", base), tmp_path / "out").exit_code == 0
        Quiet.failures = 3
        assert run(built.link("guest", base), tmp_path / "again").exit_code == 7
        Quiet.failures = 0


def test_a_missing_object_on_a_host(built: Built, tmp_path: Path) -> None:
    """404 is a finding; the rest goes on."""
    built.file(ITEMS[2], "display").unlink()
    with serving(built.dist) as base:
        result = run(built.link("guest", base), tmp_path / "out")

    assert result.exit_code == 3
    assert "is missing" in result.output
    assert "4 of 5 saved" in result.output


def test_nobody_there(built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection refused is exit 7 with the address."""
    monkeypatch.setattr("sogallery.cli.fetch.PAUSES", ())
    with serving(built.dist) as base:
        address = built.link("guest", base)
    result = run(address, tmp_path / "out")

    assert result.exit_code == 7
    assert "could not fetch" in result.output
