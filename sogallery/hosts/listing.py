"""`build.json` as a verifier reads it: the list of a site's public files (docs/decisions/0006-verification.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sogallery.hosts.local import CONTROL_FILES
from sogallery.sealed import BUILD, BUILD_FORMAT, GALLERY_PAGE
from sogallery.vault import codec
from sogallery.vault.codec import Json, as_natural, as_object, as_text
from sogallery.vault.failures import MalformedError
from sogallery.vault.signed import verify

NAME = BUILD


@dataclass(frozen=True, slots=True)
class BuildList:
    """The public files of a site, path to (bytes, SHA-256 as hex); `signed` says whether the studio vouches for it."""

    version: str
    files: Mapping[str, tuple[int, str]]
    signed: bool


def is_public(path: str) -> bool:
    """Whether a path of `dist/` may be named in public: no gallery, no sealed object, nothing that is not served."""
    return not path.startswith(("g/", "b/")) and path not in (*CONTROL_FILES, NAME)


def read(document: bytes, public_keys: Mapping[str, bytes]) -> BuildList:
    """Read a `build.json`. Raises TamperedError if it is signed, but not by one of `public_keys` (by key id)."""
    found = codec.parse_object(document)
    signed = "signature" in found
    body = verify(document, public_keys, BUILD_FORMAT) if signed else as_object(found.get("signed"))
    if body.get("format") != BUILD_FORMAT:
        raise MalformedError(f"{NAME} is not a {BUILD_FORMAT}")
    files = {
        path: _entry(entry)
        for path, entry in as_object(body.get("files")).items()
        if is_public(path) or path == GALLERY_PAGE
    }
    return BuildList(as_text(body.get("version")), files, signed)


def _entry(entry: Json) -> tuple[int, str]:
    fields = as_object(entry)
    return as_natural(fields.get("size")), as_text(fields.get("sha256"))
