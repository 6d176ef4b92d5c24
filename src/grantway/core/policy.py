"""Policy values in named sets. A preset is given to every application registered through its dialect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from grantway.core.model import DAY, ApplicationSettings, ApplicationType, Audience, Instant

RedirectMatch: TypeAlias = Literal["exact", "host"]
Making: TypeAlias = Literal["on_first_use", "on_request"]

TYPES: tuple[ApplicationType, ...] = ("confidential", "public", "backend")
AUDIENCES: tuple[Audience, ...] = ("own_organization", "listed_organizations", "any_organization")


@dataclass(frozen=True, slots=True)
class DefaultApplication:
    """An application that every organization can have one of, made when it is needed.

    `making` says what makes it: the first feature that needs it, or somebody who asks for it.
    """

    name: str
    scopes: tuple[str, ...]
    type: ApplicationType
    making: Making


@dataclass(frozen=True, slots=True)
class Preset:
    """The policy of a dialect: settings of a new application, by name.

    What only its own wire makes up for stands in `settings.dialects` under its name, and is in force there.
    Everything beside the settings is fixed here: nobody edits it for one application.
    """

    name: str
    settings: ApplicationSettings
    summary: str = ""
    """What it is for, in a sentence for people who choose one."""
    title: str = ""
    """The system for which its applications are written; empty for our own."""
    types: tuple[ApplicationType, ...] = TYPES
    audiences: tuple[Audience, ...] = AUDIENCES
    """Those that an application may ask for."""
    installable_by_client_id: bool = False
    widens_audience_on_sign_in: bool = False
    approval: bool = False
    """Whether opening to any organization waits for an operator, whatever the platform's policy says."""
    settled_offline: bool = False
    """Whether terms, and what a request for publication lacks, are settled outside of this server (C16)."""
    audience_fixed: bool = False
    """Whether the audience that is asked for stays what it was at registration."""
    addresses_required: bool = False
    """Whether the caller names who is notified, instead of being it."""
    redirects_required: bool = False
    """Whether all but backends have redirect URIs, whatever their grant types."""
    redirect_match: RedirectMatch = "exact"
    """`host`: redirect URIs lie on the host of the base URL, and a dialect may match them by it."""
    default_applications: tuple[DefaultApplication, ...] = ()
    approval_vouches: bool = False
    """Whether an operator who approves the application answers for exactly what was approved."""

    def default_application(self, name: str) -> DefaultApplication | None:
        """The one of this name, whatever its letters' case."""
        wanted = name.casefold()
        return next((one for one in self.default_applications if one.name.casefold() == wanted), None)


STANDARD = Preset(
    "standard", ApplicationSettings(), "OAuth 2.0 and OpenID Connect as their documents say, strictly."
)

LONGEST_ACCESS_TOKEN = 7 * 86_400
"""No policy may give an access token a longer life (seconds): revocations are remembered this long."""

PURGE_DELAY: Instant = 30 * DAY
"""How long a scheduled deletion can be undone. Nobody can make it shorter for one application."""
