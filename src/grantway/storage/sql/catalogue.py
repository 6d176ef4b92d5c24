"""The APIs and scopes of one organization."""

from __future__ import annotations

from grantway.core.errors import RECORD_NOT_FOUND, NotFound
from grantway.core.model import Api, Change, Id, Scope
from grantway.core.ports import Page
from grantway.storage.sql import rows
from grantway.storage.sql.decisions import OwnRoutes
from grantway.storage.sql.tables.registry import apis, scopes

_CATALOGUE = Change("catalogue", 0)


class OwnCatalogue(OwnRoutes):
    """What an organization offers to applications."""

    def _require_own(self, organization_id: Id) -> None:
        """Stop a record of one organization from being written through the door of another."""
        if organization_id != self._id:
            raise ValueError("the record belongs to another organization than the door")

    def apis(self, page: Page) -> tuple[Api, ...]:
        """The APIs of this organization, by id."""
        found = self._unit.rows("apis", organization_id_=self._id, after=page.after, limit=page.limit)
        return tuple(map(rows.api, found))

    def api(self, api_id: Id) -> Api | None:
        """An API of this organization."""
        row = self._unit.row("api", api_id_=api_id, organization_id_=self._id)
        return None if row is None else rows.api(row)

    def insert_api(self, api: Api) -> None:
        """Insert an API. Raises Conflict where the identifier is in use."""
        self._require_own(api.organization_id)
        self._unit.queue("insert_api", rows.values_of(api, apis))
        self._insert_introspectors(api)

    def update_api(self, api: Api, *, version: int) -> Api | None:
        """Update an API. Raises Conflict where a new identifier is in use."""
        updated = self._unit.rows(
            "update_api",
            api_id_=api.id,
            organization_id_=self._id,
            version_=version,
            identifier=api.identifier,
            name=api.name,
            state=api.state,
            policy=rows.to_json(api.policy),
        )
        if not updated:
            return None
        self._unit.queue("delete_introspectors", {"api_id_": api.id})
        self._insert_introspectors(api)
        return self.api(api.id)

    def delete_api(self, api_id: Id, *, version: int) -> bool:
        """Delete an API and its scopes, which are taken from every application."""
        here = {"api_id_": api_id, "organization_id_": self._id}
        holders, deleted = self._unit.together(
            (("applications_with_scope_of_api", here), ("delete_api", {**here, "version_": version}))
        )
        return self._changed(holders) if deleted else False

    def scopes(self, api_id: Id) -> tuple[Scope, ...]:
        """The scopes of an API of this organization, retired ones included."""
        found = self._unit.rows("scopes", api_id_=api_id, organization_id_=self._id)
        return tuple(map(rows.scope, found))

    def insert_scope(self, scope: Scope) -> None:
        """Insert a scope. Raises NotFound for another's API, and Conflict where the value is in use."""
        inserted = self._unit.rows(
            "insert_scope",
            **rows.values_of(scope, scopes),
            api_id_=scope.api_id,
            organization_id_=self._id,
        )
        if not inserted:
            raise NotFound(RECORD_NOT_FOUND, "api")
        self._feed.add(_CATALOGUE)

    def update_scope(self, scope: Scope, *, version: int) -> Scope | None:
        """Update texts, legs, risk and retirement of a scope; its value never changes."""
        row = self._unit.row(
            "update_scope",
            scope_id=scope.id,
            api_id_=scope.api_id,
            organization_id_=self._id,
            version_=version,
            legs=scope.legs,
            text=scope.text,
            detail=scope.detail,
            risk=scope.risk,
            retired_at=scope.retired_at,
            locale=scope.locale,
            translations=rows.to_json(scope.translations),
        )
        if row is None:
            return None
        self._feed.add(_CATALOGUE)
        return rows.scope(row)

    def delete_scope(self, api_id: Id, scope_id: Id) -> bool:
        """Delete a scope, which is taken from every application."""
        it = {"api_id_": api_id, "scope_id": scope_id, "organization_id_": self._id}
        holders, deleted = self._unit.together((("applications_with_scope", it), ("delete_scope", it)))
        return self._changed(holders) if deleted else False

    def _changed(self, applications: list[rows.Row]) -> bool:
        self._feed.add(_CATALOGUE)
        for (application_id,) in applications:
            self._feed.add(Change("application", application_id))
        return True

    def _insert_introspectors(self, api: Api) -> None:
        for application_id in sorted(api.introspectors):
            self._unit.queue("insert_introspector", {"api_id": api.id, "application_id": application_id})
        self._feed.add(_CATALOGUE)
