"""Every page of the console, in the order of its tabs, and the way through it."""

from __future__ import annotations

from grantway.edges.console.places import (
    activity,
    application,
    applications,
    creating,
    credentials,
    danger,
    install_requests,
    invitations,
    left_behind,
    member_consents,
    members,
    notices,
    organization,
    overview,
    own_keys,
    searching,
    service_accounts,
    vouchers,
    webhooks,
)
from grantway.edges.console.table import Entry, Group, Place


def _(text: str) -> str:
    """Mark a sentence for the catalogues; the template translates it."""
    return text


PLACES: tuple[Place, ...] = (
    *overview.PLACES,
    *applications.PLACES,
    *creating.PLACES,
    *application.PLACES[:1],
    *credentials.PLACES,
    *application.PLACES[1:],
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
    *searching.PLACES,
)

GROUPS: tuple[Group, ...] = (
    *applications.GROUPS,
    *application.GROUPS,
    *organization.GROUPS,
)

ENTRIES: tuple[Entry, ...] = (
    Entry(place="overview", icon="overview", words=_("Overview")),
    Entry(place="applications", icon="applications", words=_("Applications")),
    Entry(place="requests", icon="requests", words=_("Requests to install")),
    Entry(place="organization.settings", icon="organization", words=_("Organization")),
    Entry(place="keys", icon="key", words=_("Your access keys")),
)
