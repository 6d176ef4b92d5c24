"""Every row of Nexusguard's wire table, over the real features, on both databases."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.dialects.nexusguard.guide import (
    ACCESS,
    CREDIT,
    HOME,
    PREFIX,
    REDIRECT,
    REFRESH,
    STATE,
    Guide,
    failed,
    succeeded,
)
from tests.dialects.wire import FORM

USERS = (
    '{{"code":0,"msg":"success","result":{{"access_token":"{access_token}","expires_in":7200,'
    '"refresh_token":"{refresh_token}","scope":"install_login"}}}}'
)
APPS = '{{"code":0,"msg":"success","result":{{"access_token":"{access_token}","expires_in":7200}}}}'


def test_a_launch_leads_to_the_entrance(guide: Guide) -> None:
    """G10, G17, G43: the portal is told where to lead the frame, with what the guide passes."""
    answer = guide.launch()
    told = answer.json
    assert answer.status_code == 201, answer.text
    assert told.keys() == {"client_id", "dialect", "expires_at", "application_id", "parameters", "address"}
    assert told["parameters"]["customer_id"] == guide.customer_id
    assert len(guide.customer_id) == 16
    assert told["address"] == f"{HOME}?{urlencode(told['parameters'])}"
    assert told["expires_at"] == "2026-11-21T10:05:00Z"
    assert answer.headers["cache-control"] == "no-store"


def test_the_guide_from_start_to_end(guide: Guide) -> None:
    """G13 to G18, G19, G20, G21, G22, G23, G24, G30, G33 to G35: no page, no cookie, a code, tokens, a call, a refresh without a secret."""
    sent = guide.connect()
    assert (sent.status_code, sent.text, "set-cookie" in sent.headers) == (302, "", False)
    back = sent.headers["location"]
    assert back.startswith(REDIRECT + "&")
    answer = dict(parse_qsl(urlsplit(back).query))
    assert back == f"{REDIRECT}&code={answer['code']}&state={STATE}"
    tokens = guide.exchange(answer["code"])
    result = succeeded(tokens)
    assert tokens.text == USERS.format(**result)
    assert tokens.headers["content-type"] == "application/json"
    told = guide.call(result["access_token"])
    assert told.text == (
        f'{{"code":0,"msg":"success","result":{{"customer_id":"{guide.customer_id}","name":"Northwind",'
        f'"user":{{"name":"Mara Lindqvist","email":"{guide.person.email}"}}}}}}'
    )
    again = guide.refresh(result["refresh_token"])
    fresh = succeeded(again)
    assert again.text == USERS.format(**fresh)
    assert fresh["refresh_token"] != result["refresh_token"]
    assert succeeded(guide.call(fresh["access_token"]))["customer_id"] == guide.customer_id
    assert succeeded(guide.call(fresh["access_token"], f"{PREFIX}/api/customer/{guide.customer_id}"))


def test_the_code_is_taken_at_the_other_token_path_too(guide: Guide) -> None:
    """G25."""
    assert succeeded(guide.exchange(path=CREDIT))["expires_in"] == 7_200


def test_an_apps_own_token(guide: Guide) -> None:
    """G6, G26, G27, G28, G34: two members, and the list of customers that have the app."""
    answer = guide.post(CREDIT, grant_type="client_credential")
    result = succeeded(answer)
    assert answer.text == APPS.format(**result)
    other = guide.world.make.organization("Contoso")
    guide.world.make.installation(guide.app, other)
    gone = guide.world.make.organization("Gone")
    guide.world.make.installation(guide.app, gone, state="suspended")
    customers = succeeded(guide.call(result["access_token"], f"{PREFIX}/api/spe/customers"))
    names = {guide.customer_id: "Northwind", f"{other.id:016x}": "Contoso"}
    assert {one["customer_id"]: one["name"] for one in customers} == names


def test_a_users_token_reaches_its_own_customer_alone(guide: Guide) -> None:
    """G6, G35: anybody else's customer is as unknown as one that does not exist, whatever its spelling."""
    user = succeeded(guide.exchange())["access_token"]
    app = succeeded(guide.post(CREDIT, grant_type="client_credential"))["access_token"]
    other = guide.world.make.organization("Contoso")
    own = guide.customer_id
    for asked in (f"{other.id:016x}", "f" * 16, "0" * 16, own.upper() + "0", own[1:], "x", "", f"{own}/.."):
        assert failed(guide.call(user, f"{PREFIX}/api/spe/customer/{asked}")) == 2_010
    assert failed(guide.call(user, f"{PREFIX}/api/spe/customers")) == 8_003
    assert failed(guide.call(app, f"{PREFIX}/api/spe/customer/{f'{guide.maker.id:016x}'}")) == 8_006


def test_the_token_stands_in_the_address_or_the_header(guide: Guide) -> None:
    """G33, G36: one of both."""
    token = succeeded(guide.exchange())["access_token"]
    header = {"Authorization": f"Bearer {token}"}
    path = f"{PREFIX}/api/spe/customer/{guide.customer_id}"
    assert succeeded(guide.world.client.simulate_get(path, headers=header))
    assert failed(guide.call(token, headers=header)) == 8_004
    assert failed(guide.world.client.simulate_get(path)) == 8_001
    guide.world.advance(7_200)
    assert failed(guide.call(token)) == 8_007


@pytest.mark.parametrize(
    ("path", "changes", "code"),
    [
        (ACCESS, {"grant_type": "client_credential"}, 5_002),
        (ACCESS, {"grant_type": "refresh_token"}, 5_002),
        (ACCESS, {"grant_type": None}, 5_001),
        (ACCESS, {"grant_type": "authorization_code"}, 2_004),
        (ACCESS, {"grant_type": "authorization_code", "code": "gwc_wrong"}, 5_003),
        (ACCESS, {"grant_type": "authorization_code", "code": "x", "secret": None}, 4_001),
        (ACCESS, {"grant_type": "authorization_code", "code": "x", "secret": "gws_wrong"}, 4_001),
        (ACCESS, {"grant_type": "authorization_code", "code": "x", "app_id": "nobody"}, 4_001),
        (ACCESS, {"grant_type": "authorization_code", "code": "x", "app_id": None}, 4_002),
        (REFRESH, {"grant_type": "refresh_token", "refresh_token": "x"}, 5_002),
        (REFRESH, {"grant_type": "refresh_code", "secret": None}, 2_004),
        (REFRESH, {"grant_type": "refresh_code", "secret": None, "refresh_token": "x"}, 5_010),
        (REFRESH, {"grant_type": "refresh_code", "refresh_token": "x", "secret": "gws_wrong"}, 4_001),
        (CREDIT, {"grant_type": "client_credentials"}, 5_002),
        (CREDIT, {"grant_type": "client_credential", "secret": None}, 4_001),
    ],
)
def test_refusals_at_the_token_calls(
    guide: Guide, path: str, changes: dict[str, str | None], code: int
) -> None:
    """G29, G31, G32: a code that is not 0, its reason, and status 200."""
    assert failed(guide.post(path, **changes)) == code


def test_a_secret_in_the_address_is_refused(guide: Guide) -> None:
    """Not for these calls, whose guide has them in a form."""
    for query in ("secret=x", "app_id=x", "code=x", "refresh_token=x"):
        sent = guide.world.client.simulate_post(
            ACCESS, query_string=query, body="", headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
        assert failed(sent) == 4_007


def test_the_forms_of_the_guide_are_taken_as_they_are_printed(guide: Guide) -> None:
    """G19, G21, G27, G29: with a line for each parameter, as the shell hands its text to curl."""

    def printed(path: str, *lines: str) -> Any:
        body = "\n        &".join((f"app_id={guide.app.client_id}", *lines))
        return succeeded(guide.world.client.simulate_post(path, body=body, headers={"Content-Type": FORM}))

    secret = f"secret={guide.secret}"
    user = printed(ACCESS, secret, f"code={guide.code()}", "grant_type=authorization_code")
    user = printed(REFRESH, f"refresh_token={user['refresh_token']}", "grant_type=refresh_code")
    assert user.keys() == {"access_token", "expires_in", "refresh_token", "scope"}
    assert printed(CREDIT, secret, "grant_type=client_credential").keys() == {"access_token", "expires_in"}
    split = urlencode({"app_id": f"{guide.app.client_id}\n x", "secret": guide.secret})
    answer = guide.world.client.simulate_post(
        CREDIT, body=f"{split}&grant_type=client_credential", headers={"Content-Type": FORM}
    )
    assert failed(answer) == 4001
