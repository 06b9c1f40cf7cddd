"""Whatever stands in the files: never an exception, always Problems with a place and a hint, never half a site."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sogallery.load import load_anyway, load_site
from sogallery.load.tree import read_tree
from sogallery.model import Severity
from sogallery.schema.kinds import KINDS, keys
from sogallery.schema.node import Report

NAMES = sorted({part.strip("[]*") for kind in KINDS for key, _ in keys(kind) for part in key.split(".")} - {""})
WORDS = st.sampled_from(
    [*NAMES, "client", "guest", "link", "*", "a.jpg", "order:x", "publication", "given", "0", "", "~"]
)
SCALARS = (
    WORDS
    | st.text(max_size=8)
    | st.integers()
    | st.booleans()
    | st.none()
    | st.floats()
    | st.dates(date(1, 1, 1)).map(str)
    | st.sampled_from(["2026-02-30", "https://x.example/", "a@b.example", "../../x", "😀", "9" * 5000])
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=6),
    max_leaves=25,
)
DOCUMENTS = TREES.map(lambda tree: yaml.safe_dump(tree, allow_unicode=True)) | st.text(max_size=200)


@given(st.sampled_from(KINDS), DOCUMENTS)
@settings(max_examples=400)
def test_any_file_is_read_or_told(kind, text: str):
    """Every kind of file takes any document without raising; each Problem has its place, words and a hint."""
    report = Report("x.yaml")
    value = kind.read(read_tree(text, report), report)

    assert value is not None or report.problems
    for problem in report.problems:
        assert problem.path == "x.yaml"
        assert problem.line >= 0
        assert problem.message
        assert problem.hint


@given(st.dictionaries(st.sampled_from(NAMES), TREES, max_size=6), st.lists(st.sampled_from(NAMES), max_size=3))
def test_unknown_keys_are_always_told(tree: dict[str, object], strange: list[str]):
    """A key that a kind of file does not know is never taken in silence."""
    for kind in KINDS:
        known = {key for key, _ in keys(kind)}
        report = Report("x.yaml")
        kind.read(read_tree(yaml.safe_dump({**tree, **dict.fromkeys(strange, "x")}), report), report)
        if any(key not in known for key in {*tree, *strange}):
            assert report.problems


FILES = ["site.yaml", "policy.md", "portfolio.yaml", "pages/about.md", "clients/c/client.yaml"]
FILES += ["clients/c/g/gallery.yaml", "clients/c/h/gallery.yaml", "clients/c/g/a.jpg", "clients/c/g/s/b.jpg"]


@given(
    st.dictionaries(st.sampled_from(FILES), DOCUMENTS | DOCUMENTS.map(lambda text: f"---\n{text}---\nBody"), min_size=3)
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_any_site_is_read_or_told(files: dict[str, str]):
    """A whole site of garbage: all Problems in one run, the same each time, and a Site only if none is an error."""
    with tempfile.TemporaryDirectory() as name:
        content = Path(name)
        for path, text in files.items():
            (content / path).parent.mkdir(parents=True, exist_ok=True)
            (content / path).write_bytes(text.encode("utf-8", "surrogatepass"))
        site, problems = load_site(content)
        again = load_anyway(content)[1]

    assert problems == again == sorted(problems)
    assert (site is None) == any(problem.severity is Severity.ERROR for problem in problems)
    assert all(problem.path and problem.message and problem.hint for problem in problems)
