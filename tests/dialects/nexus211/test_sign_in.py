"""Signing in as Nexus211's guide has it, up to the token, on both databases.

Each test cites the facts of docs/dialects/nexus211.md that it shows.
"""

from __future__ import annotations

from typing import Any

from grantway.core.identifiers import to_text
from tests.dialects.nexus211.guide import (
    REDIRECT,
    STATE,
    Guide,
    basic,
    refused,
)


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
