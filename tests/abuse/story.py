"""The cast of the abuse tests: an honest application and user, and an attacker of every kind beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import falcon.testing

from grantway.core.model import Application, Organization
from grantway.edges.dialects.standard import paths
from tests.kit.browser import Browser
from tests.kit.factories import CALLBACK, Person
from tests.kit.world import VERIFIER, World, authorization_request

_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
SCOPE = "openid email orders:read"


@dataclass(frozen=True)
class Client:
    """An application with what it authenticates by."""

    application: Application
    secret: str | None


class Story:
    """An application of Acme with a user who signs in to it; a rival in Acme, and one in another tenant."""

    def __init__(self, world: World) -> None:
        make = world.make
        self.world = world
        self.acme: Organization = make.organization("Acme")
        self.globex: Organization = make.organization("Globex")
        make.api(None, "orders:read", "orders:write", identifier="https://orders.example.test")
        self.person: Person = make.person(self.acme, name="Ada Honest")
        self.stranger: Person = make.person(self.globex, name="Eve Stranger")
        self.honest = self.client(self.acme)
        self.rival = self.client(self.acme)
        self.foreign = self.client(self.globex, audience_effective="any_organization")
        self.public = self.client(self.acme, "public")

    def client(self, organization: Organization, type: Any = "confidential", **changes: Any) -> Client:  # noqa: A002
        scopes = ("openid", "profile", "email", "offline_access", "orders:read")
        changes.setdefault("scopes", scopes)
        application = self.world.make.application(organization, type, **changes)
        secret = None if type == "public" else self.world.make.secret(application)
        return Client(application, secret)

    def request(self, client: Client, **parameters: str) -> str:
        """The address of an authorization request of a client; an empty value leaves a parameter out."""
        query = authorization_request(client.application, redirect_uri=CALLBACK, scope=SCOPE) | parameters
        return paths.AUTHORIZE + "?" + urlencode({name: text for name, text in query.items() if text})

    def answer(
        self,
        client: Client,
        person: Person | None = None,
        browser: Browser | None = None,
        /,
        **parameters: str,
    ) -> dict[str, str]:
        """What a client's callback is given after the person signed in and allowed it."""
        who = person or self.person
        at = browser or self.world.browser()
        left = at.authorize(self.request(client, **parameters), email=who.email, password=who.password)
        return {name: values[0] for name, values in parse_qs(urlsplit(left).query).items()}

    def code(self, client: Client, person: Person | None = None, /, **parameters: str) -> str:
        """A fresh code."""
        return self.answer(client, person, None, **parameters)["code"]

    def redeem(self, client: Client, code: str, /, **changes: str) -> falcon.testing.Result:
        """Exchange a code; an empty value leaves a parameter out."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        } | changes
        return self.world.token(
            client.application, client.secret, **{name: text for name, text in form.items() if text}
        )

    def refresh(self, client: Client, token: str, **changes: str) -> falcon.testing.Result:
        form = {"grant_type": "refresh_token", "refresh_token": token} | changes
        return self.world.token(client.application, client.secret, **form)

    def tokens(self, client: Client, person: Person | None = None, /, **parameters: str) -> dict[str, Any]:
        """The token answer of a whole flow."""
        result = self.redeem(client, self.code(client, person, **parameters))
        assert result.status_code == 200, result.text
        return dict(result.json)

    def machine(self, client: Client, scope: str = "orders:read") -> str:
        assert client.secret is not None
        return self.world.machine_token(client.application, client.secret, scope=scope)

    def introspect(self, client: Client, token: str) -> dict[str, Any]:
        result = self.post(paths.INTROSPECT, client, token=token)
        assert result.status_code == 200, result.text
        return dict(result.json)

    def revoke(self, client: Client, token: str) -> falcon.testing.Result:
        return self.post(paths.REVOKE, client, token=token)

    def post(self, path: str, client: Client, **form: str) -> falcon.testing.Result:
        return self.world.client.simulate_post(
            path,
            body=urlencode({**form, **credentials(client)}),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )

    def is_alive(self, token: str) -> bool:
        """Whether userinfo takes an access token."""
        return self.world.bearer(token).status_code == 200


def credentials(client: Client) -> dict[str, str]:
    found = {"client_id": client.application.client_id}
    return found if client.secret is None else {**found, "client_secret": client.secret}


def error(result: falcon.testing.Result) -> tuple[int, str]:
    """The status and the error code of a refusal."""
    return result.status_code, str(result.json["error"])


def variants(text: str, number: int) -> Iterator[str]:
    """Texts that differ from this one: in letter case, at an end, or in one place; the same each run."""
    yield from (f"{text}A", f"A{text}", f"{text}.", text.swapcase(), text.lower())
    for turn in range(number):
        at = turn * 7 % len(text)
        sign = _SIGNS[(turn * 11 + at) % len(_SIGNS)]
        variant = (
            text[:at] + sign + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + sign + text[at:],
        )[turn % 3]
        if variant != text:
            yield variant
