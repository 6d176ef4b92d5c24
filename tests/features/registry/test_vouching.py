"""What bounds vouchers, and what hangs on other acts, asked of the features themselves."""

from __future__ import annotations

import pytest

from grantway.core.errors import RECORD_TOO_MANY, Conflict, Forbidden
from grantway.features.access.callers import Caller
from grantway.features.access.permissions import BY_SCOPE
from grantway.features.registry.vouching import VoucherDraft, Vouching
from tests.kit.world import World


def test_an_organization_gives_so_many_vouchers_and_no_more(world: World) -> None:
    owner = world.make.organization()
    first, second = world.make.application(owner), world.make.application(owner)
    vouching = Vouching(world.services, most=1)
    caller = Caller(None, owner.id, frozenset(BY_SCOPE))
    with world.store.begin() as tx:
        vouching.give(tx, caller, owner.id, VoucherDraft(first.client_id, 1))
    with world.store.begin() as tx:
        # What takes the place of another is not one more.
        vouching.give(tx, caller, owner.id, VoucherDraft(first.client_id, 1))
    with world.store.begin() as tx, pytest.raises(Conflict) as refused:
        vouching.give(tx, caller, owner.id, VoucherDraft(second.client_id, 1))
    assert refused.value.reason is RECORD_TOO_MANY
    with world.store.read() as tx:
        assert len(tx.gate.live_vouchers(first.id, owner.id)) == 1
        assert tx.gate.live_vouchers(second.id, owner.id) == ()


def test_only_an_operators_other_act_is_a_voucher_of_the_platform(world: World) -> None:
    """A registration through a wire vouches where an operator does it, and fails for everybody else."""
    owner = world.make.organization()
    application = world.make.application(owner)
    everything = frozenset(BY_SCOPE)
    vouching, platform = Vouching(world.services), world.make.platform
    with world.store.begin() as tx, pytest.raises(Forbidden):
        vouching.vouch_for(tx, Caller(None, owner.id, everything), application)
    with world.store.begin() as tx:
        vouching.vouch_for(tx, Caller(None, platform.id, everything, is_platform=True), application)
    with world.store.read() as tx:
        (given,) = tx.gate.live_vouchers(application.id, owner.id)
    assert (given.organization_id, given.scopes) == (None, application.scopes)
