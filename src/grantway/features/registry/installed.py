"""Which organizations installed an application, told to the application itself (G6, G26, G34)."""

from __future__ import annotations

from grantway.core.installing import InstallingOrganization
from grantway.core.ports import Page
from grantway.features.services import Services
from grantway.features.tokens.verify import VerifiedToken

MOST = 1_000
"""So many are told at once."""


class Installed:
    """Reads them for a token of the application alone."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def organizations(self, token: VerifiedToken) -> tuple[InstallingOrganization, ...]:
        """Those that have it installed now, by the age of that.

        A token of its makers tells of all; one for a single organization that installed it, of that one.
        """
        application = token.application
        with self._services.store.read() as tx:
            door = tx.organization(application.organization_id)
            found = door.installing_organizations(application.id, Page(MOST))
        at_home = token.organization_id == application.organization_id
        return tuple(
            one
            for one in found
            if one.installation.state == "active"
            and (at_home or one.installation.organization_id == token.organization_id)
        )
