"""sogallery: encrypted static client galleries and a consent-gated public portfolio."""

from __future__ import annotations

__version__ = "0.1.0"
