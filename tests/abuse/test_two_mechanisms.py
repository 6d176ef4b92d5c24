"""Two mechanisms at once: what each does alone, it still does while the other works."""

from __future__ import annotations

from grantway.core.model import SECOND
from grantway.features.accounts import throttling
from tests.abuse.dump import rows_of
from tests.abuse.story import Story
from tests.kit.world import World


def wrong_attempts(world: World, email: str, number: int) -> list[int]:
    statuses = []
    for _ in range(number):
        browser = world.browser(address="198.51.100.7")
        browser.visit("/sign-in")
        browser.submit(email=email, password="wrong wrong wrong wrong")
        statuses.append(browser.status)
    return statuses


def test_housekeeping_takes_no_window_of_throttling_away(story: Story) -> None:
    """V030, V147: whoever used up an account's attempts waits the whole window, swept or not."""
    world, limit = story.world, throttling.ACCOUNT_FROM_NETWORK
    assert wrong_attempts(world, story.person.email, limit) == [403] * limit
    for part in range(4):
        world.advance(throttling.WINDOW // SECOND // 5)
        world.product.housekeeping.step()
        assert wrong_attempts(world, story.person.email, 1) == [429], part


def test_housekeeping_takes_no_window_of_an_attack_away(story: Story) -> None:
    """V030: the longest window that is counted in is kept until it is over."""
    world, email = story.world, story.person.email
    wrong_attempts(world, email, 1)
    world.advance((throttling.ATTACK_WINDOW - throttling.WINDOW // 10) // SECOND)
    world.product.housekeeping.step()
    kept = rows_of(world.settings.database_url)["attempts"]
    assert kept, "a window that still counts is gone"


def test_an_absence_that_was_remembered_ends_with_the_insert(story: Story) -> None:
    """V105, V107: somebody asked before there was anything; a process that remembers it hears of what was made."""
    world = story.world
    machine = story.client(story.acme, audience_effective="any_organization", scopes=("orders:read",))
    there = world.beside()
    for process in (world, there):
        process.product.poll()
        directory = process.services.directory
        assert directory.installation(machine.application.id, story.globex.id) is None
    world.make.installation(machine.application, story.globex)
    for process in (world, there):
        process.product.poll()
        found = process.services.directory.installation(machine.application.id, story.globex.id)
        assert found is not None
    secret = world.make.secret(machine.application, story.globex)
    there.product.poll()
    assert there.token(machine.application, secret, grant_type="client_credentials").status_code == 200
    there.close()
