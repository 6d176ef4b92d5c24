"""The routes and limits of declared APIs."""

from __future__ import annotations

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid
from grantway.core.model import Api, Id, RequestLimit
from grantway.features.declarations.declared import Declaration, Declared, limit_name
from grantway.features.declarations.declared_catalogue import DeclaredCatalogue
from grantway.features.declarations.planning import Work, organization_of
from grantway.features.registry.routes import RouteDraft, Routes


class DeclaredGateways:
    """What gateways may let through, and how much of it."""

    def __init__(self, work: Work, routes: Routes, catalogue: DeclaredCatalogue) -> None:
        self._work = work
        self._routes = routes
        self._catalogue = catalogue
        self._at = (work.tx, work.caller, work.organization.id)

    def routes(self, declaration: Declaration) -> None:
        """Make and change routes, and remove what is to be absent."""
        for one in declaration.apis:
            api = self._catalogue.api(one)
            if api is None:
                continue
            known = {
                f"{had.method} {had.pattern}": had for had in self._routes.routes(*self._at, api_id=api.id)
            }
            for route in one.routes:
                with self._work.at(route.path):
                    self._route(api, route)
            named = {route.name for route in one.routes}
            self._work.plan.unmanaged += [("route", name) for name in known if name not in named]

    def limits(self, declaration: Declaration) -> None:
        """Set, change and lift limits: by now the applications of the same file exist, too."""
        for one in declaration.apis:
            api = self._catalogue.api(one)
            if api is None:
                continue
            named = set()
            for limit in one.limits:
                with self._work.at(limit.path):
                    pair = self._pair(limit)
                    named.add(pair)
                    self._limit(api, limit, pair)
            for had in self._routes.limits(*self._at, api_id=api.id):
                if (had.application_id, had.organization_id) not in named:
                    self._work.plan.unmanaged.append(("request_limit", self._name_of(had)))

    def _route(self, api: Api, one: Declared) -> None:
        listed = self._routes.routes(*self._at, api_id=api.id)
        had = next((each for each in listed if f"{each.method} {each.pattern}" == one.name), None)
        scopes = tuple(one.values.get("scopes", ()))
        if one.is_absent:
            if had is None:
                self._work.plan.unchanged += 1
                return
            self._routes.delete_route(*self._at, key=(api.id, had.id))
            self._work.removed("route", one.name, had.id)
        elif had is None:
            draft = RouteDraft(one.values.get("method", ""), one.values.get("pattern", ""), scopes)
            made = self._routes.create_route(*self._at, api_id=api.id, draft=draft)
            self._work.created("route", one.name, made.id, one.values)
        elif "scopes" not in one.values or frozenset(scopes) == had.scopes:
            self._work.plan.unchanged += 1
        else:
            self._routes.update_route(*self._at, key=(api.id, had.id), scopes=scopes, version=had.version)
            pair = sorted(had.scopes), sorted(scopes)
            self._work.changed("route", one.name, had.id, {"scopes": pair})

    def _pair(self, one: Declared) -> tuple[Id | None, Id | None]:
        """Whom a limit is for."""
        application_id = organization_id = None
        problems = []
        if one.values.get("application") is not None:
            application = self._work.application_of(one.values["application"])
            application_id = application.id if application is not None else None
            if application is None:
                problems.append(FieldError("application", errors.FIELD_UNKNOWN_VALUE))
        if one.values.get("organization") is not None:
            organization = organization_of(self._work.tx, one.values["organization"])
            organization_id = organization.id if organization is not None else None
            if organization is None:
                problems.append(FieldError("organization", errors.FIELD_UNKNOWN_VALUE))
        if problems:
            raise Invalid(tuple(problems))
        return application_id, organization_id

    def _limit(self, api: Api, one: Declared, pair: tuple[Id | None, Id | None]) -> None:
        listed = self._routes.limits(*self._at, api_id=api.id)
        had = next((each for each in listed if (each.application_id, each.organization_id) == pair), None)
        wanted = one.values.get("per_minute", 0)
        if one.is_absent:
            if had is None:
                self._work.plan.unchanged += 1
                return
            self._routes.delete_limit(*self._at, key=(api.id, had.id))
            self._work.removed("request_limit", one.name, had.id)
        elif had is None:
            limit = RequestLimit(0, api.id, wanted, *pair)
            made = self._routes.create_limit(*self._at, wanted=limit)
            self._work.created("request_limit", one.name, made.id, one.values)
        elif had.per_minute == wanted:
            self._work.plan.unchanged += 1
        else:
            key = (api.id, had.id)
            self._routes.update_limit(*self._at, key=key, per_minute=wanted, version=had.version)
            changes = {"per_minute": (had.per_minute, wanted)}
            self._work.changed("request_limit", one.name, had.id, changes)

    def _name_of(self, limit: RequestLimit) -> str:
        gate = self._work.tx.gate
        application = None if limit.application_id is None else gate.application(limit.application_id)
        place = None if limit.organization_id is None else gate.organization_record(limit.organization_id)
        return limit_name(
            {
                "application": application.client_id if application is not None else None,
                "organization": place.slug if place is not None else None,
            }
        )
