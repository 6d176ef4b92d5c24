"""What a browser is shown and sent: nothing runs, nothing leads elsewhere, nothing can be framed or forged."""

from __future__ import annotations

import re
from itertools import product
from typing import get_args
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from grantway.core.model import Redirect
from grantway.edges.api.playground import REFERENCE_PATH
from grantway.edges.dialects.standard import paths
from grantway.edges.web.cookies import Cookie
from tests.abuse import census, raw
from tests.abuse.pages import ALL_AT_ONCE, HOSTILE, assert_inert, assert_strict, recording, text_of, values_of
from tests.abuse.parameters import HTML
from tests.abuse.story import SCOPE, Story
from tests.kit.browser import Browser
from tests.kit.counts import count
from tests.kit.factories import CALLBACK, PASSWORD
from tests.kit.world import World, authorization_request

PARAMETERS = (
    *("client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge", "prompt"),
    *("code_challenge_method", "response_mode", "max_age", "login_hint", "ui_locales", "id_token_hint"),
    *("resource", "request", "request_uri", "error", "error_description", "application", "redirect"),
)
ELSEWHERE = (
    *("https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example"),
    *("/%5cevil.example", "https:evil.example", "https:/evil.example", "/\t/evil.example"),
    *("javascript:alert(1)",),
    *("/%0d%0aLocation:%20https://evil.example", "@evil.example", ".evil.example", "%2f%2fevil.example"),
)
NEXT = (
    "next",
    "return_to",
    "returnUrl",
    "redirect",
    "redirect_uri",
    "url",
    "continue",
    "goto",
    "target",
    "done",
)


def policy_of(answer: raw.Answer) -> str:
    return answer.header("content-security-policy")


def shown(browser: Browser) -> str:
    assert browser.last is not None
    return browser.last.headers["content-security-policy"]


@pytest.mark.parametrize(
    "endpoint", [paths.AUTHORIZE, "/d/nexus211/oauth/authorize", "/d/deeplynx/api/oauth/authorize"]
)
def test_no_parameter_of_a_request_becomes_markup(story: Story, endpoint: str) -> None:
    """V133, V134, C021: in the page of an error, in the next page, and in the way back to the application."""
    query = authorization_request(story.honest.application, redirect_uri=CALLBACK, scope=SCOPE)
    for name, text in product(PARAMETERS, HOSTILE[:: count(3, 1)]):
        target = f"{endpoint}?{urlencode({**query, name: text})}"
        answer = raw.ask(story.world, "GET", target, [HTML])
        where = answer.header("location")
        has_begun = where.startswith(f"{story.world.issuer}/interaction/")
        if has_begun:
            cookies = "; ".join(line.partition(";")[0] for line in answer.all("set-cookie"))
            answer = raw.ask(story.world, "GET", urlsplit(where).path, [HTML, ("cookie", cookies)])
            # To sign in, or to read what is wrong with the request and go back.
            assert answer.status in {200, 400}
            assert f'action="{urlsplit(where).path}/' in answer.text, "the next page of this very request"
        elif where:
            assert where.startswith(f"{CALLBACK}?")
            assert not set("<>\"'\r\n ") & set(where)
            continue
        assert not [line for line in answer.headers if "planted" in str(line)]
        if answer.header("content-type").startswith("text/html"):
            assert_inert(answer.text, policy_of(answer), leads_away=has_begun)
        else:
            assert "canary" not in answer.text


def test_no_record_becomes_markup(story: Story) -> None:
    """V134, V135, V136, V048: names and texts of applications, people, organizations, APIs and scopes."""
    make = story.world.make
    names = ALL_AT_ONCE
    one, other = make.organization(names), make.organization(names)
    api = make.api(None, name=names)
    make.scope(api, "hostile:read", text=names, detail=names, risk="high")
    person = make.person(one, other, name=names)
    client = story.client(
        one,
        name=names,
        description=names,
        base_url="javascript:alert(1)//" + names,
        logo_url="data:text/html," + names,
        owner_email=names,
        scopes=("openid", "hostile:read"),
        audience_effective="any_organization",
    )
    browser, answers = recording(story.world)
    request = story.request(client, scope="openid hostile:read", login_hint=names, state=names)
    left = browser.authorize(request, email=person.email, password=person.password)
    assert parse_qs(urlsplit(left).query)["state"] == [names]
    for address in ("/", "/password", "/sign-out"):
        browser.visit(address)
    pages = [answer for answer in answers if answer.headers.get("content-type", "").startswith("text/html")]
    assert len(pages) >= 6
    for page in pages:
        away = page.url.path.startswith("/interaction/")
        assert_inert(page.text, page.headers["content-security-policy"], leads_away=away)
    shown_as_text = [page for page in pages if "<canary-x onerror=alert(1)>" in text_of(page.text)]
    assert len(shown_as_text) >= 5


def test_what_is_typed_comes_back_as_text(story: Story) -> None:
    """V133, V150: the address on the sign-in form, and the fields of the set-up form."""
    with story.world.store.begin() as tx:
        link = story.world.product.features.sign_in.activation.setup_link(tx)
    assert link is not None
    for text in HOSTILE:
        browser = story.world.browser(address=f"198.51.{HOSTILE.index(text)}.7")
        browser.visit("/sign-in")
        browser.submit(email=text, password=text)
        assert browser.status == 403
        assert_inert(browser.page, shown(browser))
        assert text in values_of(browser.page) or "\r" in text
        browser.visit(link)
        browser.submit(email=text, name=text, new_password=text)
        assert browser.status == 422
        assert_inert(browser.page, shown(browser))


def test_unknown_addresses_are_not_repeated(story: Story) -> None:
    """V133: neither as a page nor as JSON, whatever the method."""
    for text, accept in product(HOSTILE, ("text/html", "application/json")):
        for method in ("GET", "POST", "TRACE"):
            answer = raw.ask(story.world, method, "/" + quote(text), [("accept", accept)])
            assert answer.status in {400, 404, 405}
            assert "canary" not in answer.text
            assert "alert(1)" not in answer.text


def test_a_posted_answer_runs_nothing(story: Story) -> None:
    """V034, V041, V134, C021: the state comes back as it was sent, as the value of a field."""
    browser = story.world.browser()
    browser.sign_in(story.person.email, story.person.password)
    for state in (*HOSTILE, ALL_AT_ONCE):
        request = story.request(story.honest, state=state, response_mode="form_post", prompt="none")
        assert browser.visit(request) is None
        assert browser.forms[0].action == CALLBACK
        assert state in values_of(browser.page) or "\r" in state
        assert_inert(browser.page, shown(browser), leads_to=[CALLBACK])


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "data:text/html,x"]
)
def test_an_address_that_runs_is_refused_even_when_it_was_stored(story: Story, address: str) -> None:
    """V041, V034, V048: whoever put it into the database, by whatever way."""
    client = story.client(story.acme, redirects=(address,))
    assert client.application.redirects == (Redirect(address),)
    for mode in ("query", "form_post"):
        target = story.request(client, redirect_uri=address, response_mode=mode)
        answer = raw.ask(story.world, "GET", target, [HTML])
        assert answer.status == 400
        assert not answer.header("location")
        assert_inert(answer.text, policy_of(answer))


def test_no_page_of_ours_sends_a_browser_elsewhere(story: Story) -> None:
    """V046, V047, C026: whatever a parameter says, before and after signing in, by GET and by POST."""
    browser, answers = recording(story.world)
    browser.sign_in(story.person.email, story.person.password)
    for name, value in list(product(NEXT, ELSEWHERE))[:: count(4, 1)]:
        query = urlencode({name: value})
        for path in ("/sign-in", "/", "/sign-out", "/signed-out", "/password"):
            browser.visit(f"{path}?{query}")
            assert browser.left is None
    for value in ELSEWHERE[:: count(3, 1)]:
        stranger, seen = recording(story.world, address="198.51.100.9")
        stranger.visit("/sign-in?" + urlencode({"next": value}))
        email, password = story.person.email, story.person.password
        stranger.submit(email=email, password=password, next=value, return_to=value, redirect_uri=value)
        stranger.visit("/sign-out")
        stranger.submit(("action", "sign_out"), next=value, post_logout_redirect_uri=value)
        answers += seen
    places = {answer.headers["location"] for answer in answers if "location" in answer.headers}
    assert places <= {"/", "/sign-in", "/signed-out", "/password"}


def test_addresses_of_other_places_in_the_path_lead_nowhere(story: Story) -> None:
    """V046, V047: no redirect is made out of a path."""
    for value, prefix in product(
        ELSEWHERE, ("/", "//", "/sign-in/", "/sign-in;", "/interaction/", "/static/")
    ):
        answer = raw.ask(story.world, "GET", prefix + value, [HTML])
        assert answer.header("location") in {"", "/sign-in"}, (prefix, value)


def test_every_answer_forbids_framing_and_sniffing(story: Story) -> None:
    """V142, C010, C012, V136: each route by each method, refusals too; and no policy lets script run."""
    for one in census.declared(story.world):
        for method in census.METHODS:
            answer = raw.ask(story.world, method, one.address({"name": "grantway.css"}), [HTML])
            if method == "OPTIONS" and answer.status == 200:
                continue
            assert answer.header("x-frame-options") == "DENY", (method, one.path)
            assert answer.header("x-content-type-options") == "nosniff"
            # Mounts with secrets or tokens in their addresses tell nobody where somebody comes from.
            assert answer.header("referrer-policy") in {"same-origin", "no-referrer"}
            assert answer.header("strict-transport-security") == "max-age=31536000"
            assert len(answer.all("content-security-policy")) == 1
            is_public = answer.header("cache-control").startswith("public") and "html" in answer.header(
                "content-type"
            )
            assert is_public == (answer.status == 200 and one.path == REFERENCE_PATH)
            assert_strict(policy_of(answer), is_public=is_public)


def test_every_page_has_a_nonce_of_its_own(story: Story) -> None:
    """V136, C011: what was seen once lets nothing run the next time."""
    seen = {policy_of(raw.ask(story.world, "GET", "/sign-in", [HTML])) for _ in range(20)}
    assert len(seen) == 20


def test_cookies_have_every_attribute(story: Story) -> None:
    """V143, V123, C244: every cookie of every page, whether it is set or taken away."""
    make, world = story.world.make, story.world
    make.membership(story.person, story.globex)
    with world.store.begin() as tx:
        link = world.product.features.sign_in.activation.invite(tx, story.stranger.user)
    browser, answers = recording(world)
    browser.visit(link)
    browser.submit(new_password="green harbour lamps", confirm="green harbour lamps")
    browser.authorize(story.request(story.foreign), email=story.person.email, password=PASSWORD)
    browser.visit("/")
    browser.submit(form=len(browser.forms) - 1)
    lines = [line for answer in answers for line in answer.headers.get_list("set-cookie")]
    names = {re.sub(r"-[0-9a-f]{12}$", "", line.partition("=")[0]) for line in lines}
    assert names == {f"__Host-{name}" for name in get_args(Cookie)}
    for line in lines:
        pair, *attributes = line.split("; ")
        assert {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"} <= set(attributes), line
        assert not [one for one in attributes if one.lower().startswith("domain")]
        assert story.person.email not in pair


def test_every_redirect_after_a_form_is_a_303(story: Story) -> None:
    """C013, C014: on every step; a 307 would send the password on."""
    browser, answers = recording(story.world)
    browser.authorize(story.request(story.honest), email=story.person.email, password=story.person.password)
    browser.visit("/")
    browser.submit(form=len(browser.forms) - 1)
    for answer in answers:
        if answer.is_redirect:
            assert answer.status_code == 303
            assert answer.content == b""
    assert sum(answer.is_redirect for answer in answers) >= 5


def test_pages_are_kept_by_no_cache(story: Story, world: World) -> None:
    """C022: neither pages nor redirects, which carry handles and codes."""
    browser, answers = recording(world)
    browser.authorize(story.request(story.honest), email=story.person.email, password=story.person.password)
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
