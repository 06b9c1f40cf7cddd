"""Three browser engines behind one small interface: Chromium and Firefox by Playwright, WebKitGTK by its WebDriver.

Debian's own browsers are used where they are; else those that `playwright install` has fetched.
`python engines.py --check` says which are missing, and how to get them: a missing engine is an error, never a skip.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENGINES = ("chromium", "firefox", "webkit")
HINT = "on Debian: apt-get install chromium firefox-esr webkit2gtk-driver xvfb; elsewhere: python -m playwright install"
CHROMIUM_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-dev-shm-usage",
)  # fmt: skip
TIMEOUT = 60.0  # seconds after which something that should happen has not; only a failing test waits that long
HUNG = 3 * TIMEOUT  # seconds after which a driver that does not answer is given up


class MissingEngineError(Exception):
    """A browser engine is not installed."""


@dataclass(frozen=True)
class Look:
    """The device a page believes it is on; WebKitGTK honours only the size, and has no language."""

    width: int = 1280
    height: int = 800
    scale: float = 1
    touch: bool = False
    dark: bool = False
    reduced_motion: bool = False
    locale: str = "en-US"
    user_agent: str = ""  # the engine's own; this one WebKitGTK honours, too


PHONE = Look(390, 844, 2, touch=True)
SMALL_PHONE = Look(320, 568, 2, touch=True)


class Browser:
    """One page. Selectors are CSS; `js` takes a function body, `wait` an expression that becomes true."""

    name = ""
    downloads = Path()  # the folder that gets what pages save; Chromium alone names the files otherwise

    def go(self, url: str) -> None:
        raise NotImplementedError

    def js(self, body: str, *args: Any) -> Any:
        raise NotImplementedError

    def click(self, selector: str) -> None:
        raise NotImplementedError

    def type(self, selector: str, text: str) -> None:
        raise NotImplementedError

    def write(self, text: str) -> None:
        """Types into whatever has the focus."""
        for character in text:
            self.press(character)

    def press(self, key: str) -> None:
        """A key by its DOM name: `Enter`, `ArrowRight`, `a`."""
        raise NotImplementedError

    def back(self) -> None:
        raise NotImplementedError

    def reload(self) -> None:
        raise NotImplementedError

    def screenshot(self, path: Path) -> None:
        raise NotImplementedError

    def wait(self, expression: str, *args: Any, timeout: float = TIMEOUT) -> Any:
        """The first true value of `expression`; AssertionError with what the page shows if there is none in time."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            with contextlib.suppress(Exception):  # the page may be between two documents
                if value := self.js(f"return ({expression})", *args):
                    return value
            time.sleep(0.05)
        shown = self.js("return document.body && document.body.innerText.slice(0, 600)")
        raise AssertionError(f"{self.name}: never true: {expression}\nthe page shows: {shown}")

    def text(self, selector: str) -> str:
        """What an element says, once it is there."""
        return str(self.wait("document.querySelector(arguments[0])?.innerText.trim()", selector))

    def visible(self, selector: str) -> None:
        """Waits until the element can be seen."""
        self.wait("document.querySelector(arguments[0])?.checkVisibility({visibilityProperty: true})", selector)


class PlaywrightBrowser(Browser):
    """Chromium and Firefox."""

    def __init__(self, name: str, page: Any) -> None:
        self.name = name
        self.page = page
        self.messages: list[str] = []
        page.on("console", lambda message: self.messages.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.messages.append(f"uncaught: {error}"))
        page.set_default_timeout(TIMEOUT * 1000)

    def go(self, url: str) -> None:
        if same_document(self.page.url, url):
            self.page.goto("about:blank")
        self.page.goto(url)

    def js(self, body: str, *args: Any) -> Any:
        return self.page.evaluate(f"async (args) => (async function () {{ {body} }}).apply(null, args)", list(args))

    def click(self, selector: str) -> None:
        self.page.click(selector)

    def type(self, selector: str, text: str) -> None:
        self.page.fill(selector, text)

    def press(self, key: str) -> None:
        self.page.keyboard.press(" " if key == "Space" else key)

    def back(self) -> None:
        # Not go_back: over WebDriver BiDi it waits for a navigation that never comes within one document.
        self.page.evaluate("() => void setTimeout(() => history.back())")

    def reload(self) -> None:
        self.page.reload()

    def screenshot(self, path: Path) -> None:
        self.page.screenshot(path=str(path))


class SeleniumBrowser(Browser):
    """WebKitGTK."""

    name = "webkit"

    def __init__(self, driver: Any) -> None:
        self.driver = driver
        driver.set_script_timeout(TIMEOUT)

    def go(self, url: str) -> None:
        if same_document(self.driver.current_url, url):
            self.driver.get("about:blank")
        self.driver.get(url)

    def js(self, body: str, *args: Any) -> Any:
        script = (
            "const done = arguments[arguments.length - 1]; const args = [...arguments].slice(0, -1);"
            f"(async function () {{ {body} }}).apply(null, args)"
            ".then((value) => done([true, value ?? null]), (error) => done([false, String(error)]));"
        )
        fine, value = self.driver.execute_async_script(script, *args)
        if not fine:
            raise RuntimeError(value)
        return value

    def click(self, selector: str) -> None:
        self.visible(selector)
        element = self._find(selector)
        # Its driver scrolls no further than it must, so a bar at the edge of the window may cover what it clicks.
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        element.click()

    def type(self, selector: str, text: str) -> None:
        self.visible(selector)
        element = self._find(selector)
        element.clear()
        element.send_keys(text)

    def press(self, key: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains
        from selenium.webdriver.common.keys import Keys

        names = {"ArrowRight": Keys.ARROW_RIGHT, "ArrowLeft": Keys.ARROW_LEFT, "ArrowUp": Keys.ARROW_UP}
        names |= {"ArrowDown": Keys.ARROW_DOWN, "Enter": Keys.ENTER, "Escape": Keys.ESCAPE, "Tab": Keys.TAB}
        names |= {"Home": Keys.HOME, "End": Keys.END, "Space": " ", "PageDown": Keys.PAGE_DOWN}
        ActionChains(self.driver).send_keys(names.get(key, key)).perform()

    def back(self) -> None:
        self.driver.back()

    def reload(self) -> None:
        self.driver.refresh()

    def screenshot(self, path: Path) -> None:
        # Off the screen: the driver itself may never come back from a picture of a page with a field in focus.
        from PIL import ImageGrab

        place = self.driver.get_window_rect()
        left, top = place["x"], place["y"]
        box = (left, top, left + place["width"], top + place["height"])
        ImageGrab.grab(box, xdisplay=os.environ["DISPLAY"]).save(path)

    def _find(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)


def same_document(here: str, there: str) -> bool:
    """Two addresses that differ in their fragment only would not be loaded anew, as a visitor's click is."""
    return here.partition("#")[0] == there.partition("#")[0]


Opener = Callable[[Look], "contextlib.AbstractContextManager[Browser]"]


@contextlib.contextmanager
def running(name: str) -> Iterator[Opener]:
    """Starts an engine; the value opens a fresh page, with storage of its own, as often as it is called."""
    if name == "webkit" and webkit_driver():
        with _display():
            yield _webkit_page
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(prefix="sogallery-saved-") as folder, sync_playwright() as playwright:
        engine = _launch(playwright, name, folder)
        try:
            yield lambda look: _playwright_page(name, engine, look, Path(folder))
        finally:
            engine.close()


def missing(name: str) -> str:
    """Why the engine cannot be used; "" if it can."""
    try:
        with running(name) as opened, opened(Look()) as browser:
            browser.go("about:blank")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the reason
        return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    return ""


def _launch(playwright: Any, name: str, downloads: str) -> Any:
    if name == "chromium":
        path = _first("chromium", "chromium-browser", "google-chrome")
        return playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS), downloads_path=downloads)
    if name == "firefox" and (path := _first("firefox-esr", "firefox")):
        # The stock browser over WebDriver BiDi; Playwright's own build would be another Firefox than people have.
        return playwright.firefox.launch(channel="moz-firefox", executable_path=path, downloads_path=downloads)
    return getattr(playwright, name).launch(downloads_path=downloads)


@contextlib.contextmanager
def _playwright_page(name: str, engine: Any, look: Look, downloads: Path) -> Iterator[Browser]:
    context = engine.new_context(
        viewport={"width": look.width, "height": look.height}, device_scale_factor=look.scale, has_touch=look.touch,
        color_scheme="dark" if look.dark else "light", locale=look.locale,
        reduced_motion="reduce" if look.reduced_motion else "no-preference", accept_downloads=True,
        user_agent=look.user_agent or None,
        **({"is_mobile": True} if look.touch and name == "chromium" else {}),
    )  # fmt: skip
    try:
        browser = PlaywrightBrowser(name, context.new_page())
        browser.downloads = downloads
        yield browser
    finally:
        context.close()


@contextlib.contextmanager
def _webkit_page(look: Look) -> Iterator[Browser]:
    from selenium import webdriver
    from selenium.webdriver.webkitgtk.options import Options
    from selenium.webdriver.webkitgtk.service import Service

    options = Options()
    options.binary_location = _mini_browser()
    options.add_argument("--automation")
    if look.user_agent:
        options.add_argument(f"--user-agent={look.user_agent}")
    with tempfile.TemporaryDirectory(prefix="sogallery-saved-") as folder:
        downloads, config = Path(folder, "saved"), Path(folder, "config")
        downloads.mkdir()
        config.mkdir()
        (config / "user-dirs.dirs").write_text(f'XDG_DOWNLOAD_DIR="{downloads}"\n')
        service = Service(webkit_driver(), env={**os.environ, "XDG_CONFIG_HOME": str(config)})
        driver = webdriver.WebKitGTK(options=options, service=service)
        driver.command_executor.client_config.timeout = HUNG
        try:
            driver.set_window_size(look.width, look.height + 46)  # MiniBrowser's own bar
            browser = SeleniumBrowser(driver)
            browser.downloads = downloads
            yield browser
        finally:
            driver.quit()


@contextlib.contextmanager
def _display() -> Iterator[None]:
    """A screen that nobody sees, unless there is one."""
    os.environ.setdefault("LIBGL_ALWAYS_SOFTWARE", "1")
    os.environ.setdefault("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
    if "XDG_RUNTIME_DIR" not in os.environ:
        os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="sogallery-runtime-")
    if os.environ.get("DISPLAY"):
        yield
        return
    xvfb = shutil.which("Xvfb")
    if not xvfb:
        raise MissingEngineError("Xvfb is not installed")
    read, write = os.pipe()
    screen = subprocess.Popen(
        [xvfb, "-displayfd", str(write), "-screen", "0", "1600x1400x24", "-nolisten", "tcp"],
        pass_fds=[write], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    try:
        with os.fdopen(read) as number:
            os.environ["DISPLAY"] = f":{number.readline().strip()}"
        yield
    finally:
        os.environ.pop("DISPLAY", None)
        screen.terminate()
        screen.wait()


def webkit_driver() -> str | None:
    """WebKitGTK's WebDriver, if it is installed with its browser."""
    return shutil.which("WebKitWebDriver") if _mini_browser() else None


def _mini_browser() -> str | None:
    folders = ("lib", "lib/*", "lib64", "libexec")
    found = [str(path) for folder in folders for path in Path("/usr").glob(f"{folder}/webkit2gtk-4.*/MiniBrowser")]
    return max(found, default=None)


def _first(*names: str) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


def main() -> int:
    """Which engines are missing; 0 if none is."""
    lacking = {name: reason for name in ENGINES if (reason := missing(name))}
    for name, reason in lacking.items():
        print(f"error: {name} cannot be used: {reason}", file=sys.stderr)
    if lacking:
        print(f"hint: {HINT}", file=sys.stderr)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
