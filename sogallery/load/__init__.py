"""Reads `content/`: finds files, reads YAML with places, asks the schema. Problems are collected, never raised.

    site, problems = load_site(Path("content"))

Site is None if any Problem is an error, so that nobody builds from half an answer; `load_anyway` gives what there is.
"""

from __future__ import annotations

from sogallery.load.files import read_yaml
from sogallery.load.site import load_anyway, load_site

__all__ = ["load_anyway", "load_site", "read_yaml"]
