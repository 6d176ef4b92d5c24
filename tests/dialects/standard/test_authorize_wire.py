"""The authorization endpoint on the wire, byte for byte, over features that say what they are told to."""

from __future__ import annotations

import pytest

from grantway.core import errors
from grantway.core.errors import PageError
from grantway.core.messages import Answer
from grantway.core.redirects import VerifiedRedirect
from grantway.edges.dialects.standard import DIALECT
from grantway.features.authorize.views import Browser, Interact
from tests.dialects.wire import ISSUER, Wired

REDIRECT = VerifiedRedirect("https://app.example/cb?a=1")


def test_an_authorization_request_is_read_with_the_standards_names(wired: Wired) -> None:
    """C017, C018: by GET; what we do not know is ignored."""
    wired.features.outcome = Interact("h4ndle")
    query = (
        "client_id=c&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&response_type=code&scope=openid+email&state=s&nonce=n"
        "&code_challenge=x&code_challenge_method=S256&response_mode=form_post&prompt=login&max_age=1&login_hint=m"
        "&id_token_hint=h&ui_locales=de+en&resource=https%3A%2F%2Fa&resource=https%3A%2F%2Fb&request=r"
        "&request_uri=u&unknown=1"
    )
    answer = wired.ask("GET", "/oauth/authorize", query=query)
    message, rules, browser = wired.features.seen
    assert message.client_id == "c"
    assert message.claimed_redirect == "https://app.example/cb"
    assert (message.response_type, message.scope, message.state, message.nonce) == (
        "code",
        "openid email",
        "s",
        "n",
    )
    assert (message.code_challenge, message.code_challenge_method) == ("x", "S256")
    assert (message.response_mode, message.prompt, message.max_age) == ("form_post", "login", "1")
    assert (message.login_hint, message.id_token_hint, message.ui_locales) == ("m", "h", "de en")
    assert message.resources == ("https://a", "https://b")
    assert (message.request, message.request_uri) == ("r", "u")
    assert message.origin.mount == message.origin.dialect == "standard"
    assert rules == DIALECT.rules
    assert isinstance(browser, Browser)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{ISSUER}/interaction/h4ndle"
    assert answer.headers["cache-control"] == "no-store"


def test_the_endpoint_reads_the_secret_of_a_browser_and_gives_none(wired: Wired) -> None:
    """A browser may hold its cookies back: one that is given here would take their place."""
    wired.features.outcome = Interact("h")
    secret = "s" * 43
    for headers, expected in (({}, None), ({"Cookie": f"__Host-browser={secret}"}, secret)):
        seen = wired.ask("GET", "/oauth/authorize", query="client_id=c", headers=headers)
        assert "set-cookie" not in seen.headers
        assert wired.last.secret == expected


def test_the_answer_joins_the_query_that_the_address_has(wired: Wired) -> None:
    """C014, C016, C075: by 303."""
    wired.features.outcome = Answer(REDIRECT, "query", {"code": "gwc_x", "state": "a b&c", "iss": ISSUER})
    answer = wired.ask("GET", "/oauth/authorize", query="client_id=c")
    assert answer.status_code == 303
    assert answer.headers["location"] == (
        "https://app.example/cb?a=1&code=gwc_x&state=a+b%26c&iss=https%3A%2F%2Fgate.example"
    )


def test_form_post_is_a_page_that_may_lead_to_the_application(wired: Wired) -> None:
    """V034: nothing of the answer becomes markup or script."""
    hostile = '"><script>alert(1)</script>'
    wired.features.outcome = Answer(REDIRECT, "form_post", {"code": "gwc_x", "state": hostile})
    answer = wired.ask("GET", "/oauth/authorize", query="client_id=c")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "form-action" not in answer.headers["content-security-policy"]
    assert 'type="module"' not in answer.text, "an engine that runs scripts need not know modules"
    assert 'action="https://app.example/cb?a=1"' in answer.text
    assert 'name="code" value="gwc_x"' in answer.text
    assert "<script>alert" not in answer.text


def test_by_post_query_and_body_are_one_request_and_nothing_stands_twice(wired: Wired) -> None:
    """V038."""
    wired.features.outcome = Interact("h")
    assert wired.post("/oauth/authorize", "client_id=c&state=s", query="prompt=none").status_code == 303
    message = wired.features.seen[0]
    assert (message.client_id, message.state, message.prompt) == ("c", "s", "none")
    assert wired.post("/oauth/authorize", "client_id=c&state=s", query="state=s").status_code == 400


@pytest.mark.parametrize(
    ("query", "error_id"),
    [
        ("client_id=a&client_id=a", "E-REQUEST-01"),
        ("client_id=%ff", "E-REQUEST-02"),
        ("state=" + "s" * 9_000, "E-REQUEST-05"),
        ("state=" + "s" * 20_000, "E-HTTP-09"),
        ("&".join(f"p{n}=1" for n in range(70)), "E-REQUEST-08"),
    ],
)
def test_what_cannot_be_read_is_a_page_and_never_a_redirect(wired: Wired, query: str, error_id: str) -> None:
    """C020, C064, V161."""
    answer = wired.ask("GET", "/oauth/authorize", query=query)
    assert answer.status_code in (400, 413, 414)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "location" not in answer.headers
    assert error_id in answer.text
    assert answer.headers["x-frame-options"] == "DENY"
    assert "set-cookie" not in answer.headers


def test_a_refusal_before_the_redirect_stands_is_a_page_without_any_input(wired: Wired) -> None:
    """C064, V133, V134."""
    wired.features.outcome = PageError(errors.AUTHORIZE_REDIRECT_UNKNOWN)
    query = "client_id=evil-client&redirect_uri=https%3A%2F%2Fevil.example%2F%3Cscript%3E&state=%3Cb%3E"
    answer = wired.ask("GET", "/oauth/authorize", query=query)
    assert answer.status_code == 400
    assert "E-AUTHORIZE-04" in answer.text
    assert "evil" not in answer.text
    assert "<b>" not in answer.text


def test_the_authorization_endpoint_has_no_cors(wired: Wired) -> None:
    """C008."""
    wired.features.outcome = Interact("h")
    wired.features.origins = {"c": ("https://spa.example",)}
    answer = wired.ask(
        "GET", "/oauth/authorize", query="client_id=c", headers={"Origin": "https://spa.example"}
    )
    assert "access-control-allow-origin" not in answer.headers
    preflight = wired.ask(
        "OPTIONS",
        "/oauth/authorize",
        headers={"Origin": "https://spa.example", "Access-Control-Request-Method": "GET"},
    )
    assert preflight.status_code == 204
    assert "access-control-allow-origin" not in preflight.headers
