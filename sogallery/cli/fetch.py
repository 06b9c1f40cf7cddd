"""Where `open` reads a sealed gallery from: a folder on disk or a host. Both give the bytes of named files."""

from __future__ import annotations

import http.client
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urljoin, urlsplit

from sogallery import __version__
from sogallery.errors import FaultError, TamperedError, UsageError
from sogallery.vault.failures import UnsupportedError

PIECE = 1024 * 1024
SMALL = 4 * 1024 * 1024  # more than any gallery.json
TIMEOUT = 60  # seconds without a byte
PAUSES = (0.5, 2.0)  # seconds before the second and the third try
_PAGE = re.compile(r"(.*/g/([a-z2-7]{16}))(?:/(?:index\.html)?)?")
_ID = re.compile(r"[a-z2-7]{16}")


class Source(Protocol):
    """Files by a reference relative to the gallery's own folder."""

    def pieces(self, reference: str, limit: int) -> Iterator[bytes]:
        """The bytes of one file, in pieces; TamperedError if it is missing or has more than `limit` bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """A gallery to open: where its files are, and the id in its address ("" if the address has none)."""

    source: Source
    gallery: str
    name: str


def places(where: str) -> list[Place]:
    """The galleries at `where` (a link or a folder, without fragment). UsageError if there can be none."""
    if urlsplit(where).scheme in ("http", "https"):
        page = _PAGE.fullmatch(where.partition("?")[0])
        if page is None:
            raise UsageError(f"{where} is not a gallery's link", "copy the whole link; it has /g/ in it")
        return [Place(Host(page[1] + "/"), page[2], where)]
    folder = Path(where)
    found = (
        [folder] if (folder / "gallery.json").is_file() else sorted(p.parent for p in folder.glob("g/*/gallery.json"))
    )
    if not found:
        raise UsageError(
            f"there is no gallery in {folder}", "name a link, a site's folder (dist) or a gallery's folder"
        )
    return [_folder_place(one) for one in found]


def _folder_place(folder: Path) -> Place:
    name = folder.resolve().name
    return Place(Folder(folder.resolve()), name if _ID.fullmatch(name) else "", str(folder))


def _limited(file: BinaryIO | http.client.HTTPResponse, name: str, limit: int) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        limit -= len(piece)
        if limit < 0:
            raise TamperedError(f"{name} is longer than it was sealed")
        yield piece


@dataclass(frozen=True, slots=True)
class Folder:
    """A gallery's folder inside a site's, or alone. Nothing outside the site's folder is read."""

    path: Path

    def pieces(self, reference: str, limit: int) -> Iterator[bytes]:
        """See Source."""
        if urlsplit(reference).scheme or urlsplit(reference).netloc:
            yield from Host("").pieces(reference, limit)
            return
        path = (self.path / unquote(reference)).resolve()
        root = self.path.parent.parent if self.path.parent.name == "g" else self.path
        if not path.is_relative_to(root):
            raise UnsupportedError("the gallery names files outside its site's folder")
        try:
            with path.open("rb") as file:
                yield from _limited(file, path.name, limit)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise TamperedError(f"{path.name} is missing") from error
        except OSError as error:
            raise FaultError(
                f"could not read {path}: {error.strerror}", "look at its permissions and its disk"
            ) from error


@dataclass(frozen=True, slots=True)
class Host:
    """A gallery on a web server; `base` is the address of its folder, with a slash at its end."""

    base: str

    def pieces(self, reference: str, limit: int) -> Iterator[bytes]:
        """See Source; FaultError when the network or the server stands in the way."""
        address = urljoin(self.base, reference)
        if urlsplit(address).scheme not in ("http", "https"):
            raise UnsupportedError("the gallery names files that are not on the web")
        name = address.rpartition("/")[2]
        try:
            with _request(address) as answer:
                yield from _limited(answer, name, limit)
        except urllib.error.HTTPError as error:
            if error.code in (403, 404, 410):  # object stores answer 403 for what is not there
                raise TamperedError(f"{name} is missing") from error
            raise FaultError(f"the host answered {error.code} for {address}", "try again later") from error
        except (OSError, http.client.HTTPException) as error:
            hint = "look at your connection and try again"
            raise FaultError(f"could not fetch {address}: {_reason(error)}", hint) from error


def _request(address: str) -> http.client.HTTPResponse:
    """An answer whose body is still to be read; a connection that breaks before it is tried again."""
    request = urllib.request.Request(address, headers={"User-Agent": f"sogallery/{__version__}"})  # noqa: S310
    for pause in PAUSES:
        try:
            return _send(request)
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:
                raise
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(pause)
    return _send(request)


def _send(request: urllib.request.Request) -> http.client.HTTPResponse:
    answer = _opener().open(request, timeout=TIMEOUT)
    assert isinstance(answer, http.client.HTTPResponse)  # noqa: S101 - the opener takes web addresses only
    return answer


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    return str(getattr(reason, "strerror", None) or reason)


def _opener() -> urllib.request.OpenerDirector:
    """Web addresses only, wherever a redirect points: the standard opener would take file and ftp, too."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
        urllib.request.UnknownHandler,
    ):
        opener.add_handler(handler())
    return opener
