"""DeepLynx's device flow and its refresh, on both databases.

Each test cites the facts of docs/dialects/deeplynx.md that it shows.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import falcon.testing
import pytest

from grantway.core import devices
from tests.dialects.deeplynx.guide import CURRENT_USER, PROJECTS, Guide, refused
from tests.kit.browser import Browser

BASE = "/d/deeplynx"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def begin(guide: Guide, version: str = "v1", **form: str) -> falcon.testing.Result:
    form = {"client_id": guide.application.client_id, **form}
    return guide.world.client.simulate_post(
        f"{BASE}/api/{version}/oauth/device/code", body=urlencode(form), headers=FORM
    )


def ask_token(guide: Guide, version: str = "v1", **form: str) -> falcon.testing.Result:
    form = {"client_id": guide.application.client_id, **form}
    return guide.world.client.simulate_post(
        f"{BASE}/api/{version}/oauth/token", body=urlencode(form), headers=FORM
    )


def poll(guide: Guide, begun: dict[str, Any], *, wait: int = 5, **form: str) -> falcon.testing.Result:
    guide.world.advance(wait)
    form = {"grant_type": devices.GRANT_TYPE, "device_code": begun["device_code"], **form}
    return ask_token(guide, **form)


def decide(guide: Guide, begun: dict[str, Any], decision: str = "approve") -> Browser:
    browser = guide.world.browser()
    browser.visit(begun["verification_uri_complete"])
    browser.submit()
    browser.submit(("action", "sign_in"), email=guide.person.email, password=guide.person.password)
    browser.submit(("decision", decision))
    return browser


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_from_the_codes_to_a_call_and_a_refresh(guide: Guide, version: str) -> None:
    """D79, D80, D81, D82, D85, D86, D89, D90: no secret, and the refresh token stays the same for 30 days."""
    answer = begin(guide, version)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    begun = answer.json
    assert list(begun) == [
        "device_code",
        "user_code",
        "verification_uri",
        "verification_uri_complete",
        "expires_in",
        "interval",
    ]
    page = f"{guide.world.issuer}{BASE}/oauth/device/verify"
    assert begun["verification_uri"] == page
    assert begun["verification_uri_complete"] == f"{page}?user_code={begun['user_code']}"
    assert (begun["expires_in"], begun["interval"]) == (900, 5)
    assert len(begun["user_code"]) == 9
    assert set(begun["user_code"].replace("-", "")) <= set("BCDFGHJKLMNPQRSTVWXZ")

    decide(guide, begun)
    tokens = poll(guide, begun)
    assert tokens.status_code == 200, tokens.text
    assert list(tokens.json) == ["access_token", "refresh_token", "token_type", "expires_in"]
    assert (tokens.json["token_type"], tokens.json["expires_in"]) == ("Bearer", 28_800)
    assert guide.world.bearer(tokens.json["access_token"], PROJECTS).status_code == 200

    refresh = {"grant_type": "refresh_token", "refresh_token": tokens.json["refresh_token"]}
    for days in (1, 13, 15):
        guide.world.advance(days * 86_400)
        again = ask_token(guide, version, **refresh)
        assert again.status_code == 200, again.text
        assert again.json["refresh_token"] == tokens.json["refresh_token"]
    guide.world.advance(86_400)
    assert refused(ask_token(guide, version, **refresh))[:2] == (400, "invalid_grant")


def test_polling_is_answered_as_published(guide: Guide) -> None:
    """D87."""
    begun, other, late = (begin(guide).json for _ in range(3))
    assert refused(poll(guide, begun, wait=0))[:2] == (400, "authorization_pending")
    assert refused(poll(guide, begun, wait=1))[:2] == (400, "slow_down")
    assert refused(poll(guide, begun, wait=9))[:2] == (400, "slow_down")
    assert refused(poll(guide, begun, wait=15))[:2] == (400, "authorization_pending")
    decide(guide, other, "deny")
    assert refused(poll(guide, other))[:2] == (400, "access_denied")
    assert refused(poll(guide, {"device_code": "nothing"}))[:2] == (400, "invalid_grant")
    guide.world.advance(900)
    assert refused(poll(guide, late))[:2] == (400, "expired_token")


def test_other_errors_are_answered_as_published(guide: Guide) -> None:
    """D85, D88, D20: only the two grant types, and an archived application is unknown."""
    for form, expected in (
        ({"grant_type": "authorization_code", "code": "x"}, (400, "unsupported_grant_type")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({}, (400, "invalid_request")),
        ({"grant_type": devices.GRANT_TYPE}, (400, "invalid_request")),
        ({"grant_type": "refresh_token"}, (400, "invalid_request")),
        (
            {"grant_type": devices.GRANT_TYPE, "device_code": "x", "client_id": "nobody"},
            (404, "invalid_client"),
        ),
        ({"grant_type": devices.GRANT_TYPE, "device_code": "x", "client_id": ""}, (404, "invalid_client")),
    ):
        assert refused(ask_token(guide, **form))[:2] == expected, form
    for form, expected in (
        ({"client_id": "nobody"}, (404, "invalid_client")),
        ({"scope": "nothing:known"}, (400, "invalid_request")),
        ({"scope": '"'}, (400, "invalid_request")),
    ):
        assert refused(begin(guide, **form))[:2] == expected, form
    as_json = guide.world.client.simulate_post(f"{BASE}/api/v1/oauth/device/code", json={"client_id": "x"})
    assert refused(as_json)[:2] == (400, "invalid_request")
    guide.world.make.change_application(guide.application, archived_at=guide.world.clock.now())
    guide.world.product.poll()
    assert refused(begin(guide))[:2] == (404, "invalid_client")


def test_a_secret_that_comes_all_the_same_is_the_right_one(guide: Guide) -> None:
    """D90 asks for none; whoever sends a wrong one is not believed."""
    assert refused(begin(guide, client_secret="wrong"))[:2] == (404, "invalid_client")
    assert begin(guide, client_secret=guide.secret).status_code == 200


def test_that_it_goes_without_a_secret_is_so_at_this_mount_alone(guide: Guide) -> None:
    """D90: nowhere else does an application with a secret act by its id."""
    make, world = guide.world.make, guide.world
    make.change_application(guide.application, dialects=frozenset({"deeplynx", "standard"}))
    world.product.poll()
    begun = begin(guide).json
    decide(guide, begun)
    tokens = poll(guide, begun).json
    for form in (
        {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]},
        {"grant_type": devices.GRANT_TYPE, "device_code": begun["device_code"]},
    ):
        answer = world.token(guide.application, None, **form)
        assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")
    form = {"client_id": guide.application.client_id}
    answer = world.client.simulate_post("/oauth/device_authorization", body=urlencode(form), headers=FORM)
    assert answer.json["error"] == "invalid_client"


def test_the_page_leads_to_ours(guide: Guide) -> None:
    """D82: only what can be a code is handed on."""
    ask = guide.world.client.simulate_get
    page = f"{BASE}/oauth/device/verify"
    ours = f"{guide.world.issuer}/device"
    for query, address in (
        ("", ours),
        ("user_code=bcdf+ghjk", f"{ours}?user_code=BCDF-GHJK"),
        ("user_code=%22%3E%3Cscript%3E", ours),
    ):
        answer = ask(page, query_string=query)
        assert (answer.status_code, answer.headers["location"], answer.text) == (303, address, "")


def verify(
    guide: Guide, token: str | None, user_code: str, approve: bool | None = None, version: str = "v1"
) -> falcon.testing.Result:
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    path = f"{BASE}/api/{version}/oauth/device/verify"
    if approve is None:
        return guide.world.client.simulate_get(path, params={"user_code": user_code}, headers=headers)
    body = json.dumps({"user_code": user_code, "approve": approve})
    return guide.world.client.simulate_post(
        path, body=body, headers={**headers, "Content-Type": "application/json"}
    )


def test_a_signed_in_persons_program_reads_and_refuses(guide: Guide) -> None:
    """D83, D84: the decision is answered with the request as it is then."""
    token = guide.token()
    first, second = begin(guide, scope="projects:read").json, begin(guide).json
    seen = verify(guide, token, first["user_code"].lower())
    assert seen.status_code == 200
    assert seen.json == {
        "user_code": first["user_code"],
        "client_id": guide.application.client_id,
        "application_name": guide.application.name,
        "scope": "projects:read",
        "expires_at": "2026-11-21T10:15:00Z",
        "status": "pending",
    }
    for begun, version in ((first, "v1"), (second, "v2")):
        decided = verify(guide, token, begun["user_code"], approve=False, version=version)
        assert (decided.status_code, decided.json["status"]) == (200, "denied")
    assert verify(guide, token, first["user_code"]).json == {**seen.json, "status": "denied"}
    assert refused(verify(guide, token, first["user_code"], approve=False))[0] == 400
    assert refused(poll(guide, first))[1] == "access_denied"


def test_no_program_allows_a_device(guide: Guide) -> None:
    """D84: whoever holds a person's token for one application would enter every other as that person."""
    begun = begin(guide).json
    answer = verify(guide, guide.token(), begun["user_code"], approve=True)
    assert refused(answer)[:2] == (403, "access_denied")
    assert answer.headers["error-id"] == "E-DEVICE-13"
    assert refused(poll(guide, begun))[1] == "authorization_pending"


def test_reading_needs_a_person_and_the_code(guide: Guide) -> None:
    """D83, D94; guesses are counted as on the page."""
    begun = begin(guide).json
    assert verify(guide, None, begun["user_code"]).status_code == 401
    token = guide.token()
    for typed in ("", "BBBBBBBB", "x" * 500):
        assert refused(verify(guide, token, typed))[0] == 400, typed
    for _ in range(18):
        verify(guide, token, "BBBBBBBB")
    assert refused(verify(guide, token, begun["user_code"]))[0] == 429
    for body in ("{}", "[]", '{"user_code":"BBBBBBBB","approve":"yes"}', "x"):
        answer = guide.world.client.simulate_post(
            f"{BASE}/api/v1/oauth/device/verify",
            body=body,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        assert refused(answer)[0] == 400, body


def test_the_current_user_of_an_organization(guide: Guide) -> None:
    """D93: the token stands for one organization, whose one project has its id."""
    token = guide.token()
    ask, headers = guide.world.client.simulate_get, {"Authorization": f"Bearer {token}"}
    here = str(ask(CURRENT_USER, headers=headers).json["organizationId"])
    for query, status in (
        ({"organizationId": here, "projectId": here}, 200),
        ({"organizationId": "7"}, 403),
        ({"projectId": "x"}, 403),
    ):
        assert ask(CURRENT_USER, params=query, headers=headers).status_code == status, query
