"""A person allows a device in headless Chromium: the whole way, and back."""

from __future__ import annotations

from dataclasses import replace

from playwright.sync_api import Page, expect

from grantway.core import devices
from grantway.core.messages import DeviceAuthorizationRequest, Origin, PresentedClient
from grantway.features.authorize.devices import DeviceRequests
from grantway.features.client_auth import ClientAuthentication
from tests.signin.town import Town, fill


def begun(town: Town) -> str:
    """The user code of a device that waits for the town's application, which has the grant now."""
    stage, application = town.stage, town.application
    with stage.store.begin() as tx:
        door = tx.organization(application.organization_id)
        stored = door.application(application.id)
        assert stored is not None
        grants = stored.settings.grant_types | {devices.GRANT_TYPE}
        wanted = replace(stored, type="public", settings=stored.settings.having(grant_types=grants))
        assert door.update_application(wanted, version=stored.version) is not None
    requests = DeviceRequests(stage.services, ClientAuthentication(stage.services))
    client = PresentedClient("none", application.client_id)
    asked = DeviceAuthorizationRequest(client, Origin("standard", "standard", "127.0.0.1"))
    return requests.begin(asked).user_code


def test_a_device_is_allowed_from_the_code_to_the_end(town: Town, page: Page) -> None:
    """RFC 8628 §3.3, §5.4: the person reads who asks, for what, and that somebody else may have sent the code."""
    user_code = begun(town)
    page.goto(f"{town.origin}/device")
    field = page.get_by_label("Code on your device")
    expect(field).to_be_focused()
    field.fill("bbbb bbbb")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is not known")
    page.get_by_label("Code on your device").fill(user_code.lower())
    page.get_by_role("button", name="Continue").click()
    fill(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Allow Fieldnotes")
    expect(page.get_by_role("note")).to_contain_text("Somebody else may have sent you this code")
    expect(page.get_by_role("note")).to_contain_text(devices.spelled(user_code))
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(page.get_by_text("continues on your device")).to_be_visible()
    page.reload()
    expect(page.get_by_text("continues on your device")).to_be_visible()
    page.goto(f"{town.origin}/device?user_code={user_code}")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is not known, was used before")
