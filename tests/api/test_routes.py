"""Routes and limits of APIs: declared by operators, seen by those whom they are for."""

from __future__ import annotations

from typing import Any

from grantway.core.identifiers import to_text
from grantway.core.model import Api
from grantway.features.registry.routes import MOST_LIMITS, MOST_ROUTES
from tests.api.cast import Cast
from tests.kit.counts import count
from tests.kit.gateway import gateway_of


def declared(cast: Cast) -> tuple[Api, str]:
    """An API of the own organization with two scopes, and its place."""
    api = cast.world.make.api(cast.own, "orders:read", "orders:write")
    cast.world.make.api(cast.own, "stock:read")
    return api, f"/organizations/{{own}}/apis/{to_text(api.id)}"


def route(pattern: str = "/orders/{id}", method: str = "GET", *scopes: str) -> dict[str, Any]:
    return {"method": method, "pattern": pattern, "scopes": list(scopes or ("orders:read",))}


def fields_of(result: Any) -> set[tuple[str, str]]:
    assert result.status_code == 422, result.text
    return {(one["field"], one["id"]) for one in result.json["errors"]}


def test_a_route_is_declared_changed_and_removed(cast: Cast) -> None:
    _, place = declared(cast)
    made = cast.as_operator("POST", place + "/routes", route())
    assert (made.status_code, made.json["scopes"]) == (201, ["orders:read"])
    one = f"{place}/routes/{made.json['id']}"
    assert cast.as_owner("GET", place + "/routes").json["items"] == [made.json]
    wanted = {"scopes": ["orders:write", "orders:read"]}
    assert cast.as_operator("PATCH", one, wanted, If_Match='"9"').status_code == 412
    changed = cast.as_operator("PATCH", one, wanted, If_Match='"1"')
    assert (changed.status_code, changed.json["scopes"]) == (200, ["orders:read", "orders:write"])
    assert (changed.json["version"], changed.headers["etag"]) == (2, '"2"')
    for fixed in ({"pattern": "/x"}, {"method": "PUT"}):
        refused = cast.as_operator("PATCH", one, wanted | fixed, If_Match='"2"')
        assert fields_of(refused) == {(next(iter(fixed)), "E-FIELD-06")}
    assert cast.as_operator("DELETE", one).status_code == 204
    assert cast.as_operator("DELETE", one).status_code == 404
    assert cast.as_owner("GET", place + "/routes").json["items"] == []


def test_a_route_is_judged_as_a_whole(cast: Cast) -> None:
    _, place = declared(cast)
    for body, expected in (
        (route("orders"), {("pattern", "E-DECISION-07")}),
        (route("/orders/^.*$"), {("pattern", "E-DECISION-07")}),
        (route("/a", "get"), {("method", "E-FIELD-04")}),
        (route("/a", "HEAD"), {("method", "E-FIELD-04")}),
        (route("/a", "GET", "stock:read"), {("scopes[0]", "E-FIELD-23")}),
        (route("/a", "GET", "openid"), {("scopes[0]", "E-FIELD-23")}),
        (route("/a") | {"scopes": []}, {("scopes", "E-FIELD-01")}),
        (route("/a", "GET", *["orders:read"] * 11), {("scopes", "E-FIELD-17")}),
        (route("/a", "GET", "orders:read", "orders:read"), {("scopes[1]", "E-FIELD-16")}),
        (route("/..", "X", "none"), {("pattern", "E-DECISION-07"), ("method", "E-FIELD-04"), ("scopes[0]", "E-FIELD-23")}),
    ):  # fmt: skip
        assert fields_of(cast.as_operator("POST", place + "/routes", body)) == expected, body


def test_no_two_routes_of_a_method_have_one_shape(cast: Cast) -> None:
    _, place = declared(cast)
    assert cast.as_operator("POST", place + "/routes", route("/orders/{id}")).status_code == 201
    taken = cast.as_operator("POST", place + "/routes", route("/orders/{number}"))
    assert fields_of(taken) == {("pattern", "E-FIELD-26")}
    assert cast.as_operator("POST", place + "/routes", route("/orders/{number}", "PUT")).status_code == 201
    for other in ("/Orders/{id}", "/ORDERS", "/Orders/*"):
        refused = cast.as_operator("POST", place + "/routes", route(other))
        assert fields_of(refused) == {("pattern", "E-DECISION-08")}, other


def test_routes_and_limits_are_bounded_in_number(cast: Cast) -> None:
    api, place = declared(cast)
    for number in range(MOST_ROUTES):
        cast.world.make.route(api, f"/r/{number}", "orders:read")
    full = cast.as_operator("POST", place + "/routes", route())
    assert (full.status_code, full.json["error_id"]) == (409, "E-DECISION-09")
    for _ in range(count(3, MOST_LIMITS)):
        application = cast.world.make.application(cast.own)
        made = cast.as_operator("POST", place + "/limits", {"per_minute": 1, "application_id": to_text(application.id)})  # fmt: skip
        assert made.status_code == 201
    if count(3, MOST_LIMITS) == MOST_LIMITS:
        assert (
            cast.as_operator("POST", place + "/limits", {"per_minute": 1}).json["error_id"] == "E-DECISION-09"
        )


def test_a_limit_is_for_all_for_some_or_for_a_pair(cast: Cast) -> None:
    _, place = declared(cast)
    limits = place + "/limits"
    everybody = cast.as_operator("POST", limits, {"per_minute": 600})
    assert (everybody.status_code, everybody.json["application_id"]) == (201, None)
    assert fields_of(cast.as_operator("POST", limits, {"per_minute": 5})) == {
        ("application_id", "E-FIELD-26")
    }
    other = {"per_minute": 5, "organization_id": to_text(cast.other.id)}
    assert cast.as_operator("POST", limits, other).status_code == 201
    for number in (0, -1, 1_000_001):
        assert fields_of(cast.as_operator("POST", limits, {"per_minute": number})) >= {
            ("per_minute", "E-FIELD-24")
        }
    unknown = {"per_minute": 1, "application_id": "3xKnown9", "organization_id": "0"}
    assert fields_of(cast.as_operator("POST", limits, unknown)) == {
        ("application_id", "E-FIELD-04"),
        ("organization_id", "E-FIELD-04"),
    }
    one = f"{limits}/{everybody.json['id']}"
    changed = cast.as_operator("PATCH", one, {"per_minute": 60}, If_Match='"1"')
    assert (changed.status_code, changed.json["per_minute"], changed.json["version"]) == (200, 60, 2)
    assert cast.as_operator("PATCH", one, {"per_minute": 61}, If_Match='"1"').status_code == 412
    assert fields_of(cast.as_operator("PATCH", one, {"per_minute": 0}, If_Match='"2"')) == {
        ("per_minute", "E-FIELD-24")
    }
    assert len(cast.as_owner("GET", limits).json["items"]) == 2
    assert cast.as_operator("DELETE", one).status_code == 204


def test_the_servers_own_apis_have_no_routes_and_no_limits(cast: Cast) -> None:
    operator = cast.caller("operator")
    mine = cast.call(operator, "GET", "/me").json["organization"]["id"]
    for api in cast.call(operator, "GET", f"/organizations/{mine}/apis").json["items"]:
        place = f"/organizations/{mine}/apis/{api['id']}"
        calls = (
            cast.call(operator, "POST", place + "/routes", route("/x", "GET", "openid")),
            cast.call(operator, "POST", place + "/limits", {"per_minute": 1}),
        )
        assert {(call.status_code, call.json["error_id"]) for call in calls} == {(409, "E-RECORD-16")}


def test_what_an_api_takes_as_proof_is_strict_until_it_is_changed(cast: Cast) -> None:
    _, place = declared(cast)
    before = cast.as_owner("GET", place).json
    assert (before["accepts"], before["takes_basic"], before["query_token"]) == (["standard"], False, None)
    wanted = {"accepts": ["nexus211", "standard"], "takes_basic": True, "query_token": "access_token"}
    changed = cast.as_operator("PATCH", place, wanted, If_Match='"1"')
    assert {name: changed.json[name] for name in wanted} == wanted
    for refused, field, error_id in (
        ({"accepts": ["klingon"]}, "accepts[0]", "E-FIELD-04"),
        ({"accepts": ["standard", "standard"]}, "accepts[1]", "E-FIELD-16"),
        ({"query_token": "a b"}, "query_token", "E-FIELD-05"),
        ({"query_token": ""}, "query_token", "E-FIELD-05"),
    ):
        assert fields_of(cast.as_operator("PATCH", place, refused, If_Match='"2"')) == {(field, error_id)}, (
            refused
        )


def test_makers_and_organizations_see_limits_and_what_was_used(cast: Cast) -> None:
    """Limits are visible to the person who must act on them."""
    world, make = cast.world, cast.world.make
    gateway = gateway_of(world)
    application = make.application(cast.own, "backend", scopes=("orders:read",))
    installation = make.installation(application, cast.other)
    make.limit(gateway.api, 3)
    make.limit(gateway.api, 5, application, cast.other)
    home = "Bearer " + world.machine_token(application, make.secret(application))
    away = "Bearer " + world.machine_token(application, make.secret(application, cast.other))
    place = f"/organizations/{{own}}/applications/{to_text(application.id)}/limits"
    (fresh,) = cast.as_owner("GET", place).json["items"]
    assert (fresh["per_minute"], fresh["this_minute"], fresh["organization_id"]) == (
        3,
        0,
        to_text(cast.own.id),
    )
    statuses = [gateway.forwarded("GET", "/orders", home).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert gateway.forwarded("GET", "/orders", away).status_code == 200
    world.product.share_counts()
    assert gateway.forwarded("GET", "/orders", away).status_code == 200
    seen = {one["organization_id"]: one for one in cast.as_owner("GET", place).json["items"]}
    assert seen[to_text(cast.own.id)]["this_minute"] == 3
    assert (seen[to_text(cast.other.id)]["this_minute"], seen[to_text(cast.other.id)]["per_minute"]) == (2, 5)
    assert seen[to_text(cast.own.id)]["api"] == gateway.api.identifier
    theirs = f"/organizations/{to_text(cast.other.id)}/installations/{to_text(installation.id)}/limits"
    (one,) = cast.call(cast.caller("stranger"), "GET", theirs).json["items"]
    assert (one["organization_id"], one["per_minute"], one["this_minute"]) == (to_text(cast.other.id), 5, 2)
    world.advance(60)
    world.product.share_counts()
    (one,) = cast.call(cast.caller("stranger"), "GET", theirs).json["items"]
    assert (one["this_minute"], one["last_minute"]) == (0, 2)
    unlimited = make.application(cast.own, "backend", scopes=("openid",))
    nothing = f"/organizations/{{own}}/applications/{to_text(unlimited.id)}/limits"
    assert cast.as_owner("GET", nothing).json["items"] == []
