"""Requests that nobody signed in to: they are few, small and short-lived, and none is put out for another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import falcon.testing
import pytest

from grantway.core.ports import Attempt
from grantway.core.secrets import digest
from grantway.features.authorize import pending, room
from tests.abuse.story import Story
from tests.dialects.deeplynx.guide import AUTHORIZE as DEEPLYNX_AUTHORIZE
from tests.dialects.nexus211.guide import AUTHORIZE as NEXUS211_AUTHORIZE
from tests.kit.browser import Browser
from tests.kit.world import World

FULL, FULL_EVERYWHERE = "E-STEP-07", "E-STEP-08"


NETWORK, PERSON, EVERYWHERE = 4, 3, 7
"""What is left of each count, in a window in which the rest is used up."""


def use_up(story: Story, *buckets: tuple[str, int]) -> None:
    with story.world.store.begin() as tx:
        for bucket, weight in buckets:
            used = Attempt(bucket, weight, pending.WAITING, weight)
            assert tx.gate.count_attempt(used, now=story.world.clock.now())


@pytest.fixture
def story(world: World) -> Story:
    """Rooms in which little is left."""
    made = Story(world)
    addresses = ("192.0.2.1", "2001:db8:1::1", "not an address")
    of_network = room.Room(world.services).of_network
    use_up(
        made,
        (room.EVERYBODY, room.EVERYWHERE - EVERYWHERE),
        (room.of_person(made.person.id), room.PERSON - PERSON),
        *((of_network(one), room.NETWORK - NETWORK) for one in addresses),
    )
    return made


def begin(story: Story, address: str = "192.0.2.1", **parameters: str) -> falcon.testing.Result:
    path, _, query = story.request(story.honest, **parameters).partition("?")
    return story.world.client.simulate_get(path, query_string=query, remote_addr=address)


def statuses(story: Story, *addresses: str) -> list[int]:
    return [begin(story, address).status_code for address in addresses]


@pytest.mark.parametrize(
    ("first", "same", "other"),
    [
        ("192.0.2.1", "192.0.2.250", "192.0.3.1"),
        ("2001:db8:1::1", "2001:db8:1:ffff::2", "2001:db8:2::1"),
        ("::ffff:192.0.2.1", "192.0.2.9", "2001:db8::1"),
        ("not an address", "nor this", "192.0.2.1"),
    ],
)
def test_a_network_begins_so_many(story: Story, first: str, same: str, other: str) -> None:
    """A flood: another one is not the poorer for it."""
    assert statuses(story, first, same, first, same) == [303] * 4
    refused = begin(story, same)
    assert refused.status_code == 429
    assert FULL in refused.text
    assert "try again in a quarter of an hour" in refused.text
    assert int(refused.headers["retry-after"]) == 60
    assert "location" not in refused.headers
    assert statuses(story, other) == [303]


def test_all_networks_together_begin_so_many(story: Story) -> None:
    assert statuses(story, *(f"198.51.{number}.1" for number in range(7))) == [303] * 7
    refused = begin(story, "198.51.100.1")
    assert refused.status_code == 503
    assert FULL_EVERYWHERE in refused.text
    assert int(refused.headers["retry-after"]) == 60
    assert f'href="{story.world.issuer}/account"' in refused.text


def test_what_waits_goes_on_while_the_room_is_full(story: Story) -> None:
    """Nobody's request is put out for another's."""
    browser, person = story.world.browser(address="192.0.2.1"), story.person
    browser.visit(story.request(story.honest))
    assert 429 in statuses(story, *["192.0.2.1"] * 5)
    browser.submit(("action", "sign_in"), email=person.email, password=person.password)
    assert "code=" in (browser.submit(("decision", "approve")) or "")


def test_who_is_signed_in_is_not_crowded_out_by_strangers(story: Story) -> None:
    browser = story.world.browser(address="192.0.2.1")
    browser.sign_in(story.person.email, story.person.password)
    statuses(story, *["192.0.2.1"] * 5, *(f"198.51.{number}.1" for number in range(7)))
    browser.visit(story.request(story.honest))
    assert browser.forms[0].has("decision", "approve")


def finish(story: Story, browser: Browser, press: tuple[str, str]) -> None:
    person = story.person
    browser.visit(story.request(story.honest, prompt="login consent"))
    browser.submit(("action", "sign_in"), email=person.email, password=person.password)
    assert browser.submit(press) is not None


def test_what_was_finished_takes_no_room(story: Story) -> None:
    """An office of people who sign in one after the other is never full."""
    for press in (("decision", "approve"), ("decision", "deny")) * 5:
        finish(story, story.world.browser(address="192.0.2.1"), press)


def test_somebody_signed_in_leaves_so_many_open(story: Story) -> None:
    browser = story.world.browser()
    browser.sign_in(story.person.email, story.person.password)
    for _ in range(3):
        browser.visit(story.request(story.honest))
        assert browser.status == 200
    address = browser.address
    browser.visit(story.request(story.honest))
    assert (browser.status, FULL in browser.page) == (429, True)
    browser.visit(address)
    browser.submit(("decision", "approve"))
    browser.visit(story.request(story.rival))
    assert browser.status == 200


def test_beginning_and_going_back_for_ever_is_counted(story: Story) -> None:
    """What a stranger ends is remembered too: that alone must not fill the disk either."""
    for number in range(5):
        browser = story.world.browser(address="192.0.2.1")
        browser.visit(story.request(story.honest))
        if number == 4:
            assert browser.status == 429
            break
        browser.submit(("action", "cancel"))


def test_the_next_quarter_of_an_hour_is_empty(story: Story) -> None:
    assert 429 in statuses(story, *["192.0.2.1"] * 5)
    story.world.advance(15 * 60)
    assert statuses(story, *["192.0.2.1"] * 4) == [303] * 4


def test_a_longer_request_takes_more_room(story: Story) -> None:
    assert begin(story, state="s" * 900, nonce="n" * 900).status_code == 303
    assert statuses(story, "192.0.2.1", "192.0.2.1") == [303, 429]


@pytest.mark.parametrize(
    ("dialect", "path", "names"),
    [
        ("nexus211", NEXUS211_AUTHORIZE, ("application", "redirect")),
        ("deeplynx", DEEPLYNX_AUTHORIZE, ("client_id", "redirect_uri")),
    ],
)
def test_every_mount_has_the_same_room(story: Story, dialect: str, path: str, names: tuple[str, str]) -> None:
    """The page and its headers too, however the dialect tells its own refusals."""
    application = story.client(story.acme, dialect=dialect).application
    given = dict(zip(names, (application.client_id, application.redirects[0].uri), strict=True))
    client, query = story.world.client, urlencode({**given, "state": "s-1"})
    seen = [client.simulate_get(path, query_string=query, remote_addr="192.0.2.1") for _ in range(5)]
    assert [one.status_code for one in seen[:4]] in ([302] * 4, [303] * 4), seen[0].text
    assert seen[4].status_code == 429
    assert "not finished" in seen[4].text
    assert "retry-after" in seen[4].headers


def test_many_at_once_find_as_much_room_as_there_is(story: Story) -> None:
    """Counted by one statement each: exact, however many ask at the same moment."""
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: begin(story).status_code, range(16)))
    assert sorted(found) == [303] * 4 + [429] * 12


def test_a_stranger_costs_little_and_not_for_long(story: Story) -> None:
    """Under a kilobyte as libraries ask, for half an hour at most."""
    handle = begin(story).headers["location"].rpartition("/")[2]
    with story.world.store.read() as tx:
        stored = tx.gate.artifact("pending", digest(handle), now=story.world.clock.now())
    assert stored is not None
    assert len(stored.payload) < 700
    housekeeping = story.world.product.housekeeping
    for seconds, is_there in ((15 * 60 + 1, True), (15 * 60, False)):
        story.world.advance(seconds)
        housekeeping.step()
        with story.world.store.read() as tx:
            assert (tx.gate.former_artifact("pending", digest(handle)) is not None) == is_there


def test_a_silent_stranger_takes_no_room(story: Story) -> None:
    assert all(begin(story, prompt="none").status_code == 303 for _ in range(20))
