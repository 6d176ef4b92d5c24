"""What is kept of refused requests: nothing that they said, no more than fits, and nothing of others."""

from __future__ import annotations

from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest

from grantway.core.asker import ASKER
from grantway.core.model import HOUR, SECOND, Application
from grantway.core.refusals import MOST_CODES, MOST_OF_APPLICATION, MOST_OF_OWNER, RefusalQuery
from grantway.edges.dialects import ALL
from grantway.edges.web.dialect import Operation
from grantway.edges.web.mounts import routes_of
from grantway.features.memory import refusals as notes
from tests.abuse.dump import rows_of
from tests.kit.gateway import basic, gateway_of
from tests.kit.world import World, authorization_request

SECRET = "s3ntinel-Kx9"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TABLES = ("refusals", "refusal_codes", "activity")
NAMES = (
    *("redirect_uri", "state", "nonce", "scope", "code", "code_verifier", "code_challenge", "username"),
    *("client_secret", "refresh_token", "token", "password", "device_code", "id_token_hint", "login_hint"),
    *("resource", "audience", "claims", "request", "subject_token", "assertion", "access_token", "prompt"),
    *("client_assertion", "grant_type", "response_type", "organization", "user_id", "acr_values", "max_age"),
)
PROTOCOL = {
    *(Operation.AUTHORIZE, Operation.CONNECT, Operation.TOKEN, Operation.REVOKE, Operation.INTROSPECT),
    *(Operation.USERINFO, Operation.DECISION, Operation.DEVICE, Operation.DEVICE_REQUEST),
    *(Operation.USER_TOKEN, Operation.EXAMPLE_API, Operation.AUTHORIZE_FOR, Operation.END_TOKEN),
}


def ask(world: World, method: str, path: str, query: str = "", body: str = "", **headers: str) -> Any:
    """One request, as a process begins each: nobody is known yet."""
    ASKER.client = None
    sent = {**FORM, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return world.client.simulate_request(method, path, query_string=query, body=body, headers=sent)


def kept(world: World) -> dict[str, list[dict[str, Any]]]:
    world.product.remember_uses()
    found = rows_of(world.settings.database_url)
    return {name: found[name] for name in TABLES}


def guess(world: World, application: Application, **form: str) -> None:
    ask(world, "POST", "/oauth/token", body=urlencode({"client_id": application.client_id, **form}))


def test_no_parameter_of_a_refused_request_is_kept(world: World) -> None:
    """A secret in any parameter, header or part of the path, at every protocol endpoint of every dialect."""
    make = world.make
    home = make.organization()
    dialects = frozenset(one.name for one in ALL)
    application = make.application(
        home, dialects=dialects, origins=("https://spa.example.test",), settings={"strict_scopes": True}
    )
    token = world.machine_token(
        machine := make.application(home, "backend", scopes=("applications:read",)), make.secret(machine)
    )
    routes = [
        route
        for one in world.product.placed
        for route in routes_of(one.mount, one.dialect)
        if route.operation in PROTOCOL
    ]
    public = make.application(home, "public", dialects=dialects, settings={"strict_scopes": True})
    pair = basic(application.client_id, make.secret(application))
    marked = f"{SECRET} https://{SECRET}/?a={SECRET}#{SECRET}"
    for route, method in product(routes, ("GET", "POST")):
        path = route.path.replace("{rest:path}", SECRET).replace("{tenant}", SECRET)
        for one in (application, public):
            given = authorization_request(one, redirect_uri=one.redirects[0].uri)
            for name in NAMES:
                form = urlencode({"grant_type": "authorization_code", **given, name: marked})
                query, body = (form, "") if method == "GET" else ("", form)
                ask(world, method, path, query, body, Origin=f"https://{SECRET}.example", User_Agent=SECRET)
        for grant_type in ("authorization_code", "refresh_token", "client_credentials", SECRET):
            form = urlencode(
                {"grant_type": grant_type, **dict.fromkeys(("code", "scope", "refresh_token"), SECRET)}
            )
            ask(world, method, path, "", form, Authorization=pair, Cookie=SECRET)
        for bearer in (token, token + SECRET):
            ask(world, method, path, "", "", Authorization=f"Bearer {bearer}", Cookie=SECRET)
    found = kept(world)
    assert len({row["error_id"] for row in found["refusals"]}) > 8
    assert {row["kind"] for row in found["refusals"]} >= {"authorize", "token", "cors", "revoke"}
    assert SECRET not in str(found)


def test_a_stranger_with_a_client_id_makes_few_writes_and_fewer_rows(world: World) -> None:
    """A flood of one client id: it is counted, and hardly anything is kept."""
    application = world.make.application(world.make.organization())
    for number in range(60):
        guess(world, application, client_secret=f"guess-{number}")
    found = kept(world)
    assert [row["count"] for row in found["refusals"]] == [30, 30]
    assert {row["is_sampled"] for row in found["refusals"]} == {1}
    assert len(found["refusal_codes"]) == 2 * notes.MOST_CODES
    assert sum(row["count"] for row in found["activity"]) == 60


def test_a_stranger_without_a_client_id_of_ours_makes_none(world: World) -> None:
    for number in range(30):
        ask(world, "POST", "/oauth/token", body=f"client_id=unknown-{number}&client_secret=x")
        ask(world, "GET", "/oauth/authorize", f"client_id=unknown-{number}&redirect_uri=https://a.example")
        ask(world, "GET", "/oauth/userinfo", Authorization=f"Bearer unknown-{number}")
        ask(world, "GET", "/oauth/authorize")
    assert kept(world) == {name: [] for name in TABLES}


def test_of_one_application_and_of_one_organization_the_newest_are_kept(world: World) -> None:
    """What is bounded in the process is bounded in the database, too, whoever writes."""
    make, home = world.make, world.make.organization()
    application, other = make.application(home), make.application(home)
    for hours in range(MOST_OF_APPLICATION + 5):
        guess(world, application, client_secret="x")
        if hours == 0:
            guess(world, other, client_secret="x")
        world.product.remember_uses()
        world.advance(HOUR // SECOND)
    with world.store.read() as tx:
        door = tx.organization(home.id)
        found = door.refusals(application.id, RefusalQuery())
        assert len(found) == MOST_OF_APPLICATION
        assert found[-1].first_at > found[0].first_at - MOST_OF_APPLICATION * HOUR
        assert len(door.refusals(other.id, RefusalQuery())) == 1
    stored = kept(world)
    assert len(stored["refusals"]) == MOST_OF_APPLICATION + 1
    assert len(stored["refusal_codes"]) == MOST_CODES + 1
    assert MOST_OF_OWNER > MOST_OF_APPLICATION


@pytest.mark.parametrize("known", [True, False])
def test_no_person_and_no_other_tenant_is_named(world: World, known: bool) -> None:
    """Whoever signs in, whatever they are refused for: ids of organizations at most, and none of people."""
    make = world.make
    vendor, customer = make.organization("Vendor"), make.organization("Customer")
    application = make.application(vendor, "public", audience_effective="any_organization")
    if known:
        make.installation(application, customer, state="suspended", members="block")
    person = make.person(customer)
    world.product.poll()
    browser = world.browser()
    browser.sign_in(person.email, person.password)
    for prompt in ("none", "login none", "consent"):
        ASKER.client = None
        request = authorization_request(application, redirect_uri=application.redirects[0].uri)
        browser.visit("/oauth/authorize?" + urlencode({**request, "prompt": prompt, "scope": "openid"}))
    found = kept(world)
    assert {row["organization_key"] for row in found["refusals"]} <= {0, customer.id}
    assert found["refusals"]
    for text in (person.email, person.user.name, str(person.user.id), customer.name, customer.slug):
        assert text not in str(found["refusals"])


def test_a_gateway_cannot_write_to_the_developers_of_others(world: World) -> None:
    """It takes a token that was made for an application to have anything kept about that application."""
    gateway = gateway_of(world)
    victim = world.make.application(world.make.organization())
    for text in (victim.client_id, f"{victim.client_id}.{victim.id}", "x" * 100):
        ASKER.client = None
        gateway.forwarded("GET", "/orders", f"Bearer {text}")
    world.product.remember_uses()
    with world.store.read() as tx:
        assert {one.client_id for one in tx.platform.refusals(RefusalQuery())} == {
            gateway.application.client_id
        }
