"""A user's authorization code becomes tokens, once (RFC 6749 §4.1.3, RFC 7636, RFC 9700 §2.1.1).

The code is spent by one conditional update before anything is looked at; a wrong verifier or
redirect raises, which rolls the spending back. A second use of a spent code by its own client
revokes what the first one made.
"""

from __future__ import annotations

from grantway.core import errors, pkce
from grantway.core.errors import OAuthError, Reason, Refused
from grantway.core.messages import AuthenticatedClient, Authorization, Subject, TokenRequest
from grantway.core.model import SECOND, ApplicationSettings, Epochs, Grant, Id, Instant, Party, SignInFacts
from grantway.core.mount_settings import MountSettings
from grantway.core.ports import Tx
from grantway.core.secrets import digest, same
from grantway.features import codes
from grantway.features.codes import CodePayload
from grantway.features.grant_bindings import check_credential
from grantway.features.memory.keyring import RefreshFacts
from grantway.features.services import Services
from grantway.features.standing import is_current, is_vouched
from grantway.features.tokens.budgets import session_ends_at


class AuthorizationCode:
    """Two round trips to the database: spend and read; write and commit."""

    name = "authorization_code"
    needs_secret = False

    def __init__(self, services: Services) -> None:
        self._services = services

    def authorize(
        self, tx: Tx, client: AuthenticatedClient, request: TokenRequest, *, now: Instant
    ) -> Authorization | Refused:
        """Spend the code, check what it is bound to, and open the grant it stands for."""
        code = request.parameters.get("code")
        if not code:
            raise OAuthError(errors.REQUEST_PARAMETER_MISSING, "code")
        self._services.directory.catalogue()
        refresh_key = self._services.keyring.current_refresh_key()
        key = digest(code)
        spent = tx.gate.spend_code(
            key, application_id=client.application.id, dialect=request.origin.dialect, now=now
        )
        if spent is None:
            return _refuse(tx, client, request, key, now)
        payload = codes.decode(spent.payload)
        check_bindings(payload, request)
        check_credential(client, spent.party)
        if not is_current(Epochs(*payload.epochs), client.application, spent.party):
            raise OAuthError(errors.CODE_INVALID, "revoked since it was issued")
        if not is_vouched(payload.voucher_id, spent.vouchers, spent.party.installation):
            raise OAuthError(errors.CODE_INVALID, "the voucher it stands on was revoked")
        grant = self._open(client, request, payload, spent.party, key=key, refresh_key=refresh_key)
        tx.gate.insert_grant(grant)
        return self._authorization(client, payload, grant, spent.party)

    def _open(
        self,
        client: AuthenticatedClient,
        request: TokenRequest,
        payload: CodePayload,
        party: Party,
        *,
        key: bytes,
        refresh_key: Id,
    ) -> Grant:
        settings, now = client.application.settings, self._services.clock.now()
        in_force = settings.at(request.origin.dialect)
        installation = party.installation
        return Grant(
            id=self._services.entropy.new_id(),
            application_id=client.application.id,
            organization_id=party.organization.id,
            subject_kind="user",
            subject_id=party.user.id if party.user is not None else None,
            dialect=request.origin.dialect,
            scopes=frozenset(payload.scopes),
            resources=tuple(payload.resources),
            epochs=Epochs(*payload.epochs),
            generation=1,
            refresh_key_id=refresh_key,
            created_at=now,
            expires_at=_ends_at(settings, in_force, now),
            idle_expires_at=now + in_force.refresh_token_idle_lifetime * SECOND,
            details=payload.details,
            cnf=payload.proof_key,
            installation_id=installation.id if installation is not None else None,
            session_id=payload.session_id,
            auth_time=payload.auth_time,
            methods=tuple(payload.methods),
            code_key=key,
            voucher_id=payload.voucher_id,
            claims=payload.claims,
        )

    def _authorization(
        self, client: AuthenticatedClient, payload: CodePayload, grant: Grant, party: Party
    ) -> Authorization:
        settings = client.application.settings
        refresh = None
        if "refresh_token" in settings.grant_types:
            facts = RefreshFacts(grant.id, grant.generation, grant.application_id)
            refresh = self._services.keyring.refresh_text(grant.refresh_key_id, facts)
        return Authorization(
            organization_id=grant.organization_id,
            organization_source="grant",
            party=party,
            subject=Subject("user", grant.subject_id),
            ceiling=grant.scopes,
            resources=grant.resources,
            details=grant.details,
            grant_id=grant.id,
            refresh_token=refresh,
            wants_id_token=settings.at(grant.dialect).id_tokens,
            nonce=payload.nonce,
            sign_in=SignInFacts(payload.auth_time, tuple(payload.methods), payload.session_id),
            proof_key=grant.cnf,
            began_at=grant.created_at,
            voucher_id=grant.voucher_id,
            claims=grant.claims,
            echo={"state": payload.state} if payload.state is not None else {},
        )


def _ends_at(settings: ApplicationSettings, in_force: MountSettings, now: Instant) -> Instant:
    """When the family of tokens ends: no refresh goes on beyond the time of the sign-in (B11)."""
    longest = now + in_force.refresh_token_lifetime * SECOND
    session_end = session_ends_at(settings, now)
    return longest if session_end is None else min(longest, session_end)


def check_bindings(payload: CodePayload, request: TokenRequest) -> None:
    """Redirect, state and verifier are those of the authorization request (C109, C111, C113)."""
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
