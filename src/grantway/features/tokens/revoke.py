"""Revocation by the token's own client (RFC 7009). Anybody else's request changes nothing."""

from __future__ import annotations

from grantway.core import errors
from grantway.core.errors import OAuthError
from grantway.core.messages import AuthenticatedClient, RevokeRequest
from grantway.core.model import SECOND, Artifact
from grantway.features.client_auth import ClientAuthentication
from grantway.features.directory import dead_key
from grantway.features.services import Services
from grantway.features.tokens.facts import Facts
from grantway.features.tokens.verify import Verifier

DEAD = "dead"
"""Kind of the artifact that marks one access token without a grant as revoked."""


class Revocation:
    """The revocation endpoint of every dialect that has one.

    A token with a grant ends the whole family; one without (client credentials) ends alone. When the
    store fails, the caller learns it: no success is answered for nothing (V120).
    """

    def __init__(self, services: Services, authentication: ClientAuthentication, verifier: Verifier) -> None:
        self._services = services
        self._authentication = authentication
        self._verifier = verifier

    def revoke(self, request: RevokeRequest) -> None:
        """End the token if it is this client's. Raises OAuthError for the client or the form."""
        client = self._authentication.authenticate(request.client, request.origin)
        if not request.token:
            raise OAuthError(errors.REQUEST_PARAMETER_MISSING, "token")
        refresh = self._services.keyring.read_refresh(request.token)
        if refresh is not None:
            if refresh.application_id == client.application.id:
                self._revoke_grant(refresh.grant_id)
            return
        facts = self._verifier.read(request.token, request.origin.mount)
        if facts is not None and _is_own(client, facts):
            self._revoke_facts(facts)

    def _revoke_facts(self, facts: Facts) -> None:
        if facts.grant is not None:
            self._revoke_grant(facts.grant)
            return
        mark = Artifact(
            kind=DEAD,
            key=dead_key(facts.token_id),
            payload=facts.token_id.to_bytes(8, "big"),
            created_at=self._services.clock.now(),
            expires_at=facts.expires_at * SECOND,
            application_id=facts.application,
            organization_id=facts.organization,
        )
        with self._services.store.begin() as tx:
            tx.gate.revoke_token(mark, facts.token_id)

    def _revoke_grant(self, grant_id: int) -> None:
        with self._services.store.begin() as tx:
            tx.gate.revoke_grant(grant_id, reason="revoked by the client", now=self._services.clock.now())


def _is_own(client: AuthenticatedClient, facts: Facts) -> bool:
    """The token is this client's, and the presented secret may speak for its organization."""
    if facts.application != client.application.id:
        return False
    if client.credential is None:
        return True
    return client.organization_id in (client.application.organization_id, facts.organization)
