"""What a Nitro client may do: facts B1 to B27."""

from __future__ import annotations

from grantway.core.model import ApplicationSettings
from grantway.core.mount_settings import MountSettings
from grantway.core.policy import DefaultApplication, Preset

PRESET = Preset(
    "nitro",
    ApplicationSettings(
        grant_types=frozenset({"client_credentials"}),
        reveal="creator",
        budget_time_zone="America/New_York",
        standard=MountSettings(
            token_format="opaque",
            access_token_lifetime=86_400,
        ),
    ),
    "Nitro: a secret that its maker can read again, tokens of a day, the organization's own use.",
    types=("confidential", "backend"),
    audiences=("own_organization",),
    default_applications=(
        DefaultApplication("studio", ("global",), "backend", "on_first_use"),
        DefaultApplication("batch-import", ("batch_import",), "backend", "on_request"),
    ),
)
