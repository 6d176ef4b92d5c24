"""Users whom an application names itself: only by a voucher, only at APIs that take them, in the one mint."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import pytest

from grantway.core.errors import OAuthError
from grantway.core.messages import AuthenticatedClient, Authorization, Issued, Origin, Subject, TokenRequest
from grantway.core.model import Api, ApiPolicy, Application, Party
from grantway.core.scopes import parse
from grantway.features.tokens import formats
from grantway.features.tokens.issue import Issuer
from tests.kit.world import World

TAKEN, NOT_TAKEN = "minutes:write", "orders:read"


@dataclass
class Naming:
    """An application that names its users, as some grant type would let it."""

    world: World
    application: Application
    secret: str

    def token(self, scope: str | None = None, *, dialect: str = "standard") -> Issued:
        """What the mint answers to a grant type that decided that the client may."""
        services = self.world.services
        issuer = Issuer(services, {"standard": {one.name: one(services.keyring) for one in formats.ALL}})
        request = TokenRequest("any", None, Origin("standard", dialect, "192.0.2.1"), scope=parse(scope))
        with self.world.store.begin() as tx:
            organization = tx.gate.organization_record(self.application.organization_id)
            assert organization is not None
            named = Authorization(
                organization.id, "credential", Party(organization), Subject("external", None, "joe")
            )
            return issuer.issue(tx, AuthenticatedClient(self.application), request, named)

    def refusal(self, scope: str | None = None, **where: Any) -> str:
        with pytest.raises(OAuthError) as refused:
            self.token(scope, **where)
        return refused.value.reason.id

    def seen(self, token: str) -> dict[str, Any]:
        """What introspection says of a token."""
        body = {"token": token}
        pair = (self.application.client_id, self.secret)
        basic = base64.b64encode(":".join(pair).encode()).decode()
        headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
        told: dict[str, Any] = self.world.client.simulate_post(
            "/oauth/introspect", body=urlencode(body), headers=headers
        ).json
        return told


@pytest.fixture
def naming(world: World) -> Naming:
    make = world.make
    make.api(None, TAKEN, policy=ApiPolicy(asserted_subjects=True))
    make.api(None, NOT_TAKEN)
    application = make.application(make.organization(), "backend", scopes=(TAKEN, NOT_TAKEN))
    return Naming(world, application, make.secret(application))


def test_no_grant_type_lets_a_client_name_a_user_without_a_voucher(naming: Naming) -> None:
    """B45: having decided it is not enough. A voucher that does not say so is none for this."""
    assert naming.refusal() == "E-VOUCH-04"
    naming.world.make.voucher(naming.application)
    naming.world.product.poll()
    assert naming.refusal() == "E-VOUCH-04"
    naming.world.make.voucher(naming.application, asserted_subject=True, dialects=frozenset({"nitro"}))
    naming.world.product.poll()
    assert naming.refusal() == "E-VOUCH-04"


def test_it_reaches_the_apis_that_take_such_subjects_and_no_other(naming: Naming) -> None:
    naming.world.make.voucher(naming.application, asserted_subject=True)
    naming.world.product.poll()
    issued = naming.token()
    assert issued.scope == {TAKEN}
    assert naming.refusal(NOT_TAKEN).startswith("E-SCOPE-")
    told = naming.seen(issued.access_token)
    assert (told["active"], told["scope"]) == (True, TAKEN)


def test_a_token_for_a_named_user_falls_with_the_voucher_and_with_the_api(naming: Naming) -> None:
    world = naming.world
    given = world.make.voucher(naming.application, asserted_subject=True)
    world.product.poll()
    held = naming.token().access_token
    with world.store.begin() as tx:
        api = next(one for one in tx.gate.catalogue().apis.values() if one.policy.asserted_subjects)
        stricter = tx.organization(api.organization_id).update_api(_without(api), version=api.version)
        assert stricter is not None
    assert naming.seen(held).get("scope", "") == ""
    with world.store.begin() as tx:
        assert tx.platform.revoke_platform_voucher(given.id, by=None, now=world.clock.now())
    assert naming.seen(held) == {"active": False}
    # A voucher that was given since, and says nothing of it, revives nothing.
    world.make.voucher(naming.application)
    assert naming.seen(held) == {"active": False}


def _without(api: Api) -> Api:
    return replace(api, policy=ApiPolicy())
