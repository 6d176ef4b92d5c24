"""Invitations: people become members of an organization by agreeing to one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from grantway.core.errors import INVITATION_FULL, INVITATION_MEMBER, INVITATION_OFTEN, INVITATION_WAITING
from grantway.core.identifiers import to_text
from grantway.core.inviting import INVITATION_STATES, Invitation, InvitationFilter
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Query, Reply, Tenant
from grantway.edges.web.records.members import Role
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import CreatedAt, Email, IdText, about, one_of, time_of
from grantway.features.access.permissions import MEMBERS_READ, MEMBERS_WRITE
from grantway.features.accounts.invitations import InvitationDraft

TAG = "Invitations"
INVITATIONS = "/organizations/{organization_id}/invitations"
INVITATION = INVITATIONS + "/{invitation_id}"


class InvitationAnswer(msgspec.Struct, frozen=True):
    """Whom an organization asks to become a member. It tells nothing about who has the address."""

    id: IdText
    organization_id: IdText
    email: Email
    role: Role
    state: Annotated[
        str,
        one_of("Whether it waits for an answer, or its time is over.", *INVITATION_STATES),
    ]
    is_sent: Annotated[
        bool,
        about(
            "Whether a letter goes to the address. Where the server sends none, tell the person to sign in "
            "and answer on the page of their account; an operator makes an account for who has none.",
            True,
        ),
    ]
    expires_at: Annotated[datetime, about("Until when it can be accepted.", "2026-12-05T09:30:00Z")]
    created_at: CreatedAt


class InvitationCreate(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to invite, and as what."""

    email: Email
    role: Role


def answer_of(features: RecordFeatures, invitation: Invitation) -> InvitationAnswer:
    """The record as it is answered."""
    return InvitationAnswer(
        id=to_text(invitation.id),
        organization_id=to_text(invitation.organization_id),
        email=invitation.email,
        role=invitation.role,
        state=invitation.state(features.services.clock.now()),
        is_sent=features.services.has_mail,
        expires_at=time_of(invitation.expires_at),
        created_at=time_of(invitation.created_at),
    )


def list_invitations(features: RecordFeatures, call: Call) -> Listing:
    """The invitations that were not answered."""
    found = features.invitations.listed(
        call.tx, call.caller, call.organization_id, page=call.page, only=InvitationFilter(**call.query)
    )
    return Listing(tuple(answer_of(features, one) for one in found), tuple(one.id for one in found))


def invite_member(features: RecordFeatures, call: Call) -> Reply:
    """Invite somebody."""
    body: InvitationCreate = call.body
    draft = InvitationDraft(email=body.email, role=body.role)
    made = features.invitations.invite(call.tx, call.caller, call.organization_id, draft=draft)
    place = f"/organizations/{to_text(made.organization_id)}/invitations/{to_text(made.id)}"
    return Reply(answer_of(features, made), location=place)


def read_invitation(features: RecordFeatures, call: Call) -> Reply:
    """One invitation."""
    found = features.invitations.read(
        call.tx, call.caller, call.organization_id, invitation_id=call.ids["invitation_id"]
    )
    return Reply(answer_of(features, found))


def resend_invitation(features: RecordFeatures, call: Call) -> Reply:
    """Send an invitation again."""
    sent = features.invitations.resend(
        call.tx, call.caller, call.organization_id, invitation_id=call.ids["invitation_id"]
    )
    return Reply(answer_of(features, sent))


def revoke_invitation(features: RecordFeatures, call: Call) -> Reply:
    """Take an invitation back."""
    features.invitations.revoke(
        call.tx, call.caller, call.organization_id, invitation_id=call.ids["invitation_id"]
    )
    return Reply()


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listInvitations",
        method="GET",
        path=INVITATIONS,
        tag=TAG,
        summary="List the invitations",
        description="Whom the organization invited and who has not answered. They are no members.",
        permission=MEMBERS_READ,
        tenant=Tenant.PATH,
        answer=InvitationAnswer,
        is_list=True,
        queries=(
            Query("email", "Only those whose address contains this.", "mara@", 254),
            Query("state", "Only those in this state.", "invited", values=INVITATION_STATES),
        ),
        handler=list_invitations,
    ),
    Operation(
        id="inviteMember",
        method="POST",
        path=INVITATIONS,
        tag=TAG,
        summary="Invite a member",
        description=(
            "Nobody becomes a member without agreeing. The person of the address accepts or declines, "
            "within "
            "14 days, on the page of their account or by the link in a letter. The answer is the same "
            "whether or not somebody has the address. Only owners invite owners."
        ),
        permission=MEMBERS_WRITE,
        tenant=Tenant.PATH,
        request=InvitationCreate,
        answer=InvitationAnswer,
        status=201,
        errors=(INVITATION_MEMBER, INVITATION_WAITING, INVITATION_FULL, INVITATION_OFTEN),
        audit=Audited(action="invitation.create", target="id", record=InvitationAnswer),
        handler=invite_member,
    ),
    Operation(
        id="readInvitation",
        method="GET",
        path=INVITATION,
        tag=TAG,
        summary="Read an invitation",
        description="One that was not answered. An accepted, declined or revoked one is gone.",
        permission=MEMBERS_READ,
        tenant=Tenant.PATH,
        answer=InvitationAnswer,
        handler=read_invitation,
    ),
    Operation(
        id="resendInvitation",
        method="POST",
        path=INVITATION + "/resend",
        tag=TAG,
        summary="Send an invitation again",
        description="It waits for 14 days from now; the link of the former letter ends.",
        permission=MEMBERS_WRITE,
        tenant=Tenant.PATH,
        answer=InvitationAnswer,
        errors=(INVITATION_FULL, INVITATION_OFTEN),
        audit=Audited(
            action="invitation.resend",
            target="invitation_id",
            record=InvitationAnswer,
            before=read_invitation,
        ),
        handler=resend_invitation,
    ),
    Operation(
        id="revokeInvitation",
        method="DELETE",
        path=INVITATION,
        tag=TAG,
        summary="Revoke an invitation",
        description="It can no longer be accepted, and the link in its letter is dead.",
        permission=MEMBERS_WRITE,
        tenant=Tenant.PATH,
        status=204,
        audit=Audited(
            action="invitation.revoke",
            target="invitation_id",
            record=InvitationAnswer,
            before=read_invitation,
        ),
        handler=revoke_invitation,
    ),
)
