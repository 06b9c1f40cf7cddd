"""A host on the loopback for benchmarks: the headers that sogallery asks for, and text compressed as hosts do it."""

from __future__ import annotations

import gzip
import http.server
import mimetypes
import threading
import time
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sogallery.headers import headers_for

TEXT = (".html", ".css", ".js", ".json", ".svg", ".txt", ".xml")


class Host(http.server.ThreadingHTTPServer):
    """Serves a folder until `shutdown`; `seen` has what was asked for and when, in seconds since the epoch."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.seen: list[tuple[float, str]] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def file(self, path: str) -> Path | None:
        """The file that answers a path without its leading slash."""
        file = self.folder / (path + "index.html" if path.endswith("/") or not path else path)
        return file if file.is_file() and file.resolve().is_relative_to(self.folder) else None


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Host

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path).lstrip("/")
        self.server.seen.append((time.time(), path))
        file = self.server.file(path)
        body = b"" if file is None else compressed(file) if file.suffix in TEXT else file.read_bytes()
        self.send_response(404 if file is None else 200)
        for name, value in self._headers(file).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _headers(self, file: Path | None) -> dict[str, str]:
        if file is None:
            return {}
        headers = {"Content-Type": mimetypes.guess_type(file.name)[0] or "application/octet-stream"}
        headers |= headers_for(file.relative_to(self.server.folder).as_posix())
        headers.pop("Strict-Transport-Security", None)  # the loopback has no certificate
        return headers | ({"Content-Encoding": "gzip"} if file.suffix in TEXT else {})

    def log_message(self, *args: object) -> None:
        """`seen` is the log."""


@lru_cache
def compressed(file: Path) -> bytes:
    """A file's bytes by gzip."""
    return gzip.compress(file.read_bytes(), 9)
