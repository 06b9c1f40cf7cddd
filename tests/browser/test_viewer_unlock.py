"""The locked page: what opens it, what it says when something is wrong, and what becomes of the secrets."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sogallery.model import Mode
from tests.browser.conftest import enter
from tests.browser.engines import Browser, Look
from tests.browser.sealing import PASSPHRASE, Grant, Sealed, make, some_shots
from tests.browser.server import Host

GRANTS = (
    Grant("client"),
    Grant("guest", Mode.LINK),
    Grant("press", Mode.PASSPHRASE, "harbour violet anchor maple spoon"),
)


@pytest.fixture(scope="module")
def modes(viewer: Path, tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """A gallery with a grant in each mode."""
    return make(tmp_path_factory.mktemp("modes"), viewer, some_shots(6), grants=GRANTS, seed=5)


def alert(browser: Browser) -> str:
    """The sentence that says what is wrong."""
    alerts = "[...document.querySelectorAll('#locked [role=alert]')]"
    return str(browser.wait(f"{alerts}.map(e => e.innerText.trim()).find(Boolean)"))


def gallery_json(sealed: Sealed, **changes: object) -> bytes:
    document = json.loads((sealed.folder / sealed.page / "gallery.json").read_text())
    return json.dumps({**document, **changes}).encode()


def answering(path: str, status: int, kind: str, body: bytes) -> Callable[[str], tuple[int, str, bytes] | None]:
    return lambda asked: (status, kind, body) if asked.endswith(path) else None


def test_link_and_passphrase(browser: Browser, host: Host, sealed: Sealed) -> None:
    """The link and the passphrase open the gallery; the secret leaves the address at once and stays for a reload."""
    enter(browser, host, sealed)

    assert browser.text(".gallery h1") == "Ada & Lin"
    assert browser.js("return location.hash") == ""
    browser.reload()
    browser.type("#passphrase", "Copper-LANTERN  meadow violin ")
    browser.press("Enter")
    browser.visible(".gallery")


def test_field_is_made_for_passphrases(browser: Browser, host: Host, sealed: Sealed) -> None:
    """One field that password managers know, that changes nothing one types, and shows it on request."""
    browser.go(host.url + sealed.page + sealed.fragments["client"])
    browser.visible("#passphrase")

    attributes = "[...document.querySelector('#passphrase').attributes].map(a => [a.name, a.value])"
    found = dict(browser.js(f"return {attributes}"))
    assert browser.js("return document.querySelectorAll('input:not([type=checkbox])').length") == 1
    assert (found["autocomplete"], found["type"], found["autocapitalize"], found["spellcheck"]) == (
        "current-password", "password", "none", "false",
    )  # fmt: skip
    browser.click(".reveal")
    assert browser.js("return document.querySelector('#passphrase').type") == "text"
    assert browser.js("return location.hash + document.referrer") == ""


def test_wrong_passphrase(browser: Browser, host: Host, sealed: Sealed) -> None:
    """A wrong passphrase is said beside the field, and the right one opens afterwards."""
    browser.go(host.url + sealed.page + sealed.fragments["client"])
    browser.type("#passphrase", "not the right words")
    browser.press("Enter")

    assert "did not open the gallery" in alert(browser)
    assert browser.js("return document.activeElement.id") == "passphrase"
    browser.type("#passphrase", PASSPHRASE)
    browser.press("Enter")
    browser.visible(".gallery")


def test_missing_link_secret(browser: Browser, host: Host, sealed: Sealed) -> None:
    """Without the part after # the right passphrase is not enough; pasting the whole link helps."""
    browser.go(host.url + sealed.page)
    browser.type("#passphrase", PASSPHRASE)
    browser.press("Enter")

    assert "the whole link, with the part after #" in alert(browser)
    browser.type("#passphrase", host.url + sealed.page + sealed.fragments["client"])
    browser.press("Enter")
    browser.wait("document.activeElement.value === '' && !document.querySelector('[aria-disabled=true]')")
    browser.type("#passphrase", PASSPHRASE)
    browser.press("Enter")
    browser.visible(".gallery")


def test_cut_link(browser: Browser, host: Host, sealed: Sealed) -> None:
    """A link that was cut off says so before anybody types."""
    browser.go(host.url + sealed.page + sealed.fragments["client"][:-4])

    assert "cut off" in alert(browser)
    assert browser.js("return location.hash") == ""


def test_link_only_opens_at_once(browser: Browser, modes: Sealed, serve: Callable[[Path], Host]) -> None:
    """A link-only grant needs nothing typed, and its secret stays nowhere."""
    browser.go(serve(modes.folder).url + modes.page + modes.fragments["guest"])
    browser.visible(".gallery")

    assert browser.js("return location.hash + (history.state.k ?? '')") == ""


def test_passphrase_only(browser: Browser, modes: Sealed, serve: Callable[[Path], Host]) -> None:
    """A passphrase-only grant opens from the bare address."""
    enter(browser, serve(modes.folder), modes, "harbour violet anchor maple spoon", "press")

    assert browser.text(".gallery h1") == "Ada & Lin"


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (("gallery.json", 404, "text/html", b"<!doctype html>"), "no gallery at this address"),
        (("gallery.json", 200, "text/html", b"<!doctype html>Log in"), "something else than the gallery"),
        (("gallery.json", 503, "text/plain", b""), "something else than the gallery"),
        (("gallery.json", 0, "", b""), "connection was interrupted"),
        (("gallery.json", 200, "application/json", b"{"), "cannot be read"),
    ],
)
def test_host_trouble(
    browser: Browser, host: Host, sealed: Sealed, fault: tuple[str, int, str, bytes], sentence: str
) -> None:
    """What a host may answer instead of the gallery is told apart, and trying again goes on from there."""
    host.fault = answering(*fault)
    browser.go(host.url + sealed.page + sealed.fragments["client"])

    assert sentence in alert(browser)
    host.fault = lambda path: None
    browser.click("#door > .open")
    browser.visible("#passphrase")


def test_wrong_gallery_and_newer_format(browser: Browser, host: Host, sealed: Sealed) -> None:
    """A gallery.json of another gallery, or of a format from the future, is refused in words."""
    for changes, sentence in (({"gallery": "a" * 16}, "another gallery"), ({"format": "soga/2"}, "newer viewer")):
        host.fault = answering("gallery.json", 200, "application/json", gallery_json(sealed, **changes))
        browser.go(host.url + sealed.page + sealed.fragments["client"])

        assert sentence in alert(browser)


def test_tampered_slot(browser: Browser, host: Host, sealed: Sealed) -> None:
    """A slot that was changed is reported as such, not as a wrong passphrase."""
    slots = json.loads(gallery_json(sealed))["slots"]
    broken = [{**slot, "sealed": ("B" if slot["sealed"][0] == "A" else "A") + slot["sealed"][1:]} for slot in slots]
    host.fault = answering("gallery.json", 200, "application/json", gallery_json(sealed, slots=broken))
    browser.go(host.url + sealed.page + sealed.fragments["client"])
    browser.type("#passphrase", PASSPHRASE)
    browser.press("Enter")

    assert "not as the studio made them" in alert(browser)


def test_tampered_manifest(browser: Browser, host: Host, sealed: Sealed) -> None:
    """A manifest with one changed byte opens nothing, is fetched once more past the cache, and is reported."""
    secret = sealed.keys.manifest_secret("client", 0)
    from sogallery.vault.derive import object_key

    name = object_key(secret, sealed.id, "manifest").name
    data = bytearray(sealed.object(name).read_bytes())
    data[1000] ^= 1
    host.fault = answering(name, 200, "application/octet-stream", bytes(data))
    browser.go(host.url + sealed.page + sealed.fragments["client"])
    browser.type("#passphrase", PASSPHRASE)
    browser.press("Enter")

    assert "not as the studio made them" in alert(browser)
    assert sum(path.endswith(name) for path in host.seen) == 2


def test_insecure_origin(browser: Browser, host: Host, sealed: Sealed) -> None:
    """Over plain http from another address browsers refuse to decrypt; the page says what to do."""
    browser.go(host.url.replace("127.0.0.1", "[::ffff:127.0.0.1]") + sealed.page + sealed.fragments["client"])

    assert "https://" in alert(browser)


def test_no_webassembly(open_browser: Callable[[Look], Browser], modes: Sealed, serve: Callable[[Path], Host]) -> None:
    """Where WebAssembly is forbidden (Lockdown Mode) the slow way opens the gallery, and the page says so."""
    host = serve(modes.folder)
    host.policy = lambda text: text.replace(" 'wasm-unsafe-eval'", "")
    browser = open_browser(Look())
    browser.go(host.url + modes.page + modes.fragments["client"])

    browser.wait("document.querySelector('#door .status').innerText.includes('WebAssembly')")
    browser.type("#passphrase", PASSPHRASE)
    browser.press("Enter")
    browser.visible(".gallery")


def test_language(open_browser: Callable[[Look], Browser], host: Host, sealed: Sealed) -> None:
    """The page names its language for screen readers."""
    browser = open_browser(Look())
    browser.go(host.url + sealed.page)
    browser.visible("#passphrase")

    assert browser.js("return [document.documentElement.lang, document.documentElement.dir]") == ["en", "ltr"]
