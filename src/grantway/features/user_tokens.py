"""A token for a user whom an application names, made with a token of the application itself (B35, B36).

What names the user is the same act as at the token endpoint, on the same voucher, in the same mint. The
new token is of the same application and organization, lives no longer than the one it was made with, and
dies with it and with the secret behind it.
"""

from __future__ import annotations

from grantway.core import errors
from grantway.core.errors import OAuthError
from grantway.core.messages import (
    AuthenticatedClient,
    Authorization,
    BearerRequest,
    Issued,
    TokenRequest,
    UserTokenRequest,
)
from grantway.features.grant_types.client_credentials import ClientCredentials
from grantway.features.services import Services
from grantway.features.tokens.issue import Issuer
from grantway.features.tokens.verify import VerifiedToken, Verifier


class UserTokens:
    """Makes them."""

    def __init__(self, services: Services, verifier: Verifier, issuer: Issuer) -> None:
        self._services = services
        self._verifier = verifier
        self._issuer = issuer

    def token(self, request: UserTokenRequest) -> Issued:
        """The user's token. Raises OAuthError: also where the presented one speaks for somebody already."""
        own = self._verifier.bearer(BearerRequest(request.origin, request.token), audience=None)
        facts = self._verifier.read(request.token or "", request.origin.mount)
        if facts is None:
            raise OAuthError(errors.TOKEN_INVALID)
        if own.subject.kind != "none" or request.needed not in own.scopes:
            raise OAuthError(errors.TOKEN_SCOPE, "not an application's own token with the scope for this")
        client = self._client(own, request)
        asked = TokenRequest(
            grant_type=ClientCredentials.name,
            client=None,
            origin=request.origin,
            scope=request.scope,
            asserted_subject=request.asserted_subject,
        )
        authorization = Authorization(
            organization_id=own.organization_id,
            organization_source="credential",
            party=own.party,
            behind=facts.as_behind(),
            ends_at=own.expires_at,
        )
        with self._services.store.begin() as tx:
            return self._issuer.issue(tx, client, asked, authorization)

    def _client(self, own: VerifiedToken, request: UserTokenRequest) -> AuthenticatedClient:
        """Who asks, as the secret behind the presented token says. Raises OAuthError."""
        application = own.application
        if request.origin.dialect not in application.dialects:
            raise OAuthError(errors.CLIENT_DIALECT)
        if ClientCredentials.name not in application.settings.grant_types:
            raise OAuthError(errors.CLIENT_UNAUTHORIZED_GRANT)
        credential = None
        if own.credential_id is not None:
            credential = self._services.directory.credential_by_id(application.id, own.credential_id)
        if credential is None:
            raise OAuthError(errors.TOKEN_SCOPE, "a token that no secret was presented for")
        return AuthenticatedClient(application, credential)
