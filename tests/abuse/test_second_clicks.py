"""A second click on any button, the back button, an old tab: one answer for the application, never a dead end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest

from grantway.core.identifiers import to_text
from grantway.core.messages import Answer
from grantway.core.secrets import digest
from grantway.features.authorize.views import Browser as BrowserOf
from tests.abuse.stages import at, closed, tab
from tests.abuse.story import Client, Story
from tests.kit.browser import Browser, Form

LOST = "E-STEP-0"
DONE = "This is done"
BACK = "You went back"
LATE = "This took too long"

# Where a flow stands, the button that is pressed, and whether the application has its answer then.
BUTTONS = (
    ("start", ("action", "sign_in"), False),
    ("start", ("action", "cancel"), True),
    ("ask", ("action", "ask"), False),
    ("ask", ("action", "leave"), True),
    ("choose", ("action", "choose"), False),
    ("choose", ("action", "cancel"), True),
    ("consent", ("decision", "approve"), True),
    ("consent", ("decision", "deny"), True),
    ("allowed", ("action", "sign_in"), True),
)
NAMES = ["-".join((stage, press[1])) for stage, press, _ in BUTTONS]
ENDING = [button[:2] for button in BUTTONS if button[2]]
ENDING_NAMES = ["-".join((stage, press[1])) for stage, press in ENDING]


@pytest.fixture
def flow(story: Story) -> Story:
    """Somebody who belongs to two organizations, so that no step is left out."""
    story.world.make.membership(story.person, story.globex)
    return story


def standing(story: Story, stage: str) -> tuple[Browser, Form]:
    """A browser at a stage, and the form of its page. `allowed`: the password is the last thing asked for."""
    browser = story.world.browser()
    if stage == "allowed":
        story.answer(story.honest, story.person, browser)
        story.world.advance(60)
        browser.visit(story.request(story.honest, prompt="login"))
    else:
        at(story, stage, browser)
    return browser, browser.forms[0]


def pressed(story: Story, browser: Browser, form: Form, press: tuple[str, str]) -> str | None:
    typed = {"email": story.person.email, "password": story.person.password}
    organization = {"organization": to_text(story.globex.id)}
    fields = {**form.fields, **typed, **organization, **dict([press])}
    return browser.post(form.action, **fields)


def codes_of(story: Story) -> int:
    with story.world.store.read() as tx:
        found = tx.gate.artifacts_of_subject("code", story.person.id, now=story.world.clock.now())
    return len(found)


def told(left: str | None) -> dict[str, str]:
    assert left is not None
    return {name: values[0] for name, values in parse_qs(urlsplit(left).query).items()}


@pytest.mark.parametrize(("stage", "press", "is_answer"), BUTTONS, ids=NAMES)
def test_the_second_click_leads_where_the_first_did(
    flow: Story, stage: str, press: tuple[str, str], *, is_answer: bool
) -> None:
    """V145, V021: the browser may have followed neither answer; of a code there is one all the same."""
    browser, form = standing(flow, stage)
    before = codes_of(flow)
    first, title = pressed(flow, browser, form, press), browser.title
    assert (first is not None) == is_answer
    assert LOST not in browser.page
    for _ in range(2):
        assert pressed(flow, browser, form, press) == first
        assert browser.title == title
    assert codes_of(flow) - before == int("code" in told(first or "?"))


@pytest.mark.parametrize(("stage", "press", "is_answer"), BUTTONS, ids=NAMES)
def test_two_clicks_at_once_lead_to_the_same_place(
    flow: Story, stage: str, press: tuple[str, str], *, is_answer: bool
) -> None:
    """C089: neither an error nor a second code, whichever of the two the browser follows."""
    browser, form = standing(flow, stage)
    before = codes_of(flow)
    tabs = [tab(flow, browser) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        left = list(pool.map(lambda one: pressed(flow, one, form, press), tabs))
    assert left[0] == left[1]
    assert (left[0] is not None) == is_answer
    assert all(one.status in {0, 200} and LOST not in one.page for one in tabs)
    assert codes_of(flow) - before == int("code" in told(left[0] or "?"))


def test_each_of_two_sign_ins_at_once_goes_on(flow: Story) -> None:
    """Both passwords were right before either click was followed: two sessions, of which the browser keeps one."""
    browser, form = standing(flow, "allowed")
    secret, handle = browser.cookies["__Host-browser"], form.action.split("/")[-2]
    features = flow.world.product.features.sign_in
    made = []
    for _ in range(2):
        with flow.world.store.begin() as tx:
            made.append(features.sessions.start(tx, flow.person.user, ("pwd",), replaces=None).session)
    for session in made:
        features.flow.signed_in(handle, BrowserOf(secret, None, "127.0.0.1"), session)
    led = [features.flow.step(handle, BrowserOf(secret, session, "127.0.0.1")) for session in made]
    assert all(isinstance(one, Answer) for one in led), led
    assert led[0] == led[1]


@pytest.mark.parametrize(("stage", "press"), ENDING, ids=ENDING_NAMES)
def test_later_the_page_says_how_it_ended_and_where_to_go(
    flow: Story, stage: str, press: tuple[str, str]
) -> None:
    """The back button, an old tab, a reload: no second answer goes out, and no error is shown."""
    browser, form = standing(flow, stage)
    first = pressed(flow, browser, form, press)
    flow.world.advance(120)
    address = form.action.rpartition("/")[0]
    for is_reload in (True, False):
        again = browser.visit(address) if is_reload else pressed(flow, browser, form, press)
        assert again is None
        assert browser.title.startswith("This is done")
        assert (DONE if "code" in told(first) else BACK) in browser.page
        assert LOST not in browser.page
        assert 'href="https://app.example.test/"' in browser.page
        assert 'href="/account"' in browser.page


def test_a_code_that_was_redeemed_is_not_sent_again(flow: Story) -> None:
    """A second redemption would take back what the first one gave (V021)."""
    browser, form = standing(flow, "consent")
    code = told(pressed(flow, browser, form, ("decision", "approve")))["code"]
    token = flow.redeem(flow.foreign, code).json["access_token"]
    assert pressed(flow, browser, form, ("decision", "approve")) is None
    assert DONE in browser.page
    assert flow.is_alive(token)


def test_an_answer_is_given_again_to_its_own_browser_only(flow: Story) -> None:
    """V007: knowing the address of a flow gives nobody its code, during it or afterwards."""
    browser, form = standing(flow, "consent")
    assert "code" in told(pressed(flow, browser, form, ("decision", "approve")))
    thief = flow.world.browser()
    thief.sign_in(flow.stranger.email, flow.stranger.password)
    assert thief.visit(form.action.rpartition("/")[0]) is None
    assert (thief.status, "E-STEP-01" in thief.page) == (400, True)
    assert pressed(flow, thief, form, ("decision", "approve")) is None


def test_who_signed_out_meanwhile_is_sent_no_code_again(flow: Story) -> None:
    browser, form = standing(flow, "consent")
    pressed(flow, browser, form, ("decision", "approve"))
    browser.visit("/sign-out")
    browser.submit(("action", "sign_out"))
    assert pressed(flow, browser, form, ("decision", "approve")) is None
    assert DONE in browser.page


@pytest.mark.parametrize(
    ("first", "second", "end"),
    [
        (("decision", "approve"), ("decision", "deny"), DONE),
        (("decision", "deny"), ("decision", "approve"), BACK),
    ],
    ids=["deny", "approve"],
)
def test_the_other_button_does_not_repeat_the_answer(
    flow: Story, first: tuple[str, str], second: tuple[str, str], end: str
) -> None:
    """Who changes their mind at once is told what was said already: the application has one answer."""
    browser, form = standing(flow, "consent")
    assert pressed(flow, browser, form, first) is not None
    assert pressed(flow, browser, form, second) is None
    assert end in browser.page


@pytest.mark.parametrize("stage", ["start", "ask", "choose", "consent"])
def test_who_took_too_long_goes_back_by_a_button(flow: Story, stage: str) -> None:
    """The application still gets its one answer, once however often the button is pressed."""
    browser, form = standing(flow, stage)
    flow.world.advance(61 * 60 if stage != "start" else 16 * 60)
    press = ("decision", "approve") if stage == "consent" else ("action", "ask")
    assert pressed(flow, browser, form, press) is None
    assert (browser.status, browser.title.startswith(LATE)) == (410, True)
    button, tabs = browser.forms[0], [tab(flow, browser) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        left = list(pool.map(lambda one: one.post(button.action, **button.fields), tabs))
    assert left[0] == left[1]
    assert told(left[0])["error"] == "access_denied"
    assert told(left[0])["state"]


def test_a_request_waits_longer_once_somebody_signed_in(flow: Story) -> None:
    browser, form = standing(flow, "start")
    flow.world.advance(14 * 60)
    assert pressed(flow, browser, form, ("action", "sign_in")) is None
    flow.world.advance(40 * 60)
    assert browser.visit(form.action.rpartition("/")[0]) is None
    assert "organization" in browser.forms[0].choices


def test_nothing_of_a_request_stays_that_no_second_click_needs(flow: Story) -> None:
    """V158: the database holds neither the code nor what it was bound to."""
    browser, form = standing(flow, "consent")
    code = told(pressed(flow, browser, form, ("decision", "approve")))["code"]
    handle = form.action.split("/")[-2]
    with flow.world.store.read() as tx:
        stored = tx.gate.former_artifact("pending", digest(handle))
    assert stored is not None
    for part in (code, code.removeprefix("gwc_"), "code_challenge", "nonce", "scopes"):
        assert part.encode() not in stored.payload


@pytest.mark.parametrize(
    "address", ["/interaction/unknown", "/activate", "/setup?token=x", "/nowhere", "/oauth/authorize"]
)
def test_every_page_of_a_refusal_has_a_way_on(story: Story, address: str) -> None:
    browser = story.world.browser()
    browser.visit(address)
    assert browser.status >= 400
    home = browser.page.split('href="')
    assert {"/account", f"{story.world.issuer}/account"} & {one.split('"')[0] for one in home}


def test_a_form_that_was_not_accepted_leads_to_where_it_stands(flow: Story) -> None:
    browser, form = standing(flow, "consent")
    assert browser.post(form.action, **form.fields | {"csrf": "x", "decision": "approve"}) is None
    assert browser.status == 400
    address = form.action.rpartition("/")[0]
    assert f'href="{address}"' in browser.page
    browser.visit(address)
    assert browser.forms[0].has("decision", "approve")


def test_what_nobody_let_in_is_asked_for_once(flow: Story) -> None:
    browser, form = standing(flow, "ask")
    for _ in range(2):
        pressed(flow, browser, form, ("action", "ask"))
        assert LOST not in browser.page
    assert isinstance(closed(flow), Client)
