"""A theme on disk: templates, strings in the site's language, and assets under a name made of their content.

A theme need only hold what it changes; everything else comes from the default theme.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sogallery.errors import FaultError, InputError
from sogallery.model import Problem

_PACKAGE = Path(__file__).resolve().parent.parent
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "ur", "yi"})


def default_themes() -> Path:
    """The folder of the themes that come with sogallery: in the wheel, else in the checkout."""
    packed = _PACKAGE / "_themes"
    return packed if packed.is_dir() else _PACKAGE.parent / "themes"


def find_viewer() -> Path:
    """The folder with the built viewer; FaultError if this checkout has not built one."""
    for folder in (_PACKAGE / "_viewer", _PACKAGE.parent / "viewer" / "dist"):
        if folder.is_dir() and any(folder.iterdir()):
            return folder
    raise FaultError("the gallery viewer has not been built", "install sogallery with `pip install .`, which builds it")


def find_theme(name: str, site: Path) -> Path:
    """The folder of the theme `name`: the site's own `themes/<name>`, else one that comes with sogallery."""
    if name and Path(name).name == name and not name.startswith("."):
        for folder in (site / "themes" / name, default_themes() / name):
            if folder.is_dir():
                return folder
    hint = f"make a folder themes/{name} beside content/, or write theme: default"
    raise InputError([Problem("site.yaml", 0, 0, f"there is no theme {name!r}", hint)])


def environment(theme: Path) -> ImmutableSandboxedEnvironment:
    """Templates of `theme`, then of the default theme, which `default/<name>` always means."""
    base = FileSystemLoader(default_themes() / "default")
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(theme), base, PrefixLoader({"default": base})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def strings(theme: Path, language: str) -> Mapping[str, Any]:
    """The theme's fixed words: `de-CH`, else `de`, else English, each filled up from English."""
    words: dict[str, Any] = {}
    for name in ("en", language.split("-")[0].lower(), language):
        for folder in (default_themes() / "default", theme):
            file = folder / "strings" / f"{name}.yaml"
            if file.is_file():
                words.update(yaml.safe_load(file.read_text(encoding="utf-8")))
    return words


def direction(language: str) -> str:
    """`rtl` for languages that are written so, else `ltr`."""
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, slots=True)
class AssetFolder:
    """Files that are published unchanged in one folder, whose name has their hash: so links inside them hold."""

    path: str  # `assets/<name>-<hash>`
    files: Mapping[str, bytes]

    def published(self) -> dict[str, bytes]:
        """The files under their published names."""
        return {f"{self.path}/{name}": data for name, data in self.files.items()}


def asset_folder(name: str, *folders: Path) -> AssetFolder:
    """All files of `folders` (a later one's win) as `assets/<name>-<hash of all of them>`."""
    files: dict[str, bytes] = {}
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                files[file.relative_to(folder).as_posix()] = file.read_bytes()
    return named(name, files)


def named(name: str, files: Mapping[str, bytes]) -> AssetFolder:
    """`files` as an asset folder; two different sets of files never share a name."""
    digest = hashlib.sha256()
    for path in sorted(files):
        for part in (path.encode(), files[path]):
            digest.update(len(part).to_bytes(8, "big") + part)
    return AssetFolder(f"assets/{name}-{digest.hexdigest()[:12]}", dict(sorted(files.items())))
