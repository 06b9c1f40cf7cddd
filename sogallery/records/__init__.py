"""Consent records and the ledger on disk; `consent` and `ledger` judge them.

    records, problems = load_records(content, site)
    evidence = evidence_for(site, records, "ada-lin/wedding/MJ-0042.jpg", sha256)

`complete_ledger` writes into the ledger what the records say and the ledger does not know yet.
"""

from __future__ import annotations

from sogallery.records.chain import CHECKPOINT, LEDGER, append, checkpoint, read_ledger
from sogallery.records.complete import complete_ledger
from sogallery.records.read import load_records

__all__ = ["CHECKPOINT", "LEDGER", "append", "checkpoint", "complete_ledger", "load_records", "read_ledger"]
