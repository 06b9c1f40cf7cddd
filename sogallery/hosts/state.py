"""What is remembered of a target between deploys, in `.sogallery/deploy-<target>.json`.

Safe to lose: then old addresses are no longer known to `verify`, and an interrupted upload begins anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sogallery.output import write_atomic

_FORMAT = "soga/1 deploy state"


class State:
    """One target's memory; `save` writes it whole, in one step, readable by its owner only (it names galleries)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        found = _load(path)
        self.files: dict[str, str] = dict(found.get("files", {}))  # what is live: path to SHA-256
        self.formerly: set[str] = set(found.get("formerly", ()))  # paths once live, which must be gone
        self.addresses: list[str] = list(found.get("addresses", ()))  # addresses of old deploys, which must be dead
        self.pending: dict[str, Any] = dict(found.get("pending", {}))  # a host's own note about an unfinished deploy
        self.url: str = str(found.get("url", ""))

    def save(self) -> None:
        """Write it down."""
        document = {
            "format": _FORMAT,
            "url": self.url,
            "files": self.files,
            "formerly": sorted(self.formerly),
            "addresses": self.addresses,
            "pending": self.pending,
        }
        write_atomic(self.path, json.dumps(document, indent=1, sort_keys=True).encode(), 0o600)

    def finished(self, files: Mapping[str, str], url: str = "") -> None:
        """A deploy is complete: `files` are live now, whatever else was live is not."""
        self.formerly = (self.formerly | self.files.keys()) - files.keys()
        self.files, self.pending, self.url = dict(files), {}, url or self.url
        self.save()

    def remember(self, addresses: Iterable[str]) -> None:
        """Addresses of deploys that have been removed."""
        self.addresses += [address for address in addresses if address and address not in self.addresses]
        self.save()


def state_path(folder: Path, target: str) -> Path:
    """Where a target's state lives in `.sogallery/`."""
    return folder / f"deploy-{target}.json"


def _load(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):  # none yet, or a broken one: it only saves work
        return {}
    return found if isinstance(found, dict) and found.get("format") == _FORMAT else {}
