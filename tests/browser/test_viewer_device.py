"""This device: remembered only if somebody wants it, never with the passphrase, forgotten at a tap; idle galleries lock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from sogallery.model import Mode
from tests.browser.axe import violations
from tests.browser.conftest import enter
from tests.browser.engines import Browser
from tests.browser.kept import kept, records
from tests.browser.sealing import PASSPHRASE, Grant, Sealed, make, some_shots
from tests.browser.server import Host

OPEN = "document.querySelector('.gallery .tile.loaded')"
# As if the time had passed while the device slept: the clock goes on, no timer has run.
WAKE = "const now = Date.now; Date.now = () => now.call(Date) + arguments[0] * 60000; document.dispatchEvent(new Event('visibilitychange'))"


def remember(browser: Browser, host: Host, sealed: Sealed) -> None:
    """Opens the gallery with the box ticked."""
    browser.go(host.url + sealed.page + sealed.fragments["client"])
    browser.visible("#remember")
    browser.click("#remember")
    browser.type("#passphrase", PASSPHRASE)
    browser.press("Enter")
    browser.wait(OPEN)
    browser.wait("document.querySelector('#toast')?.innerText.startsWith('This device opens the gallery')")


def come_back(browser: Browser, host: Host, sealed: Sealed) -> None:
    """A bookmark: neither link nor passphrase."""
    browser.go("about:blank")
    browser.go(host.url + sealed.page)


def locked(browser: Browser) -> None:
    """The passphrase is asked for, and no picture is there."""
    browser.visible("#passphrase")
    assert browser.js("return document.querySelectorAll('img, .tile, .cover').length") == 0


def menu(browser: Browser) -> None:
    browser.visible(".bar .menu")
    browser.click(".bar .menu")
    browser.visible("section.device")


def lock(browser: Browser) -> None:
    browser.js("document.querySelector('.bar [aria-label=Lock]').click()")


def test_off_by_default(browser: Browser, host: Host, sealed: Sealed) -> None:
    """Who ticks nothing leaves nothing that opens anything."""
    enter(browser, host, sealed)
    browser.wait("document.querySelector('.tile .heart')")

    assert records(browser, "devices") == []
    come_back(browser, host, sealed)
    locked(browser)


def test_opens_without_the_passphrase(browser: Browser, host: Host, sealed: Sealed) -> None:
    """A remembered device opens from a bookmark and from the link; what is stored is neither passphrase nor secret nor word."""
    remember(browser, host, sealed)
    come_back(browser, host, sealed)
    browser.wait(OPEN)
    assert browser.text(".cover h1") == "Ada & Lin"

    (record,) = records(browser, "devices")
    assert "CryptoKey false" in record
    everything = "\n".join(kept(browser))
    secrets = [
        sealed.keys.manifest_secret("client", 0),
        sealed.keys.reply_key("client", 0),
        sealed.keys.link_secret("client", 0),
    ]
    for word in (*PASSPHRASE.split(), "client", "original", "Ada", *(secret.decode("latin-1") for secret in secrets)):
        assert word not in everything, word
    browser.go(host.url + sealed.page + sealed.fragments["client"])
    browser.wait(OPEN)


def test_another_link_asks(browser: Browser, viewer: Path, tmp_path: Path, serve: Callable[[Path], Host]) -> None:
    """Somebody who comes with a link of another grant is asked for its passphrase, and not shown the other one's photos."""
    words = "harbour anchor maple spoon"
    grants = (Grant("client"), Grant("guest", Mode.LINK_AND_PASSPHRASE, words, hide=frozenset({"MJ-0002.jpg"})))
    gallery = make(tmp_path, viewer, some_shots(4), grants=grants, seed=41)
    host = serve(gallery.folder)
    remember(browser, host, gallery)
    browser.go(host.url + gallery.page + gallery.fragments["guest"])
    locked(browser)
    browser.type("#passphrase", words)
    browser.press("Enter")
    browser.wait(OPEN)

    assert "3 photos" in browser.text(".cover .meta")


def test_forgotten_in_the_gallery(browser: Browser, host: Host, sealed: Sealed) -> None:
    """A tap in the menu forgets; the gallery stays open, and next time asks."""
    remember(browser, host, sealed)
    menu(browser)
    browser.js(
        "[...document.querySelectorAll('section.device button')].find(b => b.innerText === 'Forget this device').click()"
    )
    browser.wait("document.querySelector('section.device').innerText.includes('Remember this device for')")

    assert records(browser, "devices") == []
    come_back(browser, host, sealed)
    locked(browser)


def test_forgotten_on_the_locked_page(browser: Browser, host: Host, sealed: Sealed) -> None:
    """After locking, a reload does not open by itself; the locked page opens at a tap, or forgets."""
    remember(browser, host, sealed)
    lock(browser)
    locked(browser)
    browser.reload()
    locked(browser)
    assert "without the passphrase until" in browser.text(".device")
    assert violations(browser) == []
    browser.click(".device .plain-button")
    browser.wait(OPEN)
    lock(browser)
    browser.visible(".device .quiet")
    browser.click(".device .quiet")
    browser.visible("#remember")

    assert records(browser, "devices") == []
    browser.reload()
    locked(browser)


def test_remembered_later(browser: Browser, viewer: Path, tmp_path: Path, serve: Callable[[Path], Host]) -> None:
    """A link that opens by itself has no box to tick; the menu offers it, and the link is not needed again."""
    gallery = make(tmp_path, viewer, some_shots(3), grants=[Grant("client", Mode.LINK)], seed=42)
    host = serve(gallery.folder)
    browser.go(host.url + gallery.page + gallery.fragments["client"])
    browser.wait(OPEN)
    assert records(browser, "devices") == []
    menu(browser)
    browser.click("section.device .plain-button")
    browser.wait("document.querySelector('section.device').innerText.includes('without the passphrase until')")
    come_back(browser, host, gallery)
    browser.wait(OPEN)


def test_forgetting_everything(browser: Browser, host: Host, sealed: Sealed) -> None:
    """Keys, lists and what was seen of any gallery are gone, the link of this one, too, and the page is locked."""
    remember(browser, host, sealed)
    browser.wait("document.querySelector('.tile .heart')")
    browser.js("document.querySelector('.tile .heart').click()")
    browser.wait("document.querySelector('.heart.on')")
    browser.js("document.querySelector('.tile .photo').click()")
    browser.visible(".pswp--open")
    browser.press("Escape")
    browser.wait("!document.querySelector('.pswp')")
    menu(browser)
    browser.click("section.device .quiet")
    locked(browser)

    assert "Everything that galleries kept on this device is gone." in browser.text(".status")
    browser.wait("navigator.locks.query().then(({held, pending}) => held.length + pending.length === 0)")
    left = [entry for entry in kept(browser) if not entry.startswith(("address", "cookie"))]
    assert left == ["state {}"]
    for way in ("forward", "back"):
        browser.js(f"history.{way}(); await new Promise(done => setTimeout(done, 300))")
        assert browser.js("return JSON.stringify(history.state)") == "{}", way


def test_it_ends_with_the_grant(browser: Browser, viewer: Path, tmp_path: Path, serve: Callable[[Path], Host]) -> None:
    """Remembered no longer than the grant lasts; on the day after, by the host's clock, the device asks and has forgotten."""
    soon = datetime.now(UTC) + timedelta(days=5)
    gallery = make(tmp_path, viewer, some_shots(3), grants=[Grant("client", until=soon.date())], seed=43)
    host = serve(gallery.folder)
    remember(browser, host, gallery)
    (record,) = records(browser, "devices")
    assert f"until={soon.date().isoformat()}" in record
    host.date = format_datetime(soon + timedelta(days=2), usegmt=True)
    come_back(browser, host, gallery)
    locked(browser)

    assert records(browser, "devices") == []


def test_new_keys_end_it(browser: Browser, viewer: Path, tmp_path: Path, serve: Callable[[Path], Host]) -> None:
    """When the studio has given the grant new keys, the old manifest is gone: the page says so and asks."""
    gallery = make(tmp_path, viewer, some_shots(3), seed=44)
    host = serve(gallery.folder)
    remember(browser, host, gallery)
    secret = gallery.keys.manifest_secret("client", 0)
    from sogallery.vault.derive import object_key

    gallery.object(object_key(secret, gallery.id, "manifest").name).unlink()
    come_back(browser, host, gallery)

    browser.wait("document.querySelector('.problem')?.innerText.includes('has changed the keys')")
    assert records(browser, "devices") == []


def test_storage_denied(browser: Browser, host: Host, sealed: Sealed) -> None:
    """Where nothing can be kept the gallery opens all the same, and says that it will ask again."""
    browser.go(host.url + sealed.page + sealed.fragments["client"])
    browser.visible("#remember")
    browser.js("IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }")
    browser.click("#remember")
    browser.type("#passphrase", PASSPHRASE)
    browser.press("Enter")
    browser.wait(OPEN)

    browser.wait("document.querySelector('#toast')?.innerText.includes('does not allow keeping anything')")


@pytest.mark.parametrize("lightbox", [False, True], ids=["grid", "lightbox"])
def test_idle_galleries_lock(browser: Browser, host: Host, sealed: Sealed, lightbox: bool) -> None:
    """A quarter of an hour without a touch locks; a shorter pause does not. Back brings nothing up again."""
    enter(browser, host, sealed)
    if lightbox:
        browser.click('[data-index="1"] .photo')
        browser.visible(".pswp--open")
    browser.js(WAKE, 14)
    browser.wait(OPEN)
    browser.js(WAKE, 2)
    locked(browser)
    assert browser.text(".status") == "Locked, since nothing happened for a while."
    if lightbox:  # its entry of the history is still there
        browser.js("history.back()")
    browser.js("await new Promise(r => setTimeout(r, 300))")
    locked(browser)
    browser.reload()

    locked(browser)


def test_saving_keeps_it_awake(browser: Browser, host: Host, sealed: Sealed) -> None:
    """While photos are being saved nobody is locked out."""
    enter(browser, host, sealed)
    browser.wait("document.querySelector('.bar .download')")
    browser.js(
        "delete globalThis.showSaveFilePicker; navigator.serviceWorker.register = () => Promise.reject(new Error())"
    )
    host.delay = lambda path: 0.4 if path.startswith("b/") else 0
    browser.click(".bar .download")
    browser.visible("dialog.downloads form [type=submit]")
    browser.click("dialog.downloads form [type=submit]")
    browser.wait("document.querySelector('dialog.downloads progress')")
    browser.js(WAKE, 60)

    browser.js("await new Promise(r => setTimeout(r, 300))")
    assert browser.js(f"return {OPEN} !== null")
    host.delay = lambda path: 0.0
    browser.js(
        "window.onbeforeunload = null; addEventListener('beforeunload', e => e.stopImmediatePropagation(), true)"
    )
    browser.wait("document.querySelector('dialog.downloads .headline')?.innerText.includes('40 of 40 saved')")
