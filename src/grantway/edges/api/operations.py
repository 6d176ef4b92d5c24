"""The one table of the management API, from which routes, documentation and tests are made."""

from __future__ import annotations

from grantway.edges.api import (
    apis,
    applications,
    audit,
    client_secrets,
    installations,
    kept_secrets,
    leaked_secrets,
    leaving,
    life_cycle,
    me,
    members,
    organizations,
    platform_policy,
    presets,
    publications,
    request_limits,
    routes,
    scopes,
    service_accounts,
    usage,
    users,
)
from grantway.edges.web.operations import Operation

ALL: tuple[Operation, ...] = (
    *me.OPERATIONS,
    *organizations.OPERATIONS,
    *members.OPERATIONS,
    *leaving.OPERATIONS,
    *service_accounts.OPERATIONS,
    *applications.OPERATIONS,
    *life_cycle.OPERATIONS,
    *usage.OPERATIONS,
    *publications.OPERATIONS,
    *client_secrets.OPERATIONS,
    *kept_secrets.OPERATIONS,
    *leaked_secrets.OPERATIONS,
    *installations.OPERATIONS,
    *apis.OPERATIONS,
    *scopes.OPERATIONS,
    *routes.OPERATIONS,
    *request_limits.OPERATIONS,
    *users.OPERATIONS,
    *platform_policy.OPERATIONS,
    *presets.OPERATIONS,
    *audit.OPERATIONS,
)

TAGS: tuple[tuple[str, str], ...] = (
    ("Me", "What a token is and may do."),
    ("Organizations", "Tenants of the platform."),
    ("Members", "Who belongs to an organization, in which role."),
    ("Service accounts", "Users of an organization that are no people."),
    ("Applications", "Registered clients."),
    ("Presets", "What an application is given, by the name that its registration gives."),
    ("Publication", "How an application comes to be offered to every organization."),
    ("Secrets", "Secrets of confidential and backend applications."),
    ("Installations", "Applications of others that act for an organization."),
    ("APIs and scopes", "What tokens are for."),
    ("Decisions and limits", "What gateways may let through to an API, and how much of it."),
    ("Users", "Everybody on the platform, for operators."),
    ("Platform", "What the platform decides for everybody, for operators."),
    ("Audit log", "Who did what, when, and from where."),
)
