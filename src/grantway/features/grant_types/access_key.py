"""An application acts as the owner of an access key that was given to it (C40, C41, D68).

What it rests on is the owner's act: making the key, and for an application of another organization naming
that very application. The organization is the key's; whether it lets the application in is asked as for a
sign-in.
"""

from __future__ import annotations

from msgspec import structs

from grantway.core import errors
from grantway.core.access_keys import GRANT_TYPE, AccessKey
from grantway.core.errors import OAuthError, Refused
from grantway.core.messages import AuthenticatedClient, Authorization, StandingKey, Subject, TokenRequest
from grantway.core.model import SECOND, Application, Grant, Instant, Party, SignInFacts
from grantway.core.ports import Tx
from grantway.core.scopes import OFFLINE_ACCESS, ScopeSet
from grantway.features.access.permissions import BY_SCOPE, usable_in_role
from grantway.features.grant_bindings import check_credential
from grantway.features.key_auth import KeyAuthentication
from grantway.features.letting_in import Doorway
from grantway.features.services import Services
from grantway.features.standing import ceiling_of, epochs_of
from grantway.features.tokens.budgets import family_ends_at


class AccessKeyToken:
    """Reads from memory, and writes where the application gets refresh tokens."""

    name = GRANT_TYPE
    needs_secret = False

    def __init__(self, services: Services) -> None:
        self._services = services
        self._keys = KeyAuthentication(services)
        self._doorway = Doorway(services)

    def client_of(self, request: TokenRequest) -> AuthenticatedClient:
        """The application of a request that names none. Raises OAuthError."""
        return self._keys.client(request)

    def authorize(
        self, tx: Tx, client: AuthenticatedClient, request: TokenRequest, *, now: Instant
    ) -> Authorization | Refused:
        """The owner, as far as their role and their key reach. Raises OAuthError."""
        key, application = self._keys.key(request), client.application
        own = application.organization_id == key.organization_id
        if key.application_id != application.id and not (own and key.application_id is None):
            raise OAuthError(errors.ACCESS_KEY_FOREIGN, "tied to another application, or to none of others")
        party = self._party(application, key)
        check_credential(client, party)
        if key.application_id is not None and key.consent_epoch != party.withdrawals:
            raise OAuthError(errors.ACCESS_KEY_INVALID, "what the application may do was withdrawn since")
        ceiling = _ceiling(application, party, key)
        is_person = key.user_id is not None
        authorization = Authorization(
            organization_id=key.organization_id,
            organization_source="key",
            party=party,
            subject=Subject(key.owner_kind, key.owner_id),
            ceiling=ceiling,
            wants_id_token=is_person and application.settings.at(request.origin.dialect).id_tokens,
            # The key is what proves the person: they did not sign in, so there is no method to tell.
            sign_in=SignInFacts(now, ()) if is_person else None,
            access_key=StandingKey(key.id, key.epoch),
            ends_at=key.expires_at,
        )
        lasts = is_person and request.client is not None
        if not lasts or "refresh_token" not in application.settings.grant_types:
            return authorization
        return self._lasting(tx, client, request, authorization, ends_at=key.expires_at)

    def _party(self, application: Application, key: AccessKey) -> Party:
        directory = self._services.directory
        if key.service_account_id is not None:
            party = directory.party_of_account(application, key.organization_id, key.service_account_id)
        else:
            party = directory.party(application, key.organization_id, key.user_id)
        if party is None:
            raise OAuthError(errors.SUBJECT_INACTIVE, "the owner or the organization is gone")
        return party

    def _lasting(
        self,
        tx: Tx,
        client: AuthenticatedClient,
        request: TokenRequest,
        authorization: Authorization,
        *,
        ends_at: Instant,
    ) -> Authorization:
        """The same with a grant behind it, which ends with the key at the latest."""
        services, application, now = self._services, client.application, self._services.clock.now()
        in_force, party = application.settings.at(request.origin.dialect), authorization.party
        held = ceiling_of(application, party, authorization.ceiling, services.directory.catalogue())
        if request.scope is not None:
            held &= request.scope
        key, installation = authorization.access_key, party.installation
        grant = Grant(
            id=services.entropy.new_id(),
            application_id=application.id,
            organization_id=authorization.organization_id,
            subject_kind=authorization.subject.kind,
            subject_id=authorization.subject.id,
            dialect=request.origin.dialect,
            scopes=held,
            resources=request.resources,
            epochs=epochs_of(application, party, self._doorway.entry(request.origin.mount, held)),
            generation=1,
            refresh_key_id=services.keyring.current_refresh_key(),
            created_at=now,
            expires_at=family_ends_at(application.settings, in_force, now, at_latest=ends_at),
            idle_expires_at=now + in_force.refresh_token_idle_lifetime * SECOND,
            origin=GRANT_TYPE,
            installation_id=installation.id if installation is not None else None,
            auth_time=now,
            access_key_id=key.id if key is not None else None,
            access_key_epoch=key.epoch if key is not None else None,
        )
        tx.gate.insert_grant(grant)
        refresh = services.keyring.refresh_of(grant)
        return structs.replace(authorization, ceiling=held, grant_id=grant.id, refresh_token=refresh)


def _ceiling(application: Application, party: Party, key: AccessKey) -> ScopeSet:
    """What the application has, without what the key's maker did not hold or the owner's role cannot use.

    Nobody goes away and is acted for meanwhile, so there is nothing to keep.
    """
    held = application.scopes - {OFFLINE_ACCESS} - (BY_SCOPE.keys() - key.powers)
    return usable_in_role(held, party.role) if party.role is not None else held
