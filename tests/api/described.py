"""Holds every answer in the tests of the management API against its description."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import falcon.testing
import jsonschema_rs

from grantway.edges.api import Endpoints
from grantway.edges.api.openapi import document
from grantway.edges.dialects.standard import paths
from grantway.edges.web.operations import Operation
from grantway.edges.web.records.operations import ALL

ISSUER = "https://id.example.test"
DOCUMENT = document(ISSUER, Endpoints(ISSUER + paths.AUTHORIZE, ISSUER + paths.TOKEN))
OF_THE_SERVER = {405, 501}
"""Refusals of what is no operation at all."""
_PLACES = [
    (re.compile(re.sub(r"{\w+}", "[^/]+", operation.path)), operation)
    for operation in sorted(ALL, key=lambda one: one.path.count("{"))
]


def operation_at(method: str, path: str) -> Operation | None:
    """The operation that a request leads to. A fixed word in a path goes before a parameter."""
    bare = path.partition("?")[0]
    fits = (one for place, one in _PLACES if one.method == method and place.fullmatch(bare))
    return next(fits, None)


def require_described(method: str, path: str, result: falcon.testing.Result) -> None:
    """Fail where an answer has a status, a refusal or a body that the description does not have."""
    operation = operation_at(method, path)
    if operation is None or result.status_code in OF_THE_SERVER:
        return
    responses = DOCUMENT["paths"][operation.path][operation.method.lower()]["responses"]
    described = responses.get(str(result.status_code))
    assert described is not None, (operation.id, result.status_code, result.text)
    if "$ref" in described:
        described = DOCUMENT["components"]["responses"][described["$ref"].rpartition("/")[2]]
        error_id = result.json["error_id"]
        assert error_id in described["x-error-ids"], (operation.id, result.status_code, error_id)
    content_type = result.headers.get("content-type", "").partition(";")[0]
    contents = described.get("content", {})
    assert content_type in contents or not (contents or result.text), (operation.id, content_type)
    if content_type in {"application/json", "application/problem+json"} and result.text:
        _validator(contents[content_type]["schema"]["$ref"]).validate(result.json)


@cache
def _validator(reference: str) -> Any:
    schema = {"$ref": reference, "components": DOCUMENT["components"]}
    return jsonschema_rs.validator_for(schema, validate_formats=True)
