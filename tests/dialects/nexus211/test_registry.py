"""The lists of applications and profiles, on both databases.

Each test cites the facts of docs/dialects/nexus211.md that it shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import falcon.testing
import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import Application, Organization
from tests.dialects.nexus211.guide import basic, refused
from tests.kit.world import World

PLACE = "/d/nexus211"
SCOPES = ("organizations:read", "applications:read", "members:read")


@dataclass
class Bot:
    """An application that calls the API with its pair."""

    world: World
    home: Organization
    application: Application
    secret: str

    def ask(
        self, path: str, query: str = "", secret: str | None = None, **headers: str
    ) -> falcon.testing.Result:
        self.world.product.poll()
        sent = {"Authorization": basic(self.application.client_id, secret or self.secret)}
        return self.world.client.simulate_get(PLACE + path, query_string=query, headers=sent | headers)

    def names(self, query: str = "", path: str = "/applications") -> list[str]:
        answer = self.ask(path, query)
        assert answer.status_code == 200, answer.text
        return [one["name"] for one in answer.json]


@pytest.fixture
def bot(world: World) -> Bot:
    home = world.make.organization("Northwind")
    application = world.make.application(
        home, dialect="nexus211", scopes=SCOPES, name="Bot", installable="by_client_id"
    )
    return Bot(world, home, application, world.make.secret(application))


def test_an_application_lists_those_of_its_organization(bot: Bot) -> None:
    """N10, N27, N55, N56: HashIDs as text, no secret, and nobody else's records whatever is asked for."""
    make = bot.world.make
    theirs = make.application(make.organization("Contoso"), dialect="nexus211", name="Theirs")
    (shown,) = bot.ask("/applications").json
    assert shown == {
        "id": to_text(bot.application.id),
        "organization": to_text(bot.home.id),
        "clientId": bot.application.client_id,
        "name": "Bot",
        "description": None,
        "website": None,
        "type": "confidential",
        "scopes": sorted(SCOPES),
        "redirects": ["https://app.example.test/callback"],
        "signIn": "own",
        "isEnabled": True,
        "createdAt": "2026-11-21T10:00:00Z",
        "updatedAt": "2026-11-21T10:00:00Z",
    }
    assert bot.ask(f"/applications/{shown['id']}").json == shown
    for query in (f"organization={to_text(theirs.organization_id)}", "name=Theirs", "name:like=%25"):
        assert "Theirs" not in bot.names(query)
    for identifier in (to_text(theirs.id), "0", "nonsense", "%2e%2e", "9" * 40):
        assert refused(bot.ask(f"/applications/{identifier}")) == (404, "not_found")


def test_the_list_is_steered_and_filtered(bot: Bot) -> None:
    """N57, N58, N59: over the wire, where signs are encoded or not."""
    make = bot.world.make
    make.application(bot.home, dialect="nexus211", name="Atlas", base_url="https://atlas.example/")
    make.application(bot.home, name="Zephyr", state="disabled", audience_effective="any_organization")
    make.application(bot.home, name="Gone", state="deletion_scheduled")
    make.application(bot.home, name="Old", archived_at=1)
    assert bot.names("$order=name") == ["Atlas", "Bot", "Zephyr"]
    assert bot.names("%24order=name+desc&%24limit=2") == ["Zephyr", "Bot"]
    assert bot.names("$order=name%20desc&$skip=2") == ["Atlas"]
    assert bot.names("isEnabled=false") == ["Zephyr"]
    assert bot.names("website:ne=null") == ["Atlas"]
    assert bot.names("signIn:in=any%7Clisted") == ["Zephyr"]
    assert bot.names("colour=red&$order=name") == ["Atlas", "Bot", "Zephyr"]
    (one,) = bot.ask("/applications", "name=Bot&$with=organization").json
    assert one["organization"] == {"id": to_text(bot.home.id), "name": "Northwind"}


def test_a_list_that_is_asked_for_wrongly(bot: Bot) -> None:
    """N57, N59, N60: 400, with the parameter and a sentence, and nothing of what was sent."""
    answer = bot.ask("/applications", "createdAt:gt=SECRET&$limit=0")
    assert answer.status_code == 400
    assert answer.json.keys() == {"error", "message", "id", "errors"}
    assert {one["field"] for one in answer.json["errors"]} == {"createdAt", "$limit"}
    assert "SECRET" not in answer.text


def test_profiles(bot: Bot) -> None:
    """N49, N51, N55, N61, N65: people of the organization with their roles; surveys are not here."""
    make = bot.world.make
    mara = make.person(bot.home, role="admin", name="Mara Lindqvist", email="mara@northwind.example")
    make.person(bot.home, role="contact", name="Ada")
    make.person(make.organization("Contoso"), role="owner", name="Stranger")
    assert bot.names("$order=name&$withSurvey=true", "/profiles") == ["Ada", "Mara Lindqvist"]
    assert bot.names("role:in=admin|owner", "/profiles") == ["Mara Lindqvist"]
    shown = bot.ask(f"/profiles/{to_text(mara.id)}").json
    assert shown == {
        "id": to_text(mara.id),
        "organization": to_text(bot.home.id),
        "name": "Mara Lindqvist",
        "email": "mara@northwind.example",
        "role": "admin",
        "isEnabled": True,
        "joinedAt": "2026-11-21T10:00:00Z",
    }


def test_organizations(bot: Bot) -> None:
    """N10, N55, N57, N58: the own one, and no other, by the same grammar."""
    contoso = bot.world.make.organization("Contoso")
    own = {
        "id": to_text(bot.home.id),
        "name": "Northwind",
        "isEnabled": True,
        "createdAt": "2026-11-21T10:00:00Z",
    }
    assert bot.ask("/organizations").json == [own]
    assert bot.ask(f"/organizations/{own['id']}").json == own
    assert bot.names("name:like=con%25", "/organizations") == []
    assert refused(bot.ask(f"/organizations/{to_text(contoso.id)}")) == (404, "not_found")
    assert bot.ask("/organizations/current").json["organization"]["id"] == own["id"]
    assert bot.ask("/organizations", "$with=networks").status_code == 400


def test_which_scope_and_which_pair(bot: Bot) -> None:
    """N3, N10, N25, N30, N47: the scope decides, the secret names the organization, a role limits."""
    make = bot.world.make
    plain = make.application(bot.home, dialect="nexus211", scopes=("organizations:read",))
    poor = Bot(bot.world, bot.home, plain, make.secret(plain))
    for path in ("/applications", "/profiles", f"/applications/{to_text(plain.id)}"):
        assert refused(poor.ask(path)) == (403, "insufficient_scope")
        assert refused(bot.ask(path, secret="wrong")) == (401, "invalid_client")
        assert refused(bot.ask(path, Authorization="Bearer wrong")) == (401, "invalid_token")
    contoso = make.organization("Contoso")
    make.application(contoso, name="Contoso's own")
    make.installation(bot.application, contoso, scopes=frozenset({"applications:read"}))
    theirs = make.secret(bot.application, contoso)
    seen = bot.ask("/applications", secret=theirs)
    assert [one["name"] for one in seen.json] == ["Contoso's own"]
    assert refused(bot.ask("/profiles", secret=theirs)) == (403, "insufficient_scope")
    for role, status in (("developer", 200), ("member", 403)):
        assert bot.ask("/applications", Authorization=f"Bearer {token_of(bot, role)}").status_code == status


def token_of(bot: Bot, role: Any) -> str:
    """A token of a service account in a role, as the guide has it."""
    account = bot.world.make.service_account(bot.home, bot.application, role=role)
    bot.world.product.poll()
    answer = bot.world.client.simulate_post(
        PLACE + "/oauth/service-account-token",
        json={"profile": to_text(account.id)},
        headers={"Authorization": basic(bot.application.client_id, bot.secret)},
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json["token"])


def test_a_token_ends_itself(bot: Bot, request: pytest.FixtureRequest) -> None:
    """N46: no content; the token, and no other, is dead from then on, in every process."""
    first, second = token_of(bot, "developer"), token_of(bot, "developer")
    other = bot.world.beside()
    request.addfinalizer(other.close)
    ask = bot.world.client.simulate_post
    answer = ask(PLACE + "/oauth/revoke", headers={"Authorization": f"Bearer {first}"})
    assert (answer.status_code, answer.text) == (204, "")
    assert answer.headers["cache-control"] == "no-store"
    other.product.poll()
    for world in (bot.world, other):
        world.product.poll()
        for token, status in ((first, 401), (second, 200)):
            seen = world.client.simulate_get(
                PLACE + "/organizations/current", headers={"Authorization": f"Bearer {token}"}
            )
            assert seen.status_code == status
    again = ask(PLACE + "/oauth/revoke", headers={"Authorization": f"Bearer {first}"})
    assert refused(again) == (401, "invalid_token")
    pair = basic(bot.application.client_id, bot.secret)
    assert ask(PLACE + "/oauth/revoke", headers={"Authorization": pair}).status_code == 401
    assert ask(PLACE + "/oauth/revoke").status_code == 401
    assert bot.ask("/organizations/current").status_code == 200
