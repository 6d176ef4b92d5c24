"""Every row of Nitro's wire table, over the real features, on both databases."""

from __future__ import annotations

import re

import pytest

from tests.dialects.nitro.guide import EMBED, GAMIFICATION, GROUPS, TOKEN, USER, Guide, refused

HEX = re.compile(r"[0-9a-f]+")


@pytest.mark.parametrize("grant_type", [None, "client_credentials"])
@pytest.mark.parametrize(("named", "legs"), [({}, 2), ({"userId": "joe"}, 3), ({"user_id": "joe"}, 3)])
def test_a_token_by_form(guide: Guide, named: dict[str, str], legs: int, grant_type: str | None) -> None:
    """B18 to B20, B24 to B27, B30, B31, B32, B41: the guide's three members, byte for byte, and which legs."""
    answer = guide.post(grant_type=grant_type, **named)
    token = answer.json["access_token"]
    assert answer.text == f'{{"token_type":"bearer","access_token":"{token}","expires_in":86400}}'
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["cache-control"] == "no-store"
    assert HEX.fullmatch(token)
    as_user, as_site = guide.get(USER, token), guide.get(GROUPS, token)
    assert (as_user.status_code, as_site.status_code) == ((200, 403) if legs == 3 else (403, 200))


def test_the_last_step_of_the_guide(guide: Guide) -> None:
    """B39, B42, B43, B45, B46: a call as a user nobody has heard of, by header or in an embedded address."""
    token = guide.token(userId="joe@shop.example/7")
    told = '{"userId":"joe@shop.example/7","site":"Northwind","scopes":["gamification_user"]}'
    assert guide.get(USER, token).text == told
    framed = guide.get(EMBED, None, token=token)
    assert (framed.text, framed.headers["referrer-policy"]) == (told, "no-referrer")
    assert refused(guide.get(EMBED, token, token=token)) == (400, "E-TOKEN-04")
    assert refused(guide.get(USER, None, access_token=token)) == (400, "E-CLIENT-07")
    site = '{"groups":[{"name":"all","site":"Northwind"}]}'
    assert guide.get(GROUPS, guide.token()).text == site


@pytest.mark.parametrize(
    ("scope", "user", "outcome"),
    [
        ("gamification_user", "joe", 200),
        ("global", None, 200),
        ("gamification_user", None, (400, "E-SCOPE-04")),
        ("global", "joe", (400, "E-SCOPE-04")),
        ("global gamification_user", "joe", (400, "E-SCOPE-04")),
    ],
)
def test_a_scope_wants_its_legs(
    guide: Guide, scope: str, user: str | None, outcome: int | tuple[int, str]
) -> None:
    """B21, B22, B23: named, and a scope that the client has with nothing else beside it."""
    asked = guide.post(scope=scope, userId=user)
    assert (asked.status_code if asked.status_code == 200 else refused(asked)) == outcome
    if outcome != 200 and " " not in scope:
        alone = guide.client(scope)
        assert alone.post(userId=user).json["error"] == "invalid_scope"


def test_a_users_token_by_a_global_one(guide: Guide) -> None:
    """B35, B36, B37: by GET and by POST, as often as one likes."""
    mother = guide.token()
    by_get = guide.get(GAMIFICATION, mother, userId="joe")
    by_post = guide.world.client.simulate_post(
        GAMIFICATION,
        body="user_id=ann",
        headers={"Authorization": f"Bearer {mother}", "Content-Type": "application/x-www-form-urlencoded"},
    )
    for answer, name in ((by_get, "joe"), (by_post, "ann")):
        token = answer.json["access_token"]
        assert answer.text == f'{{"token_type":"bearer","access_token":"{token}","expires_in":86400}}'
        assert guide.get(USER, token).json["userId"] == name
        assert refused(guide.get(GAMIFICATION, token, userId="eve")) == (403, "E-TOKEN-03")
    assert refused(guide.get(GAMIFICATION, None, userId="joe")) == (401, "E-TOKEN-01")
    assert refused(guide.get(GAMIFICATION, "5a2ccdee047515c1a8", userId="joe")) == (401, "E-TOKEN-02")
    assert refused(guide.get(GAMIFICATION, mother)) == (400, "E-REQUEST-04")
    assert refused(guide.get(GAMIFICATION, mother, userId="joe", user_id="ann")) == (400, "E-REQUEST-01")
    other = guide.client("gamification_user")
    assert refused(guide.get(GAMIFICATION, other.token(userId="x"), userId="joe")) == (403, "E-TOKEN-03")


def test_refusals_at_the_token_call(guide: Guide) -> None:
    """B42: 401 for the client, 400 for the request."""
    assert refused(guide.post(client_secret="gws_wrong")) == (401, "E-CLIENT-01")
    assert refused(guide.post(client_id="nobody")) == (401, "E-CLIENT-01")
    assert refused(guide.post(userId="joe", user_id="joe")) == (400, "E-REQUEST-01")
    assert refused(guide.post(grant_type="password")) == (400, "E-GRANT-02")
    in_address = guide.world.client.simulate_post(
        TOKEN + "?client_secret=x", body="", headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert refused(in_address) == (400, "E-CLIENT-07")
    assert refused(guide.get(TOKEN, None)) == (405, "E-REQUEST-09")
