"""The nexus211 dialect: sign-in by `application` and `redirect`, and HTTP Basic on every API call.

What belongs here is the wire of Nexus211's guide (facts N1 to N66, docs/dialects/nexus211.md), as far
as the first release speaks it. Which applications may do what is policy, given by the preset.
"""

from __future__ import annotations

from grantway.core.messages import AuthorizeRules
from grantway.core.model import ApplicationSettings
from grantway.core.mount_settings import DialectSettings
from grantway.core.policy import Preset
from grantway.core.service_accounts import GRANT_TYPE
from grantway.edges.dialects.nexus211.routes import ROUTES
from grantway.edges.dialects.nexus211.tour import TOUR
from grantway.edges.web.dialect import Dialect

NAME = "nexus211"

PRESET = Preset(
    NAME,
    ApplicationSettings(
        grant_types=frozenset({"authorization_code", GRANT_TYPE}),
        consent="ask",
        reveal="api",
        dialects={
            NAME: DialectSettings(
                token_format="opaque",
                access_token_lifetime=3_600,
                pkce="none",
                several_audiences=True,
                id_tokens=False,
            )
        },
    ),
    "Nexus211: installed by Client ID, a secret for each organization, open to all once it signs people in.",
    installable_by_client_id=True,
    widens_audience_on_sign_in=True,
    title="Nexus211",
)

DIALECT = Dialect(
    name=NAME,
    routes=ROUTES,
    preset=PRESET,
    rules=AuthorizeRules(
        response_type_implied=True,
        state_required=True,
        redirect_repeated=False,
        scope_all=True,
        names_issuer=False,
    ),
    token_formats=("opaque",),
    tour=TOUR,
)
