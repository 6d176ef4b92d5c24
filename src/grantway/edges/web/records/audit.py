"""The audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from grantway.core import errors
from grantway.core.audit import AuditEntry, AuditQuery
from grantway.core.errors import FieldError, Invalid
from grantway.core.identifiers import to_text
from grantway.core.model import Id, Instant
from grantway.edges.web.operations import Call, Listing, Operation, Query, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import IdText, about, id_of, instant_if, one_of, text_of, time_of
from grantway.features.access.permissions import AUDIT_READ

TAG = "Audit log"
_NOBODY: Id = -1

QUERIES = (
    Query("actor", "Only what this user or application did, by its id.", "5hB2pLr9Qa"),
    Query("action", "Only this action, or all of a kind: the kind with a dot.", "application.update"),
    Query("target", "Only what was done to the record of this id.", "7tKdZ2wQx1"),
    Query("since", "Only what was done at this time or later.", "2026-11-21T00:00:00Z", 40),
    Query("until", "Only what was done before this time.", "2026-11-22T00:00:00Z", 40),
    Query(
        "format",
        "`ndjson` for one line per act, all in one answer; `since` and `until` are then needed, at most 31 "
        "days apart. `Accept: application/x-ndjson` asks for the same.",
        "json",
        values=("json", "ndjson"),
    ),
)


class AuditAnswer(msgspec.Struct, frozen=True):
    """Something that was done."""

    id: IdText
    at: Annotated[datetime, about("When.", "2026-11-21T09:30:00Z")]
    action: Annotated[str, about("What: a kind of record, and what was done to it.", "application.update")]
    actor_kind: Annotated[
        str,
        one_of(
            "Who: a user, a service account, an application alone, somebody at the machine itself, or the "
            "server when a time had come.",
            "user",
            "service_account",
            "application",
            "command_line",
            "server",
        ),
    ]
    user_id: Annotated[str | None, about("The user, or the service account.", "5hB2pLr9Qa")]
    application_id: Annotated[str | None, about("The application through which it was done.", "9zQ4mXc7Lk")]
    organization_id: Annotated[str | None, about("Where; null for the platform as a whole.", "7tKdZ2wQx1")]
    target_kind: Annotated[str, about("The kind of the record.", "application")]
    target_id: Annotated[str, about("The id of the record.", "3vN8sPw2Ra")]
    before: Annotated[dict[str, Any] | None, about("What the members were that changed.", {"name": "Orbit"})]
    after: Annotated[dict[str, Any] | None, about("What they are now.", {"name": "Orbit Two"})]
    address: Annotated[str | None, about("Where the request came from.", "192.0.2.7")]
    request_id: Annotated[str | None, about("What the server's log calls the request.", "dGhpcyBpcyBp")]


def answer_of(entry: AuditEntry) -> AuditAnswer:
    """The line as it is answered."""
    return AuditAnswer(
        id=to_text(entry.id),
        at=time_of(entry.at),
        action=entry.action,
        actor_kind=entry.actor_kind,
        user_id=text_of(entry.user_id),
        application_id=text_of(entry.application_id),
        organization_id=text_of(entry.organization_id),
        target_kind=entry.target_kind,
        target_id=entry.target_id,
        before=_members(entry.before),
        after=_members(entry.after),
        address=entry.address,
        request_id=entry.request_id,
    )


def list_audit(features: RecordFeatures, call: Call) -> Listing:
    """What was done in the organization."""
    found = features.audit.listed(
        call.tx, call.caller, call.organization_id, query=_query_of(call), is_export=call.is_export
    )
    return _listing(found)


def list_whole_audit(features: RecordFeatures, call: Call) -> Listing:
    """What was done anywhere."""
    found = features.audit.listed_everywhere(
        call.tx, call.caller, query=_query_of(call), is_export=call.is_export
    )
    return _listing(found)


def _listing(found: tuple[AuditEntry, ...]) -> Listing:
    return Listing(tuple(map(answer_of, found)), tuple(entry.id for entry in found))


def _query_of(call: Call) -> AuditQuery:
    actor = call.query.get("actor")
    return AuditQuery(
        limit=call.page.limit,
        after=call.page.after,
        actor=None if actor is None else (id_of(actor) or _NOBODY),
        action=call.query.get("action"),
        target=call.query.get("target"),
        since=time_asked(call, "since"),
        until=time_asked(call, "until"),
    )


def time_asked(call: Call, name: str) -> Instant | None:
    """The time of a filter, where it is asked for. Raises Invalid."""
    text = call.query.get(name)
    if text is None:
        return None
    try:
        time = msgspec.convert(text, Annotated[datetime, msgspec.Meta(tz=True)])
        return max(0, instant_if(time) or 0)
    except (msgspec.ValidationError, OverflowError):
        raise Invalid((FieldError(name, errors.FIELD_TIME),)) from None


def _members(text: str | None) -> dict[str, Any] | None:
    return None if text is None else msgspec.json.decode(text, type=dict[str, Any])


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listAudit",
        method="GET",
        path="/organizations/{organization_id}/audit",
        tag=TAG,
        summary="Read the audit log of an organization",
        description="Every change of its records, the newest first. Lines are never changed or removed.",
        permission=AUDIT_READ,
        tenant=Tenant.PATH,
        answer=AuditAnswer,
        is_list=True,
        is_exportable=True,
        queries=QUERIES,
        handler=list_audit,
    ),
    Operation(
        id="listWholeAudit",
        method="GET",
        path="/audit",
        tag=TAG,
        summary="Read the audit log of the platform",
        description="For operators: the changes of everybody's records, the newest first.",
        permission=AUDIT_READ.for_all,
        tenant=Tenant.PLATFORM,
        answer=AuditAnswer,
        is_list=True,
        is_exportable=True,
        queries=QUERIES,
        handler=list_whole_audit,
    ),
)
