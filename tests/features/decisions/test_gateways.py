"""How gateways of each kind ask, and what a decision costs."""

from __future__ import annotations

from dataclasses import replace

from grantway.edges.dialects.standard import paths
from tests.kit.gateway import ADDRESS, Gateway, basic, gateway_of, outcome
from tests.kit.world import World


def test_traefik_and_envoy_tell_the_call_in_their_own_way(gateway: Gateway) -> None:
    bearer = gateway.bearer("orders:read")
    traefik = gateway.forwarded(
        "", "", bearer, X_Original_Method=None, X_Original_URI=None, X_Forwarded_Method="GET", X_Forwarded_Uri="/orders/7"
    )  # fmt: skip
    assert traefik.status_code == 200
    for below, method in (("/orders/7", "GET"), ("/", "GET"), ("/a%2Fb", "GET"), ("/orders", "POST")):
        told = {
            "Grantway-Gateway": gateway.credentials,
            "Authorization": bearer,
            "X-Original-URI": "/orders/7",
        }
        envoy = gateway.world.client.simulate_request(method, paths.DECISION + below, headers=told)
        assert envoy.status_code == (200 if method == "GET" else 403), below
        del told["X-Original-URI"]
        blind = gateway.world.client.simulate_request(method, paths.DECISION + below, headers=told)
        assert outcome(blind) == (400, "E-DECISION-03")


def test_a_warm_decision_asks_and_writes_nothing(world: World) -> None:
    """At the cost of an introspection: the form for the event loop refuses every use of the database."""
    gateway = gateway_of(world, takes_basic=True)
    world.make.limit(gateway.api, 100)
    application, secret = gateway.caller("orders:read")
    bearer = "Bearer " + world.machine_token(application, secret)
    pair = basic(application.client_id, secret)
    world.product.poll()
    for proof in (bearer, pair):
        assert gateway.forwarded("GET", "/orders", proof).status_code == 200
    gateway.client = world.memory_client()
    for proof in (bearer, pair):
        assert gateway.forwarded("GET", "/orders", proof).status_code == 200
        assert gateway.asked({"method": "GET", "uri": "/orders", "authorization": proof}).json["allowed"]
        assert gateway.forwarded("GET", "/invoices", proof).status_code == 403
    for method, path in (("GET", paths.DECISION), ("POST", paths.DECISION), ("PUT", paths.DECISION + "/a/b")):
        assert world.product.inline.knows(method, path)


def test_the_address_is_what_the_gateway_tells(world: World) -> None:
    """G11: a caller is known by the address that the gateway saw, so wrong secrets are counted for it."""
    gateway = gateway_of(world, takes_basic=True)
    application, _ = gateway.caller("orders:read")
    wrong = basic(application.client_id, "gws_wrong")
    statuses = [gateway.forwarded("GET", "/orders", wrong).status_code for _ in range(31)]
    assert (statuses[0], statuses[-1]) == (401, 429)
    elsewhere = gateway.forwarded("GET", "/orders", wrong, X_Forwarded_For="192.0.2.45")
    assert elsewhere.status_code == 401
    chain = gateway.forwarded("GET", "/orders", wrong, X_Forwarded_For=f"192.0.2.45, {ADDRESS}")
    assert chain.status_code == 429


def test_address_ranges_hold_for_calls_as_the_gateway_tells_the_address(world: World) -> None:
    """G11, G12: on tokens and pairs alike; an address that nobody told is in no range."""
    gateway = gateway_of(world, takes_basic=True)
    application, secret = gateway.caller("orders:read")
    bearer = "Bearer " + world.machine_token(application, secret)
    proofs = (bearer, basic(application.client_id, secret))
    limited = replace(application.settings, networks=("192.0.2.32/28",))
    world.make.change_application(application, settings=limited)
    for proof in proofs:
        assert gateway.forwarded("GET", "/orders", proof).status_code == 200
        for address in ("192.0.2.48", "10.0.0.1", "unknown", f"{ADDRESS}, 192.0.2.48", None):
            answer = gateway.forwarded("GET", "/orders", proof, X_Forwarded_For=address)
            assert outcome(answer) == (403, "E-NETWORK-01"), address
        told = {"method": "GET", "uri": "/orders", "authorization": proof}
        assert gateway.asked(told | {"address": ADDRESS}).json["allowed"] is True
        assert gateway.asked(told).json["error_id"] == "E-NETWORK-01"
    world.make.change_application(application, settings=application.settings)
    assert gateway.forwarded("GET", "/orders", bearer, X_Forwarded_For=None).status_code == 200
