"""Real processes of `grantway serve` on one database, and questions to each of them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator

import httpx
import pytest

from grantway.core.model import Application
from tests.kit import plain
from tests.kit.server import free_port
from tests.kit.world import ISSUER, MOUNTS, ManualClock, World, settings_of

PROCESSES = 3
BOUND = 1.0
HOST = {"Host": "id.example.test"}


class Nodes:
    """Real processes of `grantway serve`, and questions to each of them."""

    def __init__(self, addresses: list[str]) -> None:
        self.addresses = addresses

    def machine_token(self, application: Application, secret: str) -> str:
        answer = self.token(self.addresses[0], application, secret)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def token(self, address: str, application: Application, secret: str) -> httpx.Response:
        pair = b64encode(f"{application.client_id}:{secret}".encode()).decode()
        return plain.post(
            f"{address}/oauth/token",
            data={"grant_type": "client_credentials"},
            headers={**HOST, "Authorization": f"Basic {pair}"},
        )

    def is_heard(self, address: str, origin: str) -> bool:
        asked = {**HOST, "Origin": origin, "Access-Control-Request-Method": "POST"}
        answer = plain.options(f"{address}/oauth/token", headers=asked)
        return bool(answer.headers.get("access-control-allow-origin") == origin)

    def is_active(self, address: str, application: Application, secret: str, token: str) -> bool:
        pair = b64encode(f"{application.client_id}:{secret}".encode()).decode()
        answer = plain.post(
            f"{address}/oauth/introspect",
            data={"token": token},
            headers={**HOST, "Authorization": f"Basic {pair}"},
        )
        return answer.status_code == 200 and answer.json()["active"] is True


@pytest.fixture
def real_world(store_url: str) -> Iterator[World]:
    """A server in this process whose clock tells the real time, as the others' do."""
    world = World(settings_of(store_url), clock=ManualClock(time.time_ns() // 1000))  # noqa: TID251 -- see above
    yield world
    world.close()


@pytest.fixture
def nodes(real_world: World, store_url: str) -> Iterator[Nodes]:
    started, addresses = [], []
    for _ in range(PROCESSES):
        port = free_port()
        changes = {
            "GRANTWAY_ISSUER": ISSUER,
            "GRANTWAY_DATABASE_URL": store_url,
            "GRANTWAY_ROOT_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            "GRANTWAY_MOUNTS": MOUNTS,
            "GRANTWAY_HOST": "127.0.0.1",
            "GRANTWAY_PORT": str(port),
        }
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "grantway", "serve"],
                env={"PATH": os.defpath, **changes},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        addresses.append(f"http://127.0.0.1:{port}")
    try:
        for address in addresses:
            wait(lambda address=address: is_ready(address), 180)  # type: ignore[misc]
        yield Nodes(addresses)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(20)


def is_ready(address: str) -> bool:
    try:
        return plain.get(f"{address}/ready", headers=HOST, timeout=2).status_code == 200
    except httpx.TransportError:
        return False


def wait(condition: Callable[[], bool], seconds: float) -> None:
    """Poll until it holds; a safety deadline, not a measure of speed."""
    deadline = time.monotonic() + seconds  # noqa: TID251 -- real processes are waited for
    while not condition():
        assert time.monotonic() < deadline, "not within the bound"  # noqa: TID251 -- the same
        time.sleep(0.02)  # noqa: TID251 -- the same
