"""Reading a client secret again, where the policy of its application keeps a copy (N18, N22, B2, G3).

once        nobody: there is no copy
creator     the user who made it
developers  the developers of the organization that owns the application
api         the application itself, and its developers: the secrets of all that installed it
"""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.audit import Actor
from grantway.core.errors import (
    KEYS_HOME_ONLY,
    KEYS_POLICY,
    RECORD_FORBIDDEN,
    RECORD_LOCKED,
    RECORD_NOT_FOUND,
    SECRET_NOT_KEPT,
    Conflict,
    Forbidden,
    NotFound,
    OAuthError,
)
from grantway.core.installing import SealedSecret, seal_purpose
from grantway.core.messages import Origin, PresentedClient
from grantway.core.model import Application, Credential, Id
from grantway.core.ports import OrganizationDoor, Tx
from grantway.core.secrets import Secret
from grantway.features.access.callers import Caller, enter
from grantway.features.access.permissions import SECRETS_READ, beyond_caller
from grantway.features.audit import Act, AuditLog, actor_of
from grantway.features.client_auth import ClientAuthentication
from grantway.features.keys.sealing import SealBroken
from grantway.features.registry.containment import require_unsuspended
from grantway.features.services import Services


@dataclass(frozen=True, slots=True)
class PairSecret:
    """The newest live secret of an application for one organization that installed it."""

    organization_id: Id
    secret: Secret


class Revealing:
    """Opens sealed copies for those whom the policy names, and remembers each reading."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._authentication = ClientAuthentication(services)
        self._log = AuditLog(services)

    def reveal(
        self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id, credential_id: Id
    ) -> Secret:
        """The text of one secret, for a person. Raises NotFound, Forbidden and Conflict."""
        door = enter(tx, caller, SECRETS_READ, organization_id)
        application = self._require(caller, door, application_id)
        credential = next((one for one in door.credentials(application_id) if one.id == credential_id), None)
        if credential is None:
            raise NotFound(RECORD_NOT_FOUND)
        _check_reader(caller, application, credential)
        kept = door.sealed_secret(application_id, credential_id)
        secret = self._opened(kept) if kept is not None else None
        if secret is None:
            raise Conflict(SECRET_NOT_KEPT)
        now = self._services.clock.now()
        door.secret_revealed(application_id, credential_id, by=caller.user_id, now=now)
        return secret

    def keys(
        self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id
    ) -> tuple[PairSecret, ...]:
        """The secrets of all pairs, for the makers. Raises NotFound, Forbidden and Conflict."""
        door = enter(tx, caller, SECRETS_READ, organization_id)
        application = self._require(caller, door, application_id)
        if application.settings.reveal != "api":
            raise Conflict(KEYS_POLICY)
        found = self._newest(door, application, by=caller.user_id)
        self._log.record(tx, actor_of(caller), _read_keys(application))
        return found

    def own_keys(self, presented: PresentedClient | None, origin: Origin) -> tuple[PairSecret, ...]:
        """The same for the application itself, by its home secret (N23). Raises OAuthError."""
        client = self._authentication.authenticate(presented, origin)
        application = client.application
        if client.credential is None or client.organization_id != application.organization_id:
            # Else whoever was given the secret of one organization could read those of all.
            raise OAuthError(KEYS_HOME_ONLY)
        if application.settings.reveal != "api":
            raise OAuthError(KEYS_POLICY)
        with self._services.store.begin() as tx:
            found = self._newest(tx.organization(application.organization_id), application, by=None)
            reader = Actor("application", application_id=application.id, address=origin.address or None)
            self._log.record(tx, reader, _read_keys(application))
            return found

    def _require(self, caller: Caller, door: OrganizationDoor, application_id: Id) -> Application:
        application = door.application(application_id)
        if application is None:
            raise NotFound(RECORD_NOT_FOUND)
        if caller.service_account_id is not None or beyond_caller(caller, application.scopes):
            raise Forbidden(RECORD_FORBIDDEN, "the secret would reach beyond the caller")
        require_unsuspended(caller, application)
        if application.state == "deletion_scheduled":
            raise Conflict(RECORD_LOCKED)
        return application

    def _newest(
        self, door: OrganizationDoor, application: Application, *, by: Id | None
    ) -> tuple[PairSecret, ...]:
        now = self._services.clock.now()
        found: dict[Id, PairSecret] = {}
        for kept in door.sealed_secrets_of_pairs(application.id, now=now):
            if kept.organization_id in found:
                continue
            secret = self._opened(kept)
            if secret is not None:
                found[kept.organization_id] = PairSecret(kept.organization_id, secret)
                door.secret_revealed(application.id, kept.credential_id, by=by, now=now)
        return tuple(found.values())

    def _opened(self, kept: SealedSecret) -> Secret | None:
        """None where the root key of a copy is gone: the copy is lost, the secret itself lives on."""
        try:
            plain = self._services.sealer.open(seal_purpose(kept.credential_id), kept.sealed)
        except SealBroken:
            return None
        return Secret(plain.decode())


def _read_keys(application: Application) -> Act:
    return Act("application.read_keys", application.id, application.organization_id)


def _check_reader(caller: Caller, application: Application, credential: Credential) -> None:
    policy = application.settings.reveal
    if policy not in ("creator", "developers"):
        raise Conflict(SECRET_NOT_KEPT)
    # People only, and of the owner: neither a program nor an operator is anybody whom the policy means.
    if caller.user_id is None or caller.organization_id != application.organization_id:
        raise Forbidden(RECORD_FORBIDDEN, "not a person of the owner")
    if policy == "creator" and credential.created_by != caller.user_id:
        raise Forbidden(RECORD_FORBIDDEN, "not who made it")
