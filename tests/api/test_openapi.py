"""The description of the API is complete, true of itself, and readable by people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from grantway.core.errors import RECORD_NOT_FOUND, all_reasons
from grantway.edges.web.operations import Audited, Operation, Tenant
from grantway.edges.web.records.operations import ALL, TAGS
from grantway.edges.web.records.organizations import OrganizationAnswer, read_organization
from grantway.features.access.permissions import ORGANIZATIONS_READ
from grantway.features.registry.builtin import MANAGEMENT_SCOPES
from tests.api.cast import Cast
from tests.api.described import DOCUMENT


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for part in node.values():
            yield from nodes(part)
    if isinstance(node, list):
        for part in node:
            yield from nodes(part)


def resolve(pointer: str) -> Any:
    found: Any = DOCUMENT
    for part in pointer.removeprefix("#/").split("/"):
        found = found[part]
    return found


def test_every_operation_is_described() -> None:
    described = {
        (method.upper(), path): node
        for path, item in DOCUMENT["paths"].items()
        for method, node in item.items()
    }
    assert described.keys() == {(operation.method, operation.path) for operation in ALL}
    for operation in ALL:
        node = described[operation.method, operation.path]
        assert node["operationId"] == operation.id
        assert node["summary"]
        assert node["description"]
        assert node["tags"] == [operation.tag]
        wanted = {"401", "403", "500", "503", str(operation.status)} | (
            {"404"} if operation.parameters else set()
        )
        assert wanted <= node["responses"].keys()
        assert set(operation.parameters) <= {one["name"] for one in node["parameters"]}
        scopes = node["security"][0]["oauth2"]
        assert ([operation.permission.scope] if operation.permission.scope else []) == scopes[:1]
    assert {operation.tag for operation in ALL} == {name for name, _ in TAGS}


def test_every_operation_has_examples_and_says_how_it_refuses() -> None:
    for operation in ALL:
        node = DOCUMENT["paths"][operation.path][operation.method.lower()]
        for parameter in node["parameters"]:
            assert "example" in parameter, (operation.id, parameter["name"])
            assert parameter["description"], (operation.id, parameter["name"])
        if operation.request is not None:
            content = node["requestBody"]["content"]["application/json"]
            assert content["example"], operation.id
        success = node["responses"][str(operation.status)]
        assert ("content" in success) == (operation.answer is not None), operation.id
        for content in success.get("content", {}).values():
            assert "example" in content, operation.id
        refusals = {status: one for status, one in node["responses"].items() if int(status) >= 400}
        assert {"400", "401", "403", "500", "503"} <= refusals.keys(), operation.id
        for status, one in refusals.items():
            refused = resolve(one["$ref"])
            assert refused["x-error-ids"], (operation.id, status)
            assert refused["content"]["application/problem+json"]["example"]["status"] == int(status)


def test_every_reference_leads_somewhere_and_every_schema_is_one() -> None:
    for node in nodes(DOCUMENT):
        if "$ref" in node:
            assert resolve(node["$ref"])
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


def test_every_example_fits_its_schema() -> None:
    count = 0
    for node in nodes(DOCUMENT):
        if "schema" in node and "example" in node:
            schema = {**node["schema"], "components": DOCUMENT["components"]}
            jsonschema_rs.validator_for(schema, validate_formats=True).validate(node["example"])
            count += 1
    assert count > 60


def test_every_member_is_described_with_an_example() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert schema.get("description"), name
        for member, node in schema.get("properties", {}).items():
            if "$ref" not in node and member != "items":
                assert node.get("description"), (name, member)
                assert "examples" in node or "anyOf" in node, (name, member)


def test_every_refusal_that_is_named_exists() -> None:
    known = {reason.id for reason in all_reasons()}
    named = {error for node in nodes(DOCUMENT) for error in node.get("x-error-ids", ())}
    assert RECORD_NOT_FOUND.id in named
    assert named <= known


def test_the_document_says_where_tokens_come_from_and_for_what() -> None:
    flows = DOCUMENT["components"]["securitySchemes"]["oauth2"]["flows"]
    assert flows.keys() == {"clientCredentials", "authorizationCode"}
    for flow in flows.values():
        assert flow["tokenUrl"] == "https://id.example.test/oauth/token"
        assert flow["scopes"].keys() == {scope.value for scope in MANAGEMENT_SCOPES}
    used = {
        scope
        for node in nodes(DOCUMENT["paths"])
        for one in node.get("security", ())
        for scope in one["oauth2"]
    }
    assert used == flows["clientCredentials"]["scopes"].keys()


def test_the_document_and_its_page_are_served_to_anybody_and_tell_nothing_of_anybody(cast: Cast) -> None:
    records = cast.records(cast.own)
    served = cast.call(cast.caller("anonymous"), "GET", "/openapi.json")
    assert (served.status_code, served.headers["content-type"]) == (200, "application/json")
    assert json.loads(served.text) == json.loads(json.dumps(DOCUMENT))
    page = cast.world.client.simulate_get("/reference", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "Register an application" in page.text
    assert records.canary not in served.text + page.text


def test_an_operation_without_permission_or_tenant_rule_cannot_be_made() -> None:
    values: dict[str, Any] = {
        "id": "x",
        "method": "GET",
        "path": "/organizations/{organization_id}",
        "tag": "Organizations",
        "summary": "x",
        "description": "x",
        "permission": ORGANIZATIONS_READ,
        "tenant": Tenant.PATH,
        "answer": OrganizationAnswer,
        "handler": read_organization,
    }
    assert Operation(**values).parameters == ("organization_id",)
    for name in ("permission", "tenant"):
        with pytest.raises(TypeError):
            Operation(**{one: value for one, value in values.items() if one != name})
        with pytest.raises(TypeError):
            Operation(**(values | {name: None}))
    told = Audited(action="organization.update", target="organization_id")
    assert Operation(**(values | {"method": "PATCH", "audit": told})).audit is told
    for unfit in ({"method": "PATCH"}, {"audit": told}):
        with pytest.raises(TypeError, match="audited"):
            Operation(**(values | unfit))
    with pytest.raises(ValueError, match="names the target"):
        Operation(**(values | {"method": "PATCH", "audit": Audited(action="thing.do", target="thing_id")}))
    for change in ({"path": "/organizations"}, {"method": "QUERY"}, {"request": OrganizationAnswer}):
        with pytest.raises(ValueError, match="x: "):
            Operation(**(values | change))
