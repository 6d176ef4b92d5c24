"""The integration guide from start to end, and its first address, on both databases.

Each test cites the facts of docs/dialects/deeplynx.md that it shows.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from tests.dialects.deeplynx.guide import (
    CALLBACK,
    PROJECTS,
    STATE,
    Guide,
    refused,
)


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
