"""What people left behind, and to whom it goes."""

from __future__ import annotations

from typing import Annotated

import msgspec

from grantway.core.errors import RECORD_CHANGED
from grantway.core.identifiers import to_text
from grantway.core.leaving import Seen
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Reply, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import ID_PATTERN, Email, IdText, Name, about, id_of
from grantway.edges.web.words import _
from grantway.features import fields
from grantway.features.access.permissions import MEMBERS_READ, MEMBERS_WRITE
from grantway.features.accounts.leaving import HandOver, LeftBehind

TAG = "Members"
_RECORD = {"id": "9zQ4mXc7Lk", "name": "Orbit Dashboard"}
LEFT_BEHIND = "/organizations/{organization_id}/left-behind"


class LeftRecord(msgspec.Struct, frozen=True):
    """A record that bears somebody's name."""

    id: IdText
    name: Name


class LeftSecret(msgspec.Struct, frozen=True):
    """A live client secret that somebody made or read, and so may still know. Replace it."""

    id: IdText
    application_id: IdText
    organization_id: Annotated[str, about("The organization that it acts for.", "7tKdZ2wQx1")]
    label: Annotated[str, about("What it is for.", "production")]
    hint: Annotated[str, about("The last four characters.", "hQ7c")]
    known_to_nobody_else: Annotated[
        bool, about("Whether the policy showed it to its maker alone: nobody else can look it up.", True)
    ]


class LeftBehindAnswer(msgspec.Struct, frozen=True):
    """What one person left."""

    user_id: IdText
    name: Annotated[str | None, about("The name; null for somebody who is gone from the platform.", "Noor")]
    email: Annotated[Email | None, msgspec.Meta(description="The address, where it is known.")]
    is_gone: Annotated[bool, about("False for a member: it is what would stay.", True)]
    applications: Annotated[tuple[LeftRecord, ...], about("Applications they made.", [_RECORD])]
    addressed: Annotated[
        tuple[LeftRecord, ...], about("Applications that write to their address.", [_RECORD])
    ]
    secrets: Annotated[tuple[LeftSecret, ...], about("Secrets they may still know.", [])]
    service_accounts: Annotated[tuple[LeftRecord, ...], about("Service accounts they made.", [])]
    requests: Annotated[
        tuple[LeftRecord, ...],
        about("Their open requests for applications, by the installations' ids.", []),
    ]
    grants: Annotated[
        int, about("Unexpired authorizations they gave here. Of somebody who is gone, none works.", 2)
    ]


class HandOverForm(msgspec.Struct, forbid_unknown_fields=True):
    """To whom it goes."""

    to: Annotated[
        str,
        about(
            _("A member with the role developer or a higher one."),
            "5hB2pLr9Qa",
            title=_("To whom it goes"),
            pattern=ID_PATTERN,
        ),
    ]
    notification_address: Annotated[
        str | None,
        about(
            _("What takes the place of the leaver's address; left out for the member's own."),
            "team@northwind.example",
            title=_("Address for letters"),
            format="email",
            maxLength=fields.LONGEST_EMAIL,
        ),
    ] = None


class HandedOverAnswer(msgspec.Struct, frozen=True):
    """What went to whom, and what is still to be done."""

    user_id: IdText
    to: IdText
    applications: Annotated[tuple[str, ...], about("Applications with a new maker.", ["9zQ4mXc7Lk"])]
    readdressed: Annotated[tuple[str, ...], about("Applications with a new address.", ["9zQ4mXc7Lk"])]
    service_accounts: Annotated[tuple[str, ...], about("Service accounts with a new maker.", [])]
    requests: Annotated[tuple[str, ...], about("Requests that are now the member's.", [])]
    secrets_to_replace: Annotated[
        tuple[LeftSecret, ...],
        about(
            "Secrets that the leaver may still know. They stay on the list of what was left until they are "
            "revoked.",
            [],
        ),
    ]


def answer_of(left: LeftBehind) -> LeftBehindAnswer:
    """The record as it is answered."""
    return LeftBehindAnswer(
        user_id=to_text(left.user_id),
        name=None if left.user is None else left.user.name,
        email=None if left.user is None else left.user.email,
        is_gone=left.is_gone,
        applications=tuple(LeftRecord(to_text(one.application_id), one.name) for one in left.applications),
        addressed=tuple(LeftRecord(to_text(one.application_id), one.name) for one in left.addressed),
        secrets=tuple(map(_secret_of, left.secrets)),
        service_accounts=tuple(
            LeftRecord(to_text(one.service_account_id), one.name) for one in left.service_accounts
        ),
        requests=tuple(
            LeftRecord(to_text(one.installation_id), one.application_name) for one in left.requests
        ),
        grants=left.grants,
    )


def _secret_of(seen: Seen) -> LeftSecret:
    return LeftSecret(
        id=to_text(seen.credential_id),
        application_id=to_text(seen.application_id),
        organization_id=to_text(seen.organization_id),
        label=seen.label,
        hint=seen.hint,
        known_to_nobody_else=seen.by_one_alone,
    )


def list_left_behind(features: RecordFeatures, call: Call) -> Listing:
    """What all that are gone left."""
    found = features.leaving.listed(call.tx, call.caller, call.organization_id, page=call.page)
    return Listing(tuple(map(answer_of, found)), tuple(left.user_id for left in found))


def read_left_behind(features: RecordFeatures, call: Call) -> Reply:
    """What one person left, or would leave."""
    found = features.leaving.read(call.tx, call.caller, call.organization_id, user_id=call.ids["user_id"])
    return Reply(answer_of(found))


def hand_over(features: RecordFeatures, call: Call) -> Reply:
    """Give it to a member."""
    body: HandOverForm = call.body
    done = features.leaving.hand_over(
        call.tx,
        call.caller,
        call.organization_id,
        user_id=call.ids["user_id"],
        draft=HandOver(id_of(body.to), body.notification_address),
    )
    left = done.left
    return Reply(
        HandedOverAnswer(
            user_id=to_text(left.user_id),
            to=to_text(done.to),
            applications=tuple(to_text(one.application_id) for one in left.applications),
            readdressed=tuple(to_text(one.application_id) for one in left.addressed),
            service_accounts=tuple(to_text(one.service_account_id) for one in left.service_accounts),
            requests=tuple(to_text(one.installation_id) for one in left.requests),
            secrets_to_replace=tuple(map(_secret_of, left.secrets)),
        )
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listLeftBehind",
        method="GET",
        path=LEFT_BEHIND,
        tag=TAG,
        summary="List what leavers left behind",
        description=(
            "Everybody who is no live member any more and whose name is still on something: applications, "
            "addresses, secrets they may know, service accounts, open requests. Of a disabled organization "
            "it is everybody, which only operators can ask then."
        ),
        permission=MEMBERS_READ,
        tenant=Tenant.PATH,
        answer=LeftBehindAnswer,
        is_list=True,
        handler=list_left_behind,
    ),
    Operation(
        id="readLeftBehind",
        method="GET",
        path=LEFT_BEHIND + "/{user_id}",
        tag=TAG,
        summary="Say what one person leaves behind",
        description="Of a member it is what would stay; ask it before removing somebody.",
        permission=MEMBERS_READ,
        tenant=Tenant.PATH,
        answer=LeftBehindAnswer,
        handler=read_left_behind,
    ),
    Operation(
        id="handOver",
        method="POST",
        path=LEFT_BEHIND + "/{user_id}/hand-over",
        tag=TAG,
        summary="Hand over what somebody left behind",
        description=(
            "Applications, service accounts and open requests get a new name, and the leaver's address on "
            "applications a new one. Secrets are not changed by it: the answer lists those to replace. "
            "Handing over before somebody leaves works alike."
        ),
        permission=MEMBERS_WRITE,
        tenant=Tenant.PATH,
        request=HandOverForm,
        named={"to": "user.id"},
        answer=HandedOverAnswer,
        errors=(RECORD_CHANGED,),
        audit=Audited(action="member.hand_over", target="user_id", record=HandedOverAnswer),
        handler=hand_over,
    ),
)
