"""The cxone dialect: the App Registration API of CXone.

What belongs here is the wire of this system (facts C1 to C88, docs/dialects/cxone.md). Which applications may
do what is policy, given by the preset.
"""

from __future__ import annotations

from grantway.core.messages import AuthorizeRules
from grantway.edges.dialects.cxone.preset import PRESET
from grantway.edges.dialects.cxone.registry import REGISTRY
from grantway.edges.web.dialect import Dialect

DIALECT = Dialect(
    name="cxone",
    routes=REGISTRY,
    preset=PRESET,
    rules=AuthorizeRules(),
    token_formats=("jwt",),
)

__all__ = ["DIALECT", "PRESET"]
