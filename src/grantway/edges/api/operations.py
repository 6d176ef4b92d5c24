"""The one table of the management API, from which routes, documentation and tests are made."""

from __future__ import annotations

from grantway.edges.api import (
    apis,
    applications,
    client_secrets,
    me,
    members,
    organizations,
    scopes,
    users,
)
from grantway.edges.web.operations import Operation

ALL: tuple[Operation, ...] = (
    *me.OPERATIONS,
    *organizations.OPERATIONS,
    *members.OPERATIONS,
    *applications.OPERATIONS,
    *client_secrets.OPERATIONS,
    *apis.OPERATIONS,
    *scopes.OPERATIONS,
    *users.OPERATIONS,
)

TAGS: tuple[tuple[str, str], ...] = (
    ("Me", "What a token is and may do."),
    ("Organizations", "Tenants of the platform."),
    ("Members", "Who belongs to an organization, in which role."),
    ("Applications", "Registered clients."),
    ("Secrets", "Secrets of confidential and backend applications."),
    ("APIs and scopes", "What tokens are for."),
    ("Users", "Everybody on the platform, for operators."),
)
