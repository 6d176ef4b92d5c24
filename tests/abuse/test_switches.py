"""Every switch ends what it says, everywhere, within a second; nothing switches itself on again (E26).

Each row: what is switched off, and what must be dead afterwards. A second process learns of it by
the change feed alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from grantway.core.model import Application, Redirect
from tests.abuse.story import Client, Story, error
from tests.kit.factories import CALLBACK


def beside(story: Story) -> Story:
    """The same story told to another process."""
    twin = Story.__new__(Story)
    twin.__dict__.update(story.__dict__, world=story.world.beside())
    return twin


def change(story: Story, **changes: object) -> None:
    story.world.make.change_application(story.honest.application, **changes)


SWITCHES: dict[str, Callable[[Story], object]] = {
    "application disabled": lambda story: change(story, state="disabled"),
    "application archived": lambda story: change(story, archived_at=story.world.clock.now()),
    "deletion scheduled": lambda story: change(
        story, state="deletion_scheduled", purge_at=story.world.clock.now() + 10**12
    ),
    "organization disabled": lambda story: story.world.make.change_organization(story.acme, state="disabled"),
    "organization's tokens revoked": lambda story: story.world.make.change_organization(
        story.acme, epoch=story.acme.epoch + 1
    ),
    "application's tokens revoked": lambda story: change(story, epoch=story.honest.application.epoch + 1),
}
PEOPLE: dict[str, Callable[[Story], object]] = {
    "user disabled": lambda story: story.world.make.change_user(story.person, state="disabled"),
    "user's tokens revoked": lambda story: story.world.make.change_user(
        story.person, epoch=story.person.user.epoch + 1
    ),
    "membership disabled": lambda story: story.world.make.change_membership(
        story.person, story.acme, state="disabled"
    ),
    "membership's tokens revoked": lambda story: story.world.make.change_membership(
        story.person, story.acme, epoch=2
    ),
}


@pytest.mark.parametrize("switch", [*SWITCHES, *PEOPLE])
def test_a_switch_ends_a_persons_tokens_everywhere(story: Story, switch: str) -> None:
    """V111, V112, V114, V116, V118, V076, C189: access token, refresh token and unspent code, on two processes."""
    observer = story.client(story.globex)
    other = beside(story)
    tokens, code = story.tokens(story.honest), story.code(story.honest)
    assert other.is_alive(tokens["access_token"])
    {**SWITCHES, **PEOPLE}[switch](story)
    for process in (story, other):
        process.world.product.poll()
        assert not process.is_alive(tokens["access_token"])
        assert process.refresh(story.honest, tokens["refresh_token"]).status_code in {400, 401}
        assert process.redeem(story.honest, code).status_code in {400, 401}
    assert story.introspect(observer, tokens["access_token"])["active"] is False
    other.world.close()


@pytest.mark.parametrize("switch", list(SWITCHES))
def test_a_switch_ends_machine_tokens_and_new_ones(story: Story, switch: str) -> None:
    """V111, V089: client credentials and Basic likewise."""
    token = story.machine(story.honest)
    other = beside(story)
    SWITCHES[switch](story)
    other.world.product.poll()
    seen = other.post("/oauth/introspect", story.honest, token=token)
    assert seen.status_code == 401 or seen.json == {"active": False}
    again = other.world.token(story.honest.application, story.honest.secret, grant_type="client_credentials")
    assert again.status_code == (200 if "tokens revoked" in switch else 401)
    other.world.close()


@pytest.mark.parametrize("switch", ["application disabled", "user disabled", "organization disabled"])
def test_a_switch_stops_a_sign_in_under_way(story: Story, switch: str) -> None:
    """V056, V114, C103: between the request and the consent something was switched off."""
    browser = story.world.browser()
    browser.visit(story.request(story.honest))
    browser.submit(("action", "sign_in"), email=story.person.email, password=story.person.password)
    {**SWITCHES, **PEOPLE}[switch](story)
    left = browser.submit(("decision", "approve"))
    assert left is None or "code=" not in left


def test_an_address_that_was_removed_meanwhile_gets_no_code(story: Story) -> None:
    """V045, C103: between the request and the consent it was taken off the application."""
    browser = story.world.browser()
    browser.visit(story.request(story.honest))
    browser.submit(("action", "sign_in"), email=story.person.email, password=story.person.password)
    change(story, redirects=(Redirect(f"{CALLBACK}/other"),))
    assert browser.submit(("decision", "approve")) is None
    assert browser.status == 400


@pytest.mark.parametrize("kind", ["application", "organization", "user", "membership"])
def test_switched_on_again_a_suspension_ends_and_a_revocation_does_not(story: Story, kind: str) -> None:
    """V117, V104: suspend is a state and revives; revoke is an epoch and never does."""
    make, tokens = story.world.make, story.tokens(story.honest)
    changers: dict[str, Callable[..., object]] = {
        "application": lambda **changes: make.change_application(story.honest.application, **changes),
        "organization": lambda **changes: make.change_organization(story.acme, **changes),
        "user": lambda **changes: make.change_user(story.person, **changes),
        "membership": lambda **changes: make.change_membership(story.person, story.acme, **changes),
    }
    changers[kind](state="disabled")
    story.world.product.poll()
    assert not story.is_alive(tokens["access_token"])
    changers[kind](state="enabled")
    story.world.product.poll()
    assert story.is_alive(tokens["access_token"])
    changers[kind](epoch=7)
    story.world.product.poll()
    assert not story.is_alive(tokens["access_token"])
    assert error(story.refresh(story.honest, tokens["refresh_token"])) == (400, "invalid_grant")


def test_a_revoked_secret_ends_its_machine_tokens_and_no_users(story: Story) -> None:
    """V111, C045: the other secret of the pair goes on."""
    second = Client(story.honest.application, story.world.make.secret(story.honest.application))
    first_token, second_token = story.machine(story.honest), story.machine(second)
    user = story.tokens(story.honest)
    with story.world.store.begin() as tx:
        door = tx.organization(story.acme.id)
        by_hint = {row.hint: row for row in door.credentials(story.honest.application.id)}
        revoked = by_hint[(story.honest.secret or "")[-4:]]
        assert door.revoke_credential(story.honest.application.id, revoked.id, now=story.world.clock.now())
    story.world.product.poll()
    assert story.introspect(second, first_token)["active"] is False
    assert story.introspect(second, second_token)["active"] is True
    assert story.is_alive(user["access_token"])
    assert story.refresh(second, user["refresh_token"]).status_code == 200
    refused = story.world.token(
        story.honest.application, story.honest.secret, grant_type="client_credentials"
    )
    assert error(refused) == (401, "invalid_client")


@pytest.mark.parametrize("act", ["suspend", "revoke"])
def test_an_installation_ends_for_its_organization_alone(story: Story, act: str) -> None:
    """V089, V111: that pair's secret and tokens, and no other's; a revoked one never revives."""
    vendor = story.client(story.globex, "backend", scopes=("orders:read",))
    initech = story.world.make.organization("Initech")
    pairs = {}
    for organization in (story.acme, initech):
        story.world.make.installation(vendor.application, organization)
        pairs[organization.id] = Client(
            vendor.application, story.world.make.secret(vendor.application, organization)
        )
    ended, kept = pairs[story.acme.id], pairs[initech.id]
    dead, alive, home = story.machine(ended), story.machine(kept), story.machine(vendor)

    def write(**changes: object) -> None:
        with story.world.store.begin() as tx:
            stored = tx.gate.installation(vendor.application.id, story.acme.id)
            assert stored is not None
            changed = replace(stored, **changes)  # type: ignore[arg-type]
            assert tx.organization(story.acme.id).update_installation(changed, version=stored.version)
        story.world.product.poll()

    write(state="suspended") if act == "suspend" else write(state="revoked", epoch=2)
    assert story.introspect(vendor, dead)["active"] is False
    refused = story.world.token(ended.application, ended.secret, grant_type="client_credentials")
    assert error(refused) == (401, "invalid_client")
    assert story.introspect(vendor, alive)["active"] is True
    assert story.introspect(vendor, home)["active"] is True
    write(state="active")
    assert story.introspect(vendor, dead)["active"] is (act == "suspend")


def test_installing_ends_nobodys_sign_in(story: Story) -> None:
    """The sign-in stood on the audience; an installation beside it changes only the ceiling."""
    tokens = story.tokens(story.foreign)
    story.world.make.installation(story.foreign.application, story.acme)
    story.world.product.poll()
    assert story.is_alive(tokens["access_token"])


def test_signing_out_ends_what_the_session_made(story: Story) -> None:
    """V115, C143, C249: but not what was granted for the time after (offline_access)."""
    browser = story.world.browser()
    here = story.answer(story.honest, story.person, browser)
    tokens = story.redeem(story.honest, here["code"]).json
    there = story.answer(story.honest, story.person, browser, scope="openid offline_access", prompt="consent")
    offline = story.redeem(story.honest, there["code"]).json
    browser.visit("/")
    browser.submit(form=len(browser.forms) - 1)
    story.world.product.poll()
    assert not story.is_alive(tokens["access_token"])
    assert error(story.refresh(story.honest, tokens["refresh_token"])) == (400, "invalid_grant")
    assert story.refresh(story.honest, offline["refresh_token"]).status_code == 200


def test_a_process_that_lost_its_feed_asks_the_database(story: Story) -> None:
    """V017 and data model §7: memory is believed for 750 ms after a poll, then no longer."""
    other = beside(story)
    tokens = story.tokens(story.honest)
    assert other.is_alive(tokens["access_token"])
    application: Application = story.honest.application
    story.world.make.change_application(application, state="disabled")
    other.world.clock.advance(0.76)
    assert not other.is_alive(tokens["access_token"])
    other.world.close()
