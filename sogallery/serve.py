"""The photographer's preview: builds, watches, and serves on this computer only, with live reload.

The address is 127.0.0.1 and nothing else: browsers decrypt over plain http on the same machine only. While the
content has problems, every page shows them instead of an older picture of the site.
"""

from __future__ import annotations

import functools
import html
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from sogallery.errors import FaultError, InputError, SogalleryError
from sogallery.headers import headers_for

HOST = "127.0.0.1"
_LIVE = "/.sogallery/live"
_SCRIPT = b"""let seen;
for (;;) {
  try {
    const now = await (await fetch("/.sogallery/live?" + (seen ?? ""), { cache: "no-store" })).text();
    if (seen !== undefined && now !== seen) location.reload();
    seen = now;
  } catch { await new Promise((done) => setTimeout(done, 1000)); }
}
"""
_TAG = b'<script type="module" src="/.sogallery/live.js"></script></body>'
_WAIT = 25.0  # seconds a browser's question for news stays open
_SETTLE = 0.3  # seconds of quiet before a change is built: editors and exports write in bursts
_OWN = {"gallery.keys", "studio.pub", "ledger.jsonl", "ledger.checkpoint"}  # what builds write themselves


@dataclass
class State:
    """What the server shows: a version that changes with every build, and the last build's error if it failed."""

    version: int = 0
    error: str = ""
    changed: threading.Condition = field(default_factory=threading.Condition)

    def built(self, error: str) -> None:
        """A build ended, with "" or an error in words."""
        with self.changed:
            self.version += 1
            self.error = error
            self.changed.notify_all()

    def next(self, seen: str) -> str:
        """The version, as soon as it is not `seen` any more, or after a while."""
        with self.changed:
            self.changed.wait_for(lambda: str(self.version) != seen, _WAIT)
            return str(self.version)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away, as at every reload and closed tab, is nobody's news either."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(SimpleHTTPRequestHandler):
    state: State
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript",
        ".webp": "image/webp",
        ".avif": "image/avif",
        ".wasm": "application/wasm",
    }

    def parse_request(self) -> bool:
        """Answer to this computer's own names only, or any website could point its name here and read the preview."""
        if not super().parse_request():
            return False
        if urlsplit(f"//{self.headers.get('Host', HOST)}").hostname in (HOST, "localhost"):
            return True
        self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        return False

    def do_GET(self) -> None:
        """Serve a file, the live-reload script, or the error page."""
        path, _, query = self.path.partition("?")
        if path == _LIVE:
            self._send(self.state.next(query).encode(), "text/plain")
        elif path == _LIVE + ".js":
            self._send(_SCRIPT, "text/javascript")
        elif self.state.error and self._is_page(path):
            self._send(_error_page(self.state.error), "text/html; charset=utf-8")
        elif self._is_page(path):
            self._page(path)
        else:
            super().do_GET()

    @staticmethod
    def _is_page(path: str) -> bool:
        return path.endswith(("/", ".html"))

    def _page(self, path: str) -> None:
        file = Path(self.translate_path(path))
        file = file / "index.html" if path.endswith("/") else file
        if not file.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self._send(file.read_bytes().replace(b"</body>", _TAG), "text/html; charset=utf-8")

    def _send(self, body: bytes, media_type: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """The headers that the host will send, but nothing cached, and no HTTPS demanded."""
        for name, value in headers_for(unquote(urlsplit(self.path).path).lstrip("/")).items():
            if name not in ("Cache-Control", "Strict-Transport-Security"):
                self.send_header(name, value)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Requests are nobody's news."""


class _Watcher(FileSystemEventHandler):
    def __init__(self) -> None:
        self.touched = threading.Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note that something changed, unless a build did it or somebody only read."""
        name = Path(str(event.src_path)).name
        if event.event_type not in ("opened", "closed_no_write") and name not in _OWN and not name.startswith("."):
            self.touched.set()


def start(folder: Path, port: int, state: State) -> ThreadingHTTPServer:
    """A server for `folder` on 127.0.0.1, already listening; port 0 takes any. Raises FaultError if it is taken."""
    handler = functools.partial(type("Handler", (_Handler,), {"state": state}), directory=str(folder))
    try:
        server = _Server((HOST, port), handler)
    except OSError as error:
        raise FaultError(f"port {port} is taken", "stop the other program, or choose another with --port") from error
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def watch(folders: list[Path], rebuild: Callable[[], None], state: State, stop: threading.Event) -> None:
    """Rebuild whenever something in `folders` changes, until `stop` is set."""
    watcher = _Watcher()
    observer = Observer()
    for folder in folders:
        observer.schedule(watcher, str(folder), recursive=True)
    observer.start()
    try:
        while not stop.is_set():
            if watcher.touched.wait(0.5):
                _settle(watcher.touched)
                attempt(rebuild, state)
    finally:
        observer.stop()
        observer.join()


def _settle(touched: threading.Event) -> None:
    touched.clear()
    while touched.wait(_SETTLE):
        touched.clear()


def attempt(rebuild: Callable[[], None], state: State) -> None:
    """Build once and let the browsers know how it went."""
    try:
        rebuild()
        state.built("")
    except SogalleryError as error:
        state.built(_in_words(error))


def _in_words(error: SogalleryError) -> str:
    lines = [f"{problem}\n    {problem.hint}" for problem in error.problems] if isinstance(error, InputError) else []
    return "\n".join([*lines, error.message, error.hint])


def _error_page(error: str) -> bytes:
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>The site cannot be built</title>"
        f"<body><h1>The site cannot be built</h1><pre>{html.escape(error)}</pre>"
    ).encode() + _TAG
