"""What the tests of CXone's registration share: somebody of a tenant with a token, and a good registration."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import falcon.testing

from grantway.core.messages import (
    AuthorizeRequest,
    AuthorizeRules,
    Issued,
    Origin,
    PresentedClient,
    TokenRequest,
)
from grantway.core.model import Organization
from grantway.core.secrets import Secret
from grantway.features.authorize.views import Interact
from tests.kit.factories import CALLBACK
from tests.kit.world import VERIFIER, World, authorization_request

PLACE = "/d/cxone/applications"
SCOPES = ("openid", "applications:read", "applications:write", "secrets:write")
GOOD: dict[str, Any] = {
    "name": "Agent Desk",
    "description": "Shows calls to agents.",
    "type": "confidential",
    "tenancy": "single",
    "redirectUris": ["https://desk.example/callback"],
    "corsOrigins": ["https://desk.example"],
    "notificationAddresses": ["ops@desk.example"],
    "tokenEndpointAuthMethod": "client_secret_post",
    "scopes": ["openid"],
}


@dataclass
class Tenant:
    """Somebody of a tenant, with a token of this mount."""

    world: World
    organization: Organization
    token: str

    def ask(self, method: str, path: str = "", body: Any = None, **headers: str) -> falcon.testing.Result:
        self.world.product.poll()
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None:
            sent["Content-Type"] = "application/json"
        return self.world.client.simulate_request(
            method, PLACE + path, headers=sent | headers, body=None if body is None else json.dumps(body)
        )

    def register(self, **changes: Any) -> dict[str, Any]:
        body = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
        answer = self.ask("POST", body=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json
        return made

    def read(self, made: dict[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = self.ask("GET", f"/{made['clientId']}").json
        return shown


def tenant_of(
    world: World, organization: Organization, role: Any = "developer", scopes: Any = SCOPES
) -> Tenant:
    """A person of the organization in a role, by the messages that the wires of sign-in decode to."""
    application = world.make.application(organization, dialect="cxone", scopes=tuple(scopes))
    person, origin = world.make.person(organization, role=role), Origin("cxone", "cxone", "127.0.0.1")
    operations = world.product.features.operations
    world.product.poll()
    asked = AuthorizeRequest(
        origin=origin,
        client_id=application.client_id,
        claimed_redirect=CALLBACK,
        response_type="code",
        scope=" ".join(scopes),
        code_challenge=authorization_request(application, redirect_uri=CALLBACK)["code_challenge"],
        code_challenge_method="S256",
    )
    began = operations.authorize(asked, AuthorizeRules(), None)
    assert isinstance(began, Interact)
    left = world.browser().authorize(
        f"/interaction/{began.handle}", email=person.email, password=person.password
    )
    code = dict(parse_qsl(urlsplit(left).query))["code"]
    issued = operations.token(
        TokenRequest(
            grant_type="authorization_code",
            client=PresentedClient(
                "client_secret_basic", application.client_id, Secret(world.make.secret(application))
            ),
            origin=origin,
            parameters={"code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER},
        )
    )
    assert isinstance(issued, Issued)
    return Tenant(world, organization, issued.access_token)
