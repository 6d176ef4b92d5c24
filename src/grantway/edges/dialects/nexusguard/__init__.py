"""The nexusguard dialect: apps that a portal opens in a frame, installed customers, and the envelope.

What belongs here is the wire of Nexusguard's guide (facts G1 to G50, docs/dialects/nexusguard.md). Which
apps may do what is policy, given by the preset.
"""

from __future__ import annotations

from grantway.core.messages import AuthorizeRules
from grantway.core.model import ApplicationSettings
from grantway.core.mount_settings import DialectSettings
from grantway.core.policy import Preset
from grantway.edges.dialects.nexusguard.codec import entrance
from grantway.edges.dialects.nexusguard.notices import notice
from grantway.edges.dialects.nexusguard.routes import ROUTES
from grantway.edges.dialects.nexusguard.tour import TOUR
from grantway.edges.web.dialect import Dialect

NAME = "nexusguard"

PRESET = Preset(
    NAME,
    ApplicationSettings(
        grant_types=frozenset({"authorization_code", "refresh_token", "client_credentials"}),
        consent="installed",
        reveal="developers",
        dialects={
            NAME: DialectSettings(
                token_format="opaque",
                access_token_lifetime=7_200,
                pkce="none",
                several_audiences=True,
                id_tokens=False,
                # Without a secret a theft shows by rotation alone (G22, G24).
                refresh_policy="rotate",
                secretless=frozenset({"refresh_token"}),
            )
        },
    ),
    "Nexusguard: published after a review, installed by each customer, a secret its developers can read.",
    types=("confidential",),
    audiences=("own_organization", "any_organization"),
    approval=True,
    redirect_match="host",
    title="Nexusguard",
)

DIALECT = Dialect(
    name=NAME,
    routes=ROUTES,
    preset=PRESET,
    rules=AuthorizeRules(
        state_required=True,
        redirect_repeated=False,
        names_issuer=False,
        errors_redirected=False,
        redirect_by_host=True,
    ),
    token_formats=("opaque",),
    notice=notice,
    entrance=entrance,
    tour=TOUR,
)
