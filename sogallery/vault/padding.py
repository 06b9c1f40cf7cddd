"""Padding that hides exact sizes (docs/format.md, section 5): Padmé of "Reducing Metadata Leakage from Encrypted
Files and Communication with PURBs", PETS 2019, with a floor; manifests in even steps."""

from __future__ import annotations

FLOOR = 4096
MANIFEST_STEP = 65536


def padme(length: int) -> int:
    """`length` (at least 2) rounded up so that only its top bits vary; at most 12 % more."""
    exponent = length.bit_length() - 1
    free = exponent - exponent.bit_length()
    mask = (1 << free) - 1 if free > 0 else 0
    return (length + mask) & ~mask


def padded(length: int, kind: str) -> int:
    """The length in bytes of a `kind` object's plaintext that holds `length` bytes before padding."""
    if kind == "manifest":
        return -(-length // MANIFEST_STEP) * MANIFEST_STEP
    return FLOOR if length <= FLOOR else padme(length)
