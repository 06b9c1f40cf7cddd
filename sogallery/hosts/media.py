"""Media types of what a site publishes, for hosts that are told them and for `verify`."""

from __future__ import annotations

import mimetypes

# The types that matter: what a browser runs, reads or shows. Python's own table differs between systems.
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}
BYTES = "application/octet-stream"


def content_type(path: str) -> str:
    """The media type to serve a file with; sealed objects, which have no suffix but a part's number, are only bytes."""
    suffix = path[path.rfind(".") :] if "." in path.rpartition("/")[2] else ""
    if path.endswith("studio.pub"):
        return TYPES[".json"]
    if suffix[1:].isdigit() or not suffix:
        return BYTES
    return TYPES.get(suffix) or mimetypes.guess_type(path)[0] or BYTES


def known_type(path: str) -> str:
    """The media type that a host must serve a file with, "" if any will do."""
    suffix = path[path.rfind(".") :]
    return TYPES.get(suffix, "") if "." in path.rpartition("/")[2] else ""
