"""Requests to install: members ask, admins see what it would do and decide."""

from __future__ import annotations

from tests.console.desk import desk, id_of, put_in_role
from tests.kit.world import World


def test_a_member_asks_and_an_admin_installs_less_than_was_asked(world: World) -> None:
    here, vendor = world.make.organization(), world.make.organization("Vireo Software")
    atlas = world.make.application(
        vendor, name="Atlas", scopes=("openid", "profile", "email"), audience_effective="any_organization"
    )
    member = desk(world, here, "member", name="Mara Lindt")
    member.open("requests")
    unknown = member.send("/ask", status=422, client_id="nobody")
    assert "There is a problem" in unknown
    assert "Your admins were asked." in member.send("/ask", client_id=atlas.client_id)
    admin = desk(world, here)
    page = admin.open("requests")
    assert "Atlas Vireo Software Mara Lindt" in page
    place = next(one for one in admin.links() if f"/o/{here.slug}/requests/" in one)
    admin.browser.visit(place)
    assert "Waits for a decision" in admin.text
    assert "See your e-mail address" in admin.text, admin.text
    assert admin.form("/approve").choices["scopes"] == ["email", "openid", "profile"]
    assert "Installed." in admin.send("/approve", scopes="openid", members="ask")
    assert "Nobody asks for an application." in admin.text
    with world.store.read() as tx:
        installed = tx.gate.installation(atlas.id, here.id)
    assert installed is not None
    assert installed.state == "active"
    assert installed.scopes == {"openid"}
    admin.browser.visit(place)
    assert "This was decided." in admin.text


def test_an_admin_declines_a_request(world: World) -> None:
    here = world.make.organization()
    asked = world.make.installation(
        world.make.application(world.make.organization(), name="Atlas"), here, state="requested"
    )
    admin = desk(world, here)
    admin.open(f"requests/{id_of(asked)}")
    assert "Declined." in admin.send("/decline")
    assert "Atlas" not in admin.text


def test_what_an_installed_application_asks_for_besides_is_given_in_part(world: World) -> None:
    here = world.make.organization()
    atlas = world.make.application(
        world.make.organization(), name="Atlas", scopes=("openid", "profile", "email")
    )
    asked = world.make.installation(
        atlas, here, scopes=frozenset({"openid"}), scopes_pending=frozenset({"profile", "email"})
    )
    admin = desk(world, here)
    assert "Installed, and asking for more" in admin.open("requests")
    admin.open(f"requests/{id_of(asked)}")
    assert admin.form("/widen").choices["scopes"] == ["email", "profile"]
    assert "Saved." in admin.send("/widen", scopes="profile")
    assert "Installed, and asking for more" not in admin.text
    with world.store.read() as tx:
        stored = tx.gate.installation(atlas.id, here.id)
    assert stored is not None
    assert stored.scopes == {"openid", "profile"}
    assert stored.scopes_pending == frozenset()


def test_what_it_asks_for_besides_is_declined_as_a_whole(world: World) -> None:
    here = world.make.organization()
    asked = world.make.installation(
        world.make.application(world.make.organization(), scopes=("openid", "profile")),
        here,
        scopes=frozenset({"openid"}),
        scopes_pending=frozenset({"profile"}),
    )
    admin = desk(world, here)
    admin.open(f"requests/{id_of(asked)}")
    assert "Declined." in admin.send("/narrow")
    assert "Installed, and asking for more" not in admin.text


def test_developers_see_the_queue_and_decide_nothing(world: World) -> None:
    here = world.make.organization()
    asked = world.make.installation(
        world.make.application(world.make.organization(), name="Atlas"), here, state="requested"
    )
    somebody = desk(world, here)
    somebody.open(f"requests/{id_of(asked)}")
    put_in_role(world, here, somebody.person, "developer")
    somebody.send("/approve", status=403, scopes="openid")
    assert "Atlas" in somebody.open("requests")
    somebody.open(f"requests/{id_of(asked)}")
    assert not somebody.has_form("/approve")
    assert not somebody.has_form("/decline")
    member = desk(world, here, "member")
    assert "Atlas" not in member.open("requests")
    member.open(f"requests/{id_of(asked)}", status=403)
