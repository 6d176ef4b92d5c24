"""People as operators manage them. Nobody chooses another person's password: a link is handed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, cast

from grantway.core import errors
from grantway.core.claims import OF_PROFILES, Address, StandardClaims
from grantway.core.errors import (
    RECORD_CHANGED,
    RECORD_LAST_OWNER,
    RECORD_NOT_FOUND,
    Conflict,
    FieldError,
    Invalid,
    NotFound,
    PreconditionFailed,
)
from grantway.core.listing import EVERY_USER, UserFilter
from grantway.core.model import Id, State, User
from grantway.core.ports import Page, Tx
from grantway.features import fields
from grantway.features.access.callers import Caller, enter_platform
from grantway.features.access.permissions import USERS_READ, USERS_WRITE
from grantway.features.accounts import claim_rules
from grantway.features.accounts.sessions import Sessions
from grantway.features.fields import Findings
from grantway.features.services import Services


class Inviter(Protocol):
    """Makes the one-use link by which a new user chooses a password."""

    def invite(self, tx: Tx, user: User) -> str:
        """The path and query of the link."""

    def send(self, tx: Tx, user: User) -> None:
        """Send it to the address, and show it to nobody."""


@dataclass(frozen=True, slots=True)
class UserDraft:
    """A person as somebody describes them. The address is fixed at creation: it was verified as it is."""

    email: str
    name: str
    given_name: str | None = None
    family_name: str | None = None
    locale: str | None = None
    state: str = "enabled"
    middle_name: str | None = None
    nickname: str | None = None
    preferred_username: str | None = None
    profile: str | None = None
    picture: str | None = None
    website: str | None = None
    gender: str | None = None
    birthdate: str | None = None
    zoneinfo: str | None = None
    phone_number: str | None = None
    address: Address | None = None

    @property
    def claims(self) -> StandardClaims:
        """What it tells beside names, address and language."""
        return claim_rules.settled(StandardClaims(**{name: getattr(self, name) for name in OF_PROFILES}))


OF_PEOPLE: tuple[str, ...] = ("name", "given_name", "family_name", "locale", *OF_PROFILES)
"""What a person says of themself, or somebody says of them."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A user with the absolute link to hand over; None where it goes by letter."""

    user: User
    activation_link: str | None


class Users:
    """Everybody on the platform. Operators only."""

    def __init__(self, services: Services, inviter: Inviter) -> None:
        self._services = services
        self._inviter = inviter
        self._sessions = Sessions(services)

    def listed(
        self, tx: Tx, caller: Caller, *, page: Page, only: UserFilter = EVERY_USER
    ) -> tuple[User, ...]:
        """All users, in the order of their ids, or those that are asked for."""
        return enter_platform(tx, caller, USERS_READ).users(page, only)

    def read(self, tx: Tx, caller: Caller, *, user_id: Id) -> User:
        """One user. Raises NotFound."""
        user = enter_platform(tx, caller, USERS_READ).user(user_id)
        if user is None:
            raise NotFound(RECORD_NOT_FOUND)
        return user

    def create(self, tx: Tx, caller: Caller, *, draft: UserDraft) -> Invited:
        """Make a user. Raises Invalid, also where the address is another user's verified one."""
        enter_platform(tx, caller, USERS_WRITE)
        return self.invite_new(tx, draft)

    def update(
        self, tx: Tx, caller: Caller, *, user_id: Id, changes: Mapping[str, Any], version: int
    ) -> User:
        """Change a user. Disabling ends what they hold, for good (data model §6).

        Raises NotFound, PreconditionFailed, Conflict and Invalid.
        """
        before = enter_platform(tx, caller, USERS_WRITE).user(user_id)
        if before is None:
            raise NotFound(RECORD_NOT_FOUND)
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        written = self.write(tx, before, changes)
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        return written

    def write(self, tx: Tx, before: User, changes: Mapping[str, Any]) -> User | None:
        """Change a user on the authority of whoever calls this. None: somebody else did meanwhile.

        Raises Conflict and Invalid.
        """
        draft = replace(_draft_of(before), **changes)
        findings = _judge(draft)
        if draft.email != before.email:
            findings.add("email", errors.FIELD_IMMUTABLE)
        findings.raise_if_any()
        is_disabled_now = draft.state == "disabled" and before.state != "disabled"
        if is_disabled_now:
            _require_other_operator(tx, before.id)
        claims = draft.claims
        if claims.preferred_username != before.claims.preferred_username:
            _claim_username(tx, before.id, claims)
        wanted = replace(
            before,
            name=draft.name,
            given_name=draft.given_name,
            family_name=draft.family_name,
            locale=draft.locale,
            state=cast("State", draft.state),
            epoch=before.epoch + is_disabled_now,
            updated_at=self._services.clock.now(),
            claims=claims,
        )
        return tx.platform.update_user(wanted, version=before.version)

    def delete(self, tx: Tx, caller: Caller, *, user_id: Id, version: int) -> None:
        """Remove a user, who must not be an organization's last owner.

        Raises NotFound, PreconditionFailed and Conflict.
        """
        door = enter_platform(tx, caller, USERS_WRITE)
        before = door.user(user_id)
        if before is None:
            raise NotFound(RECORD_NOT_FOUND)
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        for place in tx.gate.places(user_id):
            is_owner = place.membership.role == "owner"
            if is_owner and tx.organization(place.organization.id).owners() < 2:
                raise Conflict(RECORD_LAST_OWNER)
        if not door.delete_user(user_id, version=version):
            raise PreconditionFailed(RECORD_CHANGED)

    def end_sessions(self, tx: Tx, caller: Caller, *, user_id: Id) -> int:
        """Sign somebody out everywhere, as a new password does; how many were live. Raises NotFound."""
        if enter_platform(tx, caller, USERS_WRITE).user(user_id) is None:
            raise NotFound(RECORD_NOT_FOUND)
        return self._sessions.end_others(tx, user_id, keep=None)

    def invite_again(self, tx: Tx, caller: Caller, *, user_id: Id) -> Invited:
        """A new link for a user; earlier links end. Raises NotFound."""
        user = enter_platform(tx, caller, USERS_WRITE).user(user_id)
        if user is None:
            raise NotFound(RECORD_NOT_FOUND)
        return self._invited(tx, user)

    def invite_new(self, tx: Tx, draft: UserDraft) -> Invited:
        """Make a user on the authority of whoever calls this, with a link. Raises Invalid."""
        return self._invited(tx, self.make(tx, draft))

    def make(self, tx: Tx, draft: UserDraft) -> User:
        """Make a user, who cannot sign in yet. One address is one person. Raises Invalid."""
        _judge(draft).raise_if_any()
        now = self._services.clock.now()
        user = User(
            id=self._services.entropy.new_id(),
            state=cast("State", draft.state),
            epoch=1,
            version=1,
            name=draft.name,
            email=draft.email,
            given_name=draft.given_name,
            family_name=draft.family_name,
            locale=draft.locale,
            updated_at=now,
            created_at=now,
            claims=draft.claims,
        )
        if not tx.platform.insert_user(user):
            raise Invalid((FieldError("email", errors.FIELD_TAKEN),))
        _claim_username(tx, user.id, user.claims)
        return user

    def _invited(self, tx: Tx, user: User) -> Invited:
        if self._services.has_mail:
            self._inviter.send(tx, user)
            return Invited(user, None)
        return Invited(user, self._services.issuer + self._inviter.invite(tx, user))


def _draft_of(user: User) -> UserDraft:
    return UserDraft(
        email=user.email,
        name=user.name,
        given_name=user.given_name,
        family_name=user.family_name,
        locale=user.locale,
        state=user.state,
        **{name: getattr(user.claims, name) for name in OF_PROFILES},
    )


def changed_by(user: User, changes: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of what would be another, in order."""
    before = _draft_of(user)
    after = replace(before, **changes)
    plain = (name for name in OF_PEOPLE[:4] if getattr(before, name) != getattr(after, name))
    told, said = user.claims, after.claims
    return (*plain, *(name for name in OF_PROFILES if getattr(told, name) != getattr(said, name)))


def _judge(draft: UserDraft) -> Findings:
    findings = Findings()
    findings.add("email", fields.email_problem(draft.email))
    findings.add("name", fields.line_problem(draft.name) if draft.name.strip() else errors.FIELD_REQUIRED)
    for name in ("given_name", "family_name"):
        value = getattr(draft, name)
        findings.add(name, None if value is None else fields.line_problem(value))
    if draft.locale is not None:
        findings.add("locale", fields.locale_problem(draft.locale))
    findings.add("state", fields.one_of(draft.state, ("enabled", "disabled")))
    claim_rules.judge(draft.claims, findings)
    return findings


def _claim_username(tx: Tx, user_id: Id, claims: StandardClaims) -> None:
    """A name that others go by is one person's, for ever. Raises Invalid."""
    name = claims.preferred_username
    if name is not None and not tx.platform.claim_username(user_id, name):
        raise Invalid((FieldError("preferred_username", errors.PROFILE_USERNAME_TAKEN),))


def _require_other_operator(tx: Tx, user_id: Id) -> None:
    """The platform's last owner is not locked out: nobody could let them in again."""
    platform = tx.platform.platform_organization()
    if platform is None:
        return
    door = tx.organization(platform.id)
    place = door.membership(user_id)
    if place is not None and place[1].role == "owner" and door.owners() < 2:
        raise Conflict(RECORD_LAST_OWNER)
