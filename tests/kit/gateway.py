"""An API behind a gateway, for tests: its records, and questions as the gateway asks them."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

import falcon.testing

from grantway.core.model import Api, ApiPolicy, Application, Organization
from grantway.edges.dialects.standard import paths
from tests.kit.world import World

ADDRESS = "192.0.2.44"


def basic(client_id: str, secret: str) -> str:
    """The header of a pair."""
    return "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()


@dataclass
class Gateway:
    """Guards one API of one organization, and asks the server about every call."""

    world: World
    home: Organization
    api: Api
    application: Application
    """The gateway's own, listed among the API's introspectors."""
    secret: str
    client: falcon.testing.TestClient | None = None
    told: dict[str, str] = field(default_factory=dict)
    """Headers that go with every question, over those that belong to it."""

    @property
    def credentials(self) -> str:
        return basic(self.application.client_id, self.secret)

    def forwarded(
        self,
        method: str,
        uri: str,
        authorization: str | None = None,
        *,
        query: str = "",
        path: str = paths.DECISION,
        **headers: str | None,
    ) -> falcon.testing.Result:
        """A question as nginx asks it. Headers are named with underscores; None leaves one out."""
        sent: dict[str, str | None] = {
            "Grantway-Gateway": self.credentials,
            "X-Original-Method": method,
            "X-Original-URI": uri,
            "X-Forwarded-For": ADDRESS,
            "Authorization": authorization,
            **self.told,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        given = {name: value for name, value in sent.items() if value is not None}
        client = self.client or self.world.client
        return client.simulate_get(path, headers=given, query_string=query)

    def asked(self, body: dict[str, Any] | bytes, **headers: str) -> falcon.testing.Result:
        """A question as a program asks it, in JSON."""
        sent = {"Content-Type": "application/json", "Authorization": self.credentials}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else json.dumps(body)
        client = self.client or self.world.client
        return client.simulate_post(paths.DECISION, body=data, headers=sent)

    def caller(self, *scopes: str, **changes: Any) -> tuple[Application, str]:
        """An application of the home organization with a secret."""
        application = self.world.make.application(self.home, "backend", scopes=scopes, **changes)
        return application, self.world.make.secret(application)

    def bearer(self, *scopes: str) -> str:
        """The header of a fresh application's token."""
        return "Bearer " + self.world.machine_token(*self.caller(*scopes))

    def beside(self) -> Gateway:
        """The same gateway, asking another process."""
        other = self.world.beside()
        return Gateway(other, self.home, self.api, self.application, self.secret)


def gateway_of(world: World, **policy: Any) -> Gateway:
    """An API with orders and files. Its policy can be given by name."""
    make = world.make
    home = make.organization("Northwind")
    application = make.application(make.organization("Gatekeepers"), "backend", scopes=())
    api = make.api(
        home,
        "orders:read",
        "orders:write",
        "files:read",
        introspectors=frozenset({application.id}),
        policy=ApiPolicy(**policy),
    )
    make.route(api, "/orders", "orders:read")
    make.route(api, "/orders/{id}", "orders:read")
    make.route(api, "/orders", "orders:read", "orders:write", method="POST")
    make.route(api, "/files/*", "files:read")
    secret = make.secret(application)
    world.product.poll()
    return Gateway(world, home, api, application, secret)


def outcome(result: falcon.testing.Result) -> tuple[int, str | None]:
    """The status of an answer and the id of its refusal."""
    return result.status_code, result.json.get("error_id")
