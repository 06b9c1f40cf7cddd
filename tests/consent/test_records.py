"""Records on disk: what is read, what is refused, what the ledger learns of them."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import pytest
from consent_site import KEY, KEYS, NOW, REF, RELEASE_ID, make_site, photo_hash, site_of, write_release, write_review

from sogallery.consent import State, evidence_for, publishable, release_photo
from sogallery.errors import FindingsError
from sogallery.model import Scope, Severity
from sogallery.records import complete_ledger, load_records, read_ledger
from sogallery.schema.kinds import personal_fields

DAY = date(2026, 7, 1)


@pytest.fixture
def content(tmp_path):
    return make_site(tmp_path)


def why(content, day=DAY):
    site = site_of(content)
    records, _ = load_records(content, site)
    evidence = evidence_for(site, records, REF, photo_hash(content))
    return publishable(evidence, Scope.PORTFOLIO_WEB, day)


def complete(content, released=None, now=NOW):
    site = site_of(content)
    records, _ = load_records(content, site)
    return complete_ledger(content, site, records, KEY, now, released)


def texts(decision):
    return "; ".join(reason.text for reason in decision.refusals)


def test_the_records_of_a_site_publish_its_photo(content):
    """Without a ledger the records speak for themselves."""
    records, problems = load_records(content, site_of(content))

    assert not problems
    assert why(content).allowed
    assert why(content).release_ids == (RELEASE_ID,)
    assert records.reviews[REF].by == "Mara"


def test_the_ledger_is_made_from_the_records_once(content):
    """The first time it learns everything, the second time nothing is written."""
    entries = complete(content)
    before = {path: path.stat().st_mtime_ns for path in content.glob("ledger.*")}

    assert [entry.draft.type for entry in entries] == ["release.given", "consent.given"]
    assert complete(content) == ()
    assert {path: path.stat().st_mtime_ns for path in content.glob("ledger.*")} == before
    assert why(content).allowed


def test_the_ledger_names_nobody(content):
    """No name, key, address or document name is in it; without the salts nothing connects it to a record."""
    complete(content)
    text = (content / "ledger.jsonl").read_text()

    for private in ("Ada", "ada", "Lin", "lin", "Bo", "Mara", "rings", "wedding", "@", RELEASE_ID, photo_hash(content)):
        assert private not in text


def test_an_erased_salt_leaves_an_intact_chain_that_knows_nobody(content):
    """Crypto-shredding: the chain verifies, the record's events cannot be found any more."""
    complete(content)
    write_release(content, "withdrawn: 2026-06-25\n")
    complete(content)
    (content / "releases/ada.salt").unlink()
    _, findings = read_ledger(content, KEYS)
    records, _ = load_records(content, site_of(content))

    assert not findings
    assert RELEASE_ID not in records.events


def test_salts_are_private_files(content):
    """Only the owner can read a salt."""
    complete(content)

    assert (content / "releases/ada.salt").stat().st_mode & 0o777 == 0o600


def test_what_the_ledger_holds_against_a_release_stays(content):
    """Taking the withdrawal out of the YAML does not bring the photo back."""
    complete(content)
    write_release(content, "withdrawn: 2026-06-25\n")
    (withdrawn,) = complete(content)
    write_release(content)

    assert withdrawn.draft.type == "release.withdrawn"
    assert "as the ledger recorded" in texts(why(content))


def test_what_the_ledger_holds_against_a_clients_consent_stays(content):
    """The same for client.yaml; a later consent counts again."""
    file = content / "clients/ada-lin/client.yaml"
    given = file.read_text()
    complete(content)
    file.write_text(given + "  - {purpose: publication, state: withdrawn, on: 2026-06-05}\n")
    complete(content)
    file.write_text(given)
    refused = why(content)
    file.write_text(given + given.splitlines()[-1].replace("2026-06-02", "2026-06-06") + "\n")

    assert "refused or withdrew" in texts(refused)
    assert why(content).allowed


def test_a_changed_record_is_told_to_the_ledger(content):
    """The ledger shows that a release says something else than it did."""
    complete(content)
    write_release(content, "territory: [worldwide]\n")

    assert [entry.draft.type for entry in complete(content)] == ["release.amended"]
    assert complete(content) == ()


def test_publication_is_told_once_and_its_end_too(content):
    """What became public, and what left."""
    site = site_of(content)
    complete(content)
    records, _ = load_records(content, site)
    released = release_photo(evidence_for(site, records, REF, photo_hash(content)), Scope.PORTFOLIO_WEB, DAY)

    assert [entry.draft.type for entry in complete(content, (released,))] == ["photo.published"]
    assert complete(content, (released,)) == ()
    assert [entry.draft.type for entry in complete(content, ())] == ["photo.unpublished"]
    assert complete(content, ()) == ()
    assert [entry.draft.type for entry in complete(content, (released,))] == ["photo.published"]


def test_an_acknowledgement_is_no_consent(content):
    """It is told under a name of its own and gives nothing."""
    file = content / "clients/ada-lin/client.yaml"
    file.write_text("name: Ada & Lin\nacknowledged:\n  - {version: 2026-1, on: 2026-06-01}\n")
    told = [entry.draft.type for entry in complete(content)]

    assert "policy.acknowledged" in told
    assert not any(kind.startswith("consent.") for kind in told)
    assert "client has not agreed" in texts(why(content))


SPOILED = {
    "document changed": (lambda c: (c / "releases/ada.pdf").write_bytes(b"other"), "the document has changed"),
    "document gone": (lambda c: (c / "releases/ada.pdf").unlink(), "has lost its signed document"),
    "release gone": (lambda c: (c / "releases/ada.yaml").unlink(), "there is no release"),
    "release twice": (lambda c: shutil.copy(c / "releases/ada.yaml", c / "releases/b.yaml"), "same id"),
    "release unreadable": (lambda c: (c / "releases/ada.yaml").write_bytes(b"\xff"), "there is no release"),
    "release with a slip": (lambda c: write_release(c, "untill: 2027-01-01\n"), "there is no release"),
    "until no day": (lambda c: write_release(c, "valid_from: soon\n"), "there is no release"),
    "review gone": (lambda c: (c / "clients/ada-lin/wedding/reviews.yaml").unlink(), "nobody has said yet"),
    "review with a slip": (lambda c: write_review(c, "    unsur: [lin]\n"), "nobody has said yet"),
    "unsure": (lambda c: write_review(c, "    unsure: [lin]\n"), "not sure"),
    "photo edited": (
        lambda c: (c / "clients/ada-lin/wedding/rings.jpg").write_bytes(
            (c / "clients/ada-lin/wedding/rings.jpg").read_bytes() + b"\0"
        ),
        "has changed since",
    ),
    "tagged person unreviewed": (
        lambda c: (c / "clients/ada-lin/wedding/gallery.yaml").write_text(
            (c / "clients/ada-lin/wedding/gallery.yaml").read_text() + "photos:\n  rings.jpg: {people: [ada, lin]}\n"
        ),
        "says that Lin Wei is in it",
    ),
    "two of one name": (
        lambda c: (c / "clients/ada-lin/wedding/gallery.yaml").write_text(
            (c / "clients/ada-lin/wedding/gallery.yaml").read_text() + "  ada2: {name: ADA  okafor}\n"
        ),
        "have the same name",
    ),
    "draft": (
        lambda c: (c / "clients/ada-lin/wedding/gallery.yaml").write_text(
            (c / "clients/ada-lin/wedding/gallery.yaml").read_text() + "draft: true\n"
        ),
        "is a draft",
    ),
}


@pytest.mark.parametrize("case", SPOILED)
def test_one_spoiled_file_takes_the_photo_out(content, case):
    """Whatever happens to the files, doubt never publishes; the reason says what."""
    spoil, words = SPOILED[case]
    spoil(content)

    assert words in texts(why(content))


def test_a_veto_counts_for_the_same_picture_under_any_name(content):
    """A copy of a vetoed file is vetoed, too, and so is the original of a vetoed copy."""
    gallery = content / "clients/ada-lin/wedding"
    shutil.copy(gallery / "rings.jpg", gallery / "copy.jpg")
    write_review(content, f"  copy.jpg: {{sha256: {photo_hash(content)}, veto: Ada asked}}\n")

    assert "veto against the same picture" in texts(why(content))


DAMAGED = {
    "line changed": lambda c: (c / "ledger.jsonl").write_text(
        (c / "ledger.jsonl").read_text().replace("given", "taken", 1)
    ),
    "tail cut": lambda c: (c / "ledger.jsonl").write_bytes(
        b"".join((c / "ledger.jsonl").read_bytes().splitlines(keepends=True)[:-1])
    ),
    "tail torn": lambda c: (c / "ledger.jsonl").write_bytes((c / "ledger.jsonl").read_bytes()[:-20]),
    "checkpoint gone": lambda c: (c / "ledger.checkpoint").unlink(),
    "ledger gone": lambda c: (c / "ledger.jsonl").unlink(),
    "checkpoint of another": lambda c: (c / "ledger.checkpoint").write_text("sogallery.ledger/x\n0\n\n"),
    "studio.pub gone": lambda c: (c / "studio.pub").unlink(),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_ledger_publishes_nothing_and_is_not_continued(content, case):
    """The reason names the ledger; load_records tells it as a Problem; append refuses."""
    complete(content)
    DAMAGED[case](content)
    _, problems = load_records(content, site_of(content))

    assert "the ledger cannot be trusted" in texts(why(content))
    assert any(problem.path.startswith("ledger.") for problem in problems)
    if case != "studio.pub gone":
        with pytest.raises(FindingsError):
            complete(content)


def test_a_longer_ledger_is_completed(content):
    """Entries that were written before the head could be signed are signed by the next writer."""
    complete(content)
    note = (content / "ledger.checkpoint").read_bytes()
    write_release(content, "withdrawn: 2026-06-25\n")
    complete(content)
    signed = (content / "ledger.checkpoint").read_bytes()
    (content / "ledger.checkpoint").write_bytes(note)

    assert read_ledger(content, KEYS)[1] == []
    assert complete(content) == ()
    assert (content / "ledger.checkpoint").read_bytes() == signed


def test_a_torn_line_beyond_the_checkpoint_is_dropped_by_the_next_writer(content):
    """What a crash leaves behind harms nothing."""
    complete(content)
    sound = (content / "ledger.jsonl").read_bytes()
    (content / "ledger.jsonl").write_bytes(sound + b'{"at":"2026-07-')
    write_release(content, "withdrawn: 2026-06-25\n")

    assert len(complete(content, now=NOW + timedelta(days=1))) == 1
    assert (content / "ledger.jsonl").read_bytes().startswith(sound + b'{"at":"2026-07-02')
    assert read_ledger(content, KEYS)[1] == []


def test_warnings_point_at_records_of_no_use(content):
    """Names nobody, covers nothing, unknown people: said early, with the line."""
    (content / "releases/empty.yaml").write_text("signer: Ada\nuntil: 2020-01-01\nsigned: 2021-01-01\n")
    write_review(content, "    not_recognisable: [lni]\n  gone.jpg: {}\n")
    _, problems = load_records(content, site_of(content))
    told = "\n".join(f"{problem} ({problem.hint})" for problem in problems)

    for words in (
        "names nobody",
        "has no `id`",
        "covers nothing",
        "allows nothing",
        "no signed document",
        "ends before",
    ):
        assert words in told
    assert "did you mean lin?" in told
    assert "no photo gone.jpg" in told
    assert all(problem.severity is Severity.WARNING and problem.path for problem in problems)


def test_every_personal_field_of_the_records_says_why_it_is_kept():
    """The record of processing is made of this list."""
    fields = {(field.file, field.key) for field in personal_fields()}

    assert ("releases/*.yaml", "signer.name") in fields
    assert ("clients/*/*/reviews.yaml", "photos.*.recognisable") in fields


def test_events_tell_how_a_release_stands(content):
    """The ledger's events come back with their day, by the release's id."""
    complete(content)
    write_release(content, "withdrawn: 2026-06-25\n")
    complete(content)
    records, _ = load_records(content, site_of(content))

    assert [(event.state, event.on) for event in records.events[RELEASE_ID]] == [
        (State.GIVEN, date(2026, 6, 1)),
        (State.WITHDRAWN, date(2026, 6, 25)),
    ]


def test_a_withdrawal_outlives_its_records_name(content):
    """Renaming a release's file makes a new salt; what the ledger holds against it is found by the old one."""
    write_release(content, "withdrawn: 2026-06-25\n")
    complete(content)
    write_release(content)
    (content / "releases/ada.yaml").rename(content / "releases/ada-okafor.yaml")
    complete(content)

    assert "as the ledger recorded" in texts(why(content))
