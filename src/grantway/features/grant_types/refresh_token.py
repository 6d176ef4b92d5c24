"""A refresh token becomes a fresh access token and its own successor (RFC 6749 §6, RFC 9700 §4.14).

Rotation is one conditional update. A retry inside the grace window gets the same successor, because
the text of a generation is computed, not stored; a later reuse of a dead generation ends the family.
"""

from __future__ import annotations

from grantway.core import errors
from grantway.core.errors import OAuthError, Refused
from grantway.core.messages import AuthenticatedClient, Authorization, StandingKey, Subject, TokenRequest
from grantway.core.model import SECOND, Grant, Instant, Rotation, SignInFacts
from grantway.core.ports import Tx
from grantway.features.grant_bindings import check_credential
from grantway.features.memory.keyring import RefreshFacts
from grantway.features.services import Services
from grantway.features.standing import is_current, is_vouched


class RefreshToken:
    """Two round trips to the database: rotate and read; commit."""

    name = "refresh_token"
    needs_secret = False

    def __init__(self, services: Services) -> None:
        self._services = services

    def authorize(
        self, tx: Tx, client: AuthenticatedClient, request: TokenRequest, *, now: Instant
    ) -> Authorization | Refused:
        """Rotate the grant of the presented token and answer with its next generation."""
        text = request.parameters.get("refresh_token")
        if not text:
            raise OAuthError(errors.REQUEST_PARAMETER_MISSING, "refresh_token")
        self._services.directory.catalogue()
        presented = self._services.keyring.read_refresh(text)
        if presented is None or presented.application_id != client.application.id:
            raise OAuthError(errors.REFRESH_INVALID, "not a token of this client")
        outcome = self._advance(tx, client, request, presented, now)
        if isinstance(outcome, Refused):
            return outcome
        check_credential(client, outcome.party)
        if not is_current(outcome.grant.epochs, client.application, outcome.party):
            raise OAuthError(errors.REFRESH_INVALID, "revoked since it was issued")
        if not is_vouched(outcome.grant.voucher_id, outcome.vouchers, outcome.party.installation):
            raise OAuthError(errors.REFRESH_INVALID, "the voucher it stands on was revoked")
        return self._authorization(client, outcome)

    def _advance(
        self,
        tx: Tx,
        client: AuthenticatedClient,
        request: TokenRequest,
        presented: RefreshFacts,
        now: Instant,
    ) -> Rotation | Refused:
        if client.application.settings.at(request.origin.dialect).refresh_policy == "stable":
            return _stable(tx, presented, request, now)
        return self._rotate(tx, client, request, presented, now)

    def _rotate(
        self,
        tx: Tx,
        client: AuthenticatedClient,
        request: TokenRequest,
        presented: RefreshFacts,
        now: Instant,
    ) -> Rotation | Refused:
        settings = client.application.settings
        rotated = tx.gate.rotate_grant(
            presented.grant_id,
            generation=presented.generation,
            application_id=client.application.id,
            dialect=request.origin.dialect,
            now=now,
            idle_expires_at=now + settings.at(request.origin.dialect).refresh_token_idle_lifetime * SECOND,
        )
        if rotated is not None:
            return rotated
        current = _live(tx, presented, request, now)
        grant = current.grant
        if (
            grant.generation == presented.generation + 1
            and grant.rotated_at is not None
            and now - grant.rotated_at <= settings.refresh_grace * SECOND
        ):
            return current
        if grant.generation > presented.generation:
            tx.gate.revoke_grant(grant.id, reason="refresh token replayed", now=now)
            return Refused(errors.REFRESH_REPLAYED)
        raise OAuthError(errors.REFRESH_INVALID, "lost a race or came from the future")

    def _authorization(self, client: AuthenticatedClient, rotation: Rotation) -> Authorization:
        grant = rotation.grant
        auth_time = grant.auth_time if grant.auth_time is not None else grant.created_at
        return Authorization(
            organization_id=grant.organization_id,
            organization_source="grant",
            party=rotation.party,
            subject=Subject(grant.subject_kind, grant.subject_id, grant.subject_ref),
            ceiling=grant.scopes,
            resources=grant.resources,
            details=grant.details,
            grant_id=grant.id,
            refresh_token=self._services.keyring.refresh_of(grant),
            wants_id_token=client.application.settings.at(grant.dialect).id_tokens,
            sign_in=SignInFacts(auth_time, grant.methods, grant.session_id),
            proof_key=grant.cnf,
            began_at=grant.created_at,
            voucher_id=grant.voucher_id,
            claims=grant.claims,
            access_key=_key_of(grant),
        )


def _key_of(grant: Grant) -> StandingKey | None:
    if grant.access_key_id is None:
        return None
    return StandingKey(grant.access_key_id, grant.access_key_epoch or 0)


def _live(tx: Tx, presented: RefreshFacts, request: TokenRequest, now: Instant) -> Rotation:
    """The grant as it is, if it may still be refreshed by this client here."""
    current = tx.gate.grant_with_party(presented.grant_id)
    if current is None or not _is_refreshable(current.grant, presented, request, now):
        raise OAuthError(errors.REFRESH_INVALID)
    return current


def _stable(tx: Tx, presented: RefreshFacts, request: TokenRequest, now: Instant) -> Rotation:
    """Without rotation the grant is read, and its one generation must be the presented one."""
    current = _live(tx, presented, request, now)
    if current.grant.generation != presented.generation:
        raise OAuthError(errors.REFRESH_INVALID, "another generation")
    return current


def _is_refreshable(grant: Grant, presented: RefreshFacts, request: TokenRequest, now: Instant) -> bool:
    return (
        grant.application_id == presented.application_id
        and grant.dialect == request.origin.dialect
        and grant.state == "live"
        and grant.expires_at > now
        and (grant.idle_expires_at is None or grant.idle_expires_at > now)
    )
