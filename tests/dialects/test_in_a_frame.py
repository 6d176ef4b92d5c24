"""What opens in a frame, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import Page

from tests.dialects.nexusguard import guide as nexusguard
from tests.dialects.test_pages_run import served
from tests.kit.world import World


def showing(text: str) -> Callable[..., Iterable[bytes]]:
    """A site that shows this at every address."""

    def site(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("content-type", "text/html")])
        return [text.encode()]

    return site


def test_an_app_signs_its_person_in_inside_the_portals_frame(world: World, page: Page) -> None:
    """G10, G13, G18: another site's frame, without a cookie of ours, ends at the app with a code."""
    with served(showing("The app")) as home, served(world.app) as address:
        guide = nexusguard.a_guide(world, home=f"{home}/")
        query = {
            "app_id": guide.app.client_id,
            "redirect_uri": f"{home}/back",
            "response_type": "code",
            "scope": "install_login",
            "state": nexusguard.STATE,
            "xspe": guide.xspe(),
            "customer_id": guide.customer_id,
        }
        source = f"{address}{nexusguard.CONNECT}?{urlencode(query)}".replace("&", "&amp;")
        portal = f'<iframe name="app" src="{source}"></iframe>'
        with served(showing(portal)) as place:
            page.goto(place)
            page.frame_locator("iframe").get_by_text("The app").wait_for()
            frame = page.frame("app")
            assert frame is not None
            assert frame.url.startswith(f"{home}/back?")
            came = dict(parse_qsl(urlsplit(frame.url).query))
            page.goto("about:blank")
    assert came["state"] == nexusguard.STATE
    tokens = nexusguard.succeeded(guide.exchange(came["code"]))
    assert nexusguard.succeeded(guide.call(tokens["access_token"]))["customer_id"] == guide.customer_id
