"""Notices leave a real server process for a real mail server and a real receiver, and none is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from grantway.core.identifiers import to_text
from grantway.core.model import SECOND, Application, Organization
from grantway.core.outgoing import Outside
from grantway.core.secrets import Secret
from grantway.features.notices.sending import LEASE
from grantway.system.calling import NetworkCaller
from grantway.system.mailing import MailServer, SmtpMailer
from tests.features.notices.post import is_signed_with, run
from tests.flows.conftest import free_port
from tests.flows.nodes import HOST, is_ready, wait
from tests.kit import plain
from tests.kit.counts import count
from tests.kit.world import ISSUER, MOUNTS, ManualClock, World, settings_of
from tests.system.mailbox import Mailbox

LOOPBACK = (ip_network("127.0.0.0/8"),)
CALLS = 3


@dataclass
class Receiver:
    """What a makers' program is: it keeps what was posted to it. While `is_stuck` it does not answer."""

    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    is_stuck: bool = False
    url: str = ""
    gate: threading.Event = field(default_factory=threading.Event)

    def names(self) -> set[str]:
        """The names of the applications that it was told of."""
        return {str(json.loads(body)["data"].get("application_name")) for _, body in list(self.got)}


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            body = self.rfile.read(length)
            if len(body) < length:
                # Its sender was killed in the middle of it.
                return
            receiver.got.append(({name.lower(): text for name, text in self.headers.items()}, body))
            if receiver.is_stuck:
                receiver.gate.wait(20)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the server's
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.gate.set()
        server.shutdown()
        thread.join(10)
        server.server_close()


@dataclass
class Scene:
    """A world of records, its mail server, its receiver, and server processes over the same database."""

    world: World
    receiver: Receiver
    mailbox: Mailbox
    mail_port: int
    organization: Organization
    program: Application
    secret: str
    webhook: str

    @contextmanager
    def process(self) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
        port = free_port()
        environ = {
            "PATH": os.defpath,
            "GRANTWAY_ISSUER": ISSUER,
            "GRANTWAY_DATABASE_URL": self.world.settings.database_url,
            "GRANTWAY_ROOT_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            "GRANTWAY_MOUNTS": MOUNTS,
            "GRANTWAY_PORT": str(port),
            "GRANTWAY_SMTP_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "GRANTWAY_MAIL_FROM": "Grantway <noreply@id.example.test>",
            "GRANTWAY_OUTBOUND_NETWORKS": "127.0.0.0/8",
        }
        command = [sys.executable, "-m", "grantway", "serve", "--no-migrate"]
        process = subprocess.Popen(
            command,
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # A group of its own, so that a kill takes the worker with the one that started it.
            start_new_session=True,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait(lambda: is_ready(address), 60)
            yield address, process
        finally:
            kill(process)

    def token(self, address: str) -> str:
        pair = b64encode(f"{self.program.client_id}:{self.secret}".encode()).decode()
        answer = plain.post(
            f"{address}/oauth/token",
            data={"grant_type": "client_credentials"},
            headers={**HOST, "Authorization": f"Basic {pair}"},
        )
        return str(answer.json()["access_token"])

    def register(self, address: str, token: str, name: str) -> None:
        answer = plain.post(
            f"{address}/api/v1/organizations/{to_text(self.organization.id)}/applications",
            json={"type": "backend", "name": name, "notification_addresses": ["makers@example.test"]},
            headers={**HOST, "Authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 201, answer.text


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a server with its workers at once, as a machine that loses its power does."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)


@pytest.fixture
def scene(store_url: str) -> Iterator[Scene]:
    mailbox, port = Mailbox(), free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    outside = Outside(
        NetworkCaller(LOOPBACK), SmtpMailer(MailServer("127.0.0.1", port, "none"), "Grantway <n@x.test>")
    )
    clock = ManualClock(time.time_ns() // 1000)  # noqa: TID251 -- the processes' clock tells the real time
    world = World(settings_of(store_url, outbound_networks="127.0.0.0/8"), clock=clock, outside=outside)
    try:
        with receiving() as receiver:
            acme = world.make.organization("Acme")
            program = world.make.application(acme, "backend", scopes=("applications:write",))
            text = "whsec_gwh0" + b64encode(bytes(33)).decode()
            world.make.webhook(acme, receiver.url, secret=Secret(text))
            secret = world.make.secret(program)
            yield Scene(world, receiver, mailbox, port, acme, program, secret, text)
    finally:
        world.close()
        controller.stop()


def test_a_webhook_and_a_mail_leave_a_real_process(scene: Scene) -> None:
    with scene.process() as (address, _):
        scene.register(address, scene.token(address), "Harbour Map")
        wait(lambda: bool(scene.receiver.got) and bool(scene.mailbox.letters), 30)
    headers, body = scene.receiver.got[0]
    assert json.loads(body)["type"] == "application.created"
    assert is_signed_with(scene.webhook, headers, body)
    assert not is_signed_with(scene.webhook, headers, body + b" ")
    assert abs(int(headers["webhook-timestamp"]) - scene.world.clock.now() // SECOND) < 300
    _, recipients, content = scene.mailbox.letters[0]
    letter = message_from_bytes(content, policy=policy.default)
    assert recipients == ["makers@example.test"]
    assert letter["Subject"] == "An application was registered"
    assert "Harbour Map" in letter.get_content()


def test_nothing_is_lost_when_processes_are_killed_between_commit_and_delivery(scene: Scene) -> None:
    """At least once: whatever was answered with success is told, wherever the process was when it died."""
    expected: set[str] = set()
    for turn in range(count(5, 100)):
        # Every other time the receiver holds its answer back: then the process dies holding its claim.
        scene.receiver.is_stuck = turn % 2 == 1
        seen = len(scene.receiver.got)
        with scene.process() as (address, process):
            token = scene.token(address)
            for call in range(CALLS):
                name = f"Application {turn}-{call}"
                scene.register(address, token, name)
                expected.add(name)
            if scene.receiver.is_stuck:
                wait(lambda seen=seen: len(scene.receiver.got) > seen, 90)  # type: ignore[misc]
            kill(process)
        scene.receiver.gate.set()
        scene.receiver.gate = threading.Event()
    scene.receiver.is_stuck = False
    # The claims of the dead run out, and whoever lives then sends what they held.
    scene.world.clock.advance(
        time.time_ns() // 1000 / SECOND - scene.world.clock.now() / SECOND + LEASE / SECOND + 60  # noqa: TID251 -- see above
    )
    run(scene.world)
    assert expected - scene.receiver.names() == set()
    texts = "".join(
        str(message_from_bytes(content, policy=policy.default).get_content())
        for _, _, content in scene.mailbox.letters
    )
    assert {name for name in expected if f"\u201c{name}\u201d" not in texts} == set()
    # More than once is allowed; under another id, or not signed, is not.
    ids: dict[str, set[str]] = {}
    for headers, body in scene.receiver.got:
        assert is_signed_with(scene.webhook, headers, body)
        ids.setdefault(json.loads(body)["data"]["application_name"], set()).add(headers["webhook-id"])
    assert all(len(found) == 1 for found in ids.values())
    assert run(scene.world) == 0
