"""An application acts for itself in the organization its secret selects (RFC 6749 §4.4)."""

from __future__ import annotations

from grantway.core import errors
from grantway.core.errors import OAuthError, Refused
from grantway.core.messages import AuthenticatedClient, Authorization, TokenRequest
from grantway.core.model import Instant
from grantway.core.ports import Tx
from grantway.features.services import Services


class ClientCredentials:
    """Reads from memory and writes nothing."""

    name = "client_credentials"
    needs_secret = True

    def __init__(self, services: Services) -> None:
        self._services = services

    def authorize(
        self, tx: Tx, client: AuthenticatedClient, request: TokenRequest, *, now: Instant
    ) -> Authorization | Refused:
        """The presented secret's organization, no user, no refresh token."""
        del tx, request, now
        organization_id = client.organization_id
        party = self._services.directory.party(client.application, organization_id, None)
        if party is None:
            raise OAuthError(errors.SUBJECT_INACTIVE, "organization gone")
        return Authorization(organization_id=organization_id, organization_source="credential", party=party)
