"""The access keys of users on CXone's wire (C73, C78, C79): lists, makes, reads, switches and ends them.

Every call is operations of the management API, in the organization of the caller, which is the tenant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid, NotFound
from grantway.core.identifiers import from_text
from grantway.core.model import Id
from grantway.edges.dialects.cxone.errors import refuse_key
from grantway.edges.web import answers
from grantway.edges.web.dialect import Wire
from grantway.edges.web.forms_of_clients import in_header
from grantway.edges.web.headers import NO_STORE
from grantway.edges.web.management import Names, Operations
from grantway.edges.web.record_wires import RecordWires
from grantway.edges.web.requests import HttpAnswer, HttpRequest

CREATION = Names({"tenantId": "organization_id", "userId": "user"})
CHANGE = Names({"isActive": "state"})
_ALL, _ONE = "/access-key-management/v1/access-keys", "/access-key-management/v1/access-keys/{key}"


def list_keys(request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """The caller's own, or everybody's for who manages members; `userId` and `agentId` choose one owner."""
    query = request.query()
    owner = query.get("userId") or query.get("agentId")
    found = operations.every("listAccessKeys")
    shown = [_record(one) for one in found if owner in {None, _owner(one)}]
    return {"accessKeys": shown, "totalRecords": len(shown), "_links": {}}


def make_key(request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """A key of the caller, or of a service account of the tenant: nobody makes one for another person."""
    given = CREATION.read(request)
    me = operations.do("readMe")
    if given.get("tenantId") is not None and given["tenantId"] != me["organization"]["id"]:
        raise NotFound(errors.RECORD_NOT_FOUND)
    own = None if me["user"] is None else me["user"]["id"]
    owner = given.get("userId")
    body = {} if owner is None or owner == own else {"service_account": owner}
    made = operations.do("createAccessKey", body=body)
    return {"resultSet": {**_record(made), "accessKeySecret": made["secret"]}}


def read_key(request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """One of them, without its secret (C74)."""
    return {"resultSet": _record(operations.do("readAccessKey", _ids(request)))}


def switch_key(request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """Whether it works; its tokens end with being switched off."""
    is_active = CHANGE.read(request).get("isActive")
    if not isinstance(is_active, bool):
        raise Invalid((FieldError("isActive", errors.FIELD_REQUIRED),))
    state = "enabled" if is_active else "disabled"
    return {"resultSet": _record(operations.do("updateAccessKey", _ids(request), {"state": state}))}


def delete_key(request: HttpRequest, operations: Operations) -> None:
    """End it."""
    operations.do("deleteAccessKey", _ids(request))


def encode(outcome: Any, request: HttpRequest) -> HttpAnswer:
    """The record or the list; nothing for what is gone."""
    return HttpAnswer(204, headers=NO_STORE) if outcome is None else answers.json(200, outcome)


def _record(key: Mapping[str, Any]) -> dict[str, Any]:
    """The members of C79. Agents and billing have no numbers of their own here."""
    return {
        "accessKeyId": key["id"],
        "userId": _owner(key),
        "agentId": None,
        "billingId": None,
        "tenantId": key["organization_id"],
        "isActive": key["state"] == "enabled",
        "lastUsedDate": key["last_used_at"],
    }


def _owner(key: Mapping[str, Any]) -> Any:
    return key["user_id"] or key["service_account_id"]


def _ids(request: HttpRequest) -> dict[str, Id]:
    return {"access_key_id": from_text(request.parts["key"]) or 0}


_wire = RecordWires(in_header, refuse_key, encode).wire

KEY_CALLS: tuple[Wire[Any, Any], ...] = (
    _wire("GET", _ALL, list_keys),
    _wire("POST", _ALL, make_key, is_create=True),
    _wire("GET", _ONE, read_key),
    _wire("PATCH", _ONE, switch_key),
    _wire("DELETE", _ONE, delete_key),
)
