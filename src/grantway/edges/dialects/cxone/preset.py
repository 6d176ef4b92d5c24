"""What a CXone application may do: facts C3 to C27 and C48."""

from __future__ import annotations

from grantway.core.model import ApplicationSettings
from grantway.core.mount_settings import MountSettings
from grantway.core.policy import Preset

PRESET = Preset(
    "cxone",
    ApplicationSettings(
        grant_types=frozenset({"authorization_code", "refresh_token"}),
        consent="platform",
        standard=MountSettings(
            token_format="jwt",
            access_token_algorithm="RS256",
            id_token_algorithm="RS256",
            access_token_lifetime=3_600,
            refresh_token_lifetime=7_200,
            refresh_token_idle_lifetime=7_200,
            # Obligatory for public applications alone (C9); the rules see to that.
            pkce="optional",
        ),
    ),
    "CXone: one organization, or all after an approval; who is notified has to be named.",
    audiences=("own_organization", "any_organization"),
    approval=True,
    approval_vouches=True,
    settled_offline=True,
    audience_fixed=True,
    addresses_required=True,
    redirects_required=True,
)
