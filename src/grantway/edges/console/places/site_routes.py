"""Site management: the routes of an API, and its limits."""

from __future__ import annotations

from collections.abc import Sequence

from grantway.edges.console.asking import press_on
from grantway.edges.console.blocks import Column, Option, View
from grantway.edges.console.cells import Cell, Code, Many, Number, Press, Said, Tags
from grantway.edges.console.here import Here, Record
from grantway.edges.console.places.site_apis import BASE, LIST, OF_ONE, is_there, page_of
from grantway.edges.console.places.site_applications import UNDER
from grantway.edges.console.table import Field, Form, Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Text, _, words

# Routes -----------------------------------------------------------------------------------------------


def show_routes(here: Here) -> View:
    """What its gateway may let through."""

    def row(one: Record) -> Sequence[Cell]:
        route, of = id_of(one["id"]), f"{one['method']} {one['pattern']}"
        actions: list[Press] = press_on(here, "{route_id}/change", of=of, route_id=route)
        actions += press_on(here, "{route_id}/delete", of=of, route_id=route)
        return (Code(of), Tags(one["scopes"]), Many(actions))

    return page_of(
        here,
        words(_("Routes")),
        (Column(words(_("Method and path"))), Column(words(_("Scopes that it needs")))),
        [row(one) for one in here.every("listRoutes")],
        words(_("It has no route yet, so its gateway lets nothing through.")),
    )


def _own_scopes(here: Here) -> tuple[Option, ...]:
    return tuple(Option(one["value"], one["value"], one["text"]) for one in here.every("listScopes"))


def _closing(here: Here) -> tuple[Text, ...]:
    found = [one for one in here.every("listRoutes") if id_of(one["id"]) == here.ids["route_id"]]
    return tuple(
        words(
            _("What only %(method)s %(pattern)s let through is denied from now on."),
            method=one["method"],
            pattern=one["pattern"],
        )
        for one in found
    )


_SCOPES = Field(name="scopes", widget="checks", options=_own_scopes)


# Limits -----------------------------------------------------------------------------------------------


def show_limits(here: Here) -> View:
    """How often it may be called."""

    def row(one: Record) -> Sequence[Cell]:
        limit = id_of(one["id"])
        of = _for_whom(one)
        actions: list[Press] = press_on(here, "{limit_id}/change", of=of, limit_id=limit)
        actions += press_on(here, "{limit_id}/delete", of=of, limit_id=limit)
        return (Said(of), Number(one["per_minute"]), Many(actions))

    return page_of(
        here,
        words(_("Limits")),
        (Column(words(_("For whom"))), Column(words(_("Requests a minute")), is_number=True)),
        [row(one) for one in here.every("listLimits")],
        words(_("It has no limit: whoever has a token calls as often as they like.")),
    )


def _for_whom(one: Record) -> Text:
    application, organization = one["application_id"], one["organization_id"]
    if application and organization:
        told = _("Application %(application)s for organization %(organization)s")
        return words(told, application=application, organization=organization)
    if application:
        return words(_("Application %(application)s"), application=application)
    if organization:
        return words(_("Organization %(organization)s"), organization=organization)
    return words(_("Everybody"))


def _lifting(_here: Here) -> tuple[Text, ...]:
    return (words(_("The next less specific limit counts then. Without one nothing is limited.")),)


PLACES = (
    Place(
        id="site.api.routes",
        path=BASE + "/routes",
        title=_("Routes"),
        lead=_("What decides, for each method and path, which scopes a caller needs. All else is denied."),
        reads="listRoutes",
        needs=LIST,
        show=show_routes,
        group=OF_ONE,
        under=UNDER,
        fits=is_there,
        forms=(
            Form(
                path="new",
                does="createRoute",
                is_apart=True,
                title=_("Declare a route"),
                button=_("Declare route"),
                fields=("method", "pattern", _SCOPES),
                values=lambda _here: {"method": "GET"},
                done=_("The route is declared."),
            ),
            Form(
                path="{route_id}/change",
                does="updateRoute",
                is_apart=True,
                title=_("Change what this route needs"),
                button=_("Change"),
                fields=(_SCOPES,),
                done=_("The route is changed."),
            ),
            Form(
                path="{route_id}/delete",
                does="deleteRoute",
                title=_("Delete this route"),
                button=_("Delete"),
                breaks=_closing,
                done=_("The route is deleted."),
            ),
        ),
    ),
    Place(
        id="site.api.limits",
        path=BASE + "/limits",
        title=_("Limits"),
        lead=_("How many requests an application may make in a minute. The most specific limit counts."),
        reads="listLimits",
        needs=LIST,
        show=show_limits,
        group=OF_ONE,
        under=UNDER,
        fits=is_there,
        forms=(
            Form(
                path="new",
                does="createLimit",
                is_apart=True,
                title=_("Set a limit"),
                button=_("Set limit"),
                fields=("per_minute", "application_id", "organization_id"),
                done=_("The limit is set."),
            ),
            Form(
                path="{limit_id}/change",
                does="updateLimit",
                is_apart=True,
                title=_("Change this limit"),
                button=_("Change"),
                fields=("per_minute",),
                done=_("The limit is changed."),
            ),
            Form(
                path="{limit_id}/delete",
                does="deleteLimit",
                title=_("Delete this limit"),
                button=_("Delete"),
                breaks=_lifting,
                done=_("The limit is deleted."),
            ),
        ),
    ),
)
