"""Routes and limits of APIs: declared by operators, and what applications see of their limits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from grantway.core import errors
from grantway.core.decisions import WINDOW, RequestCount, limits_of, most_specific
from grantway.core.errors import (
    DECISION_FULL,
    DECISION_PATTERN_CASE,
    RECORD_CHANGED,
    RECORD_NOT_FOUND,
    RECORD_PLATFORM,
    Conflict,
    NotFound,
    PreconditionFailed,
)
from grantway.core.model import Api, ApiRoute, Id, Installation, RequestLimit
from grantway.core.ports import OrganizationDoor, Tx
from grantway.core.routes import METHODS, differs_in_case_only, pattern_problem, shape_of
from grantway.features import fields
from grantway.features.access.callers import Caller, admit_operator, enter
from grantway.features.access.permissions import APIS_READ, APIS_WRITE, APPLICATIONS_READ, INSTALLATIONS_READ
from grantway.features.fields import Findings
from grantway.features.services import Services

MOST_ROUTES = 200
MOST_LIMITS = 500
"""How many routes, and limits, one API can have."""
MOST_SCOPES = 10
HIGHEST_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class RouteDraft:
    """A route as an operator wants it. Method and pattern are fixed at creation."""

    method: str
    pattern: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LimitUse:
    """A limit as it is for one pair, and what was used of it by all processes."""

    api: Api
    organization_id: Id
    per_minute: int
    this_minute: int
    last_minute: int


class Routes:
    """The routes and limits of APIs."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self, tx: Tx, caller: Caller, organization_id: Id, *, api_id: Id) -> tuple[ApiRoute, ...]:
        """All routes of an API. Raises NotFound."""
        return self._to_read(tx, caller, organization_id, api_id).routes(api_id)

    def create_route(
        self, tx: Tx, caller: Caller, organization_id: Id, *, api_id: Id, draft: RouteDraft
    ) -> ApiRoute:
        """Declare a route. Raises NotFound, Conflict and Invalid."""
        door = _to_write(tx, caller, organization_id, api_id)
        others = door.routes(api_id)
        findings = _judge_scopes(door, api_id, draft.scopes)
        findings.add("method", fields.one_of(draft.method, METHODS))
        problem = pattern_problem(draft.pattern)
        if problem is None and differs_in_case_only(draft.pattern, (one.pattern for one in others)):
            problem = DECISION_PATTERN_CASE
        shape = shape_of(draft.pattern)
        if any(one.method == draft.method and shape_of(one.pattern) == shape for one in others):
            problem = problem or errors.FIELD_TAKEN
        findings.add("pattern", problem)
        findings.raise_if_any()
        if len(others) >= MOST_ROUTES:
            raise Conflict(DECISION_FULL, "routes")
        new_id = self._services.entropy.new_id()
        route = ApiRoute(new_id, api_id, draft.method, draft.pattern, frozenset(draft.scopes))
        door.insert_route(route)
        return route

    def update_route(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        key: tuple[Id, Id],
        scopes: tuple[str, ...],
        version: int,
    ) -> ApiRoute:
        """Change the scopes of the route of a key (API, route).

        Raises NotFound, PreconditionFailed and Invalid.
        """
        door = _to_write(tx, caller, organization_id, key[0])
        before = next((one for one in door.routes(key[0]) if one.id == key[1]), None)
        if before is None:
            raise NotFound(RECORD_NOT_FOUND)
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        _judge_scopes(door, key[0], scopes).raise_if_any()
        written = door.update_route(replace(before, scopes=frozenset(scopes)), version=version)
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        return written

    def delete_route(self, tx: Tx, caller: Caller, organization_id: Id, *, key: tuple[Id, Id]) -> None:
        """Remove a route: what took it is denied from then on. Raises NotFound."""
        if not _to_write(tx, caller, organization_id, key[0]).delete_route(*key):
            raise NotFound(RECORD_NOT_FOUND)

    def limits(self, tx: Tx, caller: Caller, organization_id: Id, *, api_id: Id) -> tuple[RequestLimit, ...]:
        """All limits of an API. Raises NotFound."""
        return self._to_read(tx, caller, organization_id, api_id).limits(api_id)

    def create_limit(
        self, tx: Tx, caller: Caller, organization_id: Id, *, wanted: RequestLimit
    ) -> RequestLimit:
        """Set a limit; the id of `wanted` is drawn here. Raises NotFound, Conflict and Invalid."""
        door = _to_write(tx, caller, organization_id, wanted.api_id)
        limit = replace(wanted, id=self._services.entropy.new_id(), version=1)
        others = door.limits(limit.api_id)
        findings = Findings()
        findings.add("per_minute", fields.within(limit.per_minute, 1, HIGHEST_LIMIT))
        if limit.application_id is not None and tx.gate.application(limit.application_id) is None:
            findings.add("application_id", fields.no_such("an application by its id"))
        if limit.organization_id is not None and tx.gate.organization_record(limit.organization_id) is None:
            findings.add("organization_id", fields.no_such("an organization by its id"))
        pair = (limit.application_id, limit.organization_id)
        if any((one.application_id, one.organization_id) == pair for one in others):
            findings.add("application_id", errors.FIELD_TAKEN)
        findings.raise_if_any()
        if len(others) >= MOST_LIMITS:
            raise Conflict(DECISION_FULL, "limits")
        door.insert_limit(limit)
        return limit

    def update_limit(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        key: tuple[Id, Id],
        per_minute: int,
        version: int,
    ) -> RequestLimit:
        """Change the limit of a key (API, limit). Raises NotFound, PreconditionFailed and Invalid."""
        door = _to_write(tx, caller, organization_id, key[0])
        before = next((one for one in door.limits(key[0]) if one.id == key[1]), None)
        if before is None:
            raise NotFound(RECORD_NOT_FOUND)
        findings = Findings()
        findings.add("per_minute", fields.within(per_minute, 1, HIGHEST_LIMIT))
        findings.raise_if_any()
        written = door.update_limit(replace(before, per_minute=per_minute), version=version)
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        return written

    def delete_limit(self, tx: Tx, caller: Caller, organization_id: Id, *, key: tuple[Id, Id]) -> None:
        """Remove a limit; the next less specific one counts then. Raises NotFound."""
        if not _to_write(tx, caller, organization_id, key[0]).delete_limit(*key):
            raise NotFound(RECORD_NOT_FOUND)

    def of_application(
        self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id
    ) -> tuple[LimitUse, ...]:
        """The limits of an own application: at home, and where it called in these two minutes. NotFound."""
        door = enter(tx, caller, APPLICATIONS_READ, organization_id)
        application = door.application(application_id)
        if application is None:
            raise NotFound(RECORD_NOT_FOUND)
        return self._uses(tx, application_id, organization_id, None)

    def of_installation(
        self, tx: Tx, caller: Caller, organization_id: Id, *, installation_id: Id
    ) -> tuple[LimitUse, ...]:
        """The limits of an installed application, as far as it acts for this organization. NotFound."""
        door = enter(tx, caller, INSTALLATIONS_READ, organization_id)
        found = door.installed_application(installation_id)
        if found is None:
            raise NotFound(RECORD_NOT_FOUND)
        installation: Installation = found.installation
        return self._uses(tx, installation.application_id, organization_id, organization_id)

    def _uses(self, tx: Tx, application_id: Id, home: Id, only: Id | None) -> tuple[LimitUse, ...]:
        now = self._services.clock.now()
        window = now - now % WINDOW
        catalogue, application = tx.gate.catalogue(), tx.gate.application(application_id)
        stored = tx.gate.requests_of(application_id, only, since=window - WINDOW)
        used = _summed(stored, self._services.requests.untold(application_id))
        scopes = application.scopes if application is not None else frozenset()
        apis = {catalogue.scopes[one].api_id for one in scopes if one in catalogue.scopes}
        pairs = {(api_id, home) for api_id in apis}
        pairs |= {(api_id, organization_id) for api_id, organization_id, _ in used}
        uses = []
        for api_id, organization_id in sorted(pairs):
            limit = most_specific(limits_of(catalogue, api_id), application_id, organization_id)
            if limit is None or api_id not in catalogue.apis or only not in {None, organization_id}:
                continue
            counts = [used[api_id, organization_id, since] for since in (window, window - WINDOW)]
            uses.append(LimitUse(catalogue.apis[api_id], organization_id, limit, *counts))
        return tuple(uses)

    def _to_read(self, tx: Tx, caller: Caller, organization_id: Id, api_id: Id) -> OrganizationDoor:
        door = enter(tx, caller, APIS_READ, organization_id)
        if door.api(api_id) is None:
            raise NotFound(RECORD_NOT_FOUND)
        return door


def _summed(*parts: tuple[RequestCount, ...]) -> Counter[tuple[Id, Id, int]]:
    used: Counter[tuple[Id, Id, int]] = Counter()
    for part in parts:
        for one in part:
            used[one.api_id, one.organization_id, one.window_start] += one.count
    return used


def _to_write(tx: Tx, caller: Caller, organization_id: Id, api_id: Id) -> OrganizationDoor:
    """The door, for an operator and an API that is not the server itself."""
    admit_operator(caller, APIS_WRITE)
    door = enter(tx, caller, APIS_WRITE, organization_id)
    api = door.api(api_id)
    if api is None:
        raise NotFound(RECORD_NOT_FOUND)
    if api.builtin is not None:
        raise Conflict(RECORD_PLATFORM)
    return door


def _judge_scopes(door: OrganizationDoor, api_id: Id, scopes: tuple[str, ...]) -> Findings:
    """At least one scope, all of this API: a route that needed none would be open to every token."""
    findings = Findings()
    known = {scope.value for scope in door.scopes(api_id)}
    if not scopes:
        findings.add("scopes", errors.FIELD_REQUIRED)
    elif len(scopes) > MOST_SCOPES:
        findings.add("scopes", fields.too_many(MOST_SCOPES))
    else:
        findings.check_each(
            "scopes", scopes, lambda value: None if value in known else errors.FIELD_SCOPE_UNKNOWN
        )
    return findings
