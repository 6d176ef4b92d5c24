"""What stands on the tab on which an application is tried, and what its buttons do, without scripts."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from grantway.core.identifiers import to_text
from grantway.features.registry.builtin import PLAYGROUND_CALLBACK
from tests.console.desk import desk, id_of
from tests.kit.world import World


def steps(page: str) -> list[str]:
    found = re.search(r"data-steps='([^']*)'", page)
    assert found is not None
    return list(json.loads(found[1]))


def test_its_address_is_added_by_an_ordinary_change_and_taken_out_again(world: World) -> None:
    here = world.make.organization()
    own = world.make.application(here, "public", redirects=("https://app.example/callback",))
    developer = desk(world, here, "developer")
    address = world.issuer + PLAYGROUND_CALLBACK
    assert f"{address} is added to its redirect URIs" in developer.open(f"applications/{id_of(own)}/try")
    developer.send("/try/add")
    assert f"{address} is among its redirect URIs" in developer.text
    assert "Add this address" not in developer.text
    stored = developer.open(f"applications/{id_of(own)}/sign-in")
    assert "https://app.example/callback" in stored
    assert address in stored
    developer.open(f"applications/{id_of(own)}/try")
    assert "no longer among" in developer.send("/try/remove")
    assert developer.has_form("/add")


def test_the_address_of_a_reviewed_application_waits_for_an_operator(world: World) -> None:
    here = world.make.organization()
    own = world.make.application(
        here, "public", publication="approved", audience_effective="any_organization"
    )
    developer = desk(world, here, "developer")
    developer.open(f"applications/{id_of(own)}/try")
    developer.send("/try/add")
    assert "waits for an operator" in developer.text
    assert not developer.has_form("/add")


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        ("public", {}, "request"),
        ("confidential", {}, "request"),
        ("backend", {}, "token"),
    ],
)
def test_each_type_is_tried_by_its_own_flow(
    world: World, kind: Any, changes: dict[str, Any], expected: str
) -> None:
    here = world.make.organization()
    own = world.make.application(here, kind, **changes)
    developer = desk(world, here, "developer")
    developer.open(f"applications/{id_of(own)}/try")
    assert steps(developer.browser.page)[0] == expected


def test_what_no_page_can_run_says_so_and_shows_programs(world: World) -> None:
    here = world.make.organization()
    device = frozenset({"urn:ietf:params:oauth:grant-type:device_code"})
    own = world.make.application(here, "public", settings={"grant_types": device})
    developer = desk(world, here, "developer")
    said = developer.open(f"applications/{id_of(own)}/try")
    assert "No page can run its grants" in said
    assert "data-steps" not in developer.browser.page
    assert "The same in a program" in said


def test_another_systems_wire_is_run_by_its_guide(world: World) -> None:
    here = world.make.organization()
    own = world.make.application(here, "backend", dialect="nitro", scopes=())
    developer = desk(world, here, "developer")
    developer.open(f"applications/{id_of(own)}/try")
    assert "/playground/guides/nitro" in developer.links()


def test_a_secret_for_an_hour_is_in_the_page_alone(world: World) -> None:
    here = world.make.organization()
    own = world.make.application(here, "backend", scopes=("openid",))
    developer = desk(world, here, "developer")
    developer.open(f"applications/{id_of(own)}/try")
    developer.send("/try/secret")
    clients = re.search(r"data-clients='([^']*)'", developer.browser.page)
    assert clients is not None
    secret = json.loads(clients[1])[0]["secret"]
    assert secret not in developer.browser.address
    assert developer.browser.last is not None
    assert "no-store" in developer.browser.last.headers["cache-control"]
    assert world.token(own, secret, grant_type="client_credentials").status_code != 401
    world.advance(3_700)
    assert world.token(own, secret, grant_type="client_credentials").status_code == 401
    assert secret not in developer.open(f"applications/{id_of(own)}/try")


def test_a_member_and_another_organization_reach_nothing(world: World) -> None:
    here, other = world.make.organization(), world.make.organization()
    own = world.make.application(here, "public")
    desk(world, here, "member").open(f"applications/{id_of(own)}/try", 403)
    desk(world, other, "owner").open(f"applications/{id_of(own)}/try", 404)
    assert to_text(own.id) == id_of(own)
