"""What bytes from a host are: a key, a gallery's page, something sealed or something in the clear."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from sogallery.audit import looks_sealed
from sogallery.errors import TamperedError
from sogallery.vault import codec
from sogallery.vault.codec import as_object, as_text, unb64

GALLERY = re.compile(r"g/([a-z2-7]{16})/")


def read_pub(document: bytes) -> dict[str, bytes]:
    """The signing keys that a studio.pub names, by id; none if it is not one."""
    try:
        sign = as_object(codec.parse_object(document).get("sign"))
        key = unb64(as_text(sign.get("key")), 32)
    except TamperedError:
        return {}
    return {hashlib.sha256(key).hexdigest()[:16]: key}


def is_page(path: str) -> bool:
    """Whether a path is a gallery's page."""
    return GALLERY.match(path) is not None and path.endswith("/index.html")


def without_id(path: str, page: bytes) -> bytes:
    """A gallery's page as all galleries have it."""
    return page.replace(path.split("/")[1].encode(), b"*" * 16)


def sealed(path: str, body: bytes) -> bool:
    """Whether bytes look like a sealed object, a pack or a later part of one."""
    later = re.search(r"\.[1-9]\d*$", path) is not None
    return (later or body[:1] == b"\x28") and looks_sealed(_pieces(body))


def _pieces(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]
