"""Clients of the archived DeepLynx 1, on both databases. Off unless the settings mount it.

Each test cites the facts of docs/dialects/deeplynx.md that it shows.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import falcon.testing
import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import Application
from tests.kit.factories import CALLBACK, Person
from tests.kit.world import VERIFIER, World, authorization_request, settings_of

BASE = "/d/old"
MOUNTS = "old=deeplynx1@/d/old"


@pytest.fixture
def old(store_url: str) -> Iterator[World]:
    world = World(settings_of(store_url, mounts=MOUNTS))
    world.make.api(None, "containers:read")
    yield world
    world.close()


@pytest.fixture
def person(old: World) -> Person:
    return old.make.person(old.make.organization("Northwind"))


def an_application(old: World, **changes: Any) -> Application:
    return old.make.application(
        old.make.platform,
        dialect="deeplynx1",
        scopes=("containers:read",),
        redirects=(CALLBACK,),
        audience_effective="any_organization",
        **changes,
    )


def came_back(old: World, application: Application, person: Person, **changes: str) -> dict[str, str]:
    query = {
        "response_type": "code",
        "client_id": application.client_id,
        "redirect_uri": CALLBACK,
        "state": "s-1",
        "scope": "all",
        **changes,
    }
    browser = old.browser()
    seen = browser.authorize(
        f"{BASE}/oauth/authorize?{urlencode(query)}", email=person.email, password=person.password
    )
    return dict(parse_qsl(urlsplit(seen).query))


def exchange(old: World, given: dict[str, str], *, as_json: bool, basic: str = "") -> falcon.testing.Result:
    headers = {"Authorization": basic} if basic else {}
    if as_json:
        return old.client.simulate_post(f"{BASE}/oauth/exchange", json=given, headers=headers)
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return old.client.simulate_post(f"{BASE}/oauth/exchange", body=urlencode(given), headers=headers)


def part_of(token: str, number: int) -> dict[str, Any]:
    part = token.split(".")[number]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


@pytest.mark.parametrize("as_json", [True, False])
def test_from_authorize_to_a_token_that_its_keys_check(old: World, person: Person, as_json: bool) -> None:
    """D97, D98, D100: the code is called `token`; JSON or a form; RS256 for 12 hours, by a key that is served."""
    application = an_application(old)
    secret = old.make.secret(application)
    answer = came_back(old, application, person)
    assert answer.keys() == {"token", "state"}
    assert answer["state"] == "s-1"
    given = {
        "grant_type": "authorization_code",
        "code": answer["token"],
        "client_id": application.client_id,
        "redirect_uri": CALLBACK,
        "client_secret": secret,
    }
    issued = exchange(old, given, as_json=as_json)
    assert issued.status_code == 200, issued.text
    assert issued.json.keys() == {"access_token", "token_type"}
    assert issued.json["token_type"] == "bearer"
    assert issued.headers["cache-control"] == "no-store"
    head, claims = part_of(issued.json["access_token"], 0), part_of(issued.json["access_token"], 1)
    assert head["alg"] == "RS256"
    assert claims["exp"] - claims["iat"] == 43_200
    assert claims["iss"] == old.issuer + BASE
    keys = old.client.simulate_get(f"{BASE}/oauth/jwks.json").json["keys"]
    assert head["kid"] in [key["kid"] for key in keys]
    assert all("d" not in key for key in keys)
    assert old.bearer(issued.json["access_token"]).status_code == 401
    again = exchange(old, given, as_json=as_json)
    assert (again.status_code, again.json["error"]) == (400, "invalid_grant")


def test_a_secret_by_basic_or_a_verifier(old: World, person: Person) -> None:
    """D97, D98: who keeps a secret sends it, who keeps none proves by PKCE."""
    application = an_application(old)
    pair = base64.b64encode(f"{application.client_id}:{old.make.secret(application)}".encode()).decode()
    given = {"grant_type": "authorization_code", "redirect_uri": CALLBACK}
    code = came_back(old, application, person)["token"]
    assert exchange(old, {**given, "code": code}, as_json=True, basic=f"Basic {pair}").status_code == 200

    public = an_application(old, type="public")
    asked = authorization_request(public)
    proof = {name: asked[name] for name in ("code_challenge", "code_challenge_method")}
    code = came_back(old, public, person, **proof)["token"]
    given |= {"code": code, "client_id": public.client_id}
    assert exchange(old, given, as_json=True).json["error"] == "invalid_grant"
    assert exchange(old, {**given, "code_verifier": VERIFIER}, as_json=True).status_code == 200


def test_what_is_unsafe_is_refused(old: World, person: Person) -> None:
    """D97, D98: the plain challenge, a secret in the address, no proof at all."""
    application = an_application(old)
    plain = came_back(old, application, person, code_challenge="x" * 43, code_challenge_method="plain")
    assert plain["error"] == "invalid_request"
    code = came_back(old, application, person)["token"]
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": application.client_id,
        "redirect_uri": CALLBACK,
    }
    assert exchange(old, given, as_json=True).json["error"] == "invalid_client"
    wrong = old.client.simulate_post(f"{BASE}/oauth/exchange?client_secret=x", json=given)
    assert wrong.json["error_id"] == "E-CLIENT-07"
    for body in ("[]", "x", '{"code": 7}'):
        answer = old.client.simulate_post(
            f"{BASE}/oauth/exchange", body=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 400, body


def test_people_are_asked_once(old: World, person: Person) -> None:
    """D97: an "Authorize Application" page, once for each person and application."""
    application = an_application(old)
    browser = old.browser()
    query = urlencode(
        {
            "response_type": "code",
            "client_id": application.client_id,
            "redirect_uri": CALLBACK,
            "scope": "all",
        }
    )
    address = f"{BASE}/oauth/authorize?{query}"
    browser.visit(address)
    browser.submit(("action", "sign_in"), email=person.email, password=person.password)
    assert browser.forms[0].has("decision", "approve")
    left = browser.submit(("decision", "approve"))
    assert left is not None
    assert browser.visit(address) is not None


def test_a_key_in_headers_becomes_a_token(old: World) -> None:
    """D99: for a day, or as long as is asked, a week at most; what is wrong with the key is told alike."""
    home = old.make.organization("Northwind")
    person = old.make.person(home)
    old.make.application(
        home,
        "backend",
        dialect="deeplynx1",
        scopes=("containers:read",),
        name="access-keys",
        default_name="access-keys",
    )
    key, secret = old.make.access_key(home, person)
    old.product.poll()

    def ask(**headers: str) -> falcon.testing.Result:
        named = {f"X-Api-{name.title()}": text for name, text in headers.items()}
        return old.client.simulate_get(f"{BASE}/oauth/token", headers=named)

    mine = {"key": to_text(key.id), "secret": secret}
    for expiry, seconds in (
        (None, 86_400),
        ("10h", 36_000),
        ("7d", 604_800),
        ("30d", 604_800),
        ("90m", 5_400),
    ):
        answer = ask(**mine, **({} if expiry is None else {"expiry": expiry}))
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        claims = part_of(answer.json, 1)
        assert claims["exp"] - claims["iat"] == seconds
        assert claims["sub"] == to_text(person.id)
    for wrong in ({**mine, "secret": "x"}, {**mine, "key": "nobody"}):
        answer = ask(**wrong)
        assert (answer.status_code, answer.json) == (401, {"error": "unauthorized"})
    for expiry in ("0h", "10", "-1h", "1w", "1.5h", "9" * 30 + "d"):
        assert ask(**mine, expiry=expiry).json["error"] == "invalid_request", expiry
    assert ask(key="x").json["error"] == "invalid_request"


def test_it_is_off_unless_it_is_mounted(world: World) -> None:
    """D97 to D100: no setting, no wire."""
    for path in (
        "/oauth/exchange",
        "/oauth/jwks.json",
        "/d/old/oauth/authorize",
        "/d/deeplynx/oauth/authorize",
    ):
        assert world.client.simulate_get(path).status_code == 404, path
