"""Public files: what a stranger reads in them is rights and release status, and nothing else."""

from __future__ import annotations

import io
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from drawn_pictures import PRIVATE_BYTES, camera_jpeg, scene
from PIL import Image

from sogallery.render.public import PublicMetadata, public_metadata, render_public
from sogallery.render.recipe import Recipe

SAID = PublicMetadata(
    creator="SO Captures & Söhne <x>",
    copyright="© SO Captures",
    rights_url="https://example.org/policy/?a=1&b=2",
    model_release_status="MR-LMR",
    model_release_ids=("4f1c", "9a2b"),
    property_release_status="PR-NAP",
    guid="0123456789abcdef",
)
TECHNICAL = ("File:", "System:", "ExifTool:", "Composite:", "JFIF:", "RIFF:", "SourceFile", "QuickTime:", "Meta:")
STRUCTURE = {"XMP-x:XMPToolkit", "IFD0:YCbCrPositioning", "ExifIFD:ExifVersion"}


def told(raw: bytes, tmp_path: Path) -> dict[str, object]:
    """What exiftool reads, without what every file of the format has."""
    path = tmp_path / "file"
    path.write_bytes(raw)
    run = subprocess.run(["exiftool", "-j", "-G1", "-a", "-u", "-n", path], capture_output=True, text=True, check=True)
    found = json.loads(run.stdout)[0]
    assert "ExifTool:Warning" not in found
    return {name: value for name, value in found.items() if not name.startswith(TECHNICAL) and name not in STRUCTURE}


@pytest.mark.parametrize("kind", ["jpeg", "webp", "avif"])
def test_a_stranger_reads_rights_and_release_status_only(kind: str, tmp_path: Path) -> None:
    """exiftool, an independent reader, finds exactly what was said."""
    rendered = render_public(camera_jpeg(6, scene(900, 600)), Recipe(kind), (512, 256), SAID)

    for one in rendered.renditions:
        assert told(one.data, tmp_path) == {
            "XMP-dc:Creator": SAID.creator,
            "XMP-dc:Rights": SAID.copyright,
            "XMP-xmpRights:Marked": True,
            "XMP-xmpRights:WebStatement": SAID.rights_url,
            "XMP-plus:ModelReleaseStatus": "MR-LMR",
            "XMP-plus:ModelReleaseID": ["4f1c", "9a2b"],
            "XMP-plus:PropertyReleaseStatus": "PR-NAP",
            "XMP-plus:DataMining": "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED",
            "XMP-iptcExt:DigitalImageGUID": "0123456789abcdef",
            "IFD0:Artist": SAID.creator,
            "IFD0:Copyright": SAID.copyright,
        }
        assert not any(word in one.data for word in (*PRIVATE_BYTES, b"Canon", b"rings", b"2026:06"))


def test_sizes_are_those_asked_for_and_never_larger() -> None:
    """Largest first, upright, equal ones once."""
    rendered = render_public(camera_jpeg(6, scene(900, 600)), Recipe("jpeg"), (256, 512, 2048, 1024), SAID)

    assert (rendered.width, rendered.height) == (600, 900)
    assert [(one.width, one.height) for one in rendered.renditions] == [(600, 900), (341, 512), (171, 256)]
    for one in rendered.renditions:
        with Image.open(io.BytesIO(one.data)) as image:
            assert image.size == (one.width, one.height)


def test_no_release_no_public_file() -> None:
    """A status of "none" cannot even be put into words here."""
    for status in ("MR-NON", "", "yes"):
        with pytest.raises(ValueError, match="not public"):
            replace(SAID, model_release_status=status)
    with pytest.raises(ValueError, match="property"):
        replace(SAID, property_release_status="")


def test_absent_words_leave_no_empty_fields() -> None:
    """A site without an address has no rights address."""
    packet = public_metadata(replace(SAID, rights_url="", model_release_ids=()))

    assert b"WebStatement" not in packet
    assert b"ModelReleaseID" not in packet
