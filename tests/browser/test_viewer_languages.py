"""Words in the visitor's and the gallery's language, the calendar file, and the hint inside messengers' own browsers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.axe import violations
from tests.browser.conftest import enter
from tests.browser.engines import PHONE, Browser, Look
from tests.browser.sealing import PASSPHRASE, Sealed, make, some_shots
from tests.browser.server import Host
from tests.browser.test_viewer_downloads import Device

INSTAGRAM = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/22B83 Instagram 350.0.0.20 (iPhone15,2; iOS 18_1; en_US)"
)


@pytest.fixture(scope="module")
def arabic(viewer: Path, tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """A gallery that speaks Arabic, on a site that speaks English."""
    folder = tmp_path_factory.mktemp("arabic")
    return make(
        folder, viewer, some_shots(12, 2), titles=("المراسم", "الحفل"), title="ليلى وسامي", language="ar", seed=8
    )


def test_gallery_language(browser: Browser, arabic: Sealed, serve: Callable[[Path], Host]) -> None:
    """A gallery speaks its own language once it is open, from right to left where that is so; locked, the page is as before."""
    host = serve(arabic.folder)
    browser.go(host.url + arabic.page + arabic.fragments["client"])
    browser.visible("#passphrase")
    assert browser.js("return [document.documentElement.lang, document.documentElement.dir]") == ["en", "ltr"]

    enter(browser, host, arabic)
    assert browser.js("return [document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    browser.visible(".bar .download")
    browser.js("delete globalThis.showSaveFilePicker")
    browser.click(".bar .download")
    browser.visible("dialog form")
    assert "تنزيل الصور" in browser.text("dialog")
    assert violations(browser) == []
    saved = Device(browser).saved(lambda: browser.click("dialog form [type=submit]"))[0]
    assert saved == "ليلى وسامي.zip"
    browser.press("Escape")
    browser.wait("!document.querySelector('dialog')")
    assert browser.js(
        "const r = document.querySelector('.tile').getBoundingClientRect(); return r.left + r.width / 2 > innerWidth / 2"
    )
    assert browser.js("return document.documentElement.scrollWidth <= innerWidth")
    browser.click(".bar [aria-label='قفل']")
    browser.visible("#passphrase")
    assert browser.js("return [document.documentElement.lang, document.documentElement.dir]") == ["en", "ltr"]


@pytest.mark.parametrize(("locale", "title"), [("de-AT", "Eine private Galerie"), ("pl-PL", "Prywatna galeria")])
def test_visitor_language(
    open_browser: Callable[[Look], Browser], host: Host, sealed: Sealed, locale: str, title: str
) -> None:
    """Before a gallery can say which language is its own, the page speaks the visitor's, or else the studio's."""
    browser = open_browser(Look(locale=locale))
    browser.go(host.url + sealed.page + sealed.fragments["client"])
    # WebKitGTK takes its language from the system, which has none of these.
    known = browser.js("return navigator.languages.some((tag) => tag.startsWith(arguments[0]))", locale[:2])

    assert browser.text("#locked h1") == (title if known else "A private gallery")
    assert browser.js("return document.documentElement.lang") == (locale[:2] if known else "en")
    assert violations(browser) == []


def test_calendar_file(browser: Browser, host: Host, sealed: Sealed) -> None:
    """The last day can be saved for a calendar; the file has the page's address and no key."""
    enter(browser, host, sealed)
    browser.visible(".cover .calendar")
    name, data = Device(browser).saved(lambda: browser.click(".cover .calendar"))

    text = data.decode().replace("\r\n ", "")
    assert name == "2099-06-13.ics"
    lines = text.split("\r\n")
    assert "DTSTART;VALUE=DATE:20990613" in lines
    assert "SUMMARY:Last day of the gallery “Ada & Lin”" in lines
    assert f"URL:{host.url}{sealed.page}" in lines
    assert "#" not in text


def test_in_messengers(open_browser: Callable[[Look], Browser], host: Host, sealed: Sealed) -> None:
    """Inside a messenger a hint offers the whole link, which opens the gallery elsewhere; it can be sent away."""
    browser = open_browser(Look(PHONE.width, PHONE.height, user_agent=INSTAGRAM))
    browser.go(host.url + sealed.page + sealed.fragments["client"])
    browser.visible("#passphrase")

    assert "You are inside Instagram." in browser.text(".inapp")
    assert violations(browser) == []
    assert browser.js("return location.hash") == ""
    browser.js(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => { globalThis.copied = text; }}})"
    )
    browser.click(".inapp button")
    link = browser.wait("globalThis.copied")
    assert link == host.url + sealed.page + sealed.fragments["client"]
    browser.click(".inapp button:last-child")
    browser.wait("!document.querySelector('.inapp')")
    browser.type("#passphrase", PASSPHRASE)
    browser.press("Enter")
    browser.visible(".gallery")


def test_in_messengers_without_clipboard(open_browser: Callable[[Look], Browser], host: Host, sealed: Sealed) -> None:
    """Where copying is refused, the link is shown to be copied by hand."""
    browser = open_browser(Look(PHONE.width, PHONE.height, user_agent=INSTAGRAM))
    browser.go(host.url + sealed.page + sealed.fragments["client"])
    browser.visible(".inapp button")
    browser.js("Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false")
    browser.click(".inapp button")

    browser.visible(".inapp input")
    assert browser.js("return document.querySelector('.inapp input').value") == (
        host.url + sealed.page + sealed.fragments["client"]
    )
    assert violations(browser) == []


def test_not_in_browsers(browser: Browser, host: Host, sealed: Sealed) -> None:
    """In a browser of one's own there is no such hint."""
    browser.go(host.url + sealed.page + sealed.fragments["client"])
    browser.visible("#passphrase")

    assert not browser.js("return document.querySelector('.inapp')")
