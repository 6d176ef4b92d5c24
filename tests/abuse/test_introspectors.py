"""Who may ask about a token that is for several APIs."""

from __future__ import annotations

from dataclasses import replace

from grantway.core.model import Api, Id
from tests.abuse.story import Story


def listed(story: Story, api: Api, application_id: Id) -> None:
    """Make an application an introspector of an API."""
    with story.world.store.begin() as tx:
        door = tx.organization(api.organization_id)
        found = door.api(api.id)
        assert found is not None
        door.update_api(replace(found, introspectors=frozenset({application_id})), version=found.version)


def test_a_token_for_two_apis_is_told_to_who_is_listed_by_both(story: Story) -> None:
    """V075: one of two is not enough, since the answer tells about both."""
    make = story.world.make
    stock = make.api(None, "stock:read", identifier="https://stock.example.test")
    rates = make.api(None, "rates:read", identifier="https://rates.example.test")
    both = story.client(
        story.acme, "backend", scopes=("stock:read", "rates:read"), settings={"several_audiences": True}
    )
    guard = story.client(story.acme, "backend", scopes=("orders:read",))
    token = story.machine(both, "stock:read rates:read")
    assert story.introspect(both, token)["active"] is True
    listed(story, stock, guard.application.id)
    story.world.product.poll()
    assert story.introspect(guard, token) == {"active": False}
    listed(story, rates, guard.application.id)
    story.world.product.poll()
    assert story.introspect(guard, token)["active"] is True
