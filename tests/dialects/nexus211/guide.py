"""What the tests of Nexus211's guide share: its addresses, its reader, and its form of a refusal."""

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

AUTHORIZE = "/d/nexus211/oauth/authorize"
ACCESS_TOKEN = "/d/nexus211/oauth/access-token"
CURRENT = "/d/nexus211/organizations/current"
REDIRECT = "https://app.example.test/signed-in?from=nexus"
STATE = "7a9d2f0e-4b1c-4f55-9f6e-0d6a1f3b2c11"


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


@dataclass
class Guide:
    """An application of one organization, its home secret, and a member."""

    world: World
    home: Organization
    application: Application
    secret: str
    person: Person

    def address(self, **changes: str | None) -> str:
        query = {"state": STATE, "application": self.application.client_id, "redirect": REDIRECT, **changes}
        return AUTHORIZE + "?" + urlencode({name: text for name, text in query.items() if text is not None})

    def sign_in(self, person: Person | None = None, browser: Browser | None = None) -> dict[str, str]:
        person = person or self.person
        seen = (browser or self.world.browser()).authorize(
            self.address(), email=person.email, password=person.password
        )
        assert seen.startswith(REDIRECT + "&")
        return dict(parse_qsl(urlsplit(seen).query))

    def exchange(self, body: Any, secret: str | None = None, **headers: str) -> falcon.testing.Result:
        sent = {"Authorization": basic(self.application.client_id, secret or self.secret)}
        sent |= {"Content-Type": "application/json", **headers}
        return self.world.client.simulate_post(
            ACCESS_TOKEN,
            body=body if isinstance(body, str) else json.dumps(body),
            headers={name: text for name, text in sent.items() if text},
        )

    def token(self, person: Person | None = None) -> str:
        answer = self.exchange({"code": self.sign_in(person)["code"]})
        assert answer.status_code == 200, answer.text
        return str(answer.json["token"])

    def call(self, authorization: str) -> falcon.testing.Result:
        return self.world.client.simulate_get(CURRENT, headers={"Authorization": authorization})


def a_guide(world: World) -> Guide:
    home = world.make.organization("Northwind")
    world.make.api(None, "widgets:write")
    application = world.make.application(
        home, dialect="nexus211", scopes=("organizations:read", "widgets:write"), redirects=(REDIRECT,)
    )
    person = world.make.person(home, role="developer", name="Mara Lindqvist")
    return Guide(world, home, application, world.make.secret(application), person)


def refused(answer: falcon.testing.Result) -> tuple[int, str]:
    assert answer.json.keys() == {"error", "message", "id"}
    assert answer.json["id"].startswith("E-")
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json["error"]
