"""YAML to a tree with places (`load.tree`)."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sogallery.load import tree
from sogallery.load.tree import read_tree
from sogallery.schema.node import Items, Node, Pairs, Report, Text, plain


def read(text: str) -> tuple[Node | None, list[str]]:
    """The tree and the Problems of a text."""
    report = Report("x.yaml")
    node = read_tree(text, report)
    assert all(problem.hint for problem in report.problems)
    return node, [str(problem) for problem in report.problems]


def test_places_are_those_an_editor_shows():
    """Line and column count from 1, and scalars stay as they were typed."""
    node, problems = read('a: yes\nb:\n  - "007"\n  - 2026-08-31\n')

    assert not problems
    assert node == Pairs(
        (
            (Text("a", False, 1, 1), Text("yes", False, 1, 4)),
            (Text("b", False, 2, 1), Items((Text("007", True, 3, 5), Text("2026-08-31", False, 4, 5)), 3, 3)),
        ),
        1,
        1,
    )


def test_emoji_and_any_script_survive():
    """Text beyond the basic plane, right-to-left text and markup come through."""
    words = "💍 حفل زفاف <b>&amp;</b> 婚礼"

    assert plain(read(f'title: "{words}"')[0]) == {"title": words}


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: &x [1]\nb: *x\n", "x.yaml:1:4", "anchors"),
        ("a: *x\n", "x.yaml:1:4", "anchors"),
        ("a: !!python/object/apply:os.system [id]\n", "x.yaml:1:4", "tags"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2:1", "second document"),
        ("a: 1\na: 2\n", "x.yaml:2:1", "twice"),
        ("[a]: 1\n", "x.yaml:1:1", "a key has to be a text"),
        ("title: Bob's: party\n", "x.yaml:1:13", "not YAML"),
        ("a:\n\tb: 1\n", "x.yaml:2:1", "tab"),
        ("a: 'x\n", "x.yaml:2:1", "not YAML"),
        ("a: [1,\n", "x.yaml:2:1", "not YAML"),
        ("a: 1\n  b: 2\n", "x.yaml:2:4", "not YAML"),
        ('a: "\\q"\n', "x.yaml:1:5", "not YAML"),
        ("[" * 100, "x.yaml:1:18", "nested too deeply"),
    ],
)
def test_what_is_refused(text: str, place: str, words: str):
    """Every trick and slip is one Problem at its place, with a hint."""
    node, (problem,) = read(text)

    assert problem.startswith(f"{place}: ")
    assert words in problem
    assert node is None or "twice" in problem or "a key" in problem


def test_a_bomb_of_aliases_is_defused():
    """Ten lines that would unfold to billions of items cost one Problem."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]

    assert len(read("\n".join(lines))[1]) == 1


@pytest.mark.parametrize("text", ["", "# only a remark\n", "---\n", "\n\n"])
def test_nothing_is_an_empty_text(text: str):
    """A file without content is no Problem of YAML; the schema judges it."""
    node, problems = read(text)

    assert isinstance(node, Text)
    assert node.empty
    assert not problems


def test_front_matter_counts_lines_of_the_whole_file():
    """A Problem in front matter names the line of the file, not of the block."""
    report = Report("p.md")
    read_tree("a: 1\na: 2\n", report, first_line=2)

    assert [problem.line for problem in report.problems] == [3]


YAMLISH = st.text(st.sampled_from("ab:-[]{}'\"\\&*!|>%@`#,?~\n\t \x85\u20281é💍"), max_size=60)


@pytest.mark.parametrize("loader", [tree._LOADER, yaml.SafeLoader])
@given(text=YAMLISH | st.text(max_size=60))
def test_garbage_never_raises(loader: object, text: str):
    """With either of PyYAML's parsers, any text gives a tree or Problems with place and hint."""
    report = Report("x.yaml")
    before, tree._LOADER = tree._LOADER, loader
    try:
        node = read_tree(text, report)
    finally:
        tree._LOADER = before

    assert node is not None or report.problems
    assert all(problem.hint and problem.path == "x.yaml" and problem.line >= 0 for problem in report.problems)


@pytest.mark.parametrize("escape", ["\\UFFFFFFFF", "\\U00110000", "\\ud800"])
def test_impossible_escapes(escape: str):
    """Escapes for characters that do not exist are Problems, not crashes, in the slow parser as well."""
    report = Report("x.yaml")
    before, tree._LOADER = tree._LOADER, yaml.SafeLoader
    try:
        node = read_tree(f'a: "{escape}"', report)
    finally:
        tree._LOADER = before

    assert report.problems or plain(node) == {"a": "\ud800"}
