"""The audit log in words."""

from __future__ import annotations

import re
from pathlib import Path

import grantway
from grantway.core.notices import _BY_ACTION
from grantway.edges.console.activity_words import ACTS, KINDS
from grantway.edges.web.records.operations import ALL
from tests.console.desk import desk, desk_of, id_of
from tests.kit.world import World

SOURCE = Path(grantway.__file__).parent


def test_every_act_reads_as_a_sentence() -> None:
    acts = {one.audit.action for one in ALL if one.audit is not None} | set(_BY_ACTION)
    for path in SOURCE.rglob("*.py"):
        acts |= set(re.findall(r'\bAct\(\s*"([a-z_]+\.[a-z_]+)"', path.read_text(encoding="utf-8")))
    assert acts <= set(ACTS), acts - set(ACTS)
    assert {kind.removesuffix(".") for kind in KINDS} <= {act.partition(".")[0] for act in ACTS}


def test_it_tells_who_did_what_to_what_and_what_changed(world: World) -> None:
    here = world.make.organization()
    admin = desk(world, here, name="Nadia Novak")
    mara = world.make.person(here, role="developer", name="Mara Lindt")
    orbit = world.make.application(here, name="Orbit")
    admin.open(f"organization/members/{id_of(mara)}")
    admin.send("/role", role="member")
    admin.open(f"applications/{id_of(orbit)}")
    admin.send("/save", name="Orbit Two")
    page = admin.open("organization/activity")
    assert "Nadia Novak Member changed Role: Developer → Member Mara Lindt" in page
    assert "Application changed Name: Orbit → Orbit Two" in page
    assert f"/o/{here.slug}/applications/{id_of(orbit)}" in admin.links()
    page = admin.open("organization/activity?action=member.")
    assert "Orbit Two" not in page
    page = admin.open(f"organization/activity?target={id_of(orbit)}")
    assert "Only what was done to this" in page
    assert "Member changed" not in page
    page = admin.open(f"organization/activity?actor={id_of(mara)}")
    assert "Nothing fits." in page
    assert "format=ndjson" in page


def test_its_days_are_those_of_the_readers_zone(world: World) -> None:
    here = world.make.organization()
    admin = desk(world, here)
    for role in ("member", "contact"):
        person = world.make.person(here, role="developer")
        admin.open(f"organization/members/{id_of(person)}")
        admin.send("/role", role=role)
    # It is the 21st of November, 10:00 UTC.
    assert "Member changed" in admin.open("organization/activity?since=2026-11-21&until=2026-11-21")
    assert "Nothing fits." in admin.open("organization/activity?since=2026-11-22")
    assert "Nothing fits." in admin.open("organization/activity?until=2026-11-20")
    admin.open("organization/activity?since=yesterday", status=422)


def test_who_is_no_member_is_not_named(world: World) -> None:
    here = world.make.organization()
    gone = world.make.person(here, role="admin", name="Gil Gone")
    somebody = desk_of(world, here, gone)
    somebody.open("organization")
    somebody.send("/save", name="Renamed")
    with world.store.begin() as tx:
        assert tx.organization(here.id).delete_membership(gone.id)
    page = desk(world, here).open("organization/activity")
    assert "Somebody who is no member Organization changed" in page
    assert "Gil Gone" not in page
