"""Launches: somebody opens an application from a portal, and the proof of it goes along (G10, G13, G17).

A proof names the person, the session, the application and the organization by itself, lives for minutes
and works once. What it looks like in the address is each dialect's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from grantway.core.messages import AuthorizeRequest
from grantway.core.model import MINUTE, Id, Instant
from grantway.core.secrets import Secret

LIFETIME: Instant = 5 * MINUTE
"""How long a proof can be used, and how long one is kept that was not."""
OF_PERSON = 60
"""So many launches one person makes in the time that one lives."""
OF_ORGANIZATION = 3_000
"""So many all the people of one organization make in it."""


@dataclass(frozen=True, slots=True)
class Launched:
    """A launch that was made. Its proof exists here, and where the caller takes it, and nowhere else."""

    proof: Secret
    application_id: Id
    organization_id: Id
    dialect: str
    expires_at: Instant
    base_url: str | None = None
    """The application's entrance."""


Entrance: TypeAlias = Callable[[Launched], Mapping[str, str]]
"""How a dialect hands a launch to the application's entrance: parameters of the address, by name."""


@dataclass(frozen=True, slots=True)
class LaunchedRequest:
    """An authorization request that comes with a proof instead of a person. All of it is claimed.

    `organization_id` is the one that the request names beside the proof; None: it names none.
    """

    request: AuthorizeRequest
    proof: str | None
    organization_id: Id | None
