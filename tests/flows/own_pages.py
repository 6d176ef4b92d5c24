"""What a person does on pages of their own, at one of several processes."""

from __future__ import annotations

from typing import Any

import httpx

from grantway.core.identifiers import to_text
from tests.kit.browser import Browser
from tests.kit.factories import Person
from tests.kit.world import World

NEW = "green harbour lamps at dusk"


class At(httpx.HTTPTransport):
    """Sends what is meant for the issuer to one process."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._there = httpx.URL(address)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        there = self._there
        request.url = request.url.copy_with(scheme=there.scheme, host=there.host, port=there.port)
        return super().handle_request(request)


class OwnPages:
    """The pages of one process, as the browsers of its people see them."""

    def __init__(self, world: World, address: str) -> None:
        self._world, self._address = world, address

    def act(self, path: str, person: Person, cookies: dict[str, str]) -> httpx.Response:
        """Submit the form of a page: in the browser with these cookies to sign out, else in another one."""
        browser = Browser(self._world.issuer, At(self._address))
        session = self._world.product.features.sign_in.sessions.find(cookies["__Host-session"])
        assert session is not None
        number = 0
        typed: dict[str, Any] = {}
        if path == "/sign-out":
            browser.cookies = dict(cookies)
        else:
            browser.sign_in(person.email, person.password)
        browser.visit(path)
        if path == "/account":
            number = [one.fields.get("session") for one in browser.forms].index(to_text(session.id))
        if path == "/password":
            typed = {"password": person.password, "new_password": NEW, "confirm": NEW}
        browser.submit(form=number, **typed)
        assert browser.last is not None
        assert browser.address.endswith(("/signed-out", "=session", "=password", "=withdrawn"))
        browser.close()
        return browser.last
