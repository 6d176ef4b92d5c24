"""What ties a grant to the client that presents it, whatever the grant type."""

from __future__ import annotations

from grantway.core import errors
from grantway.core.errors import OAuthError
from grantway.core.messages import AuthenticatedClient
from grantway.core.model import Party


def check_credential(client: AuthenticatedClient, party: Party) -> None:
    """A presented secret is the home secret or that organization's own (data model §4)."""
    if client.credential is None:
        return
    allowed = (client.application.organization_id, party.organization.id)
    if client.credential.organization_id not in allowed:
        raise OAuthError(errors.CREDENTIAL_FOREIGN)
