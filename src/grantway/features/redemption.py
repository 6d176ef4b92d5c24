"""Every token request, step by step, and the contract of a grant type.

    client  ->  grant type known and allowed  ->  the grant type decides  ->  the one mint

Shared checks are here, so that no grant type can forget one. A grant type that refuses and must
leave a mark returns `Refused`, which commits; everything that is raised rolls back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from grantway.core import errors
from grantway.core.concerns import Concern
from grantway.core.errors import OAuthError, Refused
from grantway.core.messages import AuthenticatedClient, Authorization, Issued, TokenRequest
from grantway.core.model import Instant
from grantway.core.ports import Tx
from grantway.features.client_auth import ClientAuthentication
from grantway.features.services import Services
from grantway.features.tokens.issue import Issuer


class GrantType(Protocol):
    """One way to get tokens: one file in `grant_types`, one line in its `ALL`."""

    name: str
    """The value of `grant_type` on the wire."""
    needs_secret: bool
    """Whether only a client that authenticated with a secret may use it."""

    def authorize(
        self, tx: Tx, client: AuthenticatedClient, request: TokenRequest, *, now: Instant
    ) -> Authorization | Refused:
        """Decide. Raises OAuthError to refuse and roll back."""


@runtime_checkable
class NamesClient(Protocol):
    """A grant type in which what is presented says itself as which application it is used."""

    def client_of(self, request: TokenRequest) -> AuthenticatedClient:
        """That application, where the request names none. Raises OAuthError."""


class Redemption:
    """The token endpoint of every dialect."""

    def __init__(
        self,
        services: Services,
        authentication: ClientAuthentication,
        issuer: Issuer,
        grant_types: Iterable[GrantType],
    ) -> None:
        self._services = services
        self._authentication = authentication
        self._issuer = issuer
        self._grant_types = {grant_type.name: grant_type for grant_type in grant_types}

    def redeem(self, request: TokenRequest) -> Issued | Refused:
        """Tokens, or a refusal that was recorded. Raises OAuthError for every other refusal."""
        client = self._client(request)
        try:
            grant_type = self._grant_type(client, request)
            with self._services.store.begin() as tx:
                outcome = grant_type.authorize(tx, client, request, now=self._services.clock.now())
                if isinstance(outcome, Refused):
                    return outcome.about(_concern_of(client))
                return self._issuer.issue(tx, client, request, outcome)
        except OAuthError as refusal:
            refusal.concern = refusal.concern.beside(_concern_of(client))
            raise

    def _client(self, request: TokenRequest) -> AuthenticatedClient:
        if request.client is None:
            grant_type = self._grant_types.get(request.grant_type)
            if isinstance(grant_type, NamesClient):
                return grant_type.client_of(request)
        return self._authentication.authenticate(
            request.client, request.origin, grant_type=request.grant_type
        )

    def _grant_type(self, client: AuthenticatedClient, request: TokenRequest) -> GrantType:
        if not request.grant_type:
            raise OAuthError(errors.GRANT_TYPE_MISSING)
        grant_type = self._grant_types.get(request.grant_type)
        if grant_type is None:
            raise OAuthError(errors.GRANT_TYPE_UNSUPPORTED)
        if grant_type.name not in client.application.settings.grant_types:
            raise OAuthError(errors.CLIENT_UNAUTHORIZED_GRANT)
        if grant_type.needs_secret and client.credential is None:
            raise OAuthError(errors.CLIENT_UNAUTHORIZED_GRANT, "no secret was presented")
        return grant_type


def _concern_of(client: AuthenticatedClient) -> Concern:
    """The client, and the organization that its secret selects; without a secret that is not known."""
    credential = client.credential
    return Concern(client.application.client_id, credential.organization_id if credential is not None else 0)
