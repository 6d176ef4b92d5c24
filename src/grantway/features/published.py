"""What everybody may read of the catalogue: the scopes that the metadata lists (RFC 8414 §2)."""

from __future__ import annotations

from grantway.core import scopes
from grantway.core.model import Catalogue
from grantway.features.services import Services


class PublishedScopes:
    """The listed scopes, found once for each state of the catalogue."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: tuple[Catalogue, tuple[str, ...]] | None = None

    def values(self) -> tuple[str, ...]:
        """Those of identity, `openid` first, and those of APIs whose operators list them."""
        catalogue, known = self._services.directory.published_catalogue(), self._known
        if known is None or known[0] is not catalogue:
            listed = scopes.join(scopes.published(catalogue))
            known = self._known = (catalogue, tuple(scopes.words(listed)))
        return known[1]
