"""Bodies that come in chunks, as streaming clients and some proxies send them, on every kind of route."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from click.testing import CliRunner

from grantway.cli import main
from tests.cli.test_serve import PASSWORD, Serving, serving
from tests.kit.browser import Browser
from tests.kit.databases import Databases

_ROOT_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


def in_chunks(text: str) -> Iterator[bytes]:
    """A body as httpx sends it without a length: two chunks, cut inside a parameter."""
    body = text.encode()
    yield body[: len(body) // 2]
    yield body[len(body) // 2 :]


def form(**parameters: str) -> dict[str, Any]:
    return {
        "content": in_chunks(urlencode(parameters)),
        "headers": {"content-type": "application/x-www-form-urlencoded"},
    }


@pytest.fixture(params=["rsgi", "wsgi"])
def server(databases: Databases, request: pytest.FixtureRequest) -> Iterator[tuple[Serving, str]]:
    url = databases.sqlite()
    with serving(url, GRANTWAY_INTERFACE=request.param) as running:
        yield running, url
    databases.drop(url)


def command(url: str, *arguments: str) -> Any:
    environ = {
        "GRANTWAY_ISSUER": "http://localhost",
        "GRANTWAY_DATABASE_URL": url,
        "GRANTWAY_ROOT_KEYS": _ROOT_KEY,
    }
    result = CliRunner().invoke(main, [*arguments, "--json"], env=environ)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_every_kind_of_route_reads_them(server: tuple[Serving, str]) -> None:
    """RFC 9112 section 7.1: forms of people, token, introspection, revocation, and JSON."""
    running, url = server
    link = urlsplit(running.link or "")
    browser = Browser(running.issuer)
    browser.visit(f"{link.path}?{link.query}")
    shown = browser.forms[0]
    fields = {**shown.fields, "name": "Olga Orlow", "email": "olga@example.test"}
    fields |= {"new_password": PASSWORD, "confirm": PASSWORD}
    sent = form(**fields)
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    sent["headers"] |= {"cookie": cookies, "origin": running.issuer}
    made = httpx.post(running.issuer + shown.action, **sent)
    assert made.status_code == 303, made.text
    browser.sign_in("olga@example.test", PASSWORD)
    assert "Olga Orlow" in browser.page
    browser.close()

    organization = command(url, "orgs", "create", "--name", "Northwind", "--slug", "northwind")["id"]
    application = command(
        url, "apps", "create", "--organization", "northwind", "--name", "Night job", "--type", "backend",
        "--notify", "dev@example.test", "--scope", "applications:read", "--scope", "applications:write",
    )  # fmt: skip
    pair = (application["client_id"], application["client_secret"])
    basic = {"authorization": "Basic " + base64.b64encode(":".join(pair).encode()).decode()}
    with httpx.Client(base_url=running.issuer) as client:

        def post(address: str, **parameters: str) -> httpx.Response:
            sent = form(**parameters)
            return client.post(address, content=sent["content"], headers=sent["headers"] | basic)

        given = post("/oauth/token", grant_type="client_credentials")
        assert given.status_code == 200, given.text
        token = given.json()["access_token"]
        assert post("/oauth/introspect", token=token).json()["active"] is True
        bearer = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        body = {"type": "backend", "name": "Day job", "notification_addresses": ["dev@example.test"]}
        address = f"/api/v1/organizations/{organization}/applications"
        created = client.post(address, content=in_chunks(json.dumps(body)), headers=bearer)
        assert created.status_code == 201, created.text
        assert created.json()["name"] == "Day job"
        assert post("/oauth/revoke", token=token).status_code == 200
        assert post("/oauth/introspect", token=token).json() == {"active": False}
