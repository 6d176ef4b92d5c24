"""The integration guide from start to end, as its reader follows it, on both databases.

Each test cites the facts of docs/dialects/deeplynx.md that it shows.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import falcon.testing
import pytest

from grantway.core.model import Application
from tests.kit.browser import Browser
from tests.kit.factories import Person
from tests.kit.world import World

AUTHORIZE = "/d/deeplynx/api/oauth/authorize"
EXCHANGE = "/d/deeplynx/api/v1/oauth/exchange"
PROJECTS = "/d/deeplynx/api/v1/projects/GetAllProjects"
CURRENT_USER = "/d/deeplynx/api/v1/users/current"
CALLBACK = "https://yourapp.example/oauth/callback?tenant=7"
STATE = "c3RhdGU.of_the~guide-"


@dataclass
class Guide:
    """An application registered by the operator, its secret, and somebody who uses it."""

    world: World
    application: Application
    secret: str
    person: Person

    def address(self, **changes: str | None) -> str:
        query = {"client_id": self.application.client_id, "redirect_uri": CALLBACK, "state": STATE, **changes}
        return AUTHORIZE + "?" + urlencode({name: text for name, text in query.items() if text is not None})

    def code(self, browser: Browser | None = None) -> str:
        seen = (browser or self.world.browser()).authorize(
            self.address(), email=self.person.email, password=self.person.password
        )
        return dict(parse_qsl(urlsplit(seen).query))["code"]

    def exchange(self, code: str, /, **changes: str | None) -> falcon.testing.Result:
        query = {
            "code": code,
            "client_id": self.application.client_id,
            "client_secret": self.secret,
            "redirect_uri": CALLBACK,
            "state": STATE,
            **changes,
        }
        given = {name: text for name, text in query.items() if text is not None}
        return self.world.client.simulate_post(EXCHANGE, query_string=urlencode(given))

    def token(self, **changes: str | None) -> str:
        answer = self.exchange(self.code(), **changes)
        assert answer.status_code == 200, answer.text
        return str(answer.json["access_token"])


@pytest.fixture
def guide(world: World) -> Guide:
    """An instance-wide application of the platform organization, as D2 and D14 have it."""
    northwind = world.make.organization("Northwind")
    world.make.api(None, "projects:read")
    application = world.make.application(
        world.make.platform,
        dialect="deeplynx",
        scopes=("projects:read",),
        redirects=(CALLBACK,),
        audience_effective="any_organization",
    )
    person = world.make.person(northwind, email="Mara@Northwind.example")
    return Guide(world, application, world.make.secret(application), person)


def refused(answer: falcon.testing.Result) -> tuple[int, str, str]:
    assert set(answer.json) == {"error", "error_description"}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["error-id"].startswith("E-")
    return answer.status_code, answer.json["error"], answer.json["error_description"]


# --- The whole of it ---------------------------------------------------------------------------------


def test_the_guide_from_start_to_end(guide: Guide) -> None:
    """D1, D24, D25, D26, D29, D30, D36, D37, D41, D42, D43, D64, D101, D105."""
    browser = guide.world.browser()
    seen = browser.authorize(guide.address(), email=guide.person.email, password=guide.person.password)
    assert seen.startswith("https://yourapp.example/oauth/callback?tenant=7&")
    callback = dict(parse_qsl(urlsplit(seen).query))
    assert callback.keys() == {"tenant", "code", "state"}
    assert callback["state"] == STATE

    exchanged = guide.exchange(callback["code"])
    assert exchanged.status_code == 200
    assert exchanged.headers["cache-control"] == "no-store"
    assert exchanged.json.keys() == {"access_token", "token_type", "expires_in", "state"}
    assert exchanged.json["token_type"] == "Bearer"
    assert exchanged.json["expires_in"] == 28_800
    assert exchanged.json["state"] == STATE

    projects = guide.world.bearer(exchanged.json["access_token"], PROJECTS)
    assert projects.status_code == 200
    assert [project["name"] for project in projects.json] == ["Northwind"]
    assert guide.world.bearer("no-token-of-ours", PROJECTS).status_code == 401


def test_a_signed_in_person_returns_at_once(guide: Guide) -> None:
    """D28, D29: a 302 to the callback, with no page in between."""
    browser = guide.world.browser()
    guide.code(browser)
    assert browser.visit(guide.address()) is not None
    assert browser.last is not None
    assert browser.last.status_code == 302
    assert browser.last.content == b""


def test_without_a_session_the_sign_in_page_of_the_issuer_comes_first(guide: Guide) -> None:
    """D27, D103: the application is checked before any page is shown."""
    first = guide.world.client.simulate_get(guide.address())
    assert first.status_code == 302
    assert first.headers["location"].startswith(f"{guide.world.issuer}/interaction/")
    assert first.text == ""


# --- Authorize ---------------------------------------------------------------------------------------


REFUSED_AT_AUTHORIZE: tuple[tuple[dict[str, str | None], tuple[int, str]], ...] = (
    ({"client_id": "nobody"}, (404, "invalid_client")),
    ({"redirect_uri": "https://yourapp.example/oauth/callback"}, (400, "invalid_grant")),
    ({"redirect_uri": CALLBACK.upper()}, (400, "invalid_grant")),
    ({"redirect_uri": CALLBACK + "&more=1"}, (400, "invalid_grant")),
    ({"client_id": None}, (400, "invalid_request")),
    ({"redirect_uri": None}, (400, "invalid_request")),
    ({"state": None}, (400, "invalid_request")),
    ({"state": ""}, (400, "invalid_request")),
    ({"state": "s" * 5_000}, (400, "invalid_request")),
)


def test_errors_at_authorize_are_json_and_never_reach_the_callback(guide: Guide) -> None:
    """D31, D32, D34, D35."""
    for changes, expected in REFUSED_AT_AUTHORIZE:
        answer = guide.world.client.simulate_get(guide.address(**changes), headers={"Accept": "text/html"})
        assert refused(answer)[:2] == expected, changes
        assert "location" not in answer.headers


def test_a_parameter_given_twice_is_refused(guide: Guide) -> None:
    answer = guide.world.client.simulate_get(guide.address() + "&state=other")
    assert refused(answer)[:2] == (400, "invalid_request")


def test_an_archived_or_disabled_application_counts_as_unknown(guide: Guide) -> None:
    """D20."""
    code = guide.code()
    world = guide.world
    for change in ({"archived_at": world.clock.now()}, {"archived_at": None, "state": "disabled"}):
        world.make.change_application(guide.application, **change)
        world.product.poll()
        assert refused(world.client.simulate_get(guide.address()))[:2] == (404, "invalid_client")
        assert refused(guide.exchange(code))[:2] == (404, "invalid_client")


# --- Exchange ----------------------------------------------------------------------------------------


def test_everything_is_read_from_the_query(guide: Guide) -> None:
    """D38, D39, D104: what stands in a form is not looked at."""
    query = {
        "code": guide.code(),
        "client_id": guide.application.client_id,
        "client_secret": guide.secret,
        "redirect_uri": CALLBACK,
        "state": STATE,
    }
    in_body = guide.world.client.simulate_post(
        EXCHANGE, body=urlencode(query), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert in_body.status_code == 400
    assert guide.world.client.simulate_post(EXCHANGE, query_string=urlencode(query)).status_code == 200


REFUSED_AT_EXCHANGE: tuple[tuple[dict[str, str | None], tuple[int, str, str]], ...] = (
    ({"code": "gwc_unknown"}, (400, "invalid_grant", "Invalid authorization code")),
    ({"state": "another"}, (400, "invalid_grant", "State validation failed")),
    ({"state": STATE.upper()}, (400, "invalid_grant", "State validation failed")),
    (
        {"redirect_uri": "https://yourapp.example/other"},
        (400, "invalid_grant", "Token exchange attempt with unknown redirect_uri"),
    ),
    ({"client_id": "nobody"}, (404, "invalid_client", "Authorization attempt with invalid client_id")),
    (
        {"client_id": "nobody", "code": "gwc_unknown", "state": "another"},
        (404, "invalid_client", "Authorization attempt with invalid client_id"),
    ),
)


def test_a_failed_exchange_says_why_and_leaves_the_code_usable(guide: Guide) -> None:
    """D40, D44, D45, D46, D48, D49, D50, D106: of several faults the client's is told first."""
    code = guide.code()
    for changes, expected in REFUSED_AT_EXCHANGE:
        assert refused(guide.exchange(code, **changes)) == expected
    assert guide.exchange(code).status_code == 200


def test_a_wrong_secret_is_named_with_the_client(guide: Guide) -> None:
    """D47: the client id is that of our own record. D45: the code stays usable."""
    code = guide.code()
    assert refused(guide.exchange(code, client_secret="wrong")) == (
        400,
        "invalid_grant",
        f"Token exchange attempt with invalid client_secret for client_id: {guide.application.client_id}",
    )
    assert guide.exchange(code).status_code == 200


def test_a_code_works_once(guide: Guide) -> None:
    """D33, D46: and a second use ends what the first one made."""
    code = guide.code()
    token = guide.exchange(code).json["access_token"]
    assert refused(guide.exchange(code)) == (400, "invalid_grant", "Authorization code has already been used")
    guide.world.product.poll()
    assert guide.world.bearer(token, PROJECTS).status_code == 401


def test_a_code_lives_for_ten_minutes(guide: Guide) -> None:
    """D33, D46."""
    code, other = guide.code(), guide.code()
    guide.world.advance(599)
    assert guide.exchange(code).status_code == 200
    guide.world.advance(2)
    assert refused(guide.exchange(other)) == (400, "invalid_grant", "Authorization code has expired")


def test_a_missing_parameter_is_answered_in_the_form_of_the_framework(guide: Guide) -> None:
    """D36, D51."""
    for name in ("code", "client_id", "client_secret", "redirect_uri", "state"):
        answer = guide.exchange("gwc_x", **{name: None})
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json == {
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
            "title": "One or more validation errors occurred.",
            "status": 400,
            "errors": {name: [f"The {name} field is required."]},
        }


def test_the_caller_wishes_for_a_lifetime_in_minutes(guide: Guide) -> None:
    """D37, D42: capped by the application's policy."""
    browser = guide.world.browser()
    for minutes, seconds in (("1", 60), ("480", 28_800), ("60", 3_600), ("100000000", 7 * 86_400)):
        answer = guide.exchange(guide.code(browser), expiration=minutes)
        assert answer.json["expires_in"] == seconds
        claims = claims_of(answer.json["access_token"])
        assert claims["exp"] - claims["iat"] == seconds


def test_zero_or_less_and_what_is_no_number_are_refused(guide: Guide) -> None:
    """D52, D106: and the code stays usable."""
    code = guide.code()
    for minutes in ("0", "-5", "1.5", "ten", "9999999999", "480 "):
        assert refused(guide.exchange(code, expiration=minutes))[:2] == (400, "invalid_request")
    assert guide.exchange(code, expiration="480").status_code == 200


def test_the_shortest_wish_is_kept(guide: Guide) -> None:
    token = guide.token(expiration="1")
    guide.world.advance(61)
    assert guide.world.bearer(token, PROJECTS).status_code == 401


# --- The token ---------------------------------------------------------------------------------------


def claims_of(token: str) -> dict[str, Any]:
    return dict(json.loads(part_of(token, 1)))


def part_of(token: str, number: int) -> bytes:
    part = token.split(".")[number]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_the_token_is_the_guides_jwt(guide: Guide) -> None:
    """D53, D54, D104: HS256 without a key id; the person's address in lower case; no issuer or audience."""
    token = guide.token()
    assert json.loads(part_of(token, 0)) == {"alg": "HS256", "typ": "JWT"}
    claims = claims_of(token)
    assert claims["sub"] == claims["name"] == "mara@northwind.example"
    assert {"jti", "iat", "exp"} <= claims.keys()
    assert not claims.keys() & {"iss", "aud", "scope"}


def test_the_token_may_come_by_header_query_or_cookie(guide: Guide) -> None:
    """D59: the header goes before the other places."""
    token = guide.token()
    query = urlencode({"token": token})
    ask = guide.world.client.simulate_get
    assert ask(PROJECTS, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert ask(PROJECTS, query_string=query).status_code == 200
    assert ask(PROJECTS, headers={"Cookie": f"theme=dark; access_token={token}"}).status_code == 200
    assert ask(PROJECTS, headers={"Authorization": "Bearer wrong"}, query_string=query).status_code == 401


def test_the_token_counts_nowhere_else(guide: Guide) -> None:
    """D53, D57: tokens of this mount are worth nothing at the issuer's own addresses, and the other way round."""
    world = guide.world
    assert world.bearer(guide.token()).status_code == 401
    northwind = world.make.organization()
    application = world.make.application(northwind)
    signed_in = world.authorize(
        application, world.make.person(northwind), secret=world.make.secret(application), scope="openid"
    )
    assert world.bearer(signed_in.access_token, PROJECTS).status_code == 401


def test_a_token_without_the_scope_is_refused(guide: Guide) -> None:
    """D94, D102."""
    token = guide.token()
    guide.world.make.change_application(guide.application, scopes=frozenset())
    guide.world.product.poll()
    answer = guide.world.bearer(token, PROJECTS)
    assert refused(answer)[:2] == (403, "insufficient_scope")


def test_the_current_user(guide: Guide) -> None:
    """D93, D94."""
    answer = guide.world.bearer(guide.token(), CURRENT_USER)
    assert answer.status_code == 200
    assert answer.json["id"] == guide.person.id
    assert answer.json["email"] == guide.person.email
    assert answer.json["isSysAdmin"] is False
    nobody = guide.world.client.simulate_get(CURRENT_USER)
    assert nobody.status_code == 401
    assert nobody.headers["www-authenticate"] == "Bearer"


def test_a_code_of_this_mount_is_nothing_elsewhere(guide: Guide) -> None:
    """D33: a relaxed mount cannot feed a strict one."""
    answer = guide.world.token(
        guide.application,
        guide.secret,
        grant_type="authorization_code",
        code=guide.code(),
        redirect_uri=CALLBACK,
    )
    assert answer.status_code == 401
    assert answer.json["error"] == "invalid_client"


def test_there_is_no_discovery_and_no_userinfo_here(guide: Guide) -> None:
    """D91, D95."""
    for path in (
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/oauth/jwks",
        "/oauth/userinfo",
        "/api/v1/oauth/authorize",
        "/api/oauth/exchange",
    ):
        assert guide.world.client.simulate_get("/d/deeplynx" + path).status_code == 404
