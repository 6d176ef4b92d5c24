"""What every dialect's call about records goes through, whatever its wire is: who, once, and all or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from falcon.testing import create_environ

from grantway.core import errors
from grantway.core.errors import Forbidden, OAuthError, PreconditionFailed, ScopeMissing
from grantway.core.messages import BearerRequest, PresentedClient
from grantway.core.model import Application
from grantway.core.ports import Page
from grantway.core.secrets import Secret
from grantway.edges.web.management import ManagementCall, Operations
from grantway.edges.web.requests import HttpRequest, Mount
from tests.kit.world import World

GOOD: dict[str, Any] = {"type": "backend", "name": "Orbit"}
SCOPES = ("applications:read", "applications:write")


class Caller:
    """An application of Northwind's that calls by a token, or by its pair."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.home = world.make.organization("Northwind")
        self.application: Application = world.make.application(self.home, "backend", scopes=SCOPES)
        self.secret = world.make.secret(self.application)
        self.token = world.machine_token(self.application, self.secret, scope=" ".join(SCOPES))

    def request(self, method: str = "POST") -> HttpRequest:
        world = self.world
        mount = Mount("standard", "standard", world.issuer, issuer=world.issuer)
        return HttpRequest(create_environ(path="/there", method=method), world.product.server, mount)

    def call(self, steps: Any, method: str = "POST", *, pair: bool = False, **said: Any) -> Any:
        request = self.request(method)
        credentials: BearerRequest | PresentedClient = BearerRequest(request.origin, self.token)
        if pair:
            credentials = PresentedClient(
                "client_secret_basic", self.application.client_id, Secret(self.secret)
            )
        return self.world.product.features.operations.management(
            ManagementCall(request, credentials, steps, **said)
        )

    def names(self) -> list[str]:
        with self.world.store.read() as tx:
            found = tx.organization(self.home.id).applications(Page())
        return [one.name for one in found if one.id != self.application.id]


@pytest.fixture
def caller(world: World) -> Caller:
    return Caller(world)


def test_whoever_loses_a_race_does_it_anew_and_not_for_ever(caller: Caller) -> None:
    tried = 0

    def steps(operations: Operations) -> str:
        nonlocal tried
        tried += 1
        made = operations.do("createApplication", body=GOOD)
        if tried < 3:
            raise PreconditionFailed(errors.RECORD_CHANGED)
        return str(made["name"])

    assert caller.call(steps) == "Orbit"
    assert (tried, caller.names()) == (3, ["Orbit"])
    tried = -10
    with pytest.raises(PreconditionFailed):
        caller.call(steps)
    assert (tried, caller.names()) == (-7, ["Orbit"])


def test_all_of_a_call_holds_or_nothing(caller: Caller) -> None:
    def steps(operations: Operations) -> None:
        operations.do("createApplication", body=GOOD)
        operations.do("createApplication", body={"type": "backend"})

    with pytest.raises(errors.Invalid):
        caller.call(steps)
    assert caller.names() == []


def test_a_call_that_reads_writes_nothing(caller: Caller) -> None:
    with pytest.raises(RuntimeError, match="only reads"):
        caller.call(lambda operations: operations.do("createApplication", body=GOOD), "GET")
    assert caller.names() == []


@pytest.mark.parametrize("pair", [False, True])
def test_each_operation_asks_for_its_own_scope(caller: Caller, pair: bool) -> None:
    assert caller.call(lambda one: len(one.every("listApplications")), "GET", pair=pair) == 1
    for name in ("createSecret", "updateOrganization", "createOrganization"):
        ids = {"application_id": caller.application.id} if name == "createSecret" else {}
        with pytest.raises(ScopeMissing):
            caller.call(lambda one, name=name, ids=ids: one.do(name, ids, {}), pair=pair)
    with pytest.raises(Forbidden):
        caller.call(lambda one: one.every("listApplications"), "GET", pair=pair, for_operators=True)


def test_another_organization_is_none(caller: Caller) -> None:
    other = caller.world.make.organization("Contoso")
    ids = {"organization_id": other.id}
    for method, steps in (
        ("GET", lambda one: one.every("listApplications", ids)),
        ("POST", lambda one: one.do("createApplication", ids, GOOD)),
    ):
        with pytest.raises(errors.NotFound):
            caller.call(steps, method)


def test_a_token_for_something_else_reaches_no_records(caller: Caller) -> None:
    caller.world.make.api(None, "widgets:read")
    other = caller.world.make.application(caller.home, "backend", scopes=("widgets:read",))
    caller.token = caller.world.machine_token(other, caller.world.make.secret(other), scope="widgets:read")
    with pytest.raises(OAuthError) as refused:
        caller.call(lambda one: one.every("listApplications"), "GET")
    assert refused.value.reason == errors.TOKEN_AUDIENCE
