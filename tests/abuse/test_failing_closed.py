"""When something breaks half-way, nobody gets through, nothing is left behind, and nothing is told of the inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import falcon.testing
import httpx
import pytest
from structlog.testing import capture_logs

from grantway.app import Ports, build
from grantway.core.identifiers import to_text
from grantway.core.model import Change
from grantway.core.ports import Store, Tx, Unavailable
from grantway.edges.dialects.standard import paths
from tests.abuse.parameters import FORM
from tests.abuse.story import Story, credentials
from tests.api.cast import Cast
from tests.kit.browser import Browser
from tests.kit.factories import CALLBACK
from tests.kit.world import VERIFIER, World

INSIDE = "table users, column phc, /srv/grantway"
FAULTS: dict[str, tuple[Callable[[], Exception], int]] = {
    "database away": (lambda: Unavailable(INSIDE), 503),
    "unforeseen": (lambda: RuntimeError(INSIDE), 500),
}
MOST = 60
"""More statements than any of these requests has."""


@dataclass
class Breaking:
    """A store of which the statement that a test names fails, and every one behind it."""

    store: Store
    fault: Callable[[], Exception]
    left: int = 1_000_000
    has_failed: bool = False

    def spend(self) -> None:
        if self.left == 0:
            self.has_failed = True
            raise self.fault()
        self.left -= 1

    @contextmanager
    def read(self) -> Iterator[Tx]:
        with self.store.read() as tx:
            yield _Counted(tx, self.spend)

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        with self.store.begin() as tx:
            yield _Counted(tx, self.spend)

    def on_commit(self, listener: Callable[[tuple[Change, ...]], None]) -> None:
        self.store.on_commit(listener)

    def close(self) -> None:
        """The world closes it."""


@dataclass(frozen=True)
class _Counted:
    """A unit of work, or a door of one, whose every statement is counted."""

    inner: Any
    spend: Callable[[], None]

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        if name in {"gate", "platform"}:
            return _Counted(found, self.spend)
        if not callable(found):
            return found

        def counted(*arguments: Any, **named: Any) -> Any:
            if name == "organization":
                return _Counted(found(*arguments, **named), self.spend)
            self.spend()
            return found(*arguments, **named)

        return counted


@dataclass
class Answer:
    status: int
    text: str
    is_through: bool


@dataclass
class Server:
    """Another process of the same server, over a store that breaks."""

    world: World
    store: Breaking
    client: falcon.testing.TestClient
    transport: httpx.WSGITransport
    requests: dict[str, Callable[[], Answer]] = field(default_factory=dict)

    def browser(self) -> Browser:
        return Browser(self.world.issuer, self.transport)

    def ask_until(self, number: int, ask: Callable[[], Answer]) -> Answer | None:
        """Ask while so many statements work; None once that was enough, which has to be a success."""
        self.store.left, self.store.has_failed = number, False
        with capture_logs():
            answer = ask()
        if self.store.has_failed:
            return answer
        assert answer.is_through, answer
        return None

    def api(self, method: str, path: str, token: str, **options: Any) -> Answer:
        headers = {"Authorization": f"Bearer {token}"}
        return plain(self.client.simulate_request(method, path, headers=headers, **options))


def plain(result: falcon.testing.Result) -> Answer:
    return Answer(result.status_code, result.text + str(result.headers), result.status_code < 400)


def server_of(story: Story, cast: Cast, fault: Callable[[], Exception]) -> Server:
    """The process, and requests that it would answer, each prepared as far as its last step."""
    world, store = story.world, Breaking(story.world.store, fault)
    ports = Ports(store, world.clock, world.entropy, world.passwords, world.outside)
    product = build(world.settings, ports)
    product.poll()
    client = falcon.testing.TestClient(product.app, headers={"Host": "id.example.test"})
    server = Server(world, store, client, httpx.WSGITransport(app=product.app, raise_app_exceptions=True))
    code, tokens = story.code(story.honest), story.tokens(story.honest)
    owner = cast.caller("owner")
    place = f"/api/v1/organizations/{to_text(cast.own.id)}/applications"
    entering, allowing = server.browser(), server.browser()
    entering.visit("/sign-in")
    allowing.visit(story.request(story.rival))
    allowing.submit(email=story.person.email, password=story.person.password)
    assert allowing.forms[0].has("decision", "approve")
    entry, consent = entering.forms[0], allowing.forms[0]

    def form(path: str, **fields: str) -> Answer:
        body = urlencode({**fields, **credentials(story.honest)})
        return plain(client.simulate_post(path, body=body, headers=dict([FORM])))

    def enter() -> Answer:
        typed = {**entry.fields, "email": story.person.email, "password": story.person.password}
        headers = {**dict([FORM]), "cookie": "; ".join(f"{k}={v}" for k, v in entering.cookies.items())}
        result = client.simulate_post(entry.action, body=urlencode(typed), headers=headers)
        assert ("__Host-session" in result.cookies) is (result.status_code == 303)
        return plain(result)

    def allow() -> Answer:
        left = allowing.post(consent.action, **consent.fields, decision="approve")
        return Answer(allowing.status, allowing.page, left is not None)

    exchange = {"code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    server.requests = {
        "code": lambda: form(paths.TOKEN, grant_type="authorization_code", **exchange),
        "refresh": lambda: form(
            paths.TOKEN, grant_type="refresh_token", refresh_token=tokens["refresh_token"]
        ),
        "machine": lambda: form(paths.TOKEN, grant_type="client_credentials", scope="orders:read"),
        "introspection": lambda: form(paths.INTROSPECT, token=tokens["access_token"]),
        "userinfo": lambda: server.api("GET", paths.USERINFO, tokens["access_token"]),
        "reading": lambda: server.api("GET", place, owner.token or ""),
        "registering": lambda: server.api(
            "POST", place, owner.token or "", json={"type": "backend", "name": "Made by half"}
        ),
        "sign-in": enter,
        "consent": allow,
    }
    return server


@pytest.mark.parametrize("name", FAULTS)
def test_whichever_statement_fails_nobody_gets_through(story: Story, cast: Cast, name: str) -> None:
    """C192, V156: at every statement of each request; and when it works again, nothing was used up or left."""
    fault, status = FAULTS[name]
    server = server_of(story, cast, fault)
    # Nothing is remembered any more: everything is asked of the database.
    story.world.clock.advance(30)
    for what, ask in server.requests.items():
        failed = 0
        while (answer := server.ask_until(failed, ask)) is not None:
            failed += 1
            assert not answer.is_through, (what, failed)
            assert answer.status == status, (what, failed, answer.text)
            for told in (INSIDE, "Traceback", "RuntimeError", "Unavailable", "sqlalchemy"):
                assert told not in answer.text, (what, failed, told)
        assert 0 < failed < MOST, what
    listed = cast.as_owner("GET", "/organizations/{own}/applications?limit=100").json["items"]
    assert [one["name"] for one in listed].count("Made by half") == 1
