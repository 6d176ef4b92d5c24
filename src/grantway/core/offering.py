"""Applications of others that are offered to an organization: the lines of its directory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from grantway.core.model import Application, Id, Instant


@dataclass(frozen=True, slots=True)
class OfferedApplication:
    """An application that the organization may install or ask for, and how it stands there.

    `reviewed_at` is when operators last approved it; None where its makers offer it to listed organizations
    and nobody reviewed it.
    """

    application: Application
    owner_name: str
    reviewed_at: Instant | None = None
    installation_id: Id | None = None
    installation_state: str | None = None


class OfferDoor(Protocol):
    """What is offered to one organization.

    An application is if operators approved it for any organization, or if its makers list this one. It is
    of another organization, and both work.
    """

    def offered_applications(
        self, name: str | None, *, after: Id, limit: int
    ) -> tuple[OfferedApplication, ...]:
        """Those whose name contains a text, by the applications' ids."""

    def offered_application(self, application_id: Id) -> OfferedApplication | None: ...
