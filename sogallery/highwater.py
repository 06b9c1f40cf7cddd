"""How far this machine has come: a mark beside the studio secret that no copy of the site may be behind.

`sealed/` and the ledger's checkpoint show an old `gallery.keys` or a cut ledger, too, while they are there. The mark
is for the day on which the whole site comes out of an old backup: a revoked passphrase or a withdrawn release would
come back with it. It holds no name: galleries and grants by their tags, the ledger by its signed head.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sogallery.errors import SecretError, TamperedError
from sogallery.output import write_atomic
from sogallery.studio import ENV_SECRET, PRIVATE, Environ, Studio, secret_path
from sogallery.vault import codec
from sogallery.vault.codec import as_natural, as_object, as_text
from sogallery.vault.failures import UnsupportedError

FORMAT = "soga/1 high-water mark"
SUFFIX = ".mark"


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the keys of one gallery had come when it was published last; `counters` are by the grants' tags."""

    tag: str
    epoch: int
    counters: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class HighWater:
    """What was published last from this machine: galleries by id, and the signed head of the ledger ("" if none)."""

    galleries: Mapping[str, Mark] = field(default_factory=dict)
    head: str = ""

    def of(self, tag: str) -> tuple[str, Mark] | None:
        """Id and mark of the gallery that a tag stands for."""
        return next(((name, mark) for name, mark in self.galleries.items() if mark.tag == tag), None)

    def advanced(self, published: Mapping[str, Mark], dropped: Collection[str], head: str) -> HighWater:
        """The mark after another publication; `dropped` has tags and ids of galleries to forget."""
        kept = {name: one for name, one in self.galleries.items() if not {name, one.tag} & set(dropped)}
        return HighWater({**kept, **published}, head or self.head)


NOTHING = HighWater()


def mark_path(environ: Environ, studio: Studio) -> Path | None:
    """Where the mark is kept; None where the studio secret is not kept either, as in CI."""
    secret = secret_path(environ, studio.pub.id)
    return secret.with_suffix(SUFFIX) if not environ.get(ENV_SECRET) and secret.is_file() else None


def load_mark(path: Path | None) -> HighWater:
    """The mark, an empty one if there is none yet. Raises SecretError for a damaged one."""
    if path is None or not path.is_file():
        return NOTHING
    try:
        found = codec.parse_object(path.read_bytes())
        if found.get("format") != FORMAT:
            raise UnsupportedError("a high-water mark of another version")
        galleries = {name: _parse(as_object(one)) for name, one in as_object(found.get("galleries")).items()}
        return HighWater(galleries, as_text(found.get("head")))
    except TamperedError as error:
        hint = "restore it from a backup; without it an old copy of the site would not be noticed: then delete it"
        raise SecretError(f"{path} is damaged: {error.message}", hint) from error


def save_mark(path: Path | None, mark: HighWater) -> None:
    """Keep the mark, if there is a place for it and it changed."""
    if path is None:
        return
    galleries = {
        name: {"tag": one.tag, "epoch": one.epoch, "counters": dict(one.counters)}
        for name, one in mark.galleries.items()
    }
    raw = codec.dump_json({"format": FORMAT, "galleries": galleries, "head": mark.head}) + b"\n"
    if not path.is_file() or path.read_bytes() != raw:
        write_atomic(path, raw, PRIVATE)


def _parse(one: Mapping[str, codec.Json]) -> Mark:
    counters = {tag: as_natural(counter) for tag, counter in as_object(one.get("counters")).items()}
    return Mark(as_text(one.get("tag")), as_natural(one.get("epoch")), counters)
