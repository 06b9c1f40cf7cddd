"""`access` and `secret`: what is handed out opens the gallery, and gallery.yaml keeps every word of its owner."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from sogallery import credentials, studio
from sogallery.cli import cli, yamledit
from sogallery.errors import UsageError
from sogallery.load import load_site
from sogallery.model import Downloads, Grant
from sogallery.vault import slots
from sogallery.vault.keyfile import GalleryKeyFile
from sogallery.vault.link import parse_fragment

YAML = """\
# Ada and Lin's day
title: Ada & Lin   # as on the card

access:
  # the couple
  client: {}
  guest: {hide: ["party/*"], downloads: display}   # family and friends

# the end
"""


class Desk:
    """A site with one gallery, and commands run on it."""

    def __init__(self, folder: Path) -> None:
        self.content = folder / "content"
        self.environ = {
            "SOGALLERY_CONFIG_DIR": str(folder.with_name(f"{folder.name} config")),
            "CI": None,
            "SOGALLERY_STUDIO_SECRET": None,
        }
        self.gallery = self.content / "clients" / "ada-lin" / "wedding"
        (self.gallery / "party").mkdir(parents=True)
        (self.content / "site.yaml").write_text("name: SO Captures\nbase_url: https://studio.example/photos/\n")
        for path in ("one.jpg", "party/two.jpg"):
            out = io.BytesIO()
            Image.new("RGB", (8, 8), "teal").save(out, "JPEG")
            (self.gallery / path).write_bytes(out.getvalue())
        self.write(YAML)

    def write(self, text: str) -> None:
        (self.gallery / "gallery.yaml").write_bytes(text.encode())

    @property
    def yaml(self) -> str:
        return (self.gallery / "gallery.yaml").read_bytes().decode()

    @property
    def studio(self) -> studio.Studio:
        environ = {key: value for key, value in self.environ.items() if value}
        return studio.load_studio(self.content, environ, os.urandom)

    @property
    def keys(self) -> GalleryKeyFile:
        found = studio.load_keys(self.gallery)
        assert found is not None
        return found

    def make_keys(self) -> None:
        """What the first build does."""
        assert self.studio.secret
        made = studio.new_key_file(os.urandom).with_grants(["client", "guest"], credentials.word_list()[0])
        studio.save_keys(self.gallery, made)

    def run(self, *words: str, passphrase: str | None = None) -> Result:
        arguments = [words[0], words[1], "--content", str(self.content), *words[2:]]
        return CliRunner().invoke(cli, arguments, env={**self.environ, "SOGALLERY_PASSPHRASE": passphrase})

    def shown(self) -> dict[str, dict[str, str]]:
        result = self.run("access", "show", "--json")
        assert result.exit_code == 0, result.output
        return {row["grant"]: row for row in json.loads(result.stdout)}

    def grants(self) -> dict[str, Grant]:
        site, problems = load_site(self.content)
        assert site is not None, problems
        return {grant.name: grant for grant in site.galleries[0].grants}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.make_keys()
    return made


# --- show --------------------------------------------------------------------------------------------------------


def test_show_prints_what_opens_the_gallery(desk: Desk) -> None:
    """Exactly these members; the secrets in them open what the studio seals for that grant."""
    rows = desk.shown()
    keys = desk.keys.keys(desk.studio.secret)

    assert list(rows) == ["client", "guest"]
    for grant, row in rows.items():
        assert set(row) == {"gallery", "id", "grant", "link", "passphrase", "until"}
        assert (row["gallery"], row["id"]) == ("ada-lin/wedding", keys.id)
        address, _, fragment = row["link"].partition("#")
        assert address == f"https://studio.example/photos/g/{keys.id}/"
        assert parse_fragment(fragment).link_secret == keys.link_secret(grant, 0)
        assert len(row["passphrase"].split()) == 4
    assert json.loads(desk.run("access", "show", "ada-lin/wedding", "--json").stdout) == list(rows.values())


def test_show_for_people(desk: Desk) -> None:
    """The same, to read."""
    result = desk.run("access", "show")

    for row in desk.shown().values():
        assert row["link"] in result.output
        assert row["passphrase"] in result.output


def test_modes_show_what_they_have(desk: Desk) -> None:
    """Null where the link is enough; a link without a fragment where the passphrase is."""
    desk.write("title: x\naccess: {client: {mode: link}, guest: {mode: passphrase}}\n")
    rows = desk.shown()

    assert rows["client"]["passphrase"] is None
    assert "#k=" in rows["client"]["link"]
    assert "#" not in rows["guest"]["link"]
    assert len(rows["guest"]["passphrase"].split()) == 5


def test_the_last_day_is_shown(desk: Desk) -> None:
    """The grant's own, else the gallery's; nothing where there is none."""
    desk.write("title: x\nretain_until: 2031-05-31\naccess: {client: {}, guest: {until: 2030-01-02}}\n")
    rows = desk.shown()

    assert (rows["client"]["until"], rows["guest"]["until"]) == ("2031-05-31", "2030-01-02")
    assert "last day    2030-01-02" in desk.run("access", "show").output
    desk.write("title: x\naccess: {client: {}}\n")
    assert desk.shown()["client"]["until"] is None


def test_a_grant_that_is_new_in_yaml_is_shown_before_its_build(desk: Desk) -> None:
    """With the secrets that the build will use; showing changes nothing."""
    before = (desk.gallery / "gallery.keys").read_bytes()
    desk.write(YAML.replace("  client: {}", "  client: {}\n  lab: {downloads: original}"))

    assert list(desk.shown()) == ["client", "lab", "guest"]
    assert (desk.gallery / "gallery.keys").read_bytes() == before


def test_before_the_first_build_there_is_nothing_to_show(tmp_path: Path) -> None:
    """No keys are made by looking."""
    desk = Desk(tmp_path)
    result = desk.run("access", "show")

    assert result.exit_code == 5
    assert "sogallery build" in result.output
    assert not Path(desk.environ["SOGALLERY_CONFIG_DIR"]).exists()


def test_links_that_cannot_be_sent_are_told(desk: Desk) -> None:
    """Without an address they work on this computer only; without a gallery there are none, and that is said, too."""
    (desk.content / "site.yaml").write_text("name: SO Captures\n")
    local = desk.run("access", "show")
    shutil.rmtree(desk.content / "clients")
    none = desk.run("access", "show")

    assert "no base_url" in local.stderr
    assert (none.exit_code, none.stdout) == (0, "")
    assert "there is no gallery yet" in none.stderr


def test_errors_say_what_to_do(desk: Desk) -> None:
    """An unknown gallery (2), a broken site.yaml (1), a missing secret (5)."""
    assert "there are: ada-lin/wedding" in desk.run("access", "show", "ada/x").output
    assert desk.run("access", "show", "ada/x").exit_code == 2
    desk.environ["SOGALLERY_CONFIG_DIR"] = "/nowhere"
    assert desk.run("access", "show").exit_code == 5
    (desk.content / "site.yaml").write_text("nam: SO\n")
    assert desk.run("access", "show").exit_code == 1


# --- add ---------------------------------------------------------------------------------------------------------


def test_add_keeps_every_comment(desk: Desk) -> None:
    """One line more, nothing else changed; the others keep their secrets."""
    before = desk.shown()
    result = desk.run(
        "access", "add", "ada-lin/wedding", "album-printer", "--only", "one.jpg", "--until", "2026-08-31",
        "--downloads", "original",
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    line = '  album-printer: {only: ["one.jpg"], downloads: original, until: 2026-08-31}\n'
    assert desk.yaml == YAML.replace("friends\n", "friends\n" + line)
    grant = desk.grants()["album-printer"]
    assert (grant.only, grant.downloads, str(grant.until)) == (("one.jpg",), Downloads.ORIGINAL, "2026-08-31")
    after = desk.shown()
    assert {name: after[name] for name in before} == before


FORMS = [
    "title: x\n",
    "title: x",
    "title: x\r\ndate: 2026-06-13\r\n",
    "title: x\naccess: {client: {}}\n",
    "title: x\naccess: {client: {}, guest: {downloads: display}, } # more\ncaptions: false\n",
    "title: x\naccess:\n    client:\n    guest:\n        hide:\n        - party/*\n\n\ncover: one.jpg\n",
    'title: "access: {}"\naccess:\n  client: {}   # the couple\n\n\n  # nobody else\n',
    "access:\n  client: {}\n\ntitle: last\n",
    "title: x\naccess:\n  client: {\n    downloads: display,\n  }\ncaptions: false\n",
    "---\ntitle: x\naccess:\n  client: {}\n",
]


@pytest.mark.parametrize("text", FORMS)
def test_add_to_any_form_of_yaml(desk: Desk, text: str) -> None:
    """Whatever the file looks like, the grant is added and everything else stays; `client` stays, too."""
    desk.write(text)
    before = desk.grants()
    result = desk.run("access", "add", "ada-lin/wedding", "lab", "--hide", "party/*", "--mode", "link")

    assert result.exit_code == 0, result.output + desk.yaml
    after = desk.grants()
    assert after.pop("lab").hide == ("party/*",)
    assert after == before
    assert re.findall("#.*", desk.yaml) == re.findall("#.*", text)
    assert ("\r\n" in desk.yaml) == ("\r\n" in text)


def test_what_cannot_be_edited_is_left_alone(desk: Desk) -> None:
    """With the line to add by hand."""
    desk.write("{title: x}\n")
    result = desk.run("access", "add", "ada-lin/wedding", "lab")

    assert result.exit_code == 2
    assert "lab: {}" in result.output
    assert desk.yaml == "{title: x}\n"


def test_the_editor_refuses_what_is_no_mapping() -> None:
    """And never raises anything but UsageError for well-formed YAML."""
    for text in ("", "- a\n", "a\n", "title: x\naccess:\n", "title: x\naccess: []\n"):
        with pytest.raises(UsageError):
            yamledit.add_grant(text, "lab: {}")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["guest"], 2),
        (["Über Gast"], 1),
        (["lab", "--only", "nothing-like-this/*"], 1),
        (["lab", "--until", "soon"], 2),
    ],
)
def test_add_checks_before_it_keeps(desk: Desk, words: list[str], code: int) -> None:
    """A grant that is there, a name that cannot be, a day that is none: the file is as it was."""
    result = desk.run("access", "add", "ada-lin/wedding", *words)

    assert result.exit_code == code, result.output
    assert desk.yaml == YAML


# --- rotate and revoke -------------------------------------------------------------------------------------------


def opens(desk: Desk, row: dict[str, str]) -> bool:
    """Whether what was handed out opens the gallery as the studio seals it now."""
    keys, kept = desk.keys.keys(desk.studio.secret), desk.keys
    entries = []
    for grant in desk.grants().values():
        if grant.name in kept.revoked:
            continue
        given = credentials.credentials(desk.studio, kept, grant, [])
        at = (grant.name, given.counter)
        payload = slots.Payload(keys.manifest_secret(*at), keys.reply_key(*at), slots.Rights(grant.name))
        entries.append(slots.Entry(grant.name, grant.mode, payload, given.link, given.passphrase))
    raw = slots.seal_slots(keys, "../../b/", entries, slots.KdfParameters(keys.kdf_salt, 8, 1, 1))
    try:
        slots.unlock(
            slots.parse(raw, keys.id), parse_fragment(row["link"].partition("#")[2]).link_secret, row["passphrase"]
        )
    except slots.NoMatchError:
        return False
    return True


def test_rotate_gives_one_grant_new_secrets(desk: Desk) -> None:
    """The old ones open nothing any more, the others' still do, and no key is new."""
    before = desk.shown()
    result = desk.run("access", "rotate", "ada-lin/wedding", "guest")
    after = desk.shown()

    assert result.exit_code == 0, result.output
    assert after["client"] == before["client"]
    assert not {after["guest"]["link"], after["guest"]["passphrase"]} & set(before["guest"].values())
    assert [opens(desk, row) for row in (before["client"], before["guest"], after["guest"])] == [True, False, True]
    assert desk.keys.epoch == 0
    assert "no new keys" in result.output
    assert "revoke" in result.output


def test_rotate_all(desk: Desk) -> None:
    """Without a grant, every one."""
    before = desk.shown()
    assert desk.run("access", "rotate", "ada-lin/wedding").exit_code == 0

    assert all(not opens(desk, row) for row in before.values())
    assert all(opens(desk, row) for row in desk.shown().values())


def test_a_chosen_passphrase(desk: Desk) -> None:
    """Kept sealed, shown again, refused if it can be guessed."""
    chosen = "tulip engine marble forty"
    result = desk.run("access", "rotate", "ada-lin/wedding", "guest", "--chosen", passphrase=chosen)
    assert result.exit_code == 0, result.output
    assert desk.shown()["guest"]["passphrase"] == chosen
    assert opens(desk, desk.shown()["guest"])
    assert chosen not in (desk.gallery / "gallery.keys").read_text()
    before = (desk.gallery / "gallery.keys").read_bytes()

    for weak in ("adalin", "wedding2026", "password123"):
        refused = desk.run("access", "rotate", "ada-lin/wedding", "guest", "--chosen", passphrase=weak)
        assert refused.exit_code == 5
        assert "too easy to guess" in refused.output
        assert weak not in refused.output
    assert (desk.gallery / "gallery.keys").read_bytes() == before


def test_rotate_says_what_does_not_fit(desk: Desk) -> None:
    """A chosen passphrase for everybody, for a link alone, or beside one in YAML; an unknown grant."""
    for words in (["--chosen"], ["nobody"]):
        assert desk.run("access", "rotate", "ada-lin/wedding", *words, passphrase="x").exit_code == 2
    desk.write("title: x\naccess: {client: {mode: link}, guest: {password: tulip engine marble forty}}\n")
    assert desk.run("access", "rotate", "ada-lin/wedding", "client", "--chosen", passphrase="x").exit_code == 2
    result = desk.run("access", "rotate", "ada-lin/wedding", "guest")
    assert result.exit_code == 2
    assert "password:" in result.output


def test_revoke_shuts_one_out_and_renews_every_key(desk: Desk) -> None:
    """The others keep their links; the command says that everything is uploaded again."""
    before, old = desk.shown(), desk.keys.keys(desk.studio.secret)
    result = desk.run("access", "revoke", "ada-lin/wedding", "guest")
    new = desk.keys.keys(desk.studio.secret)

    assert result.exit_code == 0, result.output
    assert "full upload" in result.output
    assert desk.shown() == {"client": before["client"]}
    assert (opens(desk, before["client"]), opens(desk, before["guest"])) == (True, False)
    assert old.id == new.id
    assert old.original_secret(bytes(16)) != new.original_secret(bytes(16))
    assert desk.run("access", "revoke", "ada-lin/wedding", "guest").exit_code == 2
    assert desk.run("access", "rotate", "ada-lin/wedding", "guest").exit_code == 2


def test_a_revoked_grant_comes_back_with_new_secrets_only(desk: Desk) -> None:
    """Whether its line in gallery.yaml stayed or was taken out meanwhile."""
    old = desk.shown()["guest"]
    desk.run("access", "revoke", "ada-lin/wedding", "guest")
    assert desk.run("access", "add", "ada-lin/wedding", "guest").exit_code == 0
    assert not opens(desk, old)
    assert opens(desk, desk.shown()["guest"])

    older = desk.shown()["guest"]
    desk.run("access", "revoke", "ada-lin/wedding", "guest")
    desk.write("title: x\n")
    assert desk.run("access", "add", "ada-lin/wedding", "guest", "--downloads", "display").exit_code == 0
    assert not opens(desk, older)
    assert opens(desk, desk.shown()["guest"])
    assert set(desk.grants()) == {"client", "guest"}


# --- card --------------------------------------------------------------------------------------------------------


def test_a_card_has_all_and_fetches_nothing(desk: Desk, tmp_path: Path) -> None:
    """One page a grant; whatever was typed is text; nothing is loaded from anywhere."""
    desk.write('title: "<script>alert(1)</script> & more"\n')
    result = desk.run("access", "card", "ada-lin/wedding", "-o", str(tmp_path / "card.html"))
    page = (tmp_path / "card.html").read_text()
    row = desk.shown()["client"]

    assert result.exit_code == 0, result.output
    assert row["link"] in page
    assert row["passphrase"] in page
    assert page.count("<svg") == 1
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"""(src=|@import|url\(|<link)""", page)
    assert "default-src 'none'" in page
    assert (tmp_path / "card.html").stat().st_mode & 0o077 == 0


def test_the_passphrase_can_go_another_way(desk: Desk, tmp_path: Path) -> None:
    """A card with the link only says so."""
    out = str(tmp_path / "card.html")
    assert desk.run("access", "card", "ada-lin/wedding", "guest", "-o", out, "--without-passphrase").exit_code == 0
    page = (tmp_path / "card.html").read_text()

    assert desk.shown()["guest"]["passphrase"] not in page
    assert "comes separately" in page
    assert page.count("<section>") == 1


def test_cards_never_land_where_they_would_be_published(desk: Desk, tmp_path: Path) -> None:
    """Nor over another file."""
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / ".sogallery-output").write_text("")
    for path in ("dist/card.html", "content/site.yaml"):
        assert desk.run("access", "card", "ada-lin/wedding", "-o", str(tmp_path / path)).exit_code == 2
    assert not (tmp_path / "dist" / "card.html").exists()


# --- secret ------------------------------------------------------------------------------------------------------

STRONG = "tulip engine marble forty kettle"


def test_a_backup_brings_a_lost_laptop_back(desk: Desk, tmp_path: Path) -> None:
    """Secret, studio.pub and every gallery.keys; links and passphrases are the same again."""
    before = desk.shown()
    file = tmp_path / "backup"
    made = desk.run("secret", "backup", str(file), passphrase=STRONG)
    assert made.exit_code == 0, made.output
    assert file.stat().st_mode & 0o077 == 0

    desk.environ["SOGALLERY_CONFIG_DIR"] = str(tmp_path / "new laptop")
    (desk.content / "studio.pub").unlink()
    (desk.gallery / "gallery.keys").unlink()
    restored = desk.run("secret", "restore", str(file), passphrase=STRONG.title())
    assert restored.exit_code == 0, restored.output
    assert desk.shown() == before


def test_a_backup_needs_a_passphrase_of_weight(desk: Desk, tmp_path: Path) -> None:
    """Whoever finds the file may guess at leisure; and no file is overwritten."""
    file = tmp_path / "backup"
    assert desk.run("secret", "backup", str(file), passphrase="adalin2026").exit_code == 5
    assert not file.exists()
    file.write_text("mine")
    assert desk.run("secret", "backup", str(file), passphrase=STRONG).exit_code == 2
    assert file.read_text() == "mine"


def test_restore_never_turns_time_back(desk: Desk, tmp_path: Path) -> None:
    """Keys that went on since the backup stay, are told, and the exit code says so (3)."""
    file = tmp_path / "backup"
    desk.run("secret", "backup", str(file), passphrase=STRONG)
    desk.run("access", "rotate", "ada-lin/wedding", "guest")
    newer = (desk.gallery / "gallery.keys").read_bytes()
    result = desk.run("secret", "restore", str(file), passphrase=STRONG)

    assert result.exit_code == 3
    assert "ada-lin/wedding: the keys here are newer" in result.output
    assert (desk.gallery / "gallery.keys").read_bytes() == newer


def test_restore_brings_older_keys_up_to_date_and_mends_damaged_ones(desk: Desk, tmp_path: Path) -> None:
    """An old copy of the site beside a newer backup."""
    old = (desk.gallery / "gallery.keys").read_bytes()
    desk.run("access", "rotate", "ada-lin/wedding", "guest")
    new = (desk.gallery / "gallery.keys").read_bytes()
    file = tmp_path / "backup"
    desk.run("secret", "backup", str(file), passphrase=STRONG)
    for there in (old, new, b"{"):
        (desk.gallery / "gallery.keys").write_bytes(there)
        assert desk.run("secret", "restore", str(file), passphrase=STRONG).exit_code == 0
        assert (desk.gallery / "gallery.keys").read_bytes() == new
    assert (desk.gallery / "gallery.keys.damaged").read_bytes() == b"{"


def test_restore_refuses_what_does_not_fit(desk: Desk, tmp_path: Path) -> None:
    """A wrong passphrase (5), another studio's site (5), a changed file (3), a file that is none (3)."""
    file = tmp_path / "backup"
    desk.run("secret", "backup", str(file), passphrase=STRONG)
    assert desk.run("secret", "restore", str(file), passphrase="wrong words").exit_code == 5

    other = Desk(tmp_path / "other")
    other.make_keys()
    kept = (other.content / "studio.pub").read_bytes(), (other.gallery / "gallery.keys").read_bytes()
    assert other.run("secret", "restore", str(file), passphrase=STRONG).exit_code == 5
    assert ((other.content / "studio.pub").read_bytes(), (other.gallery / "gallery.keys").read_bytes()) == kept

    document = json.loads(file.read_text())
    sealed = document["sealed"]
    file.write_text(json.dumps(document | {"sealed": sealed[:-8] + "AAAAAAAA"}))
    assert desk.run("secret", "restore", str(file), passphrase=STRONG).exit_code == 3
    file.write_text("no backup")
    assert desk.run("secret", "restore", str(file), passphrase=STRONG).exit_code == 3
