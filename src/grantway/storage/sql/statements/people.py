"""Statements of users and what they type: addresses, passwords, attempts, places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    ClauseElement,
    FromClause,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    select,
    tuple_,
    update,
)

from grantway.storage.sql import rows
from grantway.storage.sql.statements.filters import is_active_organization, is_named
from grantway.storage.sql.tables.people import (
    attempts,
    memberships,
    organizations,
    passwords,
    user_emails,
    usernames,
    users,
)
from grantway.storage.sql.tables.registry import installations
from grantway.storage.sql.types import Flag, Identifier, Moment, Number, Words, constant, is_asked

_USER = bindparam("user_id_", type_=Identifier)
_FOLDED = bindparam("folded_", type_=Words)
_NOW = bindparam("now", type_=Moment)

# A user with the primary address. Every user has one.
USERS: FromClause = users.join(
    user_emails, and_(user_emails.c.user_id == users.c.id, user_emails.c.is_primary == constant(1))
)


def select_user() -> Select[Any]:
    """Read users as records."""
    return select(*rows.USER).select_from(USERS)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    return {**_users(insert), **_emails(insert), **_attempts(insert), **_places()}


def _users(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    username = insert(usernames).values(digest=bindparam("digest"), user_id=bindparam("user_id"))
    password = insert(passwords).values(
        user_id=bindparam("user_id"), phc=bindparam("phc"), changed_at=bindparam("changed_at")
    )
    names = ("state", "epoch", "name", "given_name", "family_name", "locale", "updated_at", "claims")
    found = user_emails.alias("found")
    return {
        "user": select_user().where(users.c.id == _USER),
        "users_by_id": select_user().where(is_named(users.c.id)),
        "users": select_user()
        .where(
            users.c.id > bindparam("after", type_=Identifier),
            # The same for what is joined: PostgreSQL does not conclude it, and would read from the start.
            user_emails.c.user_id > bindparam("after", type_=Identifier),
            user_emails.c.folded.like(bindparam("pattern", type_=Words), escape="\\"),
            is_asked(users.c.state, "state_"),
        )
        .order_by(users.c.id)
        .limit(bindparam("limit", type_=Number))
        .offset(constant(0)),
        "insert_user": insert(users).values({column.name: bindparam(column.name) for column in users.c}),
        "update_user": update(users)
        .where(users.c.id == _USER, users.c.version == bindparam("version_", type_=Number))
        .values({name: bindparam(name) for name in names} | {"version": users.c.version + constant(1)})
        .returning(users.c.id),
        "touch_user": update(users)
        .where(users.c.id == _USER)
        .values(version=users.c.version + constant(1), updated_at=_NOW),
        "delete_user": delete(users)
        .where(users.c.id == _USER, users.c.version == bindparam("version_", type_=Number))
        .returning(users.c.id),
        # It is read back where it was this user's before: one statement, whoever asks at the same moment.
        "claim_username": username.on_conflict_do_update(
            index_elements=[usernames.c.digest],
            set_={"user_id": username.excluded.user_id},
            where=usernames.c.user_id == username.excluded.user_id,
        ).returning(usernames.c.user_id),
        "set_password": password.on_conflict_do_update(
            index_elements=[passwords.c.user_id],
            set_={"phc": password.excluded.phc, "changed_at": password.excluded.changed_at},
        ),
        "replace_password": update(passwords)
        .where(passwords.c.user_id == _USER, passwords.c.phc == bindparam("former", type_=Words))
        .values(phc=bindparam("phc_", type_=Words), changed_at=bindparam("changed", type_=Moment))
        .returning(passwords.c.user_id),
        "password_of": select(*rows.USER, passwords.c.phc)
        .select_from(
            USERS.join(found, found.c.user_id == users.c.id).outerjoin(
                passwords, passwords.c.user_id == users.c.id
            )
        )
        .where(found.c.folded == _FOLDED, found.c.verified_at.is_not(None)),
    }


def _emails(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    others = user_emails.alias("others")
    is_taken = exists().where(
        others.c.folded == bindparam("folded", type_=Words),
        others.c.verified_at.is_not(None),
        others.c.user_id != bindparam("user_id", type_=Identifier),
    )
    values = select(
        bindparam("user_id", type_=Identifier),
        bindparam("folded", type_=Words),
        bindparam("address", type_=Words),
        bindparam("is_primary", type_=Flag),
        bindparam("verified_at", type_=Moment),
    ).where(~is_taken)
    names = ["user_id", "folded", "address", "is_primary", "verified_at"]
    return {
        "insert_email": insert(user_emails)
        .from_select(names, values)
        .on_conflict_do_nothing()
        .returning(user_emails.c.user_id),
        "restore_email": insert(user_emails).values({name: bindparam(name) for name in names}),
        "delete_email": delete(user_emails)
        .where(user_emails.c.user_id == _USER, user_emails.c.folded == _FOLDED)
        .returning(user_emails.c.address, user_emails.c.is_primary, user_emails.c.verified_at),
        "primary_email": select(user_emails.c.address, user_emails.c.verified_at).where(
            user_emails.c.user_id == _USER, user_emails.c.is_primary == constant(1)
        ),
        "delete_primary_email": delete(user_emails).where(
            user_emails.c.user_id == _USER, user_emails.c.is_primary == constant(1)
        ),
    }


def _attempts(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    weight = bindparam("weight", type_=Number)
    attempt = insert(attempts).values(
        bucket=bindparam("bucket"), window_start=bindparam("window_start"), count=weight
    )
    old = (
        select(attempts.c.bucket, attempts.c.window_start)
        .where(attempts.c.window_start < bindparam("before", type_=Moment))
        .limit(bindparam("limit", type_=Number))
        .offset(constant(0))
    )
    return {
        "count_attempt": attempt.on_conflict_do_update(
            index_elements=[attempts.c.bucket, attempts.c.window_start],
            set_={"count": attempts.c.count + weight},
            where=attempts.c.count <= bindparam("most", type_=Number),
        ).returning(attempts.c.count),
        "uncount_attempt": update(attempts)
        .where(
            attempts.c.bucket == bindparam("bucket_", type_=Words),
            attempts.c.window_start == bindparam("window", type_=Identifier),
        )
        .values(count=attempts.c.count - weight),
        "clear_attempts": delete(attempts).where(attempts.c.bucket == bindparam("bucket_", type_=Words)),
        "delete_attempts": delete(attempts)
        .where(tuple_(attempts.c.bucket, attempts.c.window_start).in_(old))
        .returning(attempts.c.window_start),
    }


def _places() -> dict[str, ClauseElement]:
    places = memberships.join(organizations, organizations.c.id == memberships.c.organization_id).outerjoin(
        installations,
        and_(
            installations.c.organization_id == organizations.c.id,
            installations.c.application_id == bindparam("application_id", type_=Identifier),
        ),
    )
    return {
        "membership": select(*rows.MEMBERSHIP).where(
            memberships.c.user_id == _USER,
            memberships.c.organization_id == bindparam("organization_id_", type_=Identifier),
        ),
        "places": select(*rows.ORGANIZATION, *rows.INSTALLATION, *rows.MEMBERSHIP)
        .select_from(places)
        .where(
            memberships.c.user_id == _USER,
            memberships.c.state == constant("enabled"),
            is_active_organization(),
        )
        .order_by(organizations.c.name_folded, organizations.c.id),
    }
