"""Writing an application with everything that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator

from grantway.core.errors import RECORD_EXISTS, Conflict
from grantway.core.model import Application, Change, Id
from grantway.storage.sql import rows
from grantway.storage.sql.door import Door, folded
from grantway.storage.sql.tables.registry import applications
from grantway.storage.sql.unit import Call

_PARTS = ("redirects", "origins", "application_scopes", "audience_organizations")


class Applications(Door):
    """The statements that every change of an application is made of."""

    def insert(self, application: Application) -> None:
        """Insert an application.

        Raises Conflict where its client_id is, or ever was, in use, or where the organization has this
        default application already. The unit can go on after it.
        """
        values = rows.values_of(application, applications)
        values["name_folded"] = folded(application.name)
        if not self._unit.rows("insert_application", **values):
            raise Conflict(RECORD_EXISTS, "the client_id was in use, or the default application is there")
        self._insert_parts(application)

    def update(self, organization_id: Id, application: Application, *, version: int) -> Application | None:
        """Update an application of an organization, if its version is the stored one."""
        values = rows.values_of(application, applications)
        updated = self._unit.rows(
            "update_application",
            **values,
            name_folded=folded(application.name),
            application_id_=application.id,
            organization_id_=organization_id,
            version_=version,
        )
        if not updated:
            return None
        for part in _PARTS:
            self._unit.queue(f"delete_{part}", {"application_id_": application.id})
        self._insert_parts(application)
        row = self._unit.row("application", application_id_=application.id)
        return None if row is None else rows.application(row)

    def _insert_parts(self, application: Application) -> None:
        for name, values in _parts_of(application):
            self._unit.queue(name, {"application_id": application.id, **values})
        self._feed.add(Change("application", application.id))


def _parts_of(application: Application) -> Iterator[Call]:
    for position, redirect in enumerate(application.redirects):
        values = {"purpose": "sign_in", "uri": redirect.uri, "match": redirect.match}
        yield "insert_redirect", {**values, "position": position}
    for position, uri in enumerate(application.post_logout_redirects):
        values = {"purpose": "sign_out", "uri": uri, "match": "exact"}
        yield "insert_redirect", {**values, "position": position}
    for position, origin in enumerate(application.origins):
        yield "insert_origin", {"position": position, "origin": origin}
    for scope in sorted(application.scopes):
        yield "insert_application_scope", {"scope": scope}
    for organization_id in sorted(application.audience_organizations):
        yield "insert_audience_organization", {"organization_id": organization_id}
