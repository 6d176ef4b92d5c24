"""What is wrong with a member is said so that it can be put right: which, and what would be taken.

Made from the schemas of all bodies, so that a new member is in it. What was sent is never repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import falcon.testing
import pytest

from grantway.core import errors
from grantway.core.identifiers import to_text
from grantway.edges.api.openapi_parts import schemas
from grantway.edges.api.samples import filled
from grantway.edges.web.operations import Operation, Tenant
from grantway.edges.web.records.operations import ALL
from tests.api.cast import Cast, Records
from tests.api.matrix import Cell, path_of, publication_for, version_of
from tests.api.sampled import known_to

CANARY = "grey-heron-canary"
WITH_A_BODY = [one for one in ALL if one.request is not None]
LONGEST_SENT = 20_000


@pytest.fixture
def asked(cast: Cast, request: pytest.FixtureRequest) -> tuple[Cast, Records]:
    """The cast, and records that the operation of the test can be about."""
    return cast, cast.records(cast.own, publication_for(request.getfixturevalue("operation")))


def members_of(operation: Operation) -> Mapping[str, Any]:
    assert operation.request is not None
    properties: Mapping[str, Any] = schemas()[operation.request.__name__]["properties"]
    return properties


def plain_of(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a value itself, where null is taken, too."""
    real = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return {**schema, **real[0]} if len(real) == 1 else schema


Told: TypeAlias = list[tuple[str, str]]


def sent(asked: tuple[Cast, Records], operation: Operation, changes: dict[str, Any]) -> Told:
    """The problems of the sample with some members changed, by member, told to whoever may do it."""
    cast, records = asked
    body = {**filled(operation, known_to(cast, operation, records)), **changes}
    caller = cast.caller("operator" if operation.tenant is Tenant.PLATFORM else "owner")
    cell = Cell(operation, caller, "own")
    answer: falcon.testing.Result = cast.call(
        caller,
        operation.method,
        path_of(cell, records, records),
        body,
        If_Match=version_of(cell, records, records),
    )
    assert answer.status_code in {400, 422}, (body, answer.text)
    assert CANARY not in answer.text
    return [(one["field"], one["message"]) for one in answer.json["errors"]]


def about(member: str, told: Told) -> str:
    """All that is said of a member, or of something in it."""
    found = [text for field, text in told if field.partition("[")[0].partition(".")[0] == member]
    assert found, (member, told)
    return " ".join(found)


def wrong_values(schema: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    """Values that a member does not take, with what its refusal has to say."""
    plain = plain_of(schema)
    kind = plain.get("type")
    words = {"string": "a text", "integer": "a whole number", "boolean": "true or false", "array": "a list"}
    if kind in words and plain.get("format") != "date-time":
        yield {CANARY: 1}, words[str(kind)]
    if kind == "string" and plain.get("format") == "date-time":
        yield CANARY, "2026-11-21T09:30:00Z"
    if kind == "string" and plain.get("enum"):
        yield CANARY, ""
    if kind == "string" and 1 < plain.get("maxLength", 0) < LONGEST_SENT and "enum" not in plain:
        yield CANARY + "x" * int(plain["maxLength"]), ""
    if kind == "integer" and "maximum" in plain:
        yield plain["maximum"] + 1, str(plain["maximum"])
    if kind == "integer" and "minimum" in plain:
        yield plain["minimum"] - 1, str(plain["minimum"])
    if kind == "array" and "maxItems" in plain and "enum" not in plain["items"]:
        yield [item_of(plain, index) for index in range(plain["maxItems"] + 1)], str(plain["maxItems"])
    if kind == "array" and "$ref" in plain["items"]:
        yield [CANARY], "an object"
        yield [{CANARY: 1}], "There are: "


def item_of(schema: Mapping[str, Any], index: int) -> Any:
    """An entry of a list, of the type that the list takes."""
    if "$ref" not in schema["items"]:
        return f"{CANARY}{index}"
    entry: Mapping[str, Any] = schema["examples"][0][0]
    return dict.fromkeys(entry, f"{CANARY}{index}")


@pytest.mark.parametrize("operation", WITH_A_BODY, ids=lambda one: one.id)
def test_every_member_says_what_it_takes(asked: tuple[Cast, Records], operation: Operation) -> None:
    for member, schema in members_of(operation).items():
        for value, said in wrong_values(schema):
            if member in operation.named and isinstance(value, int):
                # A version that is not the present one is a conflict, whatever number it is.
                continue
            told = sent(asked, operation, {member: value})
            sentence = about(member, told)
            assert said in sentence, (member, value, sentence)


@pytest.mark.parametrize("operation", WITH_A_BODY, ids=lambda one: one.id)
def test_a_slip_in_a_name_is_told_by_the_name_that_was_meant(
    asked: tuple[Cast, Records], operation: Operation
) -> None:
    known = members_of(operation)
    for member in known:
        slip = member[:-1] if len(member) > 4 else member + "_"
        if slip in known:
            continue
        told = sent(asked, operation, {slip: CANARY})
        assert f"Did you mean {member}?" in about("", told), slip
    told = sent(asked, operation, {CANARY: 1})
    assert all(member in about("", told) for member in known)


def test_a_member_inside_is_told_as_well(cast: Cast) -> None:
    body = {"type": "public", "name": "One", "dialect_settings": {"deeplynx": {"pkc": "required"}}}
    answer = cast.as_owner("POST", "/organizations/{own}/applications", body)
    assert "Did you mean pkce?" in answer.json["errors"][0]["message"]


def test_hundreds_of_unknown_members_cost_little_and_are_not_all_told(cast: Cast) -> None:
    body = {"type": "public", "name": "One", **{f"{CANARY}-{number}": 1 for number in range(500)}}
    answer = cast.as_owner("POST", "/organizations/{own}/applications", body)
    assert (answer.status_code, len(answer.json["errors"])) == (400, 20)


def test_a_scope_of_nobody_is_told_by_one_that_there_is(cast: Cast) -> None:
    body = {"type": "public", "name": "One", "scopes": ["opnid"]}
    answer = cast.as_owner("POST", "/organizations/{own}/applications", body)
    told = {one["field"]: one for one in answer.json["errors"]}["scopes[0]"]
    assert told["id"] == errors.FIELD_SCOPE_UNKNOWN.id
    assert "Did you mean openid?" in told["message"]


@pytest.mark.parametrize(
    "operation", [one for one in ALL if one.permission.scope is not None], ids=lambda one: one.id
)
def test_a_missing_scope_is_named_in_body_and_header(cast: Cast, operation: Operation) -> None:
    """RFC 6750 §3.1: the scope that is needed; the body has it for whoever reads no headers."""
    scope = operation.permission.scope
    caller = cast.caller("machine_without_scope", scope)
    path = operation.path.format(**cast.records(cast.own).ids)
    answer = cast.call(caller, operation.method, path, None, If_Match='"1"')
    assert (answer.status_code, answer.json["scope"]) == (403, scope)
    challenge = answer.headers["www-authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert f'scope="{scope}"' in challenge


def test_a_role_that_does_not_do_is_told_those_that_do(cast: Cast) -> None:
    path = f"/organizations/{to_text(cast.own.id)}/members"
    answer = cast.call(cast.caller("member"), "GET", path)
    assert (answer.status_code, answer.json["scope"]) == (403, None)
    assert "owner, admin, developer" in answer.json["detail"]


def test_who_lacks_the_scope_platform_alone_is_told(cast: Cast) -> None:
    answer = cast.call(cast.caller("operator_without_platform"), "GET", "/users")
    assert (answer.status_code, answer.json["scope"]) == (403, "platform")


@pytest.mark.parametrize(
    ("headers", "status", "said"),
    [
        ({"Content_Type": "text/plain"}, 415, "application/json"),
        ({"If_Match": ""}, 428, "If-Match"),
        ({"If_Match": '"9"'}, 412, "If-Match"),
    ],
)
def test_what_a_header_has_to_be_is_said(cast: Cast, headers: dict[str, str], status: int, said: str) -> None:
    organization = cast.as_owner("GET", "/organizations/{own}").json
    sent_headers = {"If_Match": f'"{organization["version"]}"', **headers}
    answer = cast.as_owner("PATCH", "/organizations/{own}", {"time_zone": "Europe/Berlin"}, **sent_headers)
    assert answer.status_code == status, answer.text
    assert said in answer.json["detail"]


def test_without_a_token_it_is_said_how_to_send_one(cast: Cast) -> None:
    answer = cast.call(cast.caller("anonymous"), "GET", "/me")
    assert (answer.status_code, "Authorization: Bearer" in answer.json["detail"]) == (401, True)
