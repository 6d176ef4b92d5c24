"""Links that are used once: to choose the password of a new account, and to make the first operator.

Nobody chooses another person's password. A link starts no session: who holds it chooses the password
and then signs in with it, so that a link somebody else has seen never puts them inside.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from grantway.core.audit import Actor
from grantway.core.errors import (
    FIELD_REQUIRED,
    FIELD_TAKEN,
    LINK_INVALID,
    FieldError,
    Invalid,
    PageError,
)
from grantway.core.model import DAY, Artifact, Id, Instant, Membership, Organization, User
from grantway.core.notices import time_text
from grantway.core.passwords import prepared
from grantway.core.ports import Gate, Tx
from grantway.core.secrets import Secret, digest, encode
from grantway.features import fields
from grantway.features.accounts.addresses import Addresses
from grantway.features.accounts.passwords import PasswordRules, known_words
from grantway.features.accounts.sessions import Sessions
from grantway.features.audit import Act, AuditLog
from grantway.features.notices.personal import Personal, PersonalLetters
from grantway.features.services import Services

LINK_LIFETIME: Instant = DAY
ACTIVATE = "/activate"
ACTIVATION = "activation"
LETTER = "account.activation"
SETUP = "setup"
_LONGEST_TOKEN = 100


class _Activation(msgspec.Struct, frozen=True):
    user_epoch: int


@dataclass(frozen=True, slots=True)
class FirstOperator:
    """What the set-up page asks for."""

    email: str
    name: str
    password: Secret


class Activation:
    """Makes links, and does what they are for."""

    def __init__(
        self,
        services: Services,
        sessions: Sessions,
        rules: PasswordRules,
        addresses: Addresses,
    ) -> None:
        self._services = services
        self._sessions = sessions
        self._rules = rules
        self._addresses = addresses
        self._log = AuditLog(services)
        self._letters = PersonalLetters(services)

    def invite(self, tx: Tx, user: User) -> str:
        """The path and query of a link that lets this person choose a password. Earlier links end.

        For operators of a server without mail, and for somebody at the machine: using it verifies the
        address on the word of whoever is shown it. Nobody else is ever shown one.
        """
        tx.gate.delete_artifacts_of_subject(ACTIVATION, user.id)
        return f"{ACTIVATE}?token=" + self._put(tx.gate, ACTIVATION, _payload_for(user), subject=user.id)

    def send(self, tx: Tx, user: User) -> None:
        """Send such a link to the address, and show it to nobody. Earlier links end."""
        now = self._services.clock.now()
        self._letters.send(
            tx,
            Personal(
                name=LETTER,
                to=user.email,
                path=ACTIVATE,
                kind=ACTIVATION,
                subject=user.id,
                payload=_payload_for(user),
                expires_at=now + LINK_LIFETIME,
                facts={"expires_at": time_text(now + LINK_LIFETIME)},
            ),
        )

    def describe(self, token: str | None) -> User | None:
        """The person a link was made for; None if it can no longer be used."""
        with self._services.store.read() as tx:
            return self._invited(tx.gate, token)

    def activate(
        self,
        token: str | None,
        password: Secret,
        *,
        confirmation: str | None = None,
        address: str | None = None,
    ) -> User:
        """Set the password, mark the address verified, and end the person's sessions.

        Raises Invalid, and PageError for a link that was used, or is too old, or is not for its person
        any more.
        """
        with self._services.store.read() as tx:
            invited = self._invited(tx.gate, token)
            places = tx.gate.places(invited.id) if invited is not None else ()
        if invited is None or token is None:
            raise PageError(LINK_INVALID)
        names = (place.organization.name for place in places)
        chosen = self._rules.accepted(password, known_words(invited, *names), confirmation=confirmation)
        phc = self._services.passwords.hash(chosen)
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            # In this order: who verifies waits for whoever did before, and holds nothing then.
            is_verified = self._addresses.verify(tx, invited)
            if not is_verified or tx.gate.spend_artifact(ACTIVATION, digest(token), now=now) is None:
                raise PageError(LINK_INVALID, "spent meanwhile, or the address belongs to somebody else")
            tx.gate.set_password(invited.id, phc, now=now)
            after = {"sessions_ended": self._sessions.end_others(tx, invited.id, keep=None)}
            actor = Actor("user", invited.id, address=address)
            self._log.record(tx, actor, Act("user.activate", invited.id, after=after))
        return invited

    def was_used(self, kind: str, token: str | None) -> bool:
        """Whether a link did its work before: then a second click of its form has nothing left to do."""
        if not token or len(token) > _LONGEST_TOKEN:
            return False
        with self._services.store.read() as tx:
            artifact = tx.gate.former_artifact(kind, digest(token))
        return artifact is not None and artifact.consumed_at is not None

    def setup_link(self, tx: Tx) -> str | None:
        """The path and query of a link that makes the first operator; None where there is one."""
        platform = tx.platform.platform_organization()
        if platform is None or tx.organization(platform.id).owners() > 0:
            return None
        return "/setup?token=" + self._put(tx.gate, SETUP, b"", subject=None)

    def may_set_up(self, token: str | None) -> bool:
        """Whether a set-up link can still be used."""
        with self._services.store.read() as tx:
            return self._awaiting_operator(tx, token) is not None

    def set_up(self, token: str | None, wanted: FirstOperator, *, address: str | None = None) -> User:
        """Make the first operator: a person who owns the platform organization.

        Raises Invalid, and PageError for a link that was used, is too old, or came too late.
        """
        with self._services.store.read() as tx:
            platform = self._awaiting_operator(tx, token)
        if platform is None or token is None:
            raise PageError(LINK_INVALID)
        user = self._new_user(wanted)
        known = known_words(user, platform.name)
        problem = self._rules.problem_of(wanted.password.reveal(), known)
        errors = _problems_of(user)
        if problem is not None:
            errors = (*errors, FieldError("new_password", problem))
        if errors:
            raise Invalid(errors)
        phc = self._services.passwords.hash(prepared(wanted.password.reveal()))
        with self._services.store.begin() as tx:
            if tx.gate.spend_artifact(SETUP, digest(token), now=user.created_at) is None:
                raise PageError(LINK_INVALID, "spent meanwhile")
            # Who counts waits for whoever counted before: of several links, one makes an operator.
            if tx.organization(platform.id).owners() > 0:
                raise PageError(LINK_INVALID, "there is an operator already")
            self._insert_operator(tx, user, platform, phc)
            after = {"name": user.name, "email": user.email, "role": "owner"}
            act = Act("operator.create", user.id, platform.id, after=after)
            self._log.record(tx, Actor("user", user.id, address=address), act)
        return user

    def _insert_operator(self, tx: Tx, user: User, platform: Organization, phc: str) -> None:
        now = user.created_at
        if not tx.platform.insert_user(user) or not self._addresses.verify(tx, user):
            raise Invalid((FieldError("email", FIELD_TAKEN),))
        tx.gate.set_password(user.id, phc, now=now)
        owner = Membership(user.id, platform.id, "owner", "enabled", epoch=1, created_at=now)
        tx.organization(platform.id).insert_membership(owner)

    def _new_user(self, wanted: FirstOperator) -> User:
        now = self._services.clock.now()
        return User(
            id=self._services.entropy.new_id(),
            state="enabled",
            epoch=1,
            version=1,
            name=wanted.name.strip(),
            email=wanted.email.strip(),
            updated_at=now,
            created_at=now,
        )

    def _invited(self, gate: Gate, token: str | None) -> User | None:
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        artifact = gate.artifact(ACTIVATION, digest(token), now=self._services.clock.now())
        if artifact is None or artifact.subject is None:
            return None
        user = gate.user(artifact.subject)
        made_for = msgspec.json.decode(artifact.payload, type=_Activation)
        if user is None or user.state != "enabled" or user.epoch != made_for.user_epoch:
            return None
        return user

    def _awaiting_operator(self, tx: Tx, token: str | None) -> Organization | None:
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        if tx.gate.artifact(SETUP, digest(token), now=self._services.clock.now()) is None:
            return None
        platform = tx.platform.platform_organization()
        if platform is None or tx.organization(platform.id).owners() > 0:
            return None
        return platform

    def _put(self, gate: Gate, kind: str, payload: bytes, *, subject: Id | None) -> str:
        token = encode(self._services.entropy.token_bytes(32))
        now = self._services.clock.now()
        gate.put_artifact(Artifact(kind, digest(token), payload, now, now + LINK_LIFETIME, subject=subject))
        return token


def _payload_for(user: User) -> bytes:
    return msgspec.json.encode(_Activation(user_epoch=user.epoch))


def _problems_of(user: User) -> tuple[FieldError, ...]:
    found = {
        "name": fields.line_problem(user.name) if user.name else FIELD_REQUIRED,
        "email": fields.email_problem(user.email),
    }
    return tuple(FieldError(field, reason) for field, reason in found.items() if reason is not None)
