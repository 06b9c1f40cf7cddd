"""The capability without which nothing public is written (DESIGN section 6, second part).

Code that writes public output takes a `ReleasedPhoto`. There is one way to get one: `release_photo`, which asks the
judge. What a released photo knows lies in a table of this module and not in the instance, so that an instance made in
any other way (`__new__`, `copy`, `pickle`, `dataclasses.replace`) knows nothing and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NoReturn, final
from weakref import WeakKeyDictionary

from sogallery.consent.decision import publishable
from sogallery.consent.nouns import Decision, PhotoEvidence, PropertyStatus, ReleaseStatus
from sogallery.errors import ConsentError
from sogallery.model import Scope

_KEY = object()


@dataclass(frozen=True, slots=True)
class _Facts:
    ref: str
    sha256: str
    caption: str
    alt: str
    scope: Scope
    decision: Decision


@final
class ReleasedPhoto:
    """One photo that may be public in one scope until its last day. Made by `release_photo` only; cannot be copied."""

    __slots__ = ("__weakref__",)

    def __init__(self, key: object, facts: _Facts) -> None:
        if key is not _KEY:
            _forged()
        _MADE[self] = facts

    @property
    def ref(self) -> str:
        """`client/gallery/[section/]file`; private, for finding the source."""
        return self._known().ref

    @property
    def sha256(self) -> str:
        """SHA-256 of the source file that was reviewed; other bytes are not released."""
        return self._known().sha256

    @property
    def caption(self) -> str:
        """The caption that portfolio.yaml gives, which becomes public."""
        return self._known().caption

    @property
    def alt(self) -> str:
        """The description that portfolio.yaml gives, which becomes public."""
        return self._known().alt

    @property
    def scope(self) -> Scope:
        """What it is released for."""
        return self._known().scope

    @property
    def decision(self) -> Decision:
        """The whole Decision with its reasons; private."""
        return self._known().decision

    @property
    def release_ids(self) -> tuple[str, ...]:
        """The opaque ids of the releases that it rests on, for PLUS Model Release ID."""
        return self.decision.release_ids

    @property
    def status(self) -> ReleaseStatus:
        """PLUS Model Release Status."""
        return self.decision.release_status

    @property
    def property_status(self) -> PropertyStatus:
        """PLUS Property Release Status."""
        return self.decision.property_status

    @property
    def last_day(self) -> date | None:
        """The last day on which it may be public, inclusive; None if no end is known."""
        return self.decision.last_day

    def __repr__(self) -> str:
        return f"<ReleasedPhoto {self.sha256[:12]}>"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        _forged()

    def __copy__(self) -> ReleasedPhoto:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> ReleasedPhoto:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        _forged()

    def __init_subclass__(cls) -> NoReturn:
        _forged()

    def _known(self) -> _Facts:
        facts = _MADE.get(self)
        return facts if facts is not None else _forged()


_MADE: WeakKeyDictionary[ReleasedPhoto, _Facts] = WeakKeyDictionary()


def release_photo(photo: PhotoEvidence, scope: Scope, day: date) -> ReleasedPhoto:
    """Turn evidence into the right to publish, or raise ConsentError with every reason that stands in the way."""
    decision = publishable(photo, scope, day)
    if not decision.allowed:
        reasons = "; ".join(reason.text for reason in decision.refusals)
        hint = next((reason.hint for reason in decision.refusals if reason.hint), "")
        raise ConsentError(f"{photo.ref} may not be public: {reasons}", hint)
    return ReleasedPhoto(_KEY, _Facts(photo.ref, photo.sha256, photo.caption, photo.alt, scope, decision))


def _forged() -> NoReturn:
    raise ConsentError("a ReleasedPhoto comes from release_photo only", "it is the proof that the judge was asked")
