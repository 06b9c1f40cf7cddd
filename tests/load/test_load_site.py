"""Whole sites on disk (`load.load_site`): what is read, and what each slip is told."""

from __future__ import annotations

import os
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from sogallery.load import load_site
from sogallery.model import Downloads, Grant, Mode, RetentionRule, Section, Severity

RICH = """\
title: Ada & Lin
date: 2026-06-13
cover: ceremony/MJ-0042.jpg
sections: [getting-ready, ceremony, {path: party, title: "The party"}]
access:
  client: {}
  guest: {hide: ["getting-ready/*"], downloads: display}
  album-printer: {only: ["ceremony/*"], downloads: original, until: 2026-08-31, mode: link}
retain_until: 2027-06-13
originals: {metadata: keep}
order: captured
exposure: true
captions: false
people:
  ada: {client: ada-lin}
  lin: {name: Lin, born: 2010-02-28, guardians: [ada]}
photos:
  "ceremony/MJ-0042.jpg": {caption: "The rings", people: [ada, lin]}
  "party/1.jpg": "💃 <b>Dance</b>"
"""


def test_the_smallest_gallery(folder):
    """A folder of images with a title has one grant, `client`, with originals, and no end."""
    folder.gallery("title: Ada & Lin\n", "2.jpg", "10.jpg", "1.jpg")
    gallery = folder.loaded_gallery()

    assert gallery.ref == "ada-lin/wedding"
    assert gallery.grants == (Grant("client"),)
    assert gallery.retain_until is None
    assert gallery.sections == (Section("", ""),)
    assert [photo.path for photo in gallery.photos] == ["1.jpg", "2.jpg", "10.jpg"]


def test_a_rich_gallery(folder):
    """Every key of a gallery.yaml arrives in the model."""
    folder.gallery(RICH, "getting-ready/1.jpg", "ceremony/MJ-0042.jpg", "party/1.jpg", "zoo/1.jpg", "0.jpg")
    gallery = folder.loaded_gallery()

    assert (gallery.title, gallery.date, gallery.cover) == ("Ada & Lin", date(2026, 6, 13), "ceremony/MJ-0042.jpg")
    assert [section.title for section in gallery.sections] == ["", "Getting ready", "Ceremony", "The party", "Zoo"]
    assert [photo.section for photo in gallery.photos] == ["", "getting-ready", "ceremony", "party", "zoo"]
    assert gallery.grants == (
        Grant("client"),
        Grant("guest", hide=("getting-ready/*",), downloads=Downloads.DISPLAY),
        Grant("album-printer", only=("ceremony/*",), until=date(2026, 8, 31), mode=Mode.LINK),
    )
    assert (gallery.keep_metadata, gallery.order, gallery.exposure, gallery.captions) == (True, "captured", True, False)
    assert gallery.people["lin"].id == "ada-lin/lin"
    assert gallery.people["lin"].guardians == ("ada-lin/ada",)
    assert [(photo.caption, photo.people) for photo in gallery.photos[2:4]] == [
        ("The rings", ("ada", "lin")),
        ("💃 <b>Dance</b>", ()),
    ]
    assert gallery.photos[2].file == "clients/ada-lin/wedding/ceremony/MJ-0042.jpg"


def test_a_site(folder):
    """site.yaml, policy, pages, clients and portfolio arrive in the model."""
    folder.write(
        "site.yaml",
        "name: SO Captures\nbase_url: https://so.example/photos\nlanguage: de\ntimezone: Europe/Berlin\n"
        "contact: {email: hi@so.example, phone: +49 30 1234567, address: Hafen 1}\n"
        "renditions: {format: jpeg, quality: 80, display: 2560}\noriginals: {metadata: keep}\n"
        "retention: [{data: galleries, days: 365, purpose: Delivery, basis: Contract}]\n"
        "deploy: {live: {host: netlify, site: abc, parallel: 5}}\n",
    )
    folder.write("policy.md", "---\nversion: 1.0\neffective: 2026-01-01\nsignificant: yes\n---\n\nWe promise.\n")
    folder.write("pages/about.md", "\ufeff---\r\ntitle: About\r\nnav: 1\r\n---\r\n# Hi\r\n---\r\nmore\r\n")
    folder.write("pages/index.md", "---\ntitle: Home\n---\nWelcome")
    folder.write(
        "clients/ada-lin/client.yaml",
        "name: Ada\nemail: ada@example.org\nlanguage: fr\nown: false\n"
        "consents:\n"
        "  - {purpose: publication, state: given, on: 2026-06-01, scopes: [portfolio_web], evidence: letter.pdf}\n"
        "  - {purpose: promotions, state: refused, on: 2026-06-01, channel: email}\n"
        "acknowledged: [{version: 1.0, on: 2026-06-02}]\n",
    )
    folder.gallery("title: Wedding\ndate: 2026-06-13\n", "a.jpg", "b.jpg")
    folder.write(
        "portfolio.yaml",
        "- title: Weddings & more\n  photos:\n"
        "    - ada-lin/wedding/a.jpg\n    - {photo: ada-lin/wedding/b.jpg, alt: Rings}\n",
    )
    site = folder.load()
    (gallery,) = site.galleries

    assert site.base_url == "https://so.example/photos/"
    assert site.retention == (RetentionRule("galleries", 365, "Delivery", "Contract", "erase"),)
    assert (site.renditions.format, site.renditions.quality, site.renditions.display) == ("jpeg", 80, 2560)
    assert site.deploy == {"live": {"host": "netlify", "site": "abc", "parallel": 5}}
    assert site.policy.version == "1.0"
    assert site.policy.body.strip() == "We promise."
    assert [(page.slug, page.nav) for page in site.pages] == [("about", 1), ("index", None)]
    assert site.pages[0].body == "# Hi\r\n---\r\nmore\r\n"
    assert site.clients["ada-lin"].consents[0].evidence == "letter.pdf"
    assert site.clients["ada-lin"].acknowledged == (("1.0", date(2026, 6, 2)),)
    assert (gallery.retain_until, gallery.keep_metadata, gallery.language) == (date(2027, 6, 13), True, "fr")
    assert site.portfolio[0].slug == "weddings-more"
    assert [(photo.ref, photo.alt, photo.line, photo.col) for photo in site.portfolio[0].photos] == [
        ("ada-lin/wedding/a.jpg", "", 3, 7),
        ("ada-lin/wedding/b.jpg", "Rings", 4, 15),
    ]


def test_ci_reads_only_what_it_has(folder):
    """Without private content, clients, releases, portfolio and watermark are not looked at."""
    folder.write("site.yaml", "name: SO\nrenditions: {watermark: mark.png}\n")
    folder.write("portfolio.yaml", "- {title: W, photos: [nobody/nothing/x.jpg]}\n")
    site = folder.load(private=False)

    assert (site.clients, site.galleries, site.portfolio) == ({}, (), ())


def test_junk_is_not_seen(folder):
    """Hidden files and what systems and programs leave behind are neither photos nor Problems."""
    junk = [
        ".DS_Store",
        "._a.jpg",
        "Thumbs.db",
        "desktop.ini",
        "a.xmp",
        "a.jpg~",
        ".hidden/x.jpg",
        "__MACOSX/x.jpg",
        "gallery.keys",
        "reviews.yaml",
    ]
    folder.gallery("title: T\n", "a.jpg", *junk)

    assert [photo.path for photo in folder.loaded_gallery().photos] == ["a.jpg"]


def test_clips_and_their_posters_share_a_stem(folder):
    """A clip is listed beside the image of its name."""
    folder.gallery("title: T\n", "dance.mp4", "dance.jpg")

    assert [photo.is_clip for photo in folder.loaded_gallery().photos] == [False, True]


def test_names_are_nfc_and_files_as_on_disk(folder):
    """A name the disk spells decomposed is compared composed, and opened as the disk spells it."""
    spelt = unicodedata.normalize("NFD", "fête/é.jpg")
    folder.gallery("title: T\ncover: fête/é.jpg\nsections: [fête]\n", spelt, at=unicodedata.normalize("NFD", "zoé/é"))
    gallery = folder.loaded_gallery()
    (photo,) = gallery.photos

    assert gallery.ref == "zoé/é"
    assert photo.path == "fête/é.jpg"
    assert (folder.content / photo.file).exists()
    assert (folder.content / gallery.folder).is_dir()


def test_one_broken_gallery_does_not_hide_the_others(folder):
    """Problems of all files come in one run, sorted; the broken gallery's photos are still known."""
    folder.gallery("title: Bob's: party\n", "a.jpg", at="bob/party")
    folder.gallery("titel: x\n", "a.jpg", at="ada/wedding")
    folder.write("portfolio.yaml", "- {title: W, photos: [bob/party/a.jpg]}\n")
    folder.write("policy.md", "nothing\n")
    told = folder.told()

    assert load_site(folder.content)[0] is None
    assert told == sorted(told)
    assert {line.split(":")[0] for line in told} == {
        "clients/ada/wedding/gallery.yaml",
        "clients/bob/party/gallery.yaml",
        "policy.md",
    }


SLIPS = [
    ("titel: T\n", "1:1: unknown key “titel”", "did you mean title?"),
    ("title: T\nexpires: 2026-01-01\n", "2:1: unknown key “expires”", "did you mean retain_until?"),
    ("title:\n", "1:7: `title` should be a title, but is empty", "write it like"),
    ("title: '  '\n", "1:8: `title` should be a title, but is blank", "write it like"),
    ("title: [T]\n", "1:8: `title` should be a title, but is a list", "write it like"),
    ('title: "a\\x07"\n', "1:8: `title` holds an invisible control character (U+0007)", "without it"),
    ('title: "a\\nb"\n', "1:8: `title` should be on one line", "line break"),
    ("title: T\ndate: 2026-02-30\n", "2:7: `date`: there is no day 2026-02-30", "calendar"),
    ("title: T\ndate: 13.6.2026\n", "2:7: `date` should be a day, but is “13.6.2026”", "2026-06-13"),
    ("title: T\ndraft: maybe\n", "2:8: `draft` should be true or false", "true"),
    ("title: T\ncover: b.jpg\n", "2:8: there is no photo “b.jpg” in this gallery", "did you mean party/b.jpg?"),
    ("title: T\ncover: ../x.jpg\n", "2:8: `cover` should be the path of a file below this folder", "write it like"),
    ("title: T\ncover: /etc/passwd\n", "2:8: `cover` should be the path", "write it like"),
    ("title: T\nsections: [partie]\n", "2:12: there is no folder “partie” with photos here", "did you mean party?"),
    ("title: T\nsections: [party, {path: party}]\n", "2:19: `sections` names “party” twice", "take one"),
    ("title: T\norder: nmae\n", "2:8: `order` should be one of name, captured", "did you mean name?"),
    ("title: T\naccess: {}\n", "2:9: `access` is empty, so nobody could open this gallery", "client"),
    ("title: T\naccess: {Guest: {}}\n", "2:10: `key in access` should be a short name", "guest"),
    ("title: T\naccess: {g: {hide: [partie/*]}}\n", "2:21: no photo matches “partie/*”", "did you mean party/*?"),
    ("title: T\naccess: {g: {hide: [party]}}\n", "2:21: no photo matches “party”", "did you mean party/*?"),
    ("title: T\naccess: {g: {only: [zzz]}}\n", "2:21: no photo matches “zzz”", "mend the pattern"),
    ("title: T\naccess: {g: {hide: party/*}}\n", "2:20: `hide` should be a list", "["),
    ("title: T\naccess: {g: {downloads: thumbs}}\n", "2:25: `downloads` should be one of", "write it like"),
    ("title: T\naccess: {g: {mode: link, password: abc def}}\n", "2:26: `password` makes no sense", "one of the two"),
    (
        "title: T\nretain_until: 2026-01-01\naccess: {g: {until: 2026-02-01}}\n",
        "3:21: the grant ends on 2026-02-01, after",
        "earlier",
    ),
    ("title: T\ndate: 2026-01-02\nretain_until: 2025-01-02\n", "3:15: `retain_until` (2025-01-02) is before", "years"),
    ("title: T\nphotos: {c.jpg: {}}\n", "2:10: there is no photo “c.jpg”", "did you mean a.jpg?"),
    ("title: T\nphotos: {A.JPG: {}}\n", "2:10: there is no photo “A.JPG”", "did you mean a.jpg?"),
    (
        "title: T\nphotos: {a.jpg: {people: [adda]}}\npeople: {ada: {}}\n",
        "2:27: nobody under `people` has the key",
        "did you mean ada?",
    ),
    ("title: T\npeople: {ada: {client: ada-linn}}\n", "2:24: there is no client “ada-linn”", "did you mean ada-lin?"),
    ("title: T\npeople: {ada: {guardians: [eve]}}\n", "2:28: the guardian “eve” is not among", "add them"),
    ("title: T\noriginals: keep\n", "2:12: `originals` should be a block of keys (metadata)", "metadata"),
]


@pytest.mark.parametrize(("text", "told", "hint"), SLIPS, ids=[text.splitlines()[-1] for text, *_ in SLIPS])
def test_slips_in_a_gallery(folder, text: str, told: str, hint: str):
    """Each slip is told once, at its place, with what to do."""
    folder.gallery(text, "a.jpg", "party/b.jpg")
    problems = [p for p in folder.problems() if f"{p.line}:{p.col}: {p.message}".startswith(told)]

    assert len(problems) == 1, folder.told()
    assert hint in problems[0].hint
    assert problems[0].severity is Severity.ERROR


SITE_SLIPS = [
    ("base_url: http://so.example/", "`base_url` has to begin with https://"),
    ("base_url: https://so.example/#x", "`base_url` must not have a ? or a #"),
    ("base_url: https://u:p@so.example/", "`base_url` is not a web address"),
    ("base_url: https://so.example:x/", "`base_url` is not a web address"),
    ("base_url: https:///x", "`base_url` is not a web address"),
    ("base_url: https://so.example/../x", "`base_url` must not go up"),
    ("objects_url: javascript:alert(1)", "`objects_url` has to begin with https://"),
    ("timezone: Europe/Londn", "there is no time zone “Europe/Londn”"),
    ("timezone: ../../etc/passwd", "there is no time zone"),
    ("theme: defualt", "there is no theme “defualt”"),
    ("language: english please", "`language` should be a language tag"),
    ("contact: {email: nope}", "`email` should be an e-mail address"),
    ("renditions: {thumb: 900, small: 800}", "thumb, small and display should grow"),
    ("renditions: {thumb: 0400}", "`thumb` should be a whole number from 64 to 1024"),
    ("renditions: {quality: 80%}", "`quality` should be a whole number from 1 to 100"),
    ("renditions: {watermark: mark.png}", "there is no file “mark.png”"),
    ("retention: [{data: gallery, days: 3}]", "no data of the tool is called “gallery”"),
    ("retention: [{data: galleries}]", "`days` is missing"),
    ("retention: [{data: x, days: 1}, {data: x, days: 2}]", "two rules say how long “x” are kept"),
    ("deploy: {live: netlify}", "`live` should be a block of keys"),
    ("deploy: {live: {site: x}}", "`host` of the target “live” is missing"),
]


@pytest.mark.parametrize(("line", "told"), SITE_SLIPS, ids=[line for line, _ in SITE_SLIPS])
def test_slips_in_site_yaml(folder, line: str, told: str):
    """Each slip is told at its line, with a hint."""
    folder.write("site.yaml", f"name: SO\n{line}\n")
    (problem,) = folder.problems()

    assert problem.message.startswith(told)
    assert (problem.path, problem.line, problem.severity) == ("site.yaml", 2, Severity.ERROR)
    assert problem.hint


CONSENTS = [
    ("{purpose: publication, state: given, on: 2026-06-01, evidence: x}", "names no `scopes`"),
    ("{purpose: publication, state: given, on: 2026-06-01, scopes: [portfolio_web]}", "has no `evidence`"),
    ("{purpose: publication, state: given, scopes: [portfolio_web], evidence: x}", "`on` is missing"),
    ("{purpose: publication, state: given, on: 2026-06-01, scopes: [all], evidence: x}", "`scopes` should be one of"),
    ("{purpose: promotions, state: given, on: 2026-06-01, evidence: x, text: y}", "names no `channel`"),
    ("{purpose: promotions, state: given, on: 2026-06-01, evidence: x, channel: email}", "lacks the `text`"),
    ("{purpose: promotions, state: refused, on: 2026-06-01, channel: sms, scopes: [press]}", "`scopes` belong to"),
    ("{purpose: everything, state: given, on: 2026-06-01}", "`purpose` should be one of"),
    ("{purpose: publication, state: acknowledged, on: 2026-06-01}", "`state` should be one of"),
]


@pytest.mark.parametrize(("consent", "told"), CONSENTS)
def test_a_consent_that_cannot_be_shown_is_none(folder, consent: str, told: str):
    """Fail closed: whatever a consent leaves open is an error, never filled in."""
    folder.write("clients/ada/client.yaml", f"consents:\n  - {consent}\n")

    assert any(told in line for line in folder.told())
    assert load_site(folder.content)[0] is None


def test_a_password_in_yaml_is_a_warning_and_never_repeated(folder):
    """It works, says where, and no Problem shows it, even where something about it is wrong."""
    folder.gallery("title: T\naccess: {g: {password: correct horse battery}}\n", "a.jpg")
    (problem,) = folder.problems()

    assert problem.severity is Severity.WARNING
    assert (problem.line, problem.col) == (2, 14)
    assert folder.loaded_gallery().grants[0].password == "correct horse battery"
    folder.gallery('title: T\naccess: {g: {password: "hush\\x07hush", until: x}}\n')
    assert not any("hush" in problem.message + problem.hint for problem in folder.problems())


def test_an_order_selects_nothing_yet_with_a_warning(folder):
    """`order:` patterns are known words, not typos."""
    folder.gallery('title: T\naccess: {printer: {only: ["order:2026-07"]}}\n', "a.jpg")

    assert [problem.severity for problem in folder.problems()] == [Severity.WARNING]


def test_two_inputs_for_one_output(folder):
    """Photos, sections, galleries, clients, pages and categories that differ in case or spelling only are errors."""
    folder.gallery("title: T\n", "a.jpg", "A.JPG", "party/x.jpg", "Party/x.jpg", at="ada/wedding")
    folder.gallery("title: T\n", "é.jpg", unicodedata.normalize("NFD", "é.jpg"), at="ada/Wedding")
    folder.gallery("title: T\n", "a.jpg", at="Ada/x")
    folder.write("portfolio.yaml", "- title: Weddings\n- {title: x, slug: weddings}\n- title: weddings!\n")
    told = folder.told()

    assert sum("are one name on many disks" in line for line in told) == 6
    assert sum("two categories have the address “weddings”" in line for line in told) == 2
    assert all(problem.severity is Severity.ERROR for problem in folder.problems())


@pytest.mark.parametrize("name", ["policy", "portfolio", "g", "b", "p", "assets", "key", "About", "über uns", "a--b"])
def test_pages_keep_to_safe_free_addresses(folder, name: str):
    """A page may neither take an address of the tool nor one that hosts disagree about."""
    folder.write(f"pages/{name}.md", "---\ntitle: T\n---\nx")
    (problem,) = folder.problems()

    assert problem.path == f"pages/{name}.md"
    assert problem.severity is Severity.ERROR


def test_people_are_the_same_in_all_galleries_of_a_client(folder):
    """What one gallery leaves open another fills in; what contradicts is an error in the later file."""
    folder.gallery("title: T\npeople: {ada: {name: Ada}, bo: {born: 2020-01-01}}\n", "a.jpg", at="c/one")
    folder.gallery("title: T\npeople: {ada: {client: c}, bo: {born: 2020-01-01}}\n", "a.jpg", at="c/two")
    first, second = folder.load().galleries

    assert first.people["ada"] == second.people["ada"]
    assert (first.people["ada"].name, first.people["ada"].client) == ("Ada", "c")
    folder.gallery("title: T\npeople: {ada: {name: Ada B}, bo: {born: 2020-01-02}}\n", at="c/two")
    assert [(p.path, p.line, p.col) for p in folder.problems()] == [
        ("clients/c/two/gallery.yaml", 2, 10),
        ("clients/c/two/gallery.yaml", 2, 30),
    ]
    folder.gallery("title: T\npeople: {ada: {name: Somebody else}}\n", "a.jpg", at="other/x")
    assert len(folder.problems()) == 2


def test_portfolio_entries_have_to_exist(folder):
    """An entry that is no photo is told at its place, with the one that was meant."""
    folder.gallery("title: T\n", "MJ-0042.jpg", "dance.mp4")
    folder.write(
        "portfolio.yaml", "- title: W\n  photos:\n    - ada-lin/wedding/MJ-0042.jpeg\n    - ada-lin/wedding/dance.mp4\n"
    )
    first, second = folder.problems()

    assert (first.line, first.col, first.hint) == (3, 7, "did you mean ada-lin/wedding/MJ-0042.jpg?")
    assert second.message == "clips cannot be in the portfolio"


def test_links_are_never_followed_outside(folder, tmp_path: Path):
    """Photos, YAML, pages and folders behind links to outside are Problems; a link to a photo inside is followed."""
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(b"")
    (tmp_path / "elsewhere").mkdir()
    folder.gallery("title: T\n", "a.jpg")
    gallery = folder.content / "clients/ada-lin/wedding"
    (gallery / "b.jpg").symlink_to("a.jpg")
    (gallery / "out.jpg").symlink_to(secret)
    (gallery / "dead.jpg").symlink_to("nowhere.jpg")
    (gallery / "around").symlink_to(gallery)
    (folder.content / "clients/ada-lin/client.yaml").symlink_to(secret)
    (folder.content / "clients/eve").symlink_to(tmp_path / "elsewhere")
    (folder.content / "policy.md").symlink_to(secret)
    site, problems = load_site(folder.content)

    assert site is None
    assert {problem.path.rpartition("/")[2] for problem in problems} == {
        "out.jpg", "dead.jpg", "around", "client.yaml", "eve", "policy.md",
    }  # fmt: skip
    (gallery / "out.jpg").unlink()
    assert not any("b.jpg" in problem.path for problem in folder.problems())


def test_odd_files(folder):
    """Raw files and clips nobody can play are left out, other files are a remark, odd names and pipes are told."""
    folder.gallery("title: T\n", "a.jpg", "raw.CR3", "film.mov", "notes.txt", "bad\x1bname.jpg")
    os.mkfifo(folder.content / "clients/ada-lin/wedding/pipe.jpg")
    by_name = {p.path.rpartition("/")[2]: p.severity for p in folder.problems()}

    assert by_name == {
        "raw.CR3": Severity.LEFT_OUT,
        "film.mov": Severity.LEFT_OUT,
        "bad\\x1bname.jpg": Severity.LEFT_OUT,
        "notes.txt": Severity.WARNING,
        "pipe.jpg": Severity.ERROR,
    }


def test_a_name_that_is_no_unicode(folder):
    """Bytes that are no text in a file name leave that photo out and can still be printed."""
    folder.gallery("title: T\n", "a.jpg")
    os.close(os.open(os.fsencode(folder.content / "clients/ada-lin/wedding") + b"/\xff.jpg", os.O_CREAT | os.O_WRONLY))
    (problem,) = folder.problems()

    assert problem.severity is Severity.LEFT_OUT
    assert str(problem).encode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("name: é\n".encode("latin-1"), "not UTF-8"),
        ("name: x\n".encode("utf-16"), "not UTF-8"),
        (b"name: a\x00b\n", "control character (U+0000)"),
        (b"", "`name` is missing"),
        (b"# nothing\n", "`name` is missing"),
        (b"- a\n", "should be a block of keys"),
        (b"just words\n", "should be a block of keys"),
    ],
)
def test_files_that_are_no_settings(folder, data: bytes, words: str):
    """Other encodings, binary files, empty files and other shapes are one Problem each."""
    folder.write("site.yaml", data)
    (problem,) = folder.problems()

    assert words in problem.message
    assert problem.hint


def test_a_byte_order_mark_is_no_problem(folder):
    """Editors on Windows put one in front."""
    folder.write("site.yaml", b"\xef\xbb\xbfname: SO\r\nlanguage: en\r\n")

    assert folder.load().name == "SO"


def test_missing_files(folder):
    """Without site.yaml there is no site; a file with nearly its name is pointed out; no folder is told as such."""
    (folder.content / "site.yaml").rename(folder.content / "site.yml")

    assert folder.told() == ["site.yaml: this file is missing", "site.yml: “site.yml” is not read"]
    assert folder.problems()[1].hint == "did you mean site.yaml?"
    assert load_site(folder.content / "nowhere")[1][0].message == "there is no such folder"


def test_a_folder_of_photos_without_gallery_yaml(folder):
    """Nobody's photos are forgotten in silence; other folders of a client are left alone."""
    folder.write("clients/ada/party/a.jpg", b"")
    folder.write("clients/ada/contracts/contract.pdf", b"")
    folder.write("clients/ada/trip/Galery.yml", "title: T\n")
    told = {problem.path: problem.hint for problem in folder.problems()}

    assert set(told) == {"clients/ada/party", "clients/ada/trip/Galery.yml"}
    assert told["clients/ada/trip/Galery.yml"] == "did you mean gallery.yaml?"


def test_front_matter_counts_its_lines(folder):
    """A slip in front matter is told at the line of the file."""
    folder.write("pages/about.md", "---\ntitle: T\nnav: soon\n---\nx")

    assert folder.told()[0].startswith("pages/about.md:3:6: `nav` should be")


def test_an_empty_portfolio_and_client_are_fine(folder):
    """Files with nothing but remarks mean nothing."""
    folder.write("portfolio.yaml", "# nothing yet\n")
    folder.write("clients/ada/client.yaml", "# nothing yet\n")

    assert folder.load().portfolio == ()


def test_the_schedule_never_overflows_the_calendar(folder):
    """A hundred years after the last year of the calendar is its last day."""
    folder.write("site.yaml", "name: SO\nretention: [{data: galleries, days: 36500}]\n")
    folder.gallery("title: T\ndate: 9999-01-01\n", "a.jpg")

    assert folder.loaded_gallery().retain_until == date.max


def test_a_poster_is_not_hidden_alone(folder):
    """It would be seen with its clip all the same, so that is a slip."""
    clip = ("a.jpg", "dance.jpg", "dance.mp4")
    folder.gallery("title: T\naccess: {g: {hide: [dance.jpg]}}\n", *clip)
    assert [(p.line, p.message) for p in folder.problems()] == [
        (2, "g sees “dance.mp4”, but not “dance.jpg”, which is its poster")
    ]

    folder.gallery("title: T\naccess: {g: {hide: ['dance.*']}, h: {only: [dance.jpg]}}\n", *clip)
    assert folder.problems() == []
