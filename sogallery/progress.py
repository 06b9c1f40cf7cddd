"""How a build tells what it is doing: an interface of three calls, and nothing about terminals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


class Reporter(Protocol):
    """Somebody who listens to a build."""

    def stage(self, name: str) -> None:
        """A stage of the story begins."""

    def progress(self, done: int, total: int) -> None:
        """So many of the stage's photos are done."""

    def note(self, text: str) -> None:
        """Something worth knowing, in one line."""


class Silent:
    """Nobody listens."""

    def stage(self, name: str) -> None:
        """Nothing."""

    def progress(self, done: int, total: int) -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Nothing."""


@dataclass
class Report:
    """What a build did, in numbers and words, for people and for `--json`."""

    made: int = 0
    kept: int = 0
    removed: int = 0
    left_out: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    galleries: list[dict[str, str]] = field(default_factory=list)
    public: int = 0
    new_files: int = 0
    changed_files: int = 0
    removed_files: int = 0
    upload_bytes: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    keyless: bool = False
    dist: str = ""
