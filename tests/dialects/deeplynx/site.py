"""What the tests of DeepLynx' registration share: a system administrator, and a good registration."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import falcon.testing

from tests.dialects.deeplynx.guide import CALLBACK, Guide
from tests.kit.world import World

V1, V2 = "/d/deeplynx/api/v1/oauth/applications", "/d/deeplynx/api/v2/oauth/applications"
ADMINISTRATION = ("platform", "apis:read", "applications:read", "applications:write", "secrets:write")
GOOD = {
    "name": "Twin Viewer",
    "description": "Shows digital twins.",
    "callbackUrl": "https://twins.example/oauth/callback",
    "baseUrl": "https://twins.example/",
    "appOwnerEmail": "mara@twins.example",
}


@dataclass
class Site:
    """A system administrator with the token of the Site Management page."""

    world: World
    token: str

    def ask(
        self, method: str, path: str = V1, body: Any = None, query: str = "", **headers: str
    ) -> falcon.testing.Result:
        self.world.product.poll()
        sent = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            sent["Content-Type"] = "application/json"
        return self.world.client.simulate_request(
            method,
            path,
            query_string=query,
            headers={name: text for name, text in (sent | headers).items() if text},
            body=None if body is None else json.dumps(body),
        )

    def register(self, **changes: Any) -> dict[str, Any]:
        answer = self.ask("POST", body={**GOOD, **changes})
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json
        return made

    def listed(self, query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", query=query).json
        return found


def token_of(guide: Guide, role: Any = "owner", scopes: tuple[str, ...] = ADMINISTRATION) -> str:
    """The token of somebody in the platform organization, by the guide's own flow."""
    world = guide.world
    application = world.make.application(
        world.make.platform, dialect="deeplynx", scopes=scopes, redirects=(CALLBACK,)
    )
    world.make.voucher(application)
    person = world.make.operator(role=role)
    return Guide(world, application, world.make.secret(application), person, guide.northwind).token()


def is_spared(reader: Guide, callback: str) -> bool:
    """Whether somebody who signs in for the first time sees that page and no other."""
    browser = reader.world.browser()
    assert browser.visit(reader.address(redirect_uri=callback)) is None
    left = browser.submit(("action", "sign_in"), email=reader.person.email, password=reader.person.password)
    return left is not None and left.startswith(callback) and "code=" in left
