"""What members allowed, and for which applications nobody is asked, in the console."""

from __future__ import annotations

from tests.console.desk import desk, id_of, put_in_role
from tests.kit.world import World


def test_an_admin_finds_what_one_person_allowed_and_withdraws_it(world: World) -> None:
    here, vendor = world.make.organization(), world.make.organization("Vireo Software")
    mara = world.make.person(here, name="Mara Lindt")
    noor = world.make.person(here, name="Noor Haddad")
    atlas = world.make.application(vendor, name="Atlas", scopes=("openid", "profile"))
    consent = world.make.consent(mara, atlas, here)
    world.make.consent(noor, atlas, here)
    admin = desk(world, here, name="Nadia Novak")
    page = admin.open("organization/consents")
    assert "Made by Vireo Software" in page
    assert "Noor Haddad" in page
    page = admin.open(f"organization/consents?user={id_of(mara)}")
    assert "Only this person" in page
    assert "Noor Haddad" not in page
    admin.open(f"organization/consents/{id_of(consent)}/withdraw")
    assert "Atlas cannot act for Mara Lindt here any more" in admin.text
    assert "The consent is withdrawn." in admin.send("/withdraw")
    assert "Mara Lindt" not in admin.text


def test_consents_are_for_admins_alone(world: World) -> None:
    here = world.make.organization()
    mara = world.make.person(here)
    consent = world.make.consent(mara, world.make.application(world.make.organization()), here)
    somebody = desk(world, here)
    path = f"organization/consents/{id_of(consent)}/withdraw"
    somebody.open(path)
    put_in_role(world, here, somebody.person, "developer")
    somebody.send("/withdraw", status=403)
    somebody.open("organization/consents", status=403)


def test_a_voucher_is_read_and_revoked(world: World) -> None:
    here = world.make.organization()
    noor = world.make.person(here, role="owner", name="Noor Haddad")
    orbit = world.make.application(here, name="Orbit", scopes=("openid",))
    voucher = world.make.voucher(orbit, here, created_by=noor.id)
    admin = desk(world, here)
    assert "Orbit Holds openid Noor Haddad" in admin.open("organization/vouchers")
    place = f"organization/vouchers/{id_of(voucher)}"
    page = admin.open(place)
    assert orbit.redirects[0].uri in page
    admin.open(f"{place}/revoke")
    assert "Members are asked again whether Orbit may act for them." in admin.text
    assert "The voucher is revoked." in admin.send("/revoke")
    assert "Revoked by" in admin.open(place)
    assert not any(one.endswith("/revoke") for one in admin.links())
    assert "Orbit" not in admin.open("organization/vouchers")
    assert "Orbit" in admin.open("organization/vouchers?revoked=true")


def test_a_developer_reads_vouchers_and_revokes_none(world: World) -> None:
    here = world.make.organization()
    voucher = world.make.voucher(world.make.application(here, name="Orbit"), here)
    somebody, place = desk(world, here), f"organization/vouchers/{id_of(voucher)}"
    somebody.open(f"{place}/revoke")
    put_in_role(world, here, somebody.person, "developer")
    somebody.send("/revoke", status=403)
    assert "Orbit" in somebody.open(place)
    assert not any(one.endswith("/revoke") for one in somebody.links())
