"""A card for a client: link, QR code and passphrase on one printable page that fetches nothing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import segno
from jinja2 import Environment
from markupsafe import Markup

from sogallery.model import Gallery, Site

_PAGE = """<!doctype html>
<html lang="{{ language }}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{ gallery.title }}</title>
<style>
@page { size: A5; margin: 14mm }
body { margin: 0; font: 12pt/1.5 Georgia, "Noto Serif", serif; color: #1c1a18; background: #fff; text-align: center }
section { box-sizing: border-box; max-width: 120mm; margin: 0 auto; padding: 8mm 4mm }
section { break-after: page; break-inside: avoid }
section:last-child { break-after: auto }
h1 { font-size: 22pt; font-weight: normal; line-height: 1.2; margin: 0 0 1mm; overflow-wrap: anywhere }
p { margin: 0 0 4mm }
.quiet { color: #5c5650; font-size: 10pt }
svg { width: 52mm; height: 52mm; margin: 4mm 0 }
a { color: inherit; overflow-wrap: anywhere; font: 9pt/1.4 ui-monospace, monospace; text-decoration: none }
strong { font: 600 15pt/1.4 ui-monospace, monospace; display: inline-block; border: 1px solid; padding: 2mm 4mm }
</style>
{% for row in rows %}
<section>
<p class="quiet">{{ site.name }}</p>
<h1>{{ gallery.title }}</h1>
<p class="quiet">{{ gallery.date or "" }}</p>
{{ qr(row.link) }}
<p><a href="{{ row.link }}">{{ row.link }}</a></p>
{% if row.passphrase %}
<p>Passphrase<br><strong>{{ row.passphrase }}</strong></p>
{% elif row.passphrase is not none %}
<p>Your passphrase comes separately.</p>
{% endif %}
<p>Open the link or scan the code{% if row.passphrase is not none %}, then type the passphrase; capitals and hyphens
do not matter{% endif %}. Your photos are encrypted, and only your own device opens them. Who has this card can see
them: share it with whom you like.</p>
{% if gallery.retain_until %}<p class="quiet">Available until {{ gallery.retain_until }}.</p>{% endif %}
{% if site.contact.email %}<p class="quiet">Questions? {{ site.contact.email }}</p>{% endif %}
</section>
{% endfor %}
</html>
"""


def card_html(site: Site, gallery: Gallery, rows: Sequence[dict[str, Any]]) -> str:
    """The page, one section a row of `access show`; a passphrase of "" is said to come separately."""
    page = Environment(autoescape=True).from_string(_PAGE)
    return page.render(site=site, gallery=gallery, rows=rows, qr=_qr, language="en")


def _qr(link: str) -> Markup:
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="svg", xmldecl=False, svgns=True, border=2, omitsize=True)
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by segno from squares, holds no text
