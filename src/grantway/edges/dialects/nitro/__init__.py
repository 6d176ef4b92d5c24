"""The nitro dialect: a token for a site, or for a user whom the site names, from one form.

What belongs here is the wire of Nitro's guide (facts B1 to B55, docs/dialects/nitro.md). Which clients may
name users is a voucher, and how long their tokens live is policy.
"""

from __future__ import annotations

from grantway.core.messages import AuthorizeRules
from grantway.core.model import ApplicationSettings
from grantway.core.mount_settings import DialectSettings
from grantway.core.policy import DefaultApplication, Preset
from grantway.edges.dialects.nitro.routes import ROUTES
from grantway.edges.dialects.nitro.tour import TOUR
from grantway.edges.web.dialect import Dialect

NAME = "nitro"

PRESET = Preset(
    NAME,
    ApplicationSettings(
        grant_types=frozenset({"client_credentials"}),
        reveal="creator",
        budget_time_zone="America/New_York",
        dialects={
            NAME: DialectSettings(
                token_format="opaque_hex",
                access_token_lifetime=86_400,
                several_audiences=True,
                id_tokens=False,
            )
        },
    ),
    "Nitro: a secret that its maker can read again, tokens of a day, the organization's own use.",
    types=("confidential", "backend"),
    audiences=("own_organization",),
    default_applications=(
        DefaultApplication("studio", ("global",), "backend", "on_first_use"),
        DefaultApplication("batch-import", ("batch_import",), "backend", "on_request"),
    ),
    title="Bunchball Nitro",
)

DIALECT = Dialect(
    name=NAME,
    routes=ROUTES,
    preset=PRESET,
    rules=AuthorizeRules(names_issuer=False),
    token_formats=("opaque_hex",),
    tour=TOUR,
)
