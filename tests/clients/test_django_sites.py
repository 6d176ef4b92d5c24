"""Libraries of Django: mozilla-django-oidc and django-allauth."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.clients.conftest import Gate, python

if TYPE_CHECKING:
    from tests.kit.chromium import NewPage


def test_mozilla_django_oidc(gate: Gate, new_page: NewPage) -> None:
    page = new_page()
    with gate.site(python("mozilla_site"), "/oidc/callback/") as site:
        page.goto(f"{site}/oidc/authenticate/")
        gate.sign_in(page)
        page.wait_for_url(f"{site}/me")
        assert json.loads(page.locator("pre").inner_text())["email"] == gate.person.user.email


def test_django_allauth(gate: Gate, new_page: NewPage) -> None:
    page = new_page()
    with gate.site(python("allauth_site"), "/accounts/oidc/grantway/login/callback/") as site:
        page.goto(f"{site}/accounts/oidc/grantway/login/")
        page.get_by_role("button", name="Continue").click()
        gate.sign_in(page)
        page.wait_for_url(f"{site}/me")
        assert json.loads(page.locator("pre").inner_text())["email"] == gate.person.user.email
