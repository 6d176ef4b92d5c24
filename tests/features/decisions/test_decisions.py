"""Who may call what: scopes decide which endpoints answer (N3), legs and roles are seen at use (B23, N30)."""

from __future__ import annotations

from dataclasses import replace

import falcon.testing
import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import ApiPolicy
from grantway.edges.dialects.standard import paths
from tests.kit.factories import CALLBACK
from tests.kit.gateway import ADDRESS, Gateway, basic, gateway_of, outcome
from tests.kit.world import World


def test_a_call_with_the_scope_goes_on_and_says_who_calls(gateway: Gateway) -> None:
    """N3: in headers for a gateway, in JSON for a program."""
    application, secret = gateway.caller("orders:read", "files:read")
    bearer = "Bearer " + gateway.world.machine_token(application, secret)
    answer = gateway.forwarded("GET", "/orders/7?full=1", bearer)
    assert answer.status_code == 200
    told = {name: value for name, value in answer.headers.items() if name.startswith("x-grantway")}
    assert told == {
        "x-grantway-application": application.client_id,
        "x-grantway-organization": to_text(gateway.home.id),
        "x-grantway-subject": "",
        "x-grantway-subject-kind": "none",
        "x-grantway-role": "",
        "x-grantway-scopes": "files:read orders:read",
    }
    assert answer.headers["cache-control"] == "no-store"
    plain = gateway.asked({"method": "GET", "uri": "/orders/7", "authorization": bearer})
    assert (plain.status_code, plain.json) == (200, answer.json)
    assert plain.json == {
        "allowed": True,
        "api": gateway.api.identifier,
        "route": "/orders/{id}",
        "application": application.client_id,
        "organization": to_text(gateway.home.id),
        "subject": None,
        "subject_kind": "none",
        "role": None,
        "scopes": ["files:read", "orders:read"],
    }


def test_every_scope_of_the_route_is_needed(gateway: Gateway) -> None:
    """N3; RFC 6750 §3.1 says which."""
    bearer = gateway.bearer("orders:read")
    answer = gateway.forwarded("POST", "/orders", bearer)
    assert outcome(answer) == (403, "E-TOKEN-03")
    challenge = 'Bearer realm="grantway", error="insufficient_scope", scope="orders:read orders:write"'
    assert answer.headers["www-authenticate"] == challenge
    assert answer.json["scope"] == "orders:read orders:write"
    assert not [name for name in answer.headers if name.startswith("x-grantway") and "status" not in name]
    assert (
        gateway.forwarded("POST", "/orders", gateway.bearer("orders:read", "orders:write")).status_code == 200
    )


def test_what_is_not_declared_is_denied(gateway: Gateway) -> None:
    bearer = gateway.bearer("orders:read", "orders:write", "files:read")
    for method, uri in (("PUT", "/orders"), ("GET", "/invoices"), ("GET", "/"), ("DELETE", "/orders/7"), ("TRACE", "/orders"), ("GET", "/files")):  # fmt: skip
        assert outcome(gateway.forwarded(method, uri, bearer)) == (403, "E-DECISION-06"), (method, uri)
    for uri in ("/orders/7/", "/files/a/b/c", "/orders/?a=/../b"):
        assert gateway.forwarded("GET", uri, bearer).status_code == 200, uri
    assert gateway.forwarded("HEAD", "/orders", bearer).status_code == 200


def test_without_credentials_nothing_is_told_of_the_routes(gateway: Gateway) -> None:
    for uri in ("/orders", "/invoices", "/a/../b"):
        answer = gateway.forwarded("GET", uri)
        assert outcome(answer) == (401, "E-TOKEN-01")
        assert answer.headers["www-authenticate"] == 'Bearer realm="grantway"'
    for authorization in (
        "Bearer nothing",
        "Bearer",
        "Bearer a b",
        "Basic !!",
        "Digest x",
        "Bearer gwo_" + "a" * 60,
    ):
        answer = gateway.forwarded("GET", "/orders", authorization)
        assert answer.status_code == 401, authorization


def test_a_route_and_its_scopes_change_at_once(gateway: Gateway) -> None:
    """N5, under the change feed: no restart and no wait."""
    bearer = gateway.bearer("orders:read")
    assert outcome(gateway.forwarded("GET", "/new", bearer)) == (403, "E-DECISION-06")
    route = gateway.world.make.route(gateway.api, "/new", "orders:read")
    assert gateway.forwarded("GET", "/new", bearer).status_code == 200
    with gateway.world.store.begin() as tx:
        door = tx.organization(gateway.home.id)
        assert door.update_route(replace(route, scopes=frozenset({"files:read"})), version=1)
    assert outcome(gateway.forwarded("GET", "/new", bearer)) == (403, "E-TOKEN-03")
    with gateway.world.store.begin() as tx:
        assert tx.organization(gateway.home.id).delete_route(gateway.api.id, route.id)
    assert outcome(gateway.forwarded("GET", "/new", bearer)) == (403, "E-DECISION-06")


def test_legs_are_looked_at_when_a_token_is_used(gateway: Gateway) -> None:
    """B22, B23: a scope that comes to need a user is lost to machines, on live tokens too."""
    make = gateway.world.make
    scope = make.scope(gateway.api, "profile:read")
    make.route(gateway.api, "/profile", "profile:read")
    bearer = gateway.bearer("profile:read", "orders:read")
    assert gateway.forwarded("GET", "/profile", bearer).status_code == 200
    with gateway.world.store.begin() as tx:
        assert tx.organization(gateway.home.id).update_scope(replace(scope, legs="3-legged"), version=1)
    assert outcome(gateway.forwarded("GET", "/profile", bearer)) == (403, "E-TOKEN-03")
    assert gateway.forwarded("GET", "/orders", bearer).status_code == 200


def test_a_person_is_told_with_the_role(gateway: Gateway) -> None:
    """N30: the API may refuse by role, because it is told; it changes with the membership."""
    world = gateway.world
    person = world.make.person(gateway.home, role="developer", name="Zoë\nInjected: yes")
    application = world.make.application(
        gateway.home, "public", scopes=("openid", "orders:read"), redirects=(CALLBACK,)
    )
    bearer = "Bearer " + world.authorize(application, person, scope="openid orders:read").access_token
    answer = gateway.forwarded("GET", "/orders", bearer)
    assert answer.status_code == 200
    assert answer.headers["x-grantway-subject"] == to_text(person.id)
    assert (answer.headers["x-grantway-subject-kind"], answer.headers["x-grantway-role"]) == (
        "user",
        "developer",
    )
    assert answer.json["role"] == "developer"
    world.make.change_membership(person, gateway.home, role="member")
    assert gateway.forwarded("GET", "/orders", bearer).headers["x-grantway-role"] == "member"


def test_an_application_calls_with_its_pair_where_the_api_takes_pairs(world: World) -> None:
    """N27: the secret presented selects the organization; a wrong one is refused like an unknown client."""
    gateway = gateway_of(world, takes_basic=True, accepts=frozenset({"standard", "nexus211"}))
    home, secret = gateway.caller("orders:read")
    assert gateway.forwarded("GET", "/orders", basic(home.client_id, secret)).status_code == 200
    guest, _ = gateway.caller("orders:read", dialect="nexus211")
    other = world.make.organization("Contoso")
    world.make.installation(guest, other)
    pair = basic(guest.client_id, world.make.secret(guest, other))
    answer = gateway.forwarded("GET", "/orders", pair)
    assert (answer.status_code, answer.headers["x-grantway-organization"]) == (200, to_text(other.id))
    assert outcome(gateway.forwarded("POST", "/orders", pair)) == (403, "E-TOKEN-03")
    for wrong in (basic(home.client_id, "gws_wrong"), basic("nobody", secret)):
        refused = gateway.forwarded("GET", "/orders", wrong)
        assert outcome(refused) == (401, "E-CLIENT-01")
        assert refused.headers["www-authenticate"].startswith("Basic ")


def test_a_pair_is_no_proof_where_the_api_takes_tokens_only(gateway: Gateway) -> None:
    pair = basic(*(lambda one: (one[0].client_id, one[1]))(gateway.caller("orders:read")))
    assert outcome(gateway.forwarded("GET", "/orders", pair)) == (401, "E-TOKEN-01")


def test_tokens_of_a_mount_count_where_the_api_accepts_it(world: World) -> None:
    """The mount is the API's choice, never what a token says of itself."""
    gateway = gateway_of(world)
    lynx = world.make.application(
        world.make.platform, dialect="deeplynx", scopes=("orders:read",), settings={"token_format": "opaque"}
    )
    del lynx
    for accepts in (frozenset({"nexus211"}), frozenset[str]()):
        with world.store.begin() as tx:
            door = tx.organization(gateway.home.id)
            api = door.api(gateway.api.id)
            assert api is not None
            assert door.update_api(replace(api, policy=ApiPolicy(accepts)), version=api.version)
        assert outcome(gateway.forwarded("GET", "/orders", gateway.bearer("orders:read"))) == (
            401,
            "E-TOKEN-02",
        )


@pytest.mark.parametrize("name", ["token", "access_token"])
def test_a_token_in_the_address_counts_where_the_api_asks_for_it(world: World, name: str) -> None:
    """D59, G33; and never beside another proof, nor twice."""
    gateway = gateway_of(world, query_token=name)
    text = gateway.bearer("orders:read").removeprefix("Bearer ")
    assert gateway.forwarded("GET", f"/orders?x=1&{name}={text}").status_code == 200
    assert outcome(gateway.forwarded("GET", f"/orders?{name}=no")) == (401, "E-TOKEN-02")
    assert outcome(gateway.forwarded("GET", f"/orders?{name}={text}&{name}={text}")) == (401, "E-TOKEN-04")
    assert outcome(gateway.forwarded("GET", f"/orders?{name}={text}", f"Bearer {text}")) == (
        401,
        "E-TOKEN-04",
    )
    other = gateway_of(world)
    assert outcome(other.forwarded("GET", f"/orders?{name}={text}")) == (401, "E-TOKEN-01")


def test_a_used_scope_is_seen_by_the_organization_that_granted_it(gateway: Gateway) -> None:
    world = gateway.world
    guest, _ = gateway.caller("orders:read", "files:read")
    other = world.make.organization("Contoso")
    installation = world.make.installation(guest, other)
    token = world.machine_token(guest, world.make.secret(guest, other), scope="orders:read")
    world.product.remember_uses()
    world.advance(60)
    assert gateway.forwarded("GET", "/orders", f"Bearer {token}").status_code == 200
    assert outcome(gateway.forwarded("GET", "/files/x", f"Bearer {token}")) == (403, "E-TOKEN-03")
    world.product.remember_uses()
    with world.store.read() as tx:
        seen = tx.organization(other.id).installed_application(installation.id)
    assert seen is not None
    assert seen.used_scopes == {"orders:read"}
    assert seen.last_used_at == world.clock.now()


def test_one_gateway_may_guard_several_apis_and_names_one(gateway: Gateway) -> None:
    make = gateway.world.make
    second = make.api(None, "stock:read", introspectors=frozenset({gateway.application.id}))
    make.route(second, "/stock", "stock:read")
    bearer = gateway.bearer("stock:read")
    assert outcome(gateway.forwarded("GET", "/stock", bearer)) == (400, "E-DECISION-02")
    named = gateway.forwarded("GET", "/stock", bearer, query=f"api={second.identifier}")
    assert named.status_code == 200
    wrong = gateway.forwarded("GET", "/orders", bearer, query=f"api={gateway.api.identifier}")
    assert outcome(wrong) == (401, "E-TOKEN-05")
    plain = {"api": second.identifier, "method": "GET", "uri": "/stock", "authorization": bearer}
    assert gateway.asked(plain).json["allowed"] is True


def test_a_disabled_api_lets_nothing_through(gateway: Gateway) -> None:
    bearer = gateway.bearer("orders:read")
    with gateway.world.store.begin() as tx:
        door = tx.organization(gateway.home.id)
        assert door.update_api(replace(gateway.api, state="disabled"), version=1)
    assert outcome(gateway.forwarded("GET", "/orders", bearer)) == (403, "E-DECISION-04")


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
    gateway.client = falcon.testing.TestClient(world.product.inline)
    for proof in (bearer, pair):
        assert gateway.forwarded("GET", "/orders", proof).status_code == 200
        assert gateway.asked({"method": "GET", "uri": "/orders", "authorization": proof}).json["allowed"]
        assert gateway.forwarded("GET", "/invoices", proof).status_code == 403
    for method, path in (("GET", paths.DECISION), ("POST", paths.DECISION), ("PUT", paths.DECISION + "/a/b")):
        assert world.product.is_memory_first(method, path)


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
