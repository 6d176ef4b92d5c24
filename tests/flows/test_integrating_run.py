"""docs/integrating.md as it stands: its commands, its answers, its programs, and what its gateways would ask."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from joserfc.errors import JoseError

from grantway.core.identifiers import to_text
from grantway.core.model import Organization
from grantway.core.outgoing import Outside
from grantway.core.secrets import WEBHOOK_SECRET_PREFIX, Secret
from tests.features.notices.post import Post, run
from tests.flows import proxies
from tests.flows.nodes import wait
from tests.kit import plain
from tests.kit.databases import Databases
from tests.kit.guides import Block, Shell, Typed, blocks_of, follow, only, places_of_a_run, real_clock, shape
from tests.kit.server import free_port
from tests.kit.world import World, settings_of

PAGE = "docs/integrating.md"
API = "https://orders.example.com"


class Reader:
    """Somebody who follows the page: the records and tokens that it says its reader has."""

    def __init__(self, world: World, shell: Shell) -> None:
        self.world = world
        self.shell = shell
        make = world.make
        self.organization = make.organization("Northwind")
        self.gateway = make.application(self.organization, "backend", scopes=())
        self.api = make.api(
            self.organization,
            "orders.read",
            "orders.write",
            identifier=API,
            introspectors=frozenset({self.gateway.id}),
        )
        self.program = make.application(self.organization, "backend", scopes=("orders.read",))
        self.pair = (self.program.client_id, make.secret(self.program))
        self.gateway_pair = (self.gateway.client_id, make.secret(self.gateway))
        shell.set(
            ORGANIZATION=to_text(self.organization.id),
            API=to_text(self.api.id),
            CLIENT_ID=self.pair[0],
            CLIENT_SECRET=self.pair[1],
            API_CLIENT_ID=self.gateway_pair[0],
            API_CLIENT_SECRET=self.gateway_pair[1],
        )

    def token(self, organization: Organization, *scopes: str) -> str:
        """A token of a program of this organization."""
        program = self.world.make.application(organization, "backend", scopes=scopes)
        return self.world.machine_token(program, self.world.make.secret(program))

    def manages_applications(self) -> None:
        self.shell.set(TOKEN=self.token(self.organization, "applications:write"))

    def has_a_service_account(self) -> None:
        """The secret is that of an application that may act as one."""
        make = self.world.make
        settings = {"grant_types": ["client_credentials", SERVICE_ACCOUNT]}
        program = make.application(self.organization, "backend", scopes=("orders.read",), settings=settings)
        account = make.service_account(self.organization, program)
        self.shell.set(
            CLIENT_ID=program.client_id,
            CLIENT_SECRET=make.secret(program),
            SERVICE_ACCOUNT=to_text(account.id),
        )

    def was_called_by_a_person(self) -> None:
        """An API asks about the token of a person, as the page shows it."""
        make = self.world.make
        site = make.application(self.organization, scopes=("openid", "orders.read"))
        person = make.person(self.organization)
        self.world.product.poll()
        signed_in = self.world.authorize(site, person, secret=make.secret(site), scope="orders.read")
        self.shell.set(ACCESS_TOKEN=signed_in.access_token)

    def declares_apis(self) -> None:
        self.shell.set(TOKEN=self.token(self.world.make.platform, "apis:write", "platform"))

    def was_called_by_a_program(self) -> None:
        self.shell.set(ACCESS_TOKEN=self.world.machine_token(self.program, self.pair[1]))


SERVICE_ACCOUNT = "urn:grantway:params:oauth:grant-type:service-account"


@pytest.fixture
def reader(databases: Databases, tmp_path: Path) -> Iterator[Reader]:
    """A server that runs, and what the page takes for granted."""
    url, port = databases.sqlite(), free_port()
    issuer = f"http://localhost:{port}"
    settings = settings_of(url, issuer=issuer, mounts="")
    environment = {
        "GRANTWAY_ISSUER": issuer,
        "GRANTWAY_PORT": str(port),
        "GRANTWAY_DATABASE_URL": url,
        "GRANTWAY_ROOT_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
    }
    with (
        closing(World(settings, clock=real_clock())) as world,
        Shell(tmp_path, places_of_a_run(url, port), **environment) as shell,
    ):
        reader = Reader(world, shell)
        shell.run("grantway serve", "the server")
        yield reader


def test_integrators_follow_their_guide(reader: Reader, databases: Databases) -> None:
    page, typed = blocks_of(PAGE), Typed(reader.shell)
    webhook = Webhook(databases)

    def gateway(asked: Any) -> Any:
        def ask(block: Block) -> None:
            address, sent, taken = asked(block)
            told = asked_of_the_server(reader, reader.shell.here(address), sent, block)
            assert {name for name in told if any(name.startswith(one) for one in taken)} == proxies.TOLD

        return ask

    follow(
        page,
        {
            "sh": typed.commands,
            "json": typed.shown,
            "python tokens": lambda block: check_tokens(reader, block),
            "nginx": lambda block: only(page, block),
            "yaml traefik": gateway(proxies.asked_by_traefik),
            "yaml envoy": gateway(proxies.asked_by_envoy),
            "http": webhook.shown,
            "python webhook": webhook.checked,
        },
        {
            "Registering an application": reader.manages_applications,
            "As a service account": reader.has_a_service_account,
            "Or ask": reader.was_called_by_a_person,
            "Or let your gateway ask": reader.declares_apis,
            "A program": reader.was_called_by_a_program,
        },
    )


def check_tokens(reader: Reader, block: Block) -> None:
    """The program takes a good token, and none that lacks a scope or is for another API."""
    program: dict[str, Any] = {}
    exec(compile(reader.shell.here(block.text), block.place, "exec"), program)
    caller, world = program["caller"], reader.world
    token = world.machine_token(reader.program, reader.pair[1])
    assert caller(token, "orders.read")["client_id"] == reader.program.client_id
    with pytest.raises(PermissionError):
        caller(token, "orders.write")
    world.make.api(reader.organization, "stock.read")
    with pytest.raises(JoseError):
        caller(reader.token(reader.organization, "stock.read"), "stock.read")
    with pytest.raises((JoseError, ValueError)):
        caller(token[:-4] + "AAAA", "orders.read")


def asked_of_the_server(reader: Reader, address: str, added: dict[str, str], block: Block) -> dict[str, str]:
    """Ask as the gateway would about a call of the program, and return the headers of the answer."""
    bearer = reader.world.machine_token(reader.program, reader.pair[1])
    pair = b64encode(":".join(reader.gateway_pair).encode()).decode()
    headers = {"Authorization": f"Bearer {bearer}", "X-Forwarded-For": "203.0.113.7"}
    headers |= {name: text.replace("BASE64_OF_CLIENT_ID_AND_SECRET", pair) for name, text in added.items()}
    if block.info == "yaml envoy":
        address, headers["x-original-uri"] = address + "/orders/7", "/orders/7"
    else:
        headers |= {"X-Forwarded-Method": "GET", "X-Forwarded-Uri": "/orders/7"}
    wait(lambda: plain.get(address, headers=headers).status_code == 200, 10)
    denied = plain.get(address, headers=headers | {"Authorization": "Bearer no"})
    assert denied.status_code == 401, block.place
    return {name.lower(): text for name, text in plain.get(address, headers=headers).headers.items()}


class Webhook:
    """What a webhook is really sent, beside what the page shows and the program that checks it."""

    def __init__(self, databases: Databases) -> None:
        post, secret = Post(), Secret(WEBHOOK_SECRET_PREFIX + b64encode(bytes(32)).decode())
        settings = settings_of(databases.sqlite())
        with closing(World(settings, clock=real_clock(), outside=Outside(post, None))) as world:
            make = world.make
            maker, guest = make.organization("Orbit"), make.organization("Northwind")
            application = make.application(maker, "backend", scopes=(), audience_effective="any_organization")
            make.webhook(maker, events=("installation.granted",), secret=secret)
            administrator = make.application(
                make.platform, "backend", scopes=("installations:write", "platform")
            )
            token = world.machine_token(administrator, make.secret(administrator))
            granted = world.client.simulate_post(
                f"/api/v1/organizations/{to_text(guest.id)}/installations",
                json={"client_id": application.client_id, "scopes": []},
                headers={"Authorization": f"Bearer {token}"},
            )
            assert granted.status_code == 201, granted.text
            run(world)
        (self.sent,) = post.requests
        self.secret = secret.reveal()

    def shown(self, block: Block) -> None:
        head, _, body = block.text.partition("\n\n")
        request, *lines = head.splitlines()
        headers = dict(line.split(": ", 1) for line in lines)
        assert re.fullmatch(r"POST /\S* HTTP/1\.1", request), block.place
        assert headers.keys() == {name.lower() for name in self.sent.headers}, block.place
        for name, text in headers.items():
            kinds = [re.sub(r"\w+", "w", one) for one in (text, self.sent.headers[name])]
            assert kinds[0] == kinds[1] or name == "webhook-signature", f"{block.place}: {name}"
        shown, sent = json.loads(body), json.loads(self.sent.body)
        assert shape(shown) == shape(sent | {"data": sent["data"] | {"scopes": ["one"]}}), block.place
        assert shown["type"] == sent["type"], block.place

    def checked(self, block: Block) -> None:
        """The program takes what was sent, and neither another body, nor another secret, nor an old one."""
        program: dict[str, Any] = {}
        exec(compile(block.text, block.place, "exec"), program)
        is_genuine, headers, body = program["is_genuine"], dict(self.sent.headers), self.sent.body
        assert is_genuine(self.secret, headers, body)
        assert not is_genuine(self.secret, headers, body + b" ")
        assert not is_genuine("whsec_" + b64encode(b"another").decode(), headers, body)
        old = str(int(headers["webhook-timestamp"]) - 600)
        assert not is_genuine(self.secret, headers | {"webhook-timestamp": old}, body)
