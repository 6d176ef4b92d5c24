"""Claims about the signed-in person, by the granted scopes (OpenID Connect Core §5.3, §5.4)."""

from __future__ import annotations

from typing import Any

from grantway.core import claims, errors
from grantway.core.errors import OAuthError
from grantway.core.identifiers import to_text
from grantway.core.messages import BearerRequest
from grantway.core.scopes import OPENID, of_identity
from grantway.features.services import Services
from grantway.features.tokens.verify import VerifiedToken, Verifier

_OF_ACCOUNTS = frozenset({"role", "subject_kind"})


class UserInfo:
    """The userinfo endpoint."""

    def __init__(self, services: Services, verifier: Verifier) -> None:
        self._services = services
        self._verifier = verifier

    def claims(self, request: BearerRequest) -> dict[str, Any]:
        """The claims that the token's scopes open, and no others (V085). Raises OAuthError."""
        token = self._verifier.bearer(request, audience=None)
        about = _about(token)
        if about is None:
            raise OAuthError(errors.TOKEN_NO_USER)
        if OPENID not in token.scopes:
            raise OAuthError(errors.TOKEN_SCOPE)
        every = {"org": to_text(token.organization_id), **about}
        names = claims.opened(of_identity(token.scopes, self._services.directory.catalogue()), token.claims)
        if token.subject.kind == "service_account":
            names |= _OF_ACCOUNTS
        return {name: value for name, value in every.items() if name in names}


def _about(token: VerifiedToken) -> dict[str, Any] | None:
    account, user = token.party.service_account, token.party.user
    if account is not None:
        return {
            "sub": to_text(account.id),
            "name": account.name,
            "role": account.role,
            "subject_kind": "service_account",
        }
    if user is None or token.subject.kind != "user":
        return None
    return {"sub": to_text(user.id), **claims.about(user)}
