"""What stands round every page: whose organization it is, the way through the console, the tabs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grantway.core.model import User
from grantway.edges.console.blocks import Heading, Notice, View
from grantway.edges.console.here import ELSEWHERE, Here
from grantway.edges.console.table import ROOT, Place
from grantway.edges.web import answers
from grantway.edges.web.csrf import FIELD
from grantway.edges.web.requests import HttpAnswer
from grantway.edges.web.words import Words, role_words

CSRF = FIELD
_UTC = "UTC"


def page(here: Here, view: View) -> HttpAnswer:
    """The page of a view."""
    heading = view.heading or _own_heading(here)
    group = here.place.group
    above = here.groups[group].heading(here) if group and here.form is None else None
    return answers.page(
        here.request,
        "console/page.html",
        status=view.status,
        ui_locales=here.user.locale,
        heading=heading,
        above=above,
        primary=view.primary,
        blocks=_done(here) + list(view.blocks),
        script_of_page=view.script,
        sheet_of_page=view.sheet,
        tabs=list(_tabs(here)) if above is not None else [],
        outer_tabs=list(_outer_tabs(here)) if above is not None else [],
        entries=list(_entries(here)),
        organization={
            "name": here.organization.name,
            "slug": here.organization.slug,
            "href": here.at("overview"),
            "is_platform": here.organization.kind == "platform",
        },
        role=role_words(here.caller.role or ""),
        organizations=[
            {
                "name": one.organization.name,
                "slug": one.organization.slug,
                "href": ROOT.format(slug=one.organization.slug),
                "is_here": one.organization.id == here.organization.id,
            }
            for one in here.places
        ],
        user={"name": here.user.name, "email": here.user.email},
        search_url=here.at("search"),
        playground_url=here.links.playground_url if here.may("listApplications") else None,
        reference_url=here.links.reference_url,
        asked=here.query.get("q", "") if here.place.id == "search" else "",
        zone=here.zone,
        now=here.now,
        has_problems=view.status >= 400,
    )


def _own_heading(here: Here) -> Heading:
    place = here.place
    return Heading(Words(place.title), Words(place.lead) if place.lead else "")


def _done(here: Here) -> list[Any]:
    """What the form that led here says of what it did. Only sentences of the table can be said."""
    path = here.query.get("done")
    if path is None or here.form is not None:
        return []
    place = here.table.get(here.query.get("of") or here.place.id)
    forms = place.forms if place is not None else ()
    said = next((one.done for one in forms if one.name == path), "")
    return [Notice(Words(said), "ok")] if said else []


def _tabs(here: Here) -> Iterator[dict[str, Any]]:
    for one in here.table.values():
        if one.group == here.place.group and _is_same_side(one, here) and here.may_see(one):
            yield {
                "text": Words(one.tab or one.title),
                "href": here.at(one.id),
                "is_here": one.id == here.place.id,
            }


def _outer_tabs(here: Here) -> Iterator[dict[str, Any]]:
    group = here.groups[here.place.group]
    for one in group.outer:
        if here.may_see(here.table[one.place]):
            href = here.at(one.place)
            yield {"text": Words(one.words), "href": href, "is_here": one.place == group.within}


def _is_same_side(place: Place, here: Here) -> bool:
    return place.id.startswith(ELSEWHERE) == here.is_elsewhere and not (set(place.parameters) - set(here.ids))


def _entries(here: Here) -> Iterator[dict[str, Any]]:
    """The way through the console: what this person may see of it."""
    current = here.place.under or here.place.id
    for entry in here.entries:
        places = [here.table[one] for one in (entry.place, entry.otherwise) if one]
        place = next(filter(here.may_see, places), None)
        if place is not None:
            yield {
                "text": Words(entry.words),
                "href": here.at(place.id),
                "icon": entry.icon,
                "is_apart": entry.is_apart,
                "is_here": entry.place == current,
            }


def zone_of(user: User) -> str:
    """The time zone in which a person reads times."""
    try:
        return ZoneInfo(user.claims.zoneinfo or _UTC).key
    except (ZoneInfoNotFoundError, ValueError):
        return _UTC
