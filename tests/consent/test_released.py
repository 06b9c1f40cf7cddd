"""A ReleasedPhoto comes from the judge and from nowhere else."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from datetime import date

import pytest
from consent_cases import DAY, REF, SHA, WEB, evidence

from sogallery.consent import ReleasedPhoto, ReleaseStatus, release_photo
from sogallery.errors import ConsentError


def test_it_carries_what_may_become_public():
    """Words of portfolio.yaml, opaque ids, status and last day."""
    photo = release_photo(evidence(), WEB, DAY)

    assert (photo.ref, photo.sha256, photo.caption, photo.alt) == (REF, SHA, "The rings", "Two hands and two rings")
    assert photo.release_ids == ("r-ada",)
    assert photo.status is ReleaseStatus.LIMITED
    assert photo.last_day == date(2030, 12, 31)
    assert photo.scope is WEB


def test_refusal_is_an_error_with_every_reason():
    """Exit code 4, and all that stands in the way."""
    with pytest.raises(ConsentError, match=r"client has not agreed.*no release") as refused:
        release_photo(evidence(consents=(), releases=()), WEB, DAY)

    assert refused.value.exit_code == 4
    assert refused.value.hint


def test_it_cannot_be_constructed():
    """Without the key of the module there is no ReleasedPhoto."""
    with pytest.raises(ConsentError):
        ReleasedPhoto(object(), None)
    with pytest.raises(ConsentError):
        type("Mine", (ReleasedPhoto,), {})


def test_a_forged_one_knows_nothing():
    """An instance made behind the module's back raises as soon as it is asked."""
    forged = object.__new__(ReleasedPhoto)

    for name in ("ref", "sha256", "caption", "decision", "release_ids", "last_day"):
        with pytest.raises(ConsentError):
            getattr(forged, name)


def test_it_cannot_be_altered_or_carried_elsewhere():
    """No new attributes, no replace, no pickle; a copy is the very same photo."""
    photo = release_photo(evidence(), WEB, DAY)

    with pytest.raises(ConsentError):
        photo.caption = "else"
    with pytest.raises((ConsentError, AttributeError)):
        object.__setattr__(photo, "caption", "else")
    with pytest.raises(TypeError):
        dataclasses.replace(photo, caption="else")
    with pytest.raises(ConsentError):
        pickle.dumps(photo)
    assert copy.copy(photo) is photo
    assert copy.deepcopy([photo])[0] is photo
