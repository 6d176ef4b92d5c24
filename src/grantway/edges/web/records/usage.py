"""The minutes that people used applications."""

from __future__ import annotations

from typing import Annotated

import msgspec

from grantway.core.budgets import LONGEST_DAY, Usage
from grantway.core.identifiers import to_text
from grantway.edges.web.operations import Call, Listing, Operation, Query, Tenant
from grantway.edges.web.records.applications import APPLICATIONS, TAG
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import IdText, about, one_of
from grantway.features.access.permissions import APPLICATIONS_READ
from grantway.features.registry.usage import Narrowing


class UsageAnswer(msgspec.Struct, frozen=True):
    """How many minutes of a day somebody's tokens took."""

    id: IdText
    day: Annotated[str, about("The day, in the application's time zone then.", "2026-11-21", format="date")]
    organization_id: Annotated[str, about("The organization that the tokens act for.", "7tKdZ2wQx1")]
    subject_kind: Annotated[
        str, one_of("A user, or somebody whom the application itself names.", "user", "external")
    ]
    subject: Annotated[str, about("The user's id, or the name of the external subject.", "5hB2pLr9Qa")]
    minutes: Annotated[
        int, about("The minutes that are taken, used or not.", 45, minimum=1, maximum=LONGEST_DAY)
    ]


def answer_of(usage: Usage) -> UsageAnswer:
    """The line as it is answered."""
    return UsageAnswer(
        id=to_text(usage.id),
        day=usage.day,
        organization_id=to_text(usage.organization_id),
        subject_kind=usage.kind,
        subject=usage.subject,
        minutes=usage.minutes,
    )


def list_usage(features: RecordFeatures, call: Call) -> Listing:
    """The minutes of an application's people, by day."""
    found = features.usage.listed(
        call.tx,
        call.caller,
        call.organization_id,
        application_id=call.ids["application_id"],
        page=call.page,
        narrowing=Narrowing(call.query.get("day"), call.query.get("subject")),
    )
    return Listing(tuple(map(answer_of, found)), tuple(one.id for one in found))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listUsage",
        method="GET",
        path=APPLICATIONS + "/{application_id}/usage",
        tag=TAG,
        summary="List the minutes that people used",
        description=(
            "Where `minutes_per_day` is set: each person's minutes of each day, the latest day first. "
            "Lines are kept for 92 days."
        ),
        permission=APPLICATIONS_READ,
        tenant=Tenant.PATH,
        answer=UsageAnswer,
        is_list=True,
        queries=(
            Query("day", "Only this day.", "2026-11-21", 10),
            Query("subject", "Only this user's id, or this name of an external subject.", "5hB2pLr9Qa", 300),
        ),
        handler=list_usage,
    ),
)
