"""The public site: home, portfolio, pages, policy, the studio's key, and an empty page for each gallery.

Nothing from private records reaches a template: the functions here narrow the Site to a `PublicSite` before anything
else, and take released photos only as `PublicCategory`.
"""

from __future__ import annotations

from sogallery.pages.render import render_pages
from sogallery.pages.theme import default_themes, find_theme, find_viewer

__all__ = ["default_themes", "find_theme", "find_viewer", "render_pages"]
