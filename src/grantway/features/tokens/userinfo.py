"""Claims about the signed-in person, by the granted scopes (OpenID Connect Core §5.3, §5.4)."""

from __future__ import annotations

from typing import Any

from grantway.core import errors
from grantway.core.errors import OAuthError
from grantway.core.identifiers import to_text
from grantway.core.messages import BearerRequest
from grantway.core.model import SECOND, User
from grantway.core.scopes import OPENID
from grantway.features.tokens.verify import Verifier

CLAIMS: dict[str, tuple[str, ...]] = {
    "openid": ("sub", "org"),
    "profile": ("name", "given_name", "family_name", "locale", "updated_at"),
    "email": ("email", "email_verified"),
}
"""What each scope adds; the metadata document names these."""


class UserInfo:
    """The userinfo endpoint."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier

    def claims(self, request: BearerRequest) -> dict[str, Any]:
        """The claims that the token's scopes open, and no others (V085). Raises OAuthError."""
        token = self._verifier.bearer(request, audience=None)
        user = token.party.user
        if user is None or token.subject.kind != "user":
            raise OAuthError(errors.TOKEN_NO_USER)
        if OPENID not in token.scopes:
            raise OAuthError(errors.TOKEN_SCOPE)
        every = {"sub": to_text(user.id), "org": to_text(token.organization_id), **_claims_of(user)}
        names = {name for scope in token.scopes for name in CLAIMS.get(scope, ())}
        return {name: value for name, value in every.items() if name in names and value is not None}


def _claims_of(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "locale": user.locale,
        "updated_at": user.updated_at // SECOND,
        "email": user.email,
        "email_verified": user.email_verified_at is not None,
    }
