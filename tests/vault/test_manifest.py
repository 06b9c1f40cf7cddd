"""Manifests: written canonically, read strictly, nothing lost in between."""

from __future__ import annotations

from dataclasses import replace

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from sogallery.errors import TamperedError
from sogallery.vault import codec, manifest
from sogallery.vault.derive import ReplyKey
from sogallery.vault.failures import MalformedError
from sogallery.vault.manifest import Manifest, Photo, Reply, Section, Studio

ID = "abcdefghijklmnop"
KEY = ReplyKey(bytes(32))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SECRET = st.binary(min_size=16, max_size=16)
LENGTH = st.integers(1, 2**40)
SHOWN = {
    "name": TEXT, "width": st.integers(0, 10**5), "height": st.integers(0, 10**5), "colours": st.just("c0ffee" * 4),
    "thumb": st.just((0, 0, 4152)), "caption": TEXT, "taken": TEXT, "exposure": TEXT,
}  # fmt: skip
PHOTOS = st.one_of(
    st.builds(Photo, **SHOWN, original=SECRET, small=LENGTH, display=LENGTH, size=LENGTH),
    st.builds(Photo, **SHOWN, view=SECRET, small=LENGTH, display=LENGTH),
    st.builds(Photo, **SHOWN, original=SECRET, kind=st.just("clip"), clip=LENGTH, poster=LENGTH),
    st.builds(Photo, **SHOWN, view=SECRET, kind=st.just("clip"), poster=LENGTH),
)


def listing(*photos: Photo) -> Manifest:
    reply = Reply(KEY.public, KEY.id)
    sections = (Section("", len(photos)),) if photos else ()
    return Manifest(ID, 1, "Ada & Lin", "en", Studio("SO Captures"), reply, ("a" * 32,), sections, photos)


@given(st.lists(PHOTOS, max_size=6), TEXT, st.integers(0, 2**53 - 1))
@settings(max_examples=60, deadline=None)
def test_roundtrip(photos: list[Photo], title: str, revision: int) -> None:
    """Everything a person typed survives, in any script."""
    whole = replace(listing(*photos), title=title, revision=revision, cover=0 if photos else None)

    assert manifest.parse(manifest.write(whole), ID) == whole


@given(st.recursive(
    st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abz_", max_size=6), inner, max_size=4),
))  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_canonical_json_is_rfc_8785(value: codec.Json) -> None:
    """Our quick writer and the package for the RFC agree over what this format writes."""
    assert codec.dump_json(value) == rfc8785.dumps(value)


@given(st.binary(max_size=60) | st.text(max_size=40).map(str.encode))
@settings(deadline=None)
def test_nothing_but_a_failure_comes_of_noise(raw: bytes) -> None:
    """Whatever the bytes, the outcome is a failure with a class, never another exception."""
    with pytest.raises(TamperedError):
        manifest.parse(raw, ID)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, '{"a":1,"a":2}', '{"a":NaN}', "1e999", "9" * 5000])
def test_hostile_json_is_malformed(text: str) -> None:
    """Deep nesting, doubled fields and numbers that are none."""
    with pytest.raises(MalformedError):
        codec.parse_object(text.encode())


def test_what_no_reader_would_take_is_never_written() -> None:
    """The writer runs the reader's checks."""
    with pytest.raises(MalformedError):
        manifest.write(replace(listing(), cover=3))
    with pytest.raises(MalformedError):
        manifest.write(listing(Photo("a.jpg", thumb=(0, 0, 1), small=1, display=1)))


def test_the_digest_ignores_the_revision_and_nothing_else() -> None:
    """So a revision rises exactly when somebody would see something else."""
    photo = Photo("a.jpg", 1, 1, thumb=(0, 0, 1), view=bytes(16), small=1, display=1)
    base = {"client": listing(photo), "guest": listing()}
    digest = manifest.content_digest(base)

    assert manifest.content_digest({name: replace(one, revision=9) for name, one in base.items()}) == digest
    for changed in (
        {"client": listing(photo)},
        {"client": listing(), "guest": listing(photo)},
        base | {"guest": replace(listing(), title="other")},
        base | {"client": listing(replace(photo, caption="new"))},
    ):
        assert manifest.content_digest(changed) != digest


def test_secrets_do_not_show_in_a_repr() -> None:
    """A manifest in a traceback tells no key."""
    secret = bytes(range(16))
    assert repr(secret) not in repr(listing(Photo("a.jpg", original=secret)))
