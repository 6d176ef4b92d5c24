"""Whatever an access key stands on, and itself: each switch ends what the key gave, on every process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import pytest

from grantway.core.access_keys import AccessKey
from grantway.core.model import Application, Organization
from tests.api.cast import Cast
from tests.api.test_access_keys import SCOPES, WITH_KEYS, ask
from tests.kit.factories import Person
from tests.kit.world import World


@dataclass(frozen=True)
class Scene:
    """What a key stands on."""

    world: World
    organization: Organization
    person: Person
    application: Application
    key: AccessKey


def _written(it: Scene, key: AccessKey, **changes: Any) -> None:
    with it.world.store.begin() as tx:
        door = tx.organization(it.organization.id)
        assert door.update_access_key(replace(key, **changes), version=key.version)


def _deleted(it: Scene) -> None:
    with it.world.store.begin() as tx:
        assert tx.organization(it.organization.id).delete_access_key(it.key.id, version=it.key.version)


def _removed(it: Scene) -> None:
    with it.world.store.begin() as tx:
        assert tx.organization(it.organization.id).delete_membership(it.person.id)


SWITCHES: dict[str, Callable[[Scene], object]] = {
    "key off": lambda it: _written(it, it.key, state="disabled", epoch=it.key.epoch + 1),
    "key deleted": _deleted,
    "user disabled": lambda it: it.world.make.change_user(it.person, state="disabled"),
    "member disabled": lambda it: it.world.make.change_membership(
        it.person, it.organization, state="disabled"
    ),
    "member removed": _removed,
    "organization disabled": lambda it: it.world.make.change_organization(it.organization, state="disabled"),
    "organization gone on": lambda it: it.world.make.change_organization(it.organization, epoch=2),
    "application disabled": lambda it: it.world.make.change_application(it.application, state="disabled"),
    "application gone on": lambda it: it.world.make.change_application(it.application, epoch=2),
}
"""Each with what is dead after it but for the key itself, which goes on where an epoch alone went up."""


@pytest.fixture
def beside(cast: Cast) -> Iterator[World]:
    """Another process of the same server."""
    with closing(cast.world.beside()) as found:
        yield found


@pytest.mark.parametrize("switch", SWITCHES)
def test_every_switch_ends_what_a_key_gave(cast: Cast, beside: World, switch: str) -> None:
    """E26, D57, D58: token, refresh token and the key itself, on another process as soon as it polls."""
    world, make = cast.world, cast.world.make
    owner = make.organization()
    person = make.person(owner, role="owner")
    taker = make.application(
        owner, scopes=SCOPES, settings={"grant_types": WITH_KEYS, "several_audiences": True}
    )
    secret = make.secret(taker)
    key, text = make.access_key(owner, person)
    got = ask(world, taker, secret, key, text).json
    # What was made is behind it now: from here on it remembers, and is told of what ends.
    beside.product.poll()

    def alive() -> list[bool]:
        return [
            beside.bearer(got["access_token"]).status_code == 200,
            ask(beside, taker, secret, key, text).status_code == 200,
            beside.token(
                taker, secret, grant_type="refresh_token", refresh_token=got["refresh_token"]
            ).status_code == 200,
        ]  # fmt: skip

    assert alive()[:2] == [True, True]
    it = Scene(world, owner, person, taker, key)
    SWITCHES[switch](it)
    beside.product.poll()
    assert alive() == [False, switch.endswith("gone on"), False]
    if switch == "key off":
        with world.store.read() as tx:
            stopped = tx.gate.access_key(key.id)
        assert stopped is not None
        _written(it, stopped, state="enabled")
        beside.product.poll()
        assert alive() == [False, True, False], "what it gave stays dead; it gives anew"
    if switch == "member removed":
        make.membership(person, owner)
        beside.product.poll()
        assert alive() == [False] * 3, "who comes back comes without the old keys"
