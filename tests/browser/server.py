"""A host on the loopback: sends the headers that sogallery asks hosts to send, and misbehaves on request."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sogallery.headers import headers_for

TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".json": "application/json",
    ".svg": "image/svg+xml", ".webm": "video/webm", ".jpg": "image/jpeg",
}  # fmt: skip

# path -> (status, type, body), or None to serve the file; status 0 hangs up without a word
Fault = Callable[[str], "tuple[int, str, bytes] | None"]


class Host:
    """Serves `folder` until `close`. `seen` are the paths that were asked for, in order."""

    def __init__(self, folder: Path, objects_url: str = "") -> None:
        self.folder = folder
        self.seen: list[str] = []
        self.fault: Fault = lambda path: None
        self.delay: Callable[[str], float] = lambda path: 0.0
        self.date: str | None = None  # in place of the Date header
        self.policy: Callable[[str], str] = lambda text: text  # what becomes of the content security policy
        self._objects_url = objects_url
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and body for a path without its leading slash."""
        self.seen.append(path)
        time.sleep(self.delay(path))
        if found := self.fault(path):
            return found
        file = self.folder / (path + "index.html" if path.endswith("/") or not path else path)
        if not file.resolve().is_relative_to(self.folder.resolve()) or not file.is_file():
            return 404, TYPES[".html"], b"<!doctype html><title>404</title>"
        body = file.read_bytes()
        if file.suffix == ".html":  # the page says its policy itself, too, for hosts that send no headers
            body = self.policy(body.decode()).encode()
        return 200, TYPES.get(file.suffix, "application/octet-stream"), body

    def headers(self, path: str) -> dict[str, str]:
        """What the host sends with a path, as its configuration says."""
        sent = headers_for(path + "index.html" if path.endswith("/") or not path else path, self._objects_url)
        # The loopback has no certificate, so this one would be a lie.
        sent.pop("Strict-Transport-Security", None)
        sent["Content-Security-Policy"] = self.policy(sent["Content-Security-Policy"])
        return sent

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = unquote(urlsplit(self.path).path).lstrip("/")
                status, kind, body = host.answer(path)
                if status == 0:
                    self.close_connection = True
                    return
                self.send_response(status)
                headers = {"Content-Type": kind, "Content-Length": str(len(body)), **host.headers(path)}
                for name, value in headers.items():
                    self.send_header(name, value if name != "Content-Type" or status == 200 else kind)
                self.end_headers()
                self.wfile.write(body)

            def date_time_string(self, timestamp: float | None = None) -> str:
                return host.date or super().date_time_string(timestamp)

            def handle(self) -> None:
                try:
                    super().handle()
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True  # the browser went elsewhere

            def log_message(self, *args: object) -> None:
                """Tests read `seen` instead."""

        return Handler
