"""Who may call what: scopes decide which endpoints answer (N3), legs and roles are seen at use (B23, N30)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import Api, ApiPolicy
from grantway.core.ports import Page
from grantway.core.service_accounts import GRANT_TYPE
from tests.dialects.deeplynx.guide import a_guide
from tests.kit.factories import CALLBACK
from tests.kit.gateway import Gateway, basic, gateway_of, outcome
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


def test_a_service_account_is_told_with_the_role(gateway: Gateway) -> None:
    """N47: what acts as a service account is limited by the role of it."""
    make = gateway.world.make
    application, secret = gateway.caller("orders:read", settings={"grant_types": frozenset({GRANT_TYPE})})
    account = make.service_account(gateway.home, application, role="member")
    answer = gateway.world.token(
        application, secret, grant_type=GRANT_TYPE, service_account=to_text(account.id)
    )
    decided = gateway.forwarded("GET", "/orders", "Bearer " + answer.json["access_token"])
    assert (decided.json["subject_kind"], decided.json["subject"], decided.json["role"]) == (
        "service_account",
        to_text(account.id),
        "member",
    )


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
    application, secret = gateway.caller("orders:read")
    pair = basic(application.client_id, secret)
    assert outcome(gateway.forwarded("GET", "/orders", pair)) == (401, "E-TOKEN-01")


def test_tokens_of_a_mount_count_where_the_api_accepts_it(world: World) -> None:
    """The mount is the API's choice, never what a token says of itself (D53: one key for all of a mount)."""
    gateway, guide = gateway_of(world), a_guide(world)
    text = guide.token()
    facts = world.product.features.api.verifier.find(text, "deeplynx")
    assert facts is not None
    with world.store.begin() as tx:
        door = tx.organization(world.make.platform.id)
        api = next(one for one in door.apis(Page()) if one.identifier in facts.audience)
        wanted = replace(api, introspectors=frozenset({gateway.application.id}))
        assert door.update_api(wanted, version=api.version)
    world.make.route(api, "/projects", "projects:read")
    asked = f"api={api.identifier}"
    assert outcome(gateway.forwarded("GET", "/projects", f"Bearer {text}", query=asked)) == (
        401,
        "E-TOKEN-02",
    )
    change_policy(world, api, ApiPolicy(frozenset({"nexus211"})))
    assert outcome(gateway.forwarded("GET", "/projects", f"Bearer {text}", query=asked)) == (
        401,
        "E-TOKEN-02",
    )
    change_policy(world, api, ApiPolicy(frozenset({"nexus211", "deeplynx"})))
    answer = gateway.forwarded("GET", "/projects", f"Bearer {text}", query=asked)
    assert (answer.status_code, answer.json["subject_kind"]) == (200, "user")
    change_policy(world, gateway.api, ApiPolicy(frozenset()))
    asked = f"api={gateway.api.identifier}"
    refused = gateway.forwarded("GET", "/orders", gateway.bearer("orders:read"), query=asked)
    assert outcome(refused) == (401, "E-TOKEN-02")


def change_policy(world: World, api: Api, policy: ApiPolicy) -> None:
    with world.store.begin() as tx:
        door = tx.organization(api.organization_id)
        stored = door.api(api.id)
        assert stored is not None
        assert door.update_api(replace(stored, policy=policy), version=stored.version)


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
    escaped = f"%{ord(name[0]):02x}{name[1:]}"
    assert gateway.forwarded("GET", f"/orders?{escaped}={text}").status_code == 200
    assert outcome(gateway.forwarded("GET", f"/orders?{name}={text}&{escaped}=no")) == (401, "E-TOKEN-04")
    # Some readers would see a second token here, others one whose text is strange.
    for query in (f"x=1;{name}=no&{name}={text}", f"{name}={text}&x=1;{name}=no"):
        assert outcome(gateway.forwarded("GET", f"/orders?{query}")) == (403, "E-DECISION-05")
    change_policy(world, gateway.api, ApiPolicy())
    assert outcome(gateway.forwarded("GET", f"/orders?{name}={text}")) == (401, "E-TOKEN-01")
    bearer = gateway.bearer("orders:read")
    assert gateway.forwarded("GET", "/orders?x=1;y=2", bearer).status_code == 200


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
