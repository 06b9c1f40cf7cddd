"""`client.yaml`: a customer's contact data, consents with their evidence, and policy acknowledgements."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sogallery.model import Client, Consent, Scope
from sogallery.schema.common import ADDRESS, EMAIL, LANGUAGE, NAME, PHONE, WORDS
from sogallery.schema.node import Pairs, Report
from sogallery.schema.record import Basis, Field, FileKind, Personal, Purpose, Record, Retention, Subject
from sogallery.schema.types import Bool, Date, ListOf, OneOf, Version


class ConsentPurpose(StrEnum):
    """What a client can consent to here."""

    PUBLICATION = "publication"
    PROMOTIONS = "promotions"


class ConsentState(StrEnum):
    """How a client answered."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    """Where promotions may reach somebody."""

    EMAIL = "email"
    PHONE = "phone"
    SMS = "sms"
    POST = "post"
    MESSENGER = "messenger"


CUSTOMER = Personal(Subject.CLIENT, Purpose.REQUESTED_SERVICE, Basis.CONTRACT, Retention.CLIENTS)
CONSENT_RECORD = Personal(Subject.CLIENT, Purpose.COMPLIANCE, Basis.OBLIGATION, Retention.CONSENTS)


def _check_consent(consent: Consent, pairs: Pairs, report: Report) -> None:
    """A consent that counts says what for and can be shown; nothing is filled in."""
    given = consent.state == ConsentState.GIVEN
    if given and not consent.evidence:
        report.add(
            pairs,
            "this consent has no `evidence`",
            "say where it can be seen: a file, a letter, an e-mail and its date",
        )
    if consent.purpose == ConsentPurpose.PUBLICATION:
        if given and not consent.scopes:
            report.add(
                pairs, "this consent to publication names no `scopes`", "add a line like: scopes: [portfolio_web]"
            )
        return
    if consent.scopes:
        report.add(
            pairs.key("scopes"), "`scopes` belong to publication, not to promotions", "take them out, or mend `purpose`"
        )
    if not consent.channel:
        report.add(pairs, "this answer about promotions names no `channel`", "add a line like: channel: email")
    if given and not consent.text:
        report.add(
            pairs, "this consent to promotions lacks the `text` that was shown", "add the sentence they agreed to"
        )


def _consent(purpose: ConsentPurpose, state: ConsentState, channel: Channel | None, **rest: Any) -> Consent:  # noqa: ANN401
    return Consent(purpose=str(purpose), state=str(state), channel=str(channel or ""), **rest)


CONSENT = Record(
    _consent,
    (
        Field("purpose", OneOf(ConsentPurpose), "What was asked for.", True, personal=CONSENT_RECORD),
        Field("state", OneOf(ConsentState), "What the client answered.", True, personal=CONSENT_RECORD),
        Field("on", Date(), "The day of the answer.", True, personal=CONSENT_RECORD),
        Field(
            "scopes",
            ListOf(OneOf(Scope)),
            "What may be published where; for publication only.",
            default=(),
            personal=CONSENT_RECORD,
        ),
        Field("channel", OneOf(Channel), "Where promotions may come; for promotions only.", personal=CONSENT_RECORD),
        Field(
            "evidence",
            WORDS,
            "Where the answer can be seen: a file beside this one, a letter, an e-mail and its date.",
            default="",
            personal=CONSENT_RECORD,
        ),
        Field("text", WORDS, "The words the client was shown.", default="", personal=CONSENT_RECORD),
    ),
    check=_check_consent,
)


def _acknowledgement(version: str, on: date) -> tuple[str, date]:
    return version, on


ACKNOWLEDGEMENT = Record(
    _acknowledgement,
    (
        Field("version", Version(), "The version of policy.md.", True, personal=CONSENT_RECORD),
        Field("on", Date(), "The day.", True, personal=CONSENT_RECORD),
    ),
)


def _client(**values: Any) -> Client:  # noqa: ANN401
    return Client(slug="", **values)


CLIENT = Record(
    _client,
    (
        Field("name", NAME, "The client's name.", default="", personal=CUSTOMER),
        Field("email", EMAIL, "Where links are sent.", default="", personal=CUSTOMER),
        Field("phone", PHONE, "For calls about the job.", default="", personal=CUSTOMER),
        Field("address", ADDRESS, "For invoices and parcels.", default="", personal=CUSTOMER),
        Field("own", Bool(), "The studio's own work, which nobody commissioned: the studio signs.", default=False),
        Field("language", LANGUAGE, "The client's language; their galleries speak it.", default="", personal=CUSTOMER),
        Field(
            "consents",
            ListOf(CONSENT),
            "What the client was asked and answered, each with its evidence.",
            default=(),
            personal=CONSENT_RECORD,
        ),
        Field(
            "acknowledged",
            ListOf(ACKNOWLEDGEMENT),
            "Versions of the policy the client has taken note of; never a consent.",
            default=(),
            personal=CONSENT_RECORD,
        ),
    ),
    wrong_names=(("mail", "email"), ("tel", "phone"), ("consent", "consents"), ("acknowledgements", "acknowledged")),
)

KIND = FileKind("client", "clients/*/client.yaml", "A customer.", CLIENT)
