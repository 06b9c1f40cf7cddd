"""Headers: one table for every host, strict, and without two rules that say the same header twice."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sogallery import headers
from sogallery.errors import InputError

ELSEWHERE = "https://objects.example:8443/soga/"
PATHS = (
    "index.html",
    "404.html",
    "g/abcdefghijklmnop/index.html",
    "g/abcdefghijklmnop/gallery.json",
    "b/00/00ff",
    "p/a.jpg",
)


def policy(text: str) -> dict[str, str]:
    return dict(part.split(" ", 1) for part in text.split("; "))


def test_gallery_pages_stay_out_of_search_engines_and_caches():
    """A gallery is neither indexed nor kept by a shared cache, nor named to another site."""
    found = headers.headers_for("g/abcdefghijklmnop/index.html")

    assert found["X-Robots-Tag"] == "noindex, nofollow, noarchive, noimageindex"
    assert found["Cache-Control"] == "private, no-cache"
    assert found["Referrer-Policy"] == "no-referrer"
    assert found["X-Frame-Options"] == "DENY"


def test_sealed_objects_are_plain_bytes_that_only_browsers_keep():
    """An object is never guessed to be anything else, and shared caches leave it alone."""
    found = headers.headers_for("b/00/00ff00ff")

    assert found["Content-Type"] == "application/octet-stream"
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Cache-Control"] == "private, max-age=31536000"


def test_assets_are_kept_for_ever_and_pages_are_asked_for_again():
    """Names with a hash never change; a page may be withdrawn tomorrow."""
    assert headers.headers_for("assets/theme-0123/style.css")["Cache-Control"].endswith("immutable")
    assert headers.headers_for("portfolio/index.html")["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", PATHS)
def test_every_file_has_a_strict_policy(path: str):
    """No inline script or style, no plugins, no frames, no forms, and Trusted Types."""
    found = policy(headers.headers_for(path)["Content-Security-Policy"])

    assert found["default-src"] == "'none'"
    assert found["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert found["style-src"] == "'self'"
    assert found["connect-src"] == "'self'"
    assert found["frame-ancestors"] == found["base-uri"] == found["form-action"] == "'none'"
    assert found["require-trusted-types-for"] == "'script'"
    assert "unsafe-inline" not in str(found)


def test_a_host_of_objects_is_added_for_fetching_and_for_nothing_else():
    """Only `connect-src` opens, and only for that folder of that host."""
    near, far = policy(headers.viewer_csp()), policy(headers.viewer_csp(ELSEWHERE))

    assert far.pop("connect-src") == f"'self' {ELSEWHERE}"
    assert near.pop("connect-src") == "'self'"
    assert near == far


@pytest.mark.parametrize("url", ["", "../../b/", "/objects/"])
def test_objects_beside_the_pages_need_no_source(url: str):
    """A relative address is the site's own origin."""
    assert policy(headers.viewer_csp(url))["connect-src"] == "'self'"


@pytest.mark.parametrize(
    "url",
    [
        "http://objects.example/",
        "https://a.example/; script-src *",
        "https://a.example/'",
        "javascript:1",
        "//a.example/",
    ],
)
def test_an_address_that_could_widen_the_policy_is_refused(url: str):
    """Anything but an https address stops the build."""
    with pytest.raises(InputError):
        headers.viewer_csp(url)


@given(st.text(max_size=40))
def test_no_address_adds_a_directive(text: str):
    """Whatever stands in objects_url: refused, or the policy has the same directives."""
    try:
        found = headers.viewer_csp(f"https://a.example/{text}/")
    except (InputError, ValueError):
        return

    assert policy(found).keys() == policy(headers.viewer_csp()).keys()


def test_no_two_rules_say_the_same_header_for_one_path():
    """Hosts join repeated headers with a comma, which would make nonsense of caching and policies."""
    for path in PATHS:
        names = [name for pattern, found in headers.rules() if headers.matches(pattern, f"/{path}") for name in found]

        assert len(names) == len(set(names))


def test_the_headers_file_keeps_to_the_portable_subset():
    """At most 100 rules and 2,000 characters a line, one star at the end, and no gallery by name."""
    lines = headers.netlify_text(ELSEWHERE).splitlines()
    patterns = [line for line in lines if not line.startswith(" ")]

    assert patterns == [pattern for pattern, _ in headers.rules()]
    assert all(pattern.startswith("/") and "*" not in pattern[:-1] for pattern in patterns)
    assert len(patterns) <= 100
    assert max(map(len, lines)) <= 2000
    assert all(": " in line for line in itertools.chain(line for line in lines if line.startswith(" ")))


def test_a_public_page_narrows_the_header_by_its_own_policy():
    """What the page's <meta> allows, the header allows too: a browser enforces both."""
    page, header = policy(headers.page_csp()), policy(headers.viewer_csp())

    assert "wasm" not in page["script-src"]
    assert page["trusted-types"] == "'none'"
    assert all(set(page[name].split()) <= {*header[name].split(), "'none'"} for name in page)
