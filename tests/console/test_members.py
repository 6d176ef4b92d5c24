"""Members, invitations and what leavers left, as admins manage them in the console."""

from __future__ import annotations

from grantway.core.identifiers import to_text
from tests.console.desk import desk, id_of, put_in_role
from tests.kit.world import World


def test_an_admin_finds_a_member_and_changes_the_role(world: World) -> None:
    here = world.make.organization()
    mara = world.make.person(here, role="developer", name="Mara Lindt")
    world.make.person(here, role="member", name="Noor Haddad")
    admin = desk(world, here)
    page = admin.open("organization/members?role=developer")
    assert "Mara Lindt" in page
    assert "Noor Haddad" not in page
    admin.open(f"organization/members/{id_of(mara)}")
    assert "Saved." in admin.send("/role", role="member")
    assert admin.form("/role").fields["role"] == "member"


def test_disabling_says_what_it_does_and_enabling_brings_back(world: World) -> None:
    here = world.make.organization()
    mara = world.make.person(here, role="developer", name="Mara Lindt")
    world.make.application(here, name="Orbit", creator_id=mara.id)
    admin = desk(world, here)
    said = admin.open(f"organization/members/{id_of(mara)}/disable")
    assert "Mara Lindt cannot act for this organization any more" in said
    assert "Applications they made: 1." in said
    assert "Disabled." in admin.send("/disable")
    assert "Enable" in admin.open(f"organization/members/{id_of(mara)}")
    assert "Enabled." in admin.send("/enable")


def test_removing_counts_keys_and_what_stays_and_leads_to_the_list(world: World) -> None:
    here = world.make.organization()
    mara = world.make.person(here, role="developer", name="Mara Lindt")
    world.make.access_key(here, mara)
    world.make.service_account(here, created_by=mara.id)
    admin = desk(world, here)
    said = admin.open(f"organization/members/{id_of(mara)}/remove")
    assert "Access keys that are deleted with it: 1." in said
    assert "Service accounts they made: 1." in said
    assert "Removed." in admin.send("/remove")
    assert id_of(mara) not in "".join(admin.links())
    admin.open(f"organization/members/{id_of(mara)}", status=404)


def test_the_last_owner_is_told_before_it_is_refused(world: World) -> None:
    here = world.make.organization()
    owner = desk(world, here, "owner")
    path = f"organization/members/{id_of(owner.person)}"
    said = owner.open(f"{path}/remove")
    assert "This is you: these pages are closed to you at once." in said
    assert "This is the last owner." in said
    assert "E-RECORD-06" in owner.send("/remove", status=409)
    world.make.person(here, role="owner")
    assert "This is the last owner." not in owner.open(f"{path}/remove")


def test_an_admin_makes_nobody_an_owner(world: World) -> None:
    here = world.make.organization()
    mara = world.make.person(here)
    admin = desk(world, here, "admin")
    admin.open(f"organization/members/{id_of(mara)}")
    assert "owner" not in admin.form("/role").choices["role"]
    admin.send("/role", status=403, role="owner")
    owner = world.make.person(here, role="owner", name="Olga Owner")
    page = admin.open(f"organization/members/{id_of(owner)}")
    assert "Olga Owner" in page
    assert not admin.has_form("/role")
    assert not any(one.endswith(("/disable", "/remove")) for one in admin.links())


def test_keys_of_members_are_ended_by_admins_and_not_enabled(world: World) -> None:
    here = world.make.organization()
    mara = world.make.person(here, role="developer")
    key, _ = world.make.access_key(here, mara, label="nightly report")
    admin = desk(world, here)
    path = f"organization/members/{id_of(mara)}/keys"
    assert "nightly report" in admin.open(path)
    admin.open(f"{path}/{id_of(key)}/disable")
    assert "The access key is disabled." in admin.send("/disable")
    assert not admin.has_form("/enable")
    admin.open(f"{path}/{id_of(key)}/delete")
    assert "The access key is deleted." in admin.send("/delete")
    developer = desk(world, here, "developer")
    developer.open(path, status=403)


# Invitations ------------------------------------------------------------------------------------------


def test_somebody_is_invited_again_and_not_any_more(world: World) -> None:
    here = world.make.organization()
    admin = desk(world, here, "admin")
    admin.open("organization/invitations")
    assert "owner" not in admin.form("/invite").choices["role"]
    said = admin.send("/invite", email="jo@people.example.test", role="member")
    assert "Invited." in said
    assert "jo@people.example.test" in said
    assert "This server sends no letters." in said
    twice = admin.send("/invite", status=409, email="jo@people.example.test", role="member")
    assert "There is a problem" in twice
    admin.open("organization/invitations")
    assert "Invited again." in admin.send("/resend")
    revoke = next(one for one in admin.links() if one.endswith("/revoke"))
    admin.browser.visit(revoke)
    assert "jo@people.example.test cannot accept it any more" in admin.text
    assert "The invitation is revoked." in admin.send("/revoke")
    assert "No invitation waits for an answer." in admin.text


def test_developers_see_invitations_and_send_none(world: World) -> None:
    here = world.make.organization()
    invitation = world.make.invitation(here, "jo@people.example.test")
    developer = desk(world, here)
    developer.open("organization/invitations")
    put_in_role(world, here, developer.person, "developer")
    developer.send("/resend", status=403)
    page = developer.open("organization/invitations")
    assert "jo@people.example.test" in page
    assert not developer.has_form("/invite")
    assert not any(one.endswith("/revoke") for one in developer.links())
    developer.open(f"organization/invitations/{id_of(invitation)}/revoke", status=403)


# Left behind ------------------------------------------------------------------------------------------


def test_what_a_leaver_left_is_handed_to_somebody_who_stays(world: World) -> None:
    here = world.make.organization()
    mara = world.make.person(here, role="developer", name="Mara Lindt")
    noor = world.make.person(here, role="developer", name="Noor Haddad")
    application = world.make.application(here, name="Orbit", creator_id=mara.id)
    admin = desk(world, here)
    admin.open(f"organization/members/{id_of(mara)}/remove")
    admin.send("/remove")
    assert "Mara Lindt Applications they made: 1." in admin.open("organization/left-behind")
    page = admin.open(f"organization/left-behind/{id_of(mara)}")
    assert "Orbit" in page
    said = admin.send("/hand-over", to=id_of(noor))
    assert "Handed over." in said
    with world.store.read() as tx:
        stored = tx.organization(here.id).application(application.id)
    assert stored is not None
    assert stored.creator_id == noor.id
    assert "Nobody who is gone left anything." in admin.open("organization/left-behind")


def test_a_developer_reads_what_was_left_and_hands_nothing_over(world: World) -> None:
    here = world.make.organization()
    mara = world.make.person(here, role="developer", name="Mara Lindt")
    world.make.application(here, name="Orbit", creator_id=mara.id)
    developer = desk(world, here, "developer")
    assert "Orbit" in developer.open(f"organization/left-behind/{to_text(mara.id)}")
    assert not developer.has_form("/hand-over")
