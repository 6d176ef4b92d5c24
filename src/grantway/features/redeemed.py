"""What a person's decision becomes when it is redeemed: a grant, and what the one mint makes tokens of.

Whoever spends the artifact of a decision checks what it is bound to. From there on it goes the same way for
a code that came through a browser and for one that a device waited with.
"""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.errors import OAuthError, Reason
from grantway.core.messages import AuthenticatedClient, Authorization, Subject
from grantway.core.model import (
    SECOND,
    Epochs,
    Grant,
    SignInFacts,
    SpentCode,
)
from grantway.core.ports import Tx
from grantway.features import codes
from grantway.features.codes import CodePayload
from grantway.features.grant_bindings import check_credential
from grantway.features.services import Services
from grantway.features.standing import is_current, is_vouched
from grantway.features.tokens.budgets import family_ends_at


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A decision that was spent just now, at the mount of a dialect."""

    key: bytes
    spent: SpentCode
    payload: CodePayload
    dialect: str

    @classmethod
    def of(cls, key: bytes, spent: SpentCode, dialect: str) -> Redeemed:
        """The same with its payload read."""
        return cls(key, spent, codes.decode(spent.payload), dialect)


class Redeeming:
    """Opens the grants of decisions."""

    def __init__(self, services: Services, grant_type: str) -> None:
        self._services = services
        self._grant_type = grant_type

    def prepare(self) -> None:
        """Look up from memory what is needed once a decision is spent, so that nothing waits in between."""
        self._services.directory.catalogue()
        self._services.keyring.current_refresh_key()

    def open(
        self, tx: Tx, client: AuthenticatedClient, redeemed: Redeemed, *, invalid: Reason
    ) -> Authorization:
        """The grant of a decision. Raises OAuthError with `invalid` where what it stands on was revoked."""
        spent, payload = redeemed.spent, redeemed.payload
        check_credential(client, spent.party)
        if not is_current(Epochs(*payload.epochs), client.application, spent.party):
            raise OAuthError(invalid, "revoked since it was issued")
        if not is_vouched(payload.voucher_id, spent.vouchers, spent.party.installation):
            raise OAuthError(invalid, "the voucher it stands on was revoked")
        grant = self._grant(client, redeemed)
        tx.gate.insert_grant(grant)
        return self._authorization(client, redeemed, grant)

    def _grant(self, client: AuthenticatedClient, redeemed: Redeemed) -> Grant:
        payload, party = redeemed.payload, redeemed.spent.party
        settings, now = client.application.settings, self._services.clock.now()
        in_force = settings.at(redeemed.dialect)
        installation = party.installation
        return Grant(
            id=self._services.entropy.new_id(),
            application_id=client.application.id,
            organization_id=party.organization.id,
            subject_kind="user",
            subject_id=party.user.id if party.user is not None else None,
            dialect=redeemed.dialect,
            scopes=frozenset(payload.scopes),
            resources=tuple(payload.resources),
            epochs=Epochs(*payload.epochs),
            generation=1,
            refresh_key_id=self._services.keyring.current_refresh_key(),
            created_at=now,
            expires_at=family_ends_at(settings, in_force, now),
            idle_expires_at=now + in_force.refresh_token_idle_lifetime * SECOND,
            details=payload.details,
            cnf=payload.proof_key,
            installation_id=installation.id if installation is not None else None,
            session_id=payload.session_id,
            auth_time=payload.auth_time,
            methods=tuple(payload.methods),
            code_key=redeemed.key,
            origin=self._grant_type,
            voucher_id=payload.voucher_id,
            claims=payload.claims,
        )

    def _authorization(self, client: AuthenticatedClient, redeemed: Redeemed, grant: Grant) -> Authorization:
        payload = redeemed.payload
        settings = client.application.settings
        refresh = None
        if "refresh_token" in settings.grant_types:
            refresh = self._services.keyring.refresh_of(grant)
        return Authorization(
            organization_id=grant.organization_id,
            organization_source="grant",
            party=redeemed.spent.party,
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
