"""Every page of the console, in the order of its tabs, and the way through it."""

from __future__ import annotations

from dataclasses import replace

from grantway.edges.console.elsewhere import elsewhere
from grantway.edges.console.here import ELSEWHERE
from grantway.edges.console.places import (
    activity,
    apis,
    app_activity,
    app_installations,
    app_notices,
    app_refusals,
    app_usage,
    application,
    applications,
    creating,
    credentials,
    danger,
    directory,
    install_requests,
    installed,
    installed_one,
    invitations,
    left_behind,
    member_consents,
    members,
    notices,
    organization,
    overview,
    own_keys,
    publication,
    searching,
    service_accounts,
    site_activity,
    site_apis,
    site_applications,
    site_keys,
    site_organizations,
    site_platform,
    site_review,
    site_routes,
    site_scopes,
    site_stopping,
    site_users,
    site_vouchers,
    tokens,
    trying,
    vouchers,
    webhooks,
)
from grantway.edges.console.table import Entry, Group, Place
from grantway.edges.web.words import _

_OWN: tuple[Place, ...] = (
    *overview.PLACES,
    *applications.PLACES,
    *installed.PLACES,
    *directory.PLACES,
    *installed_one.PLACES,
    *creating.PLACES,
    *application.PLACES[:1],
    *credentials.PLACES,
    *application.PLACES[1:],
    *tokens.PLACES,
    *trying.PLACES,
    *app_installations.PLACES,
    *publication.PLACES,
    *app_refusals.PLACES,
    *app_usage.PLACES,
    *app_activity.PLACES,
    *app_notices.PLACES,
    *danger.PLACES,
    *organization.PLACES,
    *members.PLACES,
    *invitations.PLACES,
    *left_behind.PLACES,
    *service_accounts.PLACES,
    *member_consents.PLACES,
    *vouchers.PLACES,
    *notices.PLACES,
    *webhooks.PLACES,
    *activity.PLACES,
    *install_requests.PLACES,
    *own_keys.PLACES,
    *site_review.PLACES,
    *apis.PLACES,
    *searching.PLACES,
)

_SITE: tuple[Place, ...] = (
    *site_organizations.PLACES[:1],
    *site_users.PLACES,
    *site_organizations.PLACES[1:],
    site_apis.OF_ORGANIZATION,
    *site_stopping.PLACES,
    *site_applications.PLACES,
    site_platform.APPROVALS,
    site_apis.APIS,
    *site_apis.PLACES,
    *site_scopes.PLACES,
    *site_routes.PLACES,
    *site_vouchers.PLACES,
    *site_keys.PLACES,
    site_platform.SETTINGS,
    *site_activity.PLACES,
)
"""Operators' own pages."""

PLACES: tuple[Place, ...] = (*_OWN, *_SITE, *elsewhere(_OWN))

GROUPS: tuple[Group, ...] = (
    *applications.GROUPS,
    *application.GROUPS,
    *organization.GROUPS,
    *(replace(one, id=ELSEWHERE + one.id) for one in application.GROUPS),
    *site_applications.GROUPS,
    *site_organizations.GROUPS,
    *site_platform.GROUPS,
    *site_apis.GROUPS,
)

ENTRIES: tuple[Entry, ...] = (
    Entry(place="overview", icon="overview", words=_("Overview")),
    Entry(place="applications", icon="applications", words=_("Applications"), otherwise="directory"),
    Entry(place="requests", icon="requests", words=_("Requests to install")),
    Entry(place="organization.settings", icon="organization", words=_("Organization")),
    Entry(place="keys", icon="key", words=_("Your access keys")),
    Entry(place="apis", icon="apis", words=_("APIs and scopes")),
    Entry(place=site_applications.UNDER, icon="gear", words=_("Site management"), is_apart=True),
)
