"""What an installation means for people, and how both sides see it."""

from __future__ import annotations

import pytest

from grantway.core.errors import NotFound
from grantway.core.ports import Page
from tests.features.registry.customers import READ, WRITE, Market


def test_a_suspended_installation_still_bounds_people(market: Market) -> None:
    """Suspending must not widen what a sign-in that stands on the audience is given."""
    world = market.world
    customer = world.make.organization()
    person = world.make.person(customer)
    application = world.make.application(
        market.vendor,
        scopes=("openid", READ, WRITE),
        audience_effective="any_organization",
    )
    secret = world.make.secret(application)
    made = market.install(customer, "openid", READ, application=application)
    for state in ("active", "suspended"):
        if state == "suspended":
            market.change(customer, made.installation.id, state=state)
        world.product.poll()
        tokens = world.authorize(application, person, secret=secret).tokens
        assert tokens["scope"] == f"openid {READ}"


def test_revoking_ends_members_sign_ins_and_blocks_new_ones_unless_told_otherwise(market: Market) -> None:
    world = market.world
    customer = world.make.organization()
    person = world.make.person(customer)
    application = world.make.application(
        market.vendor, scopes=("openid", READ), audience_effective="any_organization"
    )
    secret = world.make.secret(application)
    made = market.install(customer, "openid", READ, application=application)
    kept = world.authorize(application, person, secret=secret, scope="openid")
    market.end(customer, made.installation.id, ends_sign_ins=False)
    world.product.poll()
    assert world.bearer(kept.access_token).status_code == 200
    market.install(customer, "openid", READ, application=application)
    world.product.poll()
    assert world.bearer(kept.access_token).status_code == 200
    market.end(customer, made.installation.id)
    world.product.poll()
    assert world.bearer(kept.access_token).status_code == 401
    market.install(customer, "openid", READ, application=application, members="allow")
    world.product.poll()
    assert world.bearer(kept.access_token).status_code == 401
    again = world.token(application, secret, grant_type="refresh_token", refresh_token=kept.refresh_token)
    assert again.status_code == 400


def test_both_sides_see_it_with_last_use_and_what_was_never_of_use(market: Market) -> None:
    """The list of the granting organization and that of the makers."""
    world = market.world
    customer = world.make.organization("Heron Stores")
    market.request(world.make.organization("Only Asking"))
    market.install(customer)
    pair = market.issue(customer)
    assert market.listed(customer)[0].last_used_at is None
    assert market.listed(customer)[0].unused_scopes == {READ, WRITE}
    assert market.ask(pair, scope=READ).status_code == 200
    world.product.remember_uses()
    found = market.listed(customer)[0]
    assert found.last_used_at == world.clock.now()
    assert found.unused_scopes == {WRITE}
    assert (found.application.client_id, found.owner_name) == (market.application.client_id, "Vireo Software")
    maker, buyer = market.caller(market.vendor, "developer"), market.caller(customer)
    with world.store.read() as tx:
        (seen,) = market.installations.of_application(
            tx,
            maker,
            market.vendor.id,
            application_id=market.application.id,
            page=Page(),
        )
        with pytest.raises(NotFound):
            market.installations.of_application(
                tx,
                buyer,
                customer.id,
                application_id=market.application.id,
                page=Page(),
            )
    assert (seen.name, seen.state, seen.last_used_at) == ("Heron Stores", "enabled", world.clock.now())
