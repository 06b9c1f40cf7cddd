"""A site folder that tests fill with files, load, and ask for its Problems."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from sogallery.load import load_anyway, load_site
from sogallery.model import Gallery, Problem, Site

settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure
settings.load_profile("unhurried")


class SiteFolder:
    """A content folder with the least site.yaml there is."""

    def __init__(self, content: Path) -> None:
        self.content = content
        content.mkdir()
        self.write("site.yaml", "name: SO Captures\n")

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file below content/."""
        file = self.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def gallery(self, text: str, *photos: str, at: str = "ada-lin/wedding") -> None:
        """Write a gallery.yaml and empty files for its photos."""
        self.write(f"clients/{at}/gallery.yaml", text)
        for photo in photos:
            self.write(f"clients/{at}/{photo}", b"")

    def load(self, **how: bool) -> Site:
        """The Site; there must be no errors."""
        site, problems = load_site(self.content, **how)
        assert site, [str(problem) for problem in problems]
        return site

    def loaded_gallery(self) -> Gallery:
        """The only gallery; there must be no errors."""
        (gallery,) = self.load().galleries
        return gallery

    def problems(self, **how: bool) -> list[Problem]:
        """All Problems."""
        return load_anyway(self.content, **how)[1]

    def told(self, **how: bool) -> list[str]:
        """All Problems as `path:line:col: message`."""
        return [str(problem) for problem in self.problems(**how)]


@pytest.fixture
def folder(tmp_path: Path) -> SiteFolder:
    """An almost empty site."""
    return SiteFolder(tmp_path / "content")
