"""What a person took back is dead everywhere, and what nobody allowed is not got by asking."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from grantway.core.audit import AuditQuery
from grantway.core.identifiers import to_text
from grantway.core.listing import InstallationFilter
from grantway.core.ports import Page
from tests.abuse.story import Story
from tests.kit.browser import Browser
from tests.kit.counts import count


def withdraw(story: Story) -> Browser:
    """Withdraw the first application of the list, as the honest person."""
    browser = story.world.browser()
    browser.sign_in(story.person.email, story.person.password)
    browser.visit("/applications")
    browser.submit()
    assert "Withdrawn." in browser.page
    return browser


def test_what_is_withdrawn_is_dead_in_every_process_at_once(story: Story) -> None:
    """V105, C080, C142: access token, refresh token and waiting code; a new flow asks again."""
    world = story.world
    scope = "openid email offline_access orders:read"
    held = story.tokens(story.honest, scope=scope)
    others = story.tokens(story.rival, scope=scope)
    waiting = story.code(story.honest, scope=scope)
    there = world.beside()
    there.product.poll()
    assert there.bearer(held["access_token"]).status_code == 200
    browser = withdraw(story)
    there.product.poll()
    for process in (world, there):
        assert process.bearer(held["access_token"]).status_code == 401
        assert process.bearer(others["access_token"]).status_code == 200
    assert story.introspect(story.honest, held["access_token"]) == {"active": False}
    assert story.refresh(story.honest, held["refresh_token"]).status_code == 400
    assert story.redeem(story.honest, waiting).status_code == 400
    assert browser.visit(story.request(story.honest)) is None
    assert browser.forms[0].has("decision", "approve")
    assert story.refresh(story.rival, others["refresh_token"]).status_code == 200
    there.close()


def test_consent_given_in_a_flow_that_is_under_way_falls_with_the_withdrawal(story: Story) -> None:
    """V145: what was allowed a moment ago in this very flow is asked for again."""
    browser = story.world.browser()
    browser.sign_in(story.person.email, story.person.password)
    left = browser.authorize(
        story.request(story.honest), email=story.person.email, password=story.person.password
    )
    assert "code=" in left
    browser.visit(story.request(story.honest, prompt="consent"))
    address, form = browser.address, browser.forms[0]
    withdraw(story)
    assert browser.visit(address) is None
    assert browser.forms[0].has("decision", "approve")
    # The form that was on the screen all the while is a fresh yes.
    left = browser.post(form.action, **form.fields, decision="approve") or ""
    assert "code=" in left


def test_asking_gives_nobody_anything_before_an_admin_decides(story: Story) -> None:
    """V105, V144: no token, no secret, no sight of the person; and the makers see no request."""
    world = story.world
    makers = world.make.organization("Makers")
    client = story.client(makers, installable="by_client_id")
    browser = world.browser()
    browser.sign_in(story.person.email, story.person.password)
    assert browser.visit(story.request(client)) is None
    browser.submit(("organization", to_text(story.acme.id)))
    assert "Your request is with the admins" in browser.page
    left = browser.submit(("action", "leave")) or ""
    assert "error=access_denied" in left
    assert "code=" not in left
    silent = browser.visit(story.request(client, prompt="none")) or ""
    assert "error=access_denied" in silent
    with world.store.read() as tx:
        installation = tx.gate.installation(client.application.id, story.acme.id)
        assert installation is not None
        assert (installation.state, installation.scopes) == ("requested", frozenset())
        assert tx.organization(makers.id).installing_organizations(client.application.id, Page()) == ()


def test_many_requests_at_once_file_one(story: Story) -> None:
    """V144: every double click and every colleague; one row of an application and an organization."""
    world = story.world
    for _ in range(count(2, 50)):
        client = story.client(world.make.organization(), installable="by_client_id")
        browsers = []
        for _person in range(6):
            person = world.make.person(story.globex)
            browser = world.browser()
            browser.sign_in(person.email, person.password)
            browser.visit(story.request(client))
            browsers.append(browser)
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda one: one.submit(("organization", to_text(story.globex.id))), browsers))
        with world.store.read() as tx:
            door = tx.organization(story.globex.id)
            found = door.installed_applications(Page(limit=200), InstallationFilter("requested"))
            mine = [one for one in found if one.application.id == client.application.id]
            lines = door.audit(AuditQuery(limit=500, action="installation.request"))
        assert len(mine) == 1
        assert [one.target_id for one in lines].count(to_text(mine[0].installation.id)) == 1
