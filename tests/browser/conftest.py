"""Every test that takes `browser` runs in Chromium, Firefox and WebKit, with a page and a storage of its own."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.browser.engines import ENGINES, HINT, Browser, Look, MissingEngineError, Opener, running
from tests.browser.sealing import PASSPHRASE, Sealed, make, some_shots
from tests.browser.server import Host

ROOT = Path(__file__).resolve().parents[2]
VIEWER = ROOT / "viewer"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The viewer, built from its sources, or as SOGALLERY_VIEWER names it."""
    if built := os.environ.get("SOGALLERY_VIEWER"):
        return Path(built)
    npm = shutil.which("npm")
    assert npm, "npm is needed to build the viewer; tests/run brings one along"
    if not (VIEWER / "node_modules").is_dir():
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=VIEWER, check=True)
    subprocess.run([npm, "run", "--silent", "build"], cwd=VIEWER, check=True)
    return Path(shutil.copytree(VIEWER / "dist", tmp_path_factory.mktemp("viewer") / "dist"))


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[tuple[str, Opener]]:
    """A running engine; its absence is a failure."""
    name = str(request.param)
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(running(name))
        except Exception as error:
            raise MissingEngineError(f"{name} cannot be used: {error}\nhint: {HINT}") from error
        yield name, opened


@pytest.fixture
def open_browser(engine: tuple[str, Opener]) -> Iterator[Callable[[Look], Browser]]:
    """Opens a page with a look; all are closed in the end."""
    with ExitStack() as stack:
        yield lambda look: stack.enter_context(engine[1](look))


@pytest.fixture
def browser(open_browser: Callable[[Look], Browser]) -> Browser:
    """A fresh desktop page."""
    return open_browser(Look())


@pytest.fixture(scope="session")
def sealed(viewer: Path, tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """A gallery of 40 photos in three chapters, for tests that do not change it."""
    shots = some_shots(40, sections=3)
    return make(tmp_path_factory.mktemp("gallery"), viewer, shots, titles=("Getting ready", "Ceremony", "The party"))


RECORD = """
const canvas = Object.assign(document.createElement('canvas'), {width: 160, height: 90}), pen = canvas.getContext('2d');
const recorder = new MediaRecorder(canvas.captureStream(25), {mimeType: 'video/webm;codecs=vp9'}), parts = [];
recorder.ondataavailable = event => parts.push(event.data);
const over = new Promise(done => { recorder.onstop = done; });
recorder.start();
for (let i = 0; i < 25; i++) {
    pen.fillStyle = `hsl(${i * 10} 60% 50%)`;
    pen.fillRect(0, 0, 160, 90);
    await new Promise(done => setTimeout(done, 40));
}
recorder.stop();
await over;
return btoa(String.fromCharCode(...new Uint8Array(await new Blob(parts).arrayBuffer())));
"""


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A second of VP9 in WebM, 160 x 90, drawn and recorded by Chromium; all engines here can play it."""
    folder = tmp_path_factory.mktemp("recorder")
    (folder / "index.html").write_text("<!doctype html>")
    recorder = Host(folder)
    # In a process of its own: Playwright allows one event loop, which the engine under test may have.
    code = (
        "import sys; from tests.browser.engines import Look, running\n"
        "with running('chromium') as opened, opened(Look()) as browser:\n"
        "    browser.go(sys.argv[1]); print(browser.js(sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, recorder.url, RECORD]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    recorder.close()
    return base64.b64decode(done.stdout)


@pytest.fixture
def serve() -> Iterator[Callable[[Path], Host]]:
    """Serves a folder for the time of the test."""
    hosts: list[Host] = []

    def start(folder: Path) -> Host:
        hosts.append(Host(folder))
        return hosts[-1]

    yield start
    for host in hosts:
        host.close()


@pytest.fixture
def host(sealed: Sealed, serve: Callable[[Path], Host]) -> Host:
    """The shared gallery's host."""
    return serve(sealed.folder)


def enter(browser: Browser, host: Host, sealed: Sealed, passphrase: str = PASSPHRASE, grant: str = "client") -> None:
    """Opens a gallery as its client does: the link, the passphrase, Enter; waits for the first thumbs."""
    browser.go(host.url + sealed.page + sealed.fragments[grant])
    browser.type("#passphrase", passphrase)
    browser.press("Enter")
    browser.wait("document.querySelector('.gallery .tile.loaded')")
