"""The opened gallery: the grid, its memory, what one broken file does to the rest, what stays behind after locking."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sogallery.model import Downloads, Mode
from tests.browser.conftest import VIEWER, enter
from tests.browser.engines import PHONE, SMALL_PHONE, Browser, Look
from tests.browser.sealing import PASSPHRASE, Grant, Sealed, Shot, make, some_shots
from tests.browser.server import Host

TILES = "document.querySelectorAll('.tile').length"


def settle(browser: Browser) -> None:
    """Waits until every tile near the window has its picture."""
    done = "[...document.querySelectorAll('.tile')].every(t => t.matches('.loaded, :has(.fault)'))"
    browser.wait(f"{TILES} && {done}")


@pytest.fixture(scope="module")
def long_gallery(viewer: Path, tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """400 photos, four drawings over and over: enough to show that only some of them exist at a time."""
    shots = [Shot(f"A-{i:04}.jpg", size=(300, 200 if i % 3 else 450)) for i in range(400)]
    grant = Grant(mode=Mode.LINK)
    return make(tmp_path_factory.mktemp("long"), viewer, shots, grants=[grant], seed=9)


def test_what_is_shown(browser: Browser, host: Host, sealed: Sealed) -> None:
    """Title, day, count, chapters in order; each photo upright in its shape, with a name for screen readers."""
    enter(browser, host, sealed)
    settle(browser)

    cover = browser.text(".cover .words")
    assert ("13 June 2026" in cover.title(), "40 photos" in cover, "13 June 2099" in cover) == (True, True, True)
    titles = browser.js("return [...document.querySelectorAll('.chapter h2')].map(h => h.innerText)")
    assert titles == ["Getting ready", "Ceremony", "The party"]
    shapes = browser.js(
        "return [...document.querySelectorAll('.tile img')].map(i => [i.naturalWidth / i.naturalHeight,"
        " i.clientWidth / i.clientHeight])"
    )
    assert all(abs(real / shown - 1) < 0.06 for real, shown in shapes)
    assert browser.js("return document.querySelector('[data-index=\"2\"] img').alt") == "The rings, photo 3 of 40"


def test_few_tiles_and_no_shift(
    browser: Browser, long_gallery: Sealed, serve: Callable[[Path], Host], engine: tuple[str, object]
) -> None:
    """Scrolling from end to end keeps few tiles, and moves nothing that is already there."""
    host = serve(long_gallery.folder)
    browser.go(host.url + long_gallery.page + long_gallery.fragments["client"])
    browser.wait("document.querySelector('.tile.loaded')")
    if engine[0] == "chromium":  # the only one that measures it
        browser.js(
            "window.shifts = []; new PerformanceObserver(list => shifts.push(...list.getEntries().map(e => [e.value,"
            " ...e.sources.map(s => [s.node?.outerHTML?.slice(0, 120), s.previousRect, s.currentRect])])))"
            ".observe({type: 'layout-shift', buffered: true})"
        )
    height = browser.js("return document.documentElement.scrollHeight")
    most = 0
    for step in range(0, height, 1500):
        browser.js("scrollTo(0, arguments[0]); await new Promise(requestAnimationFrame)", step)
        most = max(most, browser.js(f"await new Promise(requestAnimationFrame); return {TILES}"))
    settle(browser)

    assert most < 120
    assert browser.js("return document.documentElement.scrollHeight") == height
    assert browser.js("return document.querySelector('.tile.loaded[data-index=\"399\"]') !== null")
    shifts = browser.js("return window.shifts ?? []")
    assert not [shift for shift in shifts if "tile" in str(shift)]
    assert sum(shift[0] for shift in shifts) < 0.01, shifts  # the platform calls 0.1 good
    packs = [path for path in host.seen if Path(path).name in long_gallery.packs]
    assert len(packs) == len(set(packs)) < 20


def test_jump_to_a_chapter(browser: Browser, host: Host, sealed: Sealed) -> None:
    """A chapter's button leads there and is marked as the current one."""
    enter(browser, host, sealed)
    browser.click(".chips li:nth-child(3) button")

    browser.wait("document.querySelector('.chip[aria-current]')?.innerText === 'The party'")
    assert browser.js("return document.activeElement.innerText") == "The party"
    assert browser.js(
        "return document.querySelector('.photo[tabindex=\"0\"]').closest('section') === document.activeElement.closest('section')"
    )


def test_keyboard_only(browser: Browser, host: Host, sealed: Sealed) -> None:
    """Arrows move in the grid, Enter opens, Escape returns to the same photo."""
    enter(browser, host, sealed)
    browser.js("document.querySelector('.photo[tabindex=\"0\"]').focus()")
    focused = "return Number(document.activeElement.closest('.tile')?.dataset.index ?? -1)"
    assert browser.js(focused) == 0
    browser.press("ArrowRight")
    assert browser.js(focused) == 1
    browser.press("ArrowDown")
    below = browser.js(focused)
    assert below > 1
    browser.press("End")
    assert browser.js(focused) == 39
    browser.press("Home")
    browser.press("Enter")
    browser.visible(".pswp--open")
    browser.wait("document.querySelector('.counter').innerText === '1 of 40'")
    browser.press("ArrowRight")
    browser.wait("document.querySelector('.counter').innerText === '2 of 40'")
    browser.press("Escape")

    browser.wait("document.activeElement.closest('.tile')?.dataset.index === '1'")


def test_small_phone_needs_no_sideways_scrolling(
    open_browser: Callable[[Look], Browser], host: Host, sealed: Sealed
) -> None:
    """At 320 pixels everything fits, and nothing to tap is smaller than 24 pixels."""
    browser = open_browser(SMALL_PHONE)
    enter(browser, host, sealed)
    settle(browser)

    assert browser.js("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    small = (
        "return [...document.querySelectorAll('button, a, input')].filter(e => e.checkVisibility())"
        ".map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])"
        ".filter(([, r]) => r.width < 24 || r.height < 24).map(([html]) => html)"
    )
    assert browser.js(small) == []


def test_damaged_thumb(browser: Browser, sealed: Sealed, serve: Callable[[Path], Host]) -> None:
    """A changed byte in a pack costs the photo it belongs to; it is asked for once more; the rest is shown."""
    host = serve(sealed.folder)
    name = sealed.packs[0]
    data = bytearray(sealed.object(name).read_bytes())
    data[100] ^= 1
    host.fault = lambda path: (200, "application/octet-stream", bytes(data)) if path.endswith(name) else None
    enter(browser, host, sealed)
    settle(browser)

    assert "arrived damaged" in browser.text('[data-index="0"] .fault')
    assert browser.js("return document.querySelectorAll('.fault').length") == 1
    host.fault = lambda path: None
    browser.click('[data-index="0"] .retry')
    browser.wait("document.querySelector('.tile.loaded[data-index=\"0\"]') && !document.querySelector('.fault')")


def test_missing_pack(browser: Browser, sealed: Sealed, serve: Callable[[Path], Host]) -> None:
    """A pack that is gone leaves its photos with a sentence; they still open, since their renditions are there."""
    host = serve(sealed.folder)
    host.fault = lambda path: (404, "text/html", b"<!doctype html>") if path.endswith(sealed.packs) else None
    browser.go(host.url + sealed.page + sealed.fragments["client"])
    browser.type("#passphrase", PASSPHRASE)
    browser.press("Enter")

    assert "could not be fetched" in browser.text(".fault")
    browser.click('[data-index="1"] .photo')
    browser.wait("document.querySelector('.pswp__img:not(.pswp__img--placeholder)')?.naturalWidth > 400")


def test_a_guest_sees_no_more_than_the_slot_opens(
    browser: Browser, viewer: Path, tmp_path: Path, serve: Callable[[Path], Host]
) -> None:
    """Hidden photos are not there, and zooming in never fetches an original."""
    hidden = frozenset({"MJ-0001.jpg"})
    guest = Grant("guest", Mode.LINK, downloads=Downloads.DISPLAY, hide=hidden)
    gallery = make(tmp_path, viewer, some_shots(5), grants=[Grant(), guest], seed=3)
    host = serve(gallery.folder)
    browser.go(host.url + gallery.page + gallery.fragments["guest"])
    settle(browser)

    assert "4 photos" in browser.text(".cover .meta")
    assert "MJ-0001" not in browser.js("return document.documentElement.outerHTML")
    originals = {name for (_, kind), name in gallery.names.items() if kind == "original"}
    browser.click(".tile .photo")
    browser.visible(".pswp--open")
    browser.press("z")
    browser.wait("document.querySelector('.pswp__img:not(.pswp__img--placeholder)')?.naturalWidth > 400")
    assert not originals & {Path(path).name for path in host.seen}


def test_lock_forgets(browser: Browser, host: Host, sealed: Sealed) -> None:
    """Locking leaves no name, no picture and no key behind, and the passphrase opens again."""
    enter(browser, host, sealed)
    browser.js("window.urls = [...document.querySelectorAll('.tile img')].map(i => i.src).filter(Boolean)")
    browser.click(".bar [aria-label=Lock]")
    browser.visible("#passphrase")

    assert "Ada" not in browser.js("return document.documentElement.outerHTML + document.title")
    assert browser.js("return document.querySelectorAll('img').length") == 0
    dead = "return Promise.all(urls.map(u => fetch(u).then(() => 'alive', () => 'dead')))"
    assert set(browser.js(dead)) == {"dead"}
    enter(browser, host, sealed)


def test_back_forward_cache_brings_nothing_back(browser: Browser, host: Host, sealed: Sealed) -> None:
    """Leaving wipes; coming back asks for the passphrase, and needs only that."""
    enter(browser, host, sealed)
    browser.go(host.url)
    browser.back()
    browser.visible("#passphrase")

    assert "Ada" not in browser.js("return document.documentElement.outerHTML + document.title")
    browser.wait("document.activeElement.id === 'passphrase'")
    browser.write(PASSPHRASE)
    browser.press("Enter")
    browser.visible(".gallery")


def test_older_copy(browser: Browser, viewer: Path, tmp_path: Path, serve: Callable[[Path], Host]) -> None:
    """A reader that has seen a higher revision says so."""
    shots, grant = some_shots(2), Grant(mode=Mode.LINK)
    gallery = make(tmp_path, viewer, shots, grants=[grant], revision=8, seed=21)
    host = serve(tmp_path)
    address = host.url + gallery.page + gallery.fragments["client"]
    browser.go(address)
    browser.visible(".gallery")
    assert not browser.js("return document.querySelector('.notice')")
    make(tmp_path, viewer, shots, grants=[grant], revision=7, seed=21)
    browser.go(address)

    assert "older copy" in browser.text(".notice")


def test_wrong_clock(browser: Browser, sealed: Sealed, serve: Callable[[Path], Host]) -> None:
    """A device whose clock is far from the host's is told, and days are counted by the host's."""
    host = serve(sealed.folder)
    host.date = "Sat, 13 Jun 2099 10:00:00 GMT"
    enter(browser, host, sealed)

    assert "clock of this device" in browser.text(".notice")
    assert "last day" in browser.text(".cover .meta")


def test_markup_in_names_is_text(browser: Browser, viewer: Path, tmp_path: Path, serve: Callable[[Path], Host]) -> None:
    """Whatever a photographer types is shown as it is."""
    title = "<img src=x onerror=alert(1)> & \u202eevil"
    shots = [Shot("<b>a.jpg", caption="<script>1</script>", size=(300, 200))]
    gallery = make(tmp_path, viewer, shots, grants=[Grant(mode=Mode.LINK)], title=title, titles=["<i>one</i>"])
    browser.go(serve(tmp_path).url + gallery.page + gallery.fragments["client"])
    settle(browser)

    assert browser.js("return document.querySelector('.cover h1').textContent") == title
    assert browser.js("return document.querySelectorAll('.gallery :is(b, i, script)').length") == 0


def test_newer_kind(browser: Browser, viewer: Path, tmp_path: Path, serve: Callable[[Path], Host]) -> None:
    """A kind from the future is named as such, among photos that are shown."""
    shots = [Shot("a.jpg", size=(300, 200)), Shot("b.holo", size=(300, 200), kind="hologram")]
    gallery = make(tmp_path, viewer, shots, grants=[Grant(mode=Mode.LINK)])
    browser.go(serve(tmp_path).url + gallery.page + gallery.fragments["client"])
    settle(browser)

    assert "newer viewer" in browser.text('[data-index="1"] .fault')
    assert browser.js("return document.querySelectorAll('.tile.loaded').length") == 1


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_accessible_in_every_state(
    open_browser: Callable[[Look], Browser], host: Host, sealed: Sealed, dark: bool
) -> None:
    """axe-core finds nothing on the locked page, in the gallery, in the lightbox, and where something is wrong."""
    axe = (VIEWER / "node_modules" / "axe-core" / "axe.min.js").read_text()
    browser = open_browser(Look(dark=dark, reduced_motion=True))
    browser.go(host.url + sealed.page + sealed.fragments["client"])
    browser.type("#passphrase", "wrong")

    def check(state: str) -> None:
        found = browser.js(
            axe + ";const r = await axe.run(document, {resultTypes: ['violations']});"
            "return r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(', '))"
        )
        assert found == [], state

    check("locked")
    browser.press("Enter")
    browser.wait("document.querySelector('.problem').innerText")
    check("refused")
    enter(browser, host, sealed)
    settle(browser)
    check("gallery")
    browser.click('[data-index="2"] .photo')
    browser.wait("document.querySelector('.pswp__img:not(.pswp__img--placeholder)')?.naturalWidth > 400")
    browser.press("i")
    check("lightbox")


def test_phone(open_browser: Callable[[Look], Browser], host: Host, sealed: Sealed) -> None:
    """On a phone two photos stand side by side, and a tap opens one."""
    browser = open_browser(PHONE)
    enter(browser, host, sealed)
    settle(browser)

    tops = browser.js("return [...document.querySelectorAll('.chapter:first-child .tile')].map(t => t.offsetTop)")
    assert tops.count(tops[0]) >= 2
    browser.click('[data-index="0"] .photo')
    browser.visible(".pswp--open")


def test_nothing_is_fetched_from_elsewhere(browser: Browser, host: Host, sealed: Sealed) -> None:
    """All that a page loads comes from its own origin, and no request tells where the visitor came from."""
    enter(browser, host, sealed)
    settle(browser)

    origins = browser.js(
        "return [...new Set(performance.getEntriesByType('resource').map(e => new URL(e.name).origin))]"
    )
    assert set(origins) <= {host.url.rstrip("/"), "null"} | {o for o in origins if o.startswith("blob:")}
