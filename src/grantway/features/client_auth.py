"""Client authentication: which application a request comes from, and for which organization.

The secret that is presented selects the organization (data model §4). Unknown client, wrong secret
and disabled application are refused alike.
"""

from __future__ import annotations

from grantway.core import errors
from grantway.core.asker import ASKER
from grantway.core.errors import OAuthError
from grantway.core.messages import AuthenticatedClient, Origin, PresentedClient
from grantway.core.model import MINUTE, Application, Credential
from grantway.core.ports import Attempt
from grantway.core.secrets import Secret
from grantway.features.services import Services
from grantway.features.standing import check_address

_FAILURES_PER_MINUTE = 30


def _is_spared(application: Application, origin: Origin, grant_type: str) -> bool:
    """Whether the mount's settings spare the client its secret: for a refresh, and nothing else."""
    return grant_type == "refresh_token" and application.settings.at(origin.dialect).refresh_without_secret


class ClientAuthentication:
    """Turns what a request claims about its client into an application that stands."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def authenticate(
        self, presented: PresentedClient | None, origin: Origin, *, grant_type: str = ""
    ) -> AuthenticatedClient:
        """The application behind the request. Raises OAuthError with `invalid_client`.

        A public application is known by its id alone; one that has a secret must present it, and a
        public one must not. Where its settings for this mount say so, a refresh token is proof enough.
        """
        if presented is None or not presented.client_id:
            raise OAuthError(errors.CLIENT_MISSING)
        application = self._services.directory.application_by_client_id(presented.client_id)
        if application is None:
            raise OAuthError(errors.CLIENT_UNKNOWN, "unknown client_id")
        if presented.secret is None and _is_spared(application, origin, grant_type):
            credential = None
        else:
            credential = self._credential(application, presented, origin)
        self._check_standing(application, credential, origin)
        check_address(application, origin.address)
        if credential is not None:
            self._services.uses.secret(credential.id, origin.address, at=self._services.clock.now())
        ASKER.set(application.client_id)
        return AuthenticatedClient(application, credential)

    def _credential(
        self, application: Application, presented: PresentedClient, origin: Origin
    ) -> Credential | None:
        if application.type == "public":
            if presented.secret is not None:
                raise OAuthError(errors.CLIENT_UNKNOWN, "secret sent by a public application")
            return None
        if presented.secret is None:
            raise OAuthError(errors.CLIENT_UNKNOWN, "no secret sent")
        credential = self._matching(application, presented.secret)
        if credential is None:
            self._count_failure(application, origin)
            raise OAuthError(errors.CLIENT_SECRET_WRONG, "no credential fits")
        return credential

    def _matching(self, application: Application, secret: Secret) -> Credential | None:
        """The live credential of this secret. The right one costs no write and is never throttled."""
        services = self._services
        digests = services.keyring.secret_digests(secret)
        credential = services.directory.credential(application.id, digests)
        if credential is None or credential.revoked_at is not None:
            return None
        if credential.expires_at is not None and credential.expires_at <= services.clock.now():
            return None
        return credential

    def _count_failure(self, application: Application, origin: Origin) -> None:
        """Only wrong secrets are counted, so nobody can lock the rightful holder out (E03)."""
        services = self._services
        attempt = Attempt(f"client:{application.id}:{origin.address}", _FAILURES_PER_MINUTE, MINUTE)
        with services.store.begin() as tx:
            counted = tx.gate.count_attempt(attempt, now=services.clock.now())
        if not counted:
            raise OAuthError(errors.CLIENT_THROTTLED)

    def _check_standing(
        self, application: Application, credential: Credential | None, origin: Origin
    ) -> None:
        if not application.is_usable:
            raise OAuthError(errors.CLIENT_DISABLED, "application not enabled")
        if origin.dialect not in application.dialects:
            raise OAuthError(errors.CLIENT_DIALECT)
        owner = self._services.directory.organization(application.organization_id)
        if owner is None or not owner.is_active:
            raise OAuthError(errors.CLIENT_DISABLED, "owner organization not enabled")
        if credential is None or credential.organization_id == application.organization_id:
            return
        installation = self._services.directory.installation(application.id, credential.organization_id)
        if installation is None or installation.state != "active":
            raise OAuthError(errors.CLIENT_DISABLED, "installation not active")
