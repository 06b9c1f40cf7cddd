"""The viewer's benchmark, in Chromium: how fast a gallery opens, decrypts and scrolls, beside the bare parts of it.

    python benchmarks/viewer.py [--work FOLDER] [--photos 50,500,2000] [--rounds 5]

Needs playwright and Chromium. Builds galleries with real key derivation and opens each with link and passphrase, every
time in a fresh profile, in turn with what is compared: a bare Argon2id of the same parameters; a bare WebCrypto loop
over files of the same sizes in the same segments. Prints Markdown tables of medians.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from measure import tree_memory
from playwright.sync_api import Browser, Page, sync_playwright
from run import environ, site
from shoot import shoot
from static_host import Host, compressed

ROOT = Path(__file__).parent.parent
ARGON2 = ROOT / "viewer" / "node_modules" / "hash-wasm" / "dist" / "argon2.umd.min.js"
PROBES = Path(__file__).with_suffix(".js")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SEGMENT = 65536


class Gallery:
    """A built site with one gallery, served; what its client and somebody with a link alone were given."""

    def __init__(self, work: Path, name: str, photos: list[Path]) -> None:
        self.root = site(work / name, photos, "jpeg")
        settings = self.root / "content" / "clients" / "ada-lin" / "wedding" / "gallery.yaml"
        settings.write_text("title: Ada & Lin\naccess: {client: {}, open: {mode: link}}\n")
        self._call(work, "build")
        rows = {row["grant"]: row for row in json.loads(self._call(work, "access", "show", "--json"))}
        self.id, self.count = rows["client"]["id"], len(photos)
        self.link, self.words = rows["client"]["link"].partition("#")[2], rows["client"]["passphrase"]
        self.open_link = rows["open"]["link"].partition("#k=")[2]
        self.dist = self.root / "dist"
        self.host = Host(self.dist)

    def _call(self, work: Path, *words: str) -> str:
        command = [sys.executable, "-m", "sogallery", *words, "--content", str(self.root / "content")]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environ(work)).stdout

    @property
    def page(self) -> str:
        return f"{self.host.url}g/{self.id}/"

    @property
    def kdf(self) -> dict[str, int]:
        return dict(json.loads((self.dist / "g" / self.id / "gallery.json").read_text())["kdf"])

    def close(self) -> None:
        self.host.shutdown()


@contextmanager
def fresh(browser: Browser, *, bypass: bool = False) -> Iterator[Page]:
    """A page of a new profile; `bypass` lets the benchmark's own scripts past the page's policy."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=bypass)
    try:
        context.add_init_script(path=str(PROBES))
        yield context.new_page()
    finally:
        context.close()


def opened(page: Page, gallery: Gallery) -> dict[str, float]:
    """Open with link and passphrase; the marks of viewer.js."""
    page.goto(f"{gallery.page}#{gallery.link}")
    page.fill("#passphrase", gallery.words)
    time.sleep(1)  # somebody has been typing; the worker is there
    page.keyboard.press("Enter")
    return dict(page.evaluate("bench.opened"))


def argon2(page: Page, kdf: dict[str, int]) -> float:
    """Milliseconds of a bare Argon2id with the gallery's parameters, the second time, when it is compiled."""
    page.add_script_tag(path=str(ARGON2))
    words = {name: kdf[name] for name in ("m", "t", "p")}
    page.evaluate("words => bench.argon2(words)", words)
    return float(page.evaluate("words => bench.argon2(words)", words))


def opening(browser: Browser, gallery: Gallery, rounds: int) -> list[str]:
    """One row: medians in milliseconds, requests and compressed bytes before the first photo."""
    bare, first, rest, loads = [], [], [], []
    for _ in range(rounds):
        with fresh(browser) as page:
            page.goto("about:blank")
            bare.append(argon2(page, gallery.kdf))
        gallery.host.seen.clear()
        with fresh(browser) as page:
            marks = opened(page, gallery)
        first.append(marks["first"] - marks["submit"])
        rest.append(marks["all"] - marks["first"])
        loads.append(loaded(gallery, (marks["origin"] + marks["first"]) / 1000))
    requests, code, styles, sealed = (median(column) for column in zip(*loads, strict=True))
    row = [f"{median(bare):.0f}", f"{median(first):.0f}", f"{median(first) - median(bare):.0f}", f"{median(rest):.0f}"]
    return [*row, f"{requests:.0f}", f"{code / 1024:.1f}", f"{styles / 1024:.1f}", f"{sealed / 1024:.0f}"]


def loaded(gallery: Gallery, until: float) -> tuple[int, int, int, int]:
    """What was asked for until a moment: requests, and bytes of code and styles (by gzip) and of sealed files."""
    files = [gallery.host.file(path) for when, path in gallery.host.seen if when <= until]
    sizes = {".js": 0, ".css": 0, "": 0}
    for file in files:
        if file and file.suffix in sizes:
            sizes[file.suffix] += len(compressed(file)) if file.suffix else file.stat().st_size
    return len(files), sizes[".js"], sizes[".css"], sizes[""]


def throughput(browser: Browser, gallery: Gallery, rounds: int) -> list[str]:
    """One row: MB/s of the bare loop and of the viewer's worker over the same number of bytes."""
    names = bare_files(gallery)
    script = next((gallery.dist / "assets").glob("viewer-*/worker.js")).relative_to(gallery.dist).as_posix()
    words = {"script": gallery.host.url + script, "gallery": gallery.id, "file": gallery.page + "gallery.json"}
    words |= {"link": gallery.open_link, "count": gallery.count}
    bare, ours = [], []
    for _ in range(rounds):
        with fresh(browser, bypass=True) as page:
            page.goto(gallery.page)
            files = {"names": names, "base": gallery.host.url + "bare/"}
            bare.append(rate(page.evaluate("words => bench.bare(words)", files)))
        with fresh(browser, bypass=True) as page:
            page.goto(gallery.host.url + "robots.txt")
            ours.append(rate(page.evaluate("words => bench.viewer(words)", words)))
    return [f"{median(bare):.0f}", f"{median(ours):.0f}", f"{median(ours) / median(bare):.2f}"]


def rate(result: dict[str, float]) -> float:
    return result["bytes"] / result["ms"] / 1000


def bare_files(gallery: Gallery) -> list[str]:
    """Files of the originals' sizes beside the site, encrypted in segments under a key that the bare loop knows."""
    seal, folder = AESGCM(b"\7" * 32), gallery.dist / "bare"
    folder.mkdir(exist_ok=True)
    for photo in sorted((gallery.root / "content" / "clients" / "ada-lin" / "wedding").glob("*.jpg")):
        data, room = photo.read_bytes(), SEGMENT - 16
        parts = (data[at : at + room] for at in range(0, len(data), room))
        sealed = (seal.encrypt(n.to_bytes(4, "big") + bytes(8), part, None) for n, part in enumerate(parts))
        (folder / photo.stem).write_bytes(b"".join(sealed))
    return sorted(path.name for path in folder.iterdir())


def scrolling(browser: Browser, gallery: Gallery) -> list[str]:
    """One row: long tasks on the way down and up, twice, and how much the whole browser's memory grew with each.

    Browsers keep what they have decoded until they need the room; the last number is what is left when told so.
    """
    with fresh(browser) as page:
        opened(page, gallery)
        page.wait_for_timeout(3000)
        memory = [tree_memory(os.getpid())]
        page.evaluate("bench.watchTasks()")
        for up in (False, True, False, True):
            page.evaluate("up => bench.scroll(up)", up)
            memory.append(tree_memory(os.getpid()))
        page.wait_for_timeout(500)
        page.context.new_cdp_session(page).send("Memory.simulatePressureNotification", {"level": "critical"})
        page.wait_for_timeout(2000)
        memory.append(tree_memory(os.getpid()))
        tasks = page.evaluate("bench.tasks")
        height = page.evaluate("document.documentElement.scrollHeight")
        tiles = page.evaluate("document.querySelectorAll('.tile').length")
    grown = [f"{now - memory[0]:+.0f}" for now in memory[1:]]
    return [str(height), str(len(tasks)), f"{max(tasks, default=0):.0f}", str(tiles), *grown]


def table(title: str, columns: str, rows: dict[str, list[str]]) -> None:
    names = columns.split(" | ")
    print(f"\n| {title} | {columns} |\n|" + "---|" * (len(names) + 1))
    for name, row in rows.items():
        print(f"| {name} | " + " | ".join(row) + " |", flush=True)


def main() -> None:
    """Build, open, decrypt, scroll."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "sogallery-benchmark")
    parser.add_argument("--photos", default="50,500,2000", help="photo counts, separated by commas")
    parser.add_argument("--rounds", type=int, default=5)
    words = parser.parse_args()
    counts = [int(count) for count in words.photos.split(",")]
    small, big = words.work / "photos-1500", words.work / "photos-6000"
    small.mkdir(parents=True, exist_ok=True)
    big.mkdir(parents=True, exist_ok=True)
    galleries = {count: Gallery(words.work, f"viewer-{count}", shoot(small, count, 1500)) for count in counts}
    heavy = Gallery(words.work, "viewer-originals", shoot(big, 30, 6000))
    program = next((path for path in ("/usr/bin/chromium", "/usr/bin/google-chrome") if Path(path).exists()), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        table(
            "photos, ms", "bare Argon2id | submit to first photo | over Argon2id | all on and near the screen after"
            " | requests | KB of code | KB of styles | KB sealed",
            {str(count): opening(browser, one, words.rounds) for count, one in galleries.items()},
        )  # fmt: skip
        table(
            "30 originals of 24 megapixels, MB/s", "bare WebCrypto | viewer | ratio",
            {"decryption": throughput(browser, heavy, words.rounds)},
        )  # fmt: skip
        table(
            "photos, scrolled", "height px | long tasks | longest ms | tiles"
            " | MB down | up | down | up | once asked for memory",
            {str(count): scrolling(browser, one) for count, one in galleries.items()},
        )  # fmt: skip
        browser.close()
    for one in (*galleries.values(), heavy):
        one.close()


if __name__ == "__main__":
    main()
