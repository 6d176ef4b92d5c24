"""How much applications are used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, cast

import msgspec

from grantway.core.activity import METRICS, Amount, By, Metric, Span
from grantway.edges.web.operations import Call, Listing, Operation, Query, Tenant
from grantway.edges.web.records.applications import APPLICATIONS
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import about, one_of, text_of
from grantway.features.access.permissions import APPLICATIONS_READ

TAG = "Activity"
_DAYS = (
    Query("from", "From this UTC day on; without it, the last thirty days.", "2026-11-01", 10),
    Query("to", "Up to this UTC day; without it, today.", "2026-11-30", 10),
    Query("metric", "Only this.", "tokens", values=METRICS),
)


class ActivityAnswer(msgspec.Struct, frozen=True):
    """How many of something there were: of the day, the refusal, or the record that was asked by."""

    metric: Annotated[str, one_of("What was counted.", *METRICS)]
    day: Annotated[str | None, about("The UTC day.", "2026-11-21", format="date")]
    error_id: Annotated[str | None, about("The refusal.", "E-CLIENT-01")]
    organization_id: Annotated[
        str | None,
        about("The organization; null where none is known, or none that has it installed.", "7tKdZ2wQx1"),
    ]
    application_id: Annotated[str | None, about("The application.", "9zQ4mXc7Lk")]
    count: Annotated[int, about("How many. What there was none of is not told.", 1200, minimum=1)]


def answer_of(amount: Amount) -> ActivityAnswer:
    """The number as it is answered."""
    return ActivityAnswer(
        metric=amount.metric,
        day=amount.day,
        error_id=amount.error_id,
        organization_id=text_of(amount.organization_id),
        application_id=text_of(amount.application_id),
        count=amount.count,
    )


def list_activity(features: RecordFeatures, call: Call) -> Listing:
    """The numbers of one application."""
    found = features.activity.of_application(
        call.tx,
        call.caller,
        call.organization_id,
        application_id=call.ids["application_id"],
        span=_span_of(features, call),
        by=_by(call),
    )
    return _listing(found, call)


def list_organization_activity(features: RecordFeatures, call: Call) -> Listing:
    """The numbers of one organization."""
    found = features.activity.of_organization(
        call.tx, call.caller, call.organization_id, span=_span_of(features, call), by=_by(call)
    )
    return _listing(found, call)


def _listing(found: Sequence[Amount], call: Call) -> Listing:
    return Listing.of_all(zip(map(answer_of, found), range(1, len(found) + 1), strict=True), call.page)


def _span_of(features: RecordFeatures, call: Call) -> Span:
    metric = cast("Metric | None", call.query.get("metric"))
    return features.activity.span(call.query.get("from"), call.query.get("to"), metric)


def _by(call: Call) -> By:
    return cast("By", call.query.get("by", "day"))


def _asked_by(*values: By) -> Query:
    return Query("by", "By what numbers are added up; without it, by day.", "day", values=values)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listActivity",
        method="GET",
        path=APPLICATIONS + "/{application_id}/activity",
        tag=TAG,
        summary="Read how much an application is used",
        description=(
            "Tokens, sign-ins and refusals, counted in UTC days and kept for 400 of them, some seconds after "
            "they happened. Its owner reads all; an organization that installed it reads what was done for "
            "itself. Days, refusals and organizations without any are left out."
        ),
        permission=APPLICATIONS_READ,
        tenant=Tenant.PATH,
        answer=ActivityAnswer,
        is_list=True,
        queries=(*_DAYS, _asked_by("day", "error", "organization")),
        handler=list_activity,
    ),
    Operation(
        id="listOrganizationActivity",
        method="GET",
        path="/organizations/{organization_id}/activity",
        tag=TAG,
        summary="Read how much applications are used in an organization",
        description="The same of everything that applications, own and of others, did for the organization.",
        permission=APPLICATIONS_READ,
        tenant=Tenant.PATH,
        answer=ActivityAnswer,
        is_list=True,
        queries=(*_DAYS, _asked_by("day", "error", "application")),
        handler=list_organization_activity,
    ),
)
