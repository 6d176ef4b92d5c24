"""Each row of Nexus211's wire table, byte for byte, over the real features and on both databases."""

from __future__ import annotations

import json
from typing import Any

import falcon.testing

from grantway.core.identifiers import to_text
from tests.dialects.nexus211.guide import REDIRECT, STATE, Guide, basic

PLACE = "/d/nexus211"
CHALLENGE = 'Basic realm="nexus211", charset="UTF-8", Bearer realm="nexus211"'


def ask(
    guide: Guide, method: str, path: str, authorization: str | None = None, body: Any = None
) -> falcon.testing.Result:
    guide.world.product.poll()
    sent = {"Authorization": authorization} if authorization else {}
    if body is not None:
        sent["Content-Type"] = "application/json"
    return guide.world.client.simulate_request(
        method, PLACE + path, headers=sent, body=None if body is None else json.dumps(body)
    )


def head_of(answer: falcon.testing.Result) -> tuple[int, str | None, str | None]:
    return answer.status_code, answer.headers.get("content-type"), answer.headers.get("cache-control")


JSON, EMPTY = (200, "application/json", "no-store"), (204, None, "no-store")


def test_signing_in(guide: Guide) -> None:
    """N32, N37, N40, N41, N42: from the address to the token."""
    first = ask(guide, "GET", guide.address().removeprefix(PLACE))
    assert (first.status_code, first.content) == (302, b"")
    browser = guide.world.browser()
    left = browser.authorize(guide.address(), email=guide.person.email, password=guide.person.password)
    assert browser.last is not None
    assert browser.last.status_code == 303
    code = left.removeprefix(REDIRECT + "&code=").removesuffix(f"&state={STATE}")
    assert left == f"{REDIRECT}&code={code}&state={STATE}"
    pair = basic(guide.application.client_id, guide.secret)
    made = ask(guide, "POST", "/oauth/access-token", pair, {"code": code})
    assert head_of(made) == JSON
    assert made.content == b'{"token":"%s"}' % made.json["token"].encode()


def test_a_service_account_and_the_end_of_its_token(guide: Guide) -> None:
    """N45, N46."""
    account = guide.world.make.service_account(guide.home, guide.application, name="Night shift")
    pair = basic(guide.application.client_id, guide.secret)
    made = ask(guide, "POST", "/oauth/service-account-token", pair, {"profile": to_text(account.id)})
    assert head_of(made) == JSON
    token = made.json["token"]
    assert made.content == b'{"token":"%s"}' % token.encode()
    ended = ask(guide, "POST", "/oauth/revoke", f"Bearer {token}")
    assert head_of(ended) == EMPTY
    assert ended.content == b""


def test_the_keys(guide: Guide) -> None:
    """N18, N23."""
    world, contoso = guide.world, guide.world.make.organization("Contoso")
    world.make.installation(guide.application, contoso)
    secret = world.make.secret(guide.application, contoso, kept=True)
    answer = ask(guide, "GET", "/keys", basic(guide.application.client_id, guide.secret))
    assert head_of(answer) == JSON
    assert answer.content == b'[{"organization":"%s","secret":"%s"}]' % (
        to_text(contoso.id).encode(),
        secret.encode(),
    )


def test_the_applications(guide: Guide) -> None:
    """N56, N57, N58."""
    reader = guide.world.make.application(
        guide.home, dialect="nexus211", scopes=("applications:read",), name="Reader", redirects=()
    )
    pair = basic(reader.client_id, guide.world.make.secret(reader))
    answer = ask(guide, "GET", "/applications?name=Reader&$limit=1", pair)
    assert head_of(answer) == JSON
    assert answer.content == (
        b'[{"id":"%s","organization":"%s","clientId":"%s","name":"Reader","description":null,"website":null,'
        b'"type":"confidential","scopes":["applications:read"],"redirects":[],"signIn":"own","isEnabled":true,'
        b'"createdAt":"2026-11-21T10:00:00Z","updatedAt":"2026-11-21T10:00:00Z"}]'
    ) % (to_text(reader.id).encode(), to_text(guide.home.id).encode(), reader.client_id.encode())
    wrong = ask(guide, "GET", "/applications?$skip=-1", pair)
    assert head_of(wrong) == (400, "application/json", "no-store")
    assert wrong.content == (
        b'{"error":"invalid","message":"Some fields need your attention. Each is listed with what to do.",'
        b'"id":"E-RECORD-01","errors":[{"field":"$skip",'
        b'"message":"This is outside the allowed range. From 0 to 1000000."}]}'
    )


def test_a_call_as_an_application_and_as_a_profile(guide: Guide) -> None:
    """N27, N29: the answer, a wrong pair, a wrong token, and a scope that is missing."""
    pair = basic(guide.application.client_id, guide.secret)
    answer = ask(guide, "GET", "/organizations/current", pair)
    assert head_of(answer) == JSON
    place, app = to_text(guide.home.id), guide.application
    start = f'{{"organization":{{"id":"{place}","name":"Northwind"}},'
    start += f'"application":{{"id":"{app.client_id}","name":"{app.name}"}},'
    end = '"scopes":["organizations:read","widgets:write"]}'
    assert answer.text == start + '"profile":null,' + end
    as_profile = ask(guide, "GET", "/organizations/current", f"Bearer {guide.token()}")
    person = to_text(guide.person.id)
    who = f'"profile":{{"id":"{person}","name":"Mara Lindqvist","role":"developer"}},'
    assert as_profile.text == start + who + end
    wrong_pair = (
        '{"error":"invalid_client","message":"Client authentication failed. Check the client id and the secret.",'
        '"id":"E-CLIENT-01"}'
    )
    wrong_token = (
        '{"error":"invalid_token","message":"The access token is unknown, expired or revoked. Get a new one.",'
        '"id":"E-TOKEN-02"}'
    )
    for authorization, body in (
        (basic(guide.application.client_id, "wrong"), wrong_pair),
        ("Bearer wrong", wrong_token),
    ):
        refused = ask(guide, "GET", "/organizations/current", authorization)
        assert head_of(refused) == (401, "application/json", "no-store")
        assert refused.headers["www-authenticate"] == CHALLENGE
        assert refused.text == body
    missing = ask(guide, "GET", "/applications", pair)
    assert head_of(missing) == (403, "application/json", "no-store")
    assert missing.json.keys() == {"error", "message", "id"}
