"""The studio's keys on disk: made once, found again, never replaced, and never guessed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from sogallery import credentials, studio
from sogallery.credentials import word_list
from sogallery.errors import SecretError
from sogallery.model import Client, Gallery, Grant, Mode, Person, Section, Site
from sogallery.studio import Studio, load_keys, load_pub, load_studio, new_key_file, save_keys
from sogallery.vault.codec import b64
from sogallery.vault.keyfile import GalleryKeyFile

SECRET, OTHER = bytes(32), b"\xff" * 32


class Randomness:
    """Bytes that differ each time and are the same in each run; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, length: int) -> bytes:
        self.asked += 1
        return bytes([self.asked]) * length


@pytest.fixture
def content(tmp_path: Path) -> Path:
    (tmp_path / "site" / "content").mkdir(parents=True)
    return tmp_path / "site" / "content"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"SOGALLERY_CONFIG_DIR": str(tmp_path / "config")}


def given(secret: bytes) -> dict[str, str]:
    return {"SOGALLERY_STUDIO_SECRET": b64(secret)}


def files(folder: Path) -> Iterator[str]:
    yield from sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# --- the studio secret -------------------------------------------------------------------------------------------


def test_a_new_site_gets_a_secret_once(content: Path, environ: dict[str, str], tmp_path: Path) -> None:
    """Made in the user's configuration, pinned by studio.pub, found again; nothing of it is in the site."""
    random = Randomness()
    first = load_studio(content, environ, random)
    again = load_studio(content, environ, random)

    assert (first.secret, random.asked) == (again.secret, 1)
    assert load_pub(content) == first.pub
    assert list(files(tmp_path)) == [f"config/{first.pub.id}.secret", "site/content/studio.pub"]
    assert b64(first.secret) not in (content / "studio.pub").read_text()


def test_secrets_are_for_their_user_alone(content: Path, environ: dict[str, str], tmp_path: Path) -> None:
    """0600 for files, 0700 for their folder; what is public may be read."""
    made = load_studio(content, environ, Randomness())
    save_keys(content, new_key_file(Randomness()))

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes[f"{made.pub.id}.secret"] == modes["gallery.keys"] == 0o600
    assert modes["config"] == 0o700
    assert modes["studio.pub"] & 0o444


def test_one_user_can_have_several_sites(tmp_path: Path, environ: dict[str, str]) -> None:
    """Secrets are found by the key id that each site pins."""
    random, sites = Randomness(), [tmp_path / name / "content" for name in ("one", "two")]
    for site in sites:
        site.mkdir(parents=True)
    made = [load_studio(site, environ, random).secret for site in sites]

    assert made[0] != made[1]
    assert [load_studio(site, environ, random).secret for site in sites] == made


@pytest.mark.parametrize("written", [b64(SECRET), SECRET.hex(), SECRET.hex().upper(), f" {b64(SECRET)}=\n"])
def test_the_environment_gives_the_secret(content: Path, environ: dict[str, str], written: str) -> None:
    """As base64url or hex; nothing is written into the configuration then."""
    found = load_studio(content, environ | {"SOGALLERY_STUDIO_SECRET": written}, Randomness())

    assert found.secret == SECRET
    assert not Path(environ["SOGALLERY_CONFIG_DIR"]).exists()
    assert load_studio(content, given(SECRET), Randomness()).secret == SECRET


@pytest.mark.parametrize("written", ["abc", "g" * 64, "A" * 44, "\u00fc" * 43])
def test_a_mistyped_secret_is_refused(content: Path, written: str) -> None:
    """It is not taken for one of another length or kind, and not repeated."""
    with pytest.raises(SecretError, match="not a studio secret") as caught:
        load_studio(content, {"SOGALLERY_STUDIO_SECRET": written}, Randomness())
    assert written not in str(caught.value) + caught.value.hint


def test_a_missing_secret_is_never_replaced(content: Path, environ: dict[str, str], tmp_path: Path) -> None:
    """Another machine, or a lost configuration: an error that says what to restore."""
    load_studio(content, environ, Randomness())
    random = Randomness()

    with pytest.raises(SecretError, match="not on this machine") as caught:
        load_studio(content, {"SOGALLERY_CONFIG_DIR": str(tmp_path / "elsewhere")}, random)
    assert caught.value.exit_code == 5
    assert "secret restore" in caught.value.hint
    assert random.asked == 0
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("ci", [{}, {"CI": "true"}])
def test_another_secret_is_refused(content: Path, environ: dict[str, str], ci: dict[str, str]) -> None:
    """Whether it comes from the environment or from a file that was exchanged."""
    made = load_studio(content, environ, Randomness())

    with pytest.raises(SecretError, match="is not the one"):
        load_studio(content, environ | given(OTHER) | ci, Randomness())
    studio.secret_path(environ, made.pub.id).write_text(b64(OTHER))
    with pytest.raises(SecretError, match="is not the one"):
        load_studio(content, environ | ci, Randomness())


def test_keys_without_studio_pub_are_an_error(content: Path, environ: dict[str, str]) -> None:
    """Nobody could tell which secret fits, so none is made."""
    (content / "clients/ada/wedding").mkdir(parents=True)
    save_keys(content / "clients/ada/wedding", new_key_file(Randomness()))

    for more in ({}, given(SECRET), {"CI": "1"}):
        with pytest.raises(SecretError, match=r"gallery\.keys is there"):
            load_studio(content, environ | more, Randomness())
    assert not (content / "studio.pub").exists()


def test_in_ci_a_new_secret_serves_one_run(content: Path, environ: dict[str, str], tmp_path: Path) -> None:
    """With a warning, and nothing is written anywhere."""
    made = load_studio(content, environ | {"CI": "true"}, Randomness())

    assert made.ephemeral
    assert "this run only" in made.warnings[0]
    assert list(files(tmp_path)) == []
    assert not load_studio(content, {"CI": "true"} | given(SECRET), Randomness()).ephemeral


def test_commands_that_need_keys_make_none(content: Path, environ: dict[str, str], tmp_path: Path) -> None:
    """`access show` on a site that was never built says so."""
    for more in ({}, {"CI": "true"}, given(SECRET)):
        with pytest.raises(SecretError, match="no keys yet"):
            load_studio(content, environ | more, Randomness(), create=False)
    assert list(files(tmp_path)) == []


@pytest.mark.parametrize("folder", ["content/config", "config"])
def test_the_secret_never_goes_into_the_site(content: Path, folder: str) -> None:
    """A configuration folder inside the site would be committed or published one day."""
    inside = {"SOGALLERY_CONFIG_DIR": str(content.parent / folder)}

    with pytest.raises(SecretError, match="inside the site"):
        load_studio(content, inside, Randomness())
    assert list(files(content)) == []


def test_whether_there_is_a_secret(content: Path, environ: dict[str, str]) -> None:
    """What a build without keys asks first."""
    assert studio.has_secret(content, environ)
    load_studio(content, environ, Randomness())

    assert studio.has_secret(content, environ)
    assert not studio.has_secret(content, {"SOGALLERY_CONFIG_DIR": "/nowhere"})
    assert studio.has_secret(content, {"SOGALLERY_CONFIG_DIR": "/nowhere"} | given(SECRET))


@pytest.mark.parametrize("damage", ["", "{", '{"format": "soga/9"}', '{"format": "soga/1 studio", "number": 0}'])
def test_a_damaged_studio_pub_is_an_error(content: Path, environ: dict[str, str], damage: str) -> None:
    """It is not a site without studio.pub."""
    (content / "studio.pub").write_text(damage)

    with pytest.raises(SecretError, match=r"studio\.pub is damaged"):
        load_studio(content, environ, Randomness())


def test_studio_pub_names_public_keys_only(content: Path) -> None:
    """Its ids and fingerprint are hashes of the keys beside them."""
    made = load_studio(content, given(SECRET), Randomness())
    parts = json.loads((content / "studio.pub").read_text())

    assert parts["sign"]["id"] == made.signing.id == parts["fingerprint"][:16]
    assert parts["reply"]["id"] == made.reply.id
    assert made.pub.public_keys == {made.signing.id: made.signing.public}
    with pytest.raises(SecretError, match="another studio secret"):
        studio.save_pub(Studio(OTHER), content)


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {"XDG_CONFIG_HOME": "/x"}, "/x/sogallery"),
        ("linux", {}, "~/.config/sogallery"),
        ("darwin", {}, "~/Library/Application Support/sogallery"),
        ("win32", {"APPDATA": "/appdata"}, "/appdata/sogallery"),
        ("linux", {"SOGALLERY_CONFIG_DIR": "/mine", "XDG_CONFIG_HOME": "/x"}, "/mine"),
    ],
)
def test_the_configuration_is_where_the_platform_keeps_it(
    platform: str, environ: dict[str, str], expected: str
) -> None:
    """Unless the user says otherwise."""
    assert studio.config_folder(environ, platform) == Path(expected).expanduser()


# --- gallery.keys ------------------------------------------------------------------------------------------------


def test_gallery_keys_come_back(tmp_path: Path) -> None:
    """None where there are none; an unchanged file is not written again."""
    assert load_keys(tmp_path) is None
    kept = new_key_file(Randomness()).with_grants(["client"], "list")
    save_keys(tmp_path, kept)
    before = (tmp_path / "gallery.keys").stat()
    save_keys(tmp_path, kept)

    assert load_keys(tmp_path) == kept
    assert (tmp_path / "gallery.keys").stat().st_ino == before.st_ino
    assert list(files(tmp_path)) == ["gallery.keys"]


def test_damaged_gallery_keys_are_an_error_not_a_new_gallery(tmp_path: Path) -> None:
    """New keys would be a new address and new passphrases."""
    save_keys(tmp_path, new_key_file(Randomness()))
    whole = (tmp_path / "gallery.keys").read_bytes()
    for damaged in (b"", whole[:-10], whole.replace(b"seed", b"sead"), b"\xff" + whole):
        (tmp_path / "gallery.keys").write_bytes(damaged)
        with pytest.raises(SecretError, match=r"gallery\.keys is damaged"):
            load_keys(tmp_path)


# --- links and passphrases ---------------------------------------------------------------------------------------

STUDIO = Studio(SECRET)


def kept(*names: str) -> GalleryKeyFile:
    return new_key_file(Randomness()).with_grants(names, word_list()[0])


def test_the_word_list_is_pinned() -> None:
    """EFF's long list: 7776 words, and an id that changes with any of them."""
    list_id, words = word_list()

    assert list_id == "eff-long 6d557f0693958fb5e650b68b5bee585e"
    assert (len(words), len(set(words)), words[0], words[-1]) == (7776, 7776, "abacus", "zoom")


@pytest.mark.parametrize(
    ("mode", "link", "words"), [(Mode.LINK_AND_PASSPHRASE, 16, 4), (Mode.LINK, 16, 0), (Mode.PASSPHRASE, 0, 5)]
)
def test_each_mode_has_its_secrets(mode: Mode, link: int, words: int) -> None:
    """Four words beside a link secret, five alone; no more than the mode takes."""
    given = credentials.credentials(STUDIO, kept("client"), Grant("client", mode=mode), [])

    assert len(given.link) == link
    assert len(given.passphrase.split()) == words
    assert set(given.passphrase.split()) <= set(word_list()[1])


def test_what_was_chosen_comes_first() -> None:
    """Until the grant is rotated."""
    chosen = kept("client").with_chosen(SECRET, "client", "otter paper lamp", Randomness())

    assert credentials.credentials(STUDIO, chosen, Grant("client"), []).passphrase == "otter paper lamp"
    rotated = credentials.credentials(STUDIO, chosen.with_counter("client", word_list()[0]), Grant("client"), [])
    assert rotated.passphrase != "otter paper lamp"
    assert rotated.counter == 1


def test_a_password_in_yaml_must_not_be_guessable() -> None:
    """And two passphrases for one grant are a contradiction."""
    strong, weak = Grant("client", password="otter paper lamp sunflower"), Grant("client", password="ada-lin 2026")

    assert credentials.credentials(STUDIO, kept("client"), strong, []).passphrase == strong.password
    with pytest.raises(SecretError, match=r"`password:` of client: .*too easy to guess"):
        credentials.credentials(STUDIO, kept("client"), weak, ["Ada & Lin", "ada-lin", "2026"])
    with pytest.raises(SecretError, match="both"):
        both = kept("client").with_chosen(SECRET, "client", "x", Randomness())
        credentials.credentials(STUDIO, both, strong, [])


def test_another_word_list_is_an_error_not_another_passphrase() -> None:
    """A client's passphrase never changes because a package was updated."""
    old = new_key_file(Randomness()).with_grants(["client"], "eff-long 0000")

    with pytest.raises(SecretError, match="another word list") as caught:
        credentials.credentials(STUDIO, old, Grant("client"), [])
    assert "access rotate" in caught.value.hint
    assert credentials.credentials(STUDIO, old, Grant("client", mode=Mode.LINK), []).passphrase == ""


def test_own_words_are_what_a_guesser_knows() -> None:
    """Titles, names and days of the gallery, its client and its people."""
    gallery = Gallery(
        "ada-lin", "wedding", "Ada & Lin", date(2026, 6, 13), sections=(Section("party", "The Party"),),
        people={"ada": Person("ada-lin/ada", "Ada Lovelace")},
    )  # fmt: skip
    site = Site("SO Captures", clients={"ada-lin": Client("ada-lin", "Ada Lovelace & Lin Ma", "ada@example.org")})
    words = credentials.own_words(site, gallery)

    expected = {"SO Captures", "Ada & Lin", "wedding", "The Party", "2026-06-13", "13062026", "AdaLovelace"}
    assert expected <= set(words)
