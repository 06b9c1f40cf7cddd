"""A link for just some photos: made on the device, opens exactly these, and says what it is."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sogallery.model import Downloads
from tests.browser.axe import violations
from tests.browser.conftest import enter
from tests.browser.engines import Browser, Look
from tests.browser.kept import kept
from tests.browser.sealing import Grant, Sealed, Shot, make, some_shots
from tests.browser.server import Host

CHOSEN = ("MJ-0002.jpg", "MJ-0003.jpg", "MJ-0005.jpg")  # 3:2, 2:3, 4:5


def link_to(host: Host, sealed: Sealed, *photos: str) -> str:
    """A link as format.md, section 9, has it."""
    secrets = (base64.urlsafe_b64encode(sealed.secrets[name]).decode().rstrip("=") for name in photos)
    return f"{host.url}{sealed.page}#v={''.join(secrets)}"


def choose(browser: Browser, *indices: int) -> None:
    browser.wait("document.querySelector('.tile .heart')")
    browser.click(".bar [aria-label='Choose photos']")
    for index in indices:
        browser.js("document.querySelector(`[data-index='${arguments[0]}'] .photo`).click()", index)


def sharing(browser: Browser) -> str:
    """Opens the panel for the chosen photos; its link."""
    browser.click(".choice-bar [aria-label='Share these photos']")
    browser.visible("#share-link")
    return str(browser.js("return document.querySelector('#share-link').value"))


def loaded(browser: Browser, count: int) -> None:
    browser.wait("document.querySelectorAll('.tile.loaded').length === arguments[0]", count)


def test_the_link_is_made_here(browser: Browser, host: Host, sealed: Sealed) -> None:
    """Choosing photos gives their link, in the format's form, with the one sentence about it; nothing is sent to make it."""
    enter(browser, host, sealed)
    choose(browser, 4, 1, 2)
    before = len(host.seen)
    link = sharing(browser)

    assert link == link_to(host, sealed, *CHOSEN)
    assert len(link) <= 22 * len(CHOSEN) + 200
    words = browser.text("dialog")
    assert "opens just these 3 photos, and nothing else" in words
    assert "cannot be recalled before the studio changes the keys" in words
    assert [path for path in host.seen[before:] if not path.startswith(("b/", "assets/"))] == []


def test_it_opens_exactly_the_chosen_photos(browser: Browser, host: Host, sealed: Sealed) -> None:
    """Three photos in the same grid and lightbox, in their shapes; no slot, no manifest, no pack and no other photo is asked for."""
    browser.go(link_to(host, sealed, *CHOSEN))
    loaded(browser, 3)

    assert browser.text(".cover h1") == "3 photos for you"
    shapes = browser.js("return [...document.querySelectorAll('.tile')].map(t => t.clientWidth / t.clientHeight)")
    assert [round(shape, 1) for shape in shapes] == [1.5, 0.7, 0.8]
    assert "Ada" not in browser.js("return document.documentElement.outerHTML + document.title")
    browser.click('[data-index="1"] .photo')
    browser.wait("[...document.querySelectorAll('.pswp__img')].some(i => i.naturalHeight === 1000)")
    opened = {sealed.names[name, kind] for name in CHOSEN for kind in ("small", "display")}
    assert {Path(path).name for path in host.seen if path.startswith("b/")} == opened


def test_display_size_can_be_saved(browser: Browser, host: Host, sealed: Sealed) -> None:
    """What the link opens can be saved in web size, and there is no original to be had."""
    browser.go(link_to(host, sealed, *CHOSEN))
    loaded(browser, 3)
    browser.wait("document.querySelector('.bar .download')")
    browser.js(
        "delete globalThis.showSaveFilePicker; navigator.serviceWorker.register = () => Promise.reject(new Error())"
    )
    browser.js(
        "window.saved = []; URL.createObjectURL = ((make) => (blob) => { if (/zip/.test(blob.type)) saved.push(blob);"
        " return make.call(URL, blob); })(URL.createObjectURL)"
    )
    browser.click(".bar .download")
    browser.visible("dialog.downloads form [type=submit]")
    assert "Full size" not in browser.text("dialog.downloads")
    browser.click("dialog.downloads form [type=submit]")
    browser.wait("document.querySelector('dialog.downloads .headline')?.innerText.includes('3 of 3 saved')")

    zipped = browser.js(
        "return [...new Uint8Array(await saved[0].arrayBuffer())].map(b => String.fromCharCode(b)).join('')"
    )
    assert sorted(set(re.findall(r"MJ-\d+\.jpg", zipped))) == sorted(CHOSEN)


def test_nothing_stays_behind(browser: Browser, host: Host, sealed: Sealed) -> None:
    """The secrets leave the address at once; locking, leaving and coming back show no picture, and nothing is stored."""
    link = link_to(host, sealed, *CHOSEN)
    browser.go(link)
    loaded(browser, 3)
    assert browser.js("return location.hash") == ""
    secret = link.partition("#v=")[2][:22]
    assert not [entry for entry in kept(browser) if secret in entry or "MJ-" in entry]
    browser.go(host.url)
    browser.back()
    browser.visible("#passphrase")

    assert browser.js("return document.querySelectorAll('img, .tile').length") == 0
    browser.go(link)
    loaded(browser, 3)
    browser.js("document.querySelector('.bar [aria-label=Lock]').click()")
    browser.visible("#passphrase")
    assert browser.js("return document.querySelectorAll('img, .tile').length") == 0


def test_photos_that_are_gone(
    open_browser: Callable[[Look], Browser], viewer: Path, tmp_path: Path, serve: Callable[[Path], Host]
) -> None:
    """A link outlives a photo: the others are shown, with a sentence; if all are gone, it says so."""
    gallery = make(tmp_path, viewer, some_shots(5), seed=31)
    host = serve(gallery.folder)
    link = link_to(host, gallery, *CHOSEN)
    for kind in ("small", "display"):
        gallery.object(gallery.names["MJ-0003.jpg", kind]).unlink()
    browser = open_browser(Look())
    browser.go(link)
    loaded(browser, 2)
    assert "1 photo of this link is no longer here." in browser.text(".notice")
    for name in CHOSEN:
        gallery.object(gallery.names[name, "display"]).unlink(missing_ok=True)
    browser = open_browser(Look())  # one that has nothing in its cache
    browser.go(link)

    browser.wait("document.querySelector('#locked').innerText.includes('These photos are no longer here')")


def test_a_cut_link_says_so(browser: Browser, host: Host, sealed: Sealed) -> None:
    """A link that a messenger shortened is not half a selection."""
    browser.go(link_to(host, sealed, *CHOSEN)[:-6])

    browser.wait("document.querySelector('#locked').innerText.includes('cut off or changed')")


def test_clips_are_left_out(browser: Browser, viewer: Path, tmp_path: Path, serve: Callable[[Path], Host]) -> None:
    """A clip has no rendition that such a link opens; who chose one is told."""
    shots = [*some_shots(2), Shot("dance.webm", clip=b"\x1a\x45\xdf\xa3 not a film", size=(640, 360))]
    gallery = make(tmp_path, viewer, shots, seed=32)
    host = serve(gallery.folder)
    enter(browser, host, gallery)
    choose(browser, 0, 2)
    link = sharing(browser)

    assert link == link_to(host, gallery, "MJ-0001.jpg")
    assert "Clips cannot be shared" in browser.text("dialog")


@pytest.mark.parametrize("downloads", [Downloads.DISPLAY, Downloads.NONE])
def test_every_viewer_may_share(
    browser: Browser, viewer: Path, tmp_path: Path, serve: Callable[[Path], Host], downloads: Downloads
) -> None:
    """A grant without originals holds viewing secrets, and gives on no more than these."""
    gallery = make(tmp_path, viewer, some_shots(3), grants=[Grant(downloads=downloads)], seed=33)
    host = serve(gallery.folder)
    enter(browser, host, gallery)
    choose(browser, 1)
    link = sharing(browser)
    browser.go(link)
    loaded(browser, 1)

    assert link == link_to(host, gallery, "MJ-0002.jpg")


def test_accessible(browser: Browser, host: Host, sealed: Sealed) -> None:
    """axe-core finds nothing on a shared page."""
    browser.go(link_to(host, sealed, *CHOSEN))
    loaded(browser, 3)
    browser.visible(".bar .menu")
    browser.js("await Promise.all(document.getAnimations().map(a => a.finished.catch(() => 0)))")

    assert violations(browser) == []
