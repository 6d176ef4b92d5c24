"""What happens beside the management API is told, too: accounts, operators, keys."""

from __future__ import annotations

import json
from typing import Any

from grantway.core.audit import AuditEntry, AuditQuery
from grantway.core.identifiers import to_text
from grantway.core.messages import Session
from grantway.core.model import DAY, SECOND
from grantway.core.secrets import Secret
from grantway.features.accounts.activation import FirstOperator
from grantway.features.accounts.login import SignedIn
from grantway.features.accounts.throttling import Source
from grantway.features.upkeep.housekeeping import Swept
from tests.kit.factories import Person
from tests.kit.world import World

HERE = Source("192.0.2.7")
NEW = "quiet-harbour-seventeen"


def told(world: World, action: str = "") -> tuple[AuditEntry, ...]:
    with world.store.read() as tx:
        return tx.platform.audit(AuditQuery(limit=1_000, action=action or None))


def only(world: World, action: str) -> AuditEntry:
    (line,) = told(world, action)
    return line


def after(line: AuditEntry) -> Any:
    return None if line.after is None else json.loads(line.after)


def signed_in(world: World, person: Person) -> Session:
    outcome = world.product.features.sign_in.login.attempt(person.email, Secret(person.password), source=HERE)
    assert isinstance(outcome, SignedIn)
    return outcome.session


def test_a_first_password_is_told_and_not_what_it_is(world: World) -> None:
    sign_in = world.product.features.sign_in
    person = world.make.person()
    with world.store.begin() as tx:
        link = sign_in.activation.invite(tx, person.user)
    sign_in.activation.activate(link.rpartition("=")[2], Secret(NEW), address="192.0.2.9")
    line = only(world, "user.activate")
    assert (line.actor_kind, line.user_id, line.address) == ("user", person.id, "192.0.2.9")
    assert (line.target_id, line.organization_id) == (to_text(person.id), None)
    assert NEW not in repr(told(world))
    assert link.rpartition("=")[2] not in repr(told(world))


def test_a_changed_password_is_told_with_the_sessions_it_ended(world: World) -> None:
    person = world.make.person()
    here, _there = signed_in(world, person), signed_in(world, person)
    change = world.product.features.sign_in.change
    done = change.change(
        here,
        Secret(person.password),
        Secret(NEW),
        confirmation=NEW,
        source=HERE,
        mark=change.mark_of(here),
    )
    assert done == 1
    line = only(world, "user.change_password")
    assert (line.user_id, line.address, after(line)) == (person.id, HERE.address, {"sessions_ended": 1})


def test_a_session_that_was_ended_from_elsewhere_is_told(world: World) -> None:
    person, sessions = world.make.person(), world.product.features.sign_in.sessions
    signed_in(world, person)
    other = signed_in(world, person)
    assert sessions.end_one(person.id, other.id, address="192.0.2.7")
    assert not sessions.end_one(person.id, other.id, address="192.0.2.7")
    line = only(world, "session.end")
    assert (line.user_id, line.target_id) == (person.id, to_text(other.id))


def test_an_operator_is_told_whoever_made_them(world: World) -> None:
    sign_in, operators = world.product.features.sign_in, world.product.operators
    with world.store.begin() as tx:
        link = sign_in.activation.setup_link(tx)
    assert link is not None
    wanted = FirstOperator("ada@platform.example", "Ada Operator", Secret(NEW))
    first = sign_in.activation.set_up(link.rpartition("=")[2], wanted, address="192.0.2.7")
    by_link = only(world, "operator.create")
    assert (by_link.actor_kind, by_link.target_id) == ("user", to_text(first.id))
    assert by_link.organization_id == world.make.platform.id
    users = world.product.features.api.users
    made = operators.create(users, sign_in.activation, email="olga@example.test", name="Olga")
    operators.create(users, sign_in.activation, email="ada@platform.example", name="Ada")
    by_command = told(world, "operator.create")
    assert {(one.actor_kind, one.target_id) for one in by_command} == {
        ("user", to_text(first.id)),
        ("command_line", to_text(made.user.id)),
    }
    assert only(world, "user.create").target_id == to_text(made.user.id)


def test_keys_are_told_by_their_names(world: World) -> None:
    rotation = world.product.rotation
    fresh = rotation.rotate("standard", "ES256")
    line = only(world, "key.rotate")
    assert (line.actor_kind, line.target_kind, line.target_id) == ("command_line", "key", fresh.kid)
    assert after(line) == {"mount": "standard", "algorithm": "ES256"}
    rotation.withdraw(fresh.kid)
    assert only(world, "key.withdraw").target_id == fresh.kid


def test_keys_that_grew_old_are_told_as_the_servers_own_act(world: World) -> None:
    world.advance(91 * DAY // SECOND)
    swept: Swept = world.product.housekeeping.step()
    assert swept.rotated == 1
    assert only(world, "key.rotate").actor_kind == "server"


def test_housekeeping_never_takes_a_line_away(world: World) -> None:
    world.product.rotation.rotate("standard", "ES256")
    before = told(world)
    for _ in range(3):
        world.advance(5 * 365 * DAY // SECOND)
        while world.product.housekeeping.step().is_more:
            pass
    assert set(before) <= set(told(world))
