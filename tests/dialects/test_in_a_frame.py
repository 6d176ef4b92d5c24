"""What opens in a frame, in a real browser."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import Page

from tests.dialects.nexusguard import guide as nexusguard
from tests.dialects.test_pages_run import served
from tests.kit.world import World


def test_an_app_signs_its_person_in_inside_the_portals_frame(world: World, page: Page) -> None:
    """G10, G13, G18: another site's frame, without a cookie of ours, ends at the app with a code."""
    guide = nexusguard.a_guide(world)
    query = {
        "app_id": guide.app.client_id,
        "redirect_uri": nexusguard.REDIRECT,
        "response_type": "code",
        "scope": "install_login",
        "state": nexusguard.STATE,
        "xspe": guide.xspe(),
        "customer_id": guide.customer_id,
    }
    page.route(f"{nexusguard.HOST}/**", lambda route: route.fulfill(body="The app", content_type="text/html"))
    with served(world) as address:
        portal = f'<iframe name="app" src="{address}{nexusguard.CONNECT}?{urlencode(query)}"></iframe>'
        page.route(
            "https://portal.example.test/",
            lambda route: route.fulfill(body=portal.replace("&", "&amp;"), content_type="text/html"),
        )
        page.goto("https://portal.example.test/")
        page.frame_locator("iframe").get_by_text("The app").wait_for()
        frame = page.frame("app")
        assert frame is not None
        came = dict(parse_qsl(urlsplit(frame.url).query))
        assert frame.url.startswith(nexusguard.REDIRECT)
        assert came["state"] == nexusguard.STATE
        tokens = nexusguard.succeeded(guide.exchange(came["code"]))
    assert nexusguard.succeeded(guide.call(tokens["access_token"]))["customer_id"] == guide.customer_id
