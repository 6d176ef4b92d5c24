"""Which web origins may read our answers in a browser: those that applications registered (C5, C009)."""

from __future__ import annotations

from grantway.core.messages import BearerRequest
from grantway.core.model import Application
from grantway.features.services import Services
from grantway.features.tokens.verify import Verifier


class Origins:
    """Looks an origin up, as a whole text, from memory while it is fresh.

    An application that is disabled, archived or to be deleted, and every one of an organization that is
    disabled, has no origins; it has them again when that ends.
    """

    def __init__(self, services: Services, verifier: Verifier) -> None:
        self._directory = services.directory
        self._verifier = verifier

    def allows(self, origin: str, asker: str | BearerRequest | None) -> bool:
        """Whether the application that asks registered it; where none is known, whether any did.

        The application is that of a client id, or of a live access token. A token that is not live is
        nobody's, and its refusal may be read by any of them.
        """
        if isinstance(asker, str):
            return self._has(self._directory.application_by_client_id(asker), origin)
        if asker is not None and asker.token is not None:
            token = self._verifier.find(asker.token, asker.origin.mount)
            if token is not None:
                return self._has(token.application, origin)
        return self._directory.is_known_origin(origin)

    def _has(self, application: Application | None, origin: str) -> bool:
        if application is None or not application.is_usable or origin not in application.origins:
            return False
        owner = self._directory.organization(application.organization_id)
        return owner is not None and owner.is_active
