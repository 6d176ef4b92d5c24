"""What is wrong with an authorization request: read here first, told to the application with its state.

Anybody can link to our host with a request that is refused. Nothing leads away from it by itself (C065,
RFC 9700 §4.11.2): who is not signed in reads what is wrong, and the button says where it leads.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from grantway.core import errors
from grantway.core.errors import Reason
from grantway.edges.dialects.standard import paths
from grantway.features.authorize import begin
from tests.abuse.request_objects import signed
from tests.abuse.story import Client, Story
from tests.kit.browser import Browser
from tests.kit.world import authorization_request

CALLBACK = "https://app.example.test/callback"
ISSUER = "https://id.example.test"
FAULTS: list[tuple[str, dict[str, str], Reason]] = [
    ("a request object", {"request": signed({"state": "s-2"})}, errors.REQUEST_UNSUPPORTED_OBJECT),
    ("a request by address", {"request_uri": "https://a.test/x"}, errors.REQUEST_URI_UNSUPPORTED),
    ("a client that describes itself", {"registration": "{}"}, errors.AUTHORIZE_REGISTRATION),
    ("no response type", {"response_type": ""}, errors.AUTHORIZE_RESPONSE_TYPE_MISSING),
    ("another response type", {"response_type": "code id_token"}, errors.AUTHORIZE_RESPONSE_TYPE),
    ("another response mode", {"response_mode": "fragment"}, errors.AUTHORIZE_RESPONSE_MODE),
    ("no challenge", {"code_challenge": "", "code_challenge_method": ""}, errors.AUTHORIZE_CHALLENGE_MISSING),
    ("plain", {"code_challenge_method": "plain"}, errors.AUTHORIZE_CHALLENGE_METHOD),
    ("a short challenge", {"code_challenge": "abc"}, errors.AUTHORIZE_CHALLENGE_MALFORMED),
    ("prompts that exclude each other", {"prompt": "login none"}, errors.AUTHORIZE_PROMPT),
    ("a max_age in words", {"max_age": "soon"}, errors.AUTHORIZE_MAX_AGE),
    ("a hint of nobody", {"id_token_hint": "a.b.c"}, errors.AUTHORIZE_HINT),
    ("a scope that is none", {"scope": "\\"}, errors.SCOPE_INVALID),
    ("unknown scopes alone", {"scope": "no-such-scope"}, errors.SCOPE_INVALID),
    ("a scope for machines", {"scope": "openid orders:sync"}, errors.SCOPE_LEGS),
    ("several APIs", {"scope": "orders:read files:read"}, errors.SCOPE_SEVERAL_APIS),
    (
        "a class that no sign-in reaches",
        {"claims": '{"id_token":{"acr":{"essential":true,"value":"urn:other"}}}'},
        errors.CLAIMS_ACR,
    ),
    ("claims that are none", {"claims": "{"}, errors.CLAIMS_MALFORMED),
    ("an unknown resource", {"resource": "https://nobody.test"}, errors.RESOURCE_INVALID),
]
OF_OTHERS: dict[Reason, str] = {
    errors.AUTHORIZE_STATE_MISSING: "a dialect that shows its errors itself",
    errors.REQUEST_PARAMETER_TOO_LONG: "a dialect whose state comes again in an address, and which shows it itself",
    errors.AUTHORIZE_UNAUTHORIZED: "an application that signs nobody in, below",
    errors.SCOPE_NONE: "an application without scopes, below",
}
IDS = [row[0] for row in FAULTS]


@pytest.fixture
def crowd(story: Story) -> Story:
    api = story.world.make.api(None, "files:read", identifier="https://files.example.test")
    story.world.make.scope(api, "orders:sync", legs="2-legged")
    return story


@pytest.fixture
def client(crowd: Story) -> Client:
    scopes = ("openid", "email", "orders:read", "files:read", "orders:sync")
    return crowd.client(crowd.acme, scopes=scopes)


def address(client: Client, changes: dict[str, str]) -> str:
    """The address of a faulty request: an empty value leaves a parameter out."""
    asked = authorization_request(client.application, redirect_uri=CALLBACK, scope="openid", nonce="n-1")
    return paths.AUTHORIZE + "?" + urlencode({k: v for k, v in (asked | changes).items() if v})


def answer_of(left: str | None) -> dict[str, str]:
    assert left is not None
    assert left.startswith(CALLBACK + "?")
    return {name: value for name, (value,) in parse_qs(urlsplit(left).query, strict_parsing=True).items()}


def told(reason: Reason, left: str | None, state: str = "the-state-of-the-tests") -> None:
    """The application reads this refusal, whose it is and from whom."""
    answer = answer_of(left)
    assert (answer["error"], answer["state"], answer["iss"]) == (reason.code, state, ISSUER)
    assert answer["error_description"].startswith(reason.text)
    assert set(answer) == {"error", "error_description", "state", "iss"}


def test_every_refusal_of_a_request_is_tried_here() -> None:
    """Those that `begin` raises, and what it asks about scopes and claims."""
    source = Path(str(begin.__file__)).read_text()
    named = set(re.findall(r"OAuthError\(errors\.([A-Z_]+)", source))
    named |= {"SCOPE_INVALID", "SCOPE_LEGS", "SCOPE_NONE", "SCOPE_SEVERAL_APIS", "RESOURCE_INVALID"}
    named |= {"CLAIMS_MALFORMED"}
    tried = {row[2] for row in FAULTS} | OF_OTHERS.keys()
    assert {getattr(errors, name) for name in named} == tried


@pytest.mark.parametrize(("changes", "reason"), [row[1:] for row in FAULTS], ids=IDS)
def test_a_visitor_reads_it_here_and_goes_back_by_a_button(
    crowd: Story, client: Client, changes: dict[str, str], reason: Reason
) -> None:
    browser = crowd.world.browser()
    assert browser.visit(address(client, changes)) is None, "nothing leads away by itself"
    assert browser.status == 400
    assert reason.id in browser.page
    assert urlsplit(CALLBACK).netloc in browser.page, "where the button leads is said"
    assert [form.buttons for form in browser.forms] == [[("action", "tell")]], (
        "there is nothing to sign in to"
    )
    assert browser.visit(browser.address) is None, "looking twice changes nothing"
    told(reason, browser.submit())


@pytest.mark.parametrize(("changes", "reason"), [row[1:] for row in FAULTS], ids=IDS)
def test_who_is_signed_in_is_led_back_at_once(
    crowd: Story, client: Client, changes: dict[str, str], reason: Reason
) -> None:
    """0007: the visitor did something here before, so the link alone is no way to anywhere."""
    browser = crowd.world.browser()
    browser.sign_in(crowd.person.email, crowd.person.password)
    told(reason, browser.visit(address(client, changes)))


def test_a_sign_in_meanwhile_is_as_good_as_the_button(crowd: Story, client: Client) -> None:
    browser = crowd.world.browser()
    browser.visit(address(client, {"scope": "no-such-scope"}))
    page = browser.address
    browser.sign_in(crowd.person.email, crowd.person.password)
    told(errors.SCOPE_INVALID, browser.visit(page))


def test_nobody_signs_in_again_for_a_request_that_is_refused_anyway(crowd: Story, client: Client) -> None:
    browser = crowd.world.browser()
    browser.sign_in(crowd.person.email, crowd.person.password)
    left = browser.visit(address(client, {"scope": "no-such-scope", "prompt": "login", "max_age": "0"}))
    told(errors.SCOPE_INVALID, left)


def test_silence_is_answered_at_once(crowd: Story, client: Client) -> None:
    """0007: without a session by the want of one, with one by what is wrong."""
    browser = crowd.world.browser()
    faulty = address(client, {"scope": "no-such-scope", "prompt": "none"})
    told(errors.AUTHORIZE_LOGIN_REQUIRED, browser.visit(faulty))
    browser.sign_in(crowd.person.email, crowd.person.password)
    told(errors.SCOPE_INVALID, browser.visit(faulty))


def test_going_back_works_in_the_own_browser_and_once(crowd: Story, client: Client) -> None:
    """V007, V145: the page of somebody else has no button for this one, and a forged form none at all."""
    browser, other = crowd.world.browser(), crowd.world.browser()
    browser.visit(address(client, {"scope": "no-such-scope"}))
    page, form = browser.address, browser.forms[0]
    assert other.visit(page) is None
    assert other.forms == []
    other.visit("/sign-in")
    assert other.post(form.action, **form.fields) is None
    assert browser.post(form.action, csrf="x") is None
    browser.visit(page)
    told(errors.SCOPE_INVALID, browser.submit())


def test_a_good_request_has_nothing_to_tell(crowd: Story, client: Client) -> None:
    """The proof of the one page is none of the other: and what is asked for by hand changes nothing."""
    browser = crowd.world.browser()
    browser.visit(address(client, {}))
    assert "password" in browser.forms[0].fields
    assert browser.post(f"{browser.address}/tell", **browser.forms[0].fields) is None
    assert browser.status in {400, 403}


def test_other_applications_are_told_too(crowd: Story) -> None:
    rows = {
        errors.AUTHORIZE_UNAUTHORIZED: crowd.client(
            crowd.acme, settings={"grant_types": frozenset({"client_credentials"})}
        ),
        errors.SCOPE_NONE: crowd.client(crowd.acme, scopes=("orders:sync",)),
    }
    for reason, client in rows.items():
        browser = crowd.world.browser()
        assert browser.visit(address(client, {"scope": ""})) is None
        assert reason.id in browser.page
        told(reason, browser.submit())


@pytest.mark.parametrize("german", [False, True])
def test_the_page_is_in_the_persons_language(crowd: Story, client: Client, german: bool) -> None:
    browser: Browser = crowd.world.browser()
    browser.visit(address(client, {"scope": "no-such-scope", **({"ui_locales": "de"} if german else {})}))
    assert ("kann nicht beantwortet werden" in browser.page) is german
    assert ("cannot be answered" in browser.page) is not german
    assert "no-such-scope" not in browser.page
    assert "orders" not in browser.page, "who asks is nobody yet, so nothing private is told"
    assert "<code>openid</code>" in browser.page


OBJECTS: dict[str, tuple[dict[str, str], dict[str, object] | str, tuple[str, str]]] = {
    "all in the object": ({}, {"state": "s-2", "response_mode": "form_post"}, ("s-2", "form_post")),
    "the query comes first": (
        {"state": "s-1", "response_mode": "query"},
        {"state": "s-2", "response_mode": "form_post"},
        ("s-1", "query"),
    ),
    "half of each": ({"state": "s-1"}, {"response_mode": "form_post"}, ("s-1", "form_post")),
    "a mode that is none": ({}, {"state": "s-2", "response_mode": "fragment"}, ("s-2", "query")),
    "not even text": ({}, {"state": 7, "response_mode": ["form_post"]}, ("", "query")),
    "half a character": ({}, '{"state":"\\ud800"}', ("", "query")),
    "NUL": ({}, '{"state":"\\u0000"}', ("", "query")),
    "twice": ({}, '{"state":"a","state":"b"}', ("", "query")),
    "deep": ({"state": "s-1"}, '{"state":' + "[" * 4_000, ("s-1", "query")),
    "no JSON": ({"state": "s-1"}, "state", ("s-1", "query")),
    "a number without end": ({"state": "s-1"}, '{"a":' + "1" * 5_000 + "}", ("s-1", "query")),
}


@pytest.mark.parametrize(("query", "inside", "expected"), OBJECTS.values(), ids=OBJECTS.keys())
@pytest.mark.parametrize("prompt", ["none", ""])
def test_an_object_says_how_its_refusal_is_told_and_nothing_else(
    crowd: Story,
    client: Client,
    query: dict[str, str],
    inside: dict[str, object] | str,
    expected: tuple[str, str],
    prompt: str,
) -> None:
    """Its `redirect_uri`, `client_id` and `prompt` are those of nobody."""
    state, mode = expected
    hostile = {"redirect_uri": "https://evil.example", "client_id": "x", "prompt": "none"}
    object_ = signed(inside if isinstance(inside, str) else {**hostile, **inside})
    browser = crowd.world.browser()
    browser.sign_in(crowd.person.email, crowd.person.password)
    if prompt:
        browser.visit("/sign-out")
        browser.submit(("action", "sign_out"))
    left = browser.visit(address(client, {"state": "", **query, "request": object_, "prompt": prompt}))
    reason = errors.AUTHORIZE_LOGIN_REQUIRED if prompt else errors.REQUEST_UNSUPPORTED_OBJECT
    if mode == "form_post":
        assert left is None
        form = browser.forms[0]
        assert form.action == CALLBACK
        told = form.fields
    else:
        told = answer_of(left)
    assert (told["error"], told.get("state", "")) == (reason.code, state)


@pytest.mark.parametrize(
    "text", ["", "x", "..", "a.b", "a.b.c.d.e", "a.\u00e9.c", "a.=.c", "a." + "A" * 8_000 + ".c", "." * 8_000]
)
def test_an_object_of_any_shape_is_refused_with_the_state(crowd: Story, client: Client, text: str) -> None:
    browser = crowd.world.browser()
    browser.sign_in(crowd.person.email, crowd.person.password)
    left = browser.visit(address(client, {"request": text, "state": "s-1"}))
    if text:
        told(errors.REQUEST_UNSUPPORTED_OBJECT, left, "s-1")


@pytest.mark.parametrize("signs", ['{"a":"%"}' * 700, "s" * 7_000, "\u00fc" * 1_000])
def test_a_long_state_comes_back_whole(crowd: Story, client: Client, signs: str) -> None:
    """By GET as far as an address goes, by POST each up to what one parameter may have."""
    browser = crowd.world.browser()
    browser.sign_in(crowd.person.email, crowd.person.password)
    asked = {"state": signs[:6_000], "nonce": "n" * 2_000, "scope": "no-such-scope"}
    if len(urlencode(asked)) < 15_000:
        told(errors.SCOPE_INVALID, browser.visit(address(client, asked)), signs[:6_000])
    form = authorization_request(client.application, redirect_uri=CALLBACK) | asked | {"nonce": "n" * 8_192}
    told(errors.SCOPE_INVALID, browser.post(ISSUER + paths.AUTHORIZE, **form), signs[:6_000])
    whole = crowd.world.browser()
    left = whole.post(ISSUER + paths.AUTHORIZE, **{**form, "scope": "openid"})
    assert left is None
    left = whole.authorize(whole.address, email=crowd.person.email, password=crowd.person.password)
    assert answer_of(left)["state"] == signs[:6_000]
    code = answer_of(left)["code"]
    assert crowd.redeem(client, code).status_code == 200
