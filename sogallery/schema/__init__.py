"""The schema of everything in `content/`: each key is declared once, and read, checked and documented from there. Pure.

A kind of file is a tree of types. Records turn blocks of keys into values of your own classes:

    PARCEL = Record(
        Parcel,  # called with the fields by name
        (
            Field("to", NAME, "Who gets it.", required=True, personal=CUSTOMER),
            Field("sent", Date(), "The day it left.", default=None),
            Field("photos", ListOf(At(RelPath())), "What is in it.", default=()),
        ),
        check=lambda parcel, pairs, report: ...,  # compare keys; report.add(pairs.key("sent"), message, hint)
    )
    KIND = FileKind("parcel", "parcels/*.yaml", "Something in the post.", PARCEL)

Put the kind into `kinds.KINDS`; then `sogallery schema`, the manual's test and `personal_fields()` know it. Reading:

    report = Report("parcels/1.yaml")              # collects Problems
    node = load.read_yaml(content, report)         # the file as a tree; None if it is missing or unreadable (reported)
    parcel = KIND.read(node, report)               # a Parcel, or None

- `read` never raises: what is wrong is in `report.problems`, each with path, line, column and hint.
- A key that is wrong takes its field's `default`; a record without a required key is left out, unless that field has a
  default as a stand-in. So one slip does not hide the others.
- `At(type)` keeps the place of a value (`Located`), `MapOf` the places of its keys, for checks that need other files.
- A field with personal data says whose it is, what for, on which basis and how long (`personal=Personal(...)`).
"""

from __future__ import annotations
