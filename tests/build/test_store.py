"""What lies in `.sogallery/` and in the outputs may be touched by others: only what was made is published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sites import Place, access, opened, picture, site, tree

from sogallery.cache import Cache
from sogallery.errors import FaultError, FindingsError
from sogallery.output import Blob, blob
from sogallery.publish import Output, publish
from sogallery.words import Words

KEEP = "originals: {metadata: keep}\n"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = site(tmp_path)
    made.gallery("ada/wedding", ["a.jpg", "b.jpg"], KEEP)
    return made


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    memory = Cache(tmp_path / ".sogallery")
    yield memory
    memory.close()


def append(path: Path) -> None:
    """Write into a file in place, as picture optimisers and editors do: hard links share the harm."""
    with path.open("ab") as file:
        file.write(b"optimised")


def test_an_object_changed_in_place_is_made_anew(place: Place, tmp_path: Path) -> None:
    """Output, sealed/ and store are one file by hard link; the next build heals all three."""
    place.build()
    before = tree(place.dist)
    for path in (place.dist / "b").rglob("*"):
        if path.is_file():
            append(path)
    place.build()

    assert before == tree(place.dist)
    assert {"a.jpg", "b.jpg"} == set(opened(place, access(place, "ada/wedding")["client"], tmp_path / "out"))


def test_a_thumb_changed_in_the_store_is_not_packed(place: Place, tmp_path: Path) -> None:
    """Thumbs lie in the store alone; a pack that has to be made again is made of sound ones."""
    place.build()
    packed = {blob(path.read_bytes()).sha256 for path in place.dist.rglob("*") if path.is_file()}
    for path in (place.root / ".sogallery/objects").rglob("*"):
        if path.is_file() and blob(path.read_bytes()).sha256 not in packed:
            append(path)
    place.write("clients/ada/wedding/c.jpg", picture(9))
    report, _ = place.build()

    assert 3 == report.made


def test_another_file_in_the_store_is_never_published(tmp_path: Path, cache: Cache) -> None:
    """A source that is not what its blob says stops the build before anything is staged."""
    stored = tmp_path / "object"
    stored.write_bytes(b"what was made")
    made = Blob(blob(b"what was made").sha256, len(b"what was made"), stored)
    stored.write_bytes(b"something else")
    with pytest.raises(FaultError, match="not as it was made"):
        publish(Output(tmp_path / "dist", {"index.html": made}), None, cache, Words({}), ())

    assert not (tmp_path / "dist").exists()


def test_a_public_picture_is_compared_byte_for_byte(
    tmp_path: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if the memory vouches for a file with the right size and time: what is staged was released, or nothing."""
    released, private = picture(1), picture(2)
    stored = tmp_path / "0-600-0.jpg"
    stored.write_bytes(private)
    monkeypatch.setattr(cache, "holds", lambda *_: True)
    tree_with = {"p/0-600-0.jpg": Blob(blob(released).sha256, len(released), stored)}
    with pytest.raises(FindingsError) as caught:
        publish(Output(tmp_path / "dist", tree_with), None, cache, Words({}), ())

    assert "p/0-600-0.jpg" in [finding.path for finding in caught.value.findings]
    assert not (tmp_path / "dist").exists()
