"""Revocation by the token's own client (RFC 7009). Anybody else's request changes nothing."""

from __future__ import annotations

from grantway.core import errors
from grantway.core.errors import OAuthError
from grantway.core.messages import AuthenticatedClient, BearerRequest, RevokeRequest
from grantway.core.model import SECOND, Artifact, Instant
from grantway.core.ports import Tx
from grantway.features.client_auth import ClientAuthentication
from grantway.features.memory.directory import dead_key
from grantway.features.services import Services
from grantway.features.tokens.facts import Facts
from grantway.features.tokens.verify import Verifier

DEAD = "dead"
"""Kind of the artifact that marks one access token without a grant as revoked."""
BY_CLIENT = "revoked by the client"
BY_HOLDER = "ended by itself"


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
            with self._services.store.begin() as tx:
                end_token(tx, facts, reason=BY_CLIENT, now=self._services.clock.now())

    def end(self, request: BearerRequest) -> None:
        """End the token that a request comes with: its holder may. Raises OAuthError for a dead one."""
        self._verifier.bearer(request, audience=None)
        facts = self._verifier.read(request.token or "", request.origin.mount)
        if facts is not None:
            with self._services.store.begin() as tx:
                end_token(tx, facts, reason=BY_HOLDER, now=self._services.clock.now())

    def end_all(self, request: BearerRequest) -> int:
        """End every token that one application has of one subject in one organization, by one of them.

        How many families there were, or 1 for a token that stands alone. What other applications have of
        the person is not this one's to end. Raises OAuthError.
        """
        token = self._verifier.bearer(request, audience=None)
        facts = self._verifier.read(request.token or "", request.origin.mount)
        user, now = token.party.user, self._services.clock.now()
        with self._services.store.begin() as tx:
            ended = 0
            if user is not None:
                place = (user.id, token.application.id, token.organization_id)
                ended = tx.gate.revoke_grants_of_user(*place, reason=BY_CLIENT, now=now)
            if facts is not None and facts.grant is None:
                end_token(tx, facts, reason=BY_CLIENT, now=now)
                ended += 1
        return ended

    def _revoke_grant(self, grant_id: int) -> None:
        with self._services.store.begin() as tx:
            tx.gate.revoke_grant(grant_id, reason=BY_CLIENT, now=self._services.clock.now())


def end_token(tx: Tx, facts: Facts, *, reason: str, now: Instant) -> None:
    """End an access token: with its family, or alone where it has none."""
    if facts.grant is not None:
        tx.gate.revoke_grant(facts.grant, reason=reason, now=now)
        return
    mark = Artifact(
        kind=DEAD,
        key=dead_key(facts.token_id),
        payload=facts.token_id.to_bytes(8, "big"),
        created_at=now,
        expires_at=facts.expires_at * SECOND,
        application_id=facts.application,
        organization_id=facts.organization,
    )
    tx.gate.revoke_token(mark, facts.token_id)


def _is_own(client: AuthenticatedClient, facts: Facts) -> bool:
    """The token is this client's, and the presented secret may speak for its organization."""
    if facts.application != client.application.id:
        return False
    if client.credential is None:
        return True
    return client.organization_id in (client.application.organization_id, facts.organization)
