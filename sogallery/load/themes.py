"""Which themes there are: folders of `themes/` beside the content folder, and those that come with the package."""

from __future__ import annotations

from pathlib import Path

import sogallery


def theme_folders(content: Path) -> list[Path]:
    """Where themes are looked for, the site's own first."""
    package = Path(sogallery.__file__).parent
    return [content.parent / "themes", package / "_themes", package.parent / "themes"]


def theme_names(content: Path) -> set[str]:
    """The names of all themes."""
    folders = [folder for folder in theme_folders(content) if folder.is_dir()]
    return {path.name for folder in folders for path in folder.iterdir() if path.is_dir() and path.name[:1] != "."}
