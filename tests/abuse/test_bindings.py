"""Codes, refresh tokens and pending requests work for whom they were made, and for nobody else."""

from __future__ import annotations

import pytest

from tests.abuse.pages import text_of
from tests.abuse.story import Client, Story, error, variants
from tests.kit.counts import count


def others(story: Story) -> dict[str, Client]:
    return {"same tenant": story.rival, "other tenant": story.foreign, "public": story.public}


@pytest.mark.parametrize("who", ["same tenant", "other tenant", "public"])
def test_a_code_is_redeemed_by_its_own_client_only(story: Story, who: str) -> None:
    """V002, V003, V004, V005, C109, C110: and the attempt costs the owner nothing."""
    code = story.code(story.honest)
    assert error(story.redeem(others(story)[who], code)) == (400, "invalid_grant")
    assert story.redeem(story.honest, code).status_code == 200


@pytest.mark.parametrize("who", ["same tenant", "other tenant", "public"])
def test_a_refresh_token_is_used_by_its_own_client_only(story: Story, who: str) -> None:
    """V002, V006, C131, C121: a stranger's attempt neither consumes it nor raises an alarm."""
    tokens = story.tokens(story.honest)
    assert error(story.refresh(others(story)[who], tokens["refresh_token"])) == (400, "invalid_grant")
    assert story.is_alive(tokens["access_token"])
    assert story.refresh(story.honest, tokens["refresh_token"]).status_code == 200


def test_an_altered_code_is_no_code(story: Story) -> None:
    """V001, V018: any character of it changed, dropped or added."""
    code = story.code(story.honest)
    for variant in variants(code, count(60, 20_000)):
        assert error(story.redeem(story.rival, variant)) == (400, "invalid_grant")
        assert error(story.redeem(story.honest, variant)) == (400, "invalid_grant")
    assert story.redeem(story.honest, code).status_code == 200


def test_a_flow_in_progress_belongs_to_one_browser(story: Story) -> None:
    """V007: its address, opened in a second browser, shows a page and gives no code."""
    mine, theirs = story.world.browser(), story.world.browser()
    assert mine.visit(story.request(story.honest)) is None
    assert theirs.visit(mine.address) is None
    assert theirs.status == 400
    for step in ("sign-in", "choose", "consent", "cancel"):
        assert theirs.post(f"{mine.address}/{step}", csrf=mine.forms[0].fields["csrf"]) is None
        assert theirs.status in {400, 403}
    left = mine.submit(("action", "sign_in"), email=story.person.email, password=story.person.password)
    assert left is not None or mine.forms[0].has("decision", "approve")


def test_two_users_flows_never_mix(story: Story) -> None:
    """V008, V110: with steps interleaved, each page and each token speaks for the one who signed in."""
    colleague = story.world.make.person(story.acme, name="Bob Colleague")
    for _ in range(count(2, 500)):
        # Two strangers' attempts in ten seconds stay below what one network may try.
        story.world.advance(10)
        first, second = story.world.browser(), story.world.browser()
        first.visit(story.request(story.honest))
        second.visit(story.request(story.honest))
        second.submit(("action", "sign_in"), email=colleague.email, password=colleague.password)
        first.submit(("action", "sign_in"), email=story.person.email, password=story.person.password)
        for browser, person in ((second, colleague), (first, story.person)):
            if browser.left is None:
                assert f"({person.email})" in text_of(browser.page)
            left = browser.left or browser.submit(("decision", "approve"))
            assert left is not None
            code = left.split("code=")[1].split("&")[0]
            token = story.redeem(story.honest, code).json["access_token"]
            assert story.world.bearer(token).json["email"] == person.email


@pytest.mark.parametrize("gone", ["code", "redirect_uri", "code_verifier", "grant_type"])
def test_a_parameter_left_out_never_gives_more(story: Story, gone: str) -> None:
    """V015: each parameter of the exchange removed in turn is refused, and the code stays unspent."""
    code = story.code(story.honest)
    assert story.redeem(story.honest, code, **{gone: ""}).status_code == 400
    assert story.redeem(story.honest, code).status_code == 200


def test_a_changed_redirect_is_refused_and_the_code_stays(story: Story) -> None:
    """C109, C113."""
    code = story.code(story.honest)
    refused = story.redeem(story.honest, code, redirect_uri="https://app.example.test/other")
    assert error(refused) == (400, "invalid_grant")
    assert story.redeem(story.honest, code).status_code == 200


def test_a_code_of_one_dialect_is_nothing_in_another(story: Story) -> None:
    """V002: a relaxed mount cannot feed a strict one."""
    code = story.code(story.honest)
    form = {"grant_type": "authorization_code", "code": code}
    answer = story.post("/d/nexus211/oauth/access-token", story.honest, **form)
    assert answer.status_code in {400, 401, 415}
    assert story.redeem(story.honest, code).status_code == 200


def test_a_secret_of_one_tenant_never_acts_for_another(story: Story) -> None:
    """V084 and the rule of security by secret, C044: A's pair gives A's organization, always."""
    vendor = story.client(story.globex, "backend", scopes=("orders:read", "orders:write"))
    story.world.make.installation(vendor.application, story.acme, scopes=frozenset({"orders:read"}))
    pair = Client(vendor.application, story.world.make.secret(vendor.application, story.acme))
    seen = story.introspect(pair, story.machine(pair))
    home = story.introspect(vendor, story.machine(vendor))
    assert seen["org"] != home["org"]
    assert error(
        story.world.token(
            pair.application, pair.secret, grant_type="client_credentials", scope="orders:write"
        )
    ) == (400, "invalid_scope")
    assert story.introspect(pair, story.machine(vendor))["active"] is False
