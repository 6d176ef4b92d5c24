"""Which records of a list are asked for. What is None asks for nothing in particular."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.model import Id

MOST_NAMED = 50
"""How many records can be asked for by their ids at once."""


@dataclass(frozen=True, slots=True)
class ApplicationFilter:
    """Applications whose name contains a text, and that are as the rest says."""

    name: str | None = None
    client_id: str | None = None
    state: str | None = None
    type: str | None = None
    publication: str | None = None
    is_archived: bool | None = None
    preset: str | None = None
    dialect: str | None = None
    """Those that may speak it."""
    ids: tuple[Id, ...] = ()
    """Only these, `MOST_NAMED` at most; none asks for all."""
    organization_id: Id | None = None
    """Those of one organization, in the list of all."""
    scope: str | None = None
    """Those that have it, in the list of all."""


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """Members whose address contains a text, in a role and a state."""

    email: str | None = None
    role: str | None = None
    state: str | None = None
    ids: tuple[Id, ...] = ()
    """Only these people, `MOST_NAMED` at most; none asks for all."""


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Users whose address contains a text, in a state."""

    email: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class OrganizationFilter:
    """Organizations whose name contains a text, in a state, with a gate; or the one of a slug."""

    name: str | None = None
    slug: str | None = None
    state: str | None = None
    gate: str | None = None


@dataclass(frozen=True, slots=True)
class InstallationFilter:
    """Installations in a state; those with scopes that wait for an administrator, or without."""

    state: str | None = None
    has_pending: bool | None = None


EVERY_APPLICATION = ApplicationFilter()
EVERY_MEMBER = MemberFilter()
EVERY_USER = UserFilter()
EVERY_ORGANIZATION = OrganizationFilter()
EVERY_INSTALLATION = InstallationFilter()
