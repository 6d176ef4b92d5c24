"""Routes, limits and counts, as the doors reach them."""

from __future__ import annotations

from collections.abc import Sequence

from grantway.core.decisions import RequestCount
from grantway.core.errors import RECORD_NOT_FOUND, NotFound
from grantway.core.model import ApiRoute, Change, Id, Instant, RequestLimit
from grantway.core.routes import shape_of
from grantway.storage.sql import rows
from grantway.storage.sql.door import Door
from grantway.storage.sql.feed import Feed
from grantway.storage.sql.tables.decisions import api_routes, request_limits
from grantway.storage.sql.unit import Unit

_CATALOGUE = Change("catalogue", 0)


class Counting(Door):
    """Implements `core.decisions.RequestCounting`."""

    def add_requests(self, counts: Sequence[RequestCount]) -> tuple[int, ...]:
        """Add to the counts of windows; the totals of all processes, in this order."""
        calls = [
            (
                "add_requests",
                {
                    "api_id": one.api_id,
                    "application_id": one.application_id,
                    "organization_id": one.organization_id,
                    "window_start": one.window_start,
                    "count": one.count,
                },
            )
            for one in counts
        ]
        return tuple(int(found[0][0]) for found in self._unit.together(calls)) if calls else ()

    def requests_of(
        self, application_id: Id, organization_id: Id | None, *, since: Instant
    ) -> tuple[RequestCount, ...]:
        """What an application used since then, for one organization or for all."""
        found = self._unit.rows(
            "requests_of", application_id_=application_id, organization_id_=organization_id or 0, since=since
        )
        return tuple(RequestCount(*row) for row in found)


class CountSweeping(Door):
    """Implements `core.decisions.RequestSweeping`."""

    def delete_requests(self, *, before: Instant, limit: int) -> int:
        """Delete windows that began before, a limited number; how many there were."""
        return len(self._unit.rows("delete_requests", before=before, limit=limit))


class OwnRoutes(Door):
    """Implements `core.decisions.RouteDoor`."""

    def __init__(self, unit: Unit, feed: Feed, organization_id: Id) -> None:
        super().__init__(unit, feed)
        self._id = organization_id

    def routes(self, api_id: Id) -> tuple[ApiRoute, ...]:
        """The routes of an API of this organization, by id."""
        return tuple(map(rows.route, self._unit.rows("routes_of_api", **self._api(api_id))))

    def insert_route(self, route: ApiRoute) -> None:
        """Insert a route. Raises NotFound for another's API, Conflict where the shape is in use."""
        values = rows.values_of(route, api_routes)
        self._insert("insert_route", route.api_id, {**values, "shape": shape_of(route.pattern)})

    def update_route(self, route: ApiRoute, *, version: int) -> ApiRoute | None:
        """Change the scopes of a route, if its version is the stored one."""
        changed = {"id_": route.id, "version_": version, "scopes": rows.to_json(route.scopes)}
        row = self._unit.row("update_route", **self._api(route.api_id), **changed)
        return rows.route(self._noted(row)) if row is not None else None

    def delete_route(self, api_id: Id, route_id: Id) -> bool:
        """Delete a route; what took it is denied from then on."""
        row = self._unit.row("delete_route", **self._api(api_id), id_=route_id)
        return row is not None and bool(self._noted(row))

    def limits(self, api_id: Id) -> tuple[RequestLimit, ...]:
        """The limits of an API of this organization, by id."""
        return tuple(map(rows.request_limit, self._unit.rows("limits_of_api", **self._api(api_id))))

    def insert_limit(self, limit: RequestLimit) -> None:
        """Insert a limit. Raises NotFound for another's API, Conflict where there is one for the same."""
        values = rows.values_of(limit, request_limits)
        pair = f"{limit.application_id or '*'} {limit.organization_id or '*'}"
        self._insert("insert_limit", limit.api_id, {**values, "pair": pair})

    def update_limit(self, limit: RequestLimit, *, version: int) -> RequestLimit | None:
        """Change the number, if the version is the stored one."""
        changed = {"id_": limit.id, "version_": version, "per_minute": limit.per_minute}
        row = self._unit.row("update_limit", **self._api(limit.api_id), **changed)
        return rows.request_limit(self._noted(row)) if row is not None else None

    def delete_limit(self, api_id: Id, limit_id: Id) -> bool:
        """Delete a limit."""
        row = self._unit.row("delete_limit", **self._api(api_id), id_=limit_id)
        return row is not None and bool(self._noted(row))

    def _api(self, api_id: Id) -> dict[str, Id]:
        return {"api_id_": api_id, "organization_id_": self._id}

    def _insert(self, statement: str, api_id: Id, values: dict[str, object]) -> None:
        if not self._unit.rows(statement, **values, **self._api(api_id)):
            raise NotFound(RECORD_NOT_FOUND, "api")
        self._feed.add(_CATALOGUE)

    def _noted(self, row: rows.Row) -> rows.Row:
        self._feed.add(_CATALOGUE)
        return row
