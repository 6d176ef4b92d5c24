"""From an application's request to its answer, over HTTP: each step, and each step out of turn."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from grantway.core import errors
from grantway.core.model import HOUR
from tests.signin.browser import Seen, WsgiBrowser
from tests.signin.stage import ISSUER, PASSWORD, Stage

MARA = "mara@northwind.example"
CALLBACK = "https://app.fieldnotes.example/callback"


def request(stage: Stage, **parameters: str) -> str:
    """The address of a pending request of an application in an organization that Mara belongs to."""
    organization = stage.organization("Harbour Analytics")
    stage.membership(stage.person(), organization, "developer")
    return "/interaction/" + stage.begin(stage.application(organization), **parameters)


def sign_in(browser: WsgiBrowser, address: str) -> Seen:
    return browser.follow(browser.submit(browser.get(address).form, email=MARA, password=PASSWORD))


def answer_of(seen: Seen) -> dict[str, str]:
    assert seen.status == 303
    parts = urlsplit(seen.location)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == CALLBACK
    return {name: value for name, (value,) in parse_qs(parts.query, strict_parsing=True).items()}


def test_signing_in_and_allowing_ends_in_a_code(stage: Stage, browser: WsgiBrowser) -> None:
    address = request(stage)
    page = browser.get(address)
    assert "to continue to Fieldnotes by Harbour Analytics" in page.text
    consent = sign_in(browser, address)
    assert "Allow Fieldnotes to act for you in Harbour Analytics?" in consent.text
    sent = browser.submit(consent.form, ("decision", "approve"))
    assert (sent.status, sent.location) == (303, address)
    answer = answer_of(browser.get(address))
    assert set(answer) == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == ("s-1", ISSUER)


def test_the_consent_page_says_what_for_whom_and_for_how_long(stage: Stage, browser: WsgiBrowser) -> None:
    """C081, C083."""
    text = sign_in(browser, request(stage)).text
    for said in (
        "Read the orders",
        "Delete orders",
        "They cannot be brought back.",
        "High risk",
        "Orders API",
        "Harbour Analytics",
        "app.fieldnotes.example",
        "By your organization",
        "Until you sign out here",
        "See your password",
        MARA,
    ):
        assert said in text, said
    assert "reviewed by this platform" not in text


def test_an_application_of_others_is_not_shown_as_ones_own(stage: Stage, browser: WsgiBrowser) -> None:
    """What no operator looked at says so, and only the own organization's is the own organization's."""
    owner, own = stage.organization("Fieldnotes Makers"), stage.organization("Harbour Analytics")
    stage.membership(stage.person(), own, "developer")
    open_to_all = stage.application(owner, audience_effective="any_organization")
    text = sign_in(browser, "/interaction/" + stage.begin(open_to_all)).text
    assert "Not reviewed by this platform" in text
    assert "By your organization" not in text


@pytest.mark.parametrize("publication", ["draft", "submitted", "rejected", "approved"])
def test_a_web_address_that_nobody_read_is_on_no_page(
    stage: Stage, browser: WsgiBrowser, publication: str
) -> None:
    """C081: it is what deceives, so it is left out wherever an application is shown, not only marked."""
    organization = stage.organization("Harbour Analytics")
    stage.membership(stage.person(), organization, "developer")
    given: dict[str, object] = {"base_url": "https://your-bank.example", "publication": publication}
    address = "/interaction/" + stage.begin(stage.application(organization, **given))
    seen = [browser.get(address), sign_in(browser, address)]
    browser.follow(browser.submit(seen[1].form, ("decision", "approve")))
    seen.append(browser.get("/applications"))
    assert ["your-bank.example" in one.text for one in seen] == [False, *[publication == "approved"] * 2]
    stranger = stage.begin(stage.application(stage.organization("Elsewhere"), **given))
    asking = browser.get(f"/interaction/{stranger}")
    assert "has not let" in asking.text
    assert ("your-bank.example" in asking.text) == (publication == "approved")


def test_refusing_tells_the_application(stage: Stage, browser: WsgiBrowser) -> None:
    consent = sign_in(browser, request(stage))
    answer = answer_of(browser.submit(consent.form, ("decision", "deny")))
    assert answer["error"] == "access_denied"
    assert answer["state"] == "s-1"


def test_going_back_tells_the_application(stage: Stage, browser: WsgiBrowser) -> None:
    page = browser.get(request(stage))
    assert answer_of(browser.submit(page.form, ("action", "cancel")))["error"] == "access_denied"


def test_a_wrong_password_stays_on_the_step(stage: Stage, browser: WsgiBrowser) -> None:
    address = request(stage)
    seen = browser.submit(browser.get(address).form, email=MARA, password="not-the-password-1")
    assert seen.status == 403
    assert errors.LOGIN_FAILED.text in seen.text
    assert "to continue to Fieldnotes" in seen.text
    assert "Allow Fieldnotes" in browser.follow(browser.submit(seen.form, email=MARA, password=PASSWORD)).text


def test_a_person_of_several_organizations_chooses(stage: Stage, browser: WsgiBrowser) -> None:
    home, other = stage.organization("Harbour Analytics"), stage.organization("Northwind Traders")
    mara = stage.person()
    stage.membership(mara, home, "developer")
    stage.membership(mara, other, "admin")
    application = stage.application(home, audience_effective="any_organization")
    address = "/interaction/" + stage.begin(application)
    choose = sign_in(browser, address)
    assert "Which organization?" in choose.text
    assert choose.form.fields.get("organization") is None
    from grantway.core.identifiers import to_text

    consent = browser.follow(
        browser.submit(choose.form, ("action", "choose"), organization=to_text(other.id))
    )
    assert "Allow Fieldnotes to act for you in Northwind Traders?" in consent.text
    # The next time it is marked as the one used last, and chosen beforehand.
    again = browser.get("/interaction/" + stage.begin(application))
    assert again.form.fields["organization"] == to_text(other.id)
    assert answer_of(browser.submit(again.form, ("action", "cancel")))["error"] == "access_denied"


@pytest.mark.parametrize("organization", ["", "0", "foreign", "x" * 400])
def test_an_organization_that_is_not_offered_is_not_taken(
    stage: Stage, browser: WsgiBrowser, organization: str
) -> None:
    from grantway.core.identifiers import to_text

    home, other = stage.organization("Harbour Analytics"), stage.organization("Northwind Traders")
    mara = stage.person()
    stage.membership(mara, home)
    stage.membership(mara, other)
    foreign = stage.organization("Foreign")
    address = "/interaction/" + stage.begin(stage.application(home, audience_effective="any_organization"))
    choose = sign_in(browser, address)
    chosen = to_text(foreign.id) if organization == "foreign" else organization
    seen = browser.submit(choose.form, ("action", "choose"), organization=chosen)
    assert seen.status in {303, 400}
    assert "Which organization?" in browser.get(address).text


@pytest.mark.parametrize("step", ["sign-in", "choose", "consent"])
def test_an_empty_form_changes_nothing(stage: Stage, browser: WsgiBrowser, step: str) -> None:
    """V145, V146: a step is not passed by sending nothing."""
    address = request(stage)
    proof = sign_in(browser, address).form.fields["csrf"]
    page = browser.get(address)
    if step == "consent":
        assert browser.submit(page.form, ("nothing", "")).location == address
    else:
        assert browser.post(f"{address}/{step}", {"csrf": proof}).status == 400
    assert "Allow Fieldnotes" in browser.get(address).text


def test_no_step_is_reached_without_the_one_before(stage: Stage, browser: WsgiBrowser) -> None:
    """V144: the proof of one step opens no other, and consent before signing in is none."""
    address = request(stage)
    proof = browser.get(address).form.fields["csrf"]
    for step in ("choose", "consent", "cancel"):
        assert browser.post(f"{address}/{step}", {"csrf": proof, "decision": "approve"}).status == 400
    assert "Sign in" in browser.get(address).text


def test_a_handle_works_in_its_own_browser_only(stage: Stage, browser: WsgiBrowser) -> None:
    """V007, V008: another browser sees no step and changes none."""
    address = request(stage)
    consent = sign_in(browser, address)
    thief = WsgiBrowser(browser.app)
    stage.person("eve@northwind.example", "Eve")
    thief.submit(thief.get("/sign-in").form, email="eve@northwind.example", password=PASSWORD)
    assert thief.get(address).status == 400
    assert errors.STEP_UNKNOWN.text in thief.get(address).text
    assert thief.submit(consent.form, ("decision", "approve")).status == 400
    assert "Allow Fieldnotes" in browser.get(address).text


def test_a_proof_belongs_to_one_request(stage: Stage, browser: WsgiBrowser) -> None:
    """C089: two requests of one browser do not share it."""
    organization = stage.organization("Harbour Analytics")
    stage.membership(stage.person(), organization)
    application = stage.application(organization)
    first, second = ("/interaction/" + stage.begin(application) for _ in range(2))
    proof = sign_in(browser, first).form.fields["csrf"]
    browser.get(second)
    assert browser.post(f"{second}/consent", {"csrf": proof, "decision": "approve"}).status == 400


def test_a_step_that_waited_too_long_says_so(stage: Stage, browser: WsgiBrowser) -> None:
    address = request(stage)
    form = browser.get(address).form
    stage.clock.advance(2 * HOUR)
    seen = browser.submit(form, email=MARA, password=PASSWORD)
    assert seen.status == 410
    assert "This took too long" in seen.text
    assert "__Host-session" not in browser.cookies


@pytest.mark.parametrize("handle", ["x", "A" * 43, "%00", "..", "x" * 3_000])
def test_an_unknown_handle_says_so(browser: WsgiBrowser, handle: str) -> None:
    seen = browser.get("/interaction/" + handle)
    assert seen.status in {400, 404}
    assert "Traceback" not in seen.body


def test_only_pages_whose_forms_can_lead_away_say_nothing_of_forms(
    stage: Stage, browser: WsgiBrowser
) -> None:
    """Chromium holds `form-action` against every redirect after a form, the application's own included."""
    address = request(stage)
    for page in (browser.get(address), sign_in(browser, address)):
        policy = page.header("content-security-policy") or ""
        assert "form-action" not in policy
    for address in ("/account", "/password"):
        assert "form-action 'self'" in (browser.get(address).header("content-security-policy") or "")


def test_every_redirect_after_a_form_is_a_303(stage: Stage, browser: WsgiBrowser) -> None:
    """C013, C014: a password is never sent on."""
    address = request(stage)
    sent = browser.submit(browser.get(address).form, email=MARA, password=PASSWORD)
    assert sent.status == 303
    consent = browser.follow(sent)
    assert browser.submit(consent.form, ("decision", "deny")).status == 303


def test_a_live_session_skips_the_password(stage: Stage, browser: WsgiBrowser) -> None:
    address = request(stage)
    browser.submit(browser.get("/sign-in").form, email=MARA, password=PASSWORD)
    assert "Allow Fieldnotes" in browser.get(address).text


def test_asking_again_takes_a_fresh_password(stage: Stage, browser: WsgiBrowser) -> None:
    """C246, C254, C257: prompt=login; the session's text changes."""
    organization = stage.organization("Harbour Analytics")
    stage.membership(stage.person(), organization)
    application = stage.application(organization)
    browser.submit(browser.get("/sign-in").form, email=MARA, password=PASSWORD)
    before = browser.cookies["__Host-session"]
    stage.clock.advance(60_000_000)
    address = "/interaction/" + stage.begin(application, prompt="login")
    page = browser.get(address)
    assert page.form.action == f"{address}/sign-in"
    consent = browser.follow(browser.submit(page.form, email=MARA, password=PASSWORD))
    assert "Allow Fieldnotes" in consent.text
    assert browser.cookies["__Host-session"] != before


def test_the_application_may_name_the_person(stage: Stage, browser: WsgiBrowser) -> None:
    page = browser.get(request(stage, login_hint=MARA))
    assert page.form.fields["email"] == MARA


def test_two_people_in_one_browser_are_never_confused(stage: Stage, browser: WsgiBrowser) -> None:
    """V019: the request goes on as whoever is signed in now, and asks that person."""
    organization = stage.organization("Harbour Analytics")
    stage.membership(stage.person(), organization)
    stage.membership(stage.person("otto@northwind.example", "Otto Brandt"), organization)
    application = stage.application(organization)
    address = "/interaction/" + stage.begin(application)
    assert "Mara Lindqvist" in sign_in(browser, address).text
    stage.sessions.end(browser.cookies.pop("__Host-session"))
    page = browser.get(address)
    consent = browser.follow(browser.submit(page.form, email="otto@northwind.example", password=PASSWORD))
    assert "Otto Brandt" in consent.text
    assert "Mara" not in consent.text
