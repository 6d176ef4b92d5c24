"""DeepLynx Nexus' guide: its Flask application with a person in a browser, from sign-in to a call of the API."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.clients.dialects.conftest import Town, address_of, flask
from tests.clients.running import running

if TYPE_CHECKING:
    from tests.kit.chromium import NewPage


def test_the_guides_application_signs_somebody_in_and_asks_for_projects(
    town: Town, new_page: NewPage
) -> None:
    """D24, D26, D28, D36, D41, D64, D101, D105: unchanged but for its settings."""
    page, settings, account = new_page(), town.settings("deeplynx"), town.server.account()
    address, port = address_of(settings)
    with running(flask("deeplynx_flask", port), port, town.folder, settings):
        page.goto(f"{address}/api/data")
        town.sign_in(page, account)
        page.wait_for_url(f"{address}/dashboard")
        page.goto(f"{address}/api/data")
        (project,) = json.loads(page.locator("body").inner_text())
        assert project["name"] == "Northwind"
        # What is no answer to its own request is none of its business.
        page.goto(f"{address}/callback?code=x&state=y")
        assert page.locator("body").inner_text() == "Invalid state"
