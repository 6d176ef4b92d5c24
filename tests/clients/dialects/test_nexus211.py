"""Nexus211's guide: a program of Node with axios, for the API itself and for people who sign in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.clients.dialects.conftest import Town, address_of, javascript
from tests.clients.running import running
from tests.kit import plain

if TYPE_CHECKING:
    from tests.kit.chromium import NewPage


@pytest.fixture
def site(town: Town) -> Iterator[str]:
    """The program, at the address of its redirect."""
    settings = town.settings("nexus211")
    address, port = address_of(settings)
    with running(javascript("nexus211"), port, town.folder, settings):
        yield address


def test_a_program_works_for_itself_and_for_each_organization_that_authorized_it(
    town: Town, site: str
) -> None:
    """N1, N3, N10, N11, N16, N17, N18, N19, N25, N27, N45, N47: one Client ID, and the secret names the organization."""
    (granting,) = town.application("nexus211")["granting_organizations"]
    told = plain.get(f"{site}/work", timeout=30).json()
    assert told["keys"] == [{"organization": granting["id"], "secret": granting["secret"]}]
    names = {one["name"]: one["id"] for one in town.server.facts["organizations"]}
    assert told["own"]["organization"]["id"] == names["Harbour Works"]
    assert told["own"]["profile"] is None
    assert [one["organization"]["id"] for one in told["others"]] == [granting["id"]] == [names["Northwind"]]
    night = plain.get(f"{site}/night", timeout=30).json()
    assert night["organization"]["id"] == names["Harbour Works"]
    assert night["profile"]["role"] == "developer"


def test_somebody_signs_in_to_it(town: Town, site: str, new_page: NewPage) -> None:
    """N13, N32, N38, N40, N41, N42, N44, N46: people of any organization; they agree to what the application may do."""
    page, account = new_page(), town.server.account()
    page.goto(f"{site}/login")
    town.sign_in(page, account)
    page.get_by_role("button", name="Allow", exact=True).click()
    page.wait_for_url(f"{site}/callback?**")
    told = json.loads(page.locator("pre").inner_text())
    assert told["members"] == ["token"]
    assert (told["revoked"], told["after"]) == (204, 401)
    assert told["again"] in {400, 401}
    assert told["current"]["organization"]["name"] == "Northwind"
    assert told["current"]["profile"]["role"] == "member"
