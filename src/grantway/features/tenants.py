"""Which organizations are served here, for programs that look for the addresses of one (C65).

Whoever asks knows the id already, which nobody can guess; of an organization that is stopped nothing is told.
"""

from __future__ import annotations

from grantway.core.errors import RECORD_NOT_FOUND, NotFound
from grantway.core.identifiers import from_text
from grantway.core.model import Organization
from grantway.features.services import Services


class Tenants:
    """Looks organizations up."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def served(self, organization: str) -> Organization:
        """The active organization of an id. Raises NotFound for every other text alike."""
        organization_id = from_text(organization)
        found = None
        if organization_id is not None:
            found = self._services.directory.organization(organization_id)
        if found is None or not found.is_active:
            raise NotFound(RECORD_NOT_FOUND)
        return found
