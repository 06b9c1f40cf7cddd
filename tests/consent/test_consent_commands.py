"""The consent commands as a photographer runs them."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner
from consent_site import REF, RELEASE_ID, STUDIO, make_site, photo_hash, write_release, write_review

from sogallery.cli import cli, portfolio, signing
from sogallery.records import read_ledger
from sogallery.schema.kinds import personal_fields
from sogallery.studio import ENV_SECRET

GALLERY = "clients/ada-lin/wedding"


@pytest.fixture
def content(tmp_path):
    return make_site(tmp_path)


@pytest.fixture
def run(content, monkeypatch, tmp_path):
    monkeypatch.setenv(ENV_SECRET, STUDIO.secret.hex())
    monkeypatch.setenv("SOGALLERY_CONFIG_DIR", str(tmp_path / "config"))

    def command(*words, typed=None, now="2026-07-01"):
        args = [*words, "--content", str(content)]
        takes_now = words[0] != "ledger" or words[1] == "receipt"
        if takes_now and words[:2] != ("release", "form"):
            args += ["--now", now]
        return CliRunner().invoke(cli, args, input=typed)

    return command


@pytest.fixture
def terminal(monkeypatch):
    """Somebody sits there and answers."""
    monkeypatch.setattr(portfolio, "on_terminal", lambda: True)
    monkeypatch.setattr(signing, "on_terminal", lambda: True)


def at_ada(content, document="signed.pdf"):
    """Options that record Ada's release anew."""
    paper = content.parent / document
    paper.write_bytes(b"%PDF-1.7 a scan")
    return ["--person", "ada-lin/ada", "--signed", "2026-06-15", "--scope", "portfolio_web", "--document", str(paper)]


# --- portfolio ----------------------------------------------------------------------------------------------------


def test_why_says_yes_with_its_reasons_and_records(run):
    """Exit 0, the last day, and what it rests on."""
    result = run("portfolio", "why", REF)

    assert result.exit_code == 0
    assert "until 2040-12-31" in result.output
    for record in ("reviews.yaml", "client.yaml", "releases/ada.yaml"):
        assert record in result.output


def test_why_says_no_with_exit_4(run, content):
    """The reason and a way on."""
    (content / "releases/ada.yaml").unlink()
    result = run("portfolio", "why", f"{content}/clients/{REF}")

    assert result.exit_code == 4
    assert "Ada Okafor: there is no release" in result.output
    assert "hint:" in result.output


def test_why_as_json(run):
    """One document with everything."""
    result = run("portfolio", "why", REF, "--json", "--scope", "press")
    document = json.loads(result.stdout)

    assert result.exit_code == 4
    assert document["photo"] == REF
    assert document["allowed"] is False
    assert document["release_status"] == "MR-NON"
    assert any("does not allow press" in reason["text"] for reason in document["reasons"])


def test_why_of_no_photo_guesses_what_was_meant(run):
    """Exit 2."""
    result = run("portfolio", "why", "ada-lin/wedding/ring.jpg")

    assert result.exit_code == 2
    assert f"did you mean {REF}?" in result.stderr


def test_review_without_a_terminal_lists_what_waits(run, content):
    """And says what to do; with nothing to do it is content."""
    assert "has been reviewed" in run("portfolio", "review").output
    (content / GALLERY / "reviews.yaml").unlink()
    result = run("portfolio", "review")

    assert result.exit_code == 2
    assert REF in result.stdout
    assert "terminal" in result.stderr


@pytest.mark.parametrize(
    ("keys", "written"),
    [
        ("n", "nobody: true"),
        ("1\n", "recognisable: [ada]"),
        ("12\n", "recognisable: [ada, lin]"),
        ("121\n", "recognisable: [lin]"),
        ("2u", "unsure: [lin]"),
        ("x?1\n", "recognisable: [ada]"),
    ],
)
def test_review_takes_a_key_or_two_a_photo(run, content, terminal, keys, written):
    """What was pressed is in reviews.yaml, bound to the file as it is."""
    (content / GALLERY / "reviews.yaml").unlink()
    result = run("portfolio", "review", "--by", "Mara", "--no-open", typed=keys)
    text = (content / GALLERY / "reviews.yaml").read_text()

    assert result.exit_code == 0, result.output
    assert written in text
    assert photo_hash(content) in text
    assert "by: Mara" in text


def test_review_keeps_other_reviews_and_comments(run, content, terminal):
    """One entry is written, the rest of the file stays as it was typed."""
    write_review(content)
    file = content / GALLERY / "reviews.yaml"
    file.write_text("# looked at on the train\n" + file.read_text() + "  # cake comes later\n")
    run("portfolio", "review", "ada-lin/wedding/cake.jpg", "--by", "Mara", "--no-open", typed="n")
    text = file.read_text()

    assert text.startswith("# looked at on the train\n")
    assert "recognisable: [ada]" in text
    assert "cake.jpg: {sha256: " in text
    assert run("portfolio", "why", REF).exit_code == 0


@pytest.mark.parametrize("key", ["s", "q", "\x03"])
def test_skipping_writes_nothing(run, content, terminal, key):
    """Skip and quit leave no review."""
    (content / GALLERY / "reviews.yaml").unlink()
    run("portfolio", "review", "--by", "Mara", "--no-open", typed=key)

    assert not (content / GALLERY / "reviews.yaml").exists()


def test_a_veto_asks_why(run, content, terminal):
    """A veto is written with its reason and refuses from then on."""
    run("portfolio", "review", REF, "--by", "Mara", "--no-open", typed="vAda asked\n")
    result = run("portfolio", "why", REF)

    assert result.exit_code == 4
    assert "there is a veto: Ada asked" in result.output


def test_different_photos_are_recorded_and_equal_ones_refused(run, content):
    """Bound to both files; a copy is never another photo."""
    good = run("portfolio", "different", REF, "ada-lin/wedding/cake.jpg", "--by", "Mara")
    text = (content / GALLERY / "reviews.yaml").read_text()
    (content / GALLERY / "copy.jpg").write_bytes((content / GALLERY / "rings.jpg").read_bytes())
    bad = run("portfolio", "different", REF, "ada-lin/wedding/copy.jpg", "--by", "Mara")

    assert good.exit_code == 0
    assert f"photo: ada-lin/wedding/cake.jpg, sha256: {photo_hash(content, 'cake.jpg')}" in text
    assert run("portfolio", "why", REF).exit_code == 0
    assert bad.exit_code == 2


# --- release ------------------------------------------------------------------------------------------------------


def test_a_release_is_recorded_without_a_question(run, content):
    """Signer and coverage come from the gallery; the document is copied and bound; the ledger knows."""
    (content / "releases/ada.yaml").unlink()
    result = run("release", "add", *at_ada(content), "--form", "adult-1")
    (record,) = (content / "releases").glob("ada-lin-ada-*.yaml")
    text = record.read_text()

    assert result.exit_code == 0, result.output
    assert f"{REF} may be public" in result.output
    assert "signer: {name: Ada Okafor, role: self}" in text
    assert "galleries: [ada-lin/wedding]" in text
    assert "template: {id: adult" in text
    assert record.with_suffix(".pdf").read_bytes() == b"%PDF-1.7 a scan"
    assert record.with_suffix(".salt").exists()
    assert run("ledger", "verify").exit_code == 0
    assert run("portfolio", "why", REF).exit_code == 0


def test_a_release_asks_the_rest_on_a_terminal(run, content, terminal):
    """Whose, when, which boxes, which paper: four answers."""
    (content / "releases/ada.yaml").unlink()
    paper = content.parent / "scan.pdf"
    paper.write_bytes(b"%PDF scan")
    result = run("release", "add", typed=f"1\n2026-06-15\n1 2\n{paper}\n")

    assert result.exit_code == 0, result.output
    assert run("portfolio", "why", REF).exit_code == 0


def test_slips_at_the_terminal_are_asked_again(run, content, terminal):
    """A name for a number, a day in another order, a box that is not there, a paper that is not: no answer is lost."""
    (content / "releases/ada.yaml").unlink()
    paper = content.parent / "scan.pdf"
    paper.write_bytes(b"%PDF scan")
    result = run("release", "add", typed=f"ada\n1 2\n1\n15.06.2026\n2026-06-15\n12\n1, 2\nnothere.pdf\n{paper}\n")

    assert result.exit_code == 0, result.output
    for told in ("a number from 1 to", "write year-month-day", "numbers from 1 to 9", "no file nothere.pdf"):
        assert told in result.output
    assert "the studio's portfolio on its own website (portfolio_web)" in result.output
    assert run("portfolio", "why", REF).exit_code == 0


def test_a_release_without_a_document_waits_for_it(run, content):
    """It is recorded, publishes nothing, and `import --for` completes it."""
    (content / "releases/ada.yaml").unlink()
    options = at_ada(content)
    added = run("release", "add", *options[:-2])
    (record,) = (content / "releases").glob("ada-lin-ada-*.yaml")
    before = run("portfolio", "why", REF)
    run("release", "import", options[-1], "--for", record.stem[-8:])
    again = run("release", "import", options[-1], "--for", record.stem[-8:])

    assert "release import FILE" in added.output
    assert "no signed document" in before.output
    assert run("portfolio", "why", REF).exit_code == 0
    assert again.exit_code == 2


def test_import_records_a_scan(run, content):
    """`release import FILE` with the same options as `add`."""
    (content / "releases/ada.yaml").unlink()
    *options, _, paper = at_ada(content)

    assert run("release", "import", paper, *options).exit_code == 0
    assert run("portfolio", "why", REF).exit_code == 0


USELESS = {
    "signed tomorrow": (["--signed", "2026-07-02"], 2, "is in the future"),
    "ends before it begins": (["--until", "2026-06-01"], 2, "before it was signed"),
    "nobody known": (["--person", "ada-lin/bo"], 2, "no gallery knows ada-lin/bo"),
    "no such gallery": (["--gallery", "ada-lin/party"], 2, "there is no gallery"),
    "no such photo": (["--photo", "ada-lin/wedding/x.jpg"], 2, "there is no photo"),
    "signed by another": (["--signer", "Bo Chen"], 4, "was signed by Bo Chen"),
    "no such form": (["--form", "adult-99"], 2, "no form adult"),
    "no such file": (["--document", "/nowhere/x.pdf"], 2, "does not exist"),
}


@pytest.mark.parametrize("case", USELESS)
def test_a_useless_release_is_not_recorded(run, content, case):
    """Refused with the reason, and nothing is written."""
    more, code, words = USELESS[case]
    before = sorted(content.rglob("*"))
    result = run("release", "add", *at_ada(content), *more)

    assert result.exit_code == code
    assert words in result.stderr
    assert sorted(content.rglob("*")) == before


def test_an_empty_document_is_refused(run, content):
    """A scan of nothing proves nothing."""
    options = at_ada(content)
    (content.parent / "signed.pdf").write_bytes(b"")

    assert run("release", "add", *options).exit_code == 2


def test_a_minor_needs_a_guardian(run, content):
    """The child cannot sign; a guardian can, and it ends in time."""
    file = content / GALLERY / "gallery.yaml"
    file.write_text(file.read_text().replace("ada: {name: Ada Okafor}", "ada: {name: Ada Okafor, born: 2012-03-04}"))
    (content / "releases/ada.yaml").unlink()
    alone = run("release", "add", *at_ada(content))
    signed = run("release", "add", *at_ada(content), "--signer", "Ngozi Okafor", "--relation", "mother")
    listed = json.loads(run("release", "list", "--json").stdout)

    assert alone.exit_code == 2
    assert signed.exit_code == 0, signed.output
    assert listed[0]["last_day"] == "2030-03-03"
    assert run("portfolio", "why", REF, now="2030-03-03").exit_code == 0
    assert run("portfolio", "why", REF, now="2030-03-04").exit_code == 4


def test_a_client_releases_photos_of_nobody(run, content):
    """--client instead of --person."""
    write_review(content)
    file = content / GALLERY / "reviews.yaml"
    file.write_text(file.read_text().replace("recognisable: [ada]", "nobody: true"))
    paper = at_ada(content)[-1]
    before = run("portfolio", "why", REF)
    words = ["--client", "ada-lin", "--signer", "Ada Okafor", "--signed", "2026-06-15", "--scope", "portfolio_web"]
    added = run("release", "add", *words, "--document", paper)

    assert "for a photo that shows nobody" in before.output
    assert added.exit_code == 0, added.output
    assert run("portfolio", "why", REF).exit_code == 0


def test_withdrawing_says_what_leaves_and_what_cannot_be_recalled(run, content):
    """The photo, the prints; the record and the ledger know."""
    result = run("release", "withdraw", RELEASE_ID[:8])

    assert result.exit_code == 0
    assert f"  {REF}\n" in result.output
    assert "what is printed already" in result.output
    assert "withdrawn: 2026-07-01" in (content / "releases/ada.yaml").read_text()
    assert "release.withdrawn" in (content / "ledger.jsonl").read_text()
    assert run("portfolio", "why", REF).exit_code == 4
    assert run("release", "withdraw", RELEASE_ID).exit_code == 2


def test_withdrawing_asks_on_a_terminal(run, content, terminal):
    """No is no."""
    result = run("release", "withdraw", "ada-lin/ada", typed="n\n")

    assert result.exit_code == 1
    assert "withdrawn:" not in (content / "releases/ada.yaml").read_text()


def test_withdrawing_works_without_the_studio_secret(run, content, monkeypatch):
    """The record counts at once; the ledger learns of it later."""
    monkeypatch.delenv(ENV_SECRET)
    result = run("release", "withdraw", "ada-lin/ada")

    assert result.exit_code == 0
    assert "at the next build" in result.stderr
    assert run("portfolio", "why", REF).exit_code == 4


def test_list_shows_what_ends_soon_and_what_does_not_hold(run, content):
    """--expiring looks ahead; the state is the judge's own word."""
    write_release(content, "", "soon.yaml", "00" * 16)
    soon = content / "releases/soon.yaml"
    soon.write_text(soon.read_text().replace("2040-12-31", "2026-08-15"))
    (content / "releases/ada.pdf").write_bytes(b"other")

    assert "the document has changed" in run("release", "list").output
    assert [row["id"] for row in json.loads(run("release", "list", "--expiring", "60d", "--json").stdout)] == [
        "00" * 16
    ]
    assert run("release", "list", "--expiring", "30d").stdout == "none\n"
    assert run("release", "list", "--expiring", "soon").exit_code == 2


def test_forms_are_written(run, content):
    """HTML, PDF, for adults and minors; a language there is none for is told."""
    assert "I am 18 or older" in run("release", "form").output
    assert run("release", "form", "--minor", "-o", str(content / "f.pdf")).exit_code == 0
    assert (content / "f.pdf").read_bytes().startswith(b"%PDF-")
    assert run("release", "form", "--language", "tlh").exit_code == 2
    assert run("release", "form", "-o", "f.docx").exit_code == 2


# --- ledger -------------------------------------------------------------------------------------------------------


def test_the_ledger_is_shown_with_names_only_while_the_salts_are_there(run, content):
    """The names come from the records beside it."""
    run("release", "withdraw", "ada-lin/ada")
    whose = run("ledger", "show").output
    (content / "releases/ada.salt").unlink()
    nobodys = run("ledger", "show").output

    assert "releases/ada.yaml (ada-lin/ada)" in whose
    assert "release.withdrawn" in nobodys
    assert "ada.yaml" not in nobodys


def test_ledger_verify_finds_a_cut_with_exit_3(run, content):
    """And --json tells the same."""
    run("release", "withdraw", "ada-lin/ada")
    sound = run("ledger", "verify")
    file = content / "ledger.jsonl"
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    cut = run("ledger", "verify", "--json")

    assert sound.exit_code == 0
    assert "every link whole" in sound.output
    assert cut.exit_code == 3
    assert json.loads(cut.stdout)["findings"][0]["path"] == "ledger.checkpoint"


def test_a_receipt_catches_a_ledger_made_anew(run, content, tmp_path):
    """Even its owner cannot rewrite what somebody has a receipt of."""
    run("release", "withdraw", "ada-lin/ada")
    paper = tmp_path / "receipt.json"
    given = run("ledger", "receipt", "ada-lin/ada", "-o", str(paper))
    kept = run("ledger", "verify", "--receipt", str(paper))
    for name in ("ledger.jsonl", "ledger.checkpoint", "releases/ada.salt"):
        (content / name).unlink()
    write_release(content)
    run("release", "withdraw", "ada-lin/ada")
    anew = run("ledger", "verify", "--receipt", str(paper))

    assert given.exit_code == 0, given.output
    assert kept.exit_code == 0
    assert anew.exit_code == 3
    assert read_ledger(content, STUDIO.pub.public_keys)[1] == []


# --- contacts and reports -----------------------------------------------------------------------------------------

OPTED_IN = """  - purpose: promotions
    state: given
    on: 2026-06-02
    channel: email
    text: Tell me about family days.
    evidence: ticked in the contract
"""


def exported(run, now="2026-07-01"):
    result = run("contacts", "export", "--purpose", "promotions", now=now)
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_addresses_come_only_with_a_live_opt_in(run, content):
    """Nothing, then the address with the words that were shown, then nothing again."""
    file = content / "clients/ada-lin/client.yaml"
    none = exported(run)
    file.write_text(file.read_text() + OPTED_IN)
    one = exported(run)
    early = exported(run, now="2026-06-01")
    file.write_text(file.read_text() + "  - {purpose: promotions, state: withdrawn, on: 2026-06-20, channel: email}\n")

    assert none == early == []
    assert [(row["address"], row["channel"], row["text_shown"]) for row in one] == [
        ("ada@example.org", "email", "Tell me about family days.")
    ]
    assert exported(run) == []


def test_no_address_leaves_with_a_damaged_ledger(run, content):
    """A withdrawal might be missing."""
    (content / "clients/ada-lin/client.yaml").write_text(
        (content / "clients/ada-lin/client.yaml").read_text() + OPTED_IN
    )
    run("release", "withdraw", "ada-lin/ada")
    (content / "ledger.checkpoint").unlink()

    assert run("contacts", "export", "--purpose", "promotions").exit_code == 3


def test_a_report_has_everything_about_one_and_nothing_about_others(run, content, tmp_path):
    """HTML, JSON and a receipt; a guest asks by their own id."""
    run("release", "withdraw", "ada-lin/ada")
    result = run("consent", "report", "ada-lin/ada", "-o", str(tmp_path / "out"))
    document = json.loads((tmp_path / "out/report.json").read_text())
    html = (tmp_path / "out/report.html").read_text()
    other = run("consent", "report", "ada-lin/lin").stdout

    assert result.exit_code == 0, result.output
    assert [photo["photo"] for photo in document["photos"]] == [REF]
    assert document["model_releases"][0]["events"][-1]["event_type"] == "dpv:ConsentWithdrawn"
    assert "Ada Okafor" in html
    assert "Lin Wei" not in html
    assert "Okafor" not in other
    assert run("ledger", "verify", "--receipt", str(tmp_path / "out/receipt.json")).exit_code == 0


def test_a_report_names_the_fields_of_ts_27560(run):
    """The mandatory fields are there, and the principal has a name that says nothing."""
    run("release", "withdraw", "ada-lin/ada")
    document = json.loads(run("consent", "report", "ada-lin").stdout)
    processing = document["pii_processing"][0]

    for field in ("schema_version", "record_id", "pii_principal_id", "pii_controllers", "privacy_notice", "language"):
        assert document[field], field
    for field in (
        "purpose",
        "lawful_basis",
        "pii_information",
        "collection_method",
        "processing_method",
        "storage_locations",
        "processing_locations",
        "geographic_restrictions",
        "retention_period",
        "jurisdiction",
        "recipient_third_parties",
        "withdrawal_method",
    ):
        assert processing[field], field
    assert "ada" not in document["pii_principal_id"].lower()
    assert document["held"]["clients/ada-lin/client.yaml"]["email"] == "ada@example.org"


def test_the_record_of_processing_has_every_personal_field(run, tmp_path):
    """Made from the list that the schema enforces."""
    run("consent", "record", "-o", str(tmp_path / "out"))
    document = json.loads((tmp_path / "out/processing.json").read_text())
    html = (tmp_path / "out/processing.html").read_text()

    assert [(row["file"], row["field"]) for row in document["activities"]] == [
        (f.file, f.key) for f in personal_fields()
    ]
    assert all(row["purpose"] and row["lawful_basis"] and row["retention_period"] for row in document["activities"])
    assert "releases/*.yaml: signer.name" in html
