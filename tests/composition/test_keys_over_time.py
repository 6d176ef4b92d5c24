"""Signing keys are announced before use, published after it, and withdrawn at once."""

from __future__ import annotations

import pytest

from grantway.core.errors import NotFound
from grantway.core.model import DAY, SECOND, Application
from grantway.edges.dialects.standard import paths
from tests.kit.world import World


def published(world: World) -> set[str]:
    return {key["kid"] for key in world.client.simulate_get(paths.KEYS).json["keys"]}


def signing_kid(world: World, algorithm: str = "ES256") -> str:
    from grantway.core.model import Algorithm

    wanted: Algorithm = "ES256" if algorithm == "ES256" else "EdDSA"
    return world.services.keyring.signing_key("standard", wanted).record.kid


def machine(world: World) -> tuple[Application, str]:
    world.make.api(None, "orders:read")
    application = world.make.application(world.make.organization(), "backend", scopes=("orders:read",))
    return application, world.make.secret(application)


def test_a_new_key_is_published_first_and_signs_later(world: World) -> None:
    old = signing_kid(world)
    fresh = world.product.rotation.rotate("standard", "ES256")
    world.product.poll()
    assert {old, fresh.kid} <= published(world)
    assert signing_kid(world) == old
    world.advance(601)
    assert signing_kid(world) == fresh.kid
    assert old in published(world)


def test_tokens_of_the_former_key_live_on_until_they_expire(world: World) -> None:
    application, secret = machine(world)
    token = world.machine_token(application, secret)
    world.product.rotation.rotate("standard", "ES256")
    world.advance(700)
    seen = world.token(application, secret, grant_type="client_credentials")
    assert seen.status_code == 200
    verified = world.product.features.api.verifier.find(token, "standard")
    assert verified is not None


def test_the_former_key_disappears_when_nothing_can_be_signed_by_it(world: World) -> None:
    old = signing_kid(world)
    world.product.rotation.rotate("standard", "ES256")
    world.advance(600 + world.settings.key_overlap + 61)
    assert old not in published(world)
    world.advance(31 * DAY // SECOND)
    assert world.product.rotation.delete_ended() == 1


def test_a_withdrawn_key_ends_what_it_signed_and_another_takes_its_place(world: World) -> None:
    application, secret = machine(world)
    token = world.machine_token(application, secret)
    old = signing_kid(world)
    fresh = world.product.rotation.withdraw(old)
    assert fresh is not None
    assert world.product.features.api.verifier.find(token, "standard") is None
    assert old not in published(world)
    again = world.machine_token(application, secret)
    assert world.product.features.api.verifier.find(again, "standard") is not None


def test_a_second_process_stops_believing_a_withdrawn_key(world: World) -> None:
    application, secret = machine(world)
    other = world.beside()
    token = world.machine_token(application, secret)
    assert other.product.features.api.verifier.find(token, "standard") is not None
    world.product.rotation.withdraw(signing_kid(world))
    other.product.poll()
    assert other.product.features.api.verifier.find(token, "standard") is None
    other.close()


def test_only_keys_that_exist_are_rotated_or_withdrawn(world: World) -> None:
    with pytest.raises(NotFound):
        world.product.rotation.rotate("nowhere", "ES256")
    with pytest.raises(NotFound):
        world.product.rotation.withdraw("nothing")


def test_keys_are_rotated_by_themselves_one_at_a_time(world: World) -> None:
    assert world.product.rotation.rotate_aged() == ()
    world.advance(world.settings.key_rotation_days * DAY // SECOND + 1)
    rotated = [key.algorithm for _ in range(6) for key in world.product.rotation.rotate_aged()]
    assert sorted(rotated) == ["ES256", "EdDSA", "PS256", "RS256"]
