"""What every operation must answer to every caller about every target, by rule; and how to ask it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from grantway.edges.web.operations import Operation, Tenant
from tests.api.cast import (
    CALLERS,
    INSTALLABLE,
    LAUNCHABLE,
    REQUESTABLE,
    VOUCHABLE,
    WAITING,
    Cast,
    Known,
    Records,
)

Target: TypeAlias = Literal[
    "own", "other", "crossed", "unknown", "unknown_organization", "malformed", "deleted", "disabled"
]
TARGETS: tuple[Target, ...] = ("own", "other", "crossed", "unknown", "unknown_organization", "malformed")
OF_THE_GONE: dict[Target, tuple[str, ...]] = {
    "deleted": ("owner", "machine", "operator"),
    "disabled": ("owner", "machine", "stranger"),
}
"""Who asks for records that were removed, and for those of a disabled organization of others.

Everybody else is refused before any record is looked up, which the other targets show.
"""
UNKNOWN = "3xKnown9"
MALFORMED = "0-%22%27%C3%A9"

BODIES: dict[str, dict[str, Any]] = {
    "createOrganization": {"name": "Third Party"},
    "updateOrganization": {"time_zone": "Europe/Berlin"},
    "inviteMember": {"role": "member", "email": "joins@people.example.test"},
    "updateMember": {"role": "developer"},
    "handOver": {"to": UNKNOWN},
    "reportLeakedSecret": {"secret": "gws_of-nobody"},
    "createServiceAccount": {"name": "Robot", "role": "member"},
    "updateServiceAccount": {"role": "contact"},
    "createAccessKey": {"label": "another"},
    "updateAccessKey": {"label": "changed"},
    "createApplication": {"type": "backend", "name": "Another"},
    "updateApplication": {"description": "Changed."},
    "takeDefaultApplication": {"preset": "nitro", "name": "studio"},
    "suspendApplication": {"reason": "Reported."},
    "suspendOrganization": {"reason": "Reported."},
    "createSecret": {"label": "another"},
    "createInstallation": {"client_id": INSTALLABLE, "scopes": ["openid"]},
    "updateInstallation": {"scopes": []},
    "requestInstallation": {"client_id": REQUESTABLE},
    "createLaunch": {"client_id": LAUNCHABLE},
    "createVoucher": {"client_id": VOUCHABLE, "application_version": 1},
    "createPlatformVoucher": {"client_id": VOUCHABLE, "application_version": 1},
    "createWebhook": {"url": "https://hooks.example.test/another"},
    "updateWebhook": {"label": "changed"},
    "createApi": {"identifier": "https://new.example.test", "name": "New"},
    "updateApi": {"name": "Changed"},
    "createScope": {"value": "new:read", "text": "See what is new"},
    "updateScope": {"text": "Changed"},
    "createRoute": {"method": "GET", "pattern": "/new", "scopes": []},
    "updateRoute": {"scopes": []},
    "createLimit": {"per_minute": 7},
    "updateLimit": {"per_minute": 8},
    "createUser": {"email": "new@people.example.test", "name": "New"},
    "updateUser": {"name": "Changed"},
    "submitApplication": {"terms_version": "1"},
    "rejectApplication": {"reasons": ["incomplete"]},
    "rejectPendingVersion": {"reasons": ["incomplete"]},
    "updatePolicy": {"approval_required": True},
}
"""A body that each operation takes. One without is missing here, and its cells fail."""


OF_SCOPED_APIS = {"listScopes", "listRoutes", "createRoute"}
OF_PEOPLE_OF_THE_OWNER = {"revealSecret", "createAccessKey"}
"""What a role in the owning organization is needed for: neither programs nor operators have one."""
OF_MEMBERS = {"createLaunch"}
"""What people do as members: an operator who is none there reaches nothing."""

OF_WHO_OWNS_IT = {"readAccessKey", "updateAccessKey", "deleteAccessKey"}
"""What is unknown to everybody but its owner and those who manage members; here a service account owns it."""


@dataclass(frozen=True)
class Cell:
    """One question: this caller, this operation, this target."""

    operation: Operation
    caller: Known
    target: Target

    @property
    def name(self) -> str:
        return f"{self.operation.id} by {self.caller.name} about {self.target}"


def targets_of(operation: Operation) -> tuple[Target, ...]:
    """The targets that differ for this operation."""
    names = set(operation.parameters)
    if not names:
        return ("own",)
    if names == {"organization_id"}:
        return ("own", "other", "unknown_organization", "malformed")
    if "organization_id" not in names:
        return ("own", "other", "unknown", "malformed")
    return TARGETS


def cells(cast: Cast, operation: Operation) -> Iterator[Cell]:
    """Every cell of an operation."""
    for caller in CALLERS:
        gone = [target for target, callers in OF_THE_GONE.items() if caller in callers]
        for target in (*targets_of(operation), *(gone if operation.parameters else ())):
            if target == "disabled" and "organization_id" not in operation.parameters:
                continue
            yield Cell(operation, cast.caller(caller, operation.permission.scope), target)


def expected(cell: Cell, own_id: int, other_id: int) -> int:
    """The status by rule: who asks, the scope, whose records, the role; then whether there is one."""
    operation, caller, target = cell.operation, cell.caller, cell.target
    scope = operation.permission.scope
    if caller.token is None:
        return 401
    if scope is not None and scope not in caller.scopes:
        return 403
    if operation.tenant is Tenant.PLATFORM and not caller.is_operator:
        return 403
    if operation.tenant is Tenant.PATH and not caller.is_operator:
        is_theirs = target in {"own", "crossed"} or (
            target in {"unknown", "malformed", "deleted"} and has_record(operation)
        )
        asked = own_id if is_theirs else other_id if target == "other" else 0
        if asked != caller.organization_id:
            return 404
    if not caller.is_operator and caller.role is not None and caller.role not in operation.permission.roles:
        return 403
    if target not in {"own", "other"}:
        return 404
    if operation.id in OF_WHO_OWNS_IT and caller.role in {"developer", "member", "contact"}:
        return 404
    if operation.id in OF_MEMBERS and caller.is_operator:
        return 403
    if operation.id in OF_PEOPLE_OF_THE_OWNER and (caller.role is None or caller.is_operator):
        return 403
    return operation.status


def publication_for(operation: Operation) -> str:
    """The state of publication in which an application can take the operation."""
    if operation.id.endswith("PendingVersion"):
        return WAITING
    decided = {"withdrawApplication", "approveApplication", "rejectApplication"}
    return "submitted" if operation.id in decided else "draft"


def has_record(operation: Operation) -> bool:
    """Whether the path names a record inside an organization."""
    return len(operation.parameters) > 1


def body_of(cell: Cell, own: Records, other: Records) -> dict[str, Any] | None:
    """The body of a cell's question: of some operations it depends on whose records they are about."""
    if cell.operation.request is None:
        return None
    body, about = BODIES[cell.operation.id], other if cell.target == "other" else own
    if cell.operation.id in {"createRoute", "updateRoute"}:
        return body | {"scopes": [about.scope]}
    if cell.operation.id == "handOver":
        return {"to": about.ids["heir_id"]}
    if cell.operation.id == "reportLeakedSecret":
        by_organization = {one.organization.id: one.leaked for one in (own, other)}
        return {"secret": by_organization.get(cell.caller.organization_id, own.leaked_at_platform)}
    return body


def path_of(cell: Cell, own: Records, other: Records, gone: Mapping[Target, Records] | None = None) -> str:
    """The address of a cell's question."""
    if gone and cell.target == "disabled":
        own = gone["disabled"]
    ids = dict((other if cell.target == "other" else own).ids)
    names = [name for name in cell.operation.parameters if name != "organization_id"]
    if cell.target == "crossed":
        ids |= {name: other.ids[name] for name in (*names, "scoped_api_id")}
    if cell.target in {"unknown", "malformed"}:
        ids[names[-1] if names else "organization_id"] = UNKNOWN if cell.target == "unknown" else MALFORMED
    if gone and cell.target == "deleted":
        last = names[-1] if names else "organization_id"
        ids[last] = gone["deleted"].ids[last]
        ids["scoped_api_id"] = ids["api_id"] if last == "api_id" else ids["scoped_api_id"]
    if cell.target == "unknown_organization":
        ids["organization_id"] = UNKNOWN
    if {"scope_id", "route_id"} & set(cell.operation.parameters) or cell.operation.id in OF_SCOPED_APIS:
        # An API can only be removed without scopes, so scopes and routes are asked for at another one.
        ids["api_id"] = ids["scoped_api_id"] if ids["api_id"] not in {UNKNOWN, MALFORMED} else ids["api_id"]
    if (
        cell.operation.id == "listKeys"
        and cell.target != "deleted"
        and ids["application_id"] not in {UNKNOWN, MALFORMED}
    ):
        # Only an application of this policy has keys to read.
        ids["application_id"] = (other if cell.target in {"other", "crossed"} else own).ids["readable_id"]
    return cell.operation.path.format(**ids)


def version_of(cell: Cell, own: Records, other: Records) -> str:
    """An entity tag that fits where there is a record."""
    versions = (other if cell.target == "other" else own).versions
    name = cell.operation.parameters[-1] if cell.operation.parameters else ""
    # A user was verified after being made; the platform has one policy; all others here were only made.
    stored = versions.get(name, 1) if cell.operation.tag in {"Organizations", "Users", "Platform"} else 1
    return f'"{stored}"'
