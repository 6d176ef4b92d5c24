"""What the tests of DeepLynx's guide share: its addresses, its reader, and its form of a refusal."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import falcon.testing

from grantway.core.model import Application, Organization
from tests.kit.browser import Browser
from tests.kit.factories import Person
from tests.kit.world import World

AUTHORIZE = "/d/deeplynx/api/oauth/authorize"
EXCHANGE = "/d/deeplynx/api/v1/oauth/exchange"
PROJECTS = "/d/deeplynx/api/v1/projects/GetAllProjects"
CURRENT_USER = "/d/deeplynx/api/v1/users/current"
CALLBACK = "https://yourapp.example/oauth/callback?tenant=7"
STATE = "c3RhdGU.of_the~guide-"


@dataclass
class Guide:
    """An application registered by the operator, its secret, and somebody who uses it."""

    world: World
    application: Application
    secret: str
    person: Person
    northwind: Organization

    def address(self, **changes: str | None) -> str:
        query = {"client_id": self.application.client_id, "redirect_uri": CALLBACK, "state": STATE, **changes}
        return AUTHORIZE + "?" + urlencode({name: text for name, text in query.items() if text is not None})

    def code(self, browser: Browser | None = None) -> str:
        seen = (browser or self.world.browser()).authorize(
            self.address(), email=self.person.email, password=self.person.password
        )
        return dict(parse_qsl(urlsplit(seen).query))["code"]

    def exchange(self, code: str, /, **changes: str | None) -> falcon.testing.Result:
        query = {
            "code": code,
            "client_id": self.application.client_id,
            "client_secret": self.secret,
            "redirect_uri": CALLBACK,
            "state": STATE,
            **changes,
        }
        given = {name: text for name, text in query.items() if text is not None}
        return self.world.client.simulate_post(EXCHANGE, query_string=urlencode(given))

    def token(self, **changes: str | None) -> str:
        answer = self.exchange(self.code(), **changes)
        assert answer.status_code == 200, answer.text
        return str(answer.json["access_token"])


def a_guide(world: World) -> Guide:
    """An instance-wide application of the platform organization, as D2 and D14 have it."""
    northwind = world.make.organization("Northwind")
    world.make.api(None, "projects:read")
    application = world.make.application(
        world.make.platform,
        dialect="deeplynx",
        scopes=("projects:read",),
        redirects=(CALLBACK,),
        audience_effective="any_organization",
    )
    world.make.voucher(application)
    person = world.make.person(northwind, email="Mara@Northwind.example")
    return Guide(world, application, world.make.secret(application), person, northwind)


def refused(answer: falcon.testing.Result) -> tuple[int, str, str]:
    assert set(answer.json) == {"error", "error_description"}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["error-id"].startswith("E-")
    return answer.status_code, answer.json["error"], answer.json["error_description"]


def claims_of(token: str) -> dict[str, Any]:
    return dict(json.loads(part_of(token, 1)))


def part_of(token: str, number: int) -> bytes:
    part = token.split(".")[number]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
