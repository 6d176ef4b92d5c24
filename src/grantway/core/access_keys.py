"""Access keys: long-lived credentials of a person or a service account in one organization (C40, C73, D65).

A key has a public id, which is its record's, and a secret that is shown once. What a token of it stands on is
its *epoch*: switching a key off raises it, deleting a key leaves none, and either way every token is dead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from grantway.core.model import DAY, Id, Instant, Rank, State

GRANT_TYPE = "urn:grantway:params:oauth:grant-type:access-key"
"""The value of `grant_type` with which an application presents a key that its owner gave to it."""
KEY_PARAMETER = "access_key"
SECRET_PARAMETER = "access_key_secret"
DEFAULT_NAME = "access-keys"
"""The default application as which keys are used that are presented without any client (C75, D68)."""

USUAL_LIFE: Instant = 90 * DAY
LONGEST_LIFE: Instant = 366 * DAY
"""No key is for ever: who still needs it makes the next one, and the old one is deleted."""
KEPT_AFTER_END: Instant = 30 * DAY
"""How long a key that is over stays in the list, so that its owner sees why something stopped."""
MOST_OF_ONE = 10
"""Keys of one person or service account in an organization, those that are over among them."""
MOST_ACCESS_KEYS = 1_000
"""Of one organization."""

OwnerKind: TypeAlias = Literal["user", "service_account"]


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A credential of whoever owns it. The secret itself is not here.

    It has one owner, a person or a service account, and goes with the membership or the account.
    """

    id: Id
    organization_id: Id
    digest: bytes
    pepper_id: Id
    hint: str
    state: State
    epoch: int
    version: int
    expires_at: Instant
    user_id: Id | None = None
    service_account_id: Id | None = None
    application_id: Id | None = None
    """The only application that may use it; None: those of its own organization."""
    consent_epoch: int = 0
    """How often the person had taken back what that application may do, when the key was made."""
    label: str = ""
    powers: frozenset[str] = frozenset()
    """The scopes of the management API that its maker held: no token of it has others."""
    created_by: Id | None = None
    created_at: Instant = 0
    last_used_at: Instant | None = None
    last_used_from: str | None = None
    stopped_by_rank: Rank | None = None

    @property
    def owner_kind(self) -> OwnerKind:
        """Whether a person or a service account owns it."""
        return "user" if self.user_id is not None else "service_account"

    @property
    def owner_id(self) -> Id:
        """The id of its owner."""
        return self.user_id or self.service_account_id or 0

    def is_usable(self, now: Instant) -> bool:
        """Whether a token can be made with it."""
        return self.state == "enabled" and now < self.expires_at

    def stands(self, epoch: int, now: Instant) -> bool:
        """Whether what was made with it in an epoch still counts."""
        return self.epoch == epoch and self.is_usable(now)


class AccessKeyReader(Protocol):
    """Where every use of a token looks."""

    def access_key(self, access_key_id: Id) -> AccessKey | None: ...
    def access_key_used(self, access_key_id: Id, *, at: Instant, address: str) -> None:
        """Remember the last use, unless a later one is known. Not a cached fact."""


@dataclass(frozen=True, slots=True)
class AccessKeyFilter:
    """The keys of one owner; with neither, of everybody."""

    user_id: Id | None = None
    service_account_id: Id | None = None


EVERY_KEY = AccessKeyFilter()


class AccessKeyDoor(Protocol):
    """The access keys of one organization."""

    def access_keys(self, only: AccessKeyFilter, *, after: Id, limit: int) -> tuple[AccessKey, ...]: ...
    def own_access_key(self, access_key_id: Id) -> AccessKey | None: ...
    def count_access_keys(self, owner_id: Id) -> tuple[int, int]:
        """How many there are in all, and of one owner; whoever else counts them waits for this unit's end."""

    def insert_access_key(self, key: AccessKey) -> None: ...
    def update_access_key(self, key: AccessKey, *, version: int) -> AccessKey | None: ...
    def delete_access_key(self, access_key_id: Id, *, version: int) -> bool: ...


class AccessKeySweeping(Protocol):
    """Forgetting what is over."""

    def delete_access_keys(self, *, before: Instant, limit: int) -> int:
        """Delete keys that ended before then, a limited number; how many there were."""
