"""What is held about somebody, and why: the report a person can ask for; the record of processing (GDPR Art. 30).

Both are made from the schema's own list of personal fields, so that what is told is what the tool really takes. The
report's names of fields are those of ISO/IEC TS 27560:2023, as the W3C DPV guide to it spells them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

from sogallery.consent import Decision, ModelRelease, Records, State
from sogallery.ledger import Chain, Entry
from sogallery.model import Person, Site
from sogallery.schema.kinds import PersonalField, personal_fields
from sogallery.schema.record import Basis

Document: TypeAlias = dict[str, Any]

SCHEMA = "ISO/IEC TS 27560:2023, sogallery 1"
FILES = ("clients/*/client.yaml", "clients/*/*/gallery.yaml", "clients/*/*/reviews.yaml", "releases/*.yaml")
STORAGE = "in the studio's own files; sealed galleries on the host, which cannot open them"
MEASURES = (
    "Galleries leave the studio encrypted (AES-256-GCM); the host holds no key.",
    "Photos are public only with a model release in force of everybody who can be recognised.",
    "Location and serial numbers are taken out of photos.",
    "Consent, publication and deletion events are kept in a hash-chained, signed ledger without names.",
    "What has ended is left out of every later build.",
)
WITHDRAWAL = "a message to the studio is enough; it takes effect with the next build"


@dataclass(frozen=True, slots=True)
class Held:
    """What was found about one subject: files as they are, releases, photos, ledger entries.

    `principal` is a name for them that says nothing (Kantara and TS 27560 ask for one), the same in every report.
    """

    subject: str
    principal: str
    people: tuple[Person, ...]
    files: Mapping[str, object]
    releases: tuple[ModelRelease, ...]
    photos: Mapping[str, str]  # ref -> recognisable | unsure | not recognisable | named
    public: Mapping[str, Decision]
    entries: tuple[Entry, ...]


def person_report(site: Site, records: Records, held: Held, chain: Chain, record_id: UUID, now: datetime) -> Document:
    """The report as one JSON document; every value is what the files say, nothing is summed up."""
    return {
        "schema_version": SCHEMA,
        "record_id": str(record_id),
        "pii_principal_id": held.principal,
        "about": held.subject,
        "created": now.isoformat(timespec="seconds"),
        "pii_controllers": [_controller(site)],
        "privacy_notice": _notice(site),
        "language": site.language,
        "pii_processing": [_processing(site, fields) for fields in _grouped(personal_fields())],
        "consents": [_consent(site, held)] if held.subject in site.clients else [],
        "model_releases": [_release(release, records) for release in held.releases],
        "photos": [
            {"photo": ref, "in_it": word, "public": ref in held.public} for ref, word in sorted(held.photos.items())
        ],
        "held": dict(held.files),
        "ledger": {
            "entries": [_event(entry) for entry in held.entries],
            "size": len(chain.entries),
            "head": chain.head.hash,
        },
        "trouble": records.trouble,
    }


def processing_record(site: Site, day: date) -> Document:
    """The record of processing activities: who, what for, which data, whose, on which basis, how long, to whom."""
    rows = [{**_field(each), **_why(site, each)} for each in personal_fields()]
    return {
        "title": "Record of processing activities (GDPR Art. 30)",
        "controller": _controller(site),
        "day": str(day),
        "activities": rows,
        "recipients": _recipients(site),
        "measures": list(MEASURES),
        "retention": [asdict(rule) for rule in site.retention],
    }


def _controller(site: Site) -> dict[str, str]:
    contact = site.contact
    said = {
        "name": site.name,
        "address": contact.address,
        "email": contact.email,
        "phone": contact.phone,
        "url": site.base_url,
    }
    return {key: value for key, value in said.items() if value}


def _notice(site: Site) -> str:
    if site.policy is None:
        return "no policy is published"
    where = f"{site.base_url}policy/" if site.base_url else "/policy/"
    return f"{where} version {site.policy.version}, effective {site.policy.effective}"


def _grouped(fields: Iterable[PersonalField]) -> list[list[PersonalField]]:
    """The fields that one record could hold, by purpose, basis and retention."""
    groups: dict[tuple[str, str, str], list[PersonalField]] = {}
    for each in fields:
        if each.file in FILES:
            why = each.personal
            groups.setdefault((why.purpose, why.basis, why.retention), []).append(each)
    return list(groups.values())


def _processing(site: Site, fields: Sequence[PersonalField]) -> Document:
    why = _why(site, fields[0])
    withdraws = fields[0].personal.basis is Basis.CONSENT
    return {
        "purpose": why["purpose"],
        "lawful_basis": why["lawful_basis"],
        "pii_information": [_field(each) for each in fields],
        "collection_method": "from the person, or from whoever commissioned the photographs",
        "processing_method": "kept in files by the studio; galleries are encrypted before they leave it",
        "storage_locations": [STORAGE],
        "processing_locations": ["the studio's computer"],
        "geographic_restrictions": "none; what is public can be seen everywhere",
        "jurisdiction": "that of the studio",
        "retention_period": why["retention_period"],
        "recipient_third_parties": _recipients(site),
        "withdrawal_method": WITHDRAWAL if withdraws else "not by consent; objections go to the studio",
    }


def _field(each: PersonalField) -> dict[str, str]:
    return {"file": each.file, "field": each.key, "what": each.doc, "whose": str(each.personal.subject)}


def _why(site: Site, each: PersonalField) -> dict[str, str]:
    why = each.personal
    days = next((rule.days for rule in site.retention if rule.data == why.retention), None)
    period = f"{days} days ({why.retention})" if days is not None else f"{why.retention}: no rule in site.yaml yet"
    return {"purpose": f"dpv:{why.purpose}", "lawful_basis": f"GDPR Art. {why.basis}", "retention_period": period}


def _recipients(site: Site) -> list[str]:
    hosts = sorted({str(target.get("host", name)) for name, target in site.deploy.items()})
    return [f"{host}: sealed files that it cannot open, and what is public" for host in hosts] or [
        "none named in site.yaml"
    ]


def _consent(site: Site, held: Held) -> Document:
    client = site.clients[held.subject]
    events = [
        {
            "event_time": str(each.on) if each.on else "",
            "event_type": _dpv(each.state),
            "event_state": each.state,
            "entity_id": client.slug,
            "purpose": each.purpose,
            "scopes": [str(scope) for scope in each.scopes],
            "channel": each.channel,
            "text": each.text,
            "evidence": each.evidence,
            "validity_duration": "until it is withdrawn",
        }
        for each in client.consents
    ]
    seen = [{"policy": version, "on": str(day), "is_consent": False} for version, day in client.acknowledged]
    return {"events": events, "acknowledgements": seen}


def _release(release: ModelRelease, records: Records) -> Document:
    events = [
        {
            "event_time": str(each.on),
            "event_type": _dpv(each.state),
            "event_state": str(each.state),
        }
        for each in records.events.get(release.id, ())
    ]
    return {
        "release_id": release.id,
        "record": release.path,
        "scopes": [str(scope) for scope in release.scopes],
        "validity_duration": f"until {release.until}" if release.until else "until it is withdrawn",
        "document": release.document,
        "document_sha256": release.document_sha256,
        "withdrawn": str(release.withdrawn) if release.withdrawn else None,
        "events": events,
    }


def _photo(ref: str, word: str, held: Held) -> Document:
    return {"photo": ref, "in_it": word, "public": ref in held.public}


def _dpv(state: str) -> str:
    """The W3C DPV name of a consent's state."""
    return "dpv:RenewedConsentGiven" if state == State.RENEWED else f"dpv:Consent{state.capitalize()}"


def _event(entry: Entry) -> Document:
    draft = entry.draft
    return {"seq": entry.seq, "at": entry.at, "type": draft.type, "data": dict(draft.data), "hash": entry.hash}
