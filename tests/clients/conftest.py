"""Programs of the field's client libraries, unmodified, against a whole server in a process of its own.

Each program is the smallest site that its library's own documentation describes. It listens on a loopback port and shows
as JSON what it believes of whoever signed in.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx
import pytest

from tests.clients.running import START_SECONDS, running
from tests.flows.nodes import wait
from tests.kit import plain
from tests.kit.databases import Databases
from tests.kit.factories import PASSWORD
from tests.kit.gateway import basic
from tests.kit.machine import node
from tests.kit.node import NPM
from tests.kit.server import free_port
from tests.kit.world import ManualClock, World, settings_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from grantway.core.model import Api, Application
    from tests.kit.factories import Person

PROGRAMS = Path(__file__).parent / "programs"
_ROOT_KEYS = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


Command: TypeAlias = Callable[[Mapping[str, Any]], "list[str | Path]"]
"""How a program is started, from what it has to know of itself and of the server."""


@dataclass
class Gate:
    """The server, and what one needs to be a client of it."""

    issuer: str
    world: World
    person: Person
    folder: Path

    def application(
        self,
        callback: str,
        *,
        kind: str = "confidential",
        settings: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> tuple[Application, str]:
        """An application of the person's organization with this address to come back to, and its secret."""
        organization = self.world.make.organization()
        self.world.make.membership(self.person, organization)
        application = self.world.make.application(
            organization,
            kind,  # type: ignore[arg-type]
            redirects=(callback,),
            settings=dict(settings or {}),
            scopes=("openid", "profile", "email", "offline_access"),
            **changes,
        )
        secret = "" if kind == "public" else self.world.make.secret(application)
        self.world.product.poll()
        return application, secret

    def machine(self, scope: str) -> tuple[Api, Application, str, str]:
        """An API with this scope, a machine that may use it, its secret, and a token for it."""
        make = self.world.make
        vendor = make.organization()
        api = make.api(vendor, scope)
        machine = make.application(vendor, "backend", scopes=(scope,))
        secret = make.secret(machine)
        tokens: list[str] = []

        def ask() -> bool:
            answer = plain.post(
                f"{self.issuer}/oauth/token",
                data={"grant_type": "client_credentials"},
                headers={"Authorization": basic(machine.client_id, secret)},
            )
            tokens.append(answer.json().get("access_token", ""))
            return answer.status_code == 200

        # The server is another process: it knows of a new scope a moment after it was made.
        wait(ask, START_SECONDS)
        return api, machine, secret, tokens[-1]

    @contextmanager
    def site(
        self, command: Command, callback: str, *, host: str = "127.0.0.1", **registered: Any
    ) -> Iterator[str]:
        """Run a program as an application whose callback is this path of it, and give its address."""
        port = free_port()
        address = f"http://{host}:{port}"
        application, secret = self.application(address + callback, origins=(address,), **registered)
        facts = {
            "issuer": self.issuer,
            "client_id": application.client_id,
            "client_secret": secret,
            "address": address,
            "port": port,
            "callback": callback,
            "folder": str(self.folder),
        }
        settings = {"ISSUER": self.issuer, "CLIENT_ID": application.client_id, "CLIENT_SECRET": secret}
        with running(command(facts), port, self.folder, settings):
            yield address

    def sign_in(self, page: Page) -> None:
        """Fill in the form that is open, and allow what is asked."""
        page.get_by_label("E-mail address").fill(self.person.user.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("button", name="Allow", exact=True).click()


def javascript(name: str) -> Command:
    """Start a program of an npm package."""
    return lambda facts: [node(), NPM / "sites" / f"{name}.mjs", json.dumps(facts)]


def python(name: str) -> Command:
    """Start a program of a package of PyPI."""
    return lambda facts: [sys.executable, "-u", PROGRAMS / f"{name}.py", json.dumps(facts)]


@pytest.fixture(scope="module")
def gate(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A server on a loopback port, and a person who may sign in."""
    port, url = free_port(), databases.sqlite()
    issuer = f"http://localhost:{port}"
    clock = ManualClock(time.time_ns() // 1000)  # noqa: TID251 -- the records of a real process
    world = World(settings_of(url, issuer=issuer), clock=clock)
    process = subprocess.Popen(
        [sys.executable, "-m", "grantway", "serve"],
        env={
            "PATH": os.defpath,
            "GRANTWAY_ISSUER": issuer,
            "GRANTWAY_DATABASE_URL": url,
            "GRANTWAY_ROOT_KEYS": _ROOT_KEYS,
            "GRANTWAY_HOST": "127.0.0.1",
            "GRANTWAY_PORT": str(port),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait(lambda: _is_ready(issuer), START_SECONDS)
        yield Gate(issuer, world, world.make.person(), tmp_path_factory.mktemp("clients"))
    finally:
        process.terminate()
        process.wait(20)
        world.close()


def _is_ready(issuer: str) -> bool:
    try:
        return plain.get(f"{issuer}/ready", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
