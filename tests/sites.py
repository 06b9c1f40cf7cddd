"""Small sites for tests: real files, drawn pictures, a fixed studio secret, a clock that stands still."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from sogallery.build import Options, Runtime, build
from sogallery.model import Problem
from sogallery.progress import Report, Silent

SECRET = "11" * 32
DAY = date(2026, 7, 1)


def picture(seed: int, size: tuple[int, int] = (600, 400), **options: object) -> bytes:
    """A JPEG unlike any other: coloured discs whose places the seed decides."""
    noise = hashlib.sha256(str(seed).encode()).digest()
    image = Image.new("RGB", size, tuple(noise[:3]))
    draw = ImageDraw.Draw(image)
    for number in range(8):
        x, y, r = noise[number] * size[0] // 256, noise[number + 8] * size[1] // 256, 20 + noise[number + 16] // 3
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tuple(noise[number : number + 3]))
    target = BytesIO()
    image.save(target, options.pop("format", "JPEG"), **({"quality": 90} | options))
    return target.getvalue()


def counting() -> Callable[[int], bytes]:
    """Randomness that is the same in every run: hashes of a counter."""
    calls = iter(range(10**6))

    def random(length: int) -> bytes:
        return hashlib.shake_256(str(next(calls)).encode()).digest(length)

    return random


@dataclass
class Place:
    """A site in a folder of its own."""

    root: Path
    environ: dict[str, str] = field(default_factory=lambda: {"SOGALLERY_STUDIO_SECRET": SECRET})
    random: Callable[[int], bytes] = field(default_factory=counting)

    @property
    def content(self) -> Path:
        return self.root / "content"

    @property
    def dist(self) -> Path:
        return self.root / "dist"

    @property
    def sealed(self) -> Path:
        return self.root / "sealed"

    def write(self, path: str, data: str | bytes) -> Path:
        file = self.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)
        return file

    def gallery(self, ref: str, photos: list[str], more: str = "", first: int = 0) -> None:
        self.write(f"clients/{ref}/gallery.yaml", f"title: Day of {ref.replace('/', ' and ')}\n{more}")
        for number, name in enumerate(photos, first):
            self.write(f"clients/{ref}/{name}", picture(number))

    def options(self, **options: object) -> Options:
        return Options(content=self.content, **({"day": DAY, "jobs": 2} | options))

    def build(self, **options: object) -> tuple[Report, list[Problem]]:
        clock = datetime(2026, 7, 1, 12, tzinfo=UTC)
        runtime = Runtime(self.environ, self.random, lambda _: DAY, lambda: clock, Silent())
        return build(self.options(**options), runtime)

    def galleries(self) -> list[str]:
        return sorted(path.name for path in (self.dist / "g").glob("*"))

    def gallery_json(self, gallery_id: str) -> dict[str, object]:
        return json.loads((self.dist / "g" / gallery_id / "gallery.json").read_text())


def site(root: Path) -> Place:
    """An empty studio."""
    place = Place(root)
    place.write("site.yaml", "name: Test Studio\ncontact: {email: hello@studio.example}\n")
    return place


def tree(folder: Path) -> dict[str, str]:
    """Every file of a folder with its hash."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run(place: Place, *words: str, **environ: str) -> str:
    """Run a command of the CLI in this process and return its standard output; it must succeed."""
    from click.testing import CliRunner

    from sogallery.cli import cli

    result = CliRunner().invoke(cli, list(words), env={**place.environ, **environ})
    assert result.exit_code == 0, result.output
    return result.stdout


def access(place: Place, ref: str) -> dict[str, dict[str, str]]:
    """Each grant's link and passphrase, as a photographer sees them."""
    rows = json.loads(run(place, "access", "show", ref, "--json", "--content", str(place.content)))
    return {row["grant"]: row for row in rows}


def opened(place: Place, row: dict[str, str], out: Path) -> dict[str, bytes]:
    """What a grant's link and passphrase open of `dist/`: files by path."""
    fragment = row["link"].partition("#")[2]
    run(place, "open", f"{place.dist}/g/{row['id']}#{fragment}", "-o", str(out), SOGALLERY_PASSPHRASE=row["passphrase"])
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
