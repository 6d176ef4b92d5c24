"""Whether a caller may do an operation there, and with which filters: asked alike by every face."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grantway.core.errors import FieldError, Invalid
from grantway.core.model import Id
from grantway.edges.web.operations import Operation, Tenant
from grantway.features import fields
from grantway.features.access.callers import Caller, admit, admit_operator


def admitted(operation: Operation, caller: Caller, ids: Mapping[str, Id]) -> Id:
    """The organization of a call, if the caller may do this there. Raises Forbidden and NotFound."""
    if operation.tenant is Tenant.PLATFORM:
        admit_operator(caller, operation.permission)
        return ids.get("organization_id", caller.organization_id)
    in_path = operation.tenant is Tenant.PATH
    organization_id = ids["organization_id"] if in_path else caller.organization_id
    admit(caller, operation.permission, organization_id)
    return organization_id


def filters_of(operation: Operation, given: Callable[[str], str | None]) -> dict[str, str]:
    """The filters of a list, by what `given` says of each. An empty one is none. Raises Invalid."""
    filters = {}
    for query in operation.queries:
        value = given(query.name)
        if value and len(value) > query.longest:
            raise Invalid((FieldError(query.name, fields.too_long(query.longest)),))
        if value and query.values and value not in query.values:
            raise Invalid((FieldError(query.name, fields.unknown_value(query.values)),))
        if value:
            filters[query.name] = value
    return filters
