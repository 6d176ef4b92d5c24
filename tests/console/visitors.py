"""People in front of the console: each in a browser of their own, signed in, by the name of their position."""

from __future__ import annotations

from dataclasses import dataclass, field

from grantway.core.identifiers import to_text
from grantway.core.model import Organization, Role
from grantway.edges.console.pipeline import PURPOSE, handle_of
from grantway.edges.console.table import Form, Place
from grantway.edges.console.table_of_all import PLACES
from grantway.edges.web.csrf import Csrf
from tests.api.cast import Cast, Records
from tests.kit.browser import Browser
from tests.kit.factories import Person

POSITIONS: tuple[str, ...] = (
    "owner",
    "admin",
    "developer",
    "member",
    "contact",
    "stranger",
    "operator",
    "developer_of_platform",
)
UNKNOWN = to_text(987_654_321)


@dataclass
class Visitors:
    """Signs people in and knows where they work."""

    cast: Cast
    people: dict[str, Person] = field(default_factory=dict)
    browsers: dict[str, Browser] = field(default_factory=dict)

    def place_of(self, name: str) -> tuple[Organization, Role]:
        """The organization and the role of a position."""
        cast, platform = self.cast, self.cast.world.make.platform
        at: dict[str, tuple[Organization, Role]] = {
            "stranger": (cast.other, "owner"),
            "operator": (platform, "admin"),
            "developer_of_platform": (platform, "developer"),
        }
        role: Role = name  # type: ignore[assignment]
        return at.get(name, (cast.own, role))

    def browser(self, name: str) -> Browser:
        """The browser of whoever is in this position."""
        if name not in self.browsers:
            where, role = self.place_of(name)
            person = self.people[name] = self.cast.world.make.person(where, role=role, name=f"The {name}")
            browser = self.browsers[name] = self.cast.world.browser()
            browser.sign_in(person.email, person.password)
        return self.browsers[name]

    def proof(self, name: str, form: Form, parts: dict[str, str]) -> str:
        """What the form of a page would carry, for the browser of this position."""
        world = self.cast.world
        csrf = Csrf(world.product.services.keyring.link_key, world.issuer)
        return csrf.token(
            self.browser(name).cookies["__Host-browser"], PURPOSE, handle_of(form, parts, self.reader(name))
        )

    def reader(self, name: str) -> str:
        """The id of whoever is in this position, as forms carry it."""
        self.browser(name)
        return to_text(self.people[name].user.id)


def ids_for(records: Records) -> dict[str, str]:
    """The ids in the paths of the console that name records of this organization."""
    return dict(records.ids)


def address_of(place: Place, slug: str, ids: dict[str, str], form: Form | None = None) -> str:
    """Where a place, or a form of it, is for these records."""
    path = place.address() + (f"/{form.path}" if form is not None else "")
    return path.format(slug=slug, **ids)


def parameters_of(place: Place, form: Form | None) -> set[str]:
    """The ids that an address names."""
    path = place.address() + (f"/{form.path}" if form is not None else "")
    return {one.partition("}")[0] for one in path.split("{")[1:]} - {"slug"}


EVERYTHING: tuple[tuple[Place, Form | None], ...] = tuple(
    pair for place in PLACES for pair in ((place, None), *((place, form) for form in place.forms))
)
"""Every page, and every form of each."""
