"""What a Nexusguard app may do: facts G1 to G28 and G46 to G50."""

from __future__ import annotations

from grantway.core.model import ApplicationSettings
from grantway.core.mount_settings import MountSettings
from grantway.core.policy import Preset

PRESET = Preset(
    "nexusguard",
    ApplicationSettings(
        grant_types=frozenset({"authorization_code", "refresh_token", "client_credentials"}),
        consent="installed",
        reveal="developers",
        standard=MountSettings(
            token_format="opaque",
            access_token_lifetime=7_200,
            pkce="optional",
        ),
    ),
    "Nexusguard: published after a review, installed by each customer, a secret its developers can read.",
    types=("confidential",),
    audiences=("own_organization", "any_organization"),
    approval=True,
    redirect_match="host",
)
