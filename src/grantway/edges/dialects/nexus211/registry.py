"""Applications and profiles of the caller's organization, as Nexus211's lists are read (N49 to N61).

Every call is operations of the management API. An application asks by its pair (N27), which stands for the
organization of its secret; a profile by its token (N29). Each needs a scope, and a role counts (N30).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid, NotFound
from grantway.core.identifiers import from_text
from grantway.edges.dialects.nexus211.codec import credentials
from grantway.edges.dialects.nexus211.errors import refuse
from grantway.edges.dialects.nexus211.listing import Attributes, read
from grantway.edges.web.dialect import Wire
from grantway.edges.web.management import Operations
from grantway.edges.web.record_wires import RecordWires
from grantway.edges.web.requests import HttpRequest

APPLICATION: Attributes = {
    "id": "text",
    "organization": "text",
    "clientId": "text",
    "name": "text",
    "description": "text",
    "website": "text",
    "type": "text",
    "scopes": "list",
    "redirects": "list",
    "signIn": "text",
    "isEnabled": "flag",
    "createdAt": "time",
    "updatedAt": "time",
}
PROFILE: Attributes = {
    "id": "text",
    "organization": "text",
    "name": "text",
    "email": "text",
    "role": "text",
    "isEnabled": "flag",
    "joinedAt": "time",
}
ORGANIZATION: Attributes = {"id": "text", "name": "text", "isEnabled": "flag", "createdAt": "time"}
RELATED = frozenset({"organization"})
"""What `$with` brings along in place of its HashID."""
MOST = 5_000
"""Records that one list looks through. Who has more asks the management API, page by page."""
_SIGN_IN = {"own_organization": "own", "listed_organizations": "listed", "any_organization": "any"}

_Record: TypeAlias = Mapping[str, Any]
_Shown: TypeAlias = Callable[[_Record], dict[str, Any]]


def application(record: _Record) -> dict[str, Any]:
    """An application as it is read. `signIn` says whose people may sign in to it (N14)."""
    return {
        "id": record["id"],
        "organization": record["organization_id"],
        "clientId": record["client_id"],
        "name": record["name"],
        "description": record["description"] or None,
        "website": record["base_url"],
        "type": record["type"],
        "scopes": record["scopes"],
        "redirects": record["redirect_uris"],
        "signIn": _SIGN_IN[record["effective_audience"]],
        "isEnabled": record["state"] == "enabled" and record["suspended_at"] is None,
        "createdAt": record["created_at"],
        "updatedAt": record["updated_at"],
    }


def profile(record: _Record) -> dict[str, Any]:
    """A person in one organization (N49), with the role there (N51), and since when (N65)."""
    return {
        "id": record["user_id"],
        "organization": record["organization_id"],
        "name": record["name"],
        "email": record["email"],
        "role": record["role"],
        "isEnabled": record["state"] == "enabled",
        "joinedAt": record["created_at"],
    }


def organization(record: _Record) -> dict[str, Any]:
    """An organization as it is read."""
    return {
        "id": record["id"],
        "name": record["name"],
        "isEnabled": record["state"] == "enabled" and record["suspended_at"] is None,
        "createdAt": record["created_at"],
    }


def _organizations(request: HttpRequest, operations: Operations) -> list[dict[str, Any]]:
    """The organizations of the caller: that of its secret or token, if it is asked for."""
    asked = read(request.query(), ORGANIZATION, frozenset())
    return asked.of([organization(operations.do("readOrganization"))])


def _listed(
    name: str, attributes: Attributes, shown: _Shown, request: HttpRequest, operations: Operations
) -> list[dict[str, Any]]:
    """The records of the caller's organization that are asked for."""
    asked = read(request.query(), attributes, RELATED)
    # What is put away is out of sight in the lists of this system.
    query = {"archived": "false"} if name == "listApplications" else {}
    found = operations.every(name, query=query, most=MOST + 1)
    if len(found) > MOST:
        raise Invalid((FieldError("", errors.FIELD_TOO_MANY.saying("The management API has pages.")),))
    kept = asked.of(shown(one) for one in found if one["state"] != "deletion_scheduled")
    if "organization" in asked.related and kept:
        # All of one list are of one organization.
        place = operations.do("readOrganization")
        kept = [one | {"organization": {"id": place["id"], "name": place["name"]}} for one in kept]
    return kept


def _one(
    name: str, identifier: str, shown: _Shown, request: HttpRequest, operations: Operations
) -> dict[str, Any]:
    """The record of a HashID (N55). Raises NotFound."""
    found = operations.do(name, {identifier: from_text(request.parts["id"]) or 0})
    if found.get("archived") or found["state"] == "deletion_scheduled":
        raise NotFound(errors.RECORD_NOT_FOUND)
    return shown(found)


_wire = partial(RecordWires(credentials, refuse).wire, "GET")

REGISTRY: tuple[Wire[Any, Any], ...] = (
    _wire("/applications", partial(_listed, "listApplications", APPLICATION, application)),
    _wire("/applications/{id}", partial(_one, "readApplication", "application_id", application)),
    _wire("/organizations", _organizations),
    _wire("/organizations/{id}", partial(_one, "readOrganization", "organization_id", organization)),
    _wire("/profiles", partial(_listed, "listMembers", PROFILE, profile)),
    _wire("/profiles/{id}", partial(_one, "readMember", "user_id", profile)),
)
