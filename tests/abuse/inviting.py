"""What tests of invitations do: invite, open a letter's link, and look at what came of it."""

from __future__ import annotations

from typing import Any

from grantway.core.identifiers import to_text
from grantway.core.model import Organization, User
from tests.api.cast import Cast
from tests.kit.browser import Browser
from tests.kit.world import World

INVITATIONS = "/organizations/{own}/invitations"
VICTIM = "victim@corp.example"
CHOSEN = "seven copper whistles"


def invite(
    cast: Cast, email: str = VICTIM, role: str = "member", organization: Organization | None = None
) -> Any:
    path = INVITATIONS.replace("{own}", to_text((organization or cast.own).id))
    return cast.as_operator("POST", path, {"role": role, "email": email})


def begin_account(world: World, link: str, **typed: str) -> Browser:
    """Open a letter's link and fill in its form."""
    browser = world.browser()
    browser.visit(link)
    if browser.status == 200 and browser.forms and "new_password" in browser.forms[0].fields:
        fields: dict[str, Any] = {"new_password": CHOSEN, "confirm": CHOSEN, **typed}
        if "name" in browser.forms[0].fields:
            fields.setdefault("name", "Vic Tim")
        browser.submit(("action", "join"), **fields)
    return browser


def signs_in(world: World, email: str, password: str) -> bool:
    browser = world.browser()
    browser.sign_in(email, password)
    browser.visit("/account")
    return browser.address.endswith("/account") and browser.status == 200


def places(world: World, email: str) -> list[tuple[int, str]]:
    with world.store.read() as tx:
        people = tx.gate.people_at(email)
        return [
            (place.organization.id, place.membership.role)
            for one in people
            for place in tx.gate.places(one.id)
        ]


def user_of(world: World) -> User:
    """The one person of the address."""
    with world.store.read() as tx:
        (person,) = tx.gate.people_at(VICTIM)
    return person
