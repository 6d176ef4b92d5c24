"""The server that tests are given works from end to end."""

from __future__ import annotations

from tests.kit.world import World


def test_a_code_flow_ends_in_tokens_that_work(world: World) -> None:
    northwind = world.make.organization("Northwind")
    person = world.make.person(northwind)
    application = world.make.application(northwind)
    secret = world.make.secret(application)
    signed_in = world.authorize(application, person, secret=secret, scope="openid email")
    claims = world.bearer(signed_in.access_token)
    assert claims.status_code == 200
    assert claims.json["email"] == person.email


def test_a_machine_gets_a_token_without_asking_the_database(world: World) -> None:
    northwind = world.make.organization("Northwind")
    world.make.api(None, "orders:read")
    application = world.make.application(northwind, "backend", scopes=("orders:read",))
    secret = world.make.secret(application)
    world.product.poll()
    assert world.machine_token(application, secret)
