"""What is made from the declarations: JSON Schemas, the manual's tables, the record of processing (`schema.kinds`)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from sogallery.cli.check import schema
from sogallery.load.files import read_page, read_yaml
from sogallery.load.tree import read_tree
from sogallery.schema.kinds import KINDS, keys, personal_fields, table
from sogallery.schema.node import Items, Node, Pairs, Report, Text, plain
from sogallery.schema.record import Basis, FileKind, Purpose, Retention, Subject

MANUAL = Path(__file__).parents[2] / "docs" / "content.md"
SAMPLE = MANUAL.parents[1] / "content"
BY_NAME = {kind.name: kind for kind in KINDS}
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)

RICH_SITE = """
name: SO
base_url: https://so.example/
renditions: {format: avif, quality: 60}
contact: {email: a@b.example}
retention: [{data: galleries, days: 365}]
originals: {metadata: keep}
deploy: {live: {host: folder, n: 3}}
"""
RICH_CLIENT = """
consents: [{purpose: publication, state: given, on: 2026-06-01, scopes: [press], evidence: x}]
acknowledged: [{version: '1', on: 2026-06-01}]
"""
RICH_GALLERY = """
title: T
date: 2026-06-13
sections: [a, {path: b, title: B}]
access: {client: , guest: {hide: ['a/*'], downloads: none}}
people: {ada: {client: c, born: 2020-02-29, guardians: [eve]}}
photos: {a/1.jpg: {people: [ada]}, b/1.jpg: Rings}
"""
POLICY = "version: '1'\neffective: 2026-01-01\n"
GOOD = {
    "site": ["name: SO\n", RICH_SITE],
    "policy": [POLICY + "significant: false\n", "version: 2\neffective: 2026-01-01\nsignificant: true\n"],
    "page": ["title: About\n", "title: About\ndescription: Us\nnav: 3\n"],
    "portfolio": ["[]", "- title: W\n  slug: w\n  photos: [c/g/a.jpg, {photo: c/g/b.jpg, alt: x}]\n"],
    "client": ["name: Ada\n", RICH_CLIENT],
    "gallery": ["title: T\n", RICH_GALLERY],
}
BAD = {
    "site": ["{}", "name: []\n", "name: SO\ntitel: x\n", "name: SO\nrenditions: {quality: 101}\n"],
    "policy": [POLICY, "[]"],
    "page": ["nav: 1\n", "title: x\nnav: -1\n"],
    "portfolio": ["{}", "- photos: []\n", "- {title: W, photos: [{alt: x}]}\n"],
    "client": ["consents: [{purpose: all, state: given, on: 2026-06-01}]\n", "fax: x\n"],
    "gallery": ["{}", "title: T\naccess: {Guest: {}}\n", "title: T\norder: size\n", "title: T\ncover: []\n"],
}
SAMPLES = [(name, text, True) for name, texts in GOOD.items() for text in texts]
SAMPLES += [(name, text, False) for name, texts in BAD.items() for text in texts]


@each_kind
def test_schemas_are_valid(kind: FileKind[object]):
    """Each kind of file has a JSON Schema of draft 2020-12 in which every key has words."""
    document = kind.json()
    Draft202012Validator.check_schema(document)

    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert all(field.doc for _, field in keys(kind))


@pytest.mark.parametrize(("name", "text", "good"), SAMPLES)
def test_schema_and_reader_agree(name: str, text: str, good: bool):
    """What the reader takes, an editor with the schema takes, and what it refuses is marked there as well."""
    kind, report = BY_NAME[name], Report("x.yaml")
    node = read_tree(text, report)
    kind.read(node, report)

    assert (not report.problems) == good, report.problems
    assert Draft202012Validator(kind.json()).is_valid(plain(node)) == good


def as_typed(node: Node) -> object:
    """The tree with every scalar as it was typed."""
    match node:
        case Items():
            return [as_typed(item) for item in node.items]
        case Pairs():
            return {key.text: as_typed(value) for key, value in node.pairs}
    return node.text


@pytest.mark.parametrize("text", [text for texts in (*GOOD.values(), *BAD.values()) for text in texts])
def test_the_tree_is_the_one_pyyaml_reads(text: str):
    """Apart from places nothing is added or lost; `on:` stays a word."""
    assert as_typed(read_tree(text, Report("x"))) == yaml.load(text, yaml.BaseLoader)


@pytest.mark.parametrize(
    ("text", "value"), [("007", "007"), ("yes", "yes"), ("1e3", "1e3"), ("+5", 5), ("-0", 0), ("~", None)]
)
def test_plain_scalars(text: str, value: object):
    """Octal, yes and floats stay words: a host's setting is never changed behind one's back."""
    assert plain(Text(text)) == value
    assert plain(Text(text, quoted=True)) == text


@each_kind
def test_the_manual_has_every_key_and_no_other(kind: FileKind[object]):
    """The table under the file's heading is the one made from the declarations (`sogallery schema --markdown`)."""
    manual = MANUAL.read_text(encoding="utf-8")
    chapter = manual.partition(f"\n## {kind.pattern}\n")[2].partition("\n## ")[0]

    assert table(kind) in chapter
    assert set(re.findall(r"^\| `([^`]+)` \|", chapter, re.MULTILINE)) == {key for key, _ in keys(kind)}


def test_examples_in_the_manual_are_right():
    """Every YAML example below a file's heading is what that file may say."""
    chapters = MANUAL.read_text(encoding="utf-8").split("\n## ")
    found = 0
    for kind in KINDS:
        (chapter,) = (text for text in chapters if text.startswith(f"{kind.pattern}\n"))
        for example in re.findall(r"```yaml\n(.*?)```", chapter, re.DOTALL):
            report, found = Report("x.yaml"), found + 1
            kind.read(read_tree(example, report), report)
            assert not report.problems

    assert found >= 3


@each_kind
def test_the_sample_site_is_valid_in_an_editor(kind: FileKind[object]):
    """Every file of the sample satisfies the schema of its kind, and the reader."""
    files = sorted(SAMPLE.glob(kind.pattern))
    validator = Draft202012Validator(kind.json())
    for file in files:
        report = Report(str(file.relative_to(SAMPLE)))
        node = read_page(SAMPLE, report)[0] if file.suffix == ".md" else read_yaml(SAMPLE, report)
        kind.read(node, report)
        assert not report.problems
        assert not list(validator.iter_errors(plain(node)))

    assert files


PERSONAL = re.compile(
    r"(^|[.\]])(name|email|phone|address|born|people|guardians|client|person|evidence|witness|signer|title|caption|by|veto|"
    r"recognisable|unsure|not_recognisable|consents|acknowledged|relation)$"
)
ABOUT_NOBODY = {
    ("site.yaml", "name"),  # the studio's public name
    ("pages/*.md", "title"),
    ("portfolio.yaml", "[].title"),
    ("releases/*.yaml", "signer"),  # a block; its keys say it
    ("releases/*.yaml", "template.name"),
}


def test_personal_data_says_why_it_is_kept():
    """Every key that can hold personal data has a purpose, a basis and a retention class."""
    declared = {(entry.file, entry.key) for entry in personal_fields()}
    silent = [
        (kind.pattern, key)
        for kind in KINDS
        for key, _ in keys(kind)
        if PERSONAL.search(key) and (kind.pattern, key) not in declared | ABOUT_NOBODY
    ]

    assert silent == []


def test_the_record_of_processing_is_complete():
    """Each entry names whose data it is, a DPV purpose, a point of Art. 6(1) and a class of the schedule."""
    entries = personal_fields()

    assert len(entries) > 30
    for entry in entries:
        assert entry.doc
        assert entry.personal.subject in Subject
        assert entry.personal.purpose in Purpose
        assert entry.personal.basis in Basis
        assert entry.personal.retention in Retention


def test_schema_command(tmp_path: Path):
    """`schema` prints all schemas, `schema KIND` one, `--out` writes a file for each kind."""
    run = CliRunner().invoke
    everything, one = run(schema, []), run(schema, ["gallery"])
    written = run(schema, ["--out", str(tmp_path / "s")])

    assert set(json.loads(everything.stdout)) == set(BY_NAME)
    assert json.loads(one.stdout)["title"] == "clients/*/*/gallery.yaml"
    assert written.exit_code == 0
    for name, kind in BY_NAME.items():
        assert json.loads((tmp_path / "s" / f"{name}.schema.json").read_text(encoding="utf-8")) == kind.json()


def test_schema_command_cannot_write(tmp_path: Path):
    """A folder that cannot be made is a disk fault (7) with a hint."""
    (tmp_path / "s").write_text("a file")
    result = CliRunner().invoke(schema, ["--out", str(tmp_path / "s" / "t")])

    assert result.exit_code == 7
    assert "hint:" in result.stderr
