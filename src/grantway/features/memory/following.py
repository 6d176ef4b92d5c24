"""What one process remembers of the database, kept true by the change feed (data model §7).

Every entry is bounded in number. The memory is believed until `valid_until`, which each successful
poll moves forward; after that the database is asked, so a process that lost its feed fails closed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from grantway.core.access_keys import AccessKey
from grantway.core.model import (
    SECOND,
    Application,
    Catalogue,
    Change,
    Credential,
    Id,
    Installation,
    Instant,
    Membership,
    Organization,
    ServiceAccount,
    User,
    Voucher,
)
from grantway.core.policy import LONGEST_ACCESS_TOKEN
from grantway.core.ports import Clock, Store
from grantway.core.sessions import marks_of
from grantway.features.keys.opening import OpenedKeys
from grantway.features.memory.bounded import Bounded

POLL_INTERVAL = 0.25
"""Seconds between two polls of the feed."""
VALIDITY = 0.75
"""Seconds after the start of a successful poll for which the memory is believed."""
LONGEST_PAUSE = 60.0
"""Seconds without a poll after which old lines of the feed may be gone, so everything is forgotten."""

ASKING_PAUSE = 1.0
"""Seconds after a failed question for which what was last published is told without asking again."""

T = TypeVar("T")

_APPLICATIONS = 10_000
_PER_APPLICATION = 2_000
_USERS = 50_000
_PER_USER = 200
_ORGANIZATIONS = 20_000
_ORIGINS = 10_000
_SERVICE_ACCOUNTS = 20_000
_ACCESS_KEYS = 50_000
_DEAD = 100_000


@dataclass(slots=True)
class ApplicationEntry:
    """An application with what hangs on it; one change forgets all of it."""

    application: Application
    credentials: Bounded[bytes, Credential] = field(default_factory=lambda: Bounded(_PER_APPLICATION))
    credentials_by_id: Bounded[Id, Credential] = field(default_factory=lambda: Bounded(_PER_APPLICATION))
    installations: Bounded[Id, Installation | None] = field(default_factory=lambda: Bounded(_PER_APPLICATION))
    vouchers: Bounded[Id, tuple[Voucher, ...]] = field(default_factory=lambda: Bounded(_PER_APPLICATION))
    """Under its own id: the secrets that another server made."""


@dataclass(slots=True)
class UserEntry:
    """A user with memberships; one change forgets all of it."""

    user: User
    memberships: Bounded[Id, Membership | None] = field(default_factory=lambda: Bounded(_PER_USER))
    withdrawals: Mapping[tuple[Id, Id], int] = field(default_factory=dict)
    """By application and organization: how often the person withdrew what was allowed there."""


class Published(Generic[T]):
    """What was published last: what everybody is told while the database is away.

    It is no cache. It outlives the memory, and nothing but the public documents is made of it.
    """

    __slots__ = ("ask_again_at", "asking", "last")

    def __init__(self) -> None:
        self.last: T | None = None
        self.ask_again_at = 0.0
        self.asking = threading.Lock()


class Memory:
    """The caches of one process, shared by its threads. Reads take no lock; changes do."""

    def __init__(self) -> None:
        self.applications: Bounded[Id, ApplicationEntry] = Bounded(_APPLICATIONS)
        self.client_ids: Bounded[str, Id] = Bounded(_APPLICATIONS)
        self.organizations: Bounded[Id, Organization] = Bounded(_ORGANIZATIONS)
        self.users: Bounded[Id, UserEntry] = Bounded(_USERS)
        self.origins: Bounded[str, bool] = Bounded(_ORIGINS)
        self.service_accounts: Bounded[Id, ServiceAccount] = Bounded(_SERVICE_ACCOUNTS)
        self.access_keys: Bounded[Id, AccessKey] = Bounded(_ACCESS_KEYS)
        self.catalogue: Catalogue | None = None
        self.keys: OpenedKeys | None = None
        self.published_keys: Published[OpenedKeys] = Published()
        self.published_catalogue: Published[Catalogue] = Published()
        self.dead: dict[int, Instant] = {}
        self.dead_is_complete = False
        self.valid_until = 0.0
        self.generation = 0
        self.lock = threading.Lock()

    def forget(self, changes: Iterable[Change], *, now: Instant) -> None:
        """Drop what these changes made untrue."""
        with self.lock:
            for change in changes:
                self.generation += 1
                if change.kind == "application":
                    self.applications.pop(change.id, None)
                    self.origins.clear()
                elif change.kind == "organization":
                    self.organizations.pop(change.id, None)
                    self.origins.clear()
                elif change.kind == "user":
                    self.users.pop(change.id, None)
                elif change.kind == "service_account":
                    self.service_accounts.pop(change.id, None)
                elif change.kind == "access_key":
                    self.access_keys.pop(change.id, None)
                elif change.kind == "catalogue":
                    self.catalogue = None
                elif change.kind == "keys":
                    self.keys = None
                else:
                    self._remember_dead(change.id, now)

    def _remember_dead(self, identifier: int, now: Instant) -> None:
        if len(self.dead) >= _DEAD:
            oldest = now - LONGEST_ACCESS_TOKEN * SECOND
            self.dead = {key: at for key, at in self.dead.items() if at >= oldest}
            if len(self.dead) >= _DEAD:
                self.dead_is_complete = False
                return
        self.dead[identifier] = now

    def clear(self) -> None:
        """Forget everything, so that the next use asks the database."""
        with self.lock:
            self.generation += 1
            self.applications.clear()
            self.client_ids.clear()
            self.organizations.clear()
            self.users.clear()
            self.origins.clear()
            self.service_accounts.clear()
            self.access_keys.clear()
            self.catalogue = None
            self.keys = None
            self.valid_until = 0.0


class Follower:
    """Reads the change feed and keeps the memory true. One per process; `poll` is called on a timer."""

    def __init__(self, memory: Memory, store: Store, clock: Clock) -> None:
        self._memory = memory
        self._store = store
        self._clock = clock
        self._position: int | None = None
        self._polled_at = 0.0
        store.on_commit(lambda changes: memory.forget(changes, now=clock.now()))

    @property
    def lag(self) -> float:
        """Seconds since the feed was last read to its end; what happened in them is not known here."""
        return self._clock.monotonic() - self._polled_at

    def poll(self) -> None:
        """Apply what changed since the last poll. Raises Unavailable; the memory then runs out."""
        started = self._clock.monotonic()
        position = self._position
        if position is None or started - self._polled_at > LONGEST_PAUSE:
            position = self._begin()
        while True:
            with self._store.read() as tx:
                page = tx.gate.changes_after(position)
            if page.position - position != len(page.changes):
                # Lines in between were pruned: what they said is unknown, so nothing is believed.
                position = self._begin()
                continue
            self._memory.forget(page.changes, now=self._clock.now())
            position = page.position
            if not page.changes:
                break
        self._position = position
        self._polled_at = started
        self._memory.valid_until = started + VALIDITY

    def _begin(self) -> int:
        """Forget everything, and learn from the database what is revoked; the position to go on from."""
        now = self._clock.now()
        self._memory.clear()
        with self._store.read() as tx:
            position = tx.gate.feed_position()
            grants = tx.gate.dead_grants(now - LONGEST_ACCESS_TOKEN * SECOND)
            marks = tx.gate.artifacts_of_kind("dead", now=now)
            ended = tx.gate.ended_sessions(now - LONGEST_ACCESS_TOKEN * SECOND)
        dead = dict.fromkeys(grants, now)
        dead.update({int.from_bytes(mark.payload, "big"): now for mark in marks})
        dead.update({mark: now for session in ended for mark in marks_of(session)})
        with self._memory.lock:
            self._memory.dead = dict(list(dead.items())[:_DEAD])
            self._memory.dead_is_complete = len(dead) <= _DEAD
        return position
