"""Operators at work in Site management, and those who are none: browsers without JavaScript."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from grantway.core.audit import AuditEntry, AuditQuery
from grantway.core.identifiers import to_text
from grantway.core.model import Application, Id, Organization, Role
from tests.kit.browser import Browser, Form
from tests.kit.factories import Person
from tests.kit.world import World


def at_work(world: World, organization: Organization, role: Role = "owner") -> tuple[Browser, Person]:
    """Somebody of an organization, signed in."""
    person = world.make.person(organization, role=role)
    browser = world.browser()
    browser.sign_in(person.email, person.password)
    return browser, person


def operator(world: World) -> Browser:
    """An operator, signed in."""
    return at_work(world, world.make.platform, "admin")[0]


def site(path: str) -> str:
    """The address of a page of Site management."""
    return f"/o/platform/site/{path}"


def of_application(application: Application, path: str = "") -> str:
    """The address of another organization's application."""
    base = f"organizations/{to_text(application.organization_id)}/applications/{to_text(application.id)}"
    return site(f"{base}/{path}" if path else base)


def form_to(browser: Browser, end: str) -> Form:
    """The form of the page that goes to an address with this end."""
    for one in browser.forms:
        if one.action.partition("?")[0].endswith(end):
            return one
    raise AssertionError(f"no form to {end}: {[one.action for one in browser.forms]}\n{browser.page[:3000]}")


def send(browser: Browser, end: str, **typed: Any) -> None:
    """Fill in that form and send it."""
    form = form_to(browser, end)
    browser.post(form.action, **{**form.fields, **typed})


def offers(browser: Browser, end: str) -> bool:
    """Whether the page has a form or a link to an address with this end."""
    ends = [one.action.partition("?")[0] for one in browser.forms]
    ends += [link.partition("?")[0] for link in re.findall(r'(?:href|formaction)="([^"]+)"', browser.page)]
    return any(one.endswith(end) for one in ends)


def text_of(browser: Browser) -> str:
    """What the page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", browser.page)).split())


def told(world: World, action: str) -> list[AuditEntry]:
    """The lines of the whole log about an action, the newest first."""
    with world.store.read() as tx:
        return list(tx.platform.audit(AuditQuery(limit=50, action=action)))


def stored(world: World, application_id: Id) -> Application:
    """An application as it is."""
    with world.store.read() as tx:
        found = tx.gate.application(application_id)
    assert found is not None
    return found
