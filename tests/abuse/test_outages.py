"""While the database is away, full or read-only every route says so, and all of them are back when it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from urllib.parse import urlencode

import falcon.testing
import pytest
from structlog.testing import capture_logs

from grantway.app import Ports, Product, build
from grantway.core.model import Change
from grantway.core.ports import Store, Tx
from grantway.edges import ops
from grantway.edges.dialects.standard import paths
from grantway.edges.web import mounts
from grantway.features.upkeep.readiness import PROBE_SECONDS
from tests.abuse import outages
from tests.abuse.census import Declared, declared
from tests.abuse.outages import Outage
from tests.abuse.parameters import FORM
from tests.abuse.story import Story, credentials
from tests.api.cast import cast_of
from tests.kit.world import World, settings_of

INSIDE = (
    "Traceback",
    "psycopg",
    "sqlite",
    "SELECT",
    "INSERT",
    "Unavailable",
    "server closed",
    "readonly database",
)
FAULT = "temporarily_unavailable"
ENVELOPED = re.compile(r'\{"code":[1-9]')


def is_told(answer: falcon.testing.Result) -> bool:
    """Whether an answer says what happened in the words of its dialect: our id, a code of OAuth, a number (G31)."""
    words = ("E-SERVER-02", FAULT, '"code":1002')
    return any(one in answer.text for one in words) or answer.headers.get("error-id") == "E-SERVER-02"


@dataclass
class Counting:
    """A store that counts units that may write."""

    store: Store
    writes: int = 0

    def read(self) -> AbstractContextManager[Tx]:
        return self.store.read()

    def begin(self) -> AbstractContextManager[Tx]:
        self.writes += 1
        return self.store.begin()

    def on_commit(self, listener: Callable[[tuple[Change, ...]], None]) -> None:
        self.store.on_commit(listener)

    def close(self) -> None:
        """The world closes it."""


class Served:
    """A process over a database that a test takes away, and somebody with everything that opens its routes."""

    def __init__(self, outage: Outage) -> None:
        self.outage = outage
        self.world = World(settings_of(outage.url, superuser_email="op@people.example.test"))
        self.story, self.cast = Story(self.world), cast_of(self.world)
        ports = Ports(
            outage.store, self.world.clock, self.world.entropy, self.world.passwords, self.world.outside
        )
        self.product: Product = build(self.world.settings, ports)
        self.client = falcon.testing.TestClient(self.product.app, headers={"Host": "id.example.test"})
        browser = self.world.browser()
        browser.sign_in(self.story.person.email, self.story.person.password)
        self.cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        self.token = self.cast.caller("operator").token
        self.poll()

    def poll(self) -> None:
        """What the threads beside the requests do all the time."""
        with capture_logs():
            try:
                self.product.poll()
            except Exception:  # noqa: BLE001 - it is asserted by what is served
                return

    def advance(self, seconds: float) -> None:
        self.world.clock.advance(seconds)
        self.poll()

    def ask(self, route: Declared) -> falcon.testing.Result:
        """A request of somebody who may, in form enough that the database decides about it."""
        headers = {"Accept": "application/json", "Content-Type": FORM[1], "Cookie": self.cookies}
        body = ""
        if route.who == "token":
            headers["Authorization"] = f"Bearer {self.token}"
            headers["Content-Type"] = "application/json"
        elif route.who == "client":
            body = urlencode(
                {"grant_type": "client_credentials", "token": "x" * 43, **credentials(self.story.honest)}
            )
        query = self.story.request(self.story.honest).partition("?")[2] if "authorize" in route.path else ""
        with capture_logs():
            return self.client.simulate_request(
                route.method, route.address(), headers=headers, body=body, query_string=query
            )


@pytest.fixture(params=outages.ALL)
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    with outages.ALL[request.param](request.getfixturevalue) as outage:
        served = Served(outage)
        yield served
        outage.store.close()
        served.world.close()


def text_of(answer: falcon.testing.Result) -> str:
    return answer.text + str(answer.headers)


def test_each_route_is_refused_or_answers_as_always_and_all_are_back_without_a_restart(
    served: Served,
) -> None:
    """C192, V156: no route fails, none tells of the inside, and none decides without what it would have asked."""
    routes = [route for route in declared(served.world) if route.path != ops.READY]
    asked = {route: served.ask(route) for route in routes}
    before = {route: answer.status_code for route, answer in asked.items()}
    assert 500 not in before.values()
    # A refusal in an envelope has status 200 (G32).
    refused = {route.path for route, answer in asked.items() if ENVELOPED.match(answer.text)}
    served.outage.begin()
    for wait in (0, 120):
        served.advance(wait)
        for route in routes:
            answer = served.ask(route)
            assert not any(word in text_of(answer) for word in INSIDE), route
            if answer.status_code == 503:
                assert is_told(answer) or route.method == "HEAD", route
                assert answer.headers["retry-after"].isdigit(), route
            else:
                assert answer.status_code == before[route], (route, answer.text)
            # A dialect reads the body before anybody asks who calls: what it cannot read is 400 in any case.
            unread = {400, 401} if route.path.startswith("/d/") else {401}
            if (
                served.outage.is_away
                and wait
                and route.who == "token"
                and before[route] not in unread
                and route.path not in refused
            ):
                assert answer.status_code == 503, (route, answer.text)
    served.outage.end()
    served.advance(5)
    assert {route: served.ask(route).status_code for route in routes} == before


def test_what_needs_to_write_is_refused_and_readiness_says_why(served: Served) -> None:
    """A disk that is full, and a database that lets nobody write, are told before people meet them."""

    def read_ready() -> falcon.testing.Result:
        return served.client.simulate_get(ops.READY)

    assert read_ready().status_code == 200
    served.outage.begin()
    served.advance(PROBE_SECONDS)
    found = read_ready()
    assert found.status_code == 503
    assert found.json["checks"]["writes"] is False
    assert found.json["checks"]["database"] is not served.outage.is_away
    assert served.client.simulate_get(ops.HEALTH).status_code == 200
    query = served.story.request(served.story.honest).partition("?")[2]
    with capture_logs():
        # A full file has room for a few rows more in the pages that it has.
        asked = (served.client.simulate_get(paths.AUTHORIZE, query_string=query) for _ in range(100))
        page = next(answer for answer in asked if answer.status_code >= 400)
    assert (page.status_code, page.headers["retry-after"]) == (503, "1")
    served.outage.end()
    served.advance(PROBE_SECONDS)
    assert read_ready().json == {
        "status": "ready",
        "checks": {"database": True, "writes": True, "keys": True, "change_feed": True},
    }


def published(served: Served) -> dict[str, falcon.testing.Result]:
    """What each mount publishes, by its address."""
    return {
        route.path: served.client.simulate_get(route.path)
        for one in served.product.placed
        for route in mounts.routes_of(one.mount, one.dialect)
        if route.reserved
    }


def test_keys_and_metadata_are_told_during_an_outage_and_decide_nothing(served: Served) -> None:
    """C192: those who verify elsewhere go on; whoever asks us about a token is refused."""
    known = {path: answer.text for path, answer in published(served).items()}
    assert len(known) >= 3
    served.outage.begin()
    for wait in (1, 200):
        served.advance(wait)
        now = published(served)
        assert {path: answer.text for path, answer in now.items()} == known
        assert {answer.status_code for answer in now.values()} == {200}
        if served.outage.is_away:
            assert (
                served.client.simulate_get(
                    paths.USERINFO, headers={"Authorization": f"Bearer {served.token}"}
                ).status_code
                == 503
            )
    served.outage.end()


def test_a_process_that_starts_during_an_outage_has_nothing_to_tell_and_says_so(served: Served) -> None:
    """C192."""
    served.outage.begin()
    if not served.outage.is_away:
        served.outage.end()
        return
    world = served.world
    with capture_logs():
        ports = Ports(served.outage.store, world.clock, world.entropy, world.passwords, world.outside)
        late = build(world.settings, ports)
        client = falcon.testing.TestClient(late.app)
        answer = client.simulate_get(paths.KEYS)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert client.simulate_get(ops.READY).json["checks"]["database"] is False
        served.outage.end()
        late.poll()
        assert client.simulate_get(paths.KEYS).status_code == 200


def test_however_often_strangers_ask_the_database_is_looked_at_once(world: World) -> None:
    """Readiness is asked by anybody, so it costs a look every five seconds and no more."""
    store = Counting(world.store)
    product = build(world.settings, Ports(store, world.clock, world.entropy, world.passwords, world.outside))
    product.poll()
    client = falcon.testing.TestClient(product.app)
    store.writes = 0
    for _ in range(20):
        assert client.simulate_get(ops.READY).status_code == 200
        world.clock.advance(PROBE_SECONDS / 40)
        product.poll()
    assert store.writes == 1
    with world.store.read() as tx:
        assert tx.gate.artifacts_of_kind("probe", now=0) == ()
