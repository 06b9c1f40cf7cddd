"""What a reader says when something does not open (docs/format.md, section 8).

"Tampered" is `errors.TamperedError` itself; its siblings here are told apart for the message and for the vectors.
"""

from __future__ import annotations

from typing import ClassVar

from sogallery.errors import SecretError, SogalleryError, TamperedError


class NoMatchError(SecretError):
    """No slot opens with these secrets; nobody can tell whether the passphrase or the link is the wrong one."""

    failure: ClassVar[str] = "no match"

    def __init__(self) -> None:
        super().__init__(
            "nothing here opens with this link and passphrase",
            "check the passphrase, and that the link was copied whole, with everything after the #",
        )


class MalformedError(TamperedError):
    """Not JSON, or a field of the wrong type or length."""

    failure: ClassVar[str] = "malformed"


class UnsupportedError(TamperedError):
    """Another format, or key derivation parameters beyond the limits."""

    failure: ClassVar[str] = "unsupported"


class WrongGalleryError(TamperedError):
    """The id in a file is not the id in the address."""

    failure: ClassVar[str] = "wrong gallery"


def failure_class(error: SogalleryError) -> str:
    """The name in section 8 for `error`, which the vault raised."""
    return str(getattr(error, "failure", "tampered"))
