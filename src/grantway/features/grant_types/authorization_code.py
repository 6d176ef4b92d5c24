"""A user's authorization code becomes tokens, once (RFC 6749 §4.1.3, RFC 7636, RFC 9700 §2.1.1).

The code is spent by one conditional update before anything is looked at; a wrong verifier or
redirect raises, which rolls the spending back. A second use of a spent code by its own client
revokes what the first one made.
"""

from __future__ import annotations

from grantway.core import errors, pkce
from grantway.core.errors import OAuthError, Reason, Refused
from grantway.core.messages import AuthenticatedClient, Authorization, TokenRequest
from grantway.core.model import Instant
from grantway.core.ports import Tx
from grantway.core.secrets import digest, same
from grantway.features import codes
from grantway.features.codes import CodePayload
from grantway.features.redeemed import Redeemed, Redeeming
from grantway.features.services import Services


class AuthorizationCode:
    """Two round trips to the database: spend and read; write and commit."""

    name = "authorization_code"
    needs_secret = False

    def __init__(self, services: Services) -> None:
        self._redeeming = Redeeming(services, self.name)

    def authorize(
        self, tx: Tx, client: AuthenticatedClient, request: TokenRequest, *, now: Instant
    ) -> Authorization | Refused:
        """Spend the code, check what it is bound to, and open the grant it stands for."""
        code = request.parameters.get("code")
        if not code:
            raise OAuthError(errors.REQUEST_PARAMETER_MISSING, "code")
        self._redeeming.prepare()
        key = digest(code)
        spent = tx.gate.spend_code(
            key, application_id=client.application.id, dialect=request.origin.dialect, now=now
        )
        if spent is None:
            return _refuse(tx, client, request, key, now)
        redeemed = Redeemed.of(key, spent, request.origin.dialect)
        check_bindings(redeemed.payload, request)
        return self._redeeming.open(tx, client, redeemed, invalid=errors.CODE_INVALID)


def check_bindings(payload: CodePayload, request: TokenRequest) -> None:
    """Mount, redirect, state and verifier are those of the authorization request (C109, C111, C113)."""
    if payload.mount not in (None, request.origin.mount):
        raise OAuthError(errors.CODE_INVALID, "of another mount")
    claimed = request.parameters.get("redirect_uri")
    is_bound = payload.redirect_repeated or claimed is not None
    if is_bound and (claimed is None or not same(claimed, payload.redirect_uri)):
        raise OAuthError(errors.CODE_REDIRECT_MISMATCH)
    if payload.state is not None and not same(request.parameters.get("state", ""), payload.state):
        raise OAuthError(errors.CODE_STATE_MISMATCH)
    verifier = request.parameters.get("code_verifier")
    if payload.code_challenge is None:
        if verifier is not None:
            raise OAuthError(errors.CODE_VERIFIER_UNEXPECTED)
        return
    if verifier is None:
        raise OAuthError(errors.CODE_VERIFIER_MISSING)
    if not pkce.fits(verifier, payload.code_challenge):
        raise OAuthError(errors.CODE_VERIFIER_WRONG)


def _refuse(tx: Tx, client: AuthenticatedClient, request: TokenRequest, key: bytes, now: Instant) -> Refused:
    """A replay by the code's own client ends what the code made; anything else changes nothing."""
    grant = tx.gate.grant_of_code(key)
    if (
        grant is None
        or grant.application_id != client.application.id
        or grant.dialect != request.origin.dialect
    ):
        raise OAuthError(_reason_not_spendable(tx, client, request, key, now))
    tx.gate.revoke_grant(grant.id, reason="code replayed", now=now)
    return Refused(errors.CODE_REPLAYED)


def _reason_not_spendable(
    tx: Tx, client: AuthenticatedClient, request: TokenRequest, key: bytes, now: Instant
) -> Reason:
    """Its own client learns that a code's time is over; to all others every code is unknown alike."""
    kept = tx.gate.artifact(codes.KIND, key, now=0)
    if kept is None or kept.application_id != client.application.id:
        return errors.CODE_INVALID
    if kept.dialect != request.origin.dialect or kept.expires_at > now:
        return errors.CODE_INVALID
    return errors.CODE_EXPIRED
