"""Site management: organizations and users, made, changed, stopped and deleted by operators."""

from __future__ import annotations

import re

from grantway.core.identifiers import to_text
from grantway.core.model import Id, Organization, User
from grantway.core.ports import Page
from tests.console.site import at_work, offers, operator, send, site, text_of, told
from tests.kit.factories import Person
from tests.kit.world import World


def place_of(world: World, organization: Organization) -> Organization | None:
    with world.store.read() as tx:
        return tx.organization(organization.id).read()


def user_of(world: World, person: Person) -> User | None:
    with world.store.read() as tx:
        return tx.platform.user(person.id)


def roles(world: World, organization: Organization) -> dict[Id, str]:
    with world.store.read() as tx:
        found = tx.organization(organization.id).memberships(Page())
    return {user.id: membership.role for user, membership in found}


def page(organization: Organization, path: str = "") -> str:
    return site(f"organizations/{to_text(organization.id)}{path}")


def test_an_organization_is_made_changed_and_deleted(world: World) -> None:
    browser = operator(world)
    browser.visit(site("organizations/new"))
    send(browser, "/organizations/new", name="", time_zone="Nowhere")
    assert "There is a problem" in text_of(browser)
    assert 'value="Nowhere"' in browser.page
    send(
        browser,
        "/organizations/new",
        name="Acme Works",
        slug="acme",
        time_zone="Europe/Berlin",
        gate="reviewed",
    )
    assert "Invite its first owner" in text_of(browser)
    made = re.search(r"/site/organizations/(\w+)\?", browser.address)
    assert made is not None
    base = site(f"organizations/{made[1]}")
    send(browser, "/save", name="Acme & Sons", gate="any")
    assert "Saved." in text_of(browser)
    browser.visit(f"{base}/members/invite")
    send(browser, "/members/invite", email="ada@acme.example.test", role="owner")
    assert "The invitation is made." in text_of(browser)
    browser.visit(f"{base}/danger/delete")
    assert "applications: 0, members: 0, APIs: 0" in text_of(browser)
    send(browser, "/danger/delete", typed="Acme")
    assert "This is not the name as it is written." in text_of(browser)
    send(browser, "/danger/delete", typed="Acme & Sons")
    assert "The organization is deleted." in text_of(browser)
    assert told(world, "organization.delete")[0].target_id == made[1]


def test_an_organization_with_records_is_not_deleted_and_the_page_says_how_many(world: World) -> None:
    place = world.make.organization("Acme")
    world.make.application(place)
    world.make.person(place)
    browser = operator(world)
    browser.visit(page(place, "/danger/delete"))
    assert "applications: 1, members: 1, APIs: 0" in text_of(browser)
    send(browser, "/danger/delete", typed="Acme")
    assert browser.status == 409
    assert place_of(world, place) is not None


def test_an_organization_is_suspended_disabled_and_works_again(world: World) -> None:
    place = world.make.organization()
    world.make.application(place)
    browser = operator(world)
    browser.visit(page(place, "/danger/suspend"))
    assert "with all their tokens: 1." in text_of(browser)
    send(browser, "/danger/suspend", reason="Its keys were stolen.")
    suspended = place_of(world, place)
    assert suspended is not None
    assert suspended.suspension_reason == "Its keys were stolen."
    browser.visit(page(place))
    assert "Operators suspended it: Its keys were stolen." in text_of(browser)
    browser.visit(page(place, "/danger"))
    send(browser, "/danger/lift")
    browser.visit(page(place, "/danger/disable"))
    send(browser, "/danger/disable")
    disabled = place_of(world, place)
    assert disabled is not None
    assert (disabled.state, disabled.suspended_at) == ("disabled", None)
    send(browser, "/danger/enable")
    enabled = place_of(world, place)
    assert enabled is not None
    assert enabled.state == "enabled"
    platform = world.make.platform
    browser.visit(page(platform, "/danger"))
    assert "It can be neither stopped nor deleted." in text_of(browser)
    assert not offers(browser, "/danger/suspend")


def test_operators_change_and_remove_members_of_any_organization(world: World) -> None:
    place = world.make.organization()
    owner = world.make.person(place, role="owner", name="Olga")
    mara = world.make.person(place, role="member", name="Mara")
    browser = operator(world)
    browser.visit(page(place, "/members?role=member"))
    said = text_of(browser)
    assert "Mara" in said
    assert "Olga" not in said.replace("Olga Orlow", "")
    base = page(place, f"/members/{to_text(mara.id)}")
    browser.visit(f"{base}/change")
    send(browser, "/change", role="developer", state="enabled")
    assert roles(world, place)[mara.id] == "developer"
    browser.visit(f"{base}/remove")
    assert "Mara loses this organization at once" in text_of(browser)
    send(browser, "/remove")
    browser.visit(page(place, f"/members/{to_text(owner.id)}/remove"))
    send(browser, "/remove")
    assert browser.status == 409
    assert roles(world, place) == {owner.id: "owner"}


def test_a_user_is_made_and_the_link_is_shown_once(world: World) -> None:
    """Nobody chooses another person's password."""
    browser = operator(world)
    browser.visit(site("users/new"))
    send(browser, "/users/new", email="nobody", name="Ada")
    assert "Enter an e-mail address" in text_of(browser)
    send(browser, "/users/new", email="ada@people.example.test", name="Ada")
    link = re.search(r"https://id\.example\.test/activate[^<\"& ]+", browser.page)
    assert link is not None
    assert browser.address.endswith("/users/new")
    assert link[0] not in browser.address
    browser.visit(site("users?email=ada@"))
    assert "Not confirmed" in text_of(browser)
    assert "activate" not in browser.page
    other = world.browser()
    other.visit(link[0])
    assert other.status == 200


def test_a_user_is_changed_signed_out_disabled_and_deleted(world: World) -> None:
    place = world.make.organization()
    theirs, person = at_work(world, place, "developer")
    browser, base = operator(world), site(f"users/{to_text(person.id)}")
    browser.visit(base)
    send(browser, "/save", name="Mara Lind", zoneinfo="Nowhere")
    assert "There is a problem" in text_of(browser)
    send(browser, "/save", name="Mara Lind", zoneinfo="Europe/Berlin")
    changed = user_of(world, person)
    assert changed is not None
    assert (changed.name, changed.claims.zoneinfo) == ("Mara Lind", "Europe/Berlin")
    browser.visit(f"{base}/end-sessions")
    assert "Mara Lind is signed out everywhere" in text_of(browser)
    send(browser, "/end-sessions")
    theirs.visit(f"/o/{place.slug}")
    assert "/sign-in" in theirs.address
    browser.visit(f"{base}/activation-link")
    send(browser, "/activation-link")
    assert "https://id.example.test/activate" in browser.page
    browser.visit(f"{base}/disable")
    send(browser, "/disable")
    disabled = user_of(world, person)
    assert disabled is not None
    assert disabled.state == "disabled"
    browser.visit(f"{base}/delete")
    send(browser, "/delete", typed=person.email.upper())
    assert user_of(world, person) is not None
    send(browser, "/delete", typed=person.email)
    assert user_of(world, person) is None
    assert "The user is deleted." in text_of(browser)
    browser.visit(base)
    assert browser.status == 404


def test_the_last_owner_stays(world: World) -> None:
    place = world.make.organization()
    owner = world.make.person(place, role="owner")
    browser, base = operator(world), site(f"users/{to_text(owner.id)}")
    browser.visit(f"{base}/delete")
    send(browser, "/delete", typed=owner.email)
    assert browser.status == 409
    assert user_of(world, owner) is not None
