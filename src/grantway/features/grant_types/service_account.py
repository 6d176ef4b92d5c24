"""An application acts as a service account of the organization that its secret selects (N45, N47, N48).

The organization's administrators list the applications that may; listing one is their consent. There is
no refresh token: the application asks again, with its secret.
"""

from __future__ import annotations

from grantway.core import errors
from grantway.core.errors import OAuthError, Refused
from grantway.core.identifiers import from_text
from grantway.core.messages import AuthenticatedClient, Authorization, Subject, TokenRequest
from grantway.core.model import Instant
from grantway.core.ports import Tx
from grantway.core.scopes import OFFLINE_ACCESS
from grantway.core.service_accounts import GRANT_TYPE
from grantway.features.services import Services


class ServiceAccountToken:
    """Reads from memory and writes nothing."""

    name = GRANT_TYPE
    needs_secret = True

    def __init__(self, services: Services) -> None:
        self._services = services

    def authorize(
        self, tx: Tx, client: AuthenticatedClient, request: TokenRequest, *, now: Instant
    ) -> Authorization | Refused:
        """The service account, if it lists this application; one of somebody else is an unknown one."""
        del tx, now
        text = request.parameters.get("service_account")
        if not text:
            raise OAuthError(errors.REQUEST_PARAMETER_MISSING, "service_account")
        account_id, application = from_text(text), client.application
        organization_id = client.organization_id
        party = None
        if account_id is not None:
            party = self._services.directory.party_of_account(application, organization_id, account_id)
        if party is None:
            raise OAuthError(errors.SERVICE_ACCOUNT_UNUSABLE, "unknown, or of another organization")
        return Authorization(
            organization_id=organization_id,
            organization_source="credential",
            party=party,
            subject=Subject("service_account", account_id),
            # Nobody goes away and is acted for meanwhile, so there is nothing to keep.
            ceiling=application.scopes - {OFFLINE_ACCESS},
        )
