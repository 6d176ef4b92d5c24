"""What the reference page knows after records were made, to put into samples that name one."""

from __future__ import annotations

from grantway.core.identifiers import from_text
from grantway.edges.web.operations import Operation
from tests.api.cast import LAUNCHABLE, REQUESTABLE, Cast, Records


def known_to(cast: Cast, operation: Operation, records: Records) -> dict[str, object]:
    """What the page knows after records were made: of an application, the one that the operation is for."""
    made = from_text(records.ids["application_id"]) or 0
    with cast.world.store.read() as tx:
        application = tx.organization(cast.own.id).application(made)
    assert application is not None
    return {
        "application.client_id": _named(operation) or application.client_id,
        "application.version": application.version,
        "user.id": records.ids["heir_id"],
        "secret.secret": records.leaked,
        "scope.value": records.scope,
        "default-application.preset": "nitro",
        "default-application.name": "studio",
    }


def _named(operation: Operation) -> str | None:
    """The application of others that a person names where the operation is about one; None: it is about an own."""
    if operation.path.endswith(("/installations", "/installation-requests")):
        return REQUESTABLE
    return LAUNCHABLE if operation.path.endswith("/launches") else None
