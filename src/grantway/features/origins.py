"""Which web origins may read our answers in a browser: those that applications registered (C5)."""

from __future__ import annotations

from grantway.features.services import Services


class Origins:
    """Looks an origin up, as a whole text."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def allows(self, origin: str, client_id: str | None) -> bool:
        """Whether the application of this client id registered it; without one, whether any did."""
        if client_id is not None:
            application = self._services.directory.application_by_client_id(client_id)
            return application is not None and application.is_usable and origin in application.origins
        with self._services.store.read() as tx:
            return tx.gate.is_known_origin(origin)
