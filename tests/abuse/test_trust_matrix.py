"""Nobody is spared a question without an act: presets, dialects, consent values, snapshots, organizations.

A signed-in person follows a link. A code without a page is power over them, so each combination that ends in
one must be covered by a voucher that somebody who may has given. A list by hand, not the table of the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any, Literal, TypeAlias
from urllib.parse import urlencode

import pytest

from grantway.core.model import Application, Organization, Redirect
from tests.kit.browser import Browser
from tests.kit.factories import CALLBACK, Person
from tests.kit.world import World, authorization_request

Act: TypeAlias = Literal["none", "own", "platform", "revoked"]
Change: TypeAlias = Literal["nothing", "scopes", "redirects", "dialects", "audience", "platform"]

AUTHORIZE = {
    "standard": "/oauth/authorize",
    "nexus211": "/d/nexus211/oauth/authorize",
    "deeplynx": "/d/deeplynx/api/oauth/authorize",
}
SETTINGS: tuple[str, ...] = ("ask", "installed", "platform")
MOVED = "https://moved.example.test/callback"
SCOPES = ("openid", "profile")


@dataclass(frozen=True)
class Cell:
    """One application, what was done for it, and what its makers did afterwards."""

    dialect: str
    consent: str
    act: Act
    change: Change
    is_home: bool

    @property
    def is_covered(self) -> bool:
        """Whether somebody answers for what is asked. By hand: who gave what, and what changed since."""
        if self.act in {"none", "revoked"} or self.consent == "ask":
            return False
        if self.act == "platform" and self.consent != "platform":
            return False
        # An act of the own organization is for its members, not for those of others.
        if self.act == "own" and not self.is_home:
            return False
        if self.change == "audience":
            # It was vouched for as an application of its own organization.
            return self.is_home
        return self.change in {"nothing", "platform"}


def cells() -> list[Cell]:
    """Every combination of acts and settings; each change where it could matter."""
    acts: tuple[Act, ...] = ("none", "own", "platform", "revoked")
    changes: tuple[Change, ...] = ("nothing", "scopes", "redirects", "dialects", "audience", "platform")
    return [Cell(*values) for values in product(AUTHORIZE, SETTINGS, acts, changes, (True, False))]


@dataclass
class Stage:
    """Two organizations, and one person of each who is signed in."""

    world: World
    home: Organization
    away: Organization
    people: dict[bool, Person]
    browsers: dict[bool, Browser]

    def application(self, cell: Cell) -> Application:
        """As its makers registered it, answered for by whoever does, and as its makers left it."""
        make = self.world.make
        audience = "own_organization" if cell.change == "audience" else "any_organization"
        spoken = frozenset({"standard"} if cell.change == "dialects" else {cell.dialect})
        if cell.change == "dialects" and cell.dialect == "standard":
            spoken = frozenset({"nexus211"})
        app = make.application(
            self.home,
            scopes=SCOPES,
            dialect=cell.dialect,
            settings={"consent": cell.consent},
            audience_requested=audience,
            audience_effective=audience,
            dialects=spoken,
        )
        if cell.act == "own":
            make.voucher(app, self.home)
        elif cell.act in {"platform", "revoked"}:
            given = make.voucher(app)
            if cell.act == "revoked":
                with self.world.store.begin() as tx:
                    assert tx.platform.revoke_platform_voucher(given.id, by=None, now=1)
        changed = self._changes(app, cell)
        return make.change_application(app, **changed) if changed else app

    def _changes(self, app: Application, cell: Cell) -> dict[str, Any]:
        whole: dict[Change, dict[str, Any]] = {
            "nothing": {},
            "scopes": {"scopes": app.scopes | {"email"}},
            "redirects": {"redirects": (*app.redirects, Redirect(MOVED))},
            "dialects": {"dialects": app.dialects | {cell.dialect}},
            "audience": {"audience_effective": "any_organization"},
            "platform": {"platform": "native"},
        }
        return whole[cell.change]

    def comes_back(self, cell: Cell) -> bool:
        """Whether following a link ends in a code, without a page."""
        app = self.application(cell)
        redirect_uri = MOVED if cell.change == "redirects" else CALLBACK
        request = authorization_request(app, redirect_uri=redirect_uri)
        if cell.dialect == "nexus211":
            # The same by names of its own, and nothing under both.
            request = {"application": app.client_id, "redirect": redirect_uri, "state": "s"}
        left = self.browsers[cell.is_home].visit(AUTHORIZE[cell.dialect] + "?" + urlencode(request))
        return left is not None and "code=" in left


@pytest.fixture
def stage(world: World) -> Stage:
    home, away = world.make.organization("Home"), world.make.organization("Away")
    people = {True: world.make.person(home), False: world.make.person(away)}
    browsers = {}
    for is_home, person in people.items():
        browser = world.browser()
        browser.sign_in(person.email, person.password)
        browsers[is_home] = browser
    return Stage(world, home, away, people, browsers)


@pytest.mark.parametrize("dialect", AUTHORIZE)
def test_no_code_comes_without_an_act_that_covers_it(stage: Stage, dialect: str) -> None:
    """C080: and where an act does cover it, nobody is asked for nothing."""
    wrong = [
        cell for cell in cells() if cell.dialect == dialect and stage.comes_back(cell) is not cell.is_covered
    ]
    assert wrong == []


def test_each_part_of_the_matrix_has_both_answers() -> None:
    """A matrix in which nothing is ever covered, or everything, would show nothing."""
    for dialect, consent in product(AUTHORIZE, ("installed", "platform")):
        some = [one.is_covered for one in cells() if (one.dialect, one.consent) == (dialect, consent)]
        assert {True, False} == set(some)


def test_a_developer_inherits_nothing_from_a_preset(stage: Stage) -> None:
    """The tried attack: the deeplynx preset, spoken as standard, open to everybody, one link and no page."""
    attacker = stage.world.make.application(
        stage.away,
        dialect="deeplynx",
        scopes=SCOPES,
        dialects=frozenset({"standard"}),
        audience_requested="any_organization",
        audience_effective="any_organization",
    )
    assert attacker.settings.consent == "platform"
    request = authorization_request(attacker, redirect_uri=CALLBACK)
    browser = stage.browsers[True]
    assert browser.visit("/oauth/authorize?" + urlencode(request)) is None
    assert browser.forms[0].has("decision", "approve")
