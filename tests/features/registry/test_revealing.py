"""Who can read a client secret again: every policy, every kind of reader."""

from __future__ import annotations

import pytest

from grantway.core.errors import (
    KEYS_POLICY,
    RECORD_FORBIDDEN,
    RECORD_LOCKED,
    SECRET_NOT_KEPT,
    Conflict,
    DomainError,
    NotFound,
)
from grantway.core.model import Id
from grantway.features.access.callers import Caller
from grantway.features.keys.sealing import Sealer
from grantway.features.registry.minting import NewSecret
from grantway.features.registry.rules import REVEALS
from tests.features.registry.customers import SCOPES, Market, market_of
from tests.kit.world import World


def reveal(market: Market, caller: Caller, credential_id: Id) -> str:
    """The text, or the id of the refusal."""
    try:
        with market.world.store.begin() as tx:
            found = market.world.product.features.api.revealing.reveal(
                tx,
                caller,
                market.vendor.id,
                application_id=market.application.id,
                credential_id=credential_id,
            )
    except DomainError as refused:
        return refused.reason.id
    return found.reveal()


def keys(market: Market, caller: Caller) -> dict[Id, str]:
    with market.world.store.begin() as tx:
        found = market.world.product.features.api.revealing.keys(
            tx, caller, market.vendor.id, application_id=market.application.id
        )
    return {one.organization_id: one.secret.reveal() for one in found}


def market_with(world: World, policy: str) -> Market:
    return market_of(world, settings={"reveal": policy})


@pytest.mark.parametrize("policy", REVEALS)
def test_the_policy_says_who_reads_a_secret_again(world: World, policy: str) -> None:
    """B1, B2, B3, B4, G1, G3, C19: role by policy."""
    market = market_with(world, policy)
    maker = market.caller(market.vendor, "developer")
    new = market.issue(caller=maker)
    operator = world.make.operator()
    readers = {
        "maker": maker,
        "owner": market.caller(market.vendor, "owner"),
        "developer": market.caller(market.vendor, "developer"),
        "member": market.caller(market.vendor, "member"),
        "program": market.caller(market.vendor, None),
        "operator": Caller(
            None, world.make.platform.id, SCOPES | {"platform"}, operator.id, "owner", is_platform=True
        ),
        "stranger": market.caller(world.make.organization()),
    }
    text, no, none, hidden = new.secret.reveal(), RECORD_FORBIDDEN.id, SECRET_NOT_KEPT.id, "E-RECORD-02"
    expected = {
        "once": (none, none, none, no, none, none, hidden),
        "creator": (text, no, no, no, no, no, hidden),
        "developers": (text, text, text, no, no, no, hidden),
        "api": (none, none, none, no, none, none, hidden),
    }[policy]
    seen = {name: reveal(market, caller, new.credential.id) for name, caller in readers.items()}
    assert seen == dict(zip(readers, expected, strict=True))


@pytest.mark.parametrize("policy", REVEALS)
def test_a_copy_is_kept_only_where_somebody_may_read_it(world: World, policy: str) -> None:
    """N22."""
    market = market_with(world, policy)
    customer = world.make.organization()
    market.install(customer)
    program = market.caller(market.vendor, None)
    kept = {
        "home": market.issue(),
        "pair": market.issue(customer),
        "by a program": market.issue(caller=program),
    }
    assert {name: new.credential.seal_key_id is not None for name, new in kept.items()} == {
        "home": policy in {"creator", "developers"},
        "pair": policy != "once",
        "by a program": policy == "developers",
    }


def test_each_reading_is_remembered(world: World) -> None:
    market = market_with(world, "developers")
    reader = market.caller(market.vendor, "developer")
    new = market.issue()
    world.advance(60)
    reveal(market, reader, new.credential.id)
    with world.store.read() as tx:
        (stored,) = tx.organization(market.vendor.id).credentials(market.application.id)
    assert (stored.revealed_at, stored.revealed_by) == (world.clock.now(), reader.user_id)


def sealed_of(market: Market, new: NewSecret) -> bytes | None:
    with market.world.store.read() as tx:
        kept = tx.organization(market.vendor.id).sealed_secret(market.application.id, new.credential.id)
    return kept.sealed if kept else None


@pytest.mark.parametrize("policy", REVEALS)
@pytest.mark.parametrize("former", REVEALS)
def test_a_stricter_policy_destroys_the_copies(world: World, former: str, policy: str) -> None:
    market = market_with(world, former)
    customer = world.make.organization()
    market.install(customer)
    new = market.issue(customer)
    was_kept = sealed_of(market, new) is not None
    market.vendor_changes(reveal=policy)
    is_stricter = REVEALS.index(policy) < REVEALS.index(former)
    assert (sealed_of(market, new) is not None) == (was_kept and not is_stricter)
    assert market.token(new)


def test_revoking_a_secret_destroys_its_copy(world: World) -> None:
    market = market_with(world, "developers")
    customer = world.make.organization()
    made = market.install(customer)
    home, pair = market.issue(), market.issue(customer)
    caller = market.caller(market.vendor)
    with world.store.begin() as tx:
        world.product.features.api.credentials.revoke(
            tx,
            caller,
            market.vendor.id,
            application_id=market.application.id,
            credential_id=home.credential.id,
        )
    market.end(customer, made.installation.id)
    assert (sealed_of(market, home), sealed_of(market, pair)) == (None, None)


def test_a_copy_opens_for_its_own_secret_only(world: World) -> None:
    market = market_with(world, "developers")
    first, second = market.issue(), market.issue()
    purposes = [f"credential:{new.credential.id}" for new in (first, second)]
    sealed = sealed_of(market, first)
    assert sealed is not None
    assert first.secret.reveal().encode() not in sealed
    assert world.services.sealer.open(purposes[0], sealed).decode() == first.secret.reveal()
    with pytest.raises(Exception, match="sealed for another purpose"):
        world.services.sealer.open(purposes[1], sealed)


def test_keys_are_the_newest_live_secret_of_each_active_pair(world: World) -> None:
    """N17, N18, N23: one is there at once; those of suspended and revoked pairs are not listed."""
    market = market_with(world, "api")
    developer = market.caller(market.vendor, "developer")
    one, two = world.make.organization(), world.make.organization()
    first = market.install(one)
    market.install(two)
    at_once = keys(market, developer)
    assert at_once.keys() == {one.id, two.id}
    assert market.token(at_once[one.id])
    world.advance(1)
    newer = market.issue(one)
    assert keys(market, developer)[one.id] == newer.secret.reveal()
    market.change(one, first.installation.id, state="suspended")
    assert keys(market, developer).keys() == {two.id}
    market.change(one, first.installation.id, state="active")
    assert keys(market, developer)[one.id] == newer.secret.reveal()
    market.end(one, first.installation.id)
    market.install(one)
    again = keys(market, developer)[one.id]
    assert again not in {at_once[one.id], newer.secret.reveal()}
    assert market.token(again)


def test_keys_are_for_the_policy_and_for_the_makers(world: World) -> None:
    market = market_with(world, "developers")
    with pytest.raises(Conflict) as conflict:
        keys(market, market.caller(market.vendor))
    assert conflict.value.reason is KEYS_POLICY
    with pytest.raises(NotFound):
        keys(market, market.caller(world.make.organization()))


def test_nothing_is_read_from_an_application_that_is_locked(world: World) -> None:
    market = market_with(world, "developers")
    new = market.issue()
    world.make.change_application(market.application, state="deletion_scheduled", purge_at=10**18)
    assert reveal(market, market.caller(market.vendor), new.credential.id) == RECORD_LOCKED.id


def test_a_request_that_is_granted_gets_its_secret_at_once_and_a_public_application_none(
    world: World,
) -> None:
    market = market_with(world, "api")
    customer = world.make.organization()
    asked = market.request(customer)
    assert keys(market, market.caller(market.vendor)) == {}
    market.change(customer, asked.installation.id, state="active")
    assert keys(market, market.caller(market.vendor)).keys() == {customer.id}
    public = world.make.application(
        market.vendor, "public", settings={"reveal": "api"}, installable="by_client_id"
    )
    market.install(customer, "openid", application=public)
    with world.store.read() as tx:
        assert tx.organization(market.vendor.id).credentials(public.id) == ()


def test_a_new_root_key_reseals_everything_while_the_server_runs(world: World) -> None:
    market = market_with(world, "developers")
    secrets = [market.issue() for _ in range(3)]
    former, fresh = world.settings.root_keys[0], bytes(range(32, 64))
    sealer = Sealer((fresh, former), world.entropy)
    assert all(not sealer.is_current(sealed_of(market, new) or b"") for new in secrets)
    other = World(
        type(world.settings)(
            **{
                **{name: getattr(world.settings, name) for name in world.settings.__dataclass_fields__},
                "root_keys": (fresh, former),
            }
        ),
        clock=world.clock,
        passwords=world.passwords,
    )
    while other.product.housekeeping.step().is_more:
        pass
    alone = Sealer((fresh,), world.entropy)
    for new in secrets:
        sealed = sealed_of(market, new)
        assert sealed is not None
        opened = alone.open(f"credential:{new.credential.id}", sealed)
        assert opened.decode() == new.secret.reveal()
    with world.store.read() as tx:
        for key in tx.gate.signing_keys():
            assert alone.open(f"signing:{key.mount}", key.sealed)
        for one in tx.gate.secret_keys():
            assert alone.open(one.purpose, one.sealed)
    assert other.product.housekeeping.step().resealed == 0
    other.close()
