"""The console on a real socket, with one of everything in it, for the tests in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.api.cast import Cast, Records, cast_of
from tests.kit.databases import Databases
from tests.kit.factories import Person
from tests.kit.world import World, settings_of
from tests.signin import live


@dataclass
class Quarter:
    """A server, its cast, and somebody of each kind who works there."""

    origin: str
    cast: Cast
    owner: Person
    developer: Person
    operator: Person
    records: Records
    of_platform: Records

    def sign_in(self, page: Page, person: Person) -> None:
        """Sign somebody in by the form."""
        page.goto(f"{self.origin}/sign-in")
        page.get_by_label("E-mail address").or_(page.get_by_label("E-Mail-Adresse")).fill(person.email)
        page.locator("input[name=password]").fill(person.password)
        page.locator("button.primary").click()


@contextmanager
def opened(databases: Databases) -> Iterator[Quarter]:
    """Over a database of its own."""
    url = databases.sqlite()
    worlds: list[World] = []

    def make(origin: str) -> object:
        worlds.append(World(settings_of(url, issuer=origin, mounts="")))
        return worlds[0].app

    with live.serving(make) as origin:  # type: ignore[arg-type]
        world = worlds[0]
        cast = cast_of(world)
        owner = world.make.person(cast.own, role="owner", name="Owen Owner")
        developer = world.make.person(cast.own, role="developer", name="Dana Developer")
        operator = world.make.operator(name="Otis Operator")
        records, of_platform = cast.records(cast.own), cast.records(world.make.platform)
        world.product.poll()
        yield Quarter(origin, cast, owner, developer, operator, records, of_platform)
    worlds[0].close()
    databases.drop(url)
