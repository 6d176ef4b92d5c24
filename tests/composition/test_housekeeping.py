"""Housekeeping deletes what is over, in bounded steps, and nothing that is still needed."""

from __future__ import annotations

from grantway.core.model import DAY, SECOND, Artifact
from grantway.features.upkeep.housekeeping import BATCH
from tests.kit.world import World


def put(world: World, number: int, *, lifetime: int) -> Artifact:
    now = world.clock.now()
    artifact = Artifact("test", number.to_bytes(4, "big"), b"", now, now + lifetime * SECOND)
    with world.store.begin() as tx:
        tx.gate.put_artifact(artifact)
    return artifact


def test_expired_artifacts_go_and_live_ones_stay(world: World) -> None:
    put(world, 1, lifetime=60)
    live = put(world, 2, lifetime=86_400)
    world.advance(2 * 3_600)
    assert world.product.housekeeping.step().artifacts == 1
    with world.store.read() as tx:
        assert tx.gate.artifact("test", live.key, now=world.clock.now()) is not None


def test_a_step_is_bounded_and_says_that_there_is_more(world: World) -> None:
    for number in range(BATCH + 10):
        put(world, number, lifetime=60)
    world.advance(2 * 3_600)
    first = world.product.housekeeping.step()
    assert (first.artifacts, first.is_more) == (BATCH, True)
    second = world.product.housekeeping.step()
    assert (second.artifacts, second.is_more) == (10, False)


def test_applications_whose_deletion_is_due_are_purged(world: World) -> None:
    northwind = world.make.organization("Northwind")
    application = world.make.application(northwind)
    now = world.clock.now()
    world.make.change_application(application, state="deletion_scheduled", purge_at=now + 30 * DAY)
    assert world.product.housekeeping.step().purged == 0
    world.advance(30 * DAY // SECOND + 1)
    assert world.product.housekeeping.step().purged == 1
    assert world.make.applications_of(northwind) == ()


def test_a_process_that_missed_lines_of_the_feed_reads_everything_anew(world: World) -> None:
    northwind = world.make.organization("Northwind")
    application = world.make.application(northwind)
    other = world.beside()
    assert other.services.directory.application_by_client_id(application.client_id) is not None
    world.make.change_application(application, state="disabled")
    with world.store.begin() as tx:
        tx.platform.delete_changes(keep=1)
    world.make.organization("Another")
    world.make.change_organization(northwind, name="North")
    with world.store.begin() as tx:
        tx.platform.delete_changes(keep=1)
    other.product.poll()
    found = other.services.directory.application_by_client_id(application.client_id)
    other.close()
    assert found is not None
    assert found.state == "disabled"
