"""Looking at a published site as a visitor's browser would: one request a file, no redirect followed, nothing kept."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from sogallery.errors import UsageError
from sogallery.headers import DEFAULT_CACHE
from sogallery.hosts.http import Client

_INDEX = "index.html"
_ENOUGH = 4 * 1024 * 1024  # bytes of a file whose size nobody knows; a hostile host could send for ever


@dataclass(frozen=True, slots=True)
class Visit:
    """What an address answers. Header names are lower case."""

    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def there(self) -> bool:
        """Whether something is served there."""
        return self.status == 200

    @property
    def gone(self) -> bool:
        """Whether the host says that nothing is there; object stores say 403 for it."""
        return self.status in (403, 404, 410)

    @property
    def sha256(self) -> str:
        """Of the body, as hex."""
        return hashlib.sha256(self.body).hexdigest()


class Visitor:
    """Asks for files of one site at `base`; sealed objects may be at another address."""

    def __init__(
        self, base: str, objects: str = "", tries: int = 4, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.base = base if base.endswith("/") else base + "/"
        self.objects = urljoin(self.base, objects) if objects else self.base + "b/"
        url = urlsplit(self.base)
        if url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment:
            raise UsageError(f"{base!r} is not the address of a site", "write it as https://host/path/")
        self._tries, self._sleep = tries, sleep
        self._clients: dict[str, Client] = {}
        self._lock = threading.Lock()

    @property
    def apart(self) -> bool:
        """Whether sealed objects come from another origin than the pages."""
        return origin(self.objects) != origin(self.base)

    def address(self, path: str) -> str:
        """Where a file of `dist/` is published; an index page under its folder."""
        if path.startswith("b/"):
            return self.objects + quote(path.removeprefix("b/"))
        if path == _INDEX or path.endswith("/" + _INDEX):
            path = path.removesuffix(_INDEX)
        return self.base + quote(path)

    def get(self, path: str, size: int = 0, method: str = "GET") -> Visit:
        """Visit a file of `dist/`, of which not much more than `size` bytes are read; FaultError if nobody answers."""
        headers = {"Origin": origin(self.base)} if path.startswith("b/") and self.apart else {}
        return self.visit(self.address(path), headers, method, size + _ENOUGH)

    def visit(
        self, address: str, headers: Mapping[str, str] | None = None, method: str = "GET", limit: int = _ENOUGH
    ) -> Visit:
        """Visit any address."""
        url = urlsplit(address)
        path = url.path + (f"?{url.query}" if url.query else "") or "/"
        answer = self._client(origin(address)).request(method, path, None, headers, limit=limit)
        return Visit(address, answer.status, answer.headers, answer.body)

    def _client(self, host: str) -> Client:
        with self._lock:
            if host not in self._clients:
                self._clients[host] = Client(host, tries=self._tries, sleep=self._sleep)
            return self._clients[host]


def origin(address: str) -> str:
    """Scheme, host and port of an address."""
    url = urlsplit(address)
    return f"{url.scheme}://{url.netloc}"


def agree(name: str, wanted: str, found: str) -> bool:
    """Whether a header says what it should, in other words perhaps."""
    if name == "Cache-Control" and wanted == DEFAULT_CACHE:  # a host's own words for "ask again each time" will do
        return any(word in _plain(found).split(",") for word in ("no-cache", "no-store", "max-age=0"))
    if name == "Content-Type":
        return _media(found) == _media(wanted)
    if name == "Strict-Transport-Security":
        ours, theirs = (re.search(r"max-age=(\d+)", text) for text in (wanted, found))
        return bool(ours and theirs and int(theirs[1]) >= int(ours[1]))
    return _plain(found) == _plain(wanted)


def allowing(policy: str, found: str) -> str:
    """`policy` with the one further connect-src that `found` has: the objects' address, where nobody told us of it."""
    there = re.search(r"connect-src 'self'( https://[^\s;]+)?(;|$)", found)
    return policy.replace("connect-src 'self'", f"connect-src 'self'{there[1] or ''}") if there else policy


def _media(text: str) -> str:
    kind = text.partition(";")[0].strip().lower()
    return {"application/javascript": "text/javascript", "text/xml": "application/xml"}.get(kind, kind)


def _plain(text: str) -> str:
    return re.sub(r"\s*([,;])\s*", r"\1", " ".join(text.split())).strip(";").lower()
