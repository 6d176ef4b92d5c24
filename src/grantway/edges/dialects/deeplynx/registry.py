"""Registration as DeepLynx Nexus has it, for its system administrators: operators of ours (D7 to D23).

Every call is operations of the management API in the platform organization, whose applications these are.
Version 1 and 2 differ in their lists and in how an act is confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid, NotFound, OAuthError
from grantway.core.identifiers import MAXIMUM_ID, from_text
from grantway.core.model import Id
from grantway.edges.dialects.deeplynx.codec import PROJECTS_SCOPE, bearer
from grantway.edges.dialects.deeplynx.errors import refuse_call, validation_problem
from grantway.edges.web import answers
from grantway.edges.web.dialect import Wire
from grantway.edges.web.failures import Failure
from grantway.edges.web.management import Names, Operations
from grantway.edges.web.record_wires import RecordWires
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features import fields

LONGEST = {"name": 50, "description": 250}
"""Characters (D7)."""
NAMES = Names(
    {
        "name": "name",
        "description": "description",
        "callbackUrl": "redirect_uris",
        "baseUrl": "base_url",
        "appOwnerEmail": "owner_email",
    },
    passes_over_unknown=True,
)
_REQUIRED = ("name", "callbackUrl")
_EMPTIED = ("baseUrl", "appOwnerEmail")
MOST = 5_000
"""Applications in one answer of the list that has no pages."""
PAGE, LONGEST_PAGE = 25, 500
_MOST_DIGITS = 9

Wires: TypeAlias = tuple[Wire[Any, Any], ...]


def list_applications(request: HttpRequest, operations: Operations) -> list[dict[str, Any]]:
    """All of them, without what is archived unless that is asked for (D19)."""
    found = _found(request, operations)
    if len(found) > MOST:
        raise Invalid((FieldError("", errors.FIELD_TOO_MANY.saying("Version 2 of this call has pages.")),))
    return [_shown(one) for one in found]


def list_page(request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """One page of the same (D23)."""
    return page_of(request, [_shown(one) for one in _found(request, operations)])


def page_of(request: HttpRequest, found: Sequence[Any]) -> dict[str, Any]:
    """The page of a list that is asked for, as version 2 has it. Raises Invalid."""
    number = _number(request, "pageNumber", 1, lowest=1, highest=10**_MOST_DIGITS)
    size = _number(request, "pageSize", PAGE, lowest=1, highest=LONGEST_PAGE)
    first = (number - 1) * size
    return {
        "items": list(found[first : first + size]),
        "pageNumber": number,
        "pageSize": size,
        "totalCount": len(found),
        "totalPages": -(-len(found) // size),
    }


def read_application(request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """One of them; an archived one is hidden like in the list."""
    found = _one(request, operations)
    if found["archived"] and _flag(request, "hideArchived", otherwise=True):
        raise NotFound(errors.RECORD_NOT_FOUND)
    return _shown(found)


def create_application(request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """Register one, with its secret (D9), before all people of the platform.

    There is no consent page in this system (D29), so the operator who registers it answers for it.
    It knows no scopes either (D25): a new application has the one that calls of this mount need.
    """
    given = {name: value for name, value in _given(request).items() if value not in (None, [""])}
    missing = [name for name in _REQUIRED if name not in given]
    if missing:
        raise Invalid(tuple(FieldError(name, errors.FIELD_REQUIRED) for name in missing))
    dialect = request.mount.dialect
    declared = {one["value"] for one in operations.every("listCatalogue")}
    made = operations.do(
        "createApplication",
        body={
            **NAMES.inwards(given),
            "type": "confidential",
            "preset": dialect,
            "dialects": [dialect],
            "audience": "any_organization",
            "scopes": [PROJECTS_SCOPE] if PROJECTS_SCOPE in declared else [],
        },
    )
    _vouch(operations, made)
    secret = operations.do("createSecret", {"application_id": _id_of(made)})
    return {"name": made["name"], "clientId": made["client_id"], "clientSecretRaw": secret["secret"]}


def update_application(request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """Change what is there; what is left out or null stays (D15).

    Who answered for all that it was answers for what it becomes. Who answered for less is not asked to.
    """
    before = _one(request, operations)
    ids = {"application_id": _id_of(before)}
    vouched = operations.every("listPlatformVouchers", query={"application_id": before["id"]})
    written = operations.do("updateApplication", ids, NAMES.inwards(_given(request)))
    if any(_is_whole(one, before) for one in vouched) and not any(_is_whole(one, written) for one in vouched):
        _vouch(operations, written)
    return _shown(written)


def archive_application(request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """Archive it, or take it out again (D17)."""
    is_archive = _flag(request, "archive")
    found = _one(request, operations)
    operations.do(
        "archiveApplication" if is_archive else "unarchiveApplication", {"application_id": _id_of(found)}
    )
    return {"id": _id_of(found), "done": "Archived" if is_archive else "Unarchived"}


def delete_application(request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """Put it away for good: archived, locked, hidden everywhere, and purged when the delay is over (D18)."""
    ids = {"application_id": _id_of(_one(request, operations))}
    operations.do("archiveApplication", ids)
    operations.do("deleteApplication", ids)
    return {"id": ids["application_id"], "done": "Deleted"}


def encode_message(outcome: Mapping[str, Any], request: HttpRequest) -> HttpAnswer:
    """What was done, in a sentence: version 1."""
    return answers.json(200, {"message": f"{outcome['done']} OAuth application {outcome['id']}"})


def encode_done(outcome: Mapping[str, Any], request: HttpRequest) -> HttpAnswer:
    """That it was done: version 2 (D23)."""
    return answers.json(200, True)


def refuse(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """What is wrong with a record as the framework there says it (D51); the rest as calls of the API do.

    Whatever is the caller's fault is 4xx (D106).
    """
    if not failure.fields:
        return refuse_call(failure, request)
    found: dict[str, list[str]] = {}
    for name, _, sentence in NAMES.outwards(failure):
        found.setdefault(name.partition("[")[0], []).append(sentence)
    return validation_problem(failure, found)


def _found(request: HttpRequest, operations: Operations) -> list[dict[str, Any]]:
    """Those that speak this dialect and are not to be deleted; one more than an answer can have."""
    query = {"dialect": request.mount.dialect}
    if _flag(request, "hideArchived", otherwise=True):
        query["archived"] = "false"
    found = operations.every("listApplications", query=query, most=MOST + 1)
    return [one for one in found if one["state"] != "deletion_scheduled"]


def _one(request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """The application of the path, if it is one of those. Raises NotFound."""
    text = request.parts["id"]
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MAXIMUM_ID))
    found: dict[str, Any] = operations.do(
        "readApplication", {"application_id": int(text) if is_number else 0}
    )
    if request.mount.dialect not in found["dialects"] or found["state"] == "deletion_scheduled":
        raise NotFound(errors.RECORD_NOT_FOUND)
    return found


def _given(request: HttpRequest) -> dict[str, Any]:
    """The members of a body that say something, the one callback as the list that it is with us (D8).

    What is optional and left empty in a form is none (D5).
    """
    read = NAMES.read(request)
    given = {name: value for name, value in read.items() if value is not None}
    given |= {name: None for name in _EMPTIED if given.get(name) == ""}
    texts = (name for name in LONGEST if isinstance(given.get(name), str))
    long = [name for name in texts if len(given[name]) > LONGEST[name]]
    if long:
        raise Invalid(tuple(FieldError(name, fields.too_long(LONGEST[name])) for name in long))
    if "callbackUrl" in given:
        given["callbackUrl"] = [given["callbackUrl"]]
    return given


def _shown(application: Mapping[str, Any]) -> dict[str, Any]:
    """A record as it is read (D12): the log of acts says who changed it, so no record does."""
    redirects = application["redirect_uris"]
    return {
        "id": _id_of(application),
        "clientId": application["client_id"],
        "name": application["name"],
        "description": application["description"] or None,
        "callbackUrl": redirects[0] if redirects else None,
        "baseUrl": application["base_url"],
        "appOwnerEmail": application["owner_email"],
        "isArchived": application["archived"],
        "lastUpdatedAt": application["updated_at"],
        "lastUpdatedBy": None,
    }


def _id_of(application: Mapping[str, Any]) -> Id:
    """The number of a record (D12): the same id that is text elsewhere."""
    return from_text(application["id"]) or 0


def _vouch(operations: Operations, application: Mapping[str, Any]) -> None:
    """Answer for an application as it is now."""
    body = {"client_id": application["client_id"], "application_version": application["version"]}
    operations.do("createPlatformVoucher", body=body)


def _is_whole(voucher: Mapping[str, Any], application: Mapping[str, Any]) -> bool:
    """Whether a voucher answers for all that an application is."""
    return all(
        set(voucher[name]) >= set(application[name]) for name in ("scopes", "redirect_uris", "dialects")
    )


def _flag(request: HttpRequest, name: str, *, otherwise: bool | None = None) -> bool:
    """A truth value of the query. Raises OAuthError."""
    text = (request.query().get(name) or "").lower()
    if not text and otherwise is not None:
        return otherwise
    if text not in {"true", "false"}:
        raise OAuthError(errors.REQUEST_PARAMETER_MISSING, name)
    return text == "true"


def _number(request: HttpRequest, name: str, otherwise: int, *, lowest: int, highest: int) -> int:
    """A whole number of the query. Raises Invalid."""
    text = request.query().get(name)
    if text is None:
        return otherwise
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    if not is_number or not lowest <= int(text) <= highest:
        raise Invalid((FieldError(name, fields.out_of_range(lowest, highest)),))
    return int(text)


_wire = partial(RecordWires(bearer, refuse).wire, for_operators=True)
"""A system administrator asks (D14), with the token as every call of this mount takes it (D59)."""


def _version(number: int) -> Wires:
    """The calls of one version of the API."""
    all_of, one = f"/api/v{number}/oauth/applications", f"/api/v{number}/oauth/applications/{{id}}"
    confirmed = encode_message if number == 1 else encode_done
    return (
        _wire("GET", all_of, list_applications if number == 1 else list_page),
        _wire("POST", all_of, create_application, is_create=True),
        _wire("GET", one, read_application),
        _wire("PUT", one, update_application),
        _wire("PATCH", one, archive_application, encode=confirmed),
        _wire("DELETE", one, delete_application, encode=confirmed),
    )


REGISTRY: Wires = (*_version(1), *_version(2))
