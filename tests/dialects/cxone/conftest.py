"""Fixtures of the tests of CXone's wire: a server that has it mounted, and an application of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from grantway.features.keys.opening import Jwk, generate_jwk
from grantway.features.upkeep.key_rotation import new_signing_key
from grantway.system import SystemEntropy
from tests.dialects.cxone.guide import Guide, a_guide
from tests.kit.world import MOUNTS, World, settings_of


@pytest.fixture
def served(store_url: str) -> Iterator[World]:
    """A server with this dialect mounted, beside the others of the tests."""
    world = World(settings_of(store_url, mounts=f"{MOUNTS},cxone=cxone@/d/cxone"))
    with world.store.begin() as tx:
        if not any(key.mount == "cxone" for key in tx.gate.signing_keys()):
            now = world.clock.now()
            own = new_signing_key("cxone", "RS256", _key(), services=world.services, use_from=now)
            tx.platform.insert_signing_key(own)
    yield world
    world.close()


@cache
def _key() -> Jwk:
    return generate_jwk("RS256", SystemEntropy())


@pytest.fixture
def guide(served: World) -> Guide:
    """A reader of the guide, with an application and an access key of theirs."""
    return a_guide(served)
