"""An application that speaks several dialects, and a person who signs in to it by any of them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import falcon.testing

from grantway.core.model import Application
from tests.api.cast import Cast
from tests.api.registering import CALLBACK, pair
from tests.dialects.deeplynx.guide import AUTHORIZE as DEEPLYNX_AUTHORIZE
from tests.dialects.deeplynx.guide import EXCHANGE
from tests.dialects.nexus211.guide import ACCESS_TOKEN, basic
from tests.dialects.nexus211.guide import AUTHORIZE as NEXUS211_AUTHORIZE
from tests.kit.browser import Browser
from tests.kit.world import VERIFIER, World, authorization_request

SERVICE = "/d/nexus211/oauth/service-account-token"


def header_of(token: str) -> dict[str, Any]:
    part = token.partition(".")[0]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def answered(left: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(left).query).items()}


@dataclass
class Speaker:
    """An application that speaks a preset's dialect and `standard`, and a person who uses it."""

    world: World
    application: Application
    secret: str | None
    browser: Browser
    email: str
    password: str

    def _left(self, address: str) -> str:
        return self.browser.authorize(address, email=self.email, password=self.password)

    def at(self, dialect: str, **changes: str | None) -> dict[str, str]:
        """What the callback is given after a sign-in at the mounts of a dialect."""
        identifier = self.application.client_id
        if dialect == "standard":
            query = authorization_request(self.application, redirect_uri=CALLBACK, scope="openid email")
            path = "/oauth/authorize"
        elif dialect == "deeplynx":
            query = {"client_id": identifier, "redirect_uri": CALLBACK, "state": "s-1"}
            path = DEEPLYNX_AUTHORIZE
        else:
            query = {"application": identifier, "redirect": CALLBACK, "state": "s-1"}
            path = NEXUS211_AUTHORIZE
        asked = {name: text for name, text in {**query, **changes}.items() if text is not None}
        return answered(self._left(path + "?" + urlencode(asked)))

    def redeem(self, dialect: str, code: str, **changes: str) -> falcon.testing.Result:
        world, identifier = self.world, self.application.client_id
        if dialect == "standard":
            form = {"code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER, **changes}
            return world.token(self.application, self.secret, grant_type="authorization_code", **form)
        if dialect == "deeplynx":
            query = {"client_id": identifier, "client_secret": self.secret or "", "redirect_uri": CALLBACK}
            return world.client.simulate_post(
                EXCHANGE, query_string=urlencode({**query, "code": code, "state": "s-1", **changes})
            )
        return self._json(ACCESS_TOKEN, {"code": code, **changes})

    def _json(self, path: str, body: dict[str, str]) -> falcon.testing.Result:
        pair_ = basic(self.application.client_id, self.secret or "")
        headers = {"Authorization": pair_, "Content-Type": "application/json"}
        return self.world.client.simulate_post(path, body=json.dumps(body), headers=headers)

    def machine(self, dialect: str, profile: str) -> falcon.testing.Result | None:
        """The ways to a token at the mounts of a dialect with nobody present; `profile` is whom to act as."""
        if dialect == "standard":
            return self.world.token(self.application, self.secret, grant_type="client_credentials")
        return self._json(SERVICE, {"profile": profile}) if dialect == "nexus211" else None


def speaker(cast: Cast, record: dict[str, Any]) -> Speaker:
    application, secret = pair(cast, record)
    person = cast.world.make.person(cast.own)
    cast.world.product.poll()
    return Speaker(
        cast.world, application, secret, cast.world.browser(), email=person.email, password=person.password
    )
