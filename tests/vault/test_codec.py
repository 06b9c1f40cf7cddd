"""Fields and base64url: one spelling for each value."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sogallery.vault import codec, link, packs
from sogallery.vault.failures import MalformedError, NoMatchError

FIELDS = st.lists(st.binary(max_size=12), max_size=5)


@given(FIELDS, FIELDS)
def test_different_fields_never_look_alike(one: list[bytes], other: list[bytes]) -> None:
    """What comes before the length cannot be moved into its neighbour."""
    assert (codec.fields(*one) == codec.fields(*other)) == (one == other)


@given(st.binary(max_size=70))
def test_base64_roundtrip(raw: bytes) -> None:
    """And it is the standard's alphabet without padding."""
    text = codec.b64(raw)

    assert codec.unb64(text, len(raw)) == raw
    assert text == base64.urlsafe_b64encode(raw).decode().rstrip("=")


@given(st.text("AB-_+/= \n", max_size=12) | st.text(max_size=6))
def test_one_spelling_only(text: str) -> None:
    """Either it is how the standard's encoder would write those bytes, or it is malformed."""
    if canonical(text):
        assert codec.b64(codec.unb64(text)) == text
    else:
        with pytest.raises(MalformedError):
            codec.unb64(text)


def canonical(text: str) -> bool:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return False
    return base64.urlsafe_b64encode(raw).decode().rstrip("=") == text


@given(st.lists(st.binary(min_size=16, max_size=16), max_size=4))
def test_fragments(secrets: list[bytes]) -> None:
    """A shared selection and a link secret come back out of a link."""
    joined = "".join(map(codec.b64, secrets))

    assert link.parse_fragment(f"v={joined}").selection == tuple(secrets)
    address, _, fragment = link.link("https://studio.example/x/", "abcdefghijklmnop", bytes(16)).partition("#")
    assert address == "https://studio.example/x/g/abcdefghijklmnop/"
    assert link.parse_fragment(fragment + "&new=1").link_secret == bytes(16)


@pytest.mark.parametrize("text", ["k=AAAA", "k=", "k=" + "A" * 21, "k=" + "!" * 22, "v=" + "A" * 23, "k=" + "A" * 43])
def test_a_cut_link_is_no_match(text: str) -> None:
    """As a wrong passphrase would be: nobody can tell which."""
    with pytest.raises(NoMatchError):
        link.parse_fragment(text)


IDS = st.lists(st.tuples(st.binary(min_size=16, max_size=16), st.integers(4152, 60_000)), max_size=200)


@given(IDS)
def test_packs_follow_their_rule(items: list[tuple[bytes, int]]) -> None:
    """Every photo in one pack, in order; none too large, none ended early without a reason."""
    found = list(packs.split(items))

    assert [index for start, end in found for index in range(start, end)] == list(range(len(items)))
    for start, end in found:
        size = sum(length for _, length in items[start:end])
        assert size <= packs.PACK
        chosen = end - start >= 8 and items[end - 1][0][0] < 8
        assert chosen or end == len(items) or size + items[end][1] > packs.PACK
        assert not any(items[at][0][0] < 8 for at in range(start + 7, end - 1))


def test_a_changed_photo_renews_one_pack_seldom_two() -> None:
    """Ends hang on the photos, so what comes after falls into step again."""
    items = [(bytes([index * 37 % 256]) + bytes(15), 20_000) for index in range(400)]
    before = {tuple(items[start:end]) for start, end in packs.split(items)}
    items[100] = (b"\xff" * 16, 24_000)
    after = {tuple(items[start:end]) for start, end in packs.split(items)}

    assert 1 <= len(after - before) <= 3


def test_a_thumb_larger_than_a_pack_is_a_pack() -> None:
    """The rule never loops nor drops."""
    assert list(packs.split([(bytes(16), 2 << 20), (bytes(16), 1)])) == [(0, 1), (1, 2)]
