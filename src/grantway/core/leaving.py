"""What people leave behind in an organization, and how it is handed over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from grantway.core.model import Id, Instant

Reveal = Literal["once", "creator", "developers", "api"]


@dataclass(frozen=True, slots=True)
class Made:
    """An application as its makers stand in it: who made it, and who is told what happens to it."""

    application_id: Id
    name: str
    version: int
    creator_id: Id | None
    owner_email: str | None
    notification_addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A live secret of an own application that people made or read, and so may still know."""

    credential_id: Id
    application_id: Id
    organization_id: Id
    hint: str
    label: str
    made_by: Id | None
    read_by: Id | None
    reveal: Reveal

    @property
    def by_one_alone(self) -> bool:
        """Whether nobody else can have read it: the policy shows it to its maker and to no other."""
        return self.reveal in {"once", "creator"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for an application that nobody answered yet."""

    installation_id: Id
    application_name: str
    requested_by: Id


@dataclass(frozen=True, slots=True)
class MadeAccount:
    """A service account, and who made it."""

    service_account_id: Id
    name: str
    created_by: Id


@dataclass(frozen=True, slots=True)
class Traces:
    """Everything of an organization that bears somebody's name. `live` are those who are still there."""

    made: tuple[Made, ...]
    seen: tuple[Seen, ...]
    asked: tuple[Asked, ...]
    accounts: tuple[MadeAccount, ...]
    live: frozenset[Id]
    suspended: frozenset[Id]


class LeavingDoor(Protocol):
    """What bears the names of people in one organization."""

    def traces(self, *, now: Instant) -> Traces:
        """All of it, in one round trip. Operators count among those who are still there."""

    def standing_grants(self, user_ids: Iterable[Id], *, now: Instant) -> dict[Id, int]:
        """How many unexpired authorizations each of these people gave here."""

    def hand_over_application(self, made: Made) -> bool:
        """Write creator and addresses, if the version is the stored one."""

    def hand_over_requests(self, user_id: Id, to: Id) -> int:
        """Give the open requests of one person to another; how many there were."""
