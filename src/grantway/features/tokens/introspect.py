"""What a token is, for those who may know (RFC 7662).

Only the token's own client, or an application listed as introspector of every API the token is for,
learns that it is active (V074, V075). Everybody else gets the answer of a dead token.
"""

from __future__ import annotations

from typing import Any

from grantway.core import errors, scopes
from grantway.core.assurance import signed_in_by
from grantway.core.errors import OAuthError
from grantway.core.identifiers import to_text
from grantway.core.messages import AuthenticatedClient, IntrospectRequest, TokenView
from grantway.core.model import SECOND
from grantway.features.client_auth import ClientAuthentication
from grantway.features.services import Services
from grantway.features.standing import is_current, is_vouched
from grantway.features.tokens.audience import identifier_of
from grantway.features.tokens.verify import VerifiedToken, Verifier

_INACTIVE = TokenView(active=False)


class Introspection:
    """The introspection endpoint of every dialect that has one."""

    def __init__(self, services: Services, authentication: ClientAuthentication, verifier: Verifier) -> None:
        self._services = services
        self._authentication = authentication
        self._verifier = verifier

    def introspect(self, request: IntrospectRequest) -> TokenView:
        """The view of the token for this client. Raises OAuthError for the client or the form."""
        client = self._authentication.authenticate(request.client, request.origin)
        if client.credential is None:
            raise OAuthError(errors.CLIENT_UNKNOWN, "introspection needs a secret")
        if not request.token:
            raise OAuthError(errors.REQUEST_PARAMETER_MISSING, "token")
        mount = request.origin.mount
        token = self._verifier.find(request.token, mount)
        if token is None:
            return self._refresh_view(request.token, client, mount)
        if not self._may_know(client, token, mount):
            return _INACTIVE
        return TokenView(active=True, claims=self._claims(token, mount))

    def _may_know(self, client: AuthenticatedClient, token: VerifiedToken, mount: str) -> bool:
        if token.application.id == client.application.id:
            return client.organization_id in (client.application.organization_id, token.organization_id)
        issuer = self._services.issuer_of(mount)
        apis = self._services.directory.catalogue().apis.values()
        introspected = {
            identifier_of(api, issuer) for api in apis if client.application.id in api.introspectors
        }
        return bool(token.audience) and all(name in introspected for name in token.audience)

    def _claims(self, token: VerifiedToken, mount: str) -> dict[str, Any]:
        subject = token.subject
        claims: dict[str, Any] = {
            "iss": self._services.issuer_of(mount),
            "client_id": token.application.client_id,
            "sub": to_text(subject.id) if subject.id is not None else token.application.client_id,
            "aud": token.audience[0] if len(token.audience) == 1 else list(token.audience),
            "scope": scopes.join(token.scopes),
            "token_type": "Bearer",
            "iat": token.issued_at // SECOND,
            "exp": token.expires_at // SECOND,
            "org": to_text(token.organization_id),
        }
        if token.auth_time is not None:
            claims["auth_time"] = token.auth_time
        if token.methods:
            claims |= signed_in_by(token.methods)
        if token.party.role is not None:
            claims["role"] = token.party.role
        if token.party.service_account is not None:
            claims["subject_kind"] = "service_account"
        return claims

    def _refresh_view(self, text: str, client: AuthenticatedClient, mount: str) -> TokenView:
        """A refresh token's own client may ask about it."""
        services = self._services
        facts = services.keyring.read_refresh(text)
        if facts is None or facts.application_id != client.application.id:
            return _INACTIVE
        with services.store.read() as tx:
            found = tx.gate.grant_with_party(facts.grant_id)
        now = services.clock.now()
        if found is None or found.grant.state != "live" or found.grant.generation != facts.generation:
            return _INACTIVE
        grant = found.grant
        ends = min(grant.expires_at, grant.idle_expires_at or grant.expires_at)
        if ends <= now or not is_current(grant.epochs, client.application, found.party):
            return _INACTIVE
        if not is_vouched(grant.voucher_id, found.vouchers, found.party.installation):
            return _INACTIVE
        claims: dict[str, Any] = {
            "iss": services.issuer_of(mount),
            "client_id": client.application.client_id,
            "scope": scopes.join(grant.scopes),
            "iat": grant.created_at // SECOND,
            "exp": ends // SECOND,
            "org": to_text(grant.organization_id),
        }
        if grant.subject_id is not None:
            claims["sub"] = to_text(grant.subject_id)
        return TokenView(active=True, claims=claims)
