"""Claims about the signed-in person, by the granted scopes (OpenID Connect Core §5.3, §5.4)."""

from __future__ import annotations

from typing import Any

from grantway.core import errors
from grantway.core.errors import OAuthError
from grantway.core.identifiers import to_text
from grantway.core.messages import BearerRequest
from grantway.core.model import SECOND, User
from grantway.core.scopes import OPENID
from grantway.features.tokens.verify import VerifiedToken, Verifier

CLAIMS: dict[str, tuple[str, ...]] = {
    "openid": ("sub", "org"),
    "profile": ("name", "given_name", "family_name", "locale", "updated_at"),
    "email": ("email", "email_verified"),
}
"""What each scope adds; the metadata document names these."""
_OF_ACCOUNTS = frozenset({"role", "subject_kind"})


class UserInfo:
    """The userinfo endpoint."""

    def __init__(self, verifier: Verifier) -> None:
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
        names = {name for scope in token.scopes for name in CLAIMS.get(scope, ())}
        if token.subject.kind == "service_account":
            names |= _OF_ACCOUNTS
        return {name: value for name, value in every.items() if name in names and value is not None}


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
    return _claims_of(user)


def _claims_of(user: User) -> dict[str, Any]:
    return {
        "sub": to_text(user.id),
        "name": user.name,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "locale": user.locale,
        "updated_at": user.updated_at // SECOND,
        "email": user.email,
        "email_verified": user.email_verified_at is not None,
    }
