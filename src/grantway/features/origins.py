"""Which web origins may read our answers in a browser: those that applications registered (C5, C009)."""

from __future__ import annotations

from grantway.core.concerns import UNKNOWN, Concern, nearest
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
        application = self._asking(asker)
        if application is not None or isinstance(asker, str):
            return self._has(application, origin)
        return self._directory.is_known_origin(origin)

    def concern_of(self, origin: str, asker: str | BearerRequest | None) -> Concern:
        """Whose script may not read from an origin, and which of its registered ones is nearest."""
        application = self._asking(asker)
        if application is None:
            return UNKNOWN
        found = nearest(origin, application.origins)
        if found is None:
            return Concern(application.client_id)
        return Concern(application.client_id, named=found[:1], difference=found[1])

    def _asking(self, asker: str | BearerRequest | None) -> Application | None:
        if isinstance(asker, str):
            return self._directory.application_by_client_id(asker)
        if asker is None or asker.token is None:
            return None
        token = self._verifier.find(asker.token, asker.origin.mount)
        return token.application if token is not None else None

    def _has(self, application: Application | None, origin: str) -> bool:
        if application is None or not application.is_usable or origin not in application.origins:
            return False
        owner = self._directory.organization(application.organization_id)
        return owner is not None and owner.is_active
