"""People at the console in a browser without scripts, and what the pages cost."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from grantway.core.identifiers import to_text
from grantway.core.model import Organization, Role
from grantway.storage.sql import postgresql, sqlite
from tests.kit.browser import Browser, Form
from tests.kit.factories import PASSWORD, Person
from tests.kit.world import World


@dataclass
class Desk:
    """Somebody signed in, in the console of one organization."""

    browser: Browser
    person: Person
    slug: str

    def open(self, path: str, status: int = 200) -> str:
        """A page of the console, as it reads."""
        self.browser.visit(f"/o/{self.slug}/{path}")
        assert self.browser.status == status, f"{self.browser.status} {path}\n{self.text}"
        return self.text

    @property
    def text(self) -> str:
        """The page without its tags."""
        inner = re.sub(r"<(script|style)\b.*?</\1>", " ", self.browser.page, flags=re.DOTALL)
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inner)))

    def form(self, end: str) -> Form:
        """The form of the page whose address ends so."""
        return next(one for one in self.browser.forms if one.action.endswith(end))

    def has_form(self, end: str) -> bool:
        """Whether the page offers it."""
        return any(one.action.endswith(end) for one in self.browser.forms)

    def send(self, end: str, *, status: int = 200, **typed: str) -> str:
        """Fill in a form of the page and send it."""
        form = next(number for number, one in enumerate(self.browser.forms) if one.action.endswith(end))
        self.browser.submit(None, form=form, **typed)
        assert self.browser.status == status, f"{self.browser.status} {self.browser.address}\n{self.text}"
        return self.text

    def links(self) -> list[str]:
        """Where the page leads."""
        return [html.unescape(one) for one in re.findall(r'href="([^"]*)"', self.browser.page)]

    def once(self, label: str) -> str:
        """What is shown once under a label."""
        found = re.search(rf"<dt>{re.escape(label)}</dt><dd><code[^>]*>([^<]+)</code>", self.browser.page)
        assert found is not None, self.text
        return html.unescape(found[1])


def desk(world: World, organization: Organization, role: Role = "admin", **changes: Any) -> Desk:
    """A new member of an organization, at the console."""
    return desk_of(world, organization, world.make.person(organization, role=role, **changes))


def desk_of(world: World, organization: Organization, person: Person) -> Desk:
    """A member at the console."""
    browser = world.browser()
    browser.sign_in(person.email, PASSWORD)
    return Desk(browser, person, organization.slug)


def put_in_role(world: World, organization: Organization, person: Person, role: Role) -> None:
    """Give a member another role, behind the back of whatever they have open."""
    with world.store.begin() as tx:
        door = tx.organization(organization.id)
        member = door.membership(person.id)
        assert member is not None
        assert door.update_membership(replace(member[1], role=role), version=member[1].version)
    world.product.poll()


def id_of(record: Any) -> str:
    """The id of a record as addresses have it."""
    return to_text(record.id)


@contextmanager
def counted(monkeypatch: Any) -> Iterator[list[str]]:
    """The statements that were run meanwhile, by their names."""
    names: list[str] = []

    def counting(original: Callable[..., Any]) -> Callable[..., Any]:
        def together(unit: Any, calls: Any) -> Any:
            names.extend(name for name, _ in calls)
            return original(unit, calls)

        return together

    kinds = [
        one
        for module in (sqlite, postgresql)
        for one in vars(module).values()
        if isinstance(one, type) and one.__module__ == module.__name__ and "together" in vars(one)
    ]
    with monkeypatch.context() as patch:
        for kind in kinds:
            patch.setattr(kind, "together", counting(vars(kind)["together"]))
        yield names
