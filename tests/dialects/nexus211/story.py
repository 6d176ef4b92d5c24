"""What the tests of third-party authorization share: an application, and administrators who decide about it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import falcon.testing

from grantway.core.identifiers import to_text
from grantway.core.model import Application, Organization
from grantway.features.access.permissions import BY_SCOPE, OF_THE_PLATFORM
from tests.dialects.nexus211.guide import CURRENT, basic
from tests.kit.factories import Person
from tests.kit.world import World

KEYS = "/d/nexus211/keys"
SCOPES = ("organizations:read", "widgets:write")
CONSOLE_SCOPES = tuple(sorted(set(BY_SCOPE) - OF_THE_PLATFORM))


@dataclass
class Story:
    """An application of Northwind's, and the organizations whose administrators decide about it."""

    world: World
    home: Organization
    application: Application
    secret: str
    console: Application
    tokens: dict[int, str] = field(default_factory=dict)

    def keys(self, secret: str | None = None, world: World | None = None) -> falcon.testing.Result:
        """`GET /keys` with the home pair, or another."""
        pair = basic(self.application.client_id, secret or self.secret)
        return (world or self.world).client.simulate_get(KEYS, headers={"Authorization": pair})

    def secret_for(self, organization: Organization) -> str:
        """What `GET /keys` has for an organization."""
        found = {one["organization"]: one["secret"] for one in self.keys().json}
        return str(found[to_text(organization.id)])

    def call(self, secret: str, world: World | None = None) -> falcon.testing.Result:
        """A call of the example API with the pair."""
        world = world or self.world
        world.product.poll()
        pair = basic(self.application.client_id, secret)
        return world.client.simulate_get(CURRENT, headers={"Authorization": pair})

    def as_admin(
        self, organization: Organization, method: str, path: str, body: Any = None, **headers: str
    ) -> falcon.testing.Result:
        """A call of the management API by an administrator of the organization."""
        token = self.tokens.get(organization.id)
        if token is None:
            person: Person = self.world.make.person(organization, role="admin")
            signed_in = self.world.authorize(self.console, person, scope=" ".join(CONSOLE_SCOPES))
            token = self.tokens[organization.id] = signed_in.access_token
        return self.world.client.simulate_request(
            method,
            f"/api/v1/organizations/{to_text(organization.id)}{path}",
            body=None if body is None else json.dumps(body),
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": "application/json",
                **{name.replace("_", "-"): text for name, text in headers.items()},
            },
        )

    def authorize(self, organization: Organization, *scopes: str) -> dict[str, Any]:
        """The administrator enters the Client ID and grants scopes."""
        body = {"client_id": self.application.client_id, "scopes": list(scopes or SCOPES)}
        result = self.as_admin(organization, "POST", "/installations", body)
        assert result.status_code == 201, result.text
        made: dict[str, Any] = result.json
        return made


def a_story(world: World) -> Story:
    home = world.make.organization("Northwind")
    world.make.api(None, "widgets:write")
    application = world.make.application(home, dialect="nexus211", scopes=SCOPES, installable="by_client_id")
    console = world.make.application(
        world.make.platform,
        "public",
        scopes=CONSOLE_SCOPES,
        settings={"consent": "platform"},
        audience_effective="any_organization",
    )
    return Story(world, home, application, world.make.secret(application), console)
