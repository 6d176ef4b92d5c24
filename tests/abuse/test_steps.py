"""Forms count only from our own page, in their own browser, in their turn."""

from __future__ import annotations

from itertools import product

import pytest

from grantway.core.identifiers import to_text
from tests.abuse import census
from tests.abuse.stages import STAGES, at
from tests.abuse.story import Story
from tests.kit.factories import PASSWORD

STEPS = ("sign-in", "ask", "choose", "consent", "cancel")
EVERYTHING = {
    "decision": "approve",
    "action": "sign_in",
    "password": PASSWORD,
    "new_password": "green harbour lamps",
    "confirm": "green harbour lamps",
}


@pytest.fixture
def flow(story: Story) -> Story:
    """Somebody who belongs to two organizations, so that no step is left out."""
    story.world.make.membership(story.person, story.globex)
    return story


@pytest.mark.parametrize(("stage", "step"), list(product(STAGES, STEPS)))
def test_no_step_is_reached_without_the_one_before(flow: Story, stage: str, step: str) -> None:
    """V144, V146, V145: every pair of where a flow stands and what is sent; only a cancel ends it."""
    browser = flow.world.browser()
    address = at(flow, stage, browser)
    before, proof = browser.title, browser.forms[0].fields["csrf"]
    everything = EVERYTHING | {"email": flow.person.email, "organization": to_text(flow.globex.id)}
    if STAGES[stage] == step:
        everything = {"organization": to_text(flow.acme.id + 1), "email": flow.person.email}
    left = browser.post(f"{address}/{step}", csrf=proof, **everything)
    assert left is None, "the proof of one step opened another"
    assert browser.visit(address) is None
    assert browser.title == before


@pytest.mark.parametrize("stage", STAGES)
def test_an_empty_or_partial_form_skips_nothing(flow: Story, stage: str) -> None:
    """V145, V146, C089: nothing, each field alone, each field left out, and the same sent again."""
    browser = flow.world.browser()
    address = at(flow, stage, browser)
    before, sent = browser.title, browser.forms[0]
    whole = {**sent.fields, "email": flow.person.email, "password": "", "organization": "", "decision": ""}
    partial: list[dict[str, str]] = [{}, {"csrf": sent.fields["csrf"]}]
    partial += [{name: value} for name, value in whole.items() if name != "csrf"]
    partial += [{k: v for k, v in whole.items() if k != name} for name in whole]
    partial += [
        whole | {"decision": text} for text in ("null", "true", "Approve", "approve ", "deny,approve")
    ]
    for fields in partial:
        assert browser.post(sent.action, **fields) is None
        # A browser that sends nothing sends no form at all.
        assert browser.status in ({200, 400, 403} if fields else {415})
        assert browser.visit(address) is None
        assert browser.title == before, fields


@pytest.mark.parametrize("proof", ["none", "empty", "made up", "other browser", "other step"])
def test_no_form_counts_without_its_own_proof(flow: Story, proof: str) -> None:
    """V138, V141: every route of ours that a form is sent to, found in the route table."""
    browser, stranger = flow.world.browser(), flow.world.browser()
    address = at(flow, "consent", browser).removeprefix(flow.world.issuer)
    stranger.visit("/sign-in")
    fields = EVERYTHING | {"email": flow.person.email, "token": "x"}
    if proof != "none":
        made = {
            "empty": "",
            "made up": "A" * 43,
            "other browser": stranger.forms[0].fields["csrf"],
            "other step": browser.forms[0].fields["csrf"],
        }
        fields["csrf"] = made[proof]
    targets = [
        one.address({"handle": address.rpartition("/")[2]})
        for one in census.declared(flow.world)
        if one.method == "POST" and one.who in {"pending request", "session", "link"}
    ] + ["/sign-in"]
    assert len(targets) == 17
    for target in targets:
        if proof == "other step" and target.endswith("/consent"):
            continue
        assert browser.post(target, **fields) is None
        assert browser.status == 400, target
        assert "E-STEP-0" in browser.page
    assert browser.visit(address) is None
    assert browser.forms[0].has("decision", "approve")
    browser.visit("/")
    assert browser.status == 200
    assert flow.world.browser().visit("/") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://id.example.test"},
        {"Origin": "https://id.example.test.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "SAME-ORIGIN"},
    ],
)
def test_a_form_that_came_from_elsewhere_counts_for_nothing(story: Story, headers: dict[str, str]) -> None:
    """V138, V141: even with the right proof, whatever leaked it."""
    browser = story.world.browser()
    browser.sign_in(story.person.email, story.person.password)
    browser.visit("/sign-out")
    result = story.world.client.simulate_post(
        "/sign-out",
        params={"csrf": browser.forms[0].fields["csrf"], "action": "sign_out"},
        params_csv=False,
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items()),
            **headers,
        },
        body="csrf=" + browser.forms[0].fields["csrf"] + "&action=sign_out",
    )
    assert result.status_code == 400
    browser.visit("/")
    assert browser.status == 200


def test_nobody_is_signed_out_by_an_address(story: Story) -> None:
    """V141: asking is all that a link, an image or a frame can bring about."""
    browser = story.world.browser()
    browser.sign_in(story.person.email, story.person.password)
    for query in (
        "",
        "?action=sign_out",
        "?id_token_hint=x",
        "?csrf=x&action=sign_out",
        "?post_logout_redirect_uri=x",
    ):
        browser.visit("/sign-out" + query)
        assert browser.title.startswith("Sign out")
        browser.visit("/signed-out" + query)
        browser.visit("/")
        assert browser.status == 200
        assert story.person.user.name in browser.page
    browser.visit("/sign-out")
    browser.submit(("action", "stay"))
    assert story.person.user.name in browser.page


def test_a_session_planted_before_signing_in_is_worth_nothing(story: Story) -> None:
    """V139, V123, C246: the one after signing in is new, whatever the browser had."""
    attacker, victim = story.world.browser(), story.world.browser()
    attacker.sign_in(story.stranger.email, story.stranger.password)
    story.world.advance(1)
    planted = attacker.cookies["__Host-session"]
    victim.visit("/sign-in")
    victim.cookies["__Host-browser"] = attacker.cookies["__Host-browser"]
    victim.visit("/sign-in")
    victim.cookies["__Host-session"] = planted
    victim.visit(story.request(story.honest, prompt="login"))
    victim.submit(("action", "sign_in"), email=story.person.email, password=story.person.password)
    assert victim.cookies["__Host-session"] != planted
    attacker.visit("/")
    assert story.person.user.name not in attacker.page
    assert attacker.address.endswith("/sign-in")


def test_a_flow_restarted_gives_the_former_one_nothing(flow: Story) -> None:
    """V139, V056: each request has a handle of its own, and what was done in one is not done in another."""
    browser = flow.world.browser()
    first = at(flow, "consent", browser)
    proof = browser.forms[0].fields["csrf"]
    browser.visit(flow.request(flow.foreign))
    second = browser.address
    assert first != second
    assert browser.post(f"{second}/consent", csrf=proof, decision="approve") is None
    assert browser.status == 400
    thief = flow.world.browser()
    thief.sign_in(flow.stranger.email, flow.stranger.password)
    for address in (first, second):
        assert thief.visit(address) is None
        assert thief.status == 400
    browser.visit(first)
    assert browser.forms[0].has("decision", "approve")
