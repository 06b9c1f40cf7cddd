"""Write a new site into an empty folder: the commented one, or the sample with its drawn pictures."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from sogallery import __version__
from sogallery.demo.pictures import PICTURES, Picture, draw
from sogallery.errors import FaultError, UsageError

_HERE = Path(__file__).resolve().parent
_HASH = re.compile(rb'"@([^"]+)"')

Draw = Callable[[Picture], bytes]

# A name on a package index could belong to anybody one day, so a host installs the very file that the studio put beside
# the site; while it is not there, the host's build fails and publishes nothing.
_REQUIREMENTS = f"""\
# What the host installs. Put the wheel of the sogallery you use into wheels/ and commit it:
#   pip wheel --no-deps -w wheels PATH-TO-YOUR-CLONE-OF-SOGALLERY
./wheels/sogallery-{__version__}-py3-none-any.whl
"""


def empty_site(name: str = "") -> dict[str, bytes]:
    """The files of a commented site that builds, under `name` if one is given."""
    files = _tree(_HERE / "empty")
    files[".gitignore"] = files.pop("gitignore")
    files["requirements.txt"] = _REQUIREMENTS.encode()
    if name:
        spelled = yaml.safe_dump(name, allow_unicode=True, width=10_000).splitlines()[0]
        files["content/site.yaml"] = files["content/site.yaml"].replace(b"My Studio", spelled.encode(), 1)
    return files


def demo_site(draw_one: Draw = draw) -> dict[str, bytes]:
    """The files of the sample site; `draw_one` makes a picture's file."""
    pictures = {picture.path: draw_one(picture) for picture in PICTURES}
    frame = {path: data for path, data in empty_site().items() if not path.startswith("content/")}
    return frame | {f"content/{path}": data for path, data in demo_content(pictures).items()}


def demo_content(pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """The sample's content folder with these pictures; reviews get the pictures' hashes, to which they are bound."""
    texts = _tree(_HERE / "site")
    return {**{path: _with_hashes(path, text, pictures) for path, text in texts.items()}, **pictures}


def refuse_taken(folder: Path) -> None:
    """Raise UsageError unless `folder` is empty or not there yet."""
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise UsageError(f"{folder} is not empty", "name a folder that does not exist yet")


def write_site(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write `files` into the new or empty `folder`, all of them or none; FaultError if the disk refuses."""
    refuse_taken(folder)
    part = folder.parent / f".{folder.name}.{os.getpid()}.part"
    try:
        for path, data in files.items():
            target = part / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        hint = "see that the disk has room and that you may write there"
        raise FaultError(f"{folder} cannot be written: {error.strerror}", hint) from error


def _tree(root: Path) -> dict[str, bytes]:
    found = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    return {name: found[name].read_bytes() for name in sorted(found)}


def _with_hashes(path: str, text: bytes, pictures: Mapping[str, bytes]) -> bytes:
    folder = path.rpartition("/")[0]

    def digest(match: re.Match[bytes]) -> bytes:
        return hashlib.sha256(pictures[f"{folder}/{match[1].decode()}"]).hexdigest().encode()

    return _HASH.sub(digest, text)
