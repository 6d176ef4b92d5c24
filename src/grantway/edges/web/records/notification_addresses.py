"""Addresses that were asked whether letters about an organization's applications may come."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from grantway.core.errors import NOTICE_AGREED, NOTICE_RECENT, NOTICE_REFUSED
from grantway.core.identifiers import to_text
from grantway.core.notices import ADDRESS_STATES, AddressFilter, AskedAddress
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Query, Reply, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import Email, IdText, about, one_of, time_if, time_of
from grantway.features.access.permissions import APPLICATIONS_READ, ORGANIZATIONS_WRITE

TAG = "Notification addresses"
ADDRESSES = "/organizations/{organization_id}/notification-addresses"
ADDRESS = ADDRESSES + "/{address_id}"


class NotificationAddressAnswer(msgspec.Struct, frozen=True):
    """An address that an application named, and what its owner says to that."""

    id: IdText
    organization_id: IdText
    email: Email
    state: Annotated[
        str,
        one_of(
            "`agreed` and `member` get letters. `asked` has not answered, `refused` does not want any.",
            *ADDRESS_STATES,
        ),
    ]
    is_sent: Annotated[bool, about("Whether this server sends letters at all.", True)]
    asked_at: Annotated[datetime, about("When it was asked last.", "2026-11-21T09:30:00Z")]
    agreed_at: Annotated[datetime | None, about("When its owner agreed.", None)]
    refused_at: Annotated[datetime | None, about("When its owner refused.", None)]


def answer_of(features: RecordFeatures, asked: AskedAddress) -> NotificationAddressAnswer:
    """The record as it is answered."""
    return NotificationAddressAnswer(
        id=to_text(asked.id),
        organization_id=to_text(asked.organization_id),
        email=asked.address,
        state=asked.state,
        is_sent=features.services.has_mail,
        asked_at=time_of(asked.asked_at),
        agreed_at=time_if(asked.confirmed_at),
        refused_at=time_if(asked.refused_at),
    )


def list_addresses(features: RecordFeatures, call: Call) -> Listing:
    """The addresses that were asked."""
    found = features.notice_addresses.listed(
        call.tx, call.caller, call.organization_id, page=call.page, only=AddressFilter(**call.query)
    )
    return Listing(tuple(answer_of(features, one) for one in found), tuple(one.id for one in found))


def read_address(features: RecordFeatures, call: Call) -> Reply:
    """One of them."""
    found = features.notice_addresses.read(
        call.tx, call.caller, call.organization_id, address_id=call.ids["address_id"]
    )
    return Reply(answer_of(features, found))


def ask_again(features: RecordFeatures, call: Call) -> Reply:
    """Have one asked again."""
    asked = features.notice_addresses.ask_again(
        call.tx, call.caller, call.organization_id, address_id=call.ids["address_id"]
    )
    return Reply(answer_of(features, asked))


def remove_address(features: RecordFeatures, call: Call) -> Reply:
    """Have one forgotten."""
    features.notice_addresses.remove(
        call.tx, call.caller, call.organization_id, address_id=call.ids["address_id"]
    )
    return Reply()


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listNotificationAddresses",
        method="GET",
        path=ADDRESSES,
        tag=TAG,
        summary="List the notification addresses that were asked",
        description=(
            "An address of an application that is no member's is asked by one letter, when there is "
            "something to tell it, and gets no other until its owner agrees. `unheard_addresses` of "
            "an application are those of it that get none."
        ),
        permission=APPLICATIONS_READ,
        tenant=Tenant.PATH,
        answer=NotificationAddressAnswer,
        is_list=True,
        queries=(
            Query("email", "Only those that contain this.", "dev@", 254),
            Query("state", "Only those in this state.", "asked", values=ADDRESS_STATES),
        ),
        handler=list_addresses,
    ),
    Operation(
        id="readNotificationAddress",
        method="GET",
        path=ADDRESS,
        tag=TAG,
        summary="Read a notification address",
        description="Whether letters go there, and since when. Who does not answer is forgotten in 30 days.",
        permission=APPLICATIONS_READ,
        tenant=Tenant.PATH,
        answer=NotificationAddressAnswer,
        handler=read_address,
    ),
    Operation(
        id="askNotificationAddress",
        method="POST",
        path=ADDRESS + "/ask",
        tag=TAG,
        summary="Ask a notification address again",
        description=(
            "By another letter, once a day at most; the link of the former one ends. Not where it refused."
        ),
        permission=ORGANIZATIONS_WRITE,
        tenant=Tenant.PATH,
        answer=NotificationAddressAnswer,
        errors=(NOTICE_AGREED, NOTICE_REFUSED, NOTICE_RECENT),
        audit=Audited(
            action="address.ask", target="address_id", record=NotificationAddressAnswer, before=read_address
        ),
        handler=ask_again,
    ),
    Operation(
        id="removeNotificationAddress",
        method="DELETE",
        path=ADDRESS,
        tag=TAG,
        summary="Forget a notification address",
        description=(
            "No letters go there until it is asked and agrees again, and the link in its letter is dead. "
            "To "
            "have it asked no more, take it out of `notification_addresses` of the applications."
        ),
        permission=ORGANIZATIONS_WRITE,
        tenant=Tenant.PATH,
        status=204,
        errors=(NOTICE_REFUSED, NOTICE_RECENT),
        audit=Audited(
            action="address.remove",
            target="address_id",
            record=NotificationAddressAnswer,
            before=read_address,
        ),
        handler=remove_address,
    ),
)
