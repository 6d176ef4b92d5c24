"""Nexus211's guide as its reader follows it, on both databases.

Each test cites the facts of docs/dialects/nexus211.md that it shows.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import falcon.testing
import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import Application, Organization
from tests.kit.browser import Browser
from tests.kit.factories import Person
from tests.kit.world import World

AUTHORIZE = "/d/nexus211/oauth/authorize"
ACCESS_TOKEN = "/d/nexus211/oauth/access-token"
CURRENT = "/d/nexus211/organizations/current"
REDIRECT = "https://app.example.test/signed-in?from=nexus"
STATE = "7a9d2f0e-4b1c-4f55-9f6e-0d6a1f3b2c11"


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


@dataclass
class Guide:
    """An application of one organization, its home secret, and a member."""

    world: World
    home: Organization
    application: Application
    secret: str
    person: Person

    def address(self, **changes: str | None) -> str:
        query = {"state": STATE, "application": self.application.client_id, "redirect": REDIRECT, **changes}
        return AUTHORIZE + "?" + urlencode({name: text for name, text in query.items() if text is not None})

    def sign_in(self, person: Person | None = None, browser: Browser | None = None) -> dict[str, str]:
        person = person or self.person
        seen = (browser or self.world.browser()).authorize(
            self.address(), email=person.email, password=person.password
        )
        assert seen.startswith(REDIRECT + "&")
        return dict(parse_qsl(urlsplit(seen).query))

    def exchange(self, body: Any, secret: str | None = None, **headers: str) -> falcon.testing.Result:
        sent = {"Authorization": basic(self.application.client_id, secret or self.secret)}
        sent |= {"Content-Type": "application/json", **headers}
        return self.world.client.simulate_post(
            ACCESS_TOKEN,
            body=body if isinstance(body, str) else json.dumps(body),
            headers={name: text for name, text in sent.items() if text},
        )

    def token(self, person: Person | None = None) -> str:
        answer = self.exchange({"code": self.sign_in(person)["code"]})
        assert answer.status_code == 200, answer.text
        return str(answer.json["token"])

    def call(self, authorization: str) -> falcon.testing.Result:
        return self.world.client.simulate_get(CURRENT, headers={"Authorization": authorization})


@pytest.fixture
def guide(world: World) -> Guide:
    home = world.make.organization("Northwind")
    world.make.api(None, "widgets:write")
    application = world.make.application(
        home, dialect="nexus211", scopes=("organizations:read", "widgets:write"), redirects=(REDIRECT,)
    )
    person = world.make.person(home, role="developer", name="Mara Lindqvist")
    return Guide(world, home, application, world.make.secret(application), person)


def refused(answer: falcon.testing.Result) -> tuple[int, str]:
    assert answer.json.keys() == {"error", "message", "id"}
    assert answer.json["id"].startswith("E-")
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json["error"]


# --- Signing in --------------------------------------------------------------------------------------


def test_signing_in_from_start_to_end(guide: Guide) -> None:
    """N1, N2, N28, N29, N32, N34, N35, N36, N38, N39, N40, N41, N42, N62."""
    callback = guide.sign_in()
    assert callback.keys() == {"from", "code", "state"}
    assert callback["state"] == STATE
    answer = guide.exchange({"code": callback["code"]})
    assert answer.status_code == 200
    assert answer.json.keys() == {"token"}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    seen = guide.call("Bearer " + answer.json["token"])
    assert seen.status_code == 200
    assert seen.json == {
        "organization": {"id": to_text(guide.home.id), "name": "Northwind"},
        "application": {"id": guide.application.client_id, "name": guide.application.name},
        "profile": {"id": to_text(guide.person.id), "name": "Mara Lindqvist", "role": "developer"},
        "scopes": ["organizations:read", "widgets:write"],
    }


def test_authorize_answers_302_without_content(guide: Guide) -> None:
    """N37."""
    answer = guide.world.client.simulate_get(guide.address())
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{guide.world.issuer}/interaction/")
    assert answer.text == ""


def test_the_person_is_asked_for_the_scopes_of_the_application(guide: Guide) -> None:
    """N38, N39: there is no scope parameter, and one that is sent counts for nothing."""
    browser = guide.world.browser()
    browser.visit(guide.address() + "&scope=organizations:read")
    browser.submit(("action", "sign_in"), email=guide.person.email, password=guide.person.password)
    assert "See the organization" in browser.page
    assert "Use widgets:write" in browser.page


def test_one_sign_in_serves_several_applications(guide: Guide) -> None:
    """N63."""
    browser = guide.world.browser()
    guide.sign_in(browser=browser)
    other = guide.world.make.application(guide.home)
    signed_in = guide.world.authorize(
        other, guide.person, secret=guide.world.make.secret(other), browser=browser, prompt="consent"
    )
    assert signed_in.access_token


def test_all_three_parameters_have_to_be_filled(guide: Guide) -> None:
    """N33: nothing begins, and nobody is sent anywhere."""
    for name in ("state", "application", "redirect"):
        for value in (None, ""):
            answer = guide.world.client.simulate_get(guide.address(**{name: value}))
            assert answer.status_code == 400
            assert answer.headers["content-type"].startswith("text/html")
            assert "location" not in answer.headers


def test_the_redirect_has_to_be_registered(guide: Guide) -> None:
    """N43."""
    for redirect in (
        "https://app.example.test/signed-in",
        REDIRECT + "&more=1",
        REDIRECT.replace("https", "http"),
        "https://app.example.test.evil/signed-in?from=nexus",
        "https://evil.example/",
    ):
        answer = guide.world.client.simulate_get(guide.address(redirect=redirect))
        assert answer.status_code == 400
        assert "location" not in answer.headers
        assert "evil" not in answer.text


def test_an_alias_beside_its_standard_name_is_refused(guide: Guide) -> None:
    """N34, N35: two readers could take different ones."""
    for twice in ("client_id=x", "redirect_uri=https://evil.example"):
        answer = guide.world.client.simulate_get(guide.address() + "&" + twice)
        assert answer.status_code == 400
        assert "E-REQUEST-01" in answer.text


# --- The exchange ------------------------------------------------------------------------------------


REFUSED: tuple[tuple[Any, dict[str, str], tuple[int, str]], ...] = (
    ({}, {}, (400, "invalid_request")),
    ({"code": 7}, {}, (400, "invalid_request")),
    ({"code": ""}, {}, (400, "invalid_request")),
    ("nope", {}, (400, "invalid")),
    ('{"code":"a","code":"b"}', {}, (400, "invalid_request")),
    ({"code": "gwc_unknown"}, {}, (400, "invalid_grant")),
    ("code=x", {"Content-Type": "application/x-www-form-urlencoded"}, (400, "invalid_request")),
    ({"code": "x"}, {"Authorization": ""}, (401, "invalid_client")),
    ({"code": "x"}, {"Authorization": "Bearer x"}, (401, "invalid_client")),
    ({"code": "x"}, {"Authorization": basic("nobody", "x")}, (401, "invalid_client")),
)


def test_what_is_wrong_with_an_exchange_is_said(guide: Guide) -> None:
    """N41."""
    for body, headers, expected in REFUSED:
        assert refused(guide.exchange(body, **headers)) == expected


def test_a_wrong_secret_is_a_401_with_a_challenge(guide: Guide) -> None:
    """N27, N41: and the code survives it."""
    code = guide.sign_in()["code"]
    answer = guide.exchange({"code": code}, secret="wrong")
    assert refused(answer) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic ")
    assert answer.json["id"] == "E-CLIENT-01"
    assert guide.exchange({"code": code}).status_code == 200


def test_a_code_works_once_and_not_for_long(guide: Guide) -> None:
    """N44."""
    code = guide.sign_in()["code"]
    token = guide.exchange({"code": code}).json["token"]
    assert refused(guide.exchange({"code": code})) == (400, "invalid_grant")
    guide.world.product.poll()
    assert guide.call(f"Bearer {token}").status_code == 401
    late = guide.sign_in()["code"]
    guide.world.advance(61)
    assert refused(guide.exchange({"code": late})) == (400, "invalid_grant")


def test_a_code_is_for_its_own_application(guide: Guide) -> None:
    """N44: another application's try changes nothing."""
    other = guide.world.make.application(guide.home, dialect="nexus211", redirects=(REDIRECT,))
    code = guide.sign_in()["code"]
    answer = guide.exchange(
        {"code": code}, Authorization=basic(other.client_id, guide.world.make.secret(other))
    )
    assert refused(answer) == (400, "invalid_grant")
    assert guide.exchange({"code": code}).status_code == 200


# --- Calls as an application -------------------------------------------------------------------------


def test_an_application_calls_with_its_pair_and_without_a_token(guide: Guide) -> None:
    """N1, N3, N26, N27: it is an application, not a profile."""
    answer = guide.call(basic(guide.application.client_id, guide.secret))
    assert answer.status_code == 200
    assert answer.json["profile"] is None
    assert answer.json["organization"] == {"id": to_text(guide.home.id), "name": "Northwind"}


def test_the_secret_names_the_organization(guide: Guide) -> None:
    """N10, N25: the pair of an organization acts for it and for no other."""
    world = guide.world
    contoso = world.make.organization("Contoso")
    world.make.installation(guide.application, contoso, scopes=frozenset({"organizations:read"}))
    theirs = world.make.secret(guide.application, contoso)
    answer = guide.call(basic(guide.application.client_id, theirs))
    assert answer.json["organization"]["name"] == "Contoso"
    assert answer.json["scopes"] == ["organizations:read"]
    home = guide.call(basic(guide.application.client_id, guide.secret))
    assert home.json["organization"]["name"] == "Northwind"


def test_scopes_decide_which_endpoints_answer(guide: Guide) -> None:
    """N3, N4, N5: also of an application that has none, and as soon as they change."""
    bare = guide.world.make.application(guide.home, dialect="nexus211", scopes=(), redirects=(REDIRECT,))
    pair = basic(bare.client_id, guide.world.make.secret(bare))
    assert refused(guide.call(pair)) == (403, "insufficient_scope")
    guide.world.make.change_application(bare, scopes=frozenset({"organizations:read"}))
    guide.world.product.poll()
    assert guide.call(pair).status_code == 200


def test_without_good_credentials_a_call_is_a_401(guide: Guide) -> None:
    """N27, N29."""
    for authorization in ("", "Basic !!", "Bearer nothing", "Bearer", "Digest x"):
        answer = guide.call(authorization)
        assert answer.status_code == 401
        assert "Basic" in answer.headers["www-authenticate"]
        assert "Bearer" in answer.headers["www-authenticate"]


def test_a_revoked_pair_is_dead_at_once(guide: Guide) -> None:
    """N27: an application that is disabled calls nothing."""
    pair = basic(guide.application.client_id, guide.secret)
    assert guide.call(pair).status_code == 200
    guide.world.make.change_application(guide.application, state="disabled")
    guide.world.product.poll()
    assert guide.call(pair).status_code == 401


def test_a_new_application_serves_its_own_organization_only(guide: Guide) -> None:
    """N12, N15: until its audience is widened."""
    world = guide.world
    contoso = world.make.organization("Contoso")
    stranger = world.make.person(contoso)
    seen = world.browser().authorize(guide.address(), email=stranger.email, password=stranger.password)
    assert dict(parse_qsl(urlsplit(seen).query))["error"] == "access_denied"
    world.make.change_application(guide.application, audience_effective="any_organization")
    world.product.poll()
    token = guide.token(stranger)
    assert guide.call(f"Bearer {token}").json["organization"]["name"] == "Contoso"
    world.make.change_application(
        guide.application,
        audience_effective="listed_organizations",
        audience_organizations=frozenset({guide.home.id}),
    )
    world.product.poll()
    assert guide.call(f"Bearer {token}").status_code == 401


def test_an_application_may_be_kept_from_people_who_are_not_members(guide: Guide) -> None:
    """N64."""
    world = guide.world
    token = guide.token()
    world.make.change_membership(guide.person, guide.home, state="disabled")
    world.product.poll()
    assert guide.call(f"Bearer {token}").status_code == 401


def test_tokens_and_codes_of_this_mount_are_nothing_elsewhere(guide: Guide) -> None:
    """N42: the form is weaker by design, so it may not feed a strict one."""
    token = guide.token()
    assert guide.world.bearer(token).status_code == 401
    code = guide.sign_in()["code"]
    answer = guide.world.token(guide.application, guide.secret, grant_type="authorization_code", code=code)
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")
