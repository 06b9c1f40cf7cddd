"""Text out of metadata: any character set in, plain readable text out."""

from __future__ import annotations

import unicodedata

MAX_TEXT = 10_000


def decoded(raw: bytes) -> str:
    """Text of unknown character set: UTF-8 where it is valid, else Windows-1252, which never fails."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def tidy(text: str) -> str:
    """NFC without control characters, lone surrogates and outer space; line breaks stay, as newlines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = "".join(
        c for c in lines if c in "\n\t" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in "\ufffe\uffff")
    )
    return unicodedata.normalize("NFC", kept).strip()[:MAX_TEXT]


def line(text: str) -> str:
    """`tidy`, on one line."""
    return " ".join(tidy(text).split())
