"""The directory and the authorized applications: found, asked for, installed, narrowed, suspended and revoked."""

from __future__ import annotations

from typing import Any

from grantway.core.identifiers import to_text
from grantway.core.model import Application, Organization
from tests.console.desk import Desk, desk, id_of
from tests.kit.world import World

SCOPES = ("openid", "email", "applications:read")


def offered(world: World, name: str = "Orbit", **changes: Any) -> tuple[Organization, Application]:
    vendor = world.make.organization("Orbit Labs")
    application = world.make.application(
        vendor,
        name=name,
        scopes=SCOPES,
        **{"publication": "approved", "audience_effective": "any_organization", **changes},
    )
    return vendor, application


def installed(world: World, here: Organization, **changes: Any) -> tuple[Application, str]:
    _, application = offered(world)
    made = world.make.installation(application, here, **{"members": "ask", **changes})
    return application, f"authorized/{id_of(made)}"


def test_an_admin_finds_and_installs_it_without_what_is_left_out(world: World) -> None:
    here = world.make.organization()
    _, application = offered(world)
    admin = desk(world, here)
    assert "Orbit Orbit Labs" in admin.open("directory?name=orb")
    said = admin.open(f"directory/{id_of(application)}")
    assert "Made by Orbit Labs" in said
    # In sentences, and not in names of scopes alone.
    assert "Know who you are Harmless openid" in said
    assert admin.form("/install").choices["scopes"] == ["applications:read", "email", "openid"]
    said = admin.send("/install", scopes="openid", members="ask")
    assert "Installed. From now on it may do here what you see below." in said
    assert "Know who you are Harmless openid Never used" in said
    with world.store.read() as tx:
        stored = tx.gate.installation(application.id, here.id)
    assert stored is not None
    assert stored.scopes == {"openid"}
    assert "It is installed here." in admin.open(f"directory/{id_of(application)}")


def test_a_member_asks_and_installs_nothing(world: World) -> None:
    here = world.make.organization()
    _, application = offered(world)
    member = desk(world, here, "member")
    assert "/o/" + here.slug + "/directory" in member.links() or member.open("directory")
    member.open(f"directory/{id_of(application)}")
    assert not member.has_form("/install")
    assert "Your admins find your request and decide." in member.send("/ask")
    assert "Somebody asked for it." in member.text
    assert not member.has_form("/ask")
    with world.store.read() as tx:
        stored = tx.gate.installation(application.id, here.id)
    assert stored is not None
    assert stored.state == "requested"


def test_what_a_role_does_not_include_is_refused_when_it_is_posted_anyway(world: World) -> None:
    here = world.make.organization()
    _, application = offered(world)
    developer = desk(world, here, "developer")
    developer.open(f"directory/{id_of(application)}")
    proof = developer.form("/ask").fields
    address = f"/o/{here.slug}/directory/{id_of(application)}/install"
    developer.browser.post(address, **{**proof, "scopes": "openid", "members": "ask"})
    assert developer.browser.status in {400, 403}
    with world.store.read() as tx:
        assert tx.gate.installation(application.id, here.id) is None


def test_what_is_not_offered_here_is_answered_as_unknown(world: World) -> None:
    here = world.make.organization()
    _, application = offered(world, publication="submitted")
    admin = desk(world, here)
    assert "Orbit Labs" not in admin.open("directory")
    admin.open(f"directory/{id_of(application)}", 404)
    desk(world, here, "contact").open("directory", 403)


def test_one_that_nobody_reviewed_says_so(world: World) -> None:
    here = world.make.organization()
    listed: dict[str, Any] = {
        "audience_effective": "listed_organizations",
        "audience_organizations": frozenset({here.id}),
    }
    _, application = offered(world, publication="draft", **listed)
    admin = desk(world, here)
    assert "Not reviewed by operators" in admin.open("directory")
    assert "Orbit Labs names your organization" in admin.open(f"directory/{id_of(application)}")


def scopes_of(world: World, application: Application, here: Organization) -> frozenset[str]:
    with world.store.read() as tx:
        stored = tx.gate.installation(application.id, here.id)
    assert stored is not None
    return stored.scopes


def test_scopes_that_were_never_used_are_dropped_with_one_click(world: World) -> None:
    here = world.make.organization()
    application, place = installed(world, here)
    with world.store.begin() as tx:
        stored = tx.gate.installation(application.id, here.id)
        assert stored is not None
        tx.gate.scope_used(stored.id, "openid", at=world.clock.now())
    admin = desk(world, here)
    said = admin.open(place)
    assert "openid Used" in said
    assert "email Never used" in said
    assert "What it never used is taken back." in admin.send("/drop")
    assert scopes_of(world, application, here) == {"openid"}
    assert not admin.has_form("/drop")


def test_it_is_narrowed_and_its_members_are_decided_about(world: World) -> None:
    here = world.make.organization()
    application, place = installed(world, here)
    admin = desk(world, here)
    admin.open(place)
    assert "It holds at once" in admin.send("/narrow", scopes="email")
    assert scopes_of(world, application, here) == {"email"}
    admin.send("/members", members="block")
    assert "Sign-ins of members Block them" in admin.text


def test_answering_for_it_is_offered_where_members_are_not_asked(world: World) -> None:
    here = world.make.organization()
    application, place = installed(world, here, members="allow")
    admin = desk(world, here)
    admin.open(place)
    assert "You answer for it as it is now." in admin.send("/vouch")
    with world.store.read() as tx:
        assert tx.gate.installation(application.id, here.id) is not None
    admin.send("/members", members="ask")
    assert not admin.has_form("/vouch")


def test_suspending_and_revoking_say_what_stops_in_numbers(world: World) -> None:
    here = world.make.organization()
    application, place = installed(world, here)
    admin = desk(world, here)
    said = admin.open(f"{place}/suspend")
    assert "Orbit can no longer do what it may do here: 3 scopes, 0 of them in use." in said
    assert "It was never used." in said
    assert "People here who allowed it themselves: 0." in said
    assert "Suspended." in admin.send("/suspend")
    assert "It works again." in admin.send("/resume")
    said = admin.open(f"{place}/revoke")
    assert "Nothing brings them back." in said
    assert "Revoked. Its secrets and tokens here are dead." in admin.send("/revoke")
    assert not admin.has_form("/narrow")
    # It can be installed anew, where it was found at first.
    admin.open(f"directory/{id_of(application)}")
    assert admin.has_form("/install")


def test_a_developer_reads_and_changes_nothing_and_others_reach_nothing(world: World) -> None:
    here, other = world.make.organization(), world.make.organization()
    _, place = installed(world, here)
    developer = desk(world, here, "developer")
    assert "Orbit" in developer.open("authorized")
    developer.open(place)
    assert [one for one in ("/narrow", "/drop", "/members", "/vouch") if developer.has_form(one)] == []
    developer.open(f"{place}/revoke", 403)
    desk(world, here, "member").open(place, 403)
    desk(world, other).open(place, 404)


def launchable(world: World, here: Organization) -> str:
    vendor = world.make.organization("Portal Parts")
    application = world.make.application(
        vendor,
        dialect="nexusguard",
        name="Parts",
        scopes=("openid",),
        redirects=("https://launched.example.test/",),
        base_url="https://launched.example.test/in",
        audience_effective="any_organization",
    )
    made = world.make.installation(application, here)
    return f"authorized/{to_text(made.id)}"


def opened(person: Desk) -> list[str]:
    return [one for one in person.links() if one.startswith("https://launched.example.test/in?")]


def test_one_that_has_an_entrance_is_opened_as_oneself(world: World) -> None:
    here = world.make.organization()
    place = launchable(world, here)
    developer = desk(world, here, "developer")
    developer.open(place)
    assert "It works once, for five minutes." in developer.send("/open")
    (first,) = opened(developer)
    assert 'target="_blank"' in developer.browser.page
    developer.open(place)
    developer.send("/open")
    assert opened(developer) != [first]
    # One without an entrance is not offered to be opened.
    _, other = installed(world, here)
    developer.open(other)
    assert not developer.has_form("/open")


def test_the_guides_words_find_the_page(world: World) -> None:
    here = world.make.organization()
    admin = desk(world, here)
    for searched in ("Authorized+Applications", "Authorized+OAuth+Apps"):
        admin.open(f"search?q={searched}")
        assert f"/o/{here.slug}/authorized" in admin.links()
