"""One photo at a time: the ways in and out, zooming, the slideshow, clips, and what a damaged rendition says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sogallery.model import Mode
from tests.browser.conftest import enter
from tests.browser.engines import PHONE, Browser, Look
from tests.browser.sealing import PASSPHRASE, SITE, Grant, Sealed, Shot, make, some_shots
from tests.browser.server import Host

PICTURE = ".pswp__item[aria-hidden=false] .pswp__img:not(.pswp__img--placeholder)"
ARABIC = replace(SITE, language="ar")
WINDOW = Look(800, 600)  # smaller than the photos, so that there is something to zoom


def shown(browser: Browser, counter: str) -> None:
    """Waits until the lightbox is open at `3 of 40`, with the photo itself, not its placeholder."""
    browser.wait("document.querySelector('.pswp--open .counter')?.innerText === arguments[0]", counter)
    browser.wait("document.querySelector(arguments[0])?.naturalWidth > 400", PICTURE)


def opened(browser: Browser, host: Host, sealed: Sealed, index: int) -> None:
    enter(browser, host, sealed)
    browser.click(f'[data-index="{index}"] .photo')
    shown(browser, f"{index + 1} of 40")


def zoom(browser: Browser) -> float:
    """Device pixels of the screen for one pixel of the photo (1200 pixels in these galleries)."""
    return float(
        browser.js("return document.querySelector(arguments[0]).getBoundingClientRect().width", PICTURE)
        * browser.js("return devicePixelRatio")
    )


def test_back_closes_and_focus_returns(browser: Browser, host: Host, sealed: Sealed) -> None:
    """One entry of the history, however many photos were looked at; Back leads to the grid and the photo seen last."""
    opened(browser, host, sealed, 2)
    address = browser.js("return location.hash")
    entries = browser.js("return history.length")
    browser.press("ArrowRight")
    shown(browser, "4 of 40")
    browser.wait("location.hash !== arguments[0]", address)

    assert browser.js("return history.length") == entries
    assert browser.js("return /^#p=[0-9a-f]{8}$/.test(location.hash)")
    browser.back()
    browser.wait("!document.querySelector('.pswp')")
    browser.wait("document.activeElement.closest('.tile')?.dataset.index === '3'")
    assert browser.js("return location.hash") == ""


def test_link_to_one_photo(browser: Browser, host: Host, sealed: Sealed) -> None:
    """The address of an open photo opens it for whoever can open the gallery, and holds no key."""
    opened(browser, host, sealed, 2)
    address = browser.js("return location.href")
    secret = sealed.fragments["client"]
    assert secret[3:] not in address
    browser.go("about:blank")
    fragment = address.partition("#")[2]
    browser.go(host.url + sealed.page + secret + "&" + fragment)
    browser.type("#passphrase", PASSPHRASE)
    browser.press("Enter")

    shown(browser, "3 of 40")
    browser.press("Escape")
    browser.wait("!document.querySelector('.pswp')")
    browser.visible(".gallery")


def test_words_about_the_photo(browser: Browser, host: Host, sealed: Sealed) -> None:
    """The caption is there; how it was taken is a key away."""
    opened(browser, host, sealed, 2)

    assert browser.text(".lightbox .caption") == "The rings"
    browser.press("i")
    details = browser.text(".lightbox .details")
    assert all(word in details for word in ("MJ-0003.jpg", "1/250 s", "800 × 1200"))


def test_zoom_reaches_one_to_one_with_the_original(
    open_browser: Callable[[Look], Browser], host: Host, sealed: Sealed
) -> None:
    """Zooming in ends at one pixel of the photo on one of the screen, and fetches the original for it; 0 goes back."""
    browser = open_browser(WINDOW)
    opened(browser, host, sealed, 0)
    original = sealed.names["MJ-0001.jpg", "original"]
    before = zoom(browser)
    assert not any(path.endswith(original) for path in host.seen)
    browser.press("z")

    browser.wait("document.querySelector(arguments[0])?.naturalWidth === 1200", PICTURE)
    assert any(path.endswith(original) for path in host.seen)
    browser.wait("Math.abs(document.querySelector(arguments[0]).getBoundingClientRect().width - 1200) < 2", PICTURE)
    for _ in range(4):
        browser.press("+")
    assert zoom(browser) < 1202
    browser.press("0")
    browser.wait(
        "Math.abs(document.querySelector(arguments[0]).getBoundingClientRect().width - arguments[1]) < 2",
        PICTURE,
        before,
    )


def test_wheel_zooms_at_the_cursor(open_browser: Callable[[Look], Browser], host: Host, sealed: Sealed) -> None:
    """What is under the cursor stays there."""
    browser = open_browser(WINDOW)
    opened(browser, host, sealed, 0)
    turn = """
        const image = document.querySelector(arguments[0]), before = image.getBoundingClientRect();
        const x = before.left + before.width / 4, y = before.top + before.height / 4;
        image.dispatchEvent(new WheelEvent('wheel', {deltaY: -20, clientX: x, clientY: y, bubbles: true, cancelable: true}));
        await new Promise(done => setTimeout(done, 400));
        const after = image.getBoundingClientRect();
        return [after.width / before.width, (x - after.left) / after.width, (y - after.top) / after.height];
    """
    grown, across, down = browser.js(turn, PICTURE)

    assert grown > 1.01
    assert (across, down) == (pytest.approx(0.25, abs=0.02), pytest.approx(0.25, abs=0.02))


def test_swipe_and_pinch(open_browser: Callable[[Look], Browser], host: Host, sealed: Sealed) -> None:
    """A finger that moves left brings the next photo; two fingers that part zoom in."""
    browser = open_browser(PHONE)
    opened(browser, host, sealed, 0)
    swipe = """
        const target = document.querySelector('.pswp__scroll-wrap');
        const send = (type, id, x, y) => target.dispatchEvent(new PointerEvent(type, {pointerId: id, pointerType: 'touch',
            isPrimary: id === 1, clientX: x, clientY: y, bubbles: true, cancelable: true, buttons: 1}));
        const frame = () => new Promise(requestAnimationFrame);
        for (const finger of arguments[0]) send('pointerdown', finger[0], finger[1], finger[2]);
        for (let step = 1; step <= 10; step++) {
            for (const [id, x, y, dx, dy] of arguments[0]) send('pointermove', id, x + dx * step / 10, y + dy * step / 10);
            await frame();
        }
        for (const [id, x, y, dx, dy] of arguments[0]) send('pointerup', id, x + dx, y + dy);
    """
    browser.js(swipe, [[1, 300, 400, -220, 0]])
    shown(browser, "2 of 40")
    before = zoom(browser)
    browser.js(swipe, [[1, 180, 400, -90, 0], [2, 210, 400, 90, 0]])
    browser.wait(
        "document.querySelector(arguments[0]).getBoundingClientRect().width * devicePixelRatio > arguments[1] * 1.2",
        PICTURE, before,
    )  # fmt: skip


def test_slideshow_pauses(browser: Browser, host: Host, sealed: Sealed) -> None:
    """The slideshow goes on by itself and stops when it is told to."""
    opened(browser, host, sealed, 0)
    browser.press("s")
    browser.visible(".lightbox [aria-label='Pause the slideshow']")
    browser.wait("document.querySelector('.counter').innerText === '2 of 40'")
    browser.click(".lightbox [aria-label='Pause the slideshow']")

    browser.visible(".lightbox [aria-label='Start the slideshow']")


def test_neighbours_are_there_already(browser: Browser, host: Host, sealed: Sealed) -> None:
    """The next photo is fetched while the first is looked at."""
    opened(browser, host, sealed, 0)
    following = {sealed.names["MJ-0002.jpg", kind] for kind in ("small", "display")}

    browser.wait("performance.getEntriesByType('resource').length > 0")
    for _ in range(100):
        if following & {Path(path).name for path in host.seen}:
            break
        browser.js("await new Promise(done => setTimeout(done, 50))")
    assert following & {Path(path).name for path in host.seen}


def test_weak_phone_gets_small(open_browser: Callable[[Look], Browser], host: Host, sealed: Sealed) -> None:
    """A small screen fetches the small rendition, not the display size."""
    browser = open_browser(Look(390, 640, 1))
    opened(browser, host, sealed, 0)

    seen = {Path(path).name for path in host.seen}
    assert sealed.names["MJ-0002.jpg", "display"] not in seen
    assert sealed.names["MJ-0001.jpg", "small"] in seen


def test_damaged_rendition(browser: Browser, sealed: Sealed, serve: Callable[[Path], Host]) -> None:
    """A damaged rendition is said to be damaged, and the next photo is shown."""
    host = serve(sealed.folder)
    name = sealed.names["MJ-0001.jpg", "display"]
    data = bytearray(sealed.object(name).read_bytes())
    data[-1] ^= 1
    host.fault = lambda path: (200, "application/octet-stream", bytes(data)) if path.endswith(name) else None
    enter(browser, host, sealed)
    browser.click('[data-index="0"] .photo')

    assert "arrived damaged" in browser.text(".pswp__error-msg")
    browser.press("ArrowRight")
    shown(browser, "2 of 40")


def test_right_to_left(
    viewer: Path, tmp_path: Path, open_browser: Callable[[Look], Browser], serve: Callable[[Path], Host]
) -> None:
    """In Arabic the first photo is on the right, and the left arrow leads on."""
    browser = open_browser(Look(locale="ar"))
    gallery = make(tmp_path, viewer, some_shots(6), grants=[Grant(mode=Mode.LINK)], seed=31, site=ARABIC, language="ar")
    host = serve(tmp_path)
    browser.go(host.url + gallery.page + gallery.fragments["client"])
    browser.wait("document.querySelector('.tile.loaded')")

    left = "return [0, 1].map(i => document.querySelector(`[data-index='${i}']`).getBoundingClientRect().left)"
    first, second = browser.js(left)
    assert first > second
    browser.click('[data-index="0"] .photo')
    browser.visible(".pswp--open")
    browser.press("ArrowLeft")
    browser.wait("document.querySelector('.lightbox .back').disabled === false")


def test_clip(browser: Browser, viewer: Path, clip: bytes, tmp_path: Path, serve: Callable[[Path], Host]) -> None:
    """A clip shows its poster, is fetched only when somebody starts it, and plays from memory."""
    gallery = make(tmp_path, viewer, [Shot("dance.webm", clip=clip)], grants=[Grant(mode=Mode.LINK)], seed=41)
    host = serve(tmp_path)
    browser.go(host.url + gallery.page + gallery.fragments["client"])
    browser.click(".tile .photo")
    browser.wait("document.querySelector('.clip-view img')?.naturalWidth > 0")
    sealed_clip = gallery.names["dance.webm", "clip"]
    assert not any(path.endswith(sealed_clip) for path in host.seen)
    browser.click(".clip-view .play")

    browser.wait("document.querySelector('video').videoWidth === 160")
    assert browser.js("return document.querySelector('video').src.startsWith('blob:')")


def test_clip_that_no_browser_plays(
    browser: Browser, viewer: Path, tmp_path: Path, serve: Callable[[Path], Host]
) -> None:
    """A clip that cannot be played says so, and can still be left."""
    shots = [Shot("dance.webm", clip=b"not a film" * 500), Shot("a.jpg")]
    gallery = make(tmp_path, viewer, shots, grants=[Grant(mode=Mode.LINK)], seed=42)
    browser.go(serve(tmp_path).url + gallery.page + gallery.fragments["client"])
    browser.click(".tile .photo")
    browser.click(".clip-view .play")

    browser.wait("document.querySelector('.clip-view .message').innerText.includes('cannot play')")
    browser.press("ArrowRight")
    browser.wait("document.querySelector('.counter').innerText === '2 of 2'")
