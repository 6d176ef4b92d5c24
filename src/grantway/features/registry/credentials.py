"""Client secrets: made here, shown once, kept as a keyed hash."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core import errors
from grantway.core.errors import (
    RECORD_FORBIDDEN,
    RECORD_LOCKED,
    RECORD_NO_SECRETS,
    RECORD_NOT_FOUND,
    RECORD_TOO_MANY,
    Conflict,
    Forbidden,
    NotFound,
)
from grantway.core.model import DAY, Application, Credential, Id, Instant
from grantway.core.ports import OrganizationDoor, Tx
from grantway.core.secrets import CLIENT_SECRET_PREFIX, Secret, encode
from grantway.features import fields
from grantway.features.callers import Caller, enter
from grantway.features.fields import Findings
from grantway.features.permissions import APPLICATIONS_READ, SECRETS_WRITE
from grantway.features.registry.applications import beyond_caller
from grantway.features.services import Services

MOST_LIVE_SECRETS = 10
LONGEST_LIFE: Instant = 3_660 * DAY


@dataclass(frozen=True, slots=True)
class SecretDraft:
    """What a caller says about a secret. Its text is never theirs to choose."""

    label: str = ""
    expires_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret at the one moment when its text is known."""

    credential: Credential
    secret: Secret


class Credentials:
    """The secrets that an application has for its own organization."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def listed(
        self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id
    ) -> tuple[Credential, ...]:
        """All secrets of an application, the revoked ones too, by their hints. Raises NotFound."""
        door = enter(tx, caller, APPLICATIONS_READ, organization_id)
        _require(door, application_id)
        return door.credentials(application_id)

    def issue(
        self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id, draft: SecretDraft
    ) -> NewSecret:
        """Make a secret beside those that live. Raises NotFound, Forbidden, Conflict and Invalid."""
        door = enter(tx, caller, SECRETS_WRITE, organization_id)
        application = _require(door, application_id)
        if application.type == "public":
            raise Conflict(RECORD_NO_SECRETS)
        if application.state == "deletion_scheduled":
            raise Conflict(RECORD_LOCKED)
        if beyond_caller(caller, application.scopes):
            raise Forbidden(RECORD_FORBIDDEN, "the secret would reach beyond the caller")
        now = self._services.clock.now()
        _judge(draft, now)
        if sum(_is_live(one, now) for one in door.credentials(application_id)) >= MOST_LIVE_SECRETS:
            raise Conflict(RECORD_TOO_MANY)
        secret = Secret(CLIENT_SECRET_PREFIX + encode(self._services.entropy.token_bytes(32)))
        pepper_id, digest = self._services.keyring.hash_secret(secret)
        credential = Credential(
            id=self._services.entropy.new_id(),
            application_id=application_id,
            organization_id=organization_id,
            digest=digest,
            pepper_id=pepper_id,
            hint=secret.reveal()[-4:],
            label=draft.label,
            created_by=caller.user_id,
            created_at=now,
            expires_at=draft.expires_at,
        )
        door.insert_credential(credential)
        return NewSecret(credential, secret)

    def revoke(
        self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id, credential_id: Id
    ) -> None:
        """End a secret and what was made with it. Raises NotFound, also for one that has ended."""
        door = enter(tx, caller, SECRETS_WRITE, organization_id)
        _require(door, application_id)
        now = self._services.clock.now()
        if not door.revoke_credential(application_id, credential_id, now=now):
            raise NotFound(RECORD_NOT_FOUND)


def _require(door: OrganizationDoor, application_id: Id) -> Application:
    application = door.application(application_id)
    if application is None:
        raise NotFound(RECORD_NOT_FOUND)
    return application


def _judge(draft: SecretDraft, now: Instant) -> None:
    findings = Findings()
    findings.add("label", fields.line_problem(draft.label))
    if draft.expires_at is not None and not now < draft.expires_at <= now + LONGEST_LIFE:
        findings.add("expires_at", errors.FIELD_RANGE)
    findings.raise_if_any()


def _is_live(credential: Credential, now: Instant) -> bool:
    return credential.revoked_at is None and (credential.expires_at is None or now < credential.expires_at)
