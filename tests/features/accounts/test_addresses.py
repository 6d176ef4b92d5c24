"""One address is one person: of those that were made before that was so, whoever verifies first is the one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from grantway.core.audit import AuditQuery
from grantway.core.errors import PageError
from grantway.core.identifiers import to_text
from grantway.core.inviting import EVERY_INVITATION, Invitation
from grantway.core.model import Id, Organization
from grantway.core.secrets import Secret
from tests.kit.counts import count
from tests.kit.factories import PASSWORD, Person
from tests.kit.joining import answer, at_home, offers
from tests.kit.world import World
from tests.storage.filled import add_twins

ADDRESS = "shared@people.example.test"


def twins(world: World, address: str = ADDRESS) -> list[Person]:
    """Two people of one address, and neither can sign in."""
    record_ids = [world.entropy.new_id() for _ in range(2)]
    add_twins(world.settings.database_url, address, *record_ids)
    with world.store.read() as tx:
        found = [tx.gate.user(one) for one in record_ids]
    return [Person(one) for one in found if one is not None]


def link(world: World, person: Person) -> str:
    with world.store.begin() as tx:
        return world.product.features.sign_in.activation.invite(tx, person.user).partition("token=")[2]


def invitations(world: World, organization: Organization) -> tuple[Invitation, ...]:
    with world.store.read() as tx:
        door = tx.organization(organization.id)
        return door.invitations(EVERY_INVITATION, after=0, limit=99, now=world.clock.now())


def places(world: World, user_id: Id) -> set[Id]:
    with world.store.read() as tx:
        return {place.organization.id for place in tx.gate.places(user_id)}


def test_who_verifies_first_has_the_address_and_is_invited_where_others_belonged(world: World) -> None:
    home, shared, other, third = (world.make.organization() for _ in range(4))
    first, second = twins(world)
    world.make.membership(first, home, "developer")
    world.make.membership(first, shared)
    world.make.membership(second, shared, "owner")
    world.make.membership(second, other, "admin")
    world.make.membership(second, third, "admin")
    world.make.change_membership(second, third, state="disabled")
    tokens = [link(world, one) for one in (first, second)]
    activation = world.product.features.sign_in.activation
    activation.activate(tokens[0], Secret(PASSWORD), confirmation=PASSWORD)
    with world.store.read() as tx:
        assert [one.id for one in tx.gate.people_at(ADDRESS)] == [first.id]
        assert tx.gate.user(second.id) is None
        (gone,) = tx.platform.audit(AuditQuery(action="user.delete"))
    assert gone.target_id == to_text(second.id)
    assert places(world, first.id) == {home.id, shared.id}, "what somebody else was given is only offered"
    assert [(one.role, one.email) for one in invitations(world, other)] == [("admin", ADDRESS)]
    assert invitations(world, shared) == invitations(world, third) == ()
    browser = at_home(world, first)
    ((_, offered),) = offers(browser)
    answer(browser, offered)
    assert places(world, first.id) == {home.id, shared.id, other.id}
    with pytest.raises(PageError) as refused:
        activation.activate(tokens[1], Secret(PASSWORD), confirmation=PASSWORD)
    assert refused.value.reason.id == "E-STEP-05"


def test_of_two_who_verify_at_once_one_does_and_the_other_is_an_invitation(world: World) -> None:
    other = world.beside()
    for number in range(count(2, 50)):
        address = f"both-{number}@people.example.test"
        people, organizations = twins(world, address), [world.make.organization() for _ in range(2)]
        for person, organization in zip(people, organizations, strict=True):
            world.make.membership(person, organization)
        tokens = [link(world, one) for one in people]

        def activate(at: int, tokens: list[str] = tokens) -> bool:
            activation = (world, other)[at].product.features.sign_in.activation
            try:
                activation.activate(tokens[at], Secret(PASSWORD), confirmation=PASSWORD)
            except PageError:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            won = list(pool.map(activate, range(2)))
        assert sorted(won) == [False, True]
        winner, loser = won.index(True), won.index(False)
        with world.store.read() as tx:
            assert [one.id for one in tx.gate.people_at(address)] == [people[winner].id]
        assert places(world, people[winner].id) == {organizations[winner].id}
        assert [one.email for one in invitations(world, organizations[loser])] == [address]
    other.close()


def test_the_command_finds_the_person_that_was_made_already(world: World) -> None:
    features, address = world.product.features, "root@people.example.test"

    def create() -> Id:
        made = world.product.operators.create(
            features.api.users, features.sign_in.activation, email=address, name="Root"
        )
        assert made.activation_link is not None
        return made.user.id

    assert create() == create()
    with world.store.read() as tx:
        assert len(tx.gate.people_at(address)) == 1
