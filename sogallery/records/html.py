"""Reports as HTML pages that read and print without anything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def page(template: str, document: Mapping[str, Any]) -> str:
    """The page that `template` makes of a report; everything in it is escaped."""
    environment = Environment(
        loader=PackageLoader("sogallery.records", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(it=document)
