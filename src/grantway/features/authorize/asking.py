"""Nobody let the application in: what each organization of the person could do about it, and asking for it.

The request is the one of the management API, with its own rule. Here it is made by the person on our
own page, in the middle of a sign-in, and so with no more power than their role in that organization.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from grantway.core import errors
from grantway.core.audit import Actor
from grantway.core.errors import PageError, Reason
from grantway.core.identifiers import to_text
from grantway.core.model import Application, Id, Party, Place, User
from grantway.core.ports import Tx
from grantway.features.access.callers import Caller
from grantway.features.access.permissions import INSTALLATIONS_REQUEST
from grantway.features.audit import Act, AuditLog
from grantway.features.authorize.views import ClosedDoor
from grantway.features.letting_in import Entry, gate_of
from grantway.features.registry.installation_rules import is_offered
from grantway.features.registry.installations import Installations
from grantway.features.services import Services
from grantway.features.standing import refusal_of


def closed_doors(
    application: Application, places: tuple[Place, ...], entry: Callable[[Place], Entry]
) -> tuple[ClosedDoor, ...]:
    """What stands between a person and the application in each place. `entry`: with what it comes in."""
    return tuple(_closed_door(application, place, entry(place)) for place in places)


def _closed_door(application: Application, place: Place, entry: Entry) -> ClosedDoor:
    refusal = refusal_of(application, Party(place.organization, place.installation), entry)
    is_gate = refusal is errors.GATE_CLOSED
    return replace(
        _door(application, place), gate=gate_of(place.organization, entry.catalogue) if is_gate else None
    )


def why_shut(doors: tuple[ClosedDoor, ...]) -> Reason:
    """What the application is told where no organization lets it in."""
    if any(door.gate is not None for door in doors):
        return errors.AUTHORIZE_GATE
    return errors.AUTHORIZE_NO_ORGANIZATION


def _door(application: Application, place: Place) -> ClosedDoor:
    installation = place.installation
    if installation is not None and installation.state == "requested":
        return ClosedDoor(place.organization, "requested", installation.requested_at)
    if installation is not None and installation.members == "block":
        # Granting a request would not let members in: it is the block that their admins must lift.
        return ClosedDoor(place.organization, "blocked")
    if installation is not None and installation.state == "suspended":
        return ClosedDoor(place.organization, "suspended")
    if not is_offered(application, place.organization.id):
        return ClosedDoor(place.organization, "not_offered")
    if place.membership.role not in INSTALLATIONS_REQUEST.roles:
        return ClosedDoor(place.organization, "role")
    return ClosedDoor(place.organization, "open_to_requests")


class Asking:
    """Files requests in the name of a person on our own page."""

    def __init__(self, services: Services) -> None:
        self._log = AuditLog(services)
        self._installations = Installations(services)

    def file(
        self, tx: Tx, application: Application, user: User, place: Place, *, address: str | None = None
    ) -> bool:
        """Ask the admins of an organization; false if somebody did before.

        Raises PageError where it is not offered, and Conflict where somebody asks at the same moment.
        """
        state = _door(application, place).state
        if state == "requested":
            return False
        if state != "open_to_requests":
            raise PageError(errors.STEP_UNKNOWN, "asking is not offered")
        organization_id = place.organization.id
        found, is_new = self._installations.file_request(
            tx, _caller(user, place), organization_id, client_id=application.client_id
        )
        if not is_new:
            return False
        made = found.installation
        told = {
            "client_id": application.client_id,
            "state": made.state,
            "scopes_pending": sorted(made.scopes_pending),
            "requested_by": to_text(user.id),
        }
        act = Act("installation.request", made.id, organization_id, after=told)
        self._log.record(tx, Actor("user", user.id, address=address), act)
        return True


def _caller(user: User, place: Place) -> Caller:
    scope = INSTALLATIONS_REQUEST.scope
    return Caller(
        application_id=None,
        organization_id=place.organization.id,
        scopes=frozenset({scope} if scope is not None else ()),
        user_id=user.id,
        role=place.membership.role,
    )


def place_of(places: tuple[Place, ...], organization_id: Id) -> Place:
    """The person's own place in an organization. Raises PageError for one they do not belong to."""
    for place in places:
        if place.organization.id == organization_id:
            return place
    raise PageError(errors.STEP_UNKNOWN, "not an organization of this person")
