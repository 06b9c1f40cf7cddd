"""Public renditions: the picture with its rights and release status (IPTC Photo Metadata, PLUS), and nothing else.

Who may call this is decided elsewhere: only a released photo has a status that is accepted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from sogallery.render.decode import decoded
from sogallery.render.encode import encoded
from sogallery.render.lookalike import look
from sogallery.render.meta import exif, tiff, xmp
from sogallery.render.meta.text import line
from sogallery.render.photo import Rendered, Rendition, cascade, colours
from sogallery.render.recipe import Recipe
from sogallery.render.resize import resizer
from sogallery.render.source import Source

VOCABULARY = "http://ns.useplus.org/ldf/vocab/"
MODEL_STATUSES = frozenset({"MR-NAP", "MR-LMR", "MR-UMR"})  # MR-NON is no release: such a photo is not public
PROPERTY_STATUSES = frozenset({"PR-NON", "PR-NAP", "PR-LPR", "PR-UPR"})
PROHIBITED = "DMI-PROHIBITED"


@dataclass(frozen=True, slots=True)
class PublicMetadata:
    """All that a public file says. Ids are opaque; `guid` is fresh, never a camera's or a file's own.

    Statuses are PLUS codes; a model release status that says "none" raises ValueError.
    """

    creator: str
    copyright: str
    rights_url: str
    model_release_status: str
    model_release_ids: tuple[str, ...]
    property_release_status: str
    guid: str
    data_mining: str = PROHIBITED

    def __post_init__(self) -> None:
        if self.model_release_status not in MODEL_STATUSES:
            raise ValueError(f"a photo with model release status {self.model_release_status!r} is not public")
        if self.property_release_status not in PROPERTY_STATUSES:
            raise ValueError(f"unknown property release status {self.property_release_status!r}")


def public_metadata(said: PublicMetadata) -> bytes:
    """The XMP packet of a public file."""
    parts = [
        _listed("dc:creator", "Seq", (said.creator,)),
        _alternatives("dc:rights", said.copyright),
        _plain("xmpRights:Marked", "True" if said.copyright else ""),
        _plain("xmpRights:WebStatement", said.rights_url),
        _term("plus:ModelReleaseStatus", said.model_release_status),
        _listed("plus:ModelReleaseID", "Bag", said.model_release_ids),
        _term("plus:PropertyReleaseStatus", said.property_release_status),
        _term("plus:DataMining", said.data_mining),
        _plain("Iptc4xmpExt:DigImageGUID", said.guid),
    ]
    return xmp.written(parts)


def rights_exif(said: PublicMetadata) -> bytes:
    """Creator and copyright once more as EXIF, for readers that know no XMP."""
    words = ((exif.ARTIST, line(said.creator)), (exif.COPYRIGHT, line(said.copyright)))
    entries = {tag: _ascii(tag, text) for tag, text in words if text}
    return b"Exif\0\0" + exif.cleaned(exif.Exif("<", entries)) if entries else b""


def render_public(source: Source, recipe: Recipe, edges: Sequence[int], said: PublicMetadata) -> Rendered:
    """A released photo in the given sizes (longer edges, in pixels), largest first; equal ones once. Never enlarges.

    Raises UnreadableImage. A watermark of the recipe is not applied.
    """
    ordered = tuple(sorted(set(edges), reverse=True))
    resize = resizer(recipe.backend)
    size, image = decoded(source, ordered[0], resize)
    packet, rights = public_metadata(said), rights_exif(said)
    pictures = {picture.size: picture for _, picture in cascade(image, ordered, resize)}
    how = recipe.encoding("display")
    renditions = tuple(
        Rendition("public", how.type, *picture.size, encoded(picture, how, rights, packet))
        for picture in pictures.values()
    )
    smallest = next(reversed(pictures.values()))
    return Rendered(*size, colours(smallest), renditions, look(smallest))


def _plain(name: str, text: str) -> str:
    return f"<{name}>{escape(line(text))}</{name}>" if text else ""


def _term(name: str, code: str) -> str:
    return f"<{name} rdf:resource={quoteattr(VOCABULARY + code)}/>"


def _alternatives(name: str, text: str) -> str:
    inner = f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(line(text))}</rdf:li></rdf:Alt>'
    return f"<{name}>{inner}</{name}>" if text else ""


def _listed(name: str, kind: str, texts: Sequence[str]) -> str:
    inner = "".join(f"<rdf:li>{escape(line(text))}</rdf:li>" for text in texts if text)
    return f"<{name}><rdf:{kind}>{inner}</rdf:{kind}></{name}>" if inner else ""


def _ascii(tag: int, text: str) -> tiff.Entry:
    raw = text.encode() + b"\0"
    return tiff.Entry(tag, tiff.ASCII, len(raw), raw)
