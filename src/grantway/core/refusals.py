"""Refused requests as their applications' developers read them: what is kept of each, how much, and how long.

Requests that are refused alike (application, endpoint, refusal, mount, organization) within an hour are one
record with a count. Nothing of a record is text of a request: see `core.concerns`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, get_args

from grantway.core.concerns import Concern, Difference
from grantway.core.model import DAY, HOUR, Id, Instant

Kind: TypeAlias = Literal[
    "authorize", "token", "device", "decision", "userinfo", "introspect", "revoke", "example", "cors"
]
"""What was asked for: an endpoint, a call of the example API, or that a script may read an answer."""
KINDS: tuple[Kind, ...] = get_args(Kind)

WINDOW: Instant = HOUR
KEPT: Instant = 14 * DAY
"""How long a record is kept after its last request."""
MOST_OF_APPLICATION = 200
MOST_OF_OWNER = 5_000
"""Records of all applications of one organization."""
MOST_CODES = 200
"""Request ids of one application that can be looked up."""
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Turned:
    """A request that was refused just now. `code` is its request id."""

    kind: Kind
    mount: str
    error_id: str
    concern: Concern
    code: str


@dataclass(frozen=True, slots=True)
class RefusalNote:
    """Requests refused alike, as one process writes them.

    `window` is when their hour began. `codes` are the ids of the newest. `is_sampled`: beside them there were
    requests of which nothing but the number was kept, or not even that.
    """

    client_id: str
    organization_id: Id | None
    kind: Kind
    mount: str
    error_id: str
    window: Instant
    count: int
    first_at: Instant
    last_at: Instant
    named: tuple[str, ...]
    difference: Difference | None
    codes: tuple[str, ...]
    is_sampled: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """The same as it is read. `code` is the id of the newest, or the one that was asked for."""

    id: Id
    application_id: Id
    client_id: str
    organization_id: Id | None
    kind: Kind
    mount: str
    error_id: str
    count: int
    first_at: Instant
    last_at: Instant
    named: tuple[str, ...]
    difference: Difference | None
    code: str
    is_sampled: bool


@dataclass(frozen=True, slots=True)
class RefusalQuery:
    """Which records to show: those of a code, a kind, an error, from some time on."""

    code: str | None = None
    kind: str | None = None
    error_id: str | None = None
    since: Instant | None = None


class RefusalKeeper(Protocol):
    """Writing what processes noted."""

    def keep_refusals(self, notes: Sequence[RefusalNote], *, ids: Sequence[Id]) -> None:
        """Add to the records, one upsert for each note, and forget the oldest beyond the bounds.

        Nothing is written for an application that is gone. `ids` are for those that are new.
        """


class RefusalReader(Protocol):
    """What an organization reads of refused requests."""

    def knows_application(self, application_id: Id) -> bool:
        """Whether it owns an application, or has it installed, in whichever state."""

    def refusals(self, application_id: Id, query: RefusalQuery) -> tuple[Refusal, ...]:
        """The newest first, at most `MOST_LISTED`.

        The owner reads all, and of an organization only where it installed the application; another
        organization reads what concerns itself.
        """


class RefusalDesk(Protocol):
    """What operators read, and what is forgotten in time."""

    def refusals(self, query: RefusalQuery) -> tuple[Refusal, ...]:
        """Of every application, the newest first, at most `MOST_LISTED`."""

    def delete_refusals(self, *, before: Instant, limit: int) -> int:
        """Forget records whose last request was before, a limited number; how many there were."""
