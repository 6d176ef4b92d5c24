"""Every page of the console, in the order of its tabs, and the way through it."""

from __future__ import annotations

from dataclasses import replace

from grantway.edges.console.elsewhere import elsewhere
from grantway.edges.console.here import ELSEWHERE
from grantway.edges.console.places import (
    application,
    applications,
    creating,
    credentials,
    danger,
    overview,
    searching,
    site_applications,
    site_organizations,
    site_platform,
    site_review,
    site_users,
)
from grantway.edges.console.table import Entry, Group, Place


def _(text: str) -> str:
    """Mark a sentence for the catalogues; the template translates it."""
    return text


_OWN: tuple[Place, ...] = (
    *overview.PLACES,
    *applications.PLACES,
    *creating.PLACES,
    *application.PLACES[:1],
    *credentials.PLACES,
    *application.PLACES[1:],
    *danger.PLACES,
    *site_review.PLACES,
    *searching.PLACES,
)

_SITE: tuple[Place, ...] = (
    *site_organizations.PLACES[:1],
    *site_users.PLACES,
    *site_organizations.PLACES[1:],
    *site_applications.PLACES,
    site_platform.APPROVALS,
    site_platform.SETTINGS,
)
"""Operators' own pages."""

PLACES: tuple[Place, ...] = (*_OWN, *_SITE, *elsewhere(_OWN))

GROUPS: tuple[Group, ...] = (
    *applications.GROUPS,
    *application.GROUPS,
    *(replace(one, id=ELSEWHERE + one.id) for one in application.GROUPS),
    *site_applications.GROUPS,
    *site_organizations.GROUPS,
    *site_platform.GROUPS,
)

ENTRIES: tuple[Entry, ...] = (
    Entry(place="overview", icon="overview", words=_("Overview")),
    Entry(place="applications", icon="applications", words=_("Applications")),
    Entry(place=site_applications.UNDER, icon="gear", words=_("Site management"), is_apart=True),
)
