"""The table of PKCE: what a request said, what the exchange says, for each type and policy (E24)."""

from __future__ import annotations

import pytest

from tests.abuse.story import Client, Story, error
from tests.kit.world import VERIFIER

WRONG = "another-verifier-of-the-tests-0123456789-0123456789"
VERIFIERS = {
    "absent": "",
    "right": VERIFIER,
    "wrong": WRONG,
    "short": VERIFIER[:42],
    "long": VERIFIER + "a" * 100,
    "malformed": VERIFIER[:-1] + "!",
}


def clients(story: Story) -> dict[str, Client]:
    optional = {"settings": {"pkce": "optional"}}
    return {
        "public": story.public,
        "confidential": story.honest,
        "confidential, optional": story.client(story.acme, **optional),
        "public, optional": story.client(story.acme, "public", **optional),
    }


@pytest.mark.parametrize("verifier", list(VERIFIERS))
def test_a_challenge_is_answered_by_its_verifier_alone(story: Story, verifier: str) -> None:
    """V051, V053, C111, C112, C071: for every kind of client."""
    for name, client in clients(story).items():
        code = story.code(client)
        result = story.redeem(client, code, code_verifier=VERIFIERS[verifier])
        if verifier == "right":
            assert result.status_code == 200, name
            continue
        assert error(result) == (400, "invalid_grant"), name
        assert story.redeem(client, code).status_code == 200, name


def test_the_challenge_itself_is_no_verifier(story: Story) -> None:
    """C073, C074."""
    code = story.code(story.public)
    challenge = story.request(story.public).split("code_challenge=")[1].split("&")[0]
    assert error(story.redeem(story.public, code, code_verifier=challenge)) == (400, "invalid_grant")


@pytest.mark.parametrize("name", ["public", "confidential", "public, optional"])
def test_leaving_the_challenge_out_is_refused(story: Story, name: str) -> None:
    """V052, V053, C072: a public client never goes without, whatever its policy says."""
    client = clients(story)[name]
    answer = story.answer(client, None, None, code_challenge="", code_challenge_method="")
    assert answer["error"] == "invalid_request"
    assert "code" not in answer


def test_without_a_challenge_a_verifier_is_refused(story: Story) -> None:
    """V052, C111: where policy lets a confidential client go without, a verifier means a removed challenge."""
    client = clients(story)["confidential, optional"]
    bare = {"code_challenge": "", "code_challenge_method": ""}
    assert error(story.redeem(client, story.code(client, **bare))) == (400, "invalid_grant")
    assert story.redeem(client, story.code(client, **bare), code_verifier="").status_code == 200


@pytest.mark.parametrize(
    "parameters",
    [
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
        {"code_challenge_method": "s256"},
        {"code_challenge": "tooshort"},
        {"code_challenge": VERIFIER + "=" * 3},
        {"code_challenge": "", "code_challenge_method": "S256"},
    ],
    ids=["plain", "no method", "lower case", "short", "padded", "method alone"],
)
def test_what_the_metadata_does_not_offer_is_refused(story: Story, parameters: dict[str, str]) -> None:
    """V055, C073: S256 is all there is."""
    metadata = story.world.client.simulate_get("/.well-known/openid-configuration").json
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    answer = story.answer(story.honest, None, None, **parameters)
    assert answer["error"] == "invalid_request"
    assert "code" not in answer


def test_nothing_of_the_request_is_in_the_forms(story: Story) -> None:
    """V054, V056: the pages carry a proof of the step, and no parameter that could be altered."""
    browser = story.world.browser()
    browser.visit(story.request(story.honest, state="a-state-of-this-test", nonce="a-nonce-of-this-test"))
    seen = browser.page
    browser.submit(("action", "sign_in"), email=story.person.email, password=story.person.password)
    seen += browser.page
    for value in ("a-state-of-this-test", "a-nonce-of-this-test", story.honest.application.client_id):
        assert value not in seen
    assert set(browser.forms[0].fields) == {"csrf", "shown"}
    left = browser.submit(("decision", "approve"), response_type="token", redirect_uri="https://evil.example")
    assert left is not None
    assert left.startswith("https://app.example.test/callback?code=")
