"""The App Registration API of CXone: types, tenancy, approval, and a deletion in two steps (C1 to C39).

Its semantics are published, its paths and members are not: those are ours (C26, wire table 3b). Every call is
operations of the management API, in the organization of the caller, which is the tenant.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from operator import itemgetter
from typing import Any

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid, NotFound
from grantway.core.identifiers import from_text
from grantway.core.model import Id
from grantway.edges.web import answers
from grantway.edges.web.dialect import Wire
from grantway.edges.web.failures import Failure
from grantway.edges.web.forms_of_clients import in_header
from grantway.edges.web.headers import NO_STORE
from grantway.edges.web.management import Names, Operations
from grantway.edges.web.record_wires import RecordWires
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features import fields

EDITED = {
    "name": "name",
    "description": "description",
    "redirectUris": "redirect_uris",
    "corsOrigins": "origins",
    "notificationAddresses": "notification_addresses",
    "scopes": "scopes",
}
"""What a registration says and a change may say again."""
_ASSIGNED = frozenset(
    {
        *("clientId", "clientSecret", "status", "requestedTenancy", "approval", "hasPendingChanges"),
        *("trackingNumber", "tokenEndpointAuthMethods", "deletionScheduledAt", "createdAt", "updatedAt"),
    }
)
"""What the service alone says (C3, C4, C25)."""
_ONCE = {"type": "type", "tenancy": "audience", "tokenEndpointAuthMethod": "token_endpoint_auth_method"}
"""What stays as it was at registration (C11, C18)."""
CHANGE = Names(EDITED, fixed=_ASSIGNED.union(_ONCE))
REGISTRATION = Names(EDITED | _ONCE, fixed=_ASSIGNED)
TYPES = {"public": "public", "confidential": "confidential", "backEnd": "backend"}
TENANCIES = {"single": "own_organization", "all": "any_organization"}
METHODS = {
    "public": ("none",),
    "confidential": ("client_secret_basic", "client_secret_post"),
    "backend": ("client_secret_basic", "client_secret_post"),
}
"""How applications of a type authenticate (C9, C35, C43). Each of them is taken, whichever was named."""
STATES = {"enabled": "enabled", "disabled": "disabled", "deletion_scheduled": "pendingDeletion"}
APPROVALS = {"draft": "pending", "submitted": "pending", "approved": "approved", "rejected": "rejected"}
MOST = 1_000


def register(request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """Register an application; its secret stands in this answer and in no other (C3, C4, C19).

    One that asks for all tenants is for its own until an operator approves it (C16, C17): the request goes to
    them with it, and its number is what to quote in mail (C28).
    """
    given = _given(REGISTRATION, request)
    said = given.pop("tokenEndpointAuthMethod", None)
    body = REGISTRATION.inwards(given)
    kind = TYPES[given["type"]]
    if said is not None and said not in METHODS[kind]:
        raise Invalid((FieldError("tokenEndpointAuthMethod", fields.unknown_value(METHODS[kind])),))
    dialect = request.mount.dialect
    body |= {"type": kind, "audience": TENANCIES[given.get("tenancy", "single")]}
    body |= {"preset": dialect, "dialects": [dialect]}
    if kind != "backend":
        # Signing in is what these are for, and `openid` is its one scope (C50).
        body.setdefault("scopes", ["openid"])
    made = operations.do("createApplication", body=body)
    ids = {"application_id": _id_of(made)}
    if made["audience"] != made["effective_audience"]:
        made = operations.do("submitApplication", ids, {})
    shown = _shown(operations, made)
    if kind == "public":
        return shown
    return shown | {"clientSecret": operations.do("createSecret", ids)["secret"]}


def list_applications(request: HttpRequest, operations: Operations) -> list[dict[str, Any]]:
    """The applications of the tenant, without secrets."""
    found = operations.every("listApplications", query={"dialect": request.mount.dialect}, most=MOST + 1)
    if len(found) > MOST:
        raise Invalid((FieldError("", errors.FIELD_TOO_MANY),))
    return [_record(one) for one in found]


def read_application(request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """One of them, with the number of its request for approval (C25)."""
    return _shown(operations, _one(request, operations))


def change_application(request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """Change what is named (C18, C24)."""
    ids = {"application_id": _id_of(_one(request, operations))}
    return _shown(
        operations, operations.do("updateApplication", ids, CHANGE.inwards(_given(CHANGE, request)))
    )


def _step(verb: str, request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """One step of its life: enabling undoes a deletion that is not due yet (C20 to C22)."""
    ids = {"application_id": _id_of(_one(request, operations))}
    return _shown(operations, operations.do(f"{verb}Application", ids))


def encode(status: int, outcome: Any, request: HttpRequest) -> HttpAnswer:
    """The record or the list as it is."""
    return answers.json(status, outcome)


def refuse(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """A reason, and what is wrong with each member: 400 for a record, 409 for one that is locked."""
    reason, status = failure.reason, 400 if failure.fields else failure.status
    body: dict[str, Any] = {"error": reason.code, "error_description": failure.text, "error_id": reason.id}
    if failure.fields:
        body["fields"] = [
            {"field": field, "error_id": refusal, "message": sentence}
            for field, refusal, sentence in REGISTRATION.outwards(failure)
        ]
    answer = answers.json(status, body, (*NO_STORE, *failure.headers))
    return answer.with_headers(("www-authenticate", 'Bearer realm="cxone"')) if status == 401 else answer


def _given(names: Names, request: HttpRequest) -> dict[str, Any]:
    """The members of a body, those with values of their own judged. Raises Invalid."""
    given = names.read(request)
    found = []
    for name, known in (("type", TYPES), ("tenancy", TENANCIES)):
        if name in given and (not isinstance(given[name], str) or given[name] not in known):
            found.append(FieldError(name, fields.unknown_value(known)))
    if names is REGISTRATION:
        missing = [name for name in ("name", "type", "notificationAddresses") if name not in given]
        found += [FieldError(name, errors.FIELD_REQUIRED) for name in missing]
    if found:
        raise Invalid(tuple(found))
    return given


def _one(request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """The tenant's application of the client id in the path. Raises NotFound."""
    query = {"client_id": request.parts["client_id"], "dialect": request.mount.dialect}
    found = operations.every("listApplications", query=query, most=1)
    if not found:
        raise NotFound(errors.RECORD_NOT_FOUND)
    one: dict[str, Any] = found[0]
    return one


def _shown(operations: Operations, application: Mapping[str, Any]) -> dict[str, Any]:
    """A record with the number of its latest request for approval, where there is one (C28)."""
    shown = _record(application)
    if shown["requestedTenancy"] == "all":
        steps = operations.every("listPublicationSteps", {"application_id": _id_of(application)})
        requests = [one for one in steps if one["decision"] == "submitted"]
        latest = max(requests, key=itemgetter("at"), default=None)
        shown["trackingNumber"] = latest["id"] if latest else None
    return shown


def _record(application: Mapping[str, Any]) -> dict[str, Any]:
    """A record, with the tenancy that counts and the one that was asked for (C25)."""
    wire_of = {ours: wire for wire, ours in {**TYPES, **TENANCIES}.items()}
    requested = wire_of.get(application["audience"], "single")
    return {
        "clientId": application["client_id"],
        **{wire: application[ours] for wire, ours in EDITED.items()},
        "type": wire_of[application["type"]],
        "tenancy": wire_of.get(application["effective_audience"], "single"),
        "requestedTenancy": requested,
        "approval": APPROVALS[application["publication"]] if requested == "all" else "notRequired",
        "hasPendingChanges": application["pending"] is not None,
        "tokenEndpointAuthMethods": METHODS[application["type"]],
        "status": "archived" if application["archived"] else STATES[application["state"]],
        "deletionScheduledAt": application["purge_at"],
        "createdAt": application["created_at"],
        "updatedAt": application["updated_at"],
    }


def _id_of(application: Mapping[str, Any]) -> Id:
    return from_text(application["id"]) or 0


_ALL, _ONE = "/applications", "/applications/{client_id}"

_wire = RecordWires(in_header, refuse).wire

REGISTRY: tuple[Wire[Any, Any], ...] = (
    _wire("GET", _ALL, list_applications),
    _wire("POST", _ALL, register, encode=partial(encode, 201), is_create=True),
    _wire("GET", _ONE, read_application),
    _wire("PATCH", _ONE, change_application),
    _wire("DELETE", _ONE, partial(_step, "delete"), encode=partial(encode, 202)),
    _wire("POST", _ONE + "/enable", partial(_step, "enable")),
    _wire("POST", _ONE + "/disable", partial(_step, "disable")),
)
