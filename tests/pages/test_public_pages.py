"""The public pages: complete, relative, valid, and without anything that is not public."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest

from sogallery import headers
from sogallery.errors import InputError
from sogallery.model import (
    Client,
    Contact,
    Gallery,
    Page,
    Policy,
    PublicCategory,
    PublicFile,
    PublicPhoto,
    Site,
)
from sogallery.pages import default_themes, render_pages

THEME = default_themes() / "default"
GALLERY = "abcdefghijklmnop"
KEY = {"id": "0123456789abcdef", "key": "QUJD", "fingerprint": "0123 4567 89ab cdef"}
NASTY = '<script>alert("1")</script> & \'"'


def photo(name: str, width: int = 1800, height: int = 1200, **words: str) -> PublicPhoto:
    files = tuple(
        PublicFile(f"p/{name}-{size}.{kind}", size, size * height // width, f"image/{kind}")
        for size in (1800, 512)
        for kind in ("webp", "jpeg")
    )
    return PublicPhoto(name, width, height, "aabbcc" * 4, words.get("caption", ""), words.get("alt", ""), files)


PORTFOLIO = (
    PublicCategory("Weddings", "weddings", (photo("tall", 1200, 1800), photo("one", alt="Two rings"))),
    PublicCategory("Places", "places", (photo("lake", caption="Dawn"), photo("sea"))),
)
SITE = Site(
    "SO Captures",
    description="Quiet pictures.",
    contact=Contact("hello@studio.example", "+44 117 496 0123", "1 Quay Street\nBristol"),
    policy=Policy("1.0", date(2026, 5, 1), True, "We *ask* first."),
    pages=(
        Page("index", "Welcome", "Come in."),
        Page("later", "Later", "Second", nav=2),
        Page("about", "About", "See [the policy](/policy/).", "Who we are", nav=1),
        Page("hidden", "Hidden", "Not in the menu."),
    ),
)


@pytest.fixture
def viewer(tmp_path: Path) -> Path:
    """A viewer's folder as the build hands it over."""
    (tmp_path / "viewer").mkdir()
    (tmp_path / "viewer" / "viewer.js").write_bytes(b"void 0;\n")
    (tmp_path / "viewer" / "viewer.css").write_bytes(b"html {}\n")
    return tmp_path / "viewer"


def render(
    viewer: Path,
    site: Site = SITE,
    theme: Path = THEME,
    portfolio: tuple[PublicCategory, ...] = PORTFOLIO,
    galleries: tuple[str, ...] = (GALLERY,),
) -> dict[str, bytes]:
    return render_pages(site, theme, portfolio, galleries, viewer, KEY)


class Html(HTMLParser):
    """The tags of a page with their attributes, and its words."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(data.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def of(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == name]

    def addresses(self) -> list[str]:
        found = [attrs[key] for _, attrs in self.tags for key in ("href", "src") if attrs.get(key)]
        found += [part.split()[0] for _, attrs in self.tags for part in (attrs.get("srcset") or "").split(",") if part]
        return [address for address in found if address]


def pages(files: Mapping[str, bytes]) -> dict[str, Html]:
    return {path: Html(data) for path, data in files.items() if path.endswith(".html")}


def test_every_page_is_there(viewer: Path):
    """Home, portfolio, a page a category, public pages, policy, key, galleries, and what hosts and robots read."""
    files = render(viewer)

    assert {path for path in files if not path.startswith("assets/")} == {
        *(f"{path}index.html" for path in ("", "portfolio/", "portfolio/weddings/", "portfolio/places/")),
        *(f"{path}/index.html" for path in ("about", "later", "hidden", "policy", "key", f"g/{GALLERY}")),
        *("key/studio.json", "404.html", "robots.txt", "sitemap.xml", "_headers"),
    }


def test_every_link_is_relative_and_leads_somewhere(viewer: Path):
    """A site works under any path, and has no dead link."""
    files = render(viewer)
    known = {*files, *(f.path for c in PORTFOLIO for p in c.photos for f in p.files)}

    for path, page in pages(files).items():
        for address in page.addresses():
            parts = urlsplit(address)
            if parts.scheme in ("mailto", "tel") or not parts.path:
                continue
            assert not parts.netloc
            assert path == "404.html" or not parts.path.startswith("/")
            base = "" if parts.path.startswith("/") else path.rpartition("/")[0]
            target = normpath(f"{base}/{unquote(parts.path)}".lstrip("/"))
            assert target in known or normpath(f"{target}/index.html") in known, (path, address)


def test_pages_keep_to_their_own_policy(viewer: Path):
    """No inline script, style or handler: the policy would stop them."""
    for path, page in pages(render(viewer)).items():
        policies = [m["content"] for m in page.of("meta") if m.get("http-equiv") == "Content-Security-Policy"]

        assert policies == [headers.viewer_csp() if path.startswith("g/") else headers.page_csp()]
        assert all("src" in attrs for attrs in page.of("script"))
        assert not page.of("style")
        assert not any(name == "style" or name.startswith("on") for _, attrs in page.tags for name in attrs)


def test_every_page_can_be_read_by_everybody(viewer: Path):
    """A language, a title, one heading, one main part, words for every picture and room kept for it."""
    for path, page in pages(render(viewer)).items():
        assert page.of("html")[0]["lang"] == "en"
        assert len(page.of("title")) == len(page.of("main")) == 1
        assert path.startswith("g/") or len(page.of("h1")) == 1
        for picture in (attrs for attrs in page.of("img") if "src" in attrs):
            assert picture["alt"]
            assert picture["width"]
            assert picture["height"]


def test_titles_differ(viewer: Path):
    """Every public page has a title of its own."""
    found = [
        re.search(rb"<title>(.*)</title>", data) for path, data in render(viewer).items() if path.endswith(".html")
    ]

    assert all(found)
    assert len({match[1] for match in found if match}) == len(found)


def test_nothing_private_reaches_a_page(viewer: Path):
    """Clients and galleries of the Site leave no trace, even if they are there."""
    secret = "Zebulon Private"
    private = replace(
        SITE,
        clients={"zebulon": Client("zebulon", name=secret, email="zebulon@private.example")},
        galleries=(Gallery("zebulon", "zebulon-day", title=secret),),
        deploy={"zebulon": {"host": "netlify"}},
    )

    assert render(viewer, private) == render(viewer)
    assert b"ebulon" not in b"".join(render(viewer, private).values())


def test_a_gallery_page_knows_the_studio_and_its_id_only(viewer: Path):
    """It asks not to be indexed, and differs from another gallery's by the id alone."""
    other = "ponmlkjihgfedcba"
    files = render(viewer, galleries=(GALLERY, other))
    page = Html(files[f"g/{GALLERY}/index.html"])
    metas = {attrs.get("name"): attrs.get("content") for attrs in page.of("meta")}

    assert metas["robots"] == "noindex, nofollow, noarchive, noimageindex"
    assert metas["referrer"] == "no-referrer"
    assert files[f"g/{GALLERY}/index.html"].replace(GALLERY.encode(), other.encode()) == files[f"g/{other}/index.html"]


def test_nothing_public_names_a_gallery(viewer: Path):
    """Neither robots.txt nor the sitemap nor the headers nor any public page."""
    for path, data in render(viewer).items():
        assert path.startswith("g/") or GALLERY.encode() not in data


def test_the_sitemap_lists_public_pages_with_the_sites_address(viewer: Path):
    """With base_url its addresses are absolute and robots.txt points to it."""
    files = render(viewer, replace(SITE, base_url="https://studio.example/photos"))
    root = ElementTree.fromstring(files["sitemap.xml"])
    found = [element.text for element in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]

    assert "https://studio.example/photos/" in found
    assert "https://studio.example/photos/portfolio/weddings/" in found
    assert not any("/g/" in str(address) or "404" in str(address) for address in found)
    assert b"Sitemap: https://studio.example/photos/sitemap.xml" in files["robots.txt"]
    assert b"Sitemap:" not in render(viewer)["robots.txt"]


def test_a_site_under_a_path_has_a_404_page_that_finds_its_way(viewer: Path):
    """A missing page may be asked for at any depth, so its links start at the host."""
    files = render(viewer, replace(SITE, base_url="https://studio.example/photos/"))

    assert all(
        a.startswith(("/photos/", "mailto:", "tel:", "#", "https:")) for a in Html(files["404.html"]).addresses()
    )


def test_words_are_text(viewer: Path):
    """Markup in anything a person types is shown, never interpreted."""
    site = replace(SITE, name=NASTY, description=NASTY, contact=Contact("a@b.example", "+44 1", NASTY))
    categories = (PublicCategory(NASTY, "weddings", (photo("one", caption=NASTY, alt=NASTY),)),)
    files = render(viewer, replace(site, base_url="https://studio.example/"), portfolio=categories)

    for page in pages(files).values():
        assert all("src" in attrs for attrs in page.of("script"))
        assert page.of("h1") == [] or "alert" in page.words
    assert Html(files["portfolio/weddings/index.html"]).of("img")[0]["alt"] == NASTY


def test_pictures_come_in_all_their_sizes_and_types(viewer: Path):
    """The better type first, the one every browser shows last, smallest size first."""
    page = Html(render(viewer)["portfolio/weddings/index.html"])

    assert page.of("source")[0]["type"] == "image/webp"
    assert page.of("img")[0]["srcset"] == "../../p/tall-512.jpeg 512w, ../../p/tall-1800.jpeg 1800w"
    assert page.of("img")[0]["width"] == "1200"
    assert page.of("a")[[a.get("class") for a in page.of("a")].index("frame")]["href"] == "../../p/tall-1800.jpeg"


def test_the_first_wide_photo_leads_and_the_rest_wait(viewer: Path):
    """Only what is seen first loads at once."""
    found = [attrs for attrs in Html(render(viewer)["index.html"]).of("img") if "src" in attrs]

    assert found[0]["fetchpriority"] == "high"
    assert "lake" in str(found[0]["src"])
    assert all(attrs.get("loading") == "lazy" for attrs in found[1:])


def test_the_menu_has_the_pages_that_ask_for_it_in_their_order(viewer: Path):
    """Portfolio first, then by `nav`; the page one is on is marked."""
    page = Html(render(viewer)["about/index.html"])
    links = [
        attrs
        for attrs in page.of("a")
        if str(attrs["href"]) in ("../portfolio/", "../about/", "../later/", "../hidden/")
    ]

    assert [attrs["href"] for attrs in links] == ["../portfolio/", "../about/", "../later/"]
    assert [attrs.get("aria-current") for attrs in links] == [None, "page", None]


def test_an_empty_portfolio_is_said_and_not_advertised(viewer: Path):
    """A new studio has no portfolio: the page says so, and neither menu nor sitemap leads there."""
    files = render(viewer, portfolio=(PublicCategory("Weddings", "weddings"),))

    assert "No photographs" in Html(files["portfolio/index.html"]).words
    assert "portfolio/weddings/index.html" not in files
    assert b"portfolio" not in files["sitemap.xml"]
    assert not any("portfolio" in str(attrs["href"]) for attrs in Html(files["index.html"]).of("a"))


def test_the_policy_says_its_version_and_its_day(viewer: Path):
    """Clients acknowledge a version, so the page names it."""
    page = Html(render(viewer)["policy/index.html"])

    assert "Version 1.0, in force since 1 May 2026" in page.words
    assert page.of("time") == [{"datetime": "2026-05-01"}]


def test_the_studios_key_is_published_for_people_and_programs(viewer: Path):
    """Clients can compare the fingerprint of what replies are sealed for."""
    files = render(viewer)

    assert json.loads(files["key/studio.json"]) == {"format": "soga/1 studio", "name": "SO Captures", **KEY}
    assert KEY["fingerprint"] in Html(files["key/index.html"]).words


def test_assets_are_named_by_their_content(viewer: Path):
    """A changed file has a new address, so caches may keep the old one for ever; the viewer is copied as it is."""
    before = render(viewer)
    (viewer / "viewer.js").write_bytes(b"void 1;\n")
    after = render(viewer)
    changed = {path: data for path, data in after.items() if path not in before}

    assert b"void 1;\n" in changed.values()
    assert all(path.startswith("assets/viewer-") for path in changed)
    assert all(re.match(r"assets/\w+-[0-9a-f]{12}/", path) for path in after if path.startswith("assets/"))


def test_the_same_input_gives_the_same_bytes(viewer: Path):
    """A build that changes nothing writes nothing."""
    assert render(viewer) == render(viewer)


@pytest.mark.parametrize(("language", "direction", "word"), [("de-CH", "ltr", "Kontakt"), ("ar", "rtl", "التواصل")])
def test_fixed_words_are_in_the_sites_language(viewer: Path, language: str, direction: str, word: str):
    """Language and direction are said to the browser, too."""
    page = Html(render(viewer, replace(SITE, language=language))["index.html"])

    assert page.of("html")[0] == {"lang": language, "dir": direction}
    assert word in page.words


@pytest.mark.parametrize("slug", ["portfolio", "policy", "key", "about"])
def test_two_inputs_for_one_page_are_a_problem(viewer: Path, slug: str):
    """No page silently replaces another."""
    site = replace(SITE, pages=(*SITE.pages, Page(slug, "Again", "x")))

    with pytest.raises(InputError) as caught:
        render(viewer, site)
    assert f"{slug}/index.html" in caught.value.problems[0].message


@pytest.mark.parametrize("template", ["{{ nothing_of_that_name }}", "{% if %}", "{{ asset('gone.css') }}"])
def test_a_broken_template_names_itself(viewer: Path, tmp_path: Path, template: str):
    """A theme's mistake is a Problem with its place, not a half-made page."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "page.html").write_text(template, encoding="utf-8")

    with pytest.raises(InputError) as caught:
        render(viewer, theme=tmp_path / "mine")
    assert caught.value.problems[0].path == "theme/page.html"


def test_a_template_cannot_reach_into_python(viewer: Path, tmp_path: Path):
    """Themes are copied from strangers, so templates run in a sandbox."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "page.html").write_text("{{ ''.__class__.__mro__[1].__subclasses__() }}", encoding="utf-8")

    with pytest.raises(InputError):
        render(viewer, theme=tmp_path / "mine")


def test_a_page_takes_no_more_than_it_needs(viewer: Path):
    """Code and styles of the public pages stay small enough for a train."""
    files = render(viewer)
    own = [data for path, data in files.items() if path.startswith("assets/theme-")]

    assert sum(map(len, own)) < 24_000
