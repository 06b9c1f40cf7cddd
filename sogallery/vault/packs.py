"""Where one pack of thumbs ends and the next begins (docs/format.md, sections 6 and 13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

PACK = 1024 * 1024
AT_LEAST = 8
BELOW = 8


def split(items: Iterable[tuple[bytes, int]]) -> Iterator[tuple[int, int]]:
    """The packs of `items`, each a photo id with its sealed thumb's length, as (start, end) ranges of their indices.

    Photos come in gallery order, each once. Ends depend on the photos themselves, so a changed one renews the pack
    it is in and leaves the others as they were.
    """
    start = end = size = 0
    for photo_id, length in items:
        if end > start and size + length > PACK:
            yield start, end
            start, size = end, 0
        end, size = end + 1, size + length
        if end - start >= AT_LEAST and photo_id[0] < BELOW:
            yield start, end
            start, size = end, 0
    if end > start:
        yield start, end
