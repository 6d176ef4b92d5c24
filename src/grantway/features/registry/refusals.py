"""Why requests of an application were refused, for those who may see the application."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.errors import RECORD_NOT_FOUND, NotFound, Reason, reason_of
from grantway.core.model import Application, Id
from grantway.core.ports import Tx
from grantway.core.refusals import Refusal, RefusalQuery
from grantway.core.remedies import DIFFERENCES, REMEDIES
from grantway.features.access.callers import Caller, enter, enter_platform
from grantway.features.access.permissions import APPLICATIONS_READ
from grantway.features.services import Services


@dataclass(frozen=True, slots=True)
class Explained:
    """A record of refused requests, why they were refused, and what to do about it.

    `nearest` is the registered address that was missed, while it is registered; `scopes` are those that were
    not there to be given. Sentences are constants, for the catalogues.
    """

    refusal: Refusal
    reason: Reason
    remedy: str
    nearest: str | None
    difference: str | None
    scopes: tuple[str, ...]


class Refusals:
    """Reads the records of one application, or finds one by the id of a request."""

    def __init__(self, services: Services) -> None:
        self._directory = services.directory

    def listed(
        self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id, query: RefusalQuery
    ) -> tuple[Explained, ...]:
        """The newest first: all to the owner, to an organization that installed it those about itself.

        Raises NotFound.
        """
        door = enter(tx, caller, APPLICATIONS_READ, organization_id)
        if not door.knows_application(application_id):
            raise NotFound(RECORD_NOT_FOUND)
        return tuple(map(self._explained, door.refusals(application_id, query)))

    def listed_everywhere(self, tx: Tx, caller: Caller, *, query: RefusalQuery) -> tuple[Explained, ...]:
        """Those of every application, for operators: whom somebody told the id of a request."""
        desk = enter_platform(tx, caller, APPLICATIONS_READ.for_all)
        return tuple(map(self._explained, desk.refusals(query)))

    def _explained(self, refusal: Refusal) -> Explained:
        reason, named = reason_of(refusal.error_id), refusal.named
        if refusal.difference is None:
            return Explained(refusal, reason, REMEDIES.get(reason.id, ""), None, None, named)
        application = self._directory.application(refusal.application_id)
        is_registered = application is not None and named[:1] and named[0] in _addresses(application)
        return Explained(
            refusal,
            reason,
            REMEDIES.get(reason.id, ""),
            named[0] if is_registered else None,
            DIFFERENCES[refusal.difference] if is_registered else None,
            (),
        )


def _addresses(application: Application) -> frozenset[str]:
    return frozenset(one.uri for one in application.redirects) | frozenset(application.origins)
