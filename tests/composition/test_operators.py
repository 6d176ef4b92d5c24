"""How somebody becomes an operator: by the address of the settings, by the command, by the set-up link."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from grantway.core.model import Role
from grantway.core.secrets import Secret
from tests.kit.factories import Person
from tests.kit.world import World, settings_of

EMAIL = "olga@example.test"


def role_of(world: World, person: Person) -> Role | None:
    with world.store.read() as tx:
        place = tx.organization(world.make.platform.id).membership(person.id)
    return place[1].role if place else None


def with_superuser(store_url: str) -> World:
    return World(settings_of(store_url, superuser_email=EMAIL.upper()))


def test_the_holder_of_the_address_is_an_operator_after_the_next_start(world: World) -> None:
    """D3: the settings name the address, the verified holder is the operator."""
    person = world.make.person(email=EMAIL)
    assert role_of(world, person) is None
    again = with_superuser(world.settings.database_url)
    assert role_of(again, person) == "owner"
    again.close()


def test_whoever_verifies_the_address_becomes_one_at_once(store_url: str) -> None:
    """D3: also when the address is verified while the server runs."""
    world = with_superuser(store_url)
    api = world.product.features.api
    from grantway.features.accounts.users import UserDraft

    with world.store.begin() as tx:
        invited = api.users.invite_new(tx, UserDraft(email=EMAIL, name="Olga Orlow"))
    person = Person(invited.user)
    assert role_of(world, person) is None
    token = parse_qs(urlsplit(invited.activation_link or "").query)["token"][0]
    world.product.features.sign_in.activation.activate(token, Secret("a quiet harbour at dusk"))
    assert role_of(world, person) == "owner"
    world.close()


def test_the_command_makes_a_new_person_one_and_hands_out_a_link(world: World) -> None:
    features = world.product.features
    made = world.product.operators.create(
        features.api.users, features.sign_in.activation, email=EMAIL, name="Olga Orlow"
    )
    assert made.activation_link is not None
    assert made.activation_link.startswith(world.issuer + "/activate?token=")
    assert role_of(world, Person(made.user)) == "owner"


def test_the_command_promotes_somebody_who_has_a_password(world: World) -> None:
    person = world.make.person(email=EMAIL)
    features = world.product.features
    made = world.product.operators.create(
        features.api.users, features.sign_in.activation, email=EMAIL, name="Somebody else"
    )
    assert made.activation_link is None
    assert made.user.name == person.user.name
    assert role_of(world, person) == "owner"


def test_only_without_an_operator_there_is_a_set_up_link(world: World) -> None:
    activation = world.product.features.sign_in.activation
    with world.store.begin() as tx:
        assert activation.setup_link(tx) is not None
    world.make.operator()
    with world.store.begin() as tx:
        assert activation.setup_link(tx) is None
