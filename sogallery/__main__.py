"""`python -m sogallery` is the `sogallery` command."""

from __future__ import annotations

from sogallery.cli import main

main()
