"""The deeplynx1 dialect: the archived first DeepLynx (facts D97 to D100, docs/dialects/deeplynx.md).

What belongs here is the wire of old clients, nothing that Nexus speaks. It is served where the settings mount
it and nowhere else, so it is off unless an operator names it. Which applications may do what is policy.
"""

from __future__ import annotations

from grantway.core import access_keys
from grantway.core.messages import AuthorizeRules
from grantway.core.model import ApplicationSettings
from grantway.core.mount_settings import DialectSettings
from grantway.core.policy import DefaultApplication, Preset
from grantway.edges.dialects.deeplynx1.routes import ROUTES
from grantway.edges.web.dialect import Dialect

NAME = "deeplynx1"

PRESET = Preset(
    NAME,
    ApplicationSettings(
        grant_types=frozenset({"authorization_code", access_keys.GRANT_TYPE}),
        dialects={
            NAME: DialectSettings(
                token_format="jwt",
                access_token_algorithm="RS256",
                access_token_lifetime=43_200,
                client_may_choose_lifetime=True,
                chosen_lifetime_cap=7 * 86_400,
                pkce="optional",
                several_audiences=True,
                id_tokens=False,
            )
        },
    ),
    "DeepLynx 1, archived: sign-in with consent, whose code comes back as `token`, and JWTs of 12 hours.",
    redirects_required=True,
    default_applications=(
        DefaultApplication(access_keys.DEFAULT_NAME, ("openid", "profile", "email"), "backend", "on_request"),
    ),
    title="DeepLynx 1",
)

DIALECT = Dialect(
    name=NAME,
    routes=ROUTES,
    preset=PRESET,
    rules=AuthorizeRules(scope_all=True, names_issuer=False, code_name="token"),
    token_formats=("jwt",),
    publishes_metadata=True,
)
