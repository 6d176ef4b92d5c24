"""What a CXone application may do: facts C3 to C27 and C48."""

from __future__ import annotations

from grantway.core import access_keys
from grantway.core.model import ApplicationSettings
from grantway.core.mount_settings import DialectSettings, MountSettings
from grantway.core.policy import DefaultApplication, Preset

NAME = "cxone"

PRESET = Preset(
    NAME,
    ApplicationSettings(
        grant_types=frozenset({"authorization_code", "refresh_token", access_keys.GRANT_TYPE}),
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
        dialects={
            # One token for all that the application may do: this wire has nothing to choose by (C50, C83).
            NAME: DialectSettings(
                token_format="tenant_jwt",
                access_token_algorithm="RS256",
                id_token_algorithm="RS256",
                access_token_lifetime=3_600,
                refresh_token_lifetime=7_200,
                refresh_token_idle_lifetime=7_200,
                pkce="optional",
                several_audiences=True,
            ),
        },
    ),
    "CXone: one organization, or all after an approval; who is notified has to be named.",
    audiences=("own_organization", "any_organization"),
    approval=True,
    approval_vouches=True,
    settled_offline=True,
    audience_fixed=True,
    addresses_required=True,
    redirects_required=True,
    default_applications=(
        DefaultApplication(access_keys.DEFAULT_NAME, ("openid", "profile", "email"), "backend", "on_request"),
    ),
    title="CXone",
)
