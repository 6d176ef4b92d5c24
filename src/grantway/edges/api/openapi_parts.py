"""The parts of the API's description that operations share: schemas, examples, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

import msgspec

from grantway.core import errors
from grantway.core.errors import Reason
from grantway.edges.api.problems import CONTENT_TYPE, Problem, title_of
from grantway.edges.web.records import operations

Node: TypeAlias = dict[str, Any]
REFERENCE = "#/components/schemas/{name}"
_WORDS = {
    "400": "The request cannot be read, or has a member that the operation does not know.",
    "401": "No token, or one that is not good for this API.",
    "403": "The token's scopes or the person's role do not allow this.",
    "404": "There is no such record here, or it may not be seen.",
    "409": "The record is in a state that does not allow this.",
    "412": "The record was changed since it was read.",
    "413": "The body is too large.",
    "415": "The body is not `application/json`.",
    "422": "Some members need attention; each is listed.",
    "428": "`If-Match` is missing.",
    "429": "This was done too often of late. Wait, then go on.",
    "500": "Something failed here.",
    "503": "The server is full, or cannot reach its database.",
}
ALWAYS: Mapping[str, tuple[Reason, ...]] = {
    "400": (errors.REQUEST_MALFORMED, errors.REQUEST_DUPLICATE, errors.REQUEST_PARAMETER_TOO_LONG),
    "401": (errors.TOKEN_MISSING, errors.TOKEN_INVALID, errors.TOKEN_EXPIRED, errors.TOKEN_AUDIENCE),
    "403": (errors.TOKEN_SCOPE, errors.RECORD_FORBIDDEN),
    "413": (errors.REQUEST_TOO_LARGE,),
    "500": (errors.SERVER_FAILURE,),
    "503": (errors.SERVER_UNAVAILABLE,),
}


def example_of(schema: Mapping[str, Any], components: Mapping[str, Node]) -> Any:
    """A value that fits a schema, made of the examples its parts state."""
    if "$ref" in schema:
        return example_of(components[schema["$ref"].rpartition("/")[2]], components)
    if "examples" in schema:
        return schema["examples"][0]
    if "properties" in schema:
        return {name: example_of(part, components) for name, part in schema["properties"].items()}
    if schema.get("type") == "array":
        return [example_of(schema["items"], components)]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], components)
    return schema.get("default")


@cache
def schemas() -> dict[str, Node]:
    """The forms of all operations, and the pages of lists."""
    forms: list[Any] = [Problem]
    for operation in operations.ALL:
        forms.extend(form for form in (operation.request, operation.answer) if form is not None)
    _, components = msgspec.json.schema_components(dict.fromkeys(forms), ref_template=REFERENCE)
    for operation in operations.ALL:
        if operation.is_list and operation.answer is not None:
            name = operation.answer.__name__
            components[f"{name}Page"] = _page_schema(name)
    return dict(sorted(components.items()))


def _page_schema(name: str) -> Node:
    return {
        "title": f"{name}Page",
        "description": "A page of a list.",
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": {"$ref": REFERENCE.format(name=name)}},
            "next_cursor": {
                "description": "What to send as `cursor` for the next page; null on the last one.",
                "type": ["string", "null"],
                "examples": [None],
            },
        },
        "required": ["items", "next_cursor"],
    }


class Refusals:
    """The refusals of all operations, each described once."""

    def __init__(self) -> None:
        self.described: dict[str, Node] = {}
        self._names: dict[tuple[str, ...], str] = {}

    def reference(self, status: str, reasons: list[Reason]) -> Node:
        """Where a refusal with these ids is described."""
        key = (status, *(reason.id for reason in reasons))
        name = self._names.get(key)
        if name is None:
            number = 1 + sum(known[0] == status for known in self._names)
            name = self._names[key] = f"Refused{status}" if number == 1 else f"Refused{status}_{number}"
            self.described[name] = self._refusal(status, reasons)
        return {"$ref": f"#/components/responses/{name}"}

    def _refusal(self, status: str, reasons: list[Reason]) -> Node:
        first = reasons[0]
        schema = {"$ref": REFERENCE.format(name="Problem")}
        example = example_of(schema, schemas()) | {
            "type": f"urn:grantway:problem:{first.id}",
            "title": title_of(first),
            "status": int(status),
            "detail": first.text,
            "error_id": first.id,
        }
        return {
            "description": _WORDS[status],
            "x-error-ids": [reason.id for reason in reasons],
            "content": {CONTENT_TYPE: {"schema": schema, "example": example}},
        }
