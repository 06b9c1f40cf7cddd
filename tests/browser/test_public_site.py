"""The public pages in three engines: not stopped by their own policy; a photo large by click, key and address."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from PIL import Image, ImageDraw

from sogallery.model import Contact, Page, PublicCategory, PublicFile, PublicPhoto, Site
from sogallery.pages import default_themes, render_pages
from tests.browser.engines import SMALL_PHONE, Browser, Look
from tests.browser.server import Host

NAMES = ("one", "two", "three")
PAGE = "portfolio/weddings/"
SHOWN = "document.querySelector('dialog[open] img')?.src.includes(arguments[0])"


def picture(name: str, width: int) -> bytes:
    image = Image.new("RGB", (width, width * 2 // 3), "#b08050")
    ImageDraw.Draw(image).ellipse((width // 4, 20, width // 2, width // 3), fill=f"#{len(name)}0a0f0")
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def photo(name: str) -> PublicPhoto:
    files = tuple(PublicFile(f"p/{name}-{width}.jpg", width, width * 2 // 3, "image/jpeg") for width in (600, 1200))
    return PublicPhoto(name, 1200, 800, "b08050" * 4, name.title(), f"A picture called {name}", files)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A site with three photos."""
    root, viewer = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("empty")
    site = Site(
        "North Light",
        description="Quiet pictures.",
        contact=Contact("hello@studio.example", "+44 117 496 0123", "1 Quay Street"),
        pages=(Page("about", "About", "| a | b |\n|:-:|--:|\n| 1 | 2 |", nav=1),),
    )
    categories = (PublicCategory("Weddings", "weddings", tuple(map(photo, NAMES))),)
    files = render_pages(site, default_themes() / "default", categories, (), viewer, {"fingerprint": "0123"})
    files |= {f"p/{name}-{width}.jpg": picture(name, width) for name in NAMES for width in (600, 1200)}
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    found = Host(root)
    yield found
    found.close()


@pytest.mark.parametrize("path", ["", "portfolio/", PAGE, "about/", "key/"])
def test_pages_are_stopped_by_nothing_and_fit_a_small_phone(
    open_browser: Callable[[Look], Browser], host: Host, path: str
):
    """No message in the console, every picture seen, no sideways scrolling at 320 pixels."""
    browser = open_browser(SMALL_PHONE)
    browser.go(host.url + path)
    browser.js("for (const image of document.images) image.loading = 'eager'")

    browser.wait("[...document.images].every((image) => image.complete && image.naturalWidth)")
    assert browser.js("return document.documentElement.scrollWidth <= innerWidth")
    assert getattr(browser, "messages", []) == []


def test_a_photo_opens_large_and_back_closes_it(browser: Browser, host: Host):
    """Back leads from the photo to the page it was on, with the focus where it was."""
    browser.go(host.url + PAGE)
    browser.click(".grid li:nth-child(2) a")
    browser.wait(SHOWN, "two-1200")
    assert browser.js("return document.querySelector('dialog img').alt") == "A picture called two"

    browser.js("history.back()")
    browser.wait("!document.querySelector('dialog[open]')")
    assert browser.js("return location.pathname") == f"/{PAGE}"
    browser.wait("document.activeElement?.closest('li')?.matches(':nth-child(2)')")


def test_keys_lead_through_the_photos(browser: Browser, host: Host):
    """Arrows go round, Escape closes, and the focus is on the photo that was shown last."""
    browser.go(host.url + PAGE)
    browser.click(".grid li:nth-child(3) a")
    browser.wait(SHOWN, "three-")
    browser.press("ArrowRight")
    browser.wait(SHOWN, "one-")
    browser.press("ArrowLeft")
    browser.wait(SHOWN, "three-")
    browser.press("ArrowLeft")
    browser.wait(SHOWN, "two-")

    browser.press("Escape")
    browser.wait("!document.querySelector('dialog[open]')")
    browser.wait("document.activeElement?.closest('li')?.matches(':nth-child(2)')")
    assert browser.js("return location.hash") == ""


def test_the_address_of_one_photo_opens_it(browser: Browser, host: Host):
    """A link to a photo can be sent to somebody; closing leaves them on the page."""
    browser.go(host.url + PAGE)
    address = browser.js("return location.href + '#' + document.querySelector('.grid li:nth-child(2)').id")
    browser.go("about:blank")
    browser.go(str(address))

    browser.wait(SHOWN, "two-")
    browser.click("dialog .close")
    browser.wait("!document.querySelector('dialog[open]')")
    assert browser.js("return location.pathname + location.hash") == f"/{PAGE}"


def test_nothing_moves_while_photos_arrive(browser: Browser, host: Host):
    """Every photo's room is kept from the first moment."""
    host.delay = lambda path: 0.4 if path.endswith(".jpg") else 0.0
    heights = "return [...document.querySelectorAll('.grid li')].map((item) => Math.round(item.clientHeight))"
    try:
        browser.js("location.href = arguments[0]", host.url + PAGE)
        browser.wait("document.readyState !== 'loading' && document.querySelector('.grid li:nth-child(3)')")
        browser.wait("[...document.querySelectorAll('link[rel=stylesheet]')].every((link) => link.sheet)")
        before = browser.js(heights)
        browser.wait("[...document.images].some((image) => image.naturalWidth)")
        browser.js("for (const image of document.images) image.loading = 'eager'")
        browser.wait("[...document.images].every((image) => image.complete && image.naturalWidth)")
    finally:
        host.delay = lambda path: 0.0

    assert browser.js(heights) == before
