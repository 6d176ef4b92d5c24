"""Every page of the console, in the order of its tabs, and the way through it."""

from __future__ import annotations

from grantway.edges.console.places import (
    app_activity,
    app_installations,
    app_notices,
    application,
    applications,
    creating,
    credentials,
    danger,
    directory,
    installed,
    installed_one,
    overview,
    publication,
    searching,
    tokens,
    trying,
)
from grantway.edges.console.table import Entry, Group, Place


def _(text: str) -> str:
    """Mark a sentence for the catalogues; the template translates it."""
    return text


PLACES: tuple[Place, ...] = (
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
    *app_activity.PLACES,
    *app_notices.PLACES,
    *danger.PLACES,
    *searching.PLACES,
)

GROUPS: tuple[Group, ...] = (
    *applications.GROUPS,
    *application.GROUPS,
)

ENTRIES: tuple[Entry, ...] = (
    Entry(place="overview", icon="overview", words=_("Overview")),
    Entry(place="applications", icon="applications", words=_("Applications"), otherwise="directory"),
)
