"""Everything in `dist/` but photos and sealed objects, as a mapping from path to bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

from jinja2 import TemplateError
from markupsafe import Markup

from sogallery import headers
from sogallery.errors import InputError
from sogallery.model import Problem, PublicCategory, PublicPhoto, Site
from sogallery.pages import theme as themes
from sogallery.pages import view, words


def render_pages(
    site: Site,
    theme: Path,
    portfolio: tuple[PublicCategory, ...],
    gallery_ids: Sequence[str],
    viewer: Path,
    studio_key: Mapping[str, str],
) -> dict[str, bytes]:
    """Every file of the site but `p/`, `b/` and `g/<id>/gallery.json`, by its path.

    `portfolio` has only photos that may be shown today; `viewer` is the folder of the built viewer; `studio_key` goes
    into `key/studio.json` as it is. Raises InputError if two inputs want one path, or a template of the theme is wrong.
    """
    pages = _Pages(view.public_side(site, portfolio), theme, viewer, site.objects_url, studio_key)
    pages.public()
    pages.galleries(gallery_ids)
    pages.plain_files()
    return pages.files


class _Pages:
    """The files so far, and what every template shares."""

    def __init__(
        self, site: view.PublicSite, theme: Path, viewer: Path, objects_url: str, studio_key: Mapping[str, str]
    ) -> None:
        self.files: dict[str, bytes] = {}
        self._site = site
        self._objects_url = objects_url
        self._studio_key = dict(studio_key)
        self._strings = themes.strings(theme, site.language)
        self._environment = themes.environment(theme)
        self._assets = themes.asset_folder("theme", themes.default_themes() / "default" / "assets", theme / "assets")
        self._photos = themes.named("photos", {"photos.css": view.photo_styles(site.portfolio).encode()})
        self._viewer = themes.asset_folder("viewer", viewer)
        self._addresses: list[str] = []  # of the pages that a search engine may list
        for folder in (self._assets, self._photos, self._viewer):
            self._add_all(folder.published())

    def public(self) -> None:
        """Home, portfolio, pages, policy, the studio's key, and the page for addresses that do not exist."""
        self._home()
        self._portfolio()
        for page in self._site.pages:
            if page.slug != view.HOME:
                self._page(f"{page.slug}/", "page.html", source=f"pages/{page.slug}.md", page=page)
        if self._site.policy:
            self._page("policy/", "policy.html", source="policy.md", policy=self._site.policy)
        if self._studio_key:
            self._page("key/", "key.html", studio_key=self._studio_key)
            document = {"format": "soga/1 studio", "name": self._site.name, **self._studio_key}
            self._add("key/studio.json", json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n")
        # A missing page can be asked for at any depth, so its links start at the host.
        self._add("404.html", self._render("404.html", "404.html", urlsplit(self._site.base_url).path or "/"))

    def galleries(self, gallery_ids: Sequence[str]) -> None:
        """The viewer's page for each gallery; it knows the studio and the gallery's id, and nothing else."""
        for gallery_id in gallery_ids:
            path, root = f"g/{gallery_id}/", "../../"
            values = {
                "csp": _policy(headers.viewer_csp(self._objects_url)),
                "assets": root + self._viewer.path,
                "gallery_id": gallery_id,
                "studio_key": self._studio_key,
            }
            self._add(f"{path}index.html", self._render("gallery.html", path, root, **values))

    def plain_files(self) -> None:
        """What robots and hosts read; none of it names a gallery."""
        base = self._site.base_url
        robots = self._environment.get_template("robots.txt").render(base_url=base)
        self._add("robots.txt", robots.encode())
        self._add("sitemap.xml", _sitemap(base or "/", self._addresses).encode())
        self._add("_headers", headers.netlify_text(self._objects_url).encode())

    def _home(self) -> None:
        intro = next((page for page in self._site.pages if page.slug == view.HOME), None)
        self._page("", "home.html", intro=intro, photos=view.selected(self._site.portfolio))

    def _portfolio(self) -> None:
        shown = tuple(category for category in self._site.portfolio if category.photos)
        self._page("portfolio/", "portfolio.html", categories=shown, listed=bool(shown))
        for index, category in enumerate(shown):
            following = shown[(index + 1) % len(shown)] if len(shown) > 1 else None
            path = f"portfolio/{category.slug}/"
            self._page(path, "category.html", source="portfolio.yaml", category=category, following=following)

    def _page(self, path: str, template: str, source: str = "", listed: bool = True, **values: Any) -> None:  # noqa: ANN401
        root = "../" * path.count("/") or "./"
        self._add(f"{path}index.html", self._render(template, path, root, **values), source)
        if listed:
            self._addresses.append(path)

    def _render(self, template: str, path: str, root: str, **values: Any) -> bytes:  # noqa: ANN401 - any template value
        try:
            return self._environment.get_template(template).render({**self._shared(path, root), **values}).encode()
        except TemplateError as error:
            place = getattr(error, "name", None) or template
            hint = "mend the template, or remove it to have the default one"
            raise InputError(
                [Problem(f"theme/{place}", getattr(error, "lineno", 0) or 0, 0, str(error), hint)]
            ) from error

    def _shared(self, path: str, root: str) -> dict[str, Any]:
        site = self._site

        def asset(name: str) -> str:
            if name not in self._assets.files:
                raise TemplateError(f"the theme has no asset {name!r}")
            return f"{root}{self._assets.path}/{name}"

        def markdown(text: str) -> Markup:
            return words.to_html(text, root, site.base_url)

        def day(value: Any) -> str:  # noqa: ANN401 - templates are untyped
            return words.day_text(value, self._strings)

        return {
            "site": site, "t": self._strings, "root": root, "path": path, "csp": _policy(headers.page_csp()),
            "direction": themes.direction(site.language), "menu": view.menu(site, self._strings["portfolio"]),
            "canonical": site.base_url + path if site.base_url else "", "has_key": bool(self._studio_key),
            "photo_styles": f"{root}{self._photos.path}/photos.css", "asset": asset, "markdown": markdown, "day": day,
            "lines": words.paragraphs, "sources": view.sources, "photo_class": view.photo_class, "alt": self._alt,
        }  # fmt: skip

    def _alt(self, photo: PublicPhoto) -> str:
        return photo.alt or photo.caption or str(self._strings["photo_by"]).format(studio=self._site.name)

    def _add_all(self, files: Mapping[str, bytes]) -> None:
        for path, data in files.items():
            self._add(path, data)

    def _add(self, path: str, data: bytes, source: str = "") -> None:
        if path in self.files:
            hint = "rename one of the two"
            raise InputError([Problem(source or path, 0, 0, f"two inputs want to be published as {path}", hint)])
        self.files[path] = data


def _policy(text: str) -> Markup:
    """A policy for an attribute in double quotes; `headers` lets in no character that would need escaping."""
    return Markup(text)  # noqa: S704


def _sitemap(base: str, addresses: Sequence[str]) -> str:
    rows = "".join(f"<url><loc>{escape(base + quote(address))}</loc></url>\n" for address in addresses)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{rows}</urlset>\n"
