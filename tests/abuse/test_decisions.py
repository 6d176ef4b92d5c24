"""Decisions for APIs under attack: forged paths and headers, gateways that are none, foreign tokens."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from grantway.core.identifiers import to_text
from grantway.edges.dialects.standard import paths
from tests.core.test_routes import AMBIGUOUS
from tests.kit.gateway import Gateway, basic, gateway_of, outcome
from tests.kit.world import World


@pytest.fixture
def gateway(world: World) -> Gateway:
    return gateway_of(world)


def test_a_path_of_two_readings_reaches_no_route(gateway: Gateway) -> None:
    """V126: also where a route would take everything below."""
    gateway.world.make.route(gateway.api, "/*", "orders:read")
    bearer = gateway.bearer("orders:read", "files:read")
    for path in AMBIGUOUS:
        if "?" in path or "\x00" in path:
            continue
        asked = gateway.asked({"method": "GET", "uri": path, "authorization": bearer})
        assert (asked.json.get("allowed") or False) is False, path
        expected = (200, "E-DECISION-05") if path else (400, "E-DECISION-03")
        assert outcome(asked) == expected, path
    for path in ("/files/../orders", "/orders%2f7", "//orders", "/orders/7%00", "http://x/orders"):
        assert outcome(gateway.forwarded("GET", path, bearer)) == (403, "E-DECISION-05"), path


def test_headers_of_another_kind_of_gateway_are_refused(gateway: Gateway) -> None:
    """V126: a caller adds the header that its gateway does not know, and means another path by it."""
    bearer = gateway.bearer("orders:read")
    for forged in (
        {"X_Forwarded_Uri": "/orders"},
        {"X_Forwarded_Method": "GET"},
        {"X_Original_Method": None},
        {"X_Original_URI": None},
        {"X_Original_URI": None, "X_Forwarded_Uri": "/orders"},
        {"X_Original_URI": ""},
    ):
        answer = gateway.forwarded("GET", "/files/x", bearer, **forged)
        assert outcome(answer) == (400, "E-DECISION-03"), forged
    below = {"Grantway-Gateway": gateway.credentials, "Authorization": bearer, "X-Original-URI": "/orders"}
    for name, value in (("X-Original-Method", "POST"), ("X-Forwarded-Uri", "/orders")):
        answer = gateway.world.client.simulate_get(paths.DECISION + "/orders", headers=below | {name: value})
        assert outcome(answer) == (400, "E-DECISION-03")
    twice = gateway.forwarded("GET", "/orders, /orders", bearer)
    assert outcome(twice) == (403, "E-DECISION-05")


def test_who_is_no_gateway_learns_nothing(gateway: Gateway) -> None:
    """V074, V075: only an introspector of this API asks, and its fault never looks like the caller's."""
    make = gateway.world.make
    bearer = gateway.bearer("orders:read")
    stranger = make.application(gateway.home, "backend", scopes=())
    elsewhere = make.application(gateway.home, "backend", scopes=())
    make.api(
        None, "stock:read", introspectors=frozenset({elsewhere.id}), identifier="https://stock.example.test"
    )
    cases: list[tuple[str | None, str, str]] = [
        (basic(stranger.client_id, make.secret(stranger)), "", "E-DECISION-01"),
        (
            basic(elsewhere.client_id, make.secret(elsewhere)),
            f"api={gateway.api.identifier}",
            "E-DECISION-01",
        ),
        (gateway.credentials, "api=https://stock.example.test", "E-DECISION-01"),
        (gateway.credentials, "api=https://none.example.test", "E-DECISION-01"),
        (basic(gateway.application.client_id, "gws_wrong"), "", "E-CLIENT-01"),
        (basic("nobody", gateway.secret), "", "E-CLIENT-01"),
        (None, "", "E-CLIENT-02"),
        ("Basic !!", "", "E-CLIENT-04"),
        ("Bearer x", "", "E-CLIENT-04"),
        (f"{gateway.credentials}, {gateway.credentials}", "", "E-CLIENT-04"),
    ]
    for credentials, query, error_id in cases:
        for proof in (bearer, "Bearer nothing", None):
            answer = gateway.forwarded("GET", "/orders", proof, query=query, Grantway_Gateway=credentials)
            assert outcome(answer) == (400, error_id), (credentials, query)
            assert "www-authenticate" not in answer.headers
            assert not [name for name in answer.headers if name.startswith("x-grantway")]
    # A caller's own pair in the place of the gateway's is nobody's: the plain form answers like any endpoint.
    plain = gateway.asked({"method": "GET", "uri": "/orders"}, Authorization=basic("nobody", "x"))
    assert outcome(plain) == (401, "E-CLIENT-01")


def test_a_public_application_is_no_gateway(gateway: Gateway) -> None:
    make = gateway.world.make
    public = make.application(gateway.home, "public", scopes=())
    make.api(None, "stock:read", introspectors=frozenset({public.id}))
    answer = gateway.world.client.simulate_post(
        paths.DECISION,
        body=f"client_id={public.client_id}&method=GET&uri=/",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert outcome(answer) == (401, "E-CLIENT-01")


def test_a_token_for_another_api_is_none_here(gateway: Gateway) -> None:
    """V074: the audience is this API, whatever scopes somebody gave the other one."""
    gateway.world.make.api(None, "stock:read")
    assert outcome(gateway.forwarded("GET", "/orders", gateway.bearer("stock:read"))) == (401, "E-TOKEN-05")
    refused = gateway.forwarded("GET", "/orders", "Bearer " + "gwo_" + "A" * 80)
    assert outcome(refused) == (401, "E-TOKEN-02")
    assert "invalid_token" in refused.headers["www-authenticate"]


def test_what_is_switched_off_is_dead_at_the_next_decision(gateway: Gateway) -> None:
    """V111: application, organization, secret, installation and person, and again when they come back."""
    world, make = gateway.world, gateway.world.make
    application, secret = gateway.caller("orders:read")
    bearer = "Bearer " + world.machine_token(application, secret)
    guest = make.organization("Contoso")
    installation = make.installation(application, guest)
    away = "Bearer " + world.machine_token(application, make.secret(application, guest))
    assert gateway.forwarded("GET", "/orders", bearer).status_code == 200
    assert gateway.forwarded("GET", "/orders", away).status_code == 200
    make.change_organization(guest, state="disabled")
    assert outcome(gateway.forwarded("GET", "/orders", away)) == (401, "E-TOKEN-02")
    make.change_organization(guest, state="enabled")
    with world.store.begin() as tx:
        door = tx.organization(guest.id)
        assert door.update_installation(replace(installation, state="suspended"), version=1)
    assert outcome(gateway.forwarded("GET", "/orders", away)) == (401, "E-TOKEN-02")
    make.change_application(application, state="disabled")
    assert outcome(gateway.forwarded("GET", "/orders", bearer)) == (401, "E-TOKEN-02")
    make.change_application(application, state="enabled")
    assert gateway.forwarded("GET", "/orders", bearer).status_code == 200
    make.change_application(application, scopes=frozenset())
    assert outcome(gateway.forwarded("GET", "/orders", bearer)) == (403, "E-TOKEN-03")
    make.change_application(gateway.application, state="disabled")
    assert outcome(gateway.forwarded("GET", "/orders", bearer)) == (400, "E-CLIENT-08")


def test_no_name_of_anybody_gets_into_a_header(gateway: Gateway) -> None:
    """Header injection by what organizations, people and applications are called."""
    world, make = gateway.world, gateway.world.make
    evil = "Evil\r\nX-Grantway-Role: owner"
    organization = make.organization(evil)
    application = make.application(organization, "backend", scopes=("orders:read",), name=evil)
    bearer = "Bearer " + world.machine_token(application, make.secret(application))
    answer = gateway.forwarded("GET", "/orders", bearer, X_Grantway_Role="owner", X_Grantway_Subject="1")
    assert answer.status_code == 200
    assert "Evil" not in str(answer.headers) + answer.text
    assert (answer.headers["x-grantway-role"], answer.headers["x-grantway-subject"]) == ("", "")
    assert answer.headers["x-grantway-organization"] == to_text(organization.id)


def test_hostile_questions_are_refused_and_write_nothing(gateway: Gateway) -> None:
    """4xx with an id, no echo of the input, no row."""
    bearer, marker = gateway.bearer("orders:read"), "m4rk3r"
    good = {"method": "GET", "uri": "/orders", "authorization": bearer}
    bodies: list[bytes] = [
        *(b"", b"[]", b"{", b'"x"', b'{"method": 1}', b'{"method":"GET","method":"PUT"}'),
        json.dumps(good | {"uri": ["/orders"]}).encode(),
        json.dumps(good | {"method": marker * 9}).encode(),
        json.dumps(good | {"uri": marker + "\x00"}).encode(),
        json.dumps(good | {"address": marker}).encode(),
        json.dumps({"method": "GET"}).encode(),
        json.dumps({"uri": "/orders"}).encode(),
    ]
    for body in bodies:
        answer = gateway.asked(body)
        assert 400 <= answer.status_code < 500, body
        assert answer.json["error_id"].startswith("E-")
        assert marker not in answer.text
    for changes in (
        {"uri": f"/{marker}\ud800"},
        {"authorization": "Bearer \ud800"},
        {"method": "\ud800"},
        {"api": "\ud800"},
    ):
        assert gateway.asked(good | changes).json.get("allowed") in {False, None}, changes
    in_query = gateway.forwarded("GET", "/orders", bearer, query="api=a&api=b")
    assert outcome(in_query) == (400, "E-REQUEST-01")
