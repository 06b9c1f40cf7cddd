"""May this photo be public? The pure part: records as nouns, evidence, the decision, and the capability it gives.

`evidence_for` gathers, `publishable` judges, and `release_photo` hands out the `ReleasedPhoto` without which nothing
public is written.
"""

from __future__ import annotations

from sogallery.consent.decision import publishable
from sogallery.consent.evidence import evidence_for, person_id
from sogallery.consent.nouns import (
    Coverage,
    Decision,
    DifferentPhoto,
    Event,
    ModelRelease,
    PhotoEvidence,
    PropertyStatus,
    Reason,
    Records,
    ReleaseStatus,
    Review,
    Role,
    Signer,
    Standing,
    State,
    Template,
)
from sogallery.consent.promotions import OptIn, opt_ins
from sogallery.consent.released import ReleasedPhoto, release_photo

__all__ = [
    "Coverage",
    "Decision",
    "DifferentPhoto",
    "Event",
    "ModelRelease",
    "OptIn",
    "PhotoEvidence",
    "PropertyStatus",
    "Reason",
    "Records",
    "ReleaseStatus",
    "ReleasedPhoto",
    "Review",
    "Role",
    "Signer",
    "Standing",
    "State",
    "Template",
    "evidence_for",
    "opt_ins",
    "person_id",
    "publishable",
    "release_photo",
]
