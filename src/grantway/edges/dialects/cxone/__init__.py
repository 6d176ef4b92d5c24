"""The cxone dialect: one authorization server for all tenants, access keys, and its registry.

What belongs here is the wire of this system (facts C1 to C88, docs/dialects/cxone.md). Which applications may
do what is policy, given by the preset.
"""

from __future__ import annotations

from grantway.core.messages import AuthorizeRules
from grantway.edges.dialects.cxone.key_calls import KEY_CALLS
from grantway.edges.dialects.cxone.preset import NAME, PRESET
from grantway.edges.dialects.cxone.registry import REGISTRY
from grantway.edges.dialects.cxone.routes import ROUTES
from grantway.edges.dialects.cxone.tour import TOUR
from grantway.edges.web.dialect import Dialect

DIALECT = Dialect(
    name=NAME,
    routes=(*ROUTES, *KEY_CALLS, *REGISTRY),
    preset=PRESET,
    rules=AuthorizeRules(scope_all=True),
    token_formats=("tenant_jwt",),
    publishes_metadata=True,
    tour=TOUR,
)

__all__ = ["DIALECT", "PRESET"]
