"""The registry from end to end, over real sockets: registered, approved, installed, rotated, deleted.

Three processes of the server stand on one database. Everything is asked over HTTP; only people's
sign-ins and the passing of thirty days happen in this process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any

import httpx

from grantway.core.identifiers import to_text
from grantway.core.model import DAY, SECOND, Application, Organization, Role
from grantway.core.policy import PURGE_DELAY
from grantway.features.access.permissions import ALL as PERMISSIONS
from grantway.features.access.permissions import OF_THE_PLATFORM
from tests.flows.nodes import BOUND, HOST, Nodes, wait
from tests.flows.test_switch_matrix import basic
from tests.kit import plain
from tests.kit.counts import count
from tests.kit.world import World

ROTATIONS = count(4, 100)
HAMMERS = 4
SCOPES = tuple(one.scope for one in PERMISSIONS if one.scope)


class Person:
    """Somebody who works with the management API of one process."""

    def __init__(self, world: World, where: Organization, role: Role, console: Application) -> None:
        person = world.make.person(where, role=role)
        held = SCOPES if where.kind == "platform" else sorted(set(SCOPES) - OF_THE_PLATFORM)
        token = world.authorize(console, person, scope=" ".join(held)).access_token
        self._headers = {**HOST, "Authorization": f"Bearer {token}"}
        self.organization = to_text(where.id)

    def __call__(self, address: str, method: str, path: str, body: Any = None) -> httpx.Response:
        """Call an operation; a change carries the tag of what is there now."""
        address = f"{address}/api/v1{path.replace('{own}', self.organization)}"
        tag = {}
        if method in {"PATCH", "DELETE"} or path.rpartition("/")[2] in {"submit", "approve", "enable"}:
            record = address.rpartition("/")[0] if method == "POST" else address
            tag = {"If-Match": plain.get(record, headers=self._headers).headers.get("etag", '"1"')}
        return plain.request(method, address, json=body, headers={**self._headers, **tag}, timeout=20)


def done(answer: httpx.Response) -> Any:
    """What a call that succeeded answered."""
    assert answer.status_code in {200, 201, 204}, answer.text
    return answer.json() if answer.content else None


def console_of(world: World) -> Application:
    return world.make.application(
        world.make.platform,
        "public",
        scopes=SCOPES,
        settings={"consent": "platform"},
        audience_requested="any_organization",
        audience_effective="any_organization",
    )


def scopes_at(address: str, application: Application, secret: str, token: str) -> set[str] | None:
    """What a token is good for, asked with a pair; None where it is dead or the pair is."""
    answer = plain.post(
        f"{address}/oauth/introspect", data={"token": token}, headers=basic(application, secret), timeout=20
    )
    told = answer.json()
    return set(told["scope"].split()) if answer.status_code == 200 and told["active"] else None


def registered(world: World, vendor: Person, operator: Person, node: Callable[[], str]) -> Application:
    """Registered, submitted, waiting at home, approved: each step at another process."""
    done(operator(node(), "PATCH", "/policy", {"approval_required": True}))
    body = {
        "preset": "nexus211",
        "dialects": ["nexus211", "standard"],
        "type": "confidential",
        "name": "Orbit",
        "description": "Shows deliveries on a map.",
        "base_url": "https://orbit.example.test/",
        "owner_email": "mara@orbit.example.test",
        "audience": "any_organization",
        "grant_types": ["client_credentials"],
        "scopes": ["orders:read", "orders:write"],
    }
    record = done(vendor(node(), "POST", "/organizations/{own}/applications", body))
    assert record["effective_audience"] == "own_organization"
    place = f"/organizations/{vendor.organization}/applications/{record['id']}"
    done(vendor(node(), "POST", place + "/submit", {"terms_version": "1"}))
    queue = done(operator(node(), "GET", "/publications?state=submitted"))["items"]
    assert [one["id"] for one in queue] == [record["id"]]
    approved = done(operator(node(), "POST", place + "/approve"))
    assert (approved["publication"], approved["effective_audience"]) == ("approved", "any_organization")
    with world.store.read() as tx:
        application = tx.gate.application_by_client_id(record["client_id"])
    assert application is not None
    return application


def test_an_application_from_its_registration_to_its_end(real_world: World, nodes: Nodes) -> None:
    """Facts N16, N17, N18, N19, N21, N24, N25, C16, C17, C21, C22, C23, G46, G47, G50: in one story."""
    world, node = real_world, cycle(nodes.addresses).__next__
    world.make.api(None, "orders:read", "orders:write")
    console = console_of(world)
    makers = world.make.organization("Vendor")
    vendor = Person(world, makers, "developer", console)
    operator = Person(world, world.make.platform, "admin", console)
    customers = [Person(world, world.make.organization(), "admin", console) for _ in range(2)]
    application = registered(world, vendor, operator, node)
    place = f"/organizations/{vendor.organization}/applications/{to_text(application.id)}"

    wide, narrow = customers
    granted = {"client_id": application.client_id, "scopes": ["orders:read", "orders:write"]}
    installed = done(wide(node(), "POST", "/organizations/{own}/installations", granted))
    done(narrow(node(), "POST", "/organizations/{own}/installations", granted | {"scopes": ["orders:read"]}))
    refused = Person(world, makers, "admin", console)(
        node(), "POST", "/organizations/{own}/installations", granted
    )
    assert refused.json()["error_id"] == "E-INSTALL-01"

    home = done(vendor(node(), "POST", place + "/secrets", {}))["secret"]
    listed = plain.get(f"{node()}/d/nexus211/keys", headers=basic(application, home), timeout=20).json()
    secrets = {one["organization"]: one["secret"] for one in listed}
    assert secrets.keys() == {wide.organization, narrow.organization}
    tokens = {
        whose: done(nodes.token(node(), application, secret))["access_token"]
        for whose, secret in secrets.items()
    }

    def seen(whose: Person) -> list[set[str] | None]:
        pair, token = secrets[whose.organization], tokens[whose.organization]
        return [scopes_at(one, application, pair, token) for one in nodes.addresses]

    assert seen(wide) == [{"orders:read", "orders:write"}] * 3
    assert seen(narrow) == [{"orders:read"}] * 3

    there = f"/organizations/{{own}}/installations/{installed['id']}"
    done(wide(node(), "PATCH", there, {"scopes": ["orders:read"]}))
    wait(lambda: seen(wide) == [{"orders:read"}] * 3, BOUND)
    done(wide(node(), "DELETE", there))
    wait(lambda: seen(wide) == [None] * 3, BOUND)
    dead = secrets[wide.organization]
    assert {nodes.token(one, application, dead).status_code for one in nodes.addresses} == {401}
    assert seen(narrow) == [{"orders:read"}] * 3

    rotate(vendor, nodes, application, place, home)
    end(world, vendor, nodes, application, place)


def rotate(vendor: Person, nodes: Nodes, application: Application, place: str, home: str) -> None:
    """Secrets are changed with an overlap while many requests run: not one of them fails."""
    current, stopped, failed = [home], threading.Event(), []
    rounds = [0] * HAMMERS

    def hammer(number: int) -> None:
        with httpx.Client(timeout=20, verify=plain.NOBODY) as http:
            for address in cycle(nodes.addresses):
                if stopped.is_set():
                    return
                answer = http.post(
                    f"{address}/oauth/token",
                    data={"grant_type": "client_credentials"},
                    headers=basic(application, current[0]),
                )
                if answer.status_code != 200:
                    failed.append(answer.text)
                rounds[number] += 1

    with ThreadPoolExecutor(HAMMERS) as pool:
        running = [pool.submit(hammer, number) for number in range(HAMMERS)]
        try:
            (after,) = (
                one
                for one in done(vendor(nodes.addresses[0], "GET", place + "/secrets"))["items"]
                if one["organization_id"] == vendor.organization
            )
            for turn in range(ROTATIONS):
                address = nodes.addresses[turn % len(nodes.addresses)]
                before, after = after, done(vendor(address, "POST", place + "/secrets", {}))
                current[0] = after["secret"]
                marks = [known + 2 for known in rounds]
                # Every client has the new one; whoever had begun with the old one is through.
                wait(lambda marks=marks: all(map(int.__ge__, rounds, marks)), 60)  # type: ignore[misc]
                done(vendor(address, "DELETE", f"{place}/secrets/{before['id']}"))
        finally:
            stopped.set()
        for one in running:
            one.result()
    assert failed == []
    assert sum(rounds) >= 2 * HAMMERS * ROTATIONS
    wait(lambda: {nodes.token(one, application, home).status_code for one in nodes.addresses} == {401}, BOUND)


def end(world: World, vendor: Person, nodes: Nodes, application: Application, place: str) -> None:
    """Scheduled, undone, scheduled again, and gone when its time has come."""
    secret = done(vendor(nodes.addresses[0], "POST", place + "/secrets", {}))["secret"]

    def statuses() -> set[int]:
        return {nodes.token(one, application, secret).status_code for one in nodes.addresses}

    wait(lambda: statuses() == {200}, BOUND)
    scheduled = done(vendor(nodes.addresses[1], "DELETE", place))
    assert scheduled["purge_at"] is not None
    wait(lambda: statuses() == {401}, BOUND)
    undone = done(vendor(nodes.addresses[2], "POST", place + "/enable"))
    assert (undone["state"], undone["purge_at"]) == ("enabled", None)
    wait(lambda: statuses() == {200}, BOUND)
    done(vendor(nodes.addresses[0], "DELETE", place))
    assert world.product.housekeeping.step().purged == 0
    # The other processes' clocks went on meanwhile; a day more covers that.
    world.advance((PURGE_DELAY + DAY) // SECOND)
    assert world.product.housekeeping.step().purged == 1
    wait(lambda: statuses() == {401}, BOUND)
    for address in nodes.addresses:
        assert vendor(address, "GET", place).status_code == 404
    with world.store.read() as tx:
        assert tx.gate.application_by_client_id(application.client_id) is None
