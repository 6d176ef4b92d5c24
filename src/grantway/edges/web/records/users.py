"""People, for operators."""

from __future__ import annotations

from typing import Annotated

import msgspec

from grantway.core.errors import RECORD_LAST_OWNER
from grantway.core.identifiers import to_text
from grantway.core.listing import UserFilter
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Query, Reply, Tenant
from grantway.edges.web.records.people_forms import (
    UserAnswer,
    UserCreate,
    UserInvited,
    UserPatch,
    members_of,
    said_of,
)
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import STATES, about, changes_of
from grantway.features.access.permissions import USERS_READ, USERS_WRITE
from grantway.features.accounts.users import OF_PEOPLE, Invited, UserDraft

TAG = "Users"
USER = "/users/{user_id}"
UNTOLD = frozenset(OF_PEOPLE) - {"name"}
"""What the log does not repeat of a person: that it is another now is told, and no more."""


class SessionsEnded(msgspec.Struct, frozen=True):
    """What became of a person's sessions."""

    ended: Annotated[int, about("How many sessions the person had in browsers.", 2, minimum=0)]


def _reply(invited: Invited, place: str | None = None) -> Reply:
    values = members_of(invited.user)
    return Reply(UserInvited(**values, activation_link=invited.activation_link), invited.user.version, place)


def list_users(features: RecordFeatures, call: Call) -> Listing:
    """Everybody."""
    found = features.users.listed(call.tx, call.caller, page=call.page, only=UserFilter(**call.query))
    return Listing(tuple(UserAnswer(**members_of(one)) for one in found), tuple(one.id for one in found))


def create_user(features: RecordFeatures, call: Call) -> Reply:
    """Make a user."""
    draft = UserDraft(**said_of(msgspec.structs.asdict(call.body)))
    made = features.users.create(call.tx, call.caller, draft=draft)
    return _reply(made, f"/users/{to_text(made.user.id)}")


def read_user(features: RecordFeatures, call: Call) -> Reply:
    """One user."""
    found = features.users.read(call.tx, call.caller, user_id=call.ids["user_id"])
    return Reply(UserAnswer(**members_of(found)), found.version)


def update_user(features: RecordFeatures, call: Call) -> Reply:
    """Change a user."""
    written = features.users.update(
        call.tx,
        call.caller,
        user_id=call.ids["user_id"],
        changes=said_of(changes_of(call.body)),
        version=call.version,
    )
    return Reply(UserAnswer(**members_of(written)), written.version)


def delete_user(features: RecordFeatures, call: Call) -> Reply:
    """Remove a user."""
    features.users.delete(call.tx, call.caller, user_id=call.ids["user_id"], version=call.version)
    return Reply()


def create_activation_link(features: RecordFeatures, call: Call) -> Reply:
    """Make a new link for a user."""
    return _reply(features.users.invite_again(call.tx, call.caller, user_id=call.ids["user_id"]))


def end_sessions(features: RecordFeatures, call: Call) -> Reply:
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
            "to be handed over where the server sends no mail. The person belongs to no organization "
            "before "
            "agreeing to an invitation. One address is one person."
        ),
        permission=USERS_WRITE,
        tenant=Tenant.PLATFORM,
        request=UserCreate,
        answer=UserInvited,
        status=201,
        audit=Audited(action="user.create", target="id", record=UserAnswer, untold=UNTOLD),
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
        audit=Audited(
            action="user.update", target="user_id", record=UserAnswer, before=read_user, untold=UNTOLD
        ),
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
        audit=Audited(
            action="user.delete", target="user_id", record=UserAnswer, before=read_user, untold=UNTOLD
        ),
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
