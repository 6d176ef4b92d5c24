"""Tokens and limits with what differs at another wire, the credentials, and default applications."""

from __future__ import annotations

from typing import Any

import pytest

from tests.console.desk import desk, id_of
from tests.kit.world import World

THERE: dict[str, Any] = {"token_format": "opaque_hex", "several_audiences": "true"}
"""What the preset gives: a browser without scripts sends every choice."""


def test_a_limit_of_minutes_is_advised_against_where_it_is_set(world: World) -> None:
    """B14: such limits are for compliance only, and discouraged otherwise."""
    here = world.make.organization()
    own = world.make.application(here, dialect="nitro", settings={"minutes_per_day": 60})
    developer = desk(world, here, "developer")
    said = developer.open(f"applications/{id_of(own)}/tokens")
    assert said.index("A limit of minutes is for compliance.") < said.index("Minutes")
    assert "minutes_per_day" in developer.form("/save").fields


def test_id_and_secret_are_on_the_credentials_page(world: World) -> None:
    """B54: the id is read there at any time, and the secret by whoever made it."""
    here = world.make.organization()
    developer = desk(world, here, "developer")
    own = world.make.application(here, "backend", dialect="nitro", scopes=(), creator_id=developer.person.id)
    said = developer.open(f"applications/{id_of(own)}/credentials")
    assert own.client_id in said
    developer.send("/create", label="first")
    secret = developer.once("Client secret")
    developer.open(f"applications/{id_of(own)}/credentials")
    developer.send("/reveal")
    assert developer.once("Client secret") == secret
    assert developer.once("Client ID") == own.client_id


def test_what_differs_at_its_own_wire_is_read_changed_and_given_back(world: World) -> None:
    here = world.make.organization()
    own = world.make.application(here, "backend", dialect="nitro", scopes=())
    developer = desk(world, here, "developer")
    place = f"applications/{id_of(own)}/tokens"
    said = developer.open(place)
    assert "Where its own wire form is spoken" in said
    developer.open(f"{place}/dialect")
    assert developer.form("/dialect").fields["access_token_lifetime"] == "86400"
    assert "Saved." in developer.send("/dialect", **THERE, access_token_lifetime="3600")
    assert "3600" in developer.text
    stored = world.application_of(own.client_id).settings
    assert stored.at("nitro").access_token_lifetime == 3_600
    assert stored.at("standard").access_token_lifetime != 3_600
    # What is left empty follows the rest again.
    developer.open(f"{place}/dialect")
    developer.send("/dialect", **THERE, access_token_lifetime="")
    after = world.application_of(own.client_id).settings
    assert after.at("nitro").access_token_lifetime == after.at("standard").access_token_lifetime


def test_a_wrong_value_is_named_beside_its_field(world: World) -> None:
    here = world.make.organization()
    own = world.make.application(here, "backend", dialect="nitro", scopes=())
    developer = desk(world, here, "developer")
    developer.open(f"applications/{id_of(own)}/tokens/dialect")
    said = developer.send("/dialect", status=422, **THERE, access_token_lifetime="1")
    assert "Error:" in said
    assert 'id="access_token_lifetime-error"' in developer.browser.page
    assert developer.form("/dialect").fields["access_token_lifetime"] == "1"


def test_one_that_speaks_standard_alone_has_no_such_page(world: World) -> None:
    here = world.make.organization()
    own = world.make.application(here)
    developer = desk(world, here, "developer")
    assert "Where its own wire form is spoken" not in developer.open(f"applications/{id_of(own)}/tokens")
    developer.open(f"applications/{id_of(own)}/tokens/dialect", 404)


def test_a_default_application_is_taken_once(world: World) -> None:
    here = world.make.organization()
    world.make.api(None, "global")
    developer = desk(world, here, "developer")
    assert "Default applications" in developer.open("applications")
    taken = [one for one in developer.browser.forms if one.fields.get("name") == "studio"]
    assert taken
    number = developer.browser.forms.index(taken[0])
    developer.browser.submit(form=number)
    assert "This is your organization's own." in developer.text
    developer.open("applications")
    assert not [one for one in developer.browser.forms if one.fields.get("name") == "studio"]


@pytest.mark.parametrize("role", ["member", "contact"])
def test_others_reach_none_of_it(world: World, role: str) -> None:
    here = world.make.organization()
    own = world.make.application(here, "backend", dialect="nitro", scopes=())
    person = desk(world, here, role)  # type: ignore[arg-type]
    for tab in ("tokens", "tokens/dialect", "credentials"):
        person.open(f"applications/{id_of(own)}/{tab}", 403)
