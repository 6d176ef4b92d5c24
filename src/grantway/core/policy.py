"""Policy values in named sets. A preset is given to every application registered through its dialect."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.model import DAY, ApplicationSettings, Instant


@dataclass(frozen=True, slots=True)
class Preset:
    """The policy of a dialect: settings of a new application, by name."""

    name: str
    settings: ApplicationSettings
    installable_by_client_id: bool = False
    widens_audience_on_sign_in: bool = False
    approval: bool = False
    """Whether opening to any organization waits for an operator, whatever the platform's policy says."""


STANDARD = Preset("standard", ApplicationSettings())

LONGEST_ACCESS_TOKEN = 7 * 86_400
"""No policy may give an access token a longer life (seconds): revocations are remembered this long."""

PURGE_DELAY: Instant = 30 * DAY
"""How long a scheduled deletion can be undone. Nobody can make it shorter for one application."""
