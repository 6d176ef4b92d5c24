"""Decisions for APIs: what a gateway asks, what it is answered, and what the store keeps for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from grantway.core.concerns import UNKNOWN, Concern
from grantway.core.errors import Reason
from grantway.core.messages import Origin, PresentedClient
from grantway.core.model import MINUTE, ApiRoute, Catalogue, Id, Instant, RequestLimit, Role, SubjectKind
from grantway.core.scopes import ScopeSet

WINDOW: Instant = MINUTE
"""What limits count in. Windows begin at whole minutes."""


class Arrived(Struct, frozen=True, gc=False):
    """What arrived at an API, as its gateway tells it. Nothing of it is verified yet.

    `target` is path and query exactly as they were asked for. `address` is None where the gateway told
    none. `unreadable` says why the credentials are neither a token nor a pair.
    """

    method: str
    target: str
    address: str | None = None
    token: str | None = None
    pair: PresentedClient | None = None
    unreadable: Reason | None = None


class DecisionRequest(Struct, frozen=True, gc=False):
    """A gateway asks whether a call may go on. `api` names the API where it guards several."""

    gateway: PresentedClient | None
    origin: Origin
    api: str | None
    arrived: Arrived


class Decision(Struct, frozen=True, gc=False):
    """The answer: allowed, with who calls; or not, with the reason and what would help.

    `needed` are the scopes of the route where scopes are missing, `retry_after` seconds where a limit
    is reached.
    """

    api: str
    allowed: bool
    reason: Reason | None = None
    detail: str = ""
    needed: ScopeSet = frozenset()
    retry_after: int | None = None
    client_id: str = ""
    organization_id: Id = 0
    subject_kind: SubjectKind = "none"
    subject_id: Id | None = None
    subject_reference: str | None = None
    role: Role | None = None
    scopes: ScopeSet = frozenset()
    route: str = ""
    concern: Concern = UNKNOWN
    """Whom a refusal is about, where the caller is known."""


class RequestCount(Struct, frozen=True, order=True):
    """How many requests of a pair an API took in the window that began then."""

    api_id: Id
    application_id: Id
    organization_id: Id
    window_start: Instant
    count: int = 0


def most_specific(limits: Mapping[tuple[Id, Id], int], application_id: Id, organization_id: Id) -> int | None:
    """The limit that counts for a pair, of those of one API by (application, organization); 0 is all."""
    for pair in ((application_id, organization_id), (application_id, 0), (0, organization_id), (0, 0)):
        if pair in limits:
            return limits[pair]
    return None


def limits_of(catalogue: Catalogue, api_id: Id) -> dict[tuple[Id, Id], int]:
    """The limits of an API, as `most_specific` takes them."""
    return {
        (one.application_id or 0, one.organization_id or 0): one.per_minute
        for one in catalogue.limits
        if one.api_id == api_id
    }


class RouteDoor(Protocol):
    """The routes and limits of one organization's APIs."""

    def routes(self, api_id: Id) -> tuple[ApiRoute, ...]: ...
    def insert_route(self, route: ApiRoute) -> None:
        """Raises NotFound for another's API, and Conflict where the method has a pattern of this shape."""

    def update_route(self, route: ApiRoute, *, version: int) -> ApiRoute | None:
        """Change the scopes of a route, if its version is the stored one."""

    def delete_route(self, api_id: Id, route_id: Id) -> bool: ...
    def limits(self, api_id: Id) -> tuple[RequestLimit, ...]: ...
    def insert_limit(self, limit: RequestLimit) -> None:
        """Raises NotFound for another's API, and Conflict where there is a limit for the same."""

    def update_limit(self, limit: RequestLimit, *, version: int) -> RequestLimit | None:
        """Change the number, if the version is the stored one."""

    def delete_limit(self, api_id: Id, limit_id: Id) -> bool: ...


class RequestCounting(Protocol):
    """Counting requests for all processes together."""

    def add_requests(self, counts: Sequence[RequestCount]) -> tuple[int, ...]:
        """Add to the counts of windows, in one round trip; the totals of all processes, in this order."""

    def requests_of(
        self, application_id: Id, organization_id: Id | None, *, since: Instant
    ) -> tuple[RequestCount, ...]:
        """What an application used since then, for one organization or for all."""


class RequestSweeping(Protocol):
    """Forgetting what was counted."""

    def delete_requests(self, *, before: Instant, limit: int) -> int:
        """Delete windows that began before, a limited number; how many there were."""
