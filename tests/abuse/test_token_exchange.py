"""Token exchange (RFC 8693): narrower, shorter, among siblings, and dead with what it was exchanged for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import falcon.testing
import pytest

from grantway.core import service_accounts
from grantway.core.exchange import ACCESS_TOKEN, GRANT_TYPE
from grantway.core.identifiers import to_text
from grantway.core.model import Application, Organization
from tests.dialects.deeplynx.guide import claims_of
from tests.kit.factories import Person
from tests.kit.world import World

SCOPES = ("openid", "profile", "offline_access", "orders:read", "orders:write", "stock:read")
BOTH = frozenset({"authorization_code", "refresh_token", GRANT_TYPE})


@dataclass
class Siblings:
    """Two applications of one organization: people sign in to the first, the second exchanges."""

    world: World
    owner: Organization
    front: Application
    back: Application
    secrets: dict[int, str]
    person: Person
    tokens: dict[str, Any]

    @property
    def token(self) -> str:
        return str(self.tokens["access_token"])

    def exchange(self, by: Application | None = None, /, **changes: str | None) -> falcon.testing.Result:
        client = by or self.back
        form = {"subject_token": self.token, "subject_token_type": ACCESS_TOKEN, **changes}
        sent = {name: value for name, value in form.items() if value is not None}
        return self.world.token(client, self.secrets[client.id], grant_type=GRANT_TYPE, **sent)

    def works(self, token: str) -> bool:
        return self.world.bearer(token).status_code == 200


@pytest.fixture
def siblings(world: World) -> Siblings:
    make = world.make
    owner = make.organization("Northwind")
    make.api(None, "orders:read", "orders:write")
    make.api(None, "stock:read")
    settings = {"grant_types": BOTH, "several_audiences": True}
    front = make.application(owner, scopes=SCOPES, settings=settings)
    back = make.application(owner, scopes=("openid", "orders:read", "stock:read"), settings=settings)
    secrets = {one.id: make.secret(one) for one in (front, back)}
    person = make.person(owner)
    signed_in = world.authorize(
        front,
        person,
        secret=secrets[front.id],
        scope="openid profile offline_access orders:read orders:write",
    )
    return Siblings(world, owner, front, back, secrets, person, signed_in.tokens)


def test_a_sibling_gets_the_same_person_and_no_more(siblings: Siblings) -> None:
    """RFC 8693 §2.2: the scopes that both have, no refresh token, no actor, no longer life."""
    siblings.world.advance(600)
    siblings.world.product.poll()
    got = siblings.exchange()
    assert got.status_code == 200, got.text
    assert got.json.keys() == {"access_token", "token_type", "expires_in", "scope", "issued_token_type"}
    assert (got.json["scope"], got.json["issued_token_type"]) == ("openid orders:read", ACCESS_TOKEN)
    assert got.json["expires_in"] == 300, "what was left of the other"
    claims = claims_of(got.json["access_token"])
    assert (claims["sub"], claims["client_id"]) == (to_text(siblings.person.id), siblings.back.client_id)
    assert "act" not in claims
    narrowed = siblings.exchange(scope="orders:read", requested_token_type=ACCESS_TOKEN)
    assert narrowed.json["scope"] == "orders:read"


@pytest.mark.parametrize(
    "scope", ["stock:read", "orders:write", "profile", "offline_access", "nothing:known"]
)
def test_never_wider(siblings: Siblings, scope: str) -> None:
    """Neither beyond the presented token nor beyond the application that asks."""
    refused = siblings.exchange(scope=scope)
    assert (refused.status_code, refused.json["error"]) == (400, "invalid_scope")


def test_towards_an_api_by_its_name(siblings: Siblings) -> None:
    """V014: `audience` and `resource` narrow; what the token does not reach, or does not exist, is refused."""
    with siblings.world.store.read() as tx:
        catalogue = tx.gate.catalogue()
    orders, stock = (
        catalogue.apis[catalogue.scopes[name].api_id].identifier for name in ("orders:read", "stock:read")
    )
    for name in ("audience", "resource"):
        assert claims_of(siblings.exchange(**{name: orders}).json["access_token"])["aud"] == orders
        for other in (stock, siblings.front.client_id, "https://nobody.example"):
            refused = siblings.exchange(**{name: other})
            assert (refused.status_code, refused.json["error"]) == (400, "invalid_target")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"subject_token": None}, "E-REQUEST-04"),
        ({"subject_token_type": None}, "E-REQUEST-04"),
        ({"subject_token_type": "urn:ietf:params:oauth:token-type:jwt"}, "E-EXCHANGE-02"),
        ({"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"}, "E-EXCHANGE-02"),
        ({"actor_token": "x", "actor_token_type": ACCESS_TOKEN}, "E-EXCHANGE-03"),
        ({"subject_token": "nonsense"}, "E-EXCHANGE-01"),
    ],
)
def test_what_is_missing_or_strange_is_refused(
    siblings: Siblings, changes: dict[str, str | None], reason: str
) -> None:
    """V015: taking a parameter away never raises what is given."""
    refused = siblings.exchange(**changes)
    assert (refused.status_code, refused.json["error"]) == (400, "invalid_request")
    assert refused.json["error_id"] == reason


def test_only_a_live_access_token_of_a_sibling(siblings: Siblings) -> None:
    """V012, V013: of another organization, of an application alone, of no kind that is taken, exchanged before."""
    world, make = siblings.world, siblings.world.make
    foreign = make.application(make.organization(), scopes=SCOPES, settings={"grant_types": BOTH})
    siblings.secrets[foreign.id] = make.secret(foreign)
    assert siblings.exchange(foreign).json["error_id"] == "E-EXCHANGE-01"
    machine = make.application(siblings.owner, "backend", scopes=("orders:read",))
    alone = world.machine_token(machine, make.secret(machine))
    exchanged = siblings.exchange().json["access_token"]
    for text in (alone, exchanged, siblings.tokens["id_token"], siblings.tokens["refresh_token"]):
        refused = siblings.exchange(subject_token=text)
        assert (refused.status_code, refused.json["error_id"]) == (400, "E-EXCHANGE-01")
    plain = make.application(siblings.owner, scopes=SCOPES)
    siblings.secrets[plain.id] = make.secret(plain)
    assert siblings.exchange(plain).json["error"] == "unauthorized_client", "V011: by policy alone"
    world.advance(901)
    world.product.poll()
    assert siblings.exchange().json["error_id"] == "E-EXCHANGE-01"


def _revoked(it: Siblings, token: str) -> None:
    form = f"client_id={it.front.client_id}&client_secret={it.secrets[it.front.id]}&token={token}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert it.world.client.simulate_post("/oauth/revoke", body=form, headers=headers).status_code == 200


ENDS: dict[str, Callable[[Siblings], object]] = {
    "the presented token is revoked": lambda it: _revoked(it, it.token),
    "its family is revoked": lambda it: _revoked(it, it.tokens["refresh_token"]),
    "its application is disabled": lambda it: it.world.make.change_application(it.front, state="disabled"),
    "its application went on": lambda it: it.world.make.change_application(it.front, epoch=2),
    "the other application is disabled": lambda it: it.world.make.change_application(
        it.back, state="disabled"
    ),
    "the person is disabled": lambda it: it.world.make.change_user(it.person, state="disabled"),
    "the member is disabled": lambda it: it.world.make.change_membership(
        it.person, it.owner, state="disabled"
    ),
    "what the person allowed is withdrawn": lambda it: it.world.product.features.sign_in.consents.withdraw(
        it.person.id, it.front.id, it.owner.id
    ),
}


@pytest.mark.parametrize("end", ENDS)
def test_it_dies_with_what_it_was_exchanged_for(siblings: Siblings, end: str) -> None:
    """V013, E26: whatever ends the one ends the other, at once."""
    token = siblings.exchange().json["access_token"]
    assert siblings.works(token)
    ENDS[end](siblings)
    siblings.world.product.poll()
    assert not siblings.works(token)
    assert siblings.exchange().status_code in {400, 401}


def test_who_cut_the_sibling_off_is_not_impersonated_by_it(siblings: Siblings) -> None:
    """A withdrawal of what the second application may do holds, whatever the first one has."""
    make = siblings.world.make
    make.consent(siblings.person, siblings.back, siblings.owner)
    token = siblings.exchange().json["access_token"]
    consents = siblings.world.product.features.sign_in.consents
    assert consents.withdraw(siblings.person.id, siblings.back.id, siblings.owner.id)
    siblings.world.product.poll()
    assert not siblings.works(token)
    assert siblings.exchange().json["error_id"] == "E-EXCHANGE-01"


def test_a_service_account_stays_one(siblings: Siblings) -> None:
    """The second application has to be listed, too."""
    world, make = siblings.world, siblings.world.make
    robot = make.application(
        siblings.owner,
        scopes=("orders:read",),
        settings={"grant_types": frozenset({service_accounts.GRANT_TYPE})},
    )
    account = make.service_account(siblings.owner, robot)
    got = world.token(
        robot, make.secret(robot), grant_type=service_accounts.GRANT_TYPE, service_account=to_text(account.id)
    ).json["access_token"]
    assert siblings.exchange(subject_token=got).json["error_id"] == "E-SERVICE-01"
    make.change_service_account(account, applications=frozenset({robot.id, siblings.back.id}))
    world.product.poll()
    given = siblings.exchange(subject_token=got)
    assert claims_of(given.json["access_token"])["sub"] == to_text(account.id)
