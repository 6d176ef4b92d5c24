"""Which access key a request presents, and as which application where it names none.

What is wrong about a key is answered alike, an id that does not exist like a secret that does not fit, and
takes the same work. Only wrong ones are counted, by the network they come from, so nobody can lock a holder
out.
"""

from __future__ import annotations

from grantway.core import errors
from grantway.core.access_keys import DEFAULT_NAME, GRANT_TYPE, KEY_PARAMETER, SECRET_PARAMETER, AccessKey
from grantway.core.errors import OAuthError
from grantway.core.identifiers import from_text
from grantway.core.messages import AuthenticatedClient, TokenRequest
from grantway.core.model import MINUTE, Id
from grantway.core.networks import network_of
from grantway.core.ports import Attempt
from grantway.core.secrets import Secret, same
from grantway.features.client_auth import ClientAuthentication
from grantway.features.services import Services

FAILURES_PER_MINUTE = 30


class KeyAuthentication:
    """Turns an id and a secret into a key that works."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._clients = ClientAuthentication(services)

    def key(self, request: TokenRequest) -> AccessKey:
        """The key that a request presents. Raises OAuthError."""
        text, secret = request.parameters.get(KEY_PARAMETER), request.parameters.get(SECRET_PARAMETER)
        if not text or not secret:
            raise OAuthError(errors.REQUEST_PARAMETER_MISSING, KEY_PARAMETER)
        services = self._services
        found, key_id = None, from_text(text)
        digests = services.keyring.secret_digests(Secret(secret))
        if key_id is not None:
            found = services.directory.access_key(key_id)
        fits = [same(digest, found.digest if found is not None else b"") for digest in digests]
        now = services.clock.now()
        if found is None or not any(fits):
            self._count_failure(request.origin.address)
            raise OAuthError(errors.ACCESS_KEY_INVALID, "no key fits")
        if not found.is_usable(now):
            raise OAuthError(errors.ACCESS_KEY_INVALID, "switched off, or over")
        services.uses.access_key(found.id, request.origin.address, at=now)
        return found

    def client(self, request: TokenRequest) -> AuthenticatedClient:
        """The application as which a key is used that comes alone (C75, D68): the key's own organization's.

        That application is a default one, made by somebody who may register applications there, and
        stopped like any other. Whether the key is for it, the grant type decides. Raises OAuthError.
        """
        key = self.key(request)
        application_id = self._default_application(key.organization_id, request.origin.dialect)
        application = self._services.directory.application(application_id) if application_id else None
        if application is None or GRANT_TYPE not in application.settings.grant_types:
            raise OAuthError(errors.ACCESS_KEY_ALONE, "the organization has none for this dialect")
        self._clients.check(application, request.origin)
        return AuthenticatedClient(application)

    def _default_application(self, organization_id: Id, dialect: str) -> Id | None:
        with self._services.store.read() as tx:
            made = tx.organization(organization_id).default_applications()
        fitting = (one.id for one in made if one.default_name == DEFAULT_NAME and dialect in one.dialects)
        return next(fitting, None)

    def _count_failure(self, address: str) -> None:
        services = self._services
        attempt = Attempt(f"access-key:{network_of(address)}", FAILURES_PER_MINUTE, MINUTE)
        with services.store.begin() as tx:
            counted = tx.gate.count_attempt(attempt, now=services.clock.now())
        if not counted:
            raise OAuthError(errors.ACCESS_KEY_THROTTLED)
