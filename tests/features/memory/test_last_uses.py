"""Last uses: noted in the process, written together, never a step back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from grantway.core.model import Change, Credential, Id
from grantway.core.ports import Tx, Unavailable
from grantway.features.memory.last_uses import MOST_NOTED, LastUses
from tests.kit.world import World


class Away:
    """A store whose database is away."""

    def read(self) -> AbstractContextManager[Tx]:
        raise Unavailable

    def begin(self) -> AbstractContextManager[Tx]:
        raise Unavailable

    def on_commit(self, listener: Callable[[tuple[Change, ...]], None]) -> None:
        raise AssertionError

    def close(self) -> None:
        raise AssertionError


def stored(world: World, application_id: Id, organization_id: Id) -> Credential:
    with world.store.read() as tx:
        (credential,) = tx.organization(organization_id).credentials(application_id)
    return credential


def test_a_use_is_written_with_time_and_address_and_not_with_the_request(world: World) -> None:
    home = world.make.organization()
    application = world.make.application(home, "backend", scopes=("applications:read",))
    secret = world.make.secret(application)
    answer = world.client.simulate_post(
        "/oauth/token",
        body=f"grant_type=client_credentials&client_id={application.client_id}&client_secret={secret}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        remote_addr="198.51.100.7",
    )
    assert answer.status_code == 200
    assert stored(world, application.id, home.id).last_used_at is None
    world.product.remember_uses()
    used = stored(world, application.id, home.id)
    assert (used.last_used_at, used.last_used_from) == (world.clock.now(), "198.51.100.7")
    assert used.version == 1


def test_a_wrong_secret_is_no_use(world: World) -> None:
    home = world.make.organization()
    application = world.make.application(home, "backend", scopes=("applications:read",))
    world.make.secret(application)
    assert world.token(application, "wrong", grant_type="client_credentials").status_code == 401
    assert world.services.uses.flush(world.store) == 0


def test_a_process_that_writes_late_takes_nothing_back(world: World) -> None:
    home = world.make.organization()
    application = world.make.application(home, "backend")
    world.make.secret(application)
    credential = stored(world, application.id, home.id)
    early, late = LastUses(), LastUses()
    early.secret(credential.id, "192.0.2.1", at=1_000)
    late.secret(credential.id, "192.0.2.2", at=2_000)
    for uses in (late, early):
        assert uses.flush(world.store) == 1
    assert stored(world, application.id, home.id).last_used_at == 2_000


def test_what_a_database_that_is_away_did_not_take_is_written_later(world: World) -> None:
    home, customer = world.make.organization(), world.make.organization()
    application = world.make.application(home, "backend", scopes=("organizations:read",))
    installation = world.make.installation(application, customer)
    uses = LastUses()
    uses.scopes(installation.id, ("organizations:read",), at=1_000)
    with pytest.raises(Unavailable):
        uses.flush(Away())
    uses.scopes(installation.id, ("organizations:read",), at=2_000)
    assert uses.flush(world.store) == 1
    with world.store.read() as tx:
        found = tx.organization(customer.id).installed_application(installation.id)
    assert found is not None
    assert found.used_scopes == {"organizations:read"}
    assert found.last_used_at == 2_000
    assert uses.flush(world.store) == 0


def test_an_installation_that_is_gone_remembers_nothing(world: World) -> None:
    uses = LastUses()
    uses.scopes(4711, ("openid",), at=1_000)
    assert uses.flush(world.store) == 1


def test_what_is_noted_between_two_writings_is_bounded() -> None:
    uses = LastUses()
    for number in range(MOST_NOTED + 10):
        uses.secret(number, "192.0.2.1", at=1)
        uses.scopes(number, ("openid",), at=1)
    assert len(uses._secrets) == len(uses._scopes) == MOST_NOTED  # noqa: SLF001 - nothing else shows it
