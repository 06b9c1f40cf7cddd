"""Every state of the sample site as a picture, for people to look at: test-artifacts/screenshots/ENGINE/LOOK/."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.conftest import ROOT
from tests.browser.engines import PHONE, Browser, Look
from tests.browser.server import Host

ARTEFACTS = ROOT / "test-artifacts" / "screenshots"
LOOKS = {
    "phone": PHONE,
    "phone-dark": Look(390, 844, 2, touch=True, dark=True),
    "desktop": Look(),
    "desktop-dark": Look(dark=True),
}
PHOTO = ".tile .photo"
CALM = "await Promise.all(document.getAnimations().map(a => a.finished.catch(() => 0)))"


@dataclass(frozen=True)
class Sample:
    """The built sample, served: the wedding's page, link and passphrase."""

    host: Host
    page: str
    fragment: str
    passphrase: str


@pytest.fixture(scope="module")
def sample(viewer: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """The sample site, as `sogallery new --demo` makes and `sogallery build` builds it."""
    root = tmp_path_factory.mktemp("sample")
    environ = {**os.environ, "SOGALLERY_STUDIO_SECRET": "22" * 32, "PYTHONPATH": str(ROOT)}

    def call(*words: str) -> str:
        command = [sys.executable, "-m", "sogallery", *words]
        return subprocess.run(command, cwd=root, env=environ, check=True, stdout=subprocess.PIPE, text=True).stdout

    call("new", "site", "--demo")
    call("build", "--content", "site/content")
    rows = json.loads(call("access", "show", "ada-lin/wedding", "--json", "--content", "site/content"))
    (row,) = [row for row in rows if row["grant"] == "client"]
    host = Host(root / "site" / "dist")
    yield Sample(host, f"{host.url}g/{row['id']}/", "#" + row["link"].partition("#")[2], row["passphrase"])
    host.close()


@pytest.fixture
def take(engine: tuple[str, object], look: str) -> Callable[[Browser, str], None]:
    """Takes a picture of a state, in which nothing may be wider than the window."""
    folder = ARTEFACTS / engine[0] / look
    folder.mkdir(parents=True, exist_ok=True)

    def picture(browser: Browser, state: str) -> None:
        browser.js(CALM)
        assert browser.js("return document.documentElement.scrollWidth <= innerWidth"), state
        path = folder / f"{state}.png"
        path.unlink(missing_ok=True)
        browser.screenshot(path)
        with Image.open(path) as image:
            assert sum(map(bool, image.convert("L").histogram())) > 8, f"{state}: an empty page"

    return picture


@pytest.fixture
def device(open_browser: Callable[[Look], Browser], look: str) -> Browser:
    return open_browser(LOOKS[look])


everywhere = pytest.mark.parametrize("look", LOOKS)


@everywhere
def test_public_pages(device: Browser, sample: Sample, take: Callable[[Browser, str], None]) -> None:
    """Home, portfolio, one of its photos, a page of words, and a page that is not there."""
    for state, path in {"home": "", "portfolio": "portfolio/", "words": "about/", "policy": "policy/"}.items():
        device.go(sample.host.url + path)
        device.js("for (const image of document.images) image.loading = 'eager'")
        device.wait("[...document.images].every((image) => image.complete)")
        take(device, f"public-{state}")


@everywhere
def test_locked_page(device: Browser, sample: Sample, take: Callable[[Browser, str], None]) -> None:
    """Asking for the passphrase, saying that it is wrong, and asking for a link that got lost."""
    device.go(sample.page + sample.fragment)
    device.visible("#passphrase")
    take(device, "locked")
    device.type("#passphrase", "not these words")
    device.press("Enter")
    device.wait("document.querySelector('.problem')?.innerText")
    take(device, "locked-wrong")
    device.go(sample.page + "#k=AAAA")
    device.wait("document.querySelector('.problem')?.innerText")
    take(device, "locked-broken-link")


@everywhere
def test_gallery(device: Browser, sample: Sample, take: Callable[[Browser, str], None]) -> None:
    """Cover, grid, photo, choosing, sharing, lists, saving, menu, and locked again."""
    device.go(sample.page + sample.fragment)
    device.type("#passphrase", sample.passphrase)
    device.press("Enter")
    device.wait("document.querySelector('.tile .heart')")
    device.wait("[...document.querySelectorAll('.cover img')].every((image) => image.complete && image.naturalWidth)")
    take(device, "cover")
    device.js("document.querySelector('.chapters').scrollIntoView({behavior: 'instant'})")
    device.wait("[...document.querySelectorAll('.tile')].every((tile) => tile.matches('.loaded, :has(.fault)'))")
    take(device, "grid")
    _photo(device, take)
    _choosing(device, take)
    _panels(device, take)
    device.js("document.querySelector('.bar [aria-label=Lock]').click()")
    device.visible("#passphrase")
    take(device, "locked-again")


def _photo(browser: Browser, take: Callable[[Browser, str], None]) -> None:
    browser.js(f"document.querySelector('{PHOTO}').click()")
    browser.visible(".pswp--open")
    browser.wait("document.querySelector('.pswp__item[aria-hidden=false] img')?.complete")
    browser.js("await new Promise(done => setTimeout(done, 600))")  # the zoom from the tile
    take(browser, "photo")
    browser.press("i")
    browser.wait("document.querySelector('.details')?.checkVisibility()")
    take(browser, "photo-details")
    browser.press("Escape")
    browser.wait("!document.querySelector('.pswp')")


def _choosing(browser: Browser, take: Callable[[Browser, str], None]) -> None:
    browser.js("document.querySelectorAll('.tile .heart')[1].click()")
    browser.js("document.querySelector(\".bar [aria-label='Choose photos']\").click()")
    browser.js("for (const place of [0, 2]) document.querySelectorAll('.tile .photo')[place].click()")
    browser.visible(".choice-bar")
    take(browser, "choosing")
    browser.js("document.querySelector('.choice-bar [aria-label^=Share]').click()")
    browser.visible("#share-link")
    take(browser, "sharing")
    browser.press("Escape")
    browser.wait("!document.querySelector('dialog[open]')")
    browser.press("Escape")
    browser.wait("!document.querySelector('.choice-bar')?.checkVisibility()")


def _panels(browser: Browser, take: Callable[[Browser, str], None]) -> None:
    for state, opener, shown in (
        ("lists", ".bar [aria-label^=Favourites]", "#list-name"),
        ("saving", ".bar .download", "dialog.downloads form"),
        ("menu", ".bar .menu", "dialog .taking"),
    ):
        browser.js("document.querySelector(arguments[0]).click()", opener)
        browser.visible(shown)
        take(browser, state)
        browser.press("Escape")
        browser.wait("!document.querySelector('dialog[open]')")


@everywhere
def test_shared_photos(device: Browser, sample: Sample, take: Callable[[Browser, str], None]) -> None:
    """What somebody sees who was sent a few photos."""
    device.go(sample.page + sample.fragment)
    device.type("#passphrase", sample.passphrase)
    device.press("Enter")
    device.wait("document.querySelector('.tile .heart')")
    device.js("document.querySelector(\".bar [aria-label='Choose photos']\").click()")
    device.js("for (const place of [0, 1, 2]) document.querySelectorAll('.tile .photo')[place].click()")
    device.js("document.querySelector('.choice-bar [aria-label^=Share]').click()")
    device.visible("#share-link")
    link = str(device.js("return document.querySelector('#share-link').value"))
    device.go("about:blank")
    device.go(link)
    device.wait("document.querySelectorAll('.tile.loaded').length === 3")
    take(device, "shared")
