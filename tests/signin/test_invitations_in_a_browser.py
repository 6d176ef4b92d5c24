"""Answering invitations in headless Chromium: on a phone, without scripts, and in German."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from grantway.core.inviting import Invitation
from grantway.core.model import DAY, Organization, User
from tests.kit.chromium import NewPage
from tests.kit.databases import Databases
from tests.signin.stage import PASSWORD, START, Stage
from tests.signin.town import MARA, staged

LONG = "Stadtentwässerungsbetriebe Oberhausen-Süd"


@dataclass
class Town:
    origin: str
    stage: Stage
    person: User
    organizations: tuple[Organization, ...]


@pytest.fixture
def town(databases: Databases) -> Iterator[Town]:
    """Somebody who is invited by two organizations of one name."""
    with staged(databases) as (origin, stage):
        person = stage.person()
        organizations = (stage.organization(LONG), stage.organization(LONG))
        for number, organization in enumerate(organizations):
            made = Invitation(901 + number, organization.id, MARA, "developer", START + 14 * DAY)
            with stage.store.begin() as tx:
                assert tx.organization(organization.id).insert_invitation(made, now=START)
        yield Town(origin, stage, person, organizations)


def arrive(page: Page, town: Town) -> None:
    page.goto(town.origin + "/sign-in")
    page.locator("input[name=email]").fill(MARA)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[value=sign_in], form button[type=submit]").first.click()
    page.wait_for_url(town.origin + "/")


def test_invitations_are_answered_on_a_phone_without_scripts(new_page: NewPage, town: Town) -> None:
    page = new_page(width=390, javascript=False)
    arrive(page, town)
    rows = page.get_by_role("list", name="You are invited").get_by_role("listitem")
    expect(rows).to_have_count(2)
    for number, organization in enumerate(town.organizations):
        expect(rows.nth(number)).to_contain_text(organization.slug)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    for button in page.get_by_role("button", name=re.compile("^(Accept|Decline)")).all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 40
        assert box["x"] + box["width"] <= 390
    rows.first.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("status")).to_have_text("You are a member now.")
    expect(rows).to_have_count(1)
    belongs = page.get_by_role("list", name="Your organizations").get_by_role("listitem")
    expect(belongs).to_have_count(1)
    rows.first.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("status")).to_have_text("You declined the invitation.")
    expect(page.get_by_role("list", name="You are invited")).to_have_count(0)
    expect(belongs).to_have_count(1)


def test_organizations_of_one_name_are_told_apart_where_one_belongs(new_page: NewPage, town: Town) -> None:
    for organization in town.organizations:
        town.stage.membership(town.person, organization, "member")
    page = new_page(width=390)
    arrive(page, town)
    belongs = page.get_by_role("list", name="Your organizations").get_by_role("listitem")
    for organization in town.organizations:
        expect(belongs.filter(has_text=organization.slug)).to_have_count(1)


def test_the_page_is_german_for_who_reads_german(new_page: NewPage, town: Town) -> None:
    page = new_page(width=390, locale="de")
    arrive(page, town)
    expect(page.get_by_role("heading", name="Sie sind eingeladen")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Annehmen"))).to_have_count(2)
