"""Members of an organization."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from grantway.core.errors import RECORD_LAST_OWNER, RECORD_RANK
from grantway.core.identifiers import to_text
from grantway.core.listing import MemberFilter
from grantway.core.model import ROLES, Membership, User
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Query, Reply, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import (
    IDS,
    STATES,
    CreatedAt,
    Email,
    IdText,
    Name,
    State,
    StoppedBy,
    Version,
    about,
    changes_of,
    named_in,
    one_of,
    time_of,
)
from grantway.edges.web.words import _
from grantway.features.access.permissions import MEMBERS_READ, MEMBERS_WRITE

TAG = "Members"
MEMBERS = "/organizations/{organization_id}/members"
Role: TypeAlias = Annotated[
    str,
    one_of(
        _(
            "What the person may do here. Owners and administrators manage everything, developers manage "
            "applications, members sign in."
        ),
        "developer",
        "owner",
        "admin",
        "member",
        "contact",
        title=_("Role"),
        labels={
            "owner": _("Owner: manages everything, also other owners"),
            "admin": _("Admin: manages everything but owners"),
            "developer": _("Developer: makes applications"),
            "member": _("Member: uses applications"),
            "contact": _("Contact: is written to, and signs in"),
        },
    ),
]


class MemberAnswer(msgspec.Struct, frozen=True):
    """A member of an organization."""

    user_id: IdText
    organization_id: IdText
    name: Name
    email: Email
    email_verified: Annotated[bool, about("Whether the address is known to be theirs.", True)]
    role: Role
    state: State
    stopped_by_rank: StoppedBy
    created_at: CreatedAt
    version: Version


class MemberPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about a member."""

    role: Role | UnsetType = UNSET
    state: State | UnsetType = UNSET


def answer_of(member: tuple[User, Membership]) -> MemberAnswer:
    """The record as it is answered."""
    return MemberAnswer(**_members_of(*member))


def _members_of(user: User, membership: Membership) -> dict[str, Any]:
    return {
        "user_id": to_text(user.id),
        "organization_id": to_text(membership.organization_id),
        "name": user.name,
        "email": user.email,
        "email_verified": user.email_verified_at is not None,
        "role": membership.role,
        "state": membership.state,
        "stopped_by_rank": membership.stopped_by_rank,
        "created_at": time_of(membership.created_at),
        "version": membership.version,
    }


def list_members(features: RecordFeatures, call: Call) -> Listing:
    """The members of the organization."""
    asked = dict(call.query)
    only = MemberFilter(ids=named_in(asked.pop("ids", None)), **asked)
    found = features.memberships.listed(call.tx, call.caller, call.organization_id, page=call.page, only=only)
    return Listing(tuple(map(answer_of, found)), tuple(user.id for user, _ in found))


def read_member(features: RecordFeatures, call: Call) -> Reply:
    """One member."""
    found = features.memberships.read(call.tx, call.caller, call.organization_id, user_id=call.ids["user_id"])
    return Reply(answer_of(found), found[1].version)


def update_member(features: RecordFeatures, call: Call) -> Reply:
    """Change a member's role or state."""
    written = features.memberships.update(
        call.tx,
        call.caller,
        call.organization_id,
        user_id=call.ids["user_id"],
        changes=changes_of(call.body),
        version=call.version,
    )
    return Reply(answer_of(written), written[1].version)


def remove_member(features: RecordFeatures, call: Call) -> Reply:
    """Remove a member."""
    features.memberships.remove(call.tx, call.caller, call.organization_id, user_id=call.ids["user_id"])
    return Reply()


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listMembers",
        method="GET",
        path=MEMBERS,
        tag=TAG,
        summary="List the members",
        description=(
            "Everybody who belongs to the organization, with their roles. Who is invited belongs to it "
            "once "
            "they agree; see the invitations."
        ),
        permission=MEMBERS_READ,
        tenant=Tenant.PATH,
        answer=MemberAnswer,
        is_list=True,
        queries=(
            Query("email", "Only those whose address contains this.", "mara@", 254),
            Query("role", "Only those in this role.", "developer", values=ROLES),
            Query("state", "Only those in this state.", "enabled", values=STATES),
            IDS,
        ),
        handler=list_members,
    ),
    Operation(
        id="readMember",
        method="GET",
        path=MEMBERS + "/{user_id}",
        tag=TAG,
        summary="Read a member",
        description="One person's place in the organization.",
        permission=MEMBERS_READ,
        tenant=Tenant.PATH,
        answer=MemberAnswer,
        handler=read_member,
    ),
    Operation(
        id="updateMember",
        method="PATCH",
        path=MEMBERS + "/{user_id}",
        tag=TAG,
        summary="Change a member",
        description="The role or the state. An organization keeps at least one owner.",
        permission=MEMBERS_WRITE,
        tenant=Tenant.PATH,
        request=MemberPatch,
        answer=MemberAnswer,
        is_conditional=True,
        errors=(RECORD_LAST_OWNER, RECORD_RANK),
        audit=Audited(action="member.update", target="user_id", record=MemberAnswer, before=read_member),
        handler=update_member,
    ),
    Operation(
        id="removeMember",
        method="DELETE",
        path=MEMBERS + "/{user_id}",
        tag=TAG,
        summary="Remove a member",
        description="Their tokens for this organization stop working at once, and never work again.",
        permission=MEMBERS_WRITE,
        tenant=Tenant.PATH,
        status=204,
        errors=(RECORD_LAST_OWNER, RECORD_RANK),
        audit=Audited(action="member.remove", target="user_id", record=MemberAnswer, before=read_member),
        handler=remove_member,
    ),
)
