"""Members of an organization."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from grantway.core.errors import RECORD_EXISTS, RECORD_LAST_OWNER, RECORD_RANK
from grantway.core.identifiers import to_text
from grantway.core.listing import MemberFilter
from grantway.core.model import ROLES, Membership, User
from grantway.edges.api.services import ApiFeatures
from grantway.edges.api.values import (
    ID_PATTERN,
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
    id_of,
    one_of,
    time_of,
)
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Query, Reply, Tenant
from grantway.features import fields
from grantway.features.access.permissions import MEMBERS_READ, MEMBERS_WRITE
from grantway.features.accounts.memberships import MemberDraft

TAG = "Members"
MEMBERS = "/organizations/{organization_id}/members"
Role: TypeAlias = Annotated[
    str,
    one_of(
        "What the person may do here. Owners and administrators manage everything, developers manage "
        "applications, members sign in.",
        "developer",
        "owner",
        "admin",
        "member",
        "contact",
    ),
]
Link: TypeAlias = Annotated[
    str | None,
    about(
        "For a new person: the link to hand over, good once, for a day. It lets them choose a password.",
        "https://id.example/activate?token=3q2-7wYd0mJ1kR5vXb8nTzLh4sPcEaGu6oViQf9WyKM",
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


class MemberAdded(MemberAnswer, frozen=True):
    """A new member."""

    activation_link: Link = None


class MemberCreate(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to add: a known person by `user_id`, or anybody by `email`."""

    role: Role
    user_id: Annotated[str | None, about("The id of a known person.", None, pattern=ID_PATTERN)] = None
    email: Annotated[
        str | None,
        about("An address.", "mara@northwind.example", format="email", maxLength=fields.LONGEST_EMAIL),
    ] = None
    name: Annotated[
        str | None, about("The name of a new person.", "Mara Lindqvist", maxLength=fields.LONGEST_NAME)
    ] = None


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


def list_members(features: ApiFeatures, call: Call) -> Listing:
    """The members of the organization."""
    found = features.memberships.listed(
        call.tx, call.caller, call.organization_id, page=call.page, only=MemberFilter(**call.query)
    )
    return Listing(tuple(map(answer_of, found)), tuple(user.id for user, _ in found))


def add_member(features: ApiFeatures, call: Call) -> Reply:
    """Add a member."""
    body: MemberCreate = call.body
    draft = MemberDraft(
        role=body.role,
        user_id=None if body.user_id is None else id_of(body.user_id),
        email=body.email,
        name=body.name,
    )
    added = features.memberships.add(call.tx, call.caller, call.organization_id, draft=draft)
    values = _members_of(added.user, added.membership)
    place = f"/organizations/{values['organization_id']}/members/{values['user_id']}"
    answer = msgspec.convert({**values, "activation_link": added.activation_link}, MemberAdded)
    return Reply(answer, added.membership.version, place)


def read_member(features: ApiFeatures, call: Call) -> Reply:
    """One member."""
    found = features.memberships.read(call.tx, call.caller, call.organization_id, user_id=call.ids["user_id"])
    return Reply(answer_of(found), found[1].version)


def update_member(features: ApiFeatures, call: Call) -> Reply:
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


def remove_member(features: ApiFeatures, call: Call) -> Reply:
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
        description="Everybody who belongs to the organization, with their roles.",
        permission=MEMBERS_READ,
        tenant=Tenant.PATH,
        answer=MemberAnswer,
        is_list=True,
        queries=(
            Query("email", "Only those whose address contains this.", "mara@", 254),
            Query("role", "Only those in this role.", "developer", values=ROLES),
            Query("state", "Only those in this state.", "enabled", values=STATES),
        ),
        handler=list_members,
    ),
    Operation(
        id="addMember",
        method="POST",
        path=MEMBERS,
        tag=TAG,
        summary="Add a member",
        description=(
            "By `user_id`, or by `email`. An address that nobody has verified makes a new person; the answer "
            "then carries a link to hand over, once. Only owners make owners."
        ),
        permission=MEMBERS_WRITE,
        tenant=Tenant.PATH,
        request=MemberCreate,
        answer=MemberAdded,
        status=201,
        errors=(RECORD_EXISTS,),
        audit=Audited(action="member.add", target="user_id", record=MemberAnswer),
        handler=add_member,
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
