"""Installations as each side sees them, and the secrets that can be read again."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.model import Application, Id, Installation, Instant, State
from grantway.core.scopes import ScopeSet


@dataclass(frozen=True, slots=True)
class InstalledApplication:
    """An installation as the granting organization sees it.

    `used_scopes` are those that were in a token, or that a call needed, at least once.
    """

    installation: Installation
    application: Application
    owner_name: str
    used_scopes: ScopeSet
    last_used_at: Instant | None = None

    @property
    def unused_scopes(self) -> ScopeSet:
        """What was granted and never needed: what an administrator can take back at no cost."""
        return self.installation.scopes - self.used_scopes


@dataclass(frozen=True, slots=True)
class InstallingOrganization:
    """An installation as the makers of the application see it."""

    installation: Installation
    name: str
    state: State
    last_used_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """The sealed copy of a client secret: it opens for this credential only."""

    credential_id: Id
    organization_id: Id
    sealed: bytes


def seal_purpose(credential_id: Id) -> str:
    """What the sealed copy of a credential's text is bound to."""
    return f"credential:{credential_id}"
