"""What is done with each refused request: it is counted, and noted for the developers of its application."""

from __future__ import annotations

from grantway.core.refusals import Turned
from grantway.features.services import Services


class Turning:
    """Takes refusals from all faces. Nothing is written here."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def note(self, turned: Turned) -> None:
        """Count and note it, if developers are told of its kind."""
        services, concern = self._services, turned.concern
        now = services.clock.now()
        if services.refusals.note(turned, at=now):
            services.activity.refusal(concern.client_id, concern.organization_id, turned.error_id, at=now)
