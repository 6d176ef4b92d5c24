"""Where the tests in Chromium play: the server on a real socket, a person, and an application elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Page

from grantway.core.model import Application, Redirect, User
from tests.kit.databases import Databases
from tests.signin import live
from tests.signin.stage import PASSWORD, Stage

MARA = "mara@northwind.example"


@dataclass
class Town:
    """The server, a person in it, and an application elsewhere that sends people to it."""

    origin: str
    stage: Stage
    application: Application
    person: User

    def request(self, **parameters: str) -> str:
        return f"{self.origin}/interaction/{self.stage.begin(self.application, **parameters)}"


@contextmanager
def staged(databases: Databases) -> Iterator[tuple[str, Stage]]:
    """A server over a database of its own, and the address it is reached at."""
    url = databases.sqlite()
    stages: list[Stage] = []

    def make(origin: str) -> object:
        stages.append(Stage(url, issuer=origin))
        return stages[0].app()

    with live.serving(make) as origin:  # type: ignore[arg-type]
        yield origin, stages[0]
    stages[0].close()
    databases.drop(url)


@contextmanager
def settled(databases: Databases, callback: str) -> Iterator[Town]:
    """A town whose application has its callback on another server."""
    with staged(databases) as (origin, stage):
        organization = stage.organization("Harbour Analytics")
        person = stage.person()
        stage.membership(person, organization, "developer")
        application = stage.application(
            organization,
            redirects=(Redirect(f"{callback}/callback"),),
            audience_effective="any_organization",
        )
        yield Town(origin, stage, application, person)


def fill(page: Page, email: str = MARA, password: str = PASSWORD) -> None:
    """Sign in on the form that is open."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
