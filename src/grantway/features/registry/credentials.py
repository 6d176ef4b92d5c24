"""Client secrets of an application: its own, and those for organizations that installed it."""

from __future__ import annotations

from dataclasses import replace

from grantway.core import errors
from grantway.core.errors import (
    RECORD_FORBIDDEN,
    RECORD_LOCKED,
    RECORD_NO_SECRETS,
    RECORD_NOT_FOUND,
    RECORD_TOO_MANY,
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
)
from grantway.core.model import DAY, Application, Credential, Id, Instant
from grantway.core.ports import OrganizationDoor, Tx
from grantway.features import fields
from grantway.features.access.callers import Caller, enter
from grantway.features.access.permissions import APPLICATIONS_READ, SECRETS_WRITE, beyond_caller
from grantway.features.fields import Findings, no_such
from grantway.features.registry.containment import require_unsuspended
from grantway.features.registry.minting import NewSecret, SecretDraft, Whose, make_secret
from grantway.features.services import Services

MOST_LIVE_SECRETS = 10
LONGEST_LIFE: Instant = 3_660 * DAY


class Credentials:
    """The secrets that an application has, whomever they act for: the business of its owner."""

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
        """Make a secret beside those of its pair. Raises NotFound, Forbidden, Conflict and Invalid."""
        door = enter(tx, caller, SECRETS_WRITE, organization_id)
        application = _require(door, application_id)
        if caller.service_account_id is not None:
            # A secret is what a service account is reached by: it makes none for itself (D75).
            raise Forbidden(RECORD_FORBIDDEN, "a service account makes no secrets")
        if application.type == "public":
            raise Conflict(RECORD_NO_SECRETS)
        require_unsuspended(caller, application)
        if application.state == "deletion_scheduled":
            raise Conflict(RECORD_LOCKED)
        if beyond_caller(caller, application.scopes):
            raise Forbidden(RECORD_FORBIDDEN, "the secret would reach beyond the caller")
        now = self._services.clock.now()
        _judge(draft, now)
        whose = Whose(application, organization_id, created_by=caller.user_id)
        if draft.organization_id is not None and draft.organization_id != organization_id:
            whose = _of_pair(door, whose, draft.organization_id)
        live = (one for one in door.credentials(application_id) if _is_live(one, now))
        if sum(one.organization_id == whose.organization_id for one in live) >= MOST_LIVE_SECRETS:
            raise Conflict(RECORD_TOO_MANY)
        return make_secret(self._services, door, whose, draft)

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


def _of_pair(door: OrganizationDoor, whose: Whose, organization_id: Id) -> Whose:
    """The pair with an organization that lets the application in; every other one is unknown here."""
    installation = door.hold_installation(whose.application.id, organization_id)
    if installation is None:
        raise Invalid((FieldError("organization", no_such("an organization that installed it")),))
    return replace(whose, organization_id=organization_id, installation_id=installation.id)


def _judge(draft: SecretDraft, now: Instant) -> None:
    findings = Findings()
    findings.add("label", fields.line_problem(draft.label))
    if draft.expires_at is not None and not now < draft.expires_at <= now + LONGEST_LIFE:
        findings.add("expires_at", errors.FIELD_RANGE.saying("A time after now, and within ten years."))
    findings.raise_if_any()


def _is_live(credential: Credential, now: Instant) -> bool:
    return credential.revoked_at is None and (credential.expires_at is None or now < credential.expires_at)
