"""The guide's exchange of a code for a token, on both databases.

Each test cites the facts of docs/dialects/deeplynx.md that it shows.
"""

from __future__ import annotations

from urllib.parse import urlencode

from tests.dialects.deeplynx.guide import (
    CALLBACK,
    EXCHANGE,
    PROJECTS,
    STATE,
    Guide,
    claims_of,
    refused,
)


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
