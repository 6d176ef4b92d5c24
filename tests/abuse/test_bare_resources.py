"""RFC 8707: a token for an API without any of its scopes is what its operator allowed, and opens nothing else.

Clients of the Model Context Protocol ask so. Whatever is asked of a scope is asked of such an API as a whole:
the gate, the installation, the consent, and whoever answers for the application.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from typing import Any

import falcon.testing
import pytest

from grantway.core.model import Api, ApiPolicy
from tests.abuse.story import Client, Story, error
from tests.kit.gateway import Gateway

TOOLS = "https://tools.example.test/mcp"
OTHER = "https://other.example.test"


@pytest.fixture
def gateway(story: Story) -> Gateway:
    """Its API takes tokens without a scope. Of its two routes one names a scope."""
    make = story.world.make
    guard = make.application(story.acme, "backend", scopes=())
    policy = ApiPolicy(tokens_without_scope=True)
    api = make.api(None, "tools:call", identifier=TOOLS, policy=policy, introspectors=frozenset({guard.id}))
    make.api(None, "other:read", identifier=OTHER)
    make.route(api, "/tools", "tools:call")
    return Gateway(story.world, story.acme, api, guard, make.secret(guard))


@pytest.fixture
def client(story: Story, gateway: Gateway) -> Client:
    del gateway
    return story.client(story.acme, scopes=("openid", "offline_access", "orders:read"))


def claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    return dict(json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4))))


def machine(story: Story, client: Client, **form: str) -> falcon.testing.Result:
    return story.world.token(client.application, client.secret, grant_type="client_credentials", **form)


def set_policy(story: Story, api: Api, policy: ApiPolicy) -> None:
    with story.world.store.begin() as tx:
        door = tx.organization(api.organization_id)
        stored = door.api(api.id)
        assert stored is not None
        assert door.update_api(replace(stored, policy=policy), version=stored.version) is not None
    story.world.product.poll()


@pytest.mark.parametrize(
    ("scope", "given"), [("openid", "openid"), ("openid offline_access", "openid offline_access")]
)
def test_a_code_carries_it_to_a_token_and_to_every_refresh(
    story: Story, client: Client, scope: str, given: str
) -> None:
    tokens = story.tokens(client, scope=scope, resource=TOOLS)
    assert tokens["scope"] == given
    assert claims(tokens["access_token"])["aud"] == TOOLS
    assert TOOLS not in claims(tokens["access_token"])["scope"]
    again = story.world.token(
        client.application, client.secret, grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    )
    assert (again.json["scope"], claims(again.json["access_token"])["aud"]) == (given, TOOLS)
    story.world.product.poll()
    elsewhere = story.world.token(
        client.application,
        client.secret,
        grant_type="refresh_token",
        refresh_token=again.json["refresh_token"],
        resource=OTHER,
    )
    assert error(elsewhere) == (400, "invalid_target")


def test_an_application_without_any_scope_can_ask_so(story: Story, client: Client) -> None:
    del client
    bare = story.client(story.acme, scopes=())
    tokens = story.tokens(bare, scope="", resource=TOOLS)
    assert tokens["scope"] == ""
    assert (claims(tokens["access_token"])["aud"], claims(tokens["access_token"])["scope"]) == (TOOLS, "")
    assert story.introspect(bare, tokens["access_token"])["active"] is True
    for_itself = machine(story, bare, resource=TOOLS)
    assert (for_itself.json["scope"], claims(for_itself.json["access_token"])["aud"]) == ("", TOOLS)
    assert error(machine(story, bare)) == (400, "invalid_scope")


@pytest.mark.parametrize("resource", [OTHER, "https://nobody.example.test", TOOLS + "/"])
def test_other_apis_go_on_refusing(story: Story, client: Client, resource: str) -> None:
    assert story.answer(client, scope="openid", resource=resource)["error"] == "invalid_target"
    assert error(machine(story, client, resource=resource)) == (400, "invalid_target")


def test_the_mark_of_an_api_is_no_scope_that_can_be_named(story: Story, client: Client) -> None:
    """It stands among scopes inside, so a request must not be able to say it."""
    assert error(machine(story, client, scope="@" + TOOLS)) == (400, "invalid_scope")
    assert story.answer(client, scope="@" + TOOLS)["error"] == "invalid_scope"
    assert story.tokens(client, scope=f"openid @{TOOLS}")["scope"] == "openid"


def test_no_route_that_names_scopes_is_open_to_it(story: Story, gateway: Gateway, client: Client) -> None:
    for token in (
        story.tokens(client, scope="openid", resource=TOOLS)["access_token"],
        machine(story, client, resource=TOOLS).json["access_token"],
    ):
        answer = gateway.forwarded("GET", "/tools", f"Bearer {token}")
        assert (answer.status_code, answer.json["error"]) == (403, "insufficient_scope")
        assert answer.json["scope"] == "tools:call"
        told = story.introspect(Client(gateway.application, gateway.secret), token)
        assert (told["active"], told["aud"]) == (True, TOOLS)
        assert "tools:call" not in told["scope"]


def test_people_are_asked_about_it_and_can_take_it_back(story: Story, client: Client) -> None:
    """A consent to scopes is none to the API; the page says in words what this is; once is enough."""
    make = story.world.make
    make.consent(story.person, client.application, story.acme)
    browser = story.world.browser()
    browser.sign_in(story.person.email, story.person.password)
    assert browser.visit(story.request(client, scope="openid", resource=TOOLS)) is None
    assert browser.forms[0].has("decision", "approve")
    assert "Go there in your name, without any of its permissions" in browser.page
    left = browser.submit(("decision", "approve"))
    assert left is not None
    assert "code=" in left
    code = left.partition("code=")[2].partition("&")[0]
    token = story.redeem(client, code).json["access_token"]
    assert "code=" in (browser.visit(story.request(client, scope="openid", resource=TOOLS)) or "")
    browser.visit("/applications")
    assert "Go there in your name" in browser.page
    assert "@https" not in browser.page
    browser.submit()
    assert story.introspect(client, token) == {"active": False}
    assert browser.visit(story.request(client, scope="openid", resource=TOOLS)) is None


def test_a_voucher_answers_for_scopes_and_not_for_it(story: Story, client: Client) -> None:
    trusted = story.client(story.acme, scopes=("openid", "orders:read"), settings={"consent": "installed"})
    story.world.make.voucher(trusted.application, story.acme)
    browser = story.world.browser()
    browser.sign_in(story.person.email, story.person.password)
    assert "code=" in (browser.visit(story.request(trusted, scope="openid")) or "")
    assert browser.visit(story.request(trusted, scope="openid", resource=TOOLS)) is None
    assert browser.forms[0].has("decision", "approve")


@pytest.mark.parametrize(("gate", "is_let_in"), [("any", True), ("reviewed", False), ("installed", False)])
def test_a_gate_holds_as_for_a_scope_that_nobody_vouched_for(
    story: Story, client: Client, gate: Any, is_let_in: bool
) -> None:
    del client
    make = story.world.make
    home = make.organization("Contoso", gate=gate)
    person = make.person(home, name="Cora Careful")
    vendor = story.client(
        story.globex,
        scopes=("openid",),
        audience_effective="any_organization",
        settings={"grant_types": _CODE},
    )
    answer = story.answer(vendor, person, scope="openid", resource=TOOLS)
    assert ("code" in answer) is is_let_in, answer


def test_a_gate_that_closes_ends_what_came_in(story: Story, client: Client) -> None:
    del client
    make = story.world.make
    home = make.organization("Contoso", gate="any")
    person = make.person(home, name="Cora Careful")
    vendor = story.client(
        story.globex,
        scopes=("openid",),
        audience_effective="any_organization",
        settings={"grant_types": _CODE},
    )
    token = story.tokens(vendor, person, scope="openid", resource=TOOLS)["access_token"]
    assert story.introspect(vendor, token)["active"] is True
    make.change_organization(home, gate="reviewed")
    story.world.product.poll()
    assert story.introspect(vendor, token) == {"active": False}


def test_an_installation_reaches_the_apis_of_its_scopes(story: Story, client: Client) -> None:
    """What its organization never heard of is outside, for people and for machines."""
    del client
    make = story.world.make
    vendor = story.client(story.globex, "backend", scopes=("orders:read", "tools:call"))
    make.installation(vendor.application, story.acme, scopes=frozenset({"orders:read"}))
    narrow = Client(vendor.application, make.secret(vendor.application, story.acme))
    assert error(machine(story, narrow, scope="orders:read", resource=TOOLS)) == (400, "invalid_target")
    wide = make.installation(vendor.application, make.organization("Contoso"))
    pair = Client(
        vendor.application, make.secret(vendor.application, _organization(story, wide.organization_id))
    )
    assert claims(machine(story, pair, resource=TOOLS).json["access_token"])["aud"] == TOOLS


def test_the_policy_is_asked_at_each_use(story: Story, gateway: Gateway, client: Client) -> None:
    tokens = story.tokens(client, scope="openid", resource=TOOLS)
    whole = story.client(story.acme, scopes=("openid", "tools:call"))
    kept = story.tokens(whole, scope="openid tools:call", resource=TOOLS)
    set_policy(story, gateway.api, ApiPolicy())
    assert story.introspect(client, tokens["access_token"]) == {"active": False}
    assert story.introspect(whole, kept["access_token"])["active"] is True
    again = story.world.token(
        client.application, client.secret, grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    )
    assert error(again) == (400, "invalid_target")
    assert story.answer(client, scope="openid", resource=TOOLS)["error"] == "invalid_target"


_CODE = frozenset({"authorization_code", "refresh_token"})


def _organization(story: Story, organization_id: int) -> Any:
    found = story.world.services.directory.organization(organization_id)
    assert found is not None
    return found
