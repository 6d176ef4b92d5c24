"""What the tests of CXone's wire share: its addresses, and somebody who reads its documentation."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import falcon.testing

from grantway.core.access_keys import AccessKey
from grantway.core.identifiers import to_text
from grantway.core.model import Application, Organization
from tests.kit.browser import Browser
from tests.kit.factories import Person
from tests.kit.world import VERIFIER, World, authorization_request

AT = "/d/cxone"
AUTHORIZE = AT + "/auth/authorize"
TOKEN = AT + "/auth/token"
USERINFO = AT + "/auth/userinfo"
KEYS = AT + "/auth/jwks"
KEY_TOKEN = AT + "/authentication/v1/token/access-key"
KEY_CALLS = AT + "/access-key-management/v1/access-keys"
ASSOCIATIONS = AT + "/account-access/v1/associations"
OPENID_CONFIGURATION = AT + "/.well-known/openid-configuration"
TENANT_CONFIGURATION = AT + "/.well-known/cxone-configuration"
CALLBACK = "https://orbit.example/signed-in"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SCOPES = ("openid", "profile", "email", "organizations:read", "access_keys:read", "access_keys:write")


@dataclass
class Guide:
    """An application of a tenant, its secret, somebody who uses it, and their access key."""

    world: World
    tenant: Organization
    application: Application
    secret: str
    person: Person
    key: AccessKey
    key_secret: str

    @property
    def basic(self) -> dict[str, str]:
        pair = f"{self.application.client_id}:{self.secret}".encode()
        return {"Authorization": "Basic " + base64.b64encode(pair).decode()}

    def query(self, **changes: str | None) -> dict[str, str]:
        query = authorization_request(self.application, redirect_uri=CALLBACK) | {
            "scope": "openid",
            **changes,
        }
        return {name: text for name, text in query.items() if text is not None}

    def code(self, browser: Browser | None = None, **changes: str | None) -> str:
        seen = (browser or self.world.browser()).authorize(
            AUTHORIZE + "?" + urlencode(self.query(**changes)),
            email=self.person.email,
            password=self.person.password,
        )
        return dict(parse_qsl(urlsplit(seen).query))["code"]

    def ask(self, headers: dict[str, str] | None = None, /, **form: str) -> falcon.testing.Result:
        """A call of the token endpoint: by Basic unless `headers` say otherwise."""
        sent = {**FORM, **(self.basic if headers is None else headers)}
        return self.world.client.simulate_post(TOKEN, body=urlencode(form), headers=sent)

    def exchange(self, code: str, **changes: str) -> falcon.testing.Result:
        given = {"code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER, **changes}
        return self.ask(grant_type="authorization_code", **given)

    def by_key(self, headers: dict[str, str] | None = None, /, **changes: str) -> falcon.testing.Result:
        """The back-end call of C42."""
        given = {"username": to_text(self.key.id), "password": self.key_secret, **changes}
        return self.ask(headers, **{"grant_type": "password", **given})

    def call(self, method: str, path: str, token: str, body: Any = None) -> falcon.testing.Result:
        return self.world.client.simulate_request(
            method, path, json=body, headers={"Authorization": f"Bearer {token}"}
        )


def a_guide(world: World) -> Guide:
    """A tenant's own application, as its operator approved it: nobody is asked."""
    tenant = world.make.organization("Northwind")
    application = world.make.application(
        tenant, dialect="cxone", scopes=SCOPES, redirects=(CALLBACK,), origins=("https://orbit.example",)
    )
    world.make.voucher(application)
    person = world.make.person(
        tenant,
        email="mara@northwind.example",
        name="Mara Lindqvist",
        given_name="Mara",
        family_name="Lindqvist",
    )
    key, text = world.make.access_key(tenant, person)
    return Guide(world, tenant, application, world.make.secret(application), person, key, text)


def claims_of(token: str) -> dict[str, Any]:
    return dict(json.loads(part_of(token, 1)))


def part_of(token: str, number: int) -> bytes:
    part = token.split(".")[number]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
