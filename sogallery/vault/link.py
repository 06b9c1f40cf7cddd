"""Links to galleries: what stands before the `#` and after it (docs/format.md, sections 2 and 9)."""

from __future__ import annotations

from dataclasses import dataclass, field

from sogallery.vault.codec import b64, unb64
from sogallery.vault.failures import MalformedError, NoMatchError

_CHARACTERS = 22  # base64url of 16 bytes


@dataclass(frozen=True, slots=True)
class Fragment:
    """What a link says after its `#`: a link secret ("" if none), or the viewing secrets of a shared selection."""

    link_secret: bytes = field(default=b"", repr=False)
    selection: tuple[bytes, ...] = field(default=(), repr=False)


def link(base_url: str, gallery_id: str, link_secret: bytes) -> str:
    """The address of a gallery below `base_url`; without a fragment if `link_secret` is empty."""
    page = f"{base_url.rstrip('/')}/g/{gallery_id}/"
    return f"{page}#k={b64(link_secret)}" if link_secret else page


def parse_fragment(text: str) -> Fragment:
    """The secrets in a fragment (without its `#`); unknown parameters are ignored.

    Raises NoMatchError for one that was cut or mistyped, as a wrong passphrase would.
    """
    parameters = dict(part.partition("=")[::2] for part in text.split("&"))
    try:
        if "v" in parameters:
            return Fragment(selection=_secrets(parameters["v"]))
        return Fragment(unb64(parameters["k"], 16)) if "k" in parameters else Fragment()
    except MalformedError as error:
        raise NoMatchError from error


def _secrets(text: str) -> tuple[bytes, ...]:
    return tuple(unb64(text[at : at + _CHARACTERS], 16) for at in range(0, len(text), _CHARACTERS))
