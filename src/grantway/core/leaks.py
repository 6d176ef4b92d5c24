"""Secrets that were found where they do not belong: what each was, and who must act."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from grantway.core.model import Application, Credential, Id, Instant
from grantway.core.scopes import ScopeSet

LeakedKind = Literal["client_secret", "refresh_token", "access_token"]
LeakedState = Literal["live", "expired", "ended"]
Ended = Literal["secret", "tokens", "family", "token"]

LOOKS_LIKE_SECRET = re.compile(
    r"gws_[A-Za-z0-9_-]{43}|gwo_[A-Za-z0-9_-]{60,}|67776f5f[0-9a-f]{90,}"
    r"|gwr_[0-9A-Za-z]{1,11}\.[0-9]{1,12}\.[0-9A-Za-z]{1,11}\.[A-Za-z0-9_-]{43}"
)
"""What scanners look for: client secrets, opaque access tokens, refresh tokens."""


@dataclass(frozen=True, slots=True)
class MustAct:
    """An organization that has something to do. `addresses` are only told to the organization itself."""

    organization_id: Id
    name: str
    addresses: tuple[str, ...] = ()
    address_count: int = 0


@dataclass(frozen=True, slots=True)
class Leak:
    """What a found secret was. `state` is as it was found; `ended` is what this report ended."""

    kind: LeakedKind
    record_id: Id
    application: Application
    organization_id: Id
    state: LeakedState
    made_at: Instant
    expires_at: Instant | None
    scopes: ScopeSet
    ended: tuple[Ended, ...] = ()
    last_used_at: Instant | None = None
    last_used_from: str | None = None
    must_act: tuple[MustAct, ...] = ()


class LeakReader(Protocol):
    """Finding a client secret without knowing whose it is."""

    def credentials_of_digest(self, digests: Iterable[bytes]) -> tuple[Credential, ...]:
        """Credentials of any application with one of these digests, ended ones too."""
