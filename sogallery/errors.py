"""What can go wrong, and the exit code it ends with (DESIGN: Commands).

SogalleryError
├── InputError          1  Problems in the input; carries them
├── UsageError          2  the command's words are off
├── FindingsError       3  the audit, `verify` or `ledger verify` found something
│   └── TamperedError   3  sealed data that fails its seal, or a record its signature
├── ConsentError        4  refused: no release in force
├── SecretError         5  weak, wrong or missing secret
├── HostLimitError      6  the host's limits would be broken
└── FaultError          7  a lock, the disk or the network
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from sogallery.model import Finding, Problem


class SogalleryError(Exception):
    """An error to show: one line of what is wrong, and a `hint` of what to do about it."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(SogalleryError):
    """The content has Problems; none of it was published."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        super().__init__(f"{count} problem{'s' if count != 1 else ''} in the content", "mend them and run it again")


class UsageError(SogalleryError):
    """A command was called with words that make no sense together."""

    exit_code = 2


class FindingsError(SogalleryError):
    """An output holds what it must not hold, or lacks what it must."""

    exit_code = 3

    def __init__(self, message: str, hint: str = "", findings: Iterable[Finding] = ()) -> None:
        super().__init__(message, hint)
        self.findings = tuple(findings)


class TamperedError(FindingsError):
    """Sealed data that does not open as what it claims to be; never says more about why."""


class ConsentError(SogalleryError):
    """Publishing was refused, with the reason."""

    exit_code = 4


class SecretError(SogalleryError):
    """A secret is weak, wrong or missing."""

    exit_code = 5


class HostLimitError(SogalleryError):
    """The site does not fit the host's limits."""

    exit_code = 6


class FaultError(SogalleryError):
    """A lock, a disk or a network stood in the way; nothing was half done."""

    exit_code = 7
