"""`POST /oauth/service-account-token`, on both databases."""

from __future__ import annotations

import json
from typing import Any

import falcon.testing

from grantway.core.identifiers import to_text
from tests.dialects.nexus211.guide import Guide, basic, refused

PATH = "/d/nexus211/oauth/service-account-token"


def ask(guide: Guide, body: Any, **headers: str) -> falcon.testing.Result:
    sent = {"Authorization": basic(guide.application.client_id, guide.secret)}
    sent |= {"Content-Type": "application/json"} | headers
    return guide.world.client.simulate_post(PATH, body=json.dumps(body), headers=sent)


def test_the_token_is_a_profiles_in_its_role(guide: Guide) -> None:
    """N29, N45, N47: the pair as Basic, the HashID as JSON, and the token as Bearer."""
    account = guide.world.make.service_account(
        guide.home, guide.application, role="member", name="Night shift"
    )
    answer = ask(guide, {"profile": to_text(account.id)})
    assert (answer.status_code, list(answer.json)) == (200, ["token"])
    assert answer.headers["cache-control"] == "no-store"
    seen = guide.call("Bearer " + answer.json["token"])
    assert seen.json["profile"] == {"id": to_text(account.id), "name": "Night shift", "role": "member"}
    assert seen.json["organization"]["id"] == to_text(guide.home.id)


def test_the_profile_belongs_to_the_organization_of_the_secret(guide: Guide) -> None:
    """N48: another organization's is as unknown as one that does not exist, and so is a person's."""
    contoso = guide.world.make.organization("Contoso")
    theirs = guide.world.make.service_account(contoso, guide.application)
    unlisted = guide.world.make.service_account(guide.home)
    texts = set()
    for named in (theirs.id, unlisted.id, guide.person.id, 4_711):
        answer = ask(guide, {"profile": to_text(named)})
        assert refused(answer) == (400, "invalid_grant")
        texts.add(answer.text)
    assert len(texts) == 1


def test_what_the_call_does_not_take(guide: Guide) -> None:
    """N45."""
    account = guide.world.make.service_account(guide.home, guide.application)
    good = {"profile": to_text(account.id)}
    for body in ({}, {"profile": ""}, {"profile": 7}, {"profile": None}):
        assert refused(ask(guide, body)) == (400, "invalid_request")
    assert refused(ask(guide, good, Authorization="Basic !!"))[0] == 401
    wrong = basic(guide.application.client_id, "wrong")
    assert refused(ask(guide, good, Authorization=wrong)) == (401, "invalid_client")
    assert refused(ask(guide, good, **{"Content-Type": "text/plain"}))[0] == 400
