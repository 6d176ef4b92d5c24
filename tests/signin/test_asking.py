"""Nobody let the application in: the person asks an admin, who finds the request in the queue (N16)."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from grantway.core import errors
from grantway.core.audit import AuditQuery
from grantway.core.identifiers import to_text
from grantway.core.installing import InstalledApplication
from grantway.core.listing import InstallationFilter
from grantway.core.model import DAY, Application, Installation, InstallationState, MembersRule, Organization
from grantway.core.ports import Page
from tests.signin.browser import Seen, WsgiBrowser
from tests.signin.stage import PASSWORD, START, Stage

MARA = "mara@northwind.example"


def sign_in(browser: WsgiBrowser, address: str, email: str = MARA) -> Seen:
    return browser.follow(browser.submit(browser.get(address).form, email=email, password=PASSWORD))


def foreign(stage: Stage, **changes: object) -> Application:
    """An application of another organization, which its makers offer to whoever has its client id."""
    return stage.application(
        stage.organization("Harbour Analytics"), **{"installable": "by_client_id", **changes}
    )


def queue(stage: Stage, organization: Organization) -> tuple[InstalledApplication, ...]:
    with stage.store.read() as tx:
        return tx.organization(organization.id).installed_applications(
            Page(), InstallationFilter("requested")
        )


def told(seen: Seen) -> dict[str, str]:
    assert seen.status == 303
    assert seen.location.startswith("https://app.fieldnotes.example/callback?")
    return {name: value for name, (value,) in parse_qs(urlsplit(seen.location).query).items()}


def let_in(
    stage: Stage,
    application: Application,
    organization: Organization,
    *,
    state: InstallationState = "active",
    members: MembersRule = "ask",
) -> None:
    with stage.store.begin() as tx:
        tx.organization(organization.id).insert_installation(
            Installation(
                id=stage.services.entropy.new_id(),
                application_id=application.id,
                owner_organization_id=application.organization_id,
                organization_id=organization.id,
                state=state,
                scopes=application.scopes,
                epoch=1,
                version=1,
                members=members,
                created_at=START,
                requested_at=START if state == "requested" else None,
            )
        )


def test_asking_puts_the_application_into_the_queue_and_says_what_comes_next(
    stage: Stage, browser: WsgiBrowser
) -> None:
    northwind, mara = stage.organization("Northwind Traders"), stage.person()
    stage.membership(mara, northwind)
    application = foreign(stage)
    page = sign_in(browser, "/interaction/" + stage.begin(application))
    assert page.status == 200
    for said in (
        "Your organization has not let Fieldnotes in",
        "Harbour Analytics",
        "Not reviewed by this platform",
        "Ask the admins of Northwind Traders",
        "app.fieldnotes.example",
    ):
        assert said in page.text, said
    sent = browser.follow(browser.submit(page.form, ("organization", to_text(northwind.id))))
    assert "Your request is with the admins" in sent.text
    assert "What happens next" in sent.text
    (waiting,) = queue(stage, northwind)
    assert waiting.application.client_id == application.client_id
    asked = waiting.installation
    assert (asked.requested_by, asked.requested_at) == (mara.id, stage.clock.now())
    assert (asked.scopes, asked.scopes_pending) == (frozenset(), application.scopes)
    answer = told(browser.submit(sent.form, ("action", "leave")))
    assert (answer["error"], answer["error_description"]) == (
        "access_denied",
        errors.AUTHORIZE_NO_ORGANIZATION.text,
    )
    assert answer["state"] == "s-1"


def test_the_request_is_told_in_the_log_of_the_organization(stage: Stage, browser: WsgiBrowser) -> None:
    """As the act of the person on our own page: no application is named as the one that acted."""
    northwind, mara = stage.organization("Northwind Traders"), stage.person()
    stage.membership(mara, northwind)
    application = foreign(stage)
    page = sign_in(browser, "/interaction/" + stage.begin(application))
    browser.submit(page.form)
    with stage.store.read() as tx:
        (line,) = tx.organization(northwind.id).audit(AuditQuery(action="installation.request"))
        assert tx.organization(application.organization_id).audit(AuditQuery()) == ()
    assert (line.actor_kind, line.user_id, line.application_id) == ("user", mara.id, None)
    assert line.address == browser.address
    assert line.target_id == to_text(queue(stage, northwind)[0].installation.id)
    assert application.client_id in (line.after or "")


def test_once_it_is_let_in_the_same_page_goes_on(stage: Stage, browser: WsgiBrowser) -> None:
    northwind = stage.organization("Northwind Traders")
    stage.membership(stage.person(), northwind)
    application = foreign(stage)
    address = "/interaction/" + stage.begin(application)
    browser.submit(sign_in(browser, address).form)
    waiting = queue(stage, northwind)[0].installation
    granted = replace(waiting, state="active", scopes=application.scopes, scopes_pending=frozenset())
    with stage.store.begin() as tx:
        assert tx.organization(northwind.id).update_installation(granted, version=waiting.version)
    assert "Allow Fieldnotes to act for you in Northwind Traders?" in browser.get(address).text


def test_twice_is_once_and_the_second_person_reads_since_when(stage: Stage, browser: WsgiBrowser) -> None:
    northwind, mara = stage.organization("Northwind Traders"), stage.person()
    stage.membership(mara, northwind)
    stage.membership(stage.person("otto@northwind.example", "Otto Brandt"), northwind)
    application = foreign(stage)
    page = sign_in(browser, "/interaction/" + stage.begin(application))
    form = page.form
    assert browser.submit(form).status == 303
    assert browser.submit(form).status == 303
    stage.clock.advance(DAY)
    other = WsgiBrowser(browser.app)
    seen = sign_in(other, "/interaction/" + stage.begin(application), "otto@northwind.example")
    assert "Asked for on September 21, 2026. Its admins decide." in seen.text
    assert seen.form.buttons == [("action", "leave")]
    (waiting,) = queue(stage, northwind)
    assert waiting.installation.requested_by == mara.id


def test_each_organization_says_what_can_be_done(stage: Stage, browser: WsgiBrowser) -> None:
    mara = stage.person()
    application = foreign(stage)
    places: dict[str, tuple[Organization, str]] = {}
    for name, said in (
        ("Adatum", "Its admins can let it in."),
        ("Contoso", "Its admins suspended it."),
        ("Fabrikam", "Its admins do not let members sign in to it."),
        ("Heron", "Asked for on"),
        ("Tailspin", "With your role there you cannot ask."),
        ("Woodgrove", "Its admins do not let members sign in to it."),
    ):
        places[name] = (stage.organization(name), said)
        stage.membership(mara, places[name][0], "contact" if name == "Tailspin" else "member")
    let_in(stage, application, places["Contoso"][0], state="suspended")
    let_in(stage, application, places["Fabrikam"][0], members="block")
    let_in(stage, application, places["Heron"][0], state="requested")
    let_in(stage, application, places["Woodgrove"][0], state="revoked", members="block")
    page = sign_in(browser, "/interaction/" + stage.begin(application))
    assert "None of your organizations has let Fieldnotes in" in page.text
    for name, (_organization, said) in places.items():
        assert said in page.text.partition(name)[2], name
    adatum = to_text(places["Adatum"][0].id)
    assert page.form.buttons == [("organization", adatum), ("action", "leave")]
    for name in ("Contoso", "Fabrikam", "Heron", "Tailspin", "Woodgrove"):
        pressed = ("organization", to_text(places[name][0].id))
        assert browser.submit(page.form, pressed).status == (303 if name == "Heron" else 400), name
    assert len(queue(stage, places["Heron"][0])) == 1
    assert [queue(stage, places[name][0]) for name in ("Contoso", "Fabrikam", "Tailspin", "Woodgrove")] == [
        (),
        (),
        (),
        (),
    ]
    sent = browser.follow(browser.submit(page.form, ("organization", adatum)))
    assert "The admins of Adatum" in sent.text


def test_what_is_not_offered_cannot_be_asked_for(stage: Stage, browser: WsgiBrowser) -> None:
    northwind = stage.organization("Northwind Traders")
    stage.membership(stage.person(), northwind)
    application = foreign(stage, installable="by_audience")
    page = sign_in(browser, "/interaction/" + stage.begin(application))
    assert "Its makers do not offer it to this organization." in page.text
    assert browser.submit(page.form, ("organization", to_text(northwind.id))).status == 400
    assert queue(stage, northwind) == ()


def test_a_person_of_no_organization_is_told_whom_to_ask(stage: Stage, browser: WsgiBrowser) -> None:
    stage.person()
    page = sign_in(browser, "/interaction/" + stage.begin(foreign(stage)))
    assert "You belong to no organization yet" in page.text
    assert "Ask an admin of your organization to invite you." in page.text
    assert told(browser.submit(page.form, ("action", "leave")))["error"] == "access_denied"


@pytest.mark.parametrize("kind", ["of nobody's", "another person's", "the makers'", "no id"])
def test_nobody_asks_an_organization_they_do_not_belong_to(
    stage: Stage, browser: WsgiBrowser, kind: str
) -> None:
    """V144, V105: the organization is the person's own, whatever the form says."""
    northwind, other = stage.organization("Northwind Traders"), stage.organization("Contoso")
    stage.membership(stage.person(), northwind)
    stage.membership(stage.person("otto@contoso.example", "Otto Brandt"), other)
    application = foreign(stage)
    page = sign_in(browser, "/interaction/" + stage.begin(application))
    named = {
        "of nobody's": to_text(stage.services.entropy.new_id()),
        "another person's": to_text(other.id),
        "the makers'": to_text(application.organization_id),
        "no id": "x" * 400,
    }[kind]
    seen = browser.submit(page.form, ("organization", named))
    assert seen.status == (303 if kind == "no id" else 400)
    assert (queue(stage, northwind), queue(stage, other)) == ((), ())


def test_a_proof_of_another_step_or_browser_files_nothing(stage: Stage, browser: WsgiBrowser) -> None:
    """V138, V144, C089: the form of this step, of this request, from this browser."""
    northwind = stage.organization("Northwind Traders")
    stage.membership(stage.person(), northwind)
    application = foreign(stage)
    first, second = ("/interaction/" + stage.begin(application) for _ in range(2))
    start = browser.get(first).form.fields["csrf"]
    proof = sign_in(browser, first).form.fields["csrf"]
    browser.get(second)
    thief = WsgiBrowser(browser.app)
    thief.get("/sign-in")
    wanted = {"organization": to_text(northwind.id)}
    for sender, address, value in (
        (browser, first, start),
        (browser, second, proof),
        (browser, first, ""),
        (thief, first, proof),
    ):
        assert sender.post(f"{address}/ask", {**wanted, "csrf": value}).status == 400
    assert queue(stage, northwind) == ()


def test_a_silent_request_is_answered_as_before(stage: Stage, browser: WsgiBrowser) -> None:
    """prompt=none shows nobody anything (Core §3.1.2.1)."""
    stage.membership(stage.person(), stage.organization("Northwind Traders"))
    application = foreign(stage)
    browser.submit(browser.get("/sign-in").form, email=MARA, password=PASSWORD)
    answer = told(browser.get("/interaction/" + stage.begin(application, prompt="none")))
    assert (answer["error"], answer["error_description"]) == (
        "access_denied",
        errors.AUTHORIZE_NO_ORGANIZATION.text,
    )
