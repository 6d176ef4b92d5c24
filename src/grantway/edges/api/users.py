"""People, for operators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from grantway.core.errors import RECORD_LAST_OWNER
from grantway.core.identifiers import to_text
from grantway.core.listing import UserFilter
from grantway.core.model import User
from grantway.edges.api.services import ApiFeatures
from grantway.edges.api.values import (
    STATES,
    CreatedAt,
    Email,
    IdText,
    Name,
    State,
    Version,
    about,
    changes_of,
    time_if,
    time_of,
)
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Query, Reply, Tenant
from grantway.features import fields
from grantway.features.access.permissions import USERS_READ, USERS_WRITE
from grantway.features.accounts.users import Invited, UserDraft

TAG = "Users"
USER = "/users/{user_id}"
PartOfName: TypeAlias = Annotated[
    str | None, about("A part of the name.", "Mara", maxLength=fields.LONGEST_NAME)
]
Locale: TypeAlias = Annotated[str | None, about("The person's language.", "en", maxLength=35)]


class UserAnswer(msgspec.Struct, frozen=True):
    """A person."""

    id: IdText
    name: Name
    given_name: PartOfName
    family_name: PartOfName
    email: Email
    email_verified_at: Annotated[
        datetime | None, about("Since when the address is known to be theirs.", "2026-11-21T09:30:00Z")
    ]
    locale: Locale
    state: State
    created_at: CreatedAt
    updated_at: Annotated[datetime, about("When it was last changed.", "2026-11-21T09:30:00Z")]
    version: Version


class UserInvited(UserAnswer, frozen=True):
    """A person, with the link that lets them choose a password, where it is not sent."""

    activation_link: Annotated[
        str | None,
        about(
            "To hand over: good once, for a day. Earlier links end. Null where the server sends mail: then "
            "the link goes to the address, and nobody else is shown it.",
            "https://id.example/activate?token=3q2-7wYd0mJ1kR5vXb8nTzLh4sPcEaGu6oViQf9WyKM",
        ),
    ] = None


class SessionsEnded(msgspec.Struct, frozen=True):
    """What became of a person's sessions."""

    ended: Annotated[int, about("How many sessions the person had in browsers.", 2, minimum=0)]


class UserCreate(msgspec.Struct, forbid_unknown_fields=True):
    """A new person."""

    email: Email
    name: Name
    given_name: PartOfName = None
    family_name: PartOfName = None
    locale: Locale = None


class UserPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about a person."""

    name: Name | UnsetType = UNSET
    given_name: PartOfName | UnsetType = UNSET
    family_name: PartOfName | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    state: State | UnsetType = UNSET


def _members_of(user: User) -> dict[str, Any]:
    return {
        "id": to_text(user.id),
        "name": user.name,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "email": user.email,
        "email_verified_at": time_if(user.email_verified_at),
        "locale": user.locale,
        "state": user.state,
        "created_at": time_of(user.created_at),
        "updated_at": time_of(user.updated_at),
        "version": user.version,
    }


def _reply(invited: Invited, place: str | None = None) -> Reply:
    values = _members_of(invited.user)
    return Reply(UserInvited(**values, activation_link=invited.activation_link), invited.user.version, place)


def list_users(features: ApiFeatures, call: Call) -> Listing:
    """Everybody."""
    found = features.users.listed(call.tx, call.caller, page=call.page, only=UserFilter(**call.query))
    return Listing(tuple(UserAnswer(**_members_of(one)) for one in found), tuple(one.id for one in found))


def create_user(features: ApiFeatures, call: Call) -> Reply:
    """Make a user."""
    draft = UserDraft(**msgspec.structs.asdict(call.body))
    made = features.users.create(call.tx, call.caller, draft=draft)
    return _reply(made, f"/users/{to_text(made.user.id)}")


def read_user(features: ApiFeatures, call: Call) -> Reply:
    """One user."""
    found = features.users.read(call.tx, call.caller, user_id=call.ids["user_id"])
    return Reply(UserAnswer(**_members_of(found)), found.version)


def update_user(features: ApiFeatures, call: Call) -> Reply:
    """Change a user."""
    written = features.users.update(
        call.tx,
        call.caller,
        user_id=call.ids["user_id"],
        changes=changes_of(call.body),
        version=call.version,
    )
    return Reply(UserAnswer(**_members_of(written)), written.version)


def delete_user(features: ApiFeatures, call: Call) -> Reply:
    """Remove a user."""
    features.users.delete(call.tx, call.caller, user_id=call.ids["user_id"], version=call.version)
    return Reply()


def create_activation_link(features: ApiFeatures, call: Call) -> Reply:
    """Make a new link for a user."""
    return _reply(features.users.invite_again(call.tx, call.caller, user_id=call.ids["user_id"]))


def end_sessions(features: ApiFeatures, call: Call) -> Reply:
    """Sign a user out everywhere."""
    ended = features.users.end_sessions(call.tx, call.caller, user_id=call.ids["user_id"])
    return Reply(SessionsEnded(ended))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listUsers",
        method="GET",
        path="/users",
        tag=TAG,
        summary="List all people",
        description="For operators: everybody, by their ids.",
        permission=USERS_READ,
        tenant=Tenant.PLATFORM,
        answer=UserAnswer,
        is_list=True,
        queries=(
            Query("email", "Only those whose address contains this.", "mara@", 254),
            Query("state", "Only those in this state.", "enabled", values=STATES),
        ),
        handler=list_users,
    ),
    Operation(
        id="createUser",
        method="POST",
        path="/users",
        tag=TAG,
        summary="Make a user",
        description=(
            "For operators. Nobody chooses another person's password: a link is sent to the address, or is "
            "to be handed over where the server sends no mail. The person belongs to no organization before "
            "agreeing to an invitation. One address is one person."
        ),
        permission=USERS_WRITE,
        tenant=Tenant.PLATFORM,
        request=UserCreate,
        answer=UserInvited,
        status=201,
        audit=Audited(action="user.create", target="id", record=UserAnswer),
        handler=create_user,
    ),
    Operation(
        id="readUser",
        method="GET",
        path=USER,
        tag=TAG,
        summary="Read a user",
        description="For operators: one person.",
        permission=USERS_READ,
        tenant=Tenant.PLATFORM,
        answer=UserAnswer,
        handler=read_user,
    ),
    Operation(
        id="updateUser",
        method="PATCH",
        path=USER,
        tag=TAG,
        summary="Change a user",
        description="For operators. Disabling ends everything the person holds, for good.",
        permission=USERS_WRITE,
        tenant=Tenant.PLATFORM,
        request=UserPatch,
        answer=UserAnswer,
        is_conditional=True,
        errors=(RECORD_LAST_OWNER,),
        audit=Audited(action="user.update", target="user_id", record=UserAnswer, before=read_user),
        handler=update_user,
    ),
    Operation(
        id="deleteUser",
        method="DELETE",
        path=USER,
        tag=TAG,
        summary="Remove a user",
        description="For operators. Somebody who is the last owner of an organization cannot be removed.",
        permission=USERS_WRITE,
        tenant=Tenant.PLATFORM,
        status=204,
        is_conditional=True,
        errors=(RECORD_LAST_OWNER,),
        audit=Audited(action="user.delete", target="user_id", record=UserAnswer, before=read_user),
        handler=delete_user,
    ),
    Operation(
        id="createActivationLink",
        method="POST",
        path=USER + "/activation-link",
        tag=TAG,
        summary="Make a new activation link",
        description="For operators, when the first one was lost or is too old, or a password forgotten.",
        permission=USERS_WRITE,
        tenant=Tenant.PLATFORM,
        answer=UserInvited,
        status=201,
        audit=Audited(action="user.invite", target="user_id"),
        handler=create_activation_link,
    ),
    Operation(
        id="endSessions",
        method="POST",
        path=USER + "/end-sessions",
        tag=TAG,
        summary="Sign a user out everywhere",
        description=(
            "For operators, when somebody else may be in. Every session of the person ends, and what was "
            "begun in it, as with a new password: families with `offline_access` too, unless the policy "
            "says otherwise. The person can sign in again at once, and so can whoever knows the password: "
            "only disabling keeps them out."
        ),
        permission=USERS_WRITE,
        tenant=Tenant.PLATFORM,
        answer=SessionsEnded,
        audit=Audited(action="user.end_sessions", target="user_id", record=SessionsEnded),
        handler=end_sessions,
    ),
)
