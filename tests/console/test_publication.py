"""The vendor's side: publication with every step, installations, activity and notices of one application."""

from __future__ import annotations

from typing import Any

from tests.api.cast import cast_of
from tests.console.desk import desk, desk_of, id_of
from tests.kit.world import World

WHOLE: dict[str, Any] = {
    "description": "On a map",
    "base_url": "https://app.example.test/",
    "owner_email": "makers@example.test",
}


def test_it_is_submitted_with_the_terms_and_withdrawn(world: World) -> None:
    here = world.make.organization()
    own = world.make.application(here, **WHOLE)
    developer = desk(world, here, "developer")
    place = f"applications/{id_of(own)}/publication"
    assert "Terms that hold now Version 1" in developer.open(place)
    # Nobody accepts by sending an empty form.
    refused = developer.send("/submit", status=422)
    assert "There is a problem" in refused
    developer.open(place)
    assert "Submitted. Operators look at it." in developer.send("/submit", terms_version="true")
    assert "Submitted for publication" in developer.text
    assert "Waiting for review" in developer.text
    assert "Operators no longer look at it." in developer.open(f"{place}/withdraw")
    assert "Withdrawn. It is a draft again." in developer.send("/withdraw")


def test_what_is_missing_is_named_before_it_is_sent(world: World) -> None:
    here = world.make.organization()
    own = world.make.application(here)
    said = desk(world, here, "developer").open(f"applications/{id_of(own)}/publication")
    assert "Before you submit it, this is missing:" in said
    assert "Description" in said


def test_why_it_was_rejected_is_told_in_the_operators_words(world: World) -> None:
    here = world.make.organization()
    own = world.make.application(here, **WHOLE)
    developer = desk(world, here, "developer")
    place = f"applications/{id_of(own)}/publication"
    developer.open(place)
    developer.send("/submit", terms_version="true")
    cast = cast_of(world)
    api = f"/organizations/{id_of(here)}/applications/{id_of(own)}"
    tag = cast.as_operator("GET", api).headers["etag"]
    body = {"reasons": ["incomplete", "insecure"], "text": "The logo is a placeholder."}
    assert cast.as_operator("POST", api + "/reject", body, If_Match=tag).status_code == 200
    said = developer.open(place)
    assert "Something is missing; It is not secure; The logo is a placeholder." in said
    assert developer.has_form("/submit")


def test_what_waits_stands_beside_what_is_and_is_taken_back(world: World) -> None:
    here = world.make.organization()
    own = world.make.application(here, publication="approved", **WHOLE)
    world.make.pending(own, description="On a bigger map")
    developer = desk(world, here, "developer")
    said = developer.open(f"applications/{id_of(own)}/publication")
    assert "Description On a map On a bigger map" in said
    assert "The changes are withdrawn." in developer.send("/pending/withdraw")
    assert "On a bigger map" not in developer.text


def test_withdrawing_an_approval_says_who_loses_it(world: World) -> None:
    here, customer = world.make.organization(), world.make.organization("Heron Stores")
    own = world.make.application(here, publication="approved", audience_effective="any_organization", **WHOLE)
    world.make.installation(own, customer)
    developer = desk(world, here, "developer")
    said = developer.open(f"applications/{id_of(own)}/publication/withdraw")
    assert "Organizations that have it installed and lose it: 1." in said
    assert "Heron Stores Active email openid profile" in developer.open(
        f"applications/{id_of(own)}/installations"
    )


def test_the_log_of_one_application_tells_what_changed(world: World) -> None:
    here = world.make.organization()
    own = world.make.application(here, name="Orbit")
    admin = desk(world, here, "admin", name="Mara Lindt")
    admin.open(f"applications/{id_of(own)}")
    admin.send("/save", name="Orbit Two")
    said = admin.open(f"applications/{id_of(own)}/activity")
    assert "Name: Orbit → Orbit Two" in said
    assert "Mara Lindt" in said
    other = world.make.application(here, name="Comet")
    assert "Orbit" not in admin.open(f"applications/{id_of(other)}/activity").split("Lines are")[1]
    # The log is for who may read it: the tab is not even offered to others.
    developer = desk(world, here, "developer")
    if not any(link.endswith("/activity") for link in developer.links()):
        developer.open(f"applications/{id_of(own)}/activity", 403)


def test_who_is_told_is_read_and_changed(world: World) -> None:
    here = world.make.organization()
    own = world.make.application(here)
    world.make.webhook(here, label="deployments", application_id=own.id)
    admin = desk(world, here, "admin")
    said = admin.open(f"applications/{id_of(own)}/notices")
    assert "makers@example.test Gets letters" in said
    assert "deployments Enabled" in said
    admin.send("/notices/save", notification_addresses="ops@example.test")
    assert "ops@example.test Is asked when there is news" in admin.text


def test_a_member_and_another_organization_reach_no_tab(world: World) -> None:
    here, other = world.make.organization(), world.make.organization()
    own = world.make.application(here)
    for tab in ("publication", "installations", "activity", "notices"):
        desk(world, here, "member").open(f"applications/{id_of(own)}/{tab}", 403)
    stranger = desk_of(world, other, world.make.person(other, role="owner"))
    for tab in ("publication", "installations", "activity", "notices"):
        stranger.open(f"applications/{id_of(own)}/{tab}", 404)
