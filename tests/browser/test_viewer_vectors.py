"""The vectors of soga/1, run by the viewer's own code in three engines."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT, VIEWER
from tests.browser.engines import Browser
from tests.browser.server import Host

FILES = sorted(path.name for path in (ROOT / "tests" / "vectors").glob("*.json"))


@pytest.fixture(scope="session")
def vector_page(viewer: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the vectors and a page that has the viewer's vector runner."""
    folder = tmp_path_factory.mktemp("vectors")
    esbuild = VIEWER / "node_modules" / ".bin" / "esbuild"
    command = [
        esbuild, "test/vectors.ts", "--bundle", "--format=iife", "--global-name=vectors",
        f"--outfile={folder / 'run.js'}",
    ]  # fmt: skip
    subprocess.run(command, cwd=VIEWER, check=True, capture_output=True)
    for name in FILES:
        shutil.copy(ROOT / "tests" / "vectors" / name, folder / name)
    (folder / "index.html").write_text('<!doctype html><meta charset="utf-8"><script src="run.js"></script>')
    return folder


def test_every_vector(vector_page: Path, browser: Browser, serve: Callable[[Path], Host]) -> None:
    """Each vector opens, or fails with its class, exactly as in Python."""
    browser.go(serve(vector_page).url)
    known = browser.js("return vectors.FILES")

    assert sorted(known) == FILES
    for name in FILES:
        body = "return vectors.mismatches(arguments[0], await (await fetch(arguments[0])).json())"
        assert browser.js(body, name) == []
