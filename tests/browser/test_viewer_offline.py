"""The copy for a computer: sealed as on the host, opened from its folder without a connection."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.axe import violations
from tests.browser.conftest import enter
from tests.browser.engines import Browser, Look, PlaywrightBrowser, SeleniumBrowser
from tests.browser.sealing import PASSPHRASE, Sealed, make, some_shots
from tests.browser.server import Host

# The ZIP as the page hands it to the browser; how browsers save files is another test.
CATCH = """
delete globalThis.showSaveFilePicker;
navigator.serviceWorker.register = () => Promise.reject(new Error('not here'));
window.copies = [];
const make = URL.createObjectURL;
URL.createObjectURL = (blob) => { if (/zip/.test(blob.type)) copies.push(blob); return make.call(URL, blob); };
"""
READ = """
const url = await new Promise((done) => { const r = new FileReader(); r.onload = () => done(r.result); r.readAsDataURL(copies[0]); });
return url.slice(url.indexOf(',') + 1);
"""
SAID = ".taking [role=status]"


def begin_copy(browser: Browser, host: Host, sealed: Sealed, originals: bool) -> None:
    """Opens the gallery and its menu, and starts the copy."""
    enter(browser, host, sealed)
    browser.js(CATCH)
    browser.visible(".bar .menu")
    browser.click(".bar .menu")
    browser.visible(".taking .plain-button")
    if originals:
        browser.click("#with-originals")
    browser.click(".taking .plain-button")


def copy(browser: Browser, host: Host, sealed: Sealed, originals: bool = False) -> bytes:
    """The finished ZIP."""
    begin_copy(browser, host, sealed, originals)
    browser.wait("document.querySelector(arguments[0]).innerText.startsWith('The copy is made')", SAID)
    return base64.b64decode(browser.js(READ))


def unpack(data: bytes, folder: Path) -> Path:
    """Unpacks the ZIP as a person does; the gallery's folder."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    (inside,) = folder.iterdir()
    return inside


def give_folder(browser: Browser, folder: Path) -> None:
    """Chooses a folder. Only Chromium lets a driver do that; the others are given the folder's files."""
    files = [str(path) for path in folder.rglob("*") if path.is_file()]
    browser.visible("#door .open")
    if browser.name == "chromium":
        assert isinstance(browser, PlaywrightBrowser)
        browser.page.set_input_files("#door input", str(folder))
        return
    browser.js(
        "const i = document.querySelector('#door input'); i.removeAttribute('webkitdirectory'); i.hidden = false"
    )
    if isinstance(browser, PlaywrightBrowser):
        browser.page.set_input_files("#door input", files)
    else:
        assert isinstance(browser, SeleniumBrowser)
        browser.driver.find_element("css selector", "#door input").send_keys("\n".join(files))


def unlock_copy(browser: Browser, sealed: Sealed) -> None:
    """Pastes the link that was sent, types the passphrase."""
    browser.visible("#passphrase")
    assert "same link and passphrase" in browser.text(".intro")
    browser.type("#passphrase", f"https://x.example/{sealed.page}{sealed.fragments['client']}")
    browser.press("Enter")
    browser.wait("document.querySelector('.locked label')?.innerText === 'Passphrase'")
    browser.type("#passphrase", PASSPHRASE)
    browser.press("Enter")
    browser.wait("document.querySelector('.gallery .tile.loaded')")


@pytest.fixture(scope="module")
def small(viewer: Path, tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """A gallery of eight photos."""
    return make(
        tmp_path_factory.mktemp("small"), viewer, some_shots(8, sections=2), titles=("Morning", "Evening"), seed=51
    )


def test_it_is_sealed_and_complete(
    browser: Browser, small: Sealed, serve: Callable[[Path], Host], tmp_path: Path
) -> None:
    """Every sealed file is as on the host; beside them are only the viewer, a start page and a note without any name or key."""
    folder = unpack(copy(browser, serve(small.folder), small, originals=True), tmp_path)
    sealed = {path.name: path.read_bytes() for path in (folder / "b").rglob("*") if path.is_file()}

    on_host = {path.name: path.read_bytes() for path in (small.folder / "b").rglob("*") if path.is_file()}
    assert sealed == on_host
    assert (folder / "gallery.json").read_bytes() == (small.folder / small.page / "gallery.json").read_bytes()
    others = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.parts[-3] != "b"}
    viewer = {"viewer/offline.js", "viewer/viewer.css", "viewer/viewer.LICENSES.txt"}
    assert others == viewer | {"Open gallery.html", "README.txt", "gallery.json"}
    told = (folder / "Open gallery.html").read_text() + (folder / "README.txt").read_text() + folder.name
    for word in ("Ada", "Morning", "MJ-", "copper", small.fragments["client"][3:]):
        assert word not in told, word


def test_it_opens_from_its_folder(
    open_browser: Callable[[Look], Browser], small: Sealed, serve: Callable[[Path], Host], tmp_path: Path
) -> None:
    """From file:, with the host gone: folder, link, passphrase, photos, lightbox down to the original; nothing is fetched."""
    host = serve(small.folder)
    folder = unpack(copy(open_browser(Look()), host, small, originals=True), tmp_path)
    host.close()
    browser = open_browser(Look(900, 600))
    asked: list[str] = []
    if isinstance(browser, PlaywrightBrowser):
        browser.page.on("request", lambda request: asked.append(request.url))
    browser.go((folder / "Open gallery.html").as_uri())
    give_folder(browser, folder)
    unlock_copy(browser, small)
    browser.js("scrollTo(0, document.documentElement.scrollHeight)")
    browser.wait("document.querySelector('.tile.loaded[data-index=\"7\"]')")

    assert browser.text(".cover h1") == "Ada & Lin"
    browser.js("scrollTo(0, 0)")
    browser.click('[data-index="1"] .photo')
    browser.wait("[...document.querySelectorAll('.pswp__img')].some(i => i.naturalWidth === 640)")
    browser.press("z")
    browser.wait("[...document.querySelectorAll('.pswp__img')].some(i => i.naturalWidth === 1200)")
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []
    browser.press("Escape")
    browser.wait("!document.querySelector('.pswp')")
    browser.js("document.querySelector('.bar [aria-label=Lock]').click()")
    browser.visible("#passphrase")
    assert "Ada" not in browser.js("return document.documentElement.outerHTML + document.title")


def test_without_originals(
    open_browser: Callable[[Look], Browser], small: Sealed, serve: Callable[[Path], Host], tmp_path: Path
) -> None:
    """The smaller copy has no original, and its page does not offer any."""
    folder = unpack(copy(open_browser(Look()), serve(small.folder), small), tmp_path)
    names = {path.name for path in (folder / "b").rglob("*")}
    assert names.isdisjoint(small.names[name, "original"] for name in small.originals)
    browser = open_browser(Look())
    browser.go((folder / "Open gallery.html").as_uri())
    give_folder(browser, folder)
    unlock_copy(browser, small)
    browser.visible(".bar .download")
    browser.click(".bar .download")
    browser.visible("dialog.downloads form")

    assert "Full size" not in browser.text("dialog.downloads")


def test_the_wrong_folder(
    open_browser: Callable[[Look], Browser],
    small: Sealed,
    sealed: Sealed,
    serve: Callable[[Path], Host],
    tmp_path: Path,
) -> None:
    """Another gallery's folder is refused with a sentence; the right one opens after it. The question is accessible."""
    folder = unpack(copy(open_browser(Look()), serve(small.folder), small), tmp_path / "copy")
    other = tmp_path / "other"
    other.mkdir()
    (other / "gallery.json").write_bytes((sealed.folder / sealed.page / "gallery.json").read_bytes())
    browser = open_browser(Look())
    browser.go((folder / "Open gallery.html").as_uri())
    browser.visible("#door .open")
    assert violations(browser) == []
    give_folder(browser, other)
    browser.wait("document.querySelector('.problem').innerText.startsWith('There is no gallery in that folder')")
    give_folder(browser, folder)
    unlock_copy(browser, small)


def test_a_file_that_is_missing(
    open_browser: Callable[[Look], Browser], small: Sealed, serve: Callable[[Path], Host], tmp_path: Path
) -> None:
    """A copy that lost a file shows the rest."""
    folder = unpack(copy(open_browser(Look()), serve(small.folder), small), tmp_path)
    name = small.names["MJ-0002.jpg", "display"]
    (folder / "b" / name[:2] / name).unlink()
    browser = open_browser(Look())
    browser.go((folder / "Open gallery.html").as_uri())
    give_folder(browser, folder)
    unlock_copy(browser, small)
    browser.click('[data-index="1"] .photo')

    browser.wait("document.querySelector('.pswp__error-msg')?.innerText.includes('could not be fetched')")


def test_damage_stops_the_copy(browser: Browser, small: Sealed, serve: Callable[[Path], Host]) -> None:
    """What the host changed is found while copying, and there is no ZIP that looks whole."""
    host = serve(small.folder)
    name = small.names["MJ-0003.jpg", "display"]
    damaged = bytearray(small.object(name).read_bytes())
    damaged[99] ^= 1
    host.fault = lambda path: (200, "application/octet-stream", bytes(damaged)) if path.endswith(name) else None
    begin_copy(browser, host, small, originals=False)
    browser.wait("document.querySelector(arguments[0]).innerText.includes('not as the studio made them')", SAID)

    assert browser.js("return copies.length") == 0
