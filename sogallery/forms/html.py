"""A form as one HTML page that prints on A4 or Letter, without anything loaded from elsewhere."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from sogallery.forms.texts import Form
from sogallery.model import Site


def form_html(form: Form, site: Site) -> str:
    """The page; everything that is not the form's own words is escaped."""
    environment = Environment(
        loader=PackageLoader("sogallery.forms", "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("form.html").render(form=form, site=site, studio=studio_lines(site))


def studio_lines(site: Site) -> tuple[str, ...]:
    """Who the studio is and where it can be reached, as lines."""
    contact = site.contact
    said = (site.name, *contact.address.splitlines(), contact.email, contact.phone, site.base_url)
    return tuple(dict.fromkeys(line.strip() for line in said if line.strip()))
