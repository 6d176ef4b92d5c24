"""Scripts of other origins in Chromium: what is public they read whatever they send, the rest where registered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
from playwright.sync_api import Page

from grantway.edges.api.mounting import DOCUMENT_PATH
from grantway.edges.dialects.standard import paths
from tests.kit.databases import Databases
from tests.kit.world import World, settings_of
from tests.signin import live

FETCH = """async ([address, options]) => {
  try {
    const answer = await fetch(address, options);
    const headers = Object.fromEntries(answer.headers);
    return {status: answer.status, headers, body: await answer.text()};
  } catch (error) {
    return {status: 0, headers: {}, body: String(error)};
  }
}"""


class Elsewhere:
    """A page of another origin, and the server that its script asks."""

    def __init__(self, world: World, origin: str, page: Page) -> None:
        self.world = world
        self.origin = origin
        self._page = page
        page.goto(origin)

    def fetch(self, path: str, **options: Any) -> Any:
        """What a script there gets; status 0 where the browser keeps it back."""
        return self._page.evaluate(FETCH, [self.world.issuer + path, options])


@pytest.fixture
def elsewhere(databases: Databases, page: Page) -> Iterator[Elsewhere]:
    url, worlds = databases.sqlite(), list[World]()

    def make(origin: str) -> Any:
        worlds.append(World(settings_of(url, issuer=origin)))
        return worlds[0].app

    with ExitStack() as streets:
        own = streets.enter_context(live.serving(lambda _: live.application))
        streets.enter_context(live.serving(make))
        yield Elsewhere(streets.enter_context(closing(worlds[0])), own, page)
    databases.drop(url)


@pytest.mark.parametrize(
    "path", [paths.OPENID_CONFIGURATION, paths.AUTHORIZATION_SERVER, paths.KEYS, DOCUMENT_PATH]
)
def test_what_is_public_is_read_whatever_is_sent_along(elsewhere: Elsewhere, path: str) -> None:
    headers = {"MCP-Protocol-Version": "2025-06-18", "X-Anything": "1", "Authorization": "Bearer none"}
    seen = elsewhere.fetch(path, headers=headers, cache="no-store")
    assert seen["status"] == 200, seen["body"]
    assert seen["headers"]["etag"]
    unchanged = elsewhere.fetch(path, headers={"If-None-Match": seen["headers"]["etag"]}, cache="no-store")
    assert unchanged["status"] == 304
    refused = elsewhere.fetch(path, method="POST", headers=headers)
    assert (refused["status"], "E-REQUEST-09" in refused["body"]) == (405, True)
    assert elsewhere.fetch(path, credentials="include")["status"] == 0


def test_metadata_that_is_not_there_is_told_from_a_network_that_is_not(elsewhere: Elsewhere) -> None:
    """Clients try one address after the other, with a header that makes the browser ask first."""
    headers = {"MCP-Protocol-Version": "2025-06-18"}
    for path in ("oauth-protected-resource", "oauth-authorization-server/mcp", "x"):
        seen = elsewhere.fetch(f"/.well-known/{path}", headers=headers)
        assert (seen["status"], "E-REQUEST-10" in seen["body"]) == (404, True)


def test_the_token_endpoint_is_for_registered_origins_with_any_header(elsewhere: Elsewhere) -> None:
    """C009, V137."""
    world = elsewhere.world
    form = {"Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "x", "DPoP": "x"}
    application = world.make.application(world.make.organization("Harbour"), "public")
    body = f"grant_type=refresh_token&refresh_token=x&client_id={application.client_id}"
    world.product.poll()
    asked = {"method": "POST", "headers": form, "body": body}
    assert elsewhere.fetch(paths.TOKEN, **asked)["status"] == 0
    world.make.change_application(application, origins=(elsewhere.origin,))
    world.product.poll()
    seen = elsewhere.fetch(paths.TOKEN, **asked)
    assert (seen["status"], "invalid_grant" in seen["body"]) == (400, True)
    seen = elsewhere.fetch(paths.USERINFO, headers={"Authorization": "Bearer none", "X-Trace": "1"})
    assert seen["status"] == 401
    assert seen["headers"]["www-authenticate"].startswith("Bearer")
    # What asks for a client's secret is for no browser, and pages are for no script of others.
    assert elsewhere.fetch(paths.INTROSPECT, **asked)["status"] == 0
    assert elsewhere.fetch("/sign-in")["status"] == 0
