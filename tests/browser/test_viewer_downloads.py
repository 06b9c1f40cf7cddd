"""Saving photos: what reaches the disk is byte for byte what the studio sealed, and what does not is said."""

from __future__ import annotations

import io
import random
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sogallery.model import Downloads
from sogallery.vault import codec
from tests.browser.axe import violations
from tests.browser.conftest import enter
from tests.browser.engines import TIMEOUT, Browser, PlaywrightBrowser
from tests.browser.sealing import Grant, Sealed, Shot, make, some_shots
from tests.browser.server import Host

START = "dialog.downloads form [type=submit]"
HEADLINE = "dialog.downloads .headline"
DONE = "40 of 40 saved. Every file was checked."
# Without the picker, which no test can click; where it is wanted, it is replaced.
NO_PICKER = "delete globalThis.showSaveFilePicker"
NO_WORKER = "navigator.serviceWorker.register = () => Promise.reject(new Error('not here'))"


@dataclass
class Device:
    """A browser, and what it saves."""

    browser: Browser

    @property
    def files(self) -> list[Path]:
        """Whole files in the folder for downloads; browsers mark those they are still writing."""
        partial = {path.stem for path in self.browser.downloads.glob("*.part")}
        found = [path for path in self.browser.downloads.iterdir() if path.suffix not in (".part", ".wkdownload")]
        return [path for path in found if path.stat().st_size and path.stem not in partial and path.name not in partial]

    def saved(self, act: Callable[[], None]) -> tuple[str, bytes]:
        """Name and content of the file that the browser saves after `act`."""
        if isinstance(self.browser, PlaywrightBrowser) and self.browser.name == "chromium":
            with self.browser.page.expect_download() as info:
                act()
            return info.value.suggested_filename, Path(info.value.path()).read_bytes()
        for file in self.files:
            file.unlink()
        act()
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end and not self.files:
            time.sleep(0.05)
        assert self.files, f"nothing was saved: {self.browser.text('dialog')}"
        return self.files[0].name, self._settled(self.files[0])

    def _settled(self, file: Path) -> bytes:
        """The content once it grows no more: Firefox may write under the final name from the start."""
        data = b""
        while data != (data := file.read_bytes()):
            time.sleep(0.3)
        return data

    def open_panel(self, setting: str = NO_PICKER) -> None:
        self.browser.visible(".bar .download")
        self.browser.js(setting)
        self.browser.click(".bar .download")
        self.browser.visible(START)

    def choose(self, label: str) -> None:
        self.browser.js(
            "[...document.querySelectorAll('dialog label')].find(l => l.innerText.includes(arguments[0])).click()",
            label,
        )

    def start(self) -> None:
        self.browser.click(START)

    def headline(self, part: str) -> None:
        self.browser.wait("document.querySelector(arguments[0])?.innerText.includes(arguments[1])", HEADLINE, part)


@pytest.fixture
def device(browser: Browser) -> Device:
    """A desktop browser."""
    return Device(browser)


def unzip(data: bytes) -> dict[str, bytes]:
    """Names and contents, every checksum checked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def originals_asked(host: Host, sealed: Sealed) -> int:
    """How often somebody asked the host for an original."""
    names = {name for (_, kind), name in sealed.names.items() if kind == "original"}
    return sum(Path(path).name in names for path in host.seen)


def damage(host: Host, sealed: Sealed, name: str, kind: str = "original") -> None:
    """The host changes one bit of an object, on every request."""
    path = f"b/{sealed.names[name, kind][:2]}/{sealed.names[name, kind]}"
    data = bytearray(sealed.object(sealed.names[name, kind]).read_bytes())
    data[len(data) // 2] ^= 1
    host.fault = lambda asked: (200, "application/octet-stream", bytes(data)) if asked == path else None


def test_everything(device: Device, host: Host, sealed: Sealed) -> None:
    """A ZIP of everything holds every original, byte for byte, under its name and in order."""
    enter(device.browser, host, sealed)
    device.open_panel()
    name, data = device.saved(device.start)

    device.headline(DONE)
    assert name == "Ada & Lin.zip"
    assert list(unzip(data).items()) == list(sealed.originals.items())


def test_file_dates(device: Device, host: Host, sealed: Sealed) -> None:
    """Files in the ZIP carry the camera's time, so that they sort by it."""
    enter(device.browser, host, sealed)
    device.open_panel()
    device.choose("Getting ready")
    _, data = device.saved(device.start)

    dates = {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(data)).infolist()}
    assert dates == {(2026, 6, 13, 12, 30, 0)}


def test_section_in_web_size(device: Device, host: Host, sealed: Sealed) -> None:
    """A chapter in web size: only its photos, only that size."""
    enter(device.browser, host, sealed)
    device.open_panel()
    device.choose("The party")
    device.choose("Web size")
    _, data = device.saved(device.start)

    files = unzip(data)
    assert list(files) == list(sealed.originals)[27:]
    assert all(content.startswith(b"\xff\xd8") and content != sealed.originals[name] for name, content in files.items())


def test_damaged_object(device: Device, host: Host, sealed: Sealed) -> None:
    """A tampered object is named and missing from the count and the ZIP; all the others are saved."""
    damage(host, sealed, "MJ-0007.jpg")
    enter(device.browser, host, sealed)
    device.open_panel()
    _, data = device.saved(device.start)

    device.headline("39 of 40 saved. 1 is missing:")
    assert device.browser.text("dialog .missing") == "MJ-0007.jpg: arrived damaged"
    files = unzip(data)
    assert b"MJ-0007.jpg: arrived damaged" in files.pop("MISSING.txt")
    assert files == {name: data for name, data in sealed.originals.items() if name != "MJ-0007.jpg"}


def test_missing_ones_again(device: Device, host: Host, sealed: Sealed) -> None:
    """What was missing can be saved by itself once the host has it again."""
    gone = sealed.names["MJ-0003.jpg", "original"]
    host.fault = lambda asked: (404, "text/html", b"<!doctype html>") if asked.endswith(gone) else None
    enter(device.browser, host, sealed)
    device.open_panel()
    device.saved(device.start)
    device.headline("39 of 40 saved. 1 is missing")
    host.fault = lambda asked: None
    _, data = device.saved(lambda: device.browser.click("dialog .saving .open"))

    device.headline("1 of 1 saved")
    assert unzip(data) == {"MJ-0003.jpg": sealed.originals["MJ-0003.jpg"]}


def test_single_original(device: Device, host: Host, sealed: Sealed) -> None:
    """One photo, saved from the lightbox, is the original file under its own name."""
    enter(device.browser, host, sealed)
    device.browser.visible(".bar .download")
    device.browser.click(".tile[data-index='2'] .photo")
    device.browser.visible(".lightbox [aria-label='Save this photo']")
    device.browser.click(".lightbox [aria-label='Save this photo']")
    device.browser.visible(START)
    name, data = device.saved(device.start)

    device.headline("1 of 1 saved")
    assert (name, data) == ("MJ-0003.jpg", sealed.originals["MJ-0003.jpg"])
    device.browser.press("Escape")
    device.browser.wait("!document.querySelector('dialog')")
    assert device.browser.js("return Boolean(document.querySelector('.lightbox'))")


def test_single_damaged(device: Device, host: Host, sealed: Sealed) -> None:
    """A damaged single photo is not saved at all, and named."""
    for file in device.files:
        file.unlink()
    damage(host, sealed, "MJ-0003.jpg")
    enter(device.browser, host, sealed)
    device.browser.visible(".bar .download")
    device.browser.click(".tile[data-index='2'] .photo")
    device.browser.visible(".lightbox [aria-label='Save this photo']")
    device.browser.click(".lightbox [aria-label='Save this photo']")
    device.browser.visible(START)
    device.start()

    device.headline("0 of 1 saved. 1 is missing:")
    assert not device.files


def test_pause(device: Device, host: Host, sealed: Sealed) -> None:
    """Paused, nothing is fetched; then it goes on to the end and nothing is lost."""
    objects = {sealed.names[name, "original"] for name in sealed.originals}
    fetched = lambda: len({path for path in host.seen if path.rpartition("/")[2] in objects})  # noqa: E731
    host.delay = lambda path: 0.1 if path.rpartition("/")[2] in objects else 0
    enter(device.browser, host, sealed)
    device.open_panel()

    def pause_and_resume() -> None:
        device.start()
        device.browser.visible("dialog .saving progress")
        device.browser.click("dialog .saving .open")
        assert device.browser.text("dialog .note") == "Paused. Nothing is lost."
        time.sleep(0.5)
        before = fetched()
        time.sleep(0.7)
        assert 0 < before == fetched() < 40
        device.browser.click("dialog .saving .open")

    _, data = device.saved(pause_and_resume)
    device.headline(DONE)
    assert unzip(data) == sealed.originals


def test_host_stumbles(device: Device, host: Host, sealed: Sealed) -> None:
    """A host that fails for a moment costs a moment."""
    troubled = sealed.names["MJ-0005.jpg", "original"]
    failures = iter([503, 503])
    host.fault = lambda asked: (
        (status, "text/plain", b"") if asked.endswith(troubled) and (status := next(failures, 0)) else None
    )
    enter(device.browser, host, sealed)
    device.open_panel()
    _, data = device.saved(device.start)

    device.headline(DONE)
    assert unzip(data) == sealed.originals


def test_cancel(device: Device, host: Host, sealed: Sealed) -> None:
    """Cancelled, it says so, fetches nothing more, and offers to begin again."""
    host.delay = lambda path: 0.2 if path.startswith("b/") else 0
    enter(device.browser, host, sealed)
    device.open_panel()
    device.start()
    device.browser.click("dialog .saving .plain-button")

    device.headline("Cancelled.")
    time.sleep(0.5)  # what was under way may still arrive
    before = originals_asked(host, sealed)
    time.sleep(0.7)
    assert originals_asked(host, sealed) == before < len(sealed.originals)
    device.browser.click("dialog .saving .plain-button")
    device.browser.visible(START)


def test_into_memory(device: Device, host: Host, sealed: Sealed) -> None:
    """Where neither the picker nor a service worker is to be had, the ZIP is put together in memory."""
    enter(device.browser, host, sealed)
    device.open_panel(f"{NO_PICKER}; {NO_WORKER}")
    _, data = device.saved(device.start)

    device.headline(DONE)
    assert unzip(data) == sealed.originals
    assert not any(path.endswith("sw.js") for path in host.seen)


def test_into_a_chosen_file(device: Device, host: Host, sealed: Sealed) -> None:
    """Where a file can be chosen, the ZIP goes into it; damage in it stops nothing else."""
    if device.browser.name != "chromium":
        assert device.browser.js("return !('showSaveFilePicker' in globalThis)")  # the only engine that has it
        return
    damage(host, sealed, "MJ-0001.jpg")
    enter(device.browser, host, sealed)
    device.open_panel(
        "globalThis.showSaveFilePicker = async (o) => (globalThis.asked = o,"
        " (await navigator.storage.getDirectory()).getFileHandle(o.suggestedName, {create: true}))"
    )
    device.start()
    device.headline("39 of 40 saved. 1 is missing")
    data = device.browser.js(
        "const root = await navigator.storage.getDirectory();"
        "const handle = await root.getFileHandle(asked.suggestedName);"
        "return [...new Uint8Array(await (await handle.getFile()).arrayBuffer())]"
    )

    assert device.browser.js("return asked.suggestedName") == "Ada & Lin.zip"
    assert len(unzip(bytes(data))) == 40


def test_page_stays(device: Device, host: Host, sealed: Sealed) -> None:
    """Saving leaves the gallery open and no service worker behind; the panel may be closed meanwhile."""
    host.delay = lambda path: 0.05 if path.startswith("b/") else 0
    enter(device.browser, host, sealed)
    device.open_panel()

    def start_and_close() -> None:
        device.start()
        device.browser.visible("dialog .saving progress")
        device.browser.press("Escape")

    device.saved(start_and_close)
    device.browser.wait("document.querySelector('#toast.shown')?.innerText === arguments[0]", DONE)
    assert device.browser.js(
        "return document.activeElement.matches('.download') && document.querySelectorAll('.tile').length > 0"
    )
    assert device.browser.wait("(await navigator.serviceWorker.getRegistrations()).length === 0")


def test_equal_names(device: Device, viewer: Path, serve: Callable[[Path], Host], tmp_path: Path) -> None:
    """Photos of one name, from two chapters, are numbered."""
    shots = [Shot("a.jpg", 0, size=(300, 200)), Shot("A.JPG", 1, size=(200, 300))]
    gallery = make(tmp_path / "site", viewer, shots, titles=("One", "Two"), seed=3)
    enter(device.browser, serve(gallery.folder), gallery)
    device.open_panel()
    _, data = device.saved(device.start)

    assert unzip(data) == {"a.jpg": gallery.originals["a.jpg"], "A (2).JPG": gallery.originals["A.JPG"]}


def test_shared_photos(device: Device, host: Host, sealed: Sealed) -> None:
    """Who got a link to some photos can save those, in web size, under their names."""
    secrets = [sealed.secrets[name] for name in ("MJ-0002.jpg", "MJ-0005.jpg")]
    device.browser.go(host.url + sealed.page + "#v=" + "".join(codec.b64(secret) for secret in secrets))
    device.open_panel()
    name, data = device.saved(device.start)

    device.headline("2 of 2 saved")
    assert name == "2 photos for you.zip"
    assert list(unzip(data)) == ["MJ-0002.jpg", "MJ-0005.jpg"]


@pytest.fixture(scope="module")
def with_long_clip(viewer: Path, tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """A gallery with a file of four parts, too big to be held whole, between two photos."""
    long = Shot("long.webm", clip=random.Random(7).randbytes(50 * 1024 * 1024), size=(300, 200))
    shots = [Shot("a.jpg", size=(300, 200)), long, Shot("b.jpg", size=(300, 200))]
    return make(tmp_path_factory.mktemp("clip"), viewer, shots, seed=6)


def test_long_clip(device: Device, with_long_clip: Sealed, serve: Callable[[Path], Host]) -> None:
    """A file of several parts goes through piece by piece and arrives as it was."""
    enter(device.browser, serve(with_long_clip.folder), with_long_clip)
    device.open_panel()
    _, data = device.saved(device.start)

    device.headline("3 of 3 saved")
    assert unzip(data) == with_long_clip.originals


def test_long_clip_damaged(device: Device, with_long_clip: Sealed, serve: Callable[[Path], Host]) -> None:
    """Damage in the middle of a file breaks the ZIP off aloud; the next one leaves the file out and says so."""
    host = serve(with_long_clip.folder)
    part = with_long_clip.names["long.webm", "clip"] + ".2"
    bad = bytearray(with_long_clip.object(part).read_bytes())
    bad[1000] ^= 1
    host.fault = lambda asked: (200, "application/octet-stream", bytes(bad)) if asked.endswith(part) else None
    enter(device.browser, host, with_long_clip)
    device.open_panel()
    device.start()

    device.headline("“long.webm” arrived damaged while it was being written, so this ZIP was stopped")
    assert all(not zipfile.is_zipfile(path) for path in device.browser.downloads.iterdir())
    _, data = device.saved(lambda: device.browser.click("dialog .saving .open"))
    device.headline("2 of 3 saved. 1 is missing:")
    assert list(unzip(data)) == ["a.jpg", "b.jpg", "MISSING.txt"]


def test_for_everyone(device: Device, host: Host, sealed: Sealed) -> None:
    """By keyboard alone, with nothing that axe objects to, and with the focus back where it was."""
    damage(host, sealed, "MJ-0001.jpg")
    browser = device.browser
    enter(browser, host, sealed)
    browser.visible(".bar .download")
    browser.js(f"{NO_PICKER}; document.querySelector('.bar .download').focus()")
    browser.press("Enter")
    browser.visible(START)
    assert violations(browser) == []
    browser.press("ArrowDown")
    assert browser.js("return document.activeElement.closest('label').innerText.trim()") == "Chapter “Getting ready”"
    browser.press("Enter")

    device.headline("13 of 14 saved. 1 is missing:")
    assert violations(browser) == []
    assert browser.js("return document.activeElement.innerText") == "Save the missing ones"
    small = "[...document.querySelectorAll('dialog :is(button, label)')].filter(e => Math.min(e.offsetWidth, e.offsetHeight) < 24)"
    assert browser.js(f"return {small}.length") == 0
    browser.press("Escape")
    browser.wait("!document.querySelector('dialog')")
    assert browser.js("return document.activeElement.matches('.bar .download')")


@pytest.mark.parametrize("offered", [Downloads.DISPLAY, Downloads.NONE])
def test_rights(
    device: Device, viewer: Path, serve: Callable[[Path], Host], tmp_path: Path, offered: Downloads
) -> None:
    """A grant without originals is offered the web size only; one without downloads, no button at all."""
    gallery = make(tmp_path / "site", viewer, some_shots(3), grants=[Grant(downloads=offered)], seed=4)
    enter(device.browser, serve(gallery.folder), gallery)
    device.browser.visible(".bar .tools .tool:not(.download)")

    if offered is Downloads.NONE:
        device.browser.click(".tile .photo")
        device.browser.visible(".lightbox .side")
        assert not device.browser.js("return document.querySelector(\".download, [aria-label='Save this photo']\")")
        return
    device.open_panel()
    assert "The studio offers the web size here." in device.browser.text("dialog")
    _, data = device.saved(device.start)
    assert len(unzip(data)) == 3
