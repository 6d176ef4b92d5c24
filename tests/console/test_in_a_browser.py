"""The console in headless Chromium: read by axe, wide and narrow, light and dark, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.console.quarter import Quarter, opened
from tests.console.test_pages import DRAWN, who_sees
from tests.console.visitors import address_of
from tests.kit.chromium import NewPage
from tests.kit.databases import Databases

AXE = Path(__file__).parents[1] / "kit/npm/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def quarter(databases: Databases) -> Iterator[Quarter]:
    with opened(databases) as found:
        yield found


def addresses(quarter: Quarter, who: str) -> list[str]:
    cast = quarter.cast
    slug = cast.world.make.platform.slug if who == "operator" else cast.own.slug
    ids = (quarter.of_platform if who == "operator" else quarter.records).ids
    return [address_of(place, slug, ids, form) for place, form in DRAWN if who_sees(place) == who]


def violations(page: Page) -> list[Any]:
    """What axe finds against WCAG 2.2 AA and its own good practice; the policy of the page stands."""
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})"
        ".then(r => r.violations.map(v => [v.id, v.help, v.nodes.map(n => n.html.slice(0, 200))]))",
        RULES,
    )
    return list(found)


@pytest.mark.parametrize("who", ["owner", "operator"])
@pytest.mark.parametrize(("scheme", "width", "every"), [("light", 1280, 1), ("dark", 375, 3)])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    quarter: Quarter, new_page: NewPage, who: str, scheme: Any, width: int, every: int
) -> None:
    """Every page in one look; in the other every page is measured, and every third read by axe."""
    page = new_page(width=width, color_scheme=scheme)
    page.add_init_script(path=AXE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    quarter.sign_in(page, getattr(quarter, who))
    found: dict[str, Any] = {}
    for number, address in enumerate(addresses(quarter, who)):
        answer = page.goto(quarter.origin + address)
        if answer is None or answer.status != 200:
            errors.clear()
            continue
        if number % every == 0 and (wrong := violations(page)):
            found[address] = wrong
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found[f"{address} is too wide"] = page.evaluate("document.documentElement.scrollWidth")
    assert found == {}
    assert errors == []


def test_an_application_is_made_changed_and_stopped_by_keyboard_and_mouse(
    quarter: Quarter, new_page: NewPage
) -> None:
    page = new_page()
    quarter.sign_in(page, quarter.developer)
    page.goto(f"{quarter.origin}/o/{quarter.cast.own.slug}")
    page.keyboard.press("/")
    page.keyboard.type("New Client")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Create application").first.click()
    page.get_by_role("link", name="Web application").click()
    page.get_by_label("Name").fill("Harbour Board")
    page.get_by_label("Redirect URIs").fill("https://harbour.example.test/callback")
    page.get_by_role("button", name="Create application").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Harbour Board is ready")
    secret = page.locator("code.secret").nth(1).inner_text()
    assert secret.startswith("gws_")
    assert secret not in page.url
    page.get_by_role("link", name="Go to the application").click()
    page.get_by_label("Description").fill("Shows berths.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    assert secret not in page.content()
    page.get_by_role("link", name="Danger zone").click()
    page.get_by_role("link", name="Disable").click()
    expect(page.locator(".points")).to_contain_text("Harbour Board and every token")
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("status")).to_have_text("Disabled.")
    page.get_by_role("link", name="Delete this application").click()
    page.get_by_label("Type Harbour Board to confirm").fill("Harbour")
    page.get_by_role("button", name="Delete this application").click()
    expect(page.get_by_role("alert").first).to_contain_text("There is a problem")
    page.get_by_label("Type Harbour Board to confirm").fill("Harbour Board")
    page.get_by_role("button", name="Delete this application").click()
    expect(page.get_by_role("status").first).to_have_text("Scheduled for deletion.")


def test_who_leaves_a_form_that_was_begun_is_asked_first(quarter: Quarter, new_page: NewPage) -> None:
    page = new_page()
    quarter.sign_in(page, quarter.developer)
    page.goto(f"{quarter.origin}/o/{quarter.cast.own.slug}/applications/new/web")
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    page.get_by_label("Name").fill("Half")
    page.goto(f"{quarter.origin}/o/{quarter.cast.own.slug}")
    assert asked == ["beforeunload"]
