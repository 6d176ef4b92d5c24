"""The description of the management API (OpenAPI 3.1), computed from the table of operations."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import json

from grantway.core import errors
from grantway.core.errors import Reason
from grantway.edges.api.openapi_parts import ALWAYS, REFERENCE, Node, Refusals, example_of, schemas
from grantway.edges.api.pipeline import LINES, LONGEST_PAGE
from grantway.edges.api.samples import sample_of
from grantway.edges.web.operations import Operation, Query, Tenant
from grantway.edges.web.records import operations
from grantway.edges.web.records.values import ID_PATTERN
from grantway.features.access.callers import PLATFORM_SCOPE
from grantway.features.registry.builtin import MANAGEMENT_PATH, MANAGEMENT_SCOPES

VERSION = "1.0.0"
_ENTITY_TAG = '^"[1-9][0-9]{0,15}"$'
_CURSOR = "AAAAAAAAAgUqWkq0kfC2rXm9mJvU3w"
_DESCRIPTION = (
    "Everything the console can do with records, for programs. Get a token for this API as for any other: "
    "with client credentials for an application, or by signing a user in. The token is bound to one "
    "organization; another organization's records and records that do not exist answer alike.\n\n"
    "Lists come in pages: follow `next_cursor` until it is null. A change names in `If-Match` the entity "
    "tag that was read, so that nobody overwrites what they have not seen. A `POST` with an "
    "`Idempotency-Key` can be repeated for ten minutes and is done once."
)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where tokens for this API come from."""

    authorization: str
    token: str


def document(issuer: str, endpoints: Endpoints) -> Node:
    """The whole description."""
    refusals = Refusals()
    paths: dict[str, Node] = {}
    for operation in operations.ALL:
        place = paths.setdefault(operation.path, {})
        place[operation.method.lower()] = _Described(operation, refusals).node()
    scopes = {scope.value: f"{scope.text}. {scope.detail}" for scope in MANAGEMENT_SCOPES}
    flows = {
        "clientCredentials": {"tokenUrl": endpoints.token, "scopes": scopes},
        "authorizationCode": {
            "authorizationUrl": endpoints.authorization,
            "tokenUrl": endpoints.token,
            "refreshUrl": endpoints.token,
            "scopes": scopes,
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Grantway management API",
            "version": VERSION,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": issuer + MANAGEMENT_PATH}],
        "tags": [{"name": name, "description": text} for name, text in operations.TAGS],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "responses": refusals.described,
            "securitySchemes": {
                "oauth2": {
                    "type": "oauth2",
                    "description": "An access token of this server whose audience is this API.",
                    "flows": flows,
                }
            },
        },
    }


class _Described:
    """One operation as the description has it."""

    def __init__(self, operation: Operation, refusals: Refusals) -> None:
        self._operation = operation
        self._refusals = refusals

    def node(self) -> Node:
        """The operation object."""
        operation = self._operation
        scopes = [operation.permission.scope] if operation.permission.scope else []
        if operation.tenant is Tenant.PLATFORM:
            scopes.append(PLATFORM_SCOPE)
        described: Node = {
            "operationId": operation.id,
            "tags": [operation.tag],
            "summary": operation.summary,
            "description": self._description(),
            "security": [{"oauth2": scopes}],
            "parameters": [*self._path(), *self._query(), *self._headers()],
            "responses": {str(operation.status): self._success(), **self._unchanged(), **self._refused()},
        }
        if operation.request is not None:
            described["requestBody"] = {
                "required": True,
                "content": self._content(operation.request.__name__, sample_of(operation)),
            }
            if operation.named:
                described["x-named"] = dict(operation.named)
        return described

    def _description(self) -> str:
        operation = self._operation
        roles = ", ".join(sorted(operation.permission.roles))
        if operation.tenant is Tenant.PLATFORM:
            return f"{operation.description}\n\nFor a user's token: operators."
        return f"{operation.description}\n\nFor a user's token, the role must be one of: {roles}."

    def _path(self) -> list[Node]:
        return [
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": f"The {name.removesuffix('_id').replace('_', ' ')}.",
                "schema": {"type": "string", "pattern": ID_PATTERN},
                "example": "7tKdZ2wQx1",
            }
            for name in self._operation.parameters
        ]

    def _query(self) -> list[Node]:
        parameters = [
            _parameter(one.name, "query", one.description, _text_of(one)) | {"example": one.example}
            for one in self._operation.queries
        ]
        if self._operation.is_list:
            limit = {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": 50}
            parameters += [
                _parameter("limit", "query", "How many at most.", limit) | {"example": 50},
                _parameter("cursor", "query", "`next_cursor` of the page before.", {"type": "string"})
                | {"example": _CURSOR},
            ]
        return parameters

    def _headers(self) -> list[Node]:
        if self._operation.is_conditional:
            text = "The entity tag that was read."
            schema = {"type": "string", "pattern": _ENTITY_TAG}
            return [_parameter("If-Match", "header", text, schema) | {"required": True, "example": '"3"'}]
        if self._is_tagged:
            # What is no tag is passed over, as everywhere else (RFC 9110 §13.1.2): there is no wrong value.
            text = "Entity tags that were read: an unchanged record is not sent again."
            return [_parameter("If-None-Match", "header", text, {"type": "string"}) | {"example": '"3"'}]
        if self._operation.is_create:
            text = "A value of your own that makes the request repeatable for ten minutes."
            schema = {"type": "string", "pattern": "^[!-~]{1,200}$"}
            return [_parameter("Idempotency-Key", "header", text, schema) | {"example": "order-4711"}]
        return []

    def _success(self) -> Node:
        operation = self._operation
        answer: Node = {"description": operation.summary + "."}
        headers: dict[str, Node] = {}
        if operation.has_version:
            headers["ETag"] = {"description": "The entity tag.", "schema": {"type": "string"}}
        if operation.is_exportable:
            text = "Of an export that goes on: what to send as `cursor`."
            headers["next-cursor"] = {"description": text, "schema": {"type": "string"}}
        if headers:
            answer["headers"] = headers
        if operation.answer is not None:
            name = operation.answer.__name__
            answer["content"] = self._content(f"{name}Page" if operation.is_list else name)
        if operation.is_exportable and operation.answer is not None:
            record = {"$ref": REFERENCE.format(name=operation.answer.__name__)}
            line = json.encode(example_of(record, schemas())).decode()
            lines = {"type": "string", "description": "A record per line."}
            answer["content"][LINES] = {"schema": lines, "example": line + "\n"}
        return answer

    def _unchanged(self) -> dict[str, Node]:
        """What a reader is told who has the record already (RFC 9110 §15.4.5)."""
        return {"304": {"description": "Nothing changed since."}} if self._is_tagged else {}

    @property
    def _is_tagged(self) -> bool:
        return self._operation.method == "GET" and self._operation.has_version

    def _refused(self) -> dict[str, Node]:
        operation = self._operation
        found: dict[str, list[Reason]] = {status: list(reasons) for status, reasons in ALWAYS.items()}
        if operation.parameters or errors.RECORD_NOT_FOUND in operation.errors:
            found["404"] = [errors.RECORD_NOT_FOUND]
        if operation.is_list:
            found["400"].append(errors.RECORD_CURSOR)
        if operation.request is not None:
            found["400"] += [errors.RECORD_UNREADABLE, errors.INVALID_RECORD]
            found["415"] = [errors.REQUEST_CONTENT_TYPE]
        is_judged = operation.request is not None or errors.INVALID_RECORD in operation.errors
        if is_judged or operation.is_list or operation.queries or operation.is_create:
            found["422"] = [errors.INVALID_RECORD]
        if operation.is_conditional:
            found["412"], found["428"] = [errors.RECORD_CHANGED], [errors.RECORD_IF_MATCH]
        found["403"] += [one for one in operation.errors if one in FORBIDDING]
        limits = [reason for reason in operation.errors if reason.code == "rate_limited"]
        if operation.method != "GET" or operation.leaves_mark:
            limits = [*limits, errors.LIMIT_WRITES]
        others = {"429": limits, "409": _conflicts_of(operation, limits)}
        found |= {status: reasons for status, reasons in others.items() if reasons}
        return {status: self._refusals.reference(status, found[status]) for status in sorted(found)}

    def _content(self, name: str, sample: Node | None = None) -> Node:
        schema = {"$ref": REFERENCE.format(name=name)}
        example = example_of(schema, schemas()) if sample is None else sample
        return {"application/json": {"schema": schema, "example": example}}


FORBIDDING = (errors.RECORD_RANK, errors.LAUNCH_PERSON)
"""What an operation refuses because of who asks, beside what all operations do."""


def _conflicts_of(operation: Operation, limits: list[Reason]) -> list[Reason]:
    """What an operation refuses because of how things are: all that has no status of its own."""
    elsewhere = {errors.RECORD_NOT_FOUND, errors.INVALID_RECORD, *FORBIDDING, *limits}
    found = [reason for reason in operation.errors if reason not in elsewhere]
    if operation.is_create:
        found += [errors.RECORD_EXISTS, errors.IDEMPOTENCY_REUSED, errors.IDEMPOTENCY_SPENT]
    if operation.is_conditional:
        found.append(errors.RECORD_EXISTS)
    return list(dict.fromkeys(found))


def _text_of(query: Query) -> Node:
    """What the text of a parameter may be."""
    if query.values:
        return {"type": "string", "enum": list(query.values)}
    return {"type": "string", "maxLength": query.longest}


def _parameter(name: str, place: str, description: str, schema: Node) -> Node:
    return {"name": name, "in": place, "required": False, "description": description, "schema": schema}
