"""How webhooks and deliveries look in requests and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from grantway.core.identifiers import to_text
from grantway.core.notices import EVENTS, Delivery, Webhook
from grantway.edges.web.records.event_names import EVENT_NAMES
from grantway.edges.web.records.values import (
    CreatedAt,
    IdText,
    State,
    StoppedBy,
    Version,
    about,
    one_of,
    text_of,
    time_if,
    time_of,
)
from grantway.edges.web.words import _
from grantway.features import fields
from grantway.features.notices import webhooks as rules
from grantway.features.notices.sending import message_id_text

Url: TypeAlias = Annotated[
    str,
    about(
        _("Where to post to: https."),
        "https://hooks.example.com/grantway",
        maxLength=rules.LONGEST_URL,
        title=_("Address"),
    ),
]
Events: TypeAlias = Annotated[
    tuple[str, ...],
    about(
        _("What to be told; empty for everything."),
        ["installation.granted", "installation.revoked"],
        title=_("Events"),
        labels=EVENT_NAMES,
        items={"type": "string", "enum": list(EVENTS)},
        maxItems=fields.LONGEST_LIST,
        uniqueItems=True,
    ),
]
Label: TypeAlias = Annotated[
    str,
    about(
        _("What it is for, to tell it from others."),
        "deployments",
        maxLength=fields.LONGEST_NAME,
        title=_("Label"),
    ),
]


class WebhookAnswer(msgspec.Struct, frozen=True):
    """A webhook, without its secret."""

    id: IdText
    organization_id: IdText
    application_id: Annotated[str | None, about("The application it is about; null for all.", None)]
    url: Url
    events: Events
    label: Label
    state: State
    stopped_by_rank: StoppedBy
    disabled_reason: Annotated[
        str | None, about("`failing` where the server disabled it, because it did not answer.", None)
    ]
    failures: Annotated[int, about("Attempts that failed since the last one that did not.", 0)]
    failing_since: Annotated[datetime | None, about("When the first of them was.", None)]
    created_by: Annotated[str | None, about("The user who made it.", "5hB2pLr9Qa")]
    created_at: CreatedAt
    version: Version


class WebhookMade(WebhookAnswer, frozen=True):
    """A webhook with its secret."""

    secret: Annotated[
        str,
        about(
            "What requests are signed with. Store it now; it is shown this once.",
            "whsec_gwh0EXAMPLE000000000000000000000000000000000000000",
        ),
    ] = ""


class WebhookCreate(msgspec.Struct, forbid_unknown_fields=True):
    """A new webhook."""

    url: Url
    events: Events = ()
    label: Label = ""
    state: State = "enabled"
    application_id: Annotated[
        IdText | None,
        about(
            _("An application of yours; left out to be told of all that concerns you."),
            None,
            title=_("Application"),
        ),
    ] = None


class WebhookPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about a webhook."""

    url: Url | UnsetType = UNSET
    events: Events | UnsetType = UNSET
    label: Label | UnsetType = UNSET
    state: State | UnsetType = UNSET


class DeliveryAnswer(msgspec.Struct, frozen=True):
    """One event on its way to a webhook, or there. What the receiver answered is not kept."""

    id: IdText
    message_id: Annotated[str, about("The `webhook-id` of every attempt.", "msg_7tKdZ2wQx1")]
    event: Annotated[str, about("What happened.", "installation.granted")]
    state: Annotated[str, one_of("How far it is.", "delivered", "pending", "failed")]
    attempts: Annotated[int, about("How often it was tried.", 1)]
    last_status: Annotated[int | None, about("The HTTP status of the last answer.", 204)]
    last_problem: Annotated[
        str | None,
        about(
            "Why the last attempt failed: `timeout`, `status`, `unreachable`, `unresolved`, "
            "`address_refused`, `tls`, `answer`, `disabled` or `unwritten`.",
            "timeout",
        ),
    ]
    next_attempt_at: Annotated[datetime | None, about("When it is tried next.", None)]
    delivered_at: Annotated[datetime | None, about("When it was received.", "2026-11-21T09:30:01Z")]
    created_at: CreatedAt


def answer_of(one: Webhook) -> WebhookAnswer:
    """The record as it is answered."""
    return msgspec.convert(members_of(one), WebhookAnswer)


def members_of(one: Webhook) -> dict[str, object]:
    """The members of the record."""
    return {
        "id": to_text(one.id),
        "organization_id": to_text(one.organization_id),
        "application_id": text_of(one.application_id),
        "url": one.url,
        "events": one.events,
        "label": one.label,
        "state": one.state,
        "disabled_reason": one.disabled_reason,
        "failures": one.failures,
        "failing_since": time_if(one.failing_since),
        "created_by": text_of(one.created_by),
        "stopped_by_rank": one.stopped_by_rank,
        "created_at": time_of(one.created_at),
        "version": one.version,
    }


def delivery_of(one: Delivery) -> DeliveryAnswer:
    """The record as it is answered."""
    return DeliveryAnswer(
        id=to_text(one.id),
        message_id=message_id_text(one.event_id),
        event=one.event,
        state=one.state,
        attempts=one.attempts,
        last_status=one.last_status,
        last_problem=one.last_problem,
        next_attempt_at=time_of(one.next_at) if one.state == "pending" else None,
        delivered_at=time_if(one.delivered_at),
        created_at=time_of(one.created_at),
    )
