"""Consent is to what stood on the page: whatever changed while it was open, the person reads it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from grantway.core.identifiers import to_text
from grantway.core.listing import InstallationFilter
from grantway.core.model import Redirect, UserConsent, Wording
from grantway.core.ports import Page
from grantway.features.authorize.views import Browser as Seen
from tests.abuse.stages import tab
from tests.abuse.story import Client, Story
from tests.kit.browser import Browser
from tests.kit.factories import CALLBACK, Person

AGAIN = "Something changed while this page was open"
APPROVE = ("decision", "approve")


@pytest.fixture
def flow(story: Story) -> Story:
    """Somebody who belongs to two organizations, so that no step is left out."""
    story.world.make.membership(story.person, story.globex)
    return story


def asked(story: Story, browser: Browser, **parameters: str) -> str:
    """Bring a browser to the consent page of the foreign application; the address of the flow."""
    browser.sign_in(story.person.email, story.person.password)
    browser.visit(story.request(story.foreign, scope="", **parameters))
    browser.submit(("action", "choose"), organization=to_text(story.globex.id))
    assert browser.forms[0].has(*APPROVE)
    assert AGAIN not in browser.page
    return browser.address


def consent(story: Story, person: Person, client: Client) -> UserConsent | None:
    with story.world.store.read() as tx:
        found = [
            tx.gate.consent(person.id, client.application.id, one.id) for one in (story.acme, story.globex)
        ]
    given = [one for one in found if one is not None]
    assert len(given) <= 1
    return given[0] if given else None


def test_one_click_suffices_where_nothing_changed(flow: Story) -> None:
    browser = flow.world.browser()
    asked(flow, browser)
    assert "code=" in (browser.submit(APPROVE) or "")
    given = consent(flow, flow.person, flow.foreign)
    assert given is not None
    assert given.scopes == flow.foreign.application.scopes


def test_a_click_before_the_first_one_was_followed_changes_nothing(flow: Story) -> None:
    """The browser that gave up on the first answer gets the same one by the second."""
    browser = flow.world.browser()
    asked(flow, browser)
    page = browser.forms[0]
    features = flow.world.product.features.sign_in
    session = features.sessions.find(browser.cookies["__Host-session"])
    here = Seen(browser.cookies["__Host-browser"], session, "127.0.0.1")
    handle = page.action.split("/")[2]
    assert features.flow.decide(handle, here, mark=page.fields["shown"], approve=True) is None
    assert "code=" in (browser.post(page.action, **page.fields, decision="approve") or "")


def widen(story: Story) -> None:
    application = story.foreign.application
    story.world.make.change_application(application, scopes=application.scopes | {"orders:write"})


def rename(story: Story) -> None:
    story.world.make.change_application(story.foreign.application, name="Another name")


def translate(story: Story) -> None:
    """A person reads one language, and what is shown in any of them may not change under the hand."""
    with story.world.store.begin() as tx:
        scope = tx.gate.catalogue().scopes["orders:read"]
        door = tx.organization(story.world.make.platform.id)
        worded = replace(scope, translations=(Wording("de", "Ihre Bestellungen sehen"),))
        assert door.update_scope(worded, version=scope.version) is not None


def redirect_elsewhere(story: Story) -> None:
    both = (Redirect(CALLBACK), Redirect("https://elsewhere.example.test/callback"))
    story.world.make.change_application(story.foreign.application, redirects=both)


def rename_the_organization(story: Story) -> None:
    story.world.make.change_organization(story.globex, name="Acme")


def narrow(story: Story) -> None:
    application = story.foreign.application
    story.world.make.change_application(application, scopes=application.scopes - {"orders:read"})


CHANGES: dict[str, Callable[[Story], None]] = {
    "scopes widened": widen,
    "scopes narrowed": narrow,
    "application renamed": rename,
    "redirect changed": redirect_elsewhere,
    "organization renamed": rename_the_organization,
    "another translation": translate,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_allow_counts_for_nothing_that_did_not_stand_on_the_page(
    flow: Story, change: Callable[[Story], None]
) -> None:
    """C081, C083, V145: the page is shown again and says so; then one click allows what stands there now."""
    browser = flow.world.browser()
    asked(flow, browser)
    change(flow)
    flow.world.product.poll()
    assert browser.submit(APPROVE) is None
    assert browser.status == 200
    assert AGAIN in browser.page
    assert consent(flow, flow.person, flow.foreign) is None
    assert "code=" in (browser.submit(APPROVE) or "")
    given = consent(flow, flow.person, flow.foreign)
    with flow.world.store.read() as tx:
        now = tx.gate.application(flow.foreign.application.id)
    assert given is not None
    assert now is not None
    assert given.scopes == now.scopes


def test_a_sentence_that_changed_is_read_again(flow: Story) -> None:
    """The scope kept its name, and means something else to the person."""
    browser = flow.world.browser()
    asked(flow, browser)
    with flow.world.store.begin() as tx:
        (api,) = [one for one in tx.gate.catalogue().apis.values() if "orders" in one.identifier]
        door = tx.organization(api.organization_id)
        (read,) = [one for one in door.scopes(api.id) if one.value == "orders:read"]
        door.update_scope(replace(read, text="Delete all orders"), version=read.version)
    flow.world.product.poll()
    assert browser.submit(APPROVE) is None
    assert AGAIN in browser.page
    assert "Delete all orders" in browser.page


def test_another_organization_chosen_in_another_tab_is_shown_before_it_counts(flow: Story) -> None:
    browser = flow.world.browser()
    browser.sign_in(flow.person.email, flow.person.password)
    browser.visit(flow.request(flow.foreign))
    other = tab(flow, browser)
    other.visit(browser.address)
    browser.submit(("action", "choose"), organization=to_text(flow.globex.id))
    assert "in Globex?" in browser.page
    other.submit(("action", "choose"), organization=to_text(flow.acme.id))
    assert "in Acme?" in other.page
    assert browser.submit(APPROVE) is None
    assert AGAIN in browser.page
    assert "in Acme?" in browser.page
    assert consent(flow, flow.person, flow.foreign) is None
    assert "code=" in (browser.submit(APPROVE) or "")
    given = consent(flow, flow.person, flow.foreign)
    assert given is not None
    assert given.organization_id == flow.acme.id


def test_two_tabs_of_one_request_do_not_answer_for_each_other(flow: Story) -> None:
    """The form of the page that is no longer true counts for nothing, though the other tab shows the new one."""
    browser = flow.world.browser()
    address = asked(flow, browser)
    stale = browser.forms[0]
    widen(flow)
    flow.world.product.poll()
    other = tab(flow, browser)
    assert other.visit(address) is None
    fresh = other.forms[0]
    assert fresh.fields["shown"] != stale.fields["shown"]
    for mixed in (
        {**stale.fields, "shown": fresh.fields["shown"]},
        {**fresh.fields, "shown": stale.fields["shown"]},
        {**fresh.fields, "shown": ""},
    ):
        assert browser.post(stale.action, **mixed, decision="approve") is None
        assert browser.status == 400
    assert browser.post(stale.action, **stale.fields, decision="approve") is None
    assert AGAIN in browser.page
    assert consent(flow, flow.person, flow.foreign) is None
    assert "code=" in (other.submit(APPROVE) or "")


def another_person(story: Story, browser: Browser) -> None:
    """Somebody else signs in, in another tab of the same browser."""
    story.world.advance(1)
    other = tab(story, browser)
    other.visit(story.request(story.honest, prompt="login"))
    other.submit(("action", "sign_in"), email=story.stranger.email, password=story.stranger.password)
    assert story.stranger.user.name in other.page


def test_nobody_allows_what_another_person_was_shown(flow: Story) -> None:
    """V144, V008: the next person reads a page of their own, and neither gave anything."""
    browser = flow.world.browser()
    asked(flow, browser)
    another_person(flow, browser)
    assert browser.submit(APPROVE) is None
    assert AGAIN in browser.page
    assert "Eve Stranger" in browser.page
    for who in (flow.person, flow.stranger):
        assert consent(flow, who, flow.foreign) is None


def test_nobody_chooses_or_asks_for_another_person(flow: Story) -> None:
    """The same of the other pages on which something is decided."""
    world = flow.world
    world.make.membership(flow.stranger, flow.acme)
    browser = world.browser()
    browser.sign_in(flow.person.email, flow.person.password)
    browser.visit(flow.request(flow.foreign))
    assert flow.person.user.name in browser.page
    another_person(flow, browser)
    browser.submit(("action", "choose"), organization=to_text(flow.globex.id))
    assert AGAIN in browser.page
    assert browser.title.startswith("Choose")
    client = flow.client(world.make.organization(), installable="by_client_id")
    browser = world.browser()
    browser.sign_in(flow.person.email, flow.person.password)
    browser.visit(flow.request(client))
    another_person(flow, browser)
    browser.submit(("organization", to_text(flow.globex.id)))
    assert AGAIN in browser.page
    with world.store.read() as tx:
        door = tx.organization(flow.globex.id)
        assert door.installed_applications(Page(limit=10), InstallationFilter("requested")) == ()


def test_who_signed_out_meanwhile_signs_in_first(flow: Story) -> None:
    """And decides again, because what was decided in the session ended with it."""
    browser = flow.world.browser()
    address = asked(flow, browser)
    other = tab(flow, browser)
    other.visit("/sign-out")
    other.submit(("action", "sign_out"))
    assert browser.submit(APPROVE) is None
    assert "password" in browser.forms[0].fields
    assert consent(flow, flow.person, flow.foreign) is None
    browser.submit(("action", "sign_in"), email=flow.person.email, password=flow.person.password)
    assert browser.address == address
    assert browser.title.startswith("Choose")


def test_going_back_and_choosing_otherwise_is_a_choice(flow: Story) -> None:
    browser = flow.world.browser()
    browser.sign_in(flow.person.email, flow.person.password)
    browser.visit(flow.request(flow.foreign))
    page = browser.forms[0]
    for organization, name in ((flow.globex, "Globex"), (flow.acme, "Acme"), (flow.acme, "Acme")):
        fields = {**page.fields, "organization": to_text(organization.id), "action": "choose"}
        assert browser.post(page.action, **fields) is None
        assert f"in {name}?" in browser.page
        assert AGAIN not in browser.page


def test_a_page_that_says_no_is_believed_whatever_changed(flow: Story) -> None:
    browser = flow.world.browser()
    asked(flow, browser)
    widen(flow)
    flow.world.product.poll()
    assert "error=access_denied" in (browser.submit(("decision", "deny")) or "")
