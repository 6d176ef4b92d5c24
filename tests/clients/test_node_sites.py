"""Libraries of npm: Passport, express-openid-connect, Auth.js, oidc-client-ts and jose."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx

from tests.clients.conftest import Gate, javascript
from tests.kit import plain

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.kit.chromium import NewPage


def shown(page: Page) -> Any:
    """The JSON that the page consists of."""
    return json.loads(page.locator("pre").inner_text())


def test_passport(gate: Gate, new_page: NewPage) -> None:
    page = new_page()
    settings = {"pkce": "optional", "id_token_claims": ("name", "email")}
    with gate.site(javascript("passport"), "/callback", settings=settings) as site:
        page.goto(f"{site}/login")
        gate.sign_in(page)
        page.wait_for_url(f"{site}/me")
        assert shown(page) == {"name": gate.person.user.name, "email": gate.person.user.email}


def test_express_openid_connect(gate: Gate, new_page: NewPage) -> None:
    page = new_page()
    with gate.site(javascript("express-openid-connect"), "/callback") as site:
        page.goto(f"{site}/me")
        gate.sign_in(page)
        page.wait_for_url(f"{site}/me")
        assert shown(page)["email"] == gate.person.user.email


def test_auth_js(gate: Gate, new_page: NewPage) -> None:
    page = new_page()
    settings = {"id_token_claims": ("name", "email")}
    with gate.site(javascript("authjs"), "/auth/callback/grantway", settings=settings) as site:
        page.goto(f"{site}/auth/signin")
        page.get_by_role("button", name="Grantway").click()
        gate.sign_in(page)
        page.wait_for_url(f"{site}/")
        page.goto(f"{site}/me")
        assert shown(page) == {"name": gate.person.user.name, "email": gate.person.user.email}


def test_oidc_client_ts(gate: Gate, new_page: NewPage) -> None:
    page = new_page()
    with gate.site(javascript("oidc-client-ts"), "/callback", kind="public") as site:
        page.goto(f"{site}/login")
        gate.sign_in(page)
        page.wait_for_function("document.querySelector('pre')?.textContent")
        told = shown(page)
        assert told["email"] == gate.person.user.email, told
        assert told["refreshed"] is True


def test_jose(gate: Gate) -> None:
    api, machine, _, token = gate.machine("orders:read")
    with gate.site(javascript("jose"), "/callback") as site:

        def ask(audience: str, token: str) -> httpx.Response:
            headers = {"Authorization": f"Bearer {token}"}
            return plain.get(f"{site}/me", params={"audience": audience}, headers=headers)

        assert ask(api.identifier, token).json()["client_id"] == machine.client_id
        assert ask("https://another.example", token).status_code == 401
        assert ask(api.identifier, token[:-8] + "AAAAAAAA").status_code == 401
