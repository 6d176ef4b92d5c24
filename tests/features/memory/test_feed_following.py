"""A process keeps its memory true by the feed, and believes nothing when lines of it are missing."""

from __future__ import annotations

from tests.kit.world import World


def test_pruned_lines_are_noticed(world: World) -> None:
    other = world.beside()
    acme = world.make.organization("Acme")
    assert other.services.directory.organization(acme.id) is not None
    for number in range(3):
        world.make.change_organization(acme, name=f"Acme {number}")
    world.make.change_organization(acme, state="disabled")
    world.make.organization("Other")
    with world.store.begin() as tx:
        tx.platform.delete_changes(keep=1)
    other.product.poll()
    seen = other.services.directory.organization(acme.id)
    assert seen is not None
    assert seen.state == "disabled"
    other.close()


def test_a_process_that_paused_forgets_everything(world: World) -> None:
    other = world.beside()
    acme = world.make.organization("Acme")
    assert other.services.directory.organization(acme.id) is not None
    world.make.change_organization(acme, state="disabled")
    with world.store.begin() as tx:
        tx.platform.delete_changes(keep=0)
    world.clock.advance(3600)
    other.product.poll()
    seen = other.services.directory.organization(acme.id)
    assert seen is not None
    assert seen.state == "disabled"
    other.close()


def test_many_changes_are_followed_in_pages(world: World) -> None:
    other = world.beside()
    acme = world.make.organization("Acme")
    for number in range(30):
        world.make.change_organization(acme, name=f"Acme {number}")
        other.product.poll()
    seen = other.services.directory.organization(acme.id)
    assert seen is not None
    assert seen.name == "Acme 29"
    other.close()
