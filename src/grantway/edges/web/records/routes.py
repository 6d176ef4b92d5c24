"""Routes of an API: what decides, for each method and path, which scopes a caller needs."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec

from grantway.core.errors import DECISION_FULL, RECORD_EXISTS, RECORD_NOT_FOUND, RECORD_PLATFORM, NotFound
from grantway.core.identifiers import to_text
from grantway.core.model import ApiRoute
from grantway.core.routes import LONGEST_PATTERN, METHODS
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Reply, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import IdText, Version, about, one_of
from grantway.edges.web.words import _
from grantway.features.access.permissions import APIS_READ, APIS_WRITE
from grantway.features.registry.routes import MOST_ROUTES, MOST_SCOPES, RouteDraft

TAG = "Decisions and limits"
ROUTES = "/organizations/{organization_id}/apis/{api_id}/routes"
Method: TypeAlias = Annotated[
    str, one_of(_("Fixed at creation. `HEAD` is decided as `GET` is."), *METHODS, title=_("Method"))
]
Pattern: TypeAlias = Annotated[
    str,
    about(
        _("Plain segments, `{name}` for any one, `*` at the end for all others. Fixed at creation."),
        "/orders/{id}",
        pattern="^/",
        maxLength=LONGEST_PATTERN,
        title=_("Path"),
    ),
]
Scopes: TypeAlias = Annotated[
    tuple[str, ...],
    about(
        _("Scopes of this API. A caller needs all of them."),
        ["deliveries:read"],
        minItems=1,
        maxItems=MOST_SCOPES,
        uniqueItems=True,
        title=_("Scopes that it needs"),
    ),
]


class RouteAnswer(msgspec.Struct, frozen=True):
    """A route of an API."""

    id: IdText
    api_id: IdText
    method: Method
    pattern: Pattern
    scopes: Scopes
    version: Version


class RouteCreate(msgspec.Struct, forbid_unknown_fields=True):
    """A new route."""

    method: Method
    pattern: Pattern
    scopes: Scopes


class RoutePatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about a route."""

    scopes: Scopes


def answer_of(route: ApiRoute) -> RouteAnswer:
    """The record as it is answered."""
    return RouteAnswer(
        id=to_text(route.id),
        api_id=to_text(route.api_id),
        method=route.method,
        pattern=route.pattern,
        scopes=tuple(sorted(route.scopes)),
        version=route.version,
    )


def list_routes(features: RecordFeatures, call: Call) -> Listing:
    """The routes of an API."""
    found = features.routes.routes(call.tx, call.caller, call.organization_id, api_id=call.ids["api_id"])
    return Listing.of_all(((answer_of(one), one.id) for one in found), call.page)


def read_route(features: RecordFeatures, call: Call) -> Reply:
    """One route, as the audit log tells of it. Raises NotFound."""
    found = features.routes.routes(call.tx, call.caller, call.organization_id, api_id=call.ids["api_id"])
    for route in found:
        if route.id == call.ids["route_id"]:
            return Reply(answer_of(route))
    raise NotFound(RECORD_NOT_FOUND)


def create_route(features: RecordFeatures, call: Call) -> Reply:
    """Declare a route."""
    body: RouteCreate = call.body
    made = features.routes.create_route(
        call.tx,
        call.caller,
        call.organization_id,
        api_id=call.ids["api_id"],
        draft=RouteDraft(body.method, body.pattern, body.scopes),
    )
    return Reply(answer_of(made), made.version)


def update_route(features: RecordFeatures, call: Call) -> Reply:
    """Change the scopes of a route."""
    written = features.routes.update_route(
        call.tx,
        call.caller,
        call.organization_id,
        key=(call.ids["api_id"], call.ids["route_id"]),
        scopes=call.body.scopes,
        version=call.version,
    )
    return Reply(answer_of(written), written.version)


def delete_route(features: RecordFeatures, call: Call) -> Reply:
    """Remove a route."""
    key = (call.ids["api_id"], call.ids["route_id"])
    features.routes.delete_route(call.tx, call.caller, call.organization_id, key=key)
    return Reply()


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listRoutes",
        method="GET",
        path=ROUTES,
        tag=TAG,
        summary="List the routes of an API",
        description="What its gateway may let through. Everything else is denied.",
        permission=APIS_READ,
        tenant=Tenant.PATH,
        answer=RouteAnswer,
        is_list=True,
        handler=list_routes,
    ),
    Operation(
        id="createRoute",
        method="POST",
        path=ROUTES,
        tag=TAG,
        summary="Declare a route",
        description=(
            f"For operators. An API has at most {MOST_ROUTES}. Where several match, a plain segment goes "
            "before a named one, and a named one before `*`, at the first segment in which they differ."
        ),
        permission=APIS_WRITE,
        tenant=Tenant.PLATFORM,
        request=RouteCreate,
        named={"scopes": "scope.value"},
        answer=RouteAnswer,
        status=201,
        errors=(RECORD_PLATFORM, RECORD_EXISTS, DECISION_FULL),
        audit=Audited(action="route.create", target="id", record=RouteAnswer),
        handler=create_route,
    ),
    Operation(
        id="updateRoute",
        method="PATCH",
        path=ROUTES + "/{route_id}",
        tag=TAG,
        summary="Change the scopes of a route",
        description="For operators. It counts from the next decision on.",
        permission=APIS_WRITE,
        tenant=Tenant.PLATFORM,
        request=RoutePatch,
        named={"scopes": "scope.value"},
        answer=RouteAnswer,
        is_conditional=True,
        errors=(RECORD_PLATFORM,),
        audit=Audited(action="route.update", target="route_id", record=RouteAnswer, before=read_route),
        handler=update_route,
    ),
    Operation(
        id="deleteRoute",
        method="DELETE",
        path=ROUTES + "/{route_id}",
        tag=TAG,
        summary="Remove a route",
        description="For operators. What only it let through is denied from then on.",
        permission=APIS_WRITE,
        tenant=Tenant.PLATFORM,
        status=204,
        errors=(RECORD_PLATFORM,),
        audit=Audited(action="route.delete", target="route_id", record=RouteAnswer, before=read_route),
        handler=delete_route,
    ),
)
