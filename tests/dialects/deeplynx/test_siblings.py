"""What an application may do for its person beside calls: lead on to siblings, ask for a code in their name.

Each test cites the facts of docs/dialects/deeplynx.md that it shows.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import falcon.testing
import pytest

from grantway.core.model import Application
from tests.dialects.deeplynx.guide import CALLBACK, STATE, Guide, refused

APPLICATIONS = "/d/deeplynx/api/{}/users/current/applications"
AUTHORIZE_FOR = "/d/deeplynx/api/{}/oauth/authorize"


def siblings(guide: Guide, token: str, version: str = "v1") -> falcon.testing.Result:
    return guide.world.bearer(token, APPLICATIONS.format(version))


def names(answer: falcon.testing.Result) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_siblings_are_led_to_by_their_base_urls(guide: Guide, version: str) -> None:
    """D5: what the organization owns or has installed, and what the platform offers it; nothing of others."""
    make = guide.world.make
    home, elsewhere = guide.northwind, make.organization("Elsewhere")
    opens: dict[str, Any] = {"audience_effective": "any_organization", "publication": "approved"}
    make.change_application(guide.application, base_url="https://platform.example/", name="Portal")
    make.application(home, name="Ours", base_url="https://ours.example/")
    make.application(home, name="Without an address")
    make.application(home, name="Off", base_url="https://off.example/", state="disabled")
    make.application(home, name="Machine", type="backend", base_url="https://machine.example/")
    installed = make.application(elsewhere, name="Installed", base_url="https://in.example/", **opens)
    make.installation(installed, home)
    unread = make.application(elsewhere, name="Unread", base_url="https://unread.example/")
    make.installation(unread, home)
    make.application(elsewhere, name="Open to all", base_url="https://open.example/", **opens)
    make.application(elsewhere, name="Private", base_url="https://private.example/")
    make.application(make.platform, name="Operators alone", base_url="https://operators.example/")
    guide.world.product.poll()
    found = siblings(guide, guide.token(), version)
    assert names(found) == ["Installed", "Ours", "Portal"]
    assert found.json[2] == {
        "clientId": guide.application.client_id,
        "name": "Portal",
        "description": guide.application.description,
        "baseUrl": "https://platform.example/",
    }
    assert found.headers["cache-control"] == "no-store"


def test_a_strangers_application_reads_nothing_of_it(guide: Guide) -> None:
    """D5: one that nobody installed, which people may sign in to all the same, is no sibling."""
    make = guide.world.make
    stranger = make.application(
        make.organization("Elsewhere"),
        dialect="deeplynx",
        scopes=("projects:read",),
        redirects=(CALLBACK,),
        audience_effective="any_organization",
    )
    make.voucher(stranger)
    theirs = Guide(guide.world, stranger, make.secret(stranger), guide.person, guide.northwind)
    answer = siblings(guide, theirs.token())
    assert refused(answer)[:2] == (403, "access_denied")
    assert answer.headers["error-id"] == "E-TOKEN-08"
    assert siblings(guide, "no-token").status_code == 401


def test_the_same_at_the_standard_mount(guide: Guide) -> None:
    """D5: for who is signed in, so with `openid`."""
    world, make = guide.world, guide.world.make
    ours = make.application(guide.northwind, name="Ours", base_url="https://ours.example/")
    secret = make.secret(ours)
    token = world.authorize(ours, guide.person, secret=secret, scope="openid").access_token
    answer = world.bearer(token, "/oauth/launcher")
    assert answer.json == {
        "applications": [
            {
                "client_id": ours.client_id,
                "name": "Ours",
                "description": ours.description,
                "base_url": "https://ours.example/",
            }
        ]
    }
    machine = make.application(guide.northwind, type="backend", scopes=("projects:read",))
    by_itself = world.machine_token(machine, make.secret(machine))
    assert world.bearer(by_itself, "/oauth/launcher").status_code == 403


def ask_for(
    guide: Guide,
    token: str | None,
    version: str = "v1",
    application: Application | None = None,
    **changes: str,
) -> falcon.testing.Result:
    query = {
        "client_id": (application or guide.application).client_id,
        "redirect_uri": CALLBACK,
        "state": STATE,
        **changes,
    }
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return guide.world.client.simulate_get(
        AUTHORIZE_FOR.format(version), query_string=urlencode(query), headers=headers
    )


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_an_application_that_speaks_for_its_people_is_answered_at_once(guide: Guide, version: str) -> None:
    """D28: 302 to the callback, with a code for the person of the token that ends with their session."""
    guide.world.make.voucher(guide.application, asserted_subject=True)
    guide.world.product.poll()
    browser = guide.world.browser()
    token = guide.exchange(guide.code(browser)).json["access_token"]
    answer = ask_for(guide, token, version)
    assert (answer.status_code, answer.text) == (302, "")
    assert answer.headers["location"].startswith(CALLBACK + "&")
    told = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert told["state"] == STATE
    second = ask_for(guide, token, version)
    assert guide.exchange(told["code"]).status_code == 200
    browser.visit("/sign-out")
    browser.submit(("action", "sign_out"))
    late = dict(parse_qsl(urlsplit(second.headers["location"]).query))["code"]
    assert refused(guide.exchange(late))[:2] == (400, "invalid_grant")


def test_no_other_application_enters_its_siblings_as_its_person(guide: Guide) -> None:
    """D28, D35: a token is no sign-in to another application, whoever answers for the one that has it."""
    answer = ask_for(guide, guide.token())
    assert refused(answer)[:2] == (401, "unauthorized_client")
    assert answer.headers["error-id"] == "E-VOUCH-04"
    assert "location" not in answer.headers
    for token in (None, "no-token"):
        assert refused(ask_for(guide, token))[:2] == (401, "unauthorized_client")


def test_what_a_page_would_have_to_ask_is_refused(guide: Guide) -> None:
    """D28, D35: without a voucher for the other application, the person decides, on our page."""
    make = guide.world.make
    make.voucher(guide.application, asserted_subject=True)
    other = make.application(
        make.platform,
        dialect="deeplynx",
        scopes=("projects:read",),
        redirects=(CALLBACK,),
        audience_effective="any_organization",
    )
    guide.world.product.poll()
    token = guide.token()
    assert refused(ask_for(guide, token, application=other))[:2] == (401, "unauthorized_client")
    unlike: tuple[tuple[dict[str, Any], tuple[int, str]], ...] = (
        ({"client_id": "nobody"}, (404, "invalid_client")),
        ({"redirect_uri": "https://else.example/"}, (400, "invalid_grant")),
        ({"state": ""}, (400, "invalid_request")),
    )
    for changes, expected in unlike:
        assert refused(ask_for(guide, token, **changes))[:2] == expected, changes
