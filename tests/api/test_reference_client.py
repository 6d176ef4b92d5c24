"""The application that is part of the server: who signs in through it, to what, and who may change it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import falcon.testing
import pytest

from grantway.core import errors
from grantway.core.audit import AuditQuery
from grantway.core.gates import GATES
from grantway.core.identifiers import to_text
from grantway.core.model import REFERENCE_CLIENT, Application, Organization, Role
from grantway.core.ports import Page
from grantway.features.access import permissions
from grantway.features.registry.builtin import REFERENCE_CALLBACK
from tests.api.cast import ROOT, Cast
from tests.kit.world import World, settings_of


def reference(world: World) -> Application:
    return world.application_of(REFERENCE_CLIENT)


def scopes_of(world: World, organization: Organization, role: Role) -> frozenset[str]:
    """What somebody of a role gets who names no scope, as the page does."""
    person = world.make.person(organization, role=role)
    signed_in = world.authorize(reference(world), person)
    return frozenset(str(signed_in.tokens["scope"]).split())


def at(cast: Cast, method: str, step: str = "", body: Any = None, caller: str = "operator") -> Any:
    """Call an operation about it, as somebody who just read it."""
    one = reference(cast.world)
    place = f"/organizations/{to_text(one.organization_id)}/applications/{to_text(one.id)}{step}"
    return cast.call(cast.caller(caller), method, place, body, If_Match=f'"{one.version}"')


def vouchers(world: World, *, only_live: bool = True) -> tuple[Any, ...]:
    with world.store.read() as tx:
        return tx.platform.platform_vouchers(
            application_id=reference(world).id, only_live=only_live, after=0, limit=50
        )


def restarted(world: World, **changes: str) -> World:
    """The same database under the next start of the server, perhaps with another address."""
    settings = settings_of(world.settings.database_url, **changes) if changes else world.settings
    return World(settings, clock=world.clock, passwords=world.passwords)


def test_every_server_has_it_once_however_often_it_starts(world: World) -> None:
    first = reference(world)
    assert first.organization_id == world.make.platform.id
    assert (first.type, first.audience_effective) == ("public", "any_organization")
    assert [one.uri for one in first.redirects] == [world.issuer + REFERENCE_CALLBACK]
    again = restarted(world)
    assert reference(again) == first
    assert len(vouchers(again, only_live=False)) == 1
    again.close()
    moved = restarted(world, issuer="https://moved.example.test")
    assert [one.uri for one in reference(moved).redirects] == [moved.issuer + REFERENCE_CALLBACK]
    assert reference(moved).id == first.id
    (voucher,) = vouchers(moved)
    assert voucher.redirects == reference(moved).redirects
    moved.close()


def test_the_release_answers_for_it_in_the_log(world: World) -> None:
    (voucher,) = vouchers(world)
    assert (voucher.created_by, voucher.through_id, voucher.organization_id) == (None, None, None)
    with world.store.read() as tx:
        lines = tx.platform.audit(AuditQuery(target=to_text(voucher.id)))
        made = tx.platform.audit(AuditQuery(target=to_text(reference(world).id)))
    assert [(line.action, line.actor_kind) for line in lines] == [("voucher.give", "server")]
    assert '"release":' in (lines[0].after or "")
    assert [(line.action, line.actor_kind) for line in made] == [("application.keep", "server")]


@pytest.mark.parametrize("role", ["owner", "admin", "developer", "member"])
def test_everybody_gets_what_their_role_can_use_and_nothing_of_operators(world: World, role: Role) -> None:
    """Decision 0021: operators' power stays in the platform organization, whatever a page asks for."""
    got = scopes_of(world, world.make.organization(), role)
    usable = {scope for scope, permission in permissions.BY_SCOPE.items() if role in permission.roles}
    assert got == usable - permissions.OF_THE_PLATFORM


def test_operators_get_their_scopes_where_they_act_and_their_developers_do_not(world: World) -> None:
    platform = world.make.platform
    assert scopes_of(world, platform, "owner") >= permissions.OF_THE_PLATFORM
    assert not scopes_of(world, platform, "developer") & permissions.OF_THE_PLATFORM


def test_scopes_beyond_the_role_are_refused_also_when_they_are_named(world: World) -> None:
    person = world.make.person(world.make.organization(), role="developer")
    for scope in ("members:write", "platform"):
        with pytest.raises(AssertionError, match="error"):
            world.authorize(reference(world), person, scope=scope)


@pytest.mark.parametrize("gate", GATES)
def test_it_passes_every_gate_and_asks_nobody(world: World, gate: str) -> None:
    organization = world.make.organization(gate=gate)
    person = world.make.person(organization, role="developer")
    browser = world.browser()
    signed_in = world.authorize(reference(world), person, browser=browser, prompt="login")
    called = world.bearer(signed_in.access_token, ROOT + "/me")
    assert (called.status_code, called.json["organization"]["id"]) == (200, to_text(organization.id))
    with world.store.read() as tx:
        assert tx.gate.consent(person.id, reference(world).id, organization.id) is None


def test_no_gate_opens_to_another_application_of_the_platform(world: World) -> None:
    """The same record and the same word of an operator, and still not part of the server (0027)."""
    one = reference(world)
    like = world.make.application(
        world.make.platform,
        "public",
        scopes=tuple(one.scopes),
        settings={"consent": "platform"},
        audience_effective="any_organization",
    )
    world.make.voucher(like)
    person = world.make.person(world.make.organization(gate="installed"), role="developer")
    with pytest.raises(AssertionError, match="error"):
        world.authorize(like, person)


def test_an_organization_can_still_shut_it_out(world: World) -> None:
    organization = world.make.organization(gate="any")
    person = world.make.person(organization, role="developer")
    token = world.authorize(reference(world), person).access_token
    world.make.installation(reference(world), organization, members="block")
    world.advance(1)
    assert world.bearer(token, ROOT + "/me").status_code == 401


def test_who_takes_the_word_back_ends_what_stands_on_it_and_no_start_revives_it(cast: Cast) -> None:
    """Decision 0020: the voucher is a switch, also the release's."""
    world = cast.world
    organization = world.make.organization(gate="installed")
    person = world.make.person(organization, role="developer")
    token = world.authorize(reference(world), person).access_token
    (voucher,) = vouchers(world)
    gone = cast.as_operator("DELETE", f"/vouchers/{to_text(voucher.id)}")
    assert gone.status_code in {200, 204}, gone.text
    world.advance(1)
    assert world.bearer(token, ROOT + "/me").status_code == 401
    with pytest.raises(AssertionError, match="error"):
        world.authorize(reference(world), person)
    moved = restarted(world, issuer="https://moved.example.test")
    assert vouchers(moved) == ()
    moved.close()


def test_what_operators_narrowed_stays_narrow_when_a_release_changes_it(world: World) -> None:
    (voucher,) = vouchers(world)
    narrow = replace(voucher, id=world.entropy.new_id(), scopes=frozenset({"applications:read"}))
    with world.store.begin() as tx:
        tx.platform.insert_platform_voucher(narrow)
    moved = restarted(world, issuer="https://moved.example.test")
    assert [one.id for one in vouchers(moved)] == [narrow.id]
    moved.close()


def test_operators_switch_it_off_and_on_and_it_stays_so_over_a_start(cast: Cast) -> None:
    assert at(cast, "POST", "/disable").json["state"] == "disabled"
    again = restarted(cast.world)
    assert reference(again).state == "disabled"
    again.close()
    cast.world.advance(1)
    person = cast.world.make.person(cast.own, role="developer")
    with pytest.raises(AssertionError, match="stopped at"):
        cast.world.authorize(reference(cast.world), person)
    assert at(cast, "POST", "/enable").json["state"] == "enabled"
    assert at(cast, "POST", "/suspend", {"reason": "While we look."}).status_code == 200
    assert at(cast, "POST", "/lift").status_code == 200


@pytest.mark.parametrize(
    ("method", "step", "body"),
    [
        ("PATCH", "", {"redirect_uris": ["https://elsewhere.example/callback"]}),
        ("PATCH", "", {"scopes": []}),
        ("PATCH", "", {"name": "Another"}),
        ("DELETE", "", None),
        ("POST", "/archive", None),
        ("POST", "/submit", {"terms_version": ""}),
    ],
)
def test_nothing_else_of_it_can_be_changed_by_anybody(cast: Cast, method: str, step: str, body: Any) -> None:
    before = reference(cast.world)
    refused = at(cast, method, step, body)
    assert (refused.status_code, refused.json["error_id"]) == (409, errors.RECORD_BUILT_IN.id)
    assert at(cast, method, step, body, caller="developer_of_platform").status_code in {403, 409}
    assert at(cast, method, step, body, caller="owner").status_code == 404
    assert reference(cast.world) == before


def test_lists_say_that_it_is_built_in(cast: Cast) -> None:
    platform = to_text(cast.world.make.platform.id)
    listed: falcon.testing.Result = cast.as_operator("GET", f"/organizations/{platform}/applications")
    told = {one["client_id"]: one["built_in"] for one in listed.json["items"]}
    assert told.pop(REFERENCE_CLIENT) is True
    assert not any(told.values())


def test_nobody_can_register_another_one(cast: Cast) -> None:
    """Client ids are ours to choose, and this one is taken in every database."""
    body = {"type": "public", "name": "API reference", "client_id": REFERENCE_CLIENT}
    assert cast.as_owner("POST", "/organizations/{own}/applications", body).status_code == 422
    with cast.world.store.read() as tx:
        found = tx.organization(cast.own.id).applications(Page(limit=50))
    assert not any(one.is_built_in for one in found)
