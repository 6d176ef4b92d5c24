"""No grant gives a scope that its application, its installation, its consent or its legs do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.abuse.story import Client, Story, error


@pytest.fixture
def catalogue(story: Story) -> Story:
    api = story.world.make.api(None, "files:read", identifier="https://files.example.test")
    story.world.make.scope(api, "files:machine", legs="2-legged")
    story.world.make.scope(api, "files:person", legs="3-legged")
    return story


@pytest.mark.parametrize(
    "asked", ["orders:write", "files:read", "platform", "no-such-scope", "orders:read orders:write"]
)
def test_a_machine_gets_nothing_outside_its_application(catalogue: Story, asked: str) -> None:
    """V082, C040: each scope outside the allow-list is refused, existing or not, alike."""
    client = catalogue.honest
    result = catalogue.world.token(
        client.application, client.secret, grant_type="client_credentials", scope=asked
    )
    assert error(result) == (400, "invalid_scope")


@pytest.mark.parametrize("asked", ["orders:write", "files:read", "platform", "no-such-scope"])
def test_a_user_grants_nothing_outside_the_application(catalogue: Story, asked: str) -> None:
    """V082: by the code flow likewise."""
    assert set(catalogue.tokens(catalogue.honest, scope=f"openid {asked}")["scope"].split()) == {"openid"}
    strict = catalogue.client(catalogue.acme, settings={"strict_scopes": True})
    for client, scope in ((catalogue.honest, asked), (strict, asked), (strict, f"openid {asked}")):
        answer = catalogue.answer(client, scope=scope)
        assert answer["error"] == "invalid_scope"
        assert "code" not in answer
        assert asked not in answer["error_description"], "what was sent is not said again"
        assert "openid" in answer["error_description"], "what could be asked for is"
        assert "orders" not in answer["error_description"], "but nothing that not everybody may read"


def test_what_an_installation_does_not_give_is_left_out_too(catalogue: Story) -> None:
    """V084: its ceiling is one like the application's own; and a refresh asks for no more than was given."""
    vendor = catalogue.client(catalogue.globex, scopes=("openid", "orders:read", "orders:write"))
    catalogue.world.make.installation(
        vendor.application, catalogue.acme, scopes=frozenset({"openid", "orders:read"})
    )
    given = catalogue.tokens(vendor, scope="openid orders:read orders:write  no-such-scope ")
    assert set(given["scope"].split()) == {"openid", "orders:read"}
    for asked in ("orders:read orders:write", "orders:read no-such-scope"):
        again = catalogue.world.token(
            vendor.application,
            vendor.secret,
            grant_type="refresh_token",
            refresh_token=given["refresh_token"],
            scope=asked,
        )
        assert error(again) == (400, "invalid_scope")
        assert "orders:read" in again.json["error_description"]
        assert "no-such-scope" not in again.json["error_description"]
        assert "orders:write" not in again.json["error_description"]


@pytest.mark.parametrize("text", [" orders:read", "orders:read ", "  orders:read   orders:read "])
def test_surplus_blanks_ask_for_nothing_more(catalogue: Story, text: str) -> None:
    client = catalogue.honest
    machine = catalogue.world.token(
        client.application, client.secret, grant_type="client_credentials", scope=text
    )
    assert machine.json["scope"] == "orders:read"
    given = catalogue.tokens(client, scope=f" openid  offline_access {text}", prompt=" login ")
    assert set(given["scope"].split()) == {"openid", "offline_access", "orders:read"}
    again = catalogue.world.token(
        client.application,
        client.secret,
        grant_type="refresh_token",
        refresh_token=given["refresh_token"],
        scope=text,
    )
    assert again.json["scope"] == "orders:read"
    blank = catalogue.world.token(
        client.application, client.secret, grant_type="client_credentials", scope="   "
    )
    assert blank.json["scope"] == "orders:read"


def test_legs_are_kept_on_both_sides(catalogue: Story) -> None:
    """V082, V083: a person's scope without a person, and a machine's scope with one."""
    every = ("openid", "files:machine", "files:person")
    client = catalogue.client(catalogue.acme, scopes=every)
    machine = catalogue.world.token(
        client.application, client.secret, grant_type="client_credentials", scope="files:person"
    )
    assert error(machine) == (400, "invalid_scope")
    assert catalogue.answer(client, scope="openid files:machine")["error"] == "invalid_scope"
    default = catalogue.world.token(client.application, client.secret, grant_type="client_credentials")
    assert default.json["scope"] == "files:machine"
    assert set(catalogue.tokens(client, scope="")["scope"].split()) == {"openid", "files:person"}


def test_an_installation_is_a_ceiling(catalogue: Story) -> None:
    """V084: the granting organization decides, and narrowing acts on live tokens."""
    vendor = catalogue.client(catalogue.globex, "backend", scopes=("orders:read", "orders:write"))
    narrow = frozenset({"orders:read"})
    installation = catalogue.world.make.installation(vendor.application, catalogue.acme, scopes=narrow)
    pair = Client(vendor.application, catalogue.world.make.secret(vendor.application, catalogue.acme))
    token = catalogue.world.machine_token(pair.application, pair.secret or "")
    assert catalogue.introspect(pair, token)["scope"] == "orders:read"
    with catalogue.world.store.begin() as tx:
        door = tx.organization(catalogue.acme.id)
        door.update_installation(replace(installation, scopes=frozenset()), version=installation.version)
    catalogue.world.product.poll()
    assert catalogue.introspect(pair, token).get("scope", "") == ""


def test_narrowing_an_application_narrows_its_live_tokens(catalogue: Story) -> None:
    """V119: what is taken away is gone at the next look."""
    tokens = catalogue.tokens(catalogue.honest)
    catalogue.world.make.change_application(
        catalogue.honest.application, scopes=frozenset({"openid", "orders:read"})
    )
    catalogue.world.product.poll()
    assert "email" not in catalogue.world.bearer(tokens["access_token"]).json
    fresh = catalogue.refresh(catalogue.honest, tokens["refresh_token"]).json
    assert set(fresh["scope"].split()) == {"openid", "orders:read"}


def test_scopes_of_two_apis_need_a_resource(catalogue: Story) -> None:
    """C117: a token is for one API; `resource` says which."""
    client = catalogue.client(catalogue.acme, "backend", scopes=("orders:read", "files:read"))
    both = catalogue.world.token(client.application, client.secret, grant_type="client_credentials")
    assert error(both) == (400, "invalid_scope")
    one = catalogue.world.token(
        client.application,
        client.secret,
        grant_type="client_credentials",
        resource="https://files.example.test",
    )
    assert one.json["scope"] == "files:read"
    unknown = catalogue.world.token(
        client.application, client.secret, grant_type="client_credentials", resource="https://evil.example"
    )
    assert error(unknown) == (400, "invalid_target")


@pytest.mark.parametrize(
    "grant_type",
    ["password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer", "", "Client_Credentials"],
)
def test_other_grants_are_not_served(story: Story, grant_type: str) -> None:
    """C038, C039, V083: the metadata names what is, and nothing else works."""
    result = story.world.token(story.honest.application, story.honest.secret, grant_type=grant_type)
    assert result.status_code == 400
    assert result.json["error"] in {"unsupported_grant_type", "invalid_request"}


def test_grants_are_per_application(story: Story) -> None:
    """C037, C061: what its settings do not list, and what its type can't, is refused."""
    only_code = story.client(story.acme, settings={"grant_types": frozenset({"authorization_code"})})
    refused = story.world.token(only_code.application, only_code.secret, grant_type="client_credentials")
    assert error(refused) == (400, "unauthorized_client")
    machine = story.client(story.acme, "backend", redirects=())
    browser = story.world.browser()
    browser.visit(story.request(machine))
    assert browser.left is None
    public = story.client(story.acme, "public", settings={"grant_types": frozenset({"client_credentials"})})
    refused = story.world.token(public.application, None, grant_type="client_credentials")
    assert error(refused) == (400, "unauthorized_client")
