"""What people of an organization allowed to applications of others."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from grantway.core import scopes
from grantway.core.consenting import ConsentFilter, MemberConsent
from grantway.core.identifiers import to_text
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Query, Reply, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import Email, IdText, Name, about, id_of, time_if, time_of
from grantway.features.access.permissions import CONSENTS_READ, CONSENTS_WRITE

TAG = "Consents"
CONSENTS = "/organizations/{organization_id}/consents"
_NO_RECORD = -1


class ConsentPerson(msgspec.Struct, frozen=True):
    """Who allowed it."""

    id: IdText
    name: Name
    email: Email
    is_member: Annotated[
        bool, about("False for somebody who left: nothing works by it until the person joins again.", True)
    ]


class ConsentApplication(msgspec.Struct, frozen=True):
    """What was allowed to act, and whose it is."""

    id: IdText
    client_id: Annotated[str, about("Its public identifier.", "pX3kq9Vb7Yw2LmN8cR4tH6sJ1")]
    name: Name
    organization_id: Annotated[str, about("The organization that makes it.", "7tKdZ2wQx1")]
    organization_name: Name


class ConsentAnswer(msgspec.Struct, frozen=True):
    """A consent that holds."""

    id: IdText
    user: ConsentPerson
    application: ConsentApplication
    scopes: Annotated[tuple[str, ...], about("What it may do.", ["openid", "deliveries:read"])]
    apis: Annotated[
        tuple[str, ...],
        about("APIs that it may go to without any of their scopes, by identifier.", []),
    ]
    granted_at: Annotated[datetime, about("When the person said so last.", "2026-11-21T09:30:00Z")]
    last_used_at: Annotated[
        datetime | None,
        about("When a token was last made for it, to within some seconds.", "2026-11-24T07:12:00Z"),
    ]


def answer_of(found: MemberConsent) -> ConsentAnswer:
    """The record as it is answered."""
    consent = found.consent
    return ConsentAnswer(
        id=to_text(consent.id),
        user=ConsentPerson(to_text(consent.user_id), found.user_name, found.user_email, found.is_member),
        application=ConsentApplication(
            to_text(consent.application_id),
            found.client_id,
            found.application_name,
            to_text(found.owner_id),
            found.owner_name,
        ),
        scopes=tuple(sorted(scopes.plain(consent.scopes))),
        apis=scopes.bare_apis(consent.scopes),
        granted_at=time_of(consent.granted_at),
        last_used_at=time_if(consent.last_used_at),
    )


def list_consents(features: RecordFeatures, call: Call) -> Listing:
    """Those of the organization."""
    user, application = call.query.get("user"), call.query.get("application")
    only = ConsentFilter(
        None if user is None else id_of(user) or _NO_RECORD,
        None if application is None else id_of(application) or _NO_RECORD,
    )
    found = features.member_consents.listed(
        call.tx, call.caller, call.organization_id, page=call.page, only=only
    )
    return Listing(tuple(map(answer_of, found)), tuple(one.consent.id for one in found))


def read_consent(features: RecordFeatures, call: Call) -> Reply:
    """One of them."""
    found = features.member_consents.read(
        call.tx, call.caller, call.organization_id, consent_id=call.ids["consent_id"]
    )
    return Reply(answer_of(found))


def withdraw_consent(features: RecordFeatures, call: Call) -> Reply:
    """End one."""
    features.member_consents.withdraw(
        call.tx, call.caller, call.organization_id, consent_id=call.ids["consent_id"]
    )
    return Reply()


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listConsents",
        method="GET",
        path=CONSENTS,
        tag=TAG,
        summary="List what people allowed to applications of others",
        description=(
            "Who let which application act for them in this organization, what it may do, since when, and "
            "when it last did. What an installation or a voucher allows without asking is not among it."
        ),
        permission=CONSENTS_READ,
        tenant=Tenant.PATH,
        answer=ConsentAnswer,
        is_list=True,
        queries=(
            Query("user", "Only those of this person.", "5hB2pLr9Qa"),
            Query("application", "Only those to this application, by its id.", "9zQ4mXc7Lk"),
        ),
        handler=list_consents,
    ),
    Operation(
        id="readConsent",
        method="GET",
        path=CONSENTS + "/{consent_id}",
        tag=TAG,
        summary="Read a consent",
        description="One that was withdrawn is not found.",
        permission=CONSENTS_READ,
        tenant=Tenant.PATH,
        answer=ConsentAnswer,
        handler=read_consent,
    ),
    Operation(
        id="withdrawConsent",
        method="DELETE",
        path=CONSENTS + "/{consent_id}",
        tag=TAG,
        summary="Withdraw somebody's consent",
        description=(
            "The application is cut off from this person here at once: its codes, refresh tokens and "
            "access "
            "tokens are dead. The person reads on their own page that an administrator did it, and is "
            "asked "
            "again at the next sign-in."
        ),
        permission=CONSENTS_WRITE,
        tenant=Tenant.PATH,
        status=204,
        audit=Audited(
            action="consent.withdraw", target="consent_id", record=ConsentAnswer, before=read_consent
        ),
        handler=withdraw_consent,
    ),
)
