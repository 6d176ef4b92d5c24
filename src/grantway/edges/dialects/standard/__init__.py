"""The standard dialect: OAuth 2.0 and OpenID Connect as their documents spell them.

What belongs here is the wire of the RFCs: parameter names, answers, errors and metadata. What the
standards say about who may get what is in `features`, and holds for every dialect.
"""

from __future__ import annotations

from grantway.core.messages import AuthorizeRules
from grantway.core.policy import STANDARD
from grantway.edges.dialects.standard.routes import ROUTES
from grantway.edges.web.dialect import Dialect

DIALECT = Dialect(
    name="standard",
    routes=ROUTES,
    preset=STANDARD,
    rules=AuthorizeRules(),
    token_formats=("jwt", "opaque"),
    publishes_metadata=True,
)
