"""Debian's nginx in front of an API, with the very configuration that docs/integrating.md offers."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from grantway.core.identifiers import to_text
from tests.core.test_routes import AMBIGUOUS
from tests.flows.conftest import free_port
from tests.flows.nodes import is_ready, wait
from tests.kit.databases import Databases
from tests.kit.gateway import Gateway, basic, gateway_of
from tests.kit.machine import nginx
from tests.kit.world import ISSUER, MOUNTS, ManualClock, World, settings_of

GUIDE = Path(__file__).parents[2] / "docs" / "integrating.md"
SURROUNDINGS = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""


class Api(BaseHTTPRequestHandler):
    """A tiny API that answers what it was asked."""

    protocol_version = "HTTP/1.1"
    calls: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.calls.append(self.path)
        seen = {"path": self.path, "method": self.command, "body": self.rfile.read(length).decode()}
        body = json.dumps(
            seen | {"headers": {name.lower(): text for name, text in self.headers.items()}}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_DELETE = do_GET  # noqa: N815 - the library finds them by these names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Say nothing."""


@dataclass
class Seen:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Front:
    """What the world can reach: nginx."""

    port: int
    gateway: Gateway

    def call(self, method: str, path: str, body: str | None = None, **headers: str) -> Seen:
        """Call with a path that nobody tidies up. Headers are named with underscores."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body.encode() if body is not None else None)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Seen(answer.status, told, answer.read().decode())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def gateway(databases: Databases) -> Iterator[Gateway]:
    """Records made by a server in this process, whose clock tells the real time."""
    settings = settings_of(databases.sqlite())
    world = World(settings, clock=ManualClock(time.time_ns() // 1000))  # noqa: TID251 -- as the other process
    yield gateway_of(world, takes_basic=True)
    world.close()


@pytest.fixture(scope="module")
def front(gateway: Gateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """A server process, a tiny API, and nginx before it."""
    api = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    server_port, front_port = free_port(), free_port()
    environ = {
        "PATH": os.defpath,
        "GRANTWAY_ISSUER": ISSUER,
        "GRANTWAY_DATABASE_URL": gateway.world.settings.database_url,
        "GRANTWAY_ROOT_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "GRANTWAY_MOUNTS": MOUNTS,
        "GRANTWAY_HOST": "127.0.0.1",
        "GRANTWAY_PORT": str(server_port),
    }
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    folder = tmp_path_factory.mktemp("nginx")
    pair = b64encode(f"{gateway.application.client_id}:{gateway.secret}".encode()).decode()
    ports = {"127.0.0.1:8400": server_port, "127.0.0.1:9000": api.server_port, "127.0.0.1:8080": front_port}
    server = (
        offered("nginx")
        .replace("BASE64_OF_CLIENT_ID_AND_SECRET", pair)
        .replace("id.example.com", "id.example.test")
    )
    for place_of_guide, port in ports.items():
        assert place_of_guide in server
        server = server.replace(place_of_guide, f"127.0.0.1:{port}")
    configuration = folder / "nginx.conf"
    configuration.write_text(SURROUNDINGS.format(folder=folder, server=server))
    started = [
        subprocess.Popen([sys.executable, "-m", "grantway", "serve"], env=environ, **quiet),
        subprocess.Popen(
            [str(nginx()), "-e", f"{folder}/error.log", "-p", str(folder), "-c", str(configuration)], **quiet
        ),
    ]
    try:
        wait(lambda: is_ready(f"http://127.0.0.1:{server_port}"), 60)
        wait(lambda: is_reachable(front_port), 20)
        yield Front(front_port, gateway)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(20)
        api.shutdown()
        api.server_close()


def offered(language: str) -> str:
    """The configuration that the guide offers."""
    found = re.search(rf"^```{language}\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def is_reachable(port: int) -> bool:
    try:
        return Front.call(Front(port, None), "GET", "/").status == 401  # type: ignore[arg-type]
    except OSError:
        return False


def test_a_call_goes_through_and_the_api_knows_who_calls(front: Front) -> None:
    """N3, N27; what the caller says of itself is gone."""
    gateway = front.gateway
    application, secret = gateway.caller("orders:read")
    forged = {
        "X_Grantway_Role": "owner",
        "X_Grantway_Subject": "1",
        "X_Grantway_Application": "other",
        "X_Grantway_Organization": "other",
        "X_HTTP_Method_Override": "DELETE",
        "Grantway_Gateway": "Basic eDp5",
    }
    bearer = "Bearer " + gateway.world.machine_token(application, secret)
    for proof in (bearer, basic(application.client_id, secret)):
        seen = front.call("GET", "/orders/7?full=1", Authorization=proof, **forged)
        assert seen.status == 200, seen.text
        headers = seen.json["headers"]
        assert seen.json["path"] == "/orders/7?full=1"
        assert headers["x-grantway-application"] == application.client_id
        assert headers["x-grantway-organization"] == to_text(gateway.home.id)
        assert headers["x-grantway-scopes"] == "orders:read"
        assert headers["x-grantway-subject-kind"] == "none"
        gone = {"x-grantway-role", "x-grantway-subject", "authorization", "x-http-method-override"}
        assert not gone & headers.keys()


def test_a_body_reaches_the_api_and_not_the_decision(front: Front) -> None:
    bearer = front.gateway.bearer("orders:read", "orders:write")
    seen = front.call("POST", "/orders", "one=1", Authorization=bearer)
    assert (seen.status, seen.json["method"], seen.json["body"]) == (200, "POST", "one=1")


def test_what_is_not_allowed_never_reaches_the_api(front: Front) -> None:
    """401 with a challenge, 403 with the scopes, and no way round by headers or by nginx's own addresses."""
    bearer, before = front.gateway.bearer("orders:read"), len(Api.calls)
    anonymous = front.call("GET", "/orders")
    assert (anonymous.status, anonymous.headers["www-authenticate"]) == (401, 'Bearer realm="grantway"')
    lacking = front.call("GET", "/files/x", Authorization=bearer)
    assert lacking.status == 403
    assert 'scope="files:read"' in lacking.headers["www-authenticate"]
    for forged in (
        {"X_Forwarded_Uri": "/orders", "X_Forwarded_Method": "GET"},
        {"X_Original_URI": "/orders"},
    ):
        assert front.call("GET", "/files/x", Authorization=bearer, **forged).status == 403
    assert front.call("DELETE", "/orders/7", Authorization=bearer).status == 403
    assert front.call("GET", "/_grantway", Authorization=bearer).status == 404
    assert len(Api.calls) == before


def test_forged_paths_never_reach_the_api(front: Front) -> None:
    """V126: with a route that takes everything, so that only the path itself can be the reason."""
    gateway = front.gateway
    gateway.world.make.scope(gateway.api, "all:read")
    gateway.world.make.route(gateway.api, "/all/*", "all:read")
    bearer, before = gateway.bearer("all:read"), len(Api.calls)
    wait(lambda: front.call("GET", "/all/x", Authorization=bearer).status == 200, 5)
    before = len(Api.calls)
    for path in AMBIGUOUS:
        # What http.client itself does not send is left to the tests of the decision.
        if not path.startswith("/") or "?" in path or re.search(r"[\x00-\x20\x7f-\xff]", path):
            continue
        seen = front.call("GET", "/all" + path, Authorization=bearer)
        assert seen.status in {400, 403, 414}, path
    assert len(Api.calls) == before
    for path in ("/all/caf%C3%A9/mara%40example.com", "/all/a/b/"):
        seen = front.call("GET", path, Authorization=bearer)
        assert (seen.status, seen.json["path"]) == (200, path)


def test_a_limit_is_a_429_with_the_time_to_wait(front: Front) -> None:
    gateway = front.gateway
    application, secret = gateway.caller("orders:read")
    gateway.world.make.limit(gateway.api, 3, application)
    bearer = "Bearer " + gateway.world.machine_token(application, secret)
    seen: list[Seen] = []

    def is_limited() -> bool:
        seen.append(front.call("GET", "/orders", Authorization=bearer))
        return seen[-1].status == 429

    wait(is_limited, 10)
    assert len(seen) > 3
    assert 1 <= int(seen[-1].headers["retry-after"]) <= 60
    assert seen[-1].json["error"] == "rate_limited"


def test_a_disabled_application_is_out_within_a_second(front: Front) -> None:
    gateway = front.gateway
    application, secret = gateway.caller("orders:read")
    bearer = "Bearer " + gateway.world.machine_token(application, secret)
    assert front.call("GET", "/orders", Authorization=bearer).status == 200
    gateway.world.make.change_application(application, state="disabled")
    wait(lambda: front.call("GET", "/orders", Authorization=bearer).status == 401, 1.0)
