"""XMP packets (ISO 16684-1): reading the few properties we show, and writing anew the properties that may stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from sogallery.render.meta.text import line, tidy

MAX_PACKET = 2**20
MAX_DEPTH = 8

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = "http://www.w3.org/XML/1998/namespace"
NAMESPACES: Mapping[str, str] = MappingProxyType(
    {
        "rdf": RDF,
        "xml": XML,
        "dc": "http://purl.org/dc/elements/1.1/",
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
        "photoshop": "http://ns.adobe.com/photoshop/1.0/",
        "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
        "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
        "tiff": "http://ns.adobe.com/tiff/1.0/",
        "exif": "http://ns.adobe.com/exif/1.0/",
        "exifEX": "http://cipa.jp/exif/1.0/",
        "aux": "http://ns.adobe.com/exif/1.0/aux/",
    }
)
PREFIXES = {address: prefix for prefix, address in NAMESPACES.items()}

# Words, rights, rating, times, exposure. Not here: places, serial numbers, document histories, people and face regions,
# develop settings, thumbnails, and every namespace not named above (drones write positions into theirs).
KEPT_WORDS = """
dc: title description creator rights subject format date language publisher contributor type
xmp: CreateDate ModifyDate CreatorTool Rating Label
xmpRights: Marked Owner UsageTerms WebStatement
photoshop: AuthorsPosition CaptionWriter Category ColorMode Copyright Credit DateCreated Headline ICCProfile
photoshop: Instructions Source SupplementalCategories Urgency
Iptc4xmpCore: AltTextAccessibility CreatorContactInfo ExtDescrAccessibility IntellectualGenre Scene SubjectCode
Iptc4xmpExt: DigitalSourceType Event Headline
plus: CopyrightOwner CreditLineRequired DataMining ImageCreator Licensor ModelReleaseStatus PropertyReleaseStatus
plus: Version
tiff: Artist Copyright DateTime ImageDescription Make Model Orientation ResolutionUnit XResolution YResolution
exif: ApertureValue ColorSpace CustomRendered DateTimeDigitized DateTimeOriginal ExifVersion ExposureBiasValue
exif: ExposureMode ExposureProgram ExposureTime FNumber Flash FocalLength FocalLengthIn35mmFilm ISOSpeedRatings
exif: LightSource MaxApertureValue MeteringMode
exif: PixelXDimension PixelYDimension SceneCaptureType ShutterSpeedValue SubjectDistance WhiteBalance
exifEX: InteroperabilityIndex LensMake LensModel LensSpecification PhotographicSensitivity SensitivityType
aux: Lens LensInfo
"""

ADDRESS = "CiAdr"  # inside CreatorContactInfo: a place is a place

TOP = f".//{{{RDF}}}RDF/{{{RDF}}}Description"

Name: TypeAlias = str  # ElementTree's form, {namespace}local


def name(prefix: str, local: str) -> Name:
    """The full name of a property, from the prefix everybody uses for its namespace."""
    return f"{{{NAMESPACES[prefix]}}}{local}"


KEPT = frozenset(
    name(words[0].rstrip(":"), local)
    for words in map(str.split, KEPT_WORDS.strip().splitlines())
    for local in words[1:]
)


def properties(packet: bytes) -> dict[Name, Element]:
    """The top-level properties of a packet; none if it is no XMP we can read. Repeated properties: the first counts."""
    root = _tree(packet)
    found: dict[Name, Element] = {}
    for description in root.findall(TOP) if root is not None else ():  # not those inside structures
        for key, value in description.attrib.items():
            found.setdefault(key, _simple(key, value))
        for child in description:
            found.setdefault(child.tag, child)
    return found


def _simple(key: Name, value: str) -> Element:
    element = Element(key)
    element.text = value
    return element


def _tree(packet: bytes) -> Element | None:
    """The parsed packet inside an element of ours, since both x:xmpmeta and rdf:RDF may be outermost."""
    text = _decoded(packet)
    if text is None or "<!DOCTYPE" in text or "<!ENTITY" in text:  # no packet has one; a bomb would
        return None
    holder = Element("packet")
    try:
        holder.append(ElementTree.fromstring(text))  # noqa: S314  (entities were refused above, length is bounded)
    except (ElementTree.ParseError, ValueError):
        return None
    return holder


def _decoded(packet: bytes) -> str | None:
    if len(packet) > MAX_PACKET:
        return None
    wide = packet.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = packet.decode("utf-16" if wide else "utf-8-sig", "replace")
    return re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text).strip()


def text(found: Mapping[Name, Element], prefix: str, local: str) -> str:
    """A property as text: the default language of alternatives, the first of a list, or its plain value; else ""."""
    return next(iter(texts(found, prefix, local)), "")


def texts(found: Mapping[Name, Element], prefix: str, local: str) -> tuple[str, ...]:
    """All values of a property, the default language first, without empty ones."""
    element = found.get(name(prefix, local))
    if element is None:
        return ()
    items = sorted(element.iter(f"{{{RDF}}}li"), key=lambda item: item.get(f"{{{XML}}}lang") != "x-default")
    values = (
        [tidy(item.text or "") for item in items]
        if items
        else [tidy(element.text or element.get(f"{{{RDF}}}resource") or "")]
    )
    return tuple(value for value in values if value)


def first_line(found: Mapping[Name, Element], prefix: str, local: str) -> str:
    """`text`, on one line."""
    return line(text(found, prefix, local))


def cleaned(packet: bytes) -> bytes:
    """The packet written anew with only the properties that may stay; b"" if nothing is left."""
    kept = {key: element for key, element in properties(packet).items() if key in KEPT}
    return written(_serialised(element) for element in kept.values()) if kept else b""


def written(inner: Iterable[str]) -> bytes:
    """A packet around serialised properties, all namespaces we know declared as they are used."""
    body = "".join(inner)
    used = "".join(
        f' xmlns:{p}="{a}"' for p, a in NAMESPACES.items() if p not in ("xml", "rdf") and re.search(rf"[< ]{p}:", body)
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about=""{used}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>'
        '<?xpacket end="w"?>'
    ).encode()


def _serialised(element: Element, depth: int = 0) -> str:
    tag = _qualified(element.tag)
    if tag is None or depth > MAX_DEPTH:
        return ""
    inner = "".join(_serialised(child, depth + 1) for child in element) or escape(element.text or "")
    return f"<{tag}{''.join(_attributes(element))}>{inner}</{tag}>"


def _attributes(element: Element) -> Iterator[str]:
    for key, value in element.attrib.items():
        qualified = _qualified(key)
        if qualified:
            yield f" {qualified}={quoteattr(value)}"


def _qualified(full: str) -> str | None:
    """`prefix:local`; None for a part of an address, and for a name of a namespace that we do not know, or of none."""
    address, _, local = full.removeprefix("{").partition("}")
    prefix = PREFIXES.get(address)
    return f"{prefix}:{local}" if prefix and local and not local.startswith(ADDRESS) else None
