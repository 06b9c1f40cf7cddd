"""How renditions are made, as a value: whatever changes their bytes on purpose is in it, and so in its digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass, replace
from types import MappingProxyType

PIPELINE = 1  # rises when our own steps change the output on purpose; an upgraded encoder does not count
KINDS = ("display", "small", "thumb")  # in the order of the cascade: each is made from the one before


@dataclass(frozen=True, slots=True)
class Encoding:
    """How pixels become bytes. `effort` is the encoder's own scale: method 0 to 6 of WebP, speed 10 to 0 of AVIF."""

    format: str
    quality: int
    effort: int = 0

    @property
    def type(self) -> str:
        """The media type."""
        return f"image/{self.format}"


# Of equal quality; why these: docs/decisions/0002-image-format.md. Thumbs are many, small and never saved by anybody,
# so they get the more thorough WebP encoder also beside JPEG.
VIEWS = MappingProxyType(
    {"jpeg": Encoding("jpeg", 80), "webp": Encoding("webp", 88, 2), "avif": Encoding("avif", 69, 10)}
)
THUMBS = MappingProxyType({**VIEWS, "jpeg": Encoding("webp", 82, 4), "webp": Encoding("webp", 82, 4)})


@dataclass(frozen=True, slots=True)
class Recipe:
    """Format and quality of renditions, and the length of their longer edges in pixels; nothing is ever enlarged.

    `quality` None is the format's own default; a number does not touch thumbs of another format. `watermark` is a PNG
    with alpha, laid over display renditions only.
    `backend` "" is the better one that works on the machine; name it (resize.available) for equal bytes from several.
    """

    format: str = "jpeg"
    quality: int | None = None
    thumb: int = 400
    small: int = 1024
    display: int = 2048
    watermark: bytes = b""
    backend: str = ""

    def __post_init__(self) -> None:
        if self.format not in VIEWS:
            raise ValueError(f"unknown rendition format {self.format!r}")
        if self.quality is not None and not 1 <= self.quality <= 100:
            raise ValueError(f"quality {self.quality} is not between 1 and 100")
        if not 16 <= self.thumb <= self.small <= self.display <= 16383:  # the most a WebP may have
            raise ValueError("edges must rise from thumb to small to display, within 16 to 16383 pixels")

    def encoding(self, kind: str) -> Encoding:
        """How renditions of a kind are encoded."""
        usual = (THUMBS if kind == "thumb" else VIEWS)[self.format]
        wanted = None if usual.format != self.format else self.quality
        return usual if wanted is None else replace(usual, quality=wanted)

    @property
    def digest(self) -> str:
        """64 hex digits over what affects any rendition on purpose; no encoder's version and no backend is in it."""
        return _digest([self.digest_of(kind) for kind in KINDS])

    def digest_of(self, kind: str) -> str:
        """64 hex digits over what affects one kind: its own edge, and those it is scaled down from."""
        edges = [self.display, self.small, self.thumb][: KINDS.index(kind) + 1]
        marked = hashlib.sha256(self.watermark).hexdigest() if self.watermark and kind == "display" else ""
        return _digest([PIPELINE, kind, astuple(self.encoding(kind)), edges, marked])


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, separators=(",", ":")).encode()).hexdigest()
