"""Nothing that a change overtook is remembered (C009): the answer to whether it may be is given under the lock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import pytest

from grantway.core.model import Change, Id
from grantway.features.memory.directory import Directory
from grantway.features.memory.following import Memory
from tests.kit.world import World

Kind: TypeAlias = Literal["application", "organization", "user", "catalogue", "keys"]


class OvertakenLock:
    """A lock for which somebody else was a moment earlier, once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.before: Callable[[], None] | None = None

    def __enter__(self) -> None:
        first, self.before = self.before, None
        if first is not None:
            first()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class OvertakenMemory(Memory):
    """A memory that learns of a change while somebody waits to put something into it."""

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self.valid_until = float("inf")
        self.overtaken = OvertakenLock()
        self.lock: Any = self.overtaken
        self._kind = kind

    def is_told_of(self, identifier: Id) -> None:
        change = Change(self._kind, identifier)
        self.overtaken.before = lambda: self.forget((change,), now=0)


@pytest.mark.parametrize("kind", ["application", "organization", "user", "catalogue", "keys"])
def test_a_change_that_comes_first_is_not_undone_by_what_was_read_before(world: World, kind: Kind) -> None:
    organization = world.make.organization("Northwind")
    application, person = world.make.application(organization), world.make.person(organization)
    memory = OvertakenMemory(kind)
    directory = Directory(memory, world.store, world.clock, world.services.sealer)
    identifier = {"application": application.id, "organization": organization.id, "user": person.id}.get(
        kind, 0
    )
    look: dict[Kind, Callable[[], object]] = {
        "application": lambda: directory.application(identifier),
        "organization": lambda: directory.organization(identifier),
        "user": lambda: directory.user(identifier),
        "catalogue": directory.catalogue,
        "keys": directory.keys,
    }
    memory.is_told_of(identifier)
    assert look[kind]() is not None
    remembered = (memory.applications, memory.organizations, memory.users, memory.catalogue, memory.keys)
    assert not any(remembered), "what a change overtook was remembered"
    assert look[kind]() is not None
    remembered = (memory.applications, memory.organizations, memory.users, memory.catalogue, memory.keys)
    assert any(remembered)
