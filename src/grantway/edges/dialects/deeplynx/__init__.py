"""The deeplynx dialect: authorize, exchange and calls of the API as the integration guide has them.

What belongs here is the wire of DeepLynx Nexus (facts D1 to D106, docs/dialects/deeplynx.md). Which
applications may do what is policy, given by the preset.
"""

from __future__ import annotations

from grantway.core import access_keys, devices
from grantway.core.messages import AuthorizeRules
from grantway.core.model import ApplicationSettings
from grantway.core.mount_settings import DialectSettings
from grantway.core.policy import DefaultApplication, Preset
from grantway.edges.dialects.deeplynx.routes import ROUTES
from grantway.edges.dialects.deeplynx.tour import TOUR
from grantway.edges.web.dialect import Dialect

NAME = "deeplynx"

PRESET = Preset(
    NAME,
    ApplicationSettings(
        grant_types=frozenset(
            {"authorization_code", "refresh_token", devices.GRANT_TYPE, access_keys.GRANT_TYPE}
        ),
        consent="platform",
        dialects={
            NAME: DialectSettings(
                token_format="bare_jwt",
                access_token_algorithm="HS256",
                access_token_lifetime=28_800,
                client_may_choose_lifetime=True,
                chosen_lifetime_cap=7 * 86_400,
                code_lifetime=600,
                pkce="none",
                several_audiences=True,
                id_tokens=False,
                refresh_policy="stable",
                refresh_token_lifetime=30 * 86_400,
                refresh_token_idle_lifetime=30 * 86_400,
                secretless=frozenset({"refresh_token", devices.GRANT_TYPE}),
            )
        },
    ),
    "DeepLynx Nexus: sign-in without a consent page, JWTs of the mount that live as long as is asked.",
    redirects_required=True,
    default_applications=(
        DefaultApplication(access_keys.DEFAULT_NAME, ("projects:read",), "backend", "on_request"),
    ),
    title="DeepLynx Nexus",
)

DIALECT = Dialect(
    name=NAME,
    routes=ROUTES,
    preset=PRESET,
    rules=AuthorizeRules(
        response_type_implied=True,
        state_required=True,
        state_repeated=True,
        scope_all=True,
        names_issuer=False,
        errors_redirected=False,
    ),
    token_formats=("bare_jwt",),
    tour=TOUR,
)
