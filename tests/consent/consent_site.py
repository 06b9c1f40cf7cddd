"""A small site on disk with consent records, and the studio that signs its ledger."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from sogallery.load import load_site
from sogallery.model import Site
from sogallery.studio import Studio, save_pub

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
STUDIO = Studio(bytes(range(32)))
KEY = STUDIO.signing
KEYS = STUDIO.pub.public_keys
REF = "ada-lin/wedding/rings.jpg"
RELEASE_ID = "4f1c09ab77d2e65830c4b1de9a02f7d3"

SITE = "name: SO Captures\ntimezone: Europe/London\n"
PORTFOLIO = """- title: Weddings
  photos:
    - {photo: ada-lin/wedding/rings.jpg, alt: Two hands and two rings}
"""
CLIENT = """name: Ada & Lin
email: ada@example.org
consents:
  - {purpose: publication, state: given, on: 2026-06-02, scopes: [portfolio_web], evidence: mail of 2 June}
"""
GALLERY = """title: Ada & Lin
date: 2026-06-13
people:
  ada: {name: Ada Okafor}
  lin: {name: Lin Wei}
"""


def make_site(root: Path) -> Path:
    """A content folder with one gallery of two photos, one of them released."""
    content = root / "content"
    gallery = content / "clients" / "ada-lin" / "wedding"
    gallery.mkdir(parents=True)
    (content / "releases").mkdir()
    (content / "site.yaml").write_text(SITE)
    (content / "portfolio.yaml").write_text(PORTFOLIO)
    (gallery.parent / "client.yaml").write_text(CLIENT)
    (gallery / "gallery.yaml").write_text(GALLERY)
    Image.new("RGB", (64, 48), "teal").save(gallery / "rings.jpg")
    Image.new("RGB", (64, 48), "coral").save(gallery / "cake.jpg")
    write_review(content)
    write_release(content)
    save_pub(STUDIO, content)
    return content


def photo_hash(content: Path, name: str = "rings.jpg") -> str:
    return hashlib.sha256((content / "clients" / "ada-lin" / "wedding" / name).read_bytes()).hexdigest()


def write_review(content: Path, more: str = "") -> None:
    (content / "clients/ada-lin/wedding/reviews.yaml").write_text(
        f"""photos:
  rings.jpg:
    sha256: {photo_hash(content)}
    complete: true
    recognisable: [ada]
    by: Mara
    on: 2026-06-20
{more}"""
    )


def write_release(content: Path, more: str = "", name: str = "ada.yaml", release_id: str = RELEASE_ID) -> None:
    document = content / "releases" / "ada.pdf"
    document.write_bytes(b"%PDF-1.7 signed by Ada")
    (content / "releases" / name).write_text(
        f"""id: {release_id}
person: ada-lin/ada
signer: {{name: Ada Okafor, role: self}}
witness: Bo Chen
signed: 2026-06-01
covers: {{galleries: [ada-lin/wedding]}}
scopes: [portfolio_web, portfolio_print]
until: 2040-12-31
document: ada.pdf
document_sha256: {hashlib.sha256(document.read_bytes()).hexdigest()}
{more}"""
    )


def site_of(content: Path) -> Site:
    site, problems = load_site(content)
    assert site is not None, problems
    return site
