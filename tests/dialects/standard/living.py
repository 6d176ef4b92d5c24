"""What the tests of the device grant share: a room with a screen, and somebody in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import falcon.testing

from grantway.core import devices
from grantway.core.model import Application, Organization
from grantway.edges.dialects.standard import paths
from tests.kit.browser import Browser
from tests.kit.factories import Person
from tests.kit.world import World

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Living:
    """A room with a screen without a keyboard, and somebody in it."""

    world: World
    northwind: Organization
    application: Application
    person: Person

    def ask(self, application: Application | None = None, **form: str) -> falcon.testing.Result:
        form = {"client_id": (application or self.application).client_id, "scope": "orders:read", **form}
        return self.world.client.simulate_post(paths.DEVICE, body=urlencode(form), headers=FORM)

    def begin(self, **form: Any) -> dict[str, Any]:
        answer = self.ask(**form)
        assert answer.status_code == 200, answer.text
        return dict(answer.json)

    def poll(
        self, device_code: str, application: Application | None = None, *, wait: int = 5
    ) -> falcon.testing.Result:
        if wait:
            self.world.advance(wait)
        client = application or self.application
        return self.world.token(client, None, grant_type=devices.GRANT_TYPE, device_code=device_code)

    def enter(self, browser: Browser, typed: str, *, address: str = "/device") -> Browser:
        browser.visit(address)
        browser.submit(user_code=typed)
        return browser

    def at_consent(self, typed: str, browser: Browser | None = None) -> Browser:
        shown = self.enter(browser or self.world.browser(), typed)
        if "password" in shown.forms[0].fields:
            shown.submit(("action", "sign_in"), email=self.person.email, password=self.person.password)
        assert shown.forms[0].has("decision", "approve"), shown.page[:3000]
        return shown

    def allow(self, begun: dict[str, Any], browser: Browser | None = None) -> Browser:
        shown = self.at_consent(begun["user_code"], browser)
        shown.submit(("decision", "approve"))
        return shown


def a_living(world: World) -> Living:
    """A public application that has the grant, and a member of the organization that owns it."""
    northwind = world.make.organization("Northwind")
    world.make.api(None, "orders:read", "orders:write")
    application = world.make.application(
        northwind,
        type="public",
        name="Wall screen",
        scopes=("orders:read", "openid", "offline_access"),
        settings={"grant_types": frozenset({devices.GRANT_TYPE, "refresh_token"})},
        redirects=(),
    )
    return Living(world, northwind, application, world.make.person(northwind))


def error_of(answer: falcon.testing.Result) -> tuple[int, str, str]:
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json["error"], answer.json["error_id"]
