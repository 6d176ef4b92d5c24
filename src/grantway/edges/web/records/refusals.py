"""Why requests were refused."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from grantway.core.identifiers import to_text
from grantway.core.refusals import KINDS, RefusalQuery
from grantway.edges.web.operations import Call, Listing, Operation, Query, Tenant
from grantway.edges.web.records.applications import APPLICATIONS
from grantway.edges.web.records.audit import time_asked
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import IdText, about, one_of, text_of, time_of
from grantway.features.access.permissions import APPLICATIONS_READ
from grantway.features.registry.refusals import Explained

TAG = "Refusals"
LONGEST_CODE = 64

QUERIES = (
    Query(
        "code",
        "Only what has this request id: the code on the error page, and `request_id` in answers.",
        "dGhpcyBpcyBp",
        LONGEST_CODE,
    ),
    Query("kind", "Only requests of this kind.", "authorize", values=KINDS),
    Query("error_id", "Only this refusal.", "E-AUTHORIZE-04", 20),
    Query("since", "Only what was refused at this time or later.", "2026-11-21T00:00:00Z", 40),
)


class RefusalAnswer(msgspec.Struct, frozen=True):
    """Requests that were refused alike within an hour."""

    id: IdText
    code: Annotated[str, about("The request id of the newest, or the one asked for.", "dGhpcyBpcyBp")]
    application_id: IdText
    client_id: Annotated[str, about("The application, as requests name it.", "orbit-dashboard")]
    organization_id: Annotated[
        str | None,
        about("For which organization, where that is known and yours or has it installed.", "7tKdZ2wQx1"),
    ]
    kind: Annotated[str, one_of("What was asked for.", *KINDS)]
    mount: Annotated[str, about("At which mount of the server.", "standard")]
    error_id: Annotated[str, about("The refusal, as docs/errors.md has it.", "E-AUTHORIZE-04")]
    cause: Annotated[
        str,
        about("Why, in a sentence.", "The address to return to is not registered for this application."),
    ]
    remedy: Annotated[str, about("What to do about it.", "Register the very text that is sent.")]
    nearest: Annotated[
        str | None,
        about(
            "The registered address that what was sent resembles most. What was sent is not kept.",
            "https://app.example/callback",
        ),
    ]
    difference: Annotated[str | None, about("In what the two differ.", "Only the slash at the end differs.")]
    scopes: Annotated[
        tuple[str, ...], about("The scopes that were not there to be given, of those known.", ["orders:read"])
    ]
    count: Annotated[int, about("How many requests.", 12, minimum=1)]
    first_at: Annotated[datetime, about("When the first was refused.", "2026-11-21T09:30:00Z")]
    last_at: Annotated[datetime, about("When the newest was refused.", "2026-11-21T09:42:00Z")]
    is_sampled: Annotated[
        bool, about("Whether there were more at the time than are kept: then not every code is found.", False)
    ]


def answer_of(one: Explained) -> RefusalAnswer:
    """The record as it is answered."""
    refusal = one.refusal
    return RefusalAnswer(
        id=to_text(refusal.id),
        code=refusal.code,
        application_id=to_text(refusal.application_id),
        client_id=refusal.client_id,
        organization_id=text_of(refusal.organization_id),
        kind=refusal.kind,
        mount=refusal.mount,
        error_id=refusal.error_id,
        cause=one.reason.text,
        remedy=one.remedy,
        nearest=one.nearest,
        difference=one.difference,
        scopes=one.scopes,
        count=refusal.count,
        first_at=time_of(refusal.first_at),
        last_at=time_of(refusal.last_at),
        is_sampled=refusal.is_sampled,
    )


def list_refusals(features: RecordFeatures, call: Call) -> Listing:
    """The refused requests of one application."""
    found = features.refusals.listed(
        call.tx,
        call.caller,
        call.organization_id,
        application_id=call.ids["application_id"],
        query=_query_of(call),
    )
    return _listing(found, call)


def list_all_refusals(features: RecordFeatures, call: Call) -> Listing:
    """The refused requests of every application."""
    return _listing(features.refusals.listed_everywhere(call.tx, call.caller, query=_query_of(call)), call)


def _listing(found: tuple[Explained, ...], call: Call) -> Listing:
    return Listing.of_all(zip(map(answer_of, found), range(1, len(found) + 1), strict=True), call.page)


def _query_of(call: Call) -> RefusalQuery:
    given, since = call.query, time_asked(call, "since")
    return RefusalQuery(given.get("code"), given.get("kind"), given.get("error_id"), since)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listRefusals",
        method="GET",
        path=APPLICATIONS + "/{application_id}/refusals",
        tag=TAG,
        summary="List the refused requests of an application",
        description=(
            "Why requests of the application were refused, and what to do about it, the newest first. Its "
            "owner reads all; an organization that installed it reads those about itself. Requests refused "
            "alike within an hour are one record. The newest 200 are kept, for at most 14 days, and are read "
            "some seconds after the refusal; nothing of what a request said is in them. What is refused more "
            "often than it is kept is counted in the activity all the same."
        ),
        permission=APPLICATIONS_READ,
        tenant=Tenant.PATH,
        answer=RefusalAnswer,
        is_list=True,
        queries=QUERIES,
        handler=list_refusals,
    ),
    Operation(
        id="listAllRefusals",
        method="GET",
        path="/refusals",
        tag=TAG,
        summary="Find refused requests of any application",
        description=(
            "For operators: whom somebody told the code of an error page. The newest 200 that fit are told."
        ),
        permission=APPLICATIONS_READ.for_all,
        tenant=Tenant.PLATFORM,
        answer=RefusalAnswer,
        is_list=True,
        queries=QUERIES,
        handler=list_all_refusals,
    ),
)
