"""A state and a nonce of 8 kB, beside the cookies of other programs of the host, over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.cli.test_serve import PASSWORD, Serving, serving
from tests.flows.test_bodies_without_a_length import command
from tests.kit.browser import Browser
from tests.kit.databases import Databases

CALLBACK = "https://app.example.test/callback"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWBuGJSstw-cM"
STATE = "s~1." * 1_500
NONCE = "n" * 2_192
OTHERS = {f"other-{number}": "c" * 3_900 for number in range(8)}
"""31 kB."""


@pytest.fixture(params=["rsgi", "wsgi"])
def server(databases: Databases, request: pytest.FixtureRequest) -> Iterator[tuple[Serving, str]]:
    url = databases.sqlite()
    with serving(url, GRANTWAY_INTERFACE=request.param) as running:
        yield running, url
    databases.drop(url)


def test_they_come_back_whole_with_a_code_and_with_a_refusal(server: tuple[Serving, str]) -> None:
    running, url = server
    link = urlsplit(running.link or "")
    browser = Browser(running.issuer)
    browser.visit(f"{link.path}?{link.query}")
    browser.submit(name="Olga Orlow", email="olga@example.test", new_password=PASSWORD, confirm=PASSWORD)
    browser.sign_in("olga@example.test", PASSWORD)
    made = command(
        url, "apps", "create", "--organization", "platform", "--name", "Orbit", "--type", "public",
        "--notify", "dev@example.test", "--scope", "openid", "--redirect-uri", CALLBACK,
    )  # fmt: skip
    asked = {
        "client_id": made["client_id"],
        "response_type": "code",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "scope": "openid",
        "state": STATE,
        "nonce": NONCE,
    }
    assert len(STATE + NONCE) == 8_192

    def told(left: str | None) -> dict[str, str]:
        assert left is not None
        assert left.startswith(CALLBACK)
        found = {name: values[0] for name, values in parse_qs(urlsplit(left).query).items()}
        assert found["state"] == STATE
        return found

    browser.cookies |= OTHERS
    assert browser.visit("/oauth/authorize?" + urlencode(asked)) is None
    assert "code" in told(browser.submit(("decision", "approve")))
    faulty = urlencode(asked | {"scope": "no-such-scope"})
    assert told(browser.visit(f"/oauth/authorize?{faulty}"))["error"] == "invalid_scope"
    stranger = Browser(running.issuer)
    stranger.cookies |= OTHERS
    assert stranger.visit(f"/oauth/authorize?{faulty}") is None
    assert told(stranger.submit(("action", "tell")))["error"] == "invalid_scope"
    longer = asked | {"nonce": "n" * 8_192, "scope": "no-such-scope"}
    assert told(browser.post(f"{running.issuer}/oauth/authorize", **longer))["error"] == "invalid_scope"
    stranger.close()
    browser.close()
