"""Lists of favourites and choosing: by tap and by keyboard, kept sealed on the device, agreed between tabs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sogallery.model import Mode
from tests.browser.axe import violations
from tests.browser.conftest import enter
from tests.browser.engines import PHONE, Browser, Look, PlaywrightBrowser, SeleniumBrowser
from tests.browser.kept import kept, records
from tests.browser.sealing import Grant, Sealed, make, some_shots
from tests.browser.server import Host

LISTS = ".bar [aria-label^=Favourites], .bar [aria-label^=Album]"
HEARTED = (
    "[...document.querySelectorAll('.tile:has(.heart.on)')].map(t => Number(t.dataset.index)).sort((a, b) => a - b)"
)
SHOWN = "[...document.querySelectorAll('.tile')].map(t => Number(t.dataset.index)).sort((a, b) => a - b)"
CHOSEN = "[...document.querySelectorAll('.tile.chosen')].map(t => Number(t.dataset.index)).sort((a, b) => a - b)"


def ready(browser: Browser, host: Host, sealed: Sealed, **options: str) -> None:
    """Opens the gallery, down to its hearts."""
    enter(browser, host, sealed, **options)
    browser.wait("document.querySelector('.tile .heart')")
    browser.js("document.querySelector('.chapters').scrollIntoView({behavior: 'instant'})")


def heart(browser: Browser, *indices: int) -> None:
    """Taps hearts, which show on a desktop only when the mouse is over their photo."""
    for index in indices:
        browser.js("document.querySelector(`[data-index='${arguments[0]}'] .heart`).click()", index)


def focus(browser: Browser, index: int) -> None:
    browser.js("document.querySelector(`[data-index='${arguments[0]}'] .photo`).focus()", index)


def stored(browser: Browser) -> None:
    """Waits until the lists are on the disk, with every change."""
    browser.wait(
        "new Promise(done => { const r = indexedDB.open('sogallery'); r.onsuccess = () => { const d = r.result;"
        " const c = d.transaction('lists').objectStore('lists').count();"
        " c.onsuccess = () => { d.close(); done(c.result); }; }; })"
    )
    browser.wait("navigator.locks.query().then(({held, pending}) => held.length + pending.length === 0)")


def open_lists(browser: Browser) -> None:
    browser.click(LISTS)
    browser.visible("dialog #list-name")


def set_field(browser: Browser, selector: str, value: str) -> None:
    """Types into a field and leaves it."""
    browser.type(selector, value)
    browser.press("Tab")


def button(browser: Browser, words: str) -> None:
    """Presses the button that says this."""
    press = "b => b.innerText.trim() === arguments[0] && b.checkVisibility()"
    browser.wait(f"[...document.querySelectorAll('button')].some({press})", words)
    browser.js(f"[...document.querySelectorAll('button')].find({press}).click()", words)


@contextmanager
def other_tab(browser: Browser) -> Iterator[Browser]:
    """A second tab with the same storage."""
    if isinstance(browser, PlaywrightBrowser):
        page = browser.page.context.new_page()
        yield PlaywrightBrowser(browser.name, page)
        page.close()
        return
    assert isinstance(browser, SeleniumBrowser)
    first = browser.driver.current_window_handle
    browser.driver.switch_to.new_window("window")
    yield browser
    browser.driver.close()
    browser.driver.switch_to.window(first)


def test_hearts_stay_on_the_device_sealed(browser: Browser, host: Host, sealed: Sealed) -> None:
    """Hearts, stars, colours and notes are there again after a reload, and nothing of them is in the clear."""
    ready(browser, host, sealed)
    heart(browser, 1, 3)
    focus(browser, 3)
    browser.press("4")
    browser.press("8")
    browser.press("n")
    browser.type("#note", "for Grandma's wall")
    button(browser, "Done")
    stored(browser)
    browser.wait(f"{HEARTED}.join() === '1,3'")
    asked = len(host.seen)
    ready(browser, host, sealed)
    browser.wait(f"{HEARTED}.join() === '1,3'")

    marks = "document.querySelector('[data-index=\"3\"] .marks')"
    assert browser.js(f"return [{marks}.textContent, {marks}.className]") == ["★★★★ ✎", "marks green"]
    everything = "\n".join(kept(browser))
    for word in ("Grandma", "MJ-00", "Ada", "Ceremony", "rings", "green", "favourites", "copper", "lantern"):
        assert word not in everything, word
    assert sealed.keys.manifest_secret("client", 0).decode("latin-1") not in everything
    assert "CryptoKey" not in everything
    assert [path for path in host.seen[asked:] if not path.startswith(("g/", "b/", "assets/"))] == []


def test_a_list_with_a_name_and_a_limit(browser: Browser, host: Host, sealed: Sealed) -> None:
    """A new list takes the hearts; the counter says how many of how many, and when it is too many."""
    ready(browser, host, sealed)
    heart(browser, 0)
    open_lists(browser)
    button(browser, "New list")
    set_field(browser, "#list-name", "Album")
    set_field(browser, "#list-limit", "2")
    browser.press("Escape")
    heart(browser, 2, 4, 5)

    assert browser.js(f"return {HEARTED}") == [2, 4, 5]
    assert browser.text(".bar .badge:not(:empty)") == "3/2"
    assert browser.text("#toast") == "1 more than the 2 agreed"
    open_lists(browser)
    assert browser.text("dialog .count") == "3 of 2. 1 more than the 2 agreed"
    assert browser.js("return [...document.querySelectorAll('#list option')].map(o => o.text)") == [
        "Favourites",
        "Album",
    ]
    browser.js(
        "const s = document.querySelector('#list'); s.value = 'favourites'; s.dispatchEvent(new Event('change'))"
    )
    browser.wait(f"{HEARTED}.join() === '0'")


def test_names_for_lightroom_and_for_people(browser: Browser, host: Host, sealed: Sealed) -> None:
    """One line without extensions, or lines with stars and notes; in the gallery's order, whatever the order of the taps."""
    ready(browser, host, sealed)
    heart(browser, 4, 1)
    focus(browser, 1)
    browser.press("5")
    open_lists(browser)
    button(browser, "In one line, for Lightroom")

    browser.wait("document.querySelector('#names').value === 'MJ-0002, MJ-0005'")
    button(browser, "One on each line, with notes")
    browser.wait("document.querySelector('#names').value === 'MJ-0002.jpg  ★★★★★\\nMJ-0005.jpg'")


def test_only_the_list(browser: Browser, host: Host, sealed: Sealed) -> None:
    """A list is shown in the same grid, narrowed by stars and colour, and all photos come back."""
    ready(browser, host, sealed)
    heart(browser, 1, 3)
    focus(browser, 3)
    browser.press("3")
    browser.js("scrollTo(0, document.documentElement.scrollHeight)")
    browser.wait("document.querySelector('[data-index=\"39\"] .heart')")
    heart(browser, 39)
    open_lists(browser)
    button(browser, "Show this list")
    browser.wait(f"{SHOWN}.join() === '1,3,39'")

    assert browser.text(".filter-count") == "Favourites: 3"
    browser.js(
        "const s = document.querySelector('.filter select'); s.value = '3'; s.dispatchEvent(new Event('change'))"
    )
    browser.wait(f"{SHOWN}.join() === '3'")
    heart(browser, 3)
    assert browser.text(".filter .empty") == "No photo fits this filter."
    button(browser, "All photos")
    browser.wait(f"{SHOWN}.length > 5")


def test_deleting_asks_first(browser: Browser, host: Host, sealed: Sealed) -> None:
    """Deleting a list takes two taps and leaves the photos."""
    ready(browser, host, sealed)
    heart(browser, 1)
    open_lists(browser)
    button(browser, "Delete this list")
    assert "The photos stay" in browser.text("dialog .delete")
    assert browser.js(f"return {HEARTED}") == [1]
    browser.js("document.querySelector('.danger').click()")
    browser.wait(f"{HEARTED}.length === 0")


def test_hearts_in_the_lightbox(browser: Browser, host: Host, sealed: Sealed) -> None:
    """The heart of the photo that is shown, by button and by key; the grid behind it agrees."""
    ready(browser, host, sealed)
    browser.click('[data-index="1"] .photo')
    browser.visible(".lightbox .heart-tool")
    browser.click(".lightbox .heart-tool")
    browser.wait("document.querySelector('.heart-tool.on').title === 'Remove from favourites'")
    browser.press("ArrowRight")
    browser.wait("!document.querySelector('.heart-tool').classList.contains('on')")
    browser.press("h")
    browser.visible(".heart-tool.on")
    browser.press("Escape")
    browser.wait("!document.querySelector('.pswp')")

    assert browser.js(f"return {HEARTED}") == [1, 2]


def test_two_tabs_agree(browser: Browser, host: Host, sealed: Sealed) -> None:
    """What one tab does, the other shows; changes of both are kept."""
    ready(browser, host, sealed)
    heart(browser, 0)
    stored(browser)
    with other_tab(browser) as second:
        ready(second, host, sealed)
        second.wait(f"{HEARTED}.join() === '0'")
        heart(second, 2)
        stored(second)
    browser.wait(f"{HEARTED}.join() === '0,2'")
    heart(browser, 0, 5)
    stored(browser)
    ready(browser, host, sealed)
    browser.wait(f"{HEARTED}.join() === '2,5'")


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }", "does not allow keeping lists"),
        (
            "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }",
            "storage of this browser is full",
        ),
    ],
    ids=["denied", "full"],
)  # fmt: skip
def test_without_storage(browser: Browser, host: Host, sealed: Sealed, fault: str, sentence: str) -> None:
    """Where nothing can be kept, lists work until the page closes, and the page says so."""
    browser.go(host.url + sealed.page + sealed.fragments["client"])
    browser.visible("#passphrase")
    browser.js(fault)
    browser.type("#passphrase", "copper lantern meadow violin")
    browser.press("Enter")
    browser.wait("document.querySelector('.tile .heart')")
    heart(browser, 1, 2)
    browser.wait(f"{HEARTED}.join() === '1,2'")
    open_lists(browser)

    browser.wait("document.querySelector('dialog .kept').innerText.includes(arguments[0])", sentence)
    button(browser, "In one line, for Lightroom")
    browser.wait("document.querySelector('#names').value === 'MJ-0002, MJ-0003'")


def test_grants_have_lists_of_their_own(
    browser: Browser, viewer: Path, tmp_path: Path, serve: Callable[[Path], Host]
) -> None:
    """A guest on the same device does not see the client's hearts."""
    grants = (Grant("client"), Grant("guest", Mode.LINK_AND_PASSPHRASE, "harbour anchor maple spoon"))
    gallery = make(tmp_path, viewer, some_shots(4), grants=grants, seed=21)
    host = serve(gallery.folder)
    ready(browser, host, gallery)
    heart(browser, 1)
    stored(browser)
    ready(browser, host, gallery, passphrase="harbour anchor maple spoon", grant="guest")
    browser.js("await new Promise(r => setTimeout(r, 300))")

    assert browser.js(f"return {HEARTED}") == []
    assert len(records(browser, "lists")) == 1


def test_choosing_by_tap(open_browser: Callable[[Look], Browser], host: Host, sealed: Sealed) -> None:
    """On a phone: one tap for each photo, a chapter at once, then all of them into the list."""
    browser = open_browser(PHONE)
    ready(browser, host, sealed)
    browser.click(".bar [aria-label='Choose photos']")
    browser.js("document.querySelector('.chapters').scrollIntoView({behavior: 'instant'})")
    browser.click('[data-index="0"] .photo')
    browser.click('[data-index="3"] .photo')
    browser.click('[data-index="0"] .photo')
    assert browser.text(".chosen-count") == "1 chosen"
    assert browser.js(f"return {CHOSEN}") == [3]
    browser.click(".choose-chapter")
    assert browser.text(".chosen-count") == "14 chosen"
    browser.click(".choice-bar [aria-label='Add to Favourites']")
    assert browser.text("#toast") == "14 photos added to Favourites."
    button(browser, "Done")

    assert browser.js(f"return {CHOSEN}") == []
    assert browser.text(".bar .badge:not(:empty)") == "14"
    browser.click('[data-index="0"] .photo')
    browser.visible(".pswp--open")


def test_choosing_by_keyboard(browser: Browser, host: Host, sealed: Sealed) -> None:
    """x begins, arrows and the space bar go on, Shift makes a range, Escape ends; no mouse, and no photo opens."""
    ready(browser, host, sealed)
    focus(browser, 0)
    browser.press("x")
    browser.press("ArrowRight")
    browser.press("ArrowRight")
    browser.press("Enter")
    assert browser.js(f"return {CHOSEN}") == [0, 2]
    assert (
        browser.js("return document.querySelector('[data-index=\"2\"] .photo').getAttribute('aria-pressed')") == "true"
    )
    browser.js(
        "document.querySelector('[data-index=\"6\"] .photo')"
        ".dispatchEvent(new MouseEvent('click', {bubbles: true, shiftKey: true}))"
    )
    assert browser.js(f"return {CHOSEN}") == [0, 2, 3, 4, 5, 6]
    focus(browser, 6)
    browser.press("Escape")

    assert browser.js(f"return {CHOSEN}") == []
    assert browser.js("return document.querySelector('.choice-bar').hidden") is True
    assert browser.js("return document.querySelector('.pswp') === null")


def test_locking_takes_the_lists_away(browser: Browser, host: Host, sealed: Sealed) -> None:
    """With a panel open, in the middle of a note: locking leaves no word of it on the page."""
    ready(browser, host, sealed)
    heart(browser, 2)
    open_lists(browser)
    set_field(browser, "#list-name", "Secret album")
    browser.press("Escape")
    focus(browser, 2)
    browser.press("n")
    browser.type("#note", "Grandma")
    browser.js("document.querySelector('.bar [aria-label=Lock]').click()")
    browser.visible("#passphrase")

    page = browser.js("return document.documentElement.outerHTML + document.title")
    for word in ("Secret album", "Grandma", "MJ-00", "rings", "Ada"):
        assert word not in page, word


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_accessible(open_browser: Callable[[Look], Browser], host: Host, sealed: Sealed, dark: bool) -> None:
    """axe-core finds nothing in any panel, and every target is at least 24 pixels wide and high."""
    browser = open_browser(Look(dark=dark, reduced_motion=True))
    ready(browser, host, sealed)
    heart(browser, 1, 3)
    focus(browser, 3)
    browser.press("2")
    targets = (
        "return [...document.querySelectorAll('button, select, input, textarea')].filter(e => e.checkVisibility())"
        ".map(e => [e.getBoundingClientRect(), e.className || e.id]).filter(([r]) => r.width && (r.width < 24 || r.height < 24))"
        ".map(([r, name]) => name + ' ' + r.width + ' x ' + r.height)"
    )

    def check(state: str) -> None:
        browser.js("await Promise.all(document.getAnimations().map(a => a.finished.catch(() => 0)))")
        assert violations(browser) == [], state
        assert browser.js(targets) == [], state

    check("hearts")
    browser.press("n")
    browser.visible("#note")
    check("marks")
    button(browser, "Done")
    open_lists(browser)
    button(browser, "Delete this list")
    button(browser, "In one line, for Lightroom")
    check("lists")
    button(browser, "Show this list")
    check("filter")
    browser.click(".bar [aria-label='Choose photos']")
    browser.click('[data-index="1"] .photo')
    check("choosing")
    browser.click(".choice-bar [aria-label^=Share]")
    browser.visible("#share-link")
    check("sharing")
    browser.press("Escape")
    browser.click(".bar .menu")
    browser.visible(".taking")
    check("menu")
