"""Trying an application: its real flow, request by request, with the reader's own sign-in and real tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from grantway.core.model import SECOND
from grantway.edges.console.asking import press_on
from grantway.edges.console.blocks import Block, Heading, Notice, Prose, Section, View, Walk
from grantway.edges.console.cells import Link, Press
from grantway.edges.console.here import Here, Record
from grantway.edges.console.places.application import BASE, CHANGE, READ, record, warnings
from grantway.edges.console.samples import samples_of
from grantway.edges.console.table import Form, Place
from grantway.edges.web.records.values import time_of
from grantway.edges.web.words import _, words
from grantway.features.registry.builtin import GUIDES_PATH, PLAYGROUND_CALLBACK

ID = "application.try"
OF_PEOPLE = ("request", "callback", "token", "identity", "userinfo", "refresh", "end")
OF_PROGRAMS = ("token", "call", "end")
LIFE_OF_SECRET = 3_600
"""Seconds for which a secret holds that is made for a trial."""
LABEL = "Try it"
_OURS = "standard"


def _callback(here: Here) -> str:
    return here.issuer + PLAYGROUND_CALLBACK


def steps_of(one: Record) -> tuple[str, ...]:
    """The steps in which an application is tried; none where its grants are asked for in another way."""
    if _OURS not in one["dialects"]:
        return ()
    if "authorization_code" in one["grant_types"] and one["type"] != "backend":
        return OF_PEOPLE
    return OF_PROGRAMS if "client_credentials" in one["grant_types"] else ()


def show(here: Here) -> View:
    """The steps of the application's own flow, ready to be run."""
    return View(_blocks(here, ""), script="playground.js", sheet="walk.css")


def _blocks(here: Here, secret: str) -> list[Block]:
    one = record(here)
    steps = steps_of(one)
    blocks: list[Block] = [*warnings(here), *_guides(here, one)]
    if steps:
        if one["state"] != "enabled" or one["archived"]:
            blocks.append(
                Notice(words(_("It is not enabled, so this server refuses what it asks for.")), "warn")
            )
        if steps == OF_PROGRAMS and not one["scopes"]:
            scopes = Press(words(_("Give it scopes")), here.at("application.scopes"), is_link=True)
            blocks.append(
                Notice(words(_("It has no scope, and gets no token without one.")), "warn", [scopes])
            )
        blocks += _callback_of(here, one) if steps == OF_PEOPLE else []
        blocks.append(_walk(here, one, steps, secret))
    elif _OURS in one["dialects"]:
        blocks.append(
            Prose(words(_("No page can run its grants: they begin on another device or in another program.")))
        )
    if _OURS in one["dialects"]:
        title = words(_("The same in a program"))
        blocks.append(Section(title, samples_of(here.issuer, one)))
    return blocks


def _walk(here: Here, one: Record, steps: tuple[str, ...], secret: str) -> Walk:
    client = {
        "name": one["name"],
        "type": one["type"],
        "client_id": one["client_id"],
        "scopes": one["scopes"],
        "redirect_uri": _callback(here),
        "is_ready": steps != OF_PEOPLE or _callback(here) in one["redirect_uris"],
        **({"secret": secret} if secret else {}),
    }
    make: list[Press] = []
    if one["type"] != "public" and not secret:
        make = press_on(here, "secret")
    return Walk(here.issuer, [client], steps, _callback(here), here.at(ID), make)


def _callback_of(here: Here, one: Record) -> list[Block]:
    """The redirect URI at which codes arrive for this page: whether it is there, and the way to change it."""
    uri = _callback(here)
    if uri in one["redirect_uris"]:
        text = words(
            _(
                "%(uri)s is among its redirect URIs, so codes can arrive here. "
                "Take it out when you are done: an application in use needs only its own."
            ),
            uri=uri,
        )
        return [Notice(text, "", press_on(here, "remove"))]
    if _waits(one, uri):
        text = words(
            _(
                "%(uri)s waits for an operator, as every new redirect URI does of an application that was "
                "reviewed. Until then no code can arrive here."
            ),
            uri=uri,
        )
        return [Notice(text, "warn")]
    text = words(
        _(
            "To try it, codes have to arrive at this server: %(uri)s is added to its redirect URIs, and "
            "nothing else is changed. Only this page reads them, and you can take the address out again."
        ),
        uri=uri,
    )
    return [Notice(text, "warn", press_on(here, "add", tone="primary"))]


def _waits(one: Record, uri: str) -> bool:
    pending = one["pending"]
    return pending is not None and any(
        waiting["name"] == "redirect_uris" and uri in waiting["after"] for waiting in pending["members"]
    )


def _guides(here: Here, one: Record) -> list[Block]:
    """What speaks the wire of another system is run with the requests of that system's guide."""
    if one["dialects"] == [_OURS]:
        return []
    served = {preset["name"] for preset in here.every("listPresets") if preset["is_spoken"]} - {_OURS}
    return [
        Notice(
            words(
                _("It speaks %(dialect)s. The requests of that guide are run on a page of their own."),
                dialect=name,
            ),
            "",
            [Press(words(_("Run the guide")), f"{GUIDES_PATH}/{name}", of=name, is_link=True)],
        )
        for name in one["dialects"]
        if name in served
    ]


def _with_callback(here: Here, _filled: dict[str, Any]) -> dict[str, Any]:
    return {"redirect_uris": [*record(here)["redirect_uris"], _callback(here)]}


def _without_callback(here: Here, _filled: dict[str, Any]) -> dict[str, Any]:
    return {"redirect_uris": [one for one in record(here)["redirect_uris"] if one != _callback(here)]}


def _for_an_hour(here: Here, _filled: dict[str, Any]) -> dict[str, Any]:
    until = time_of(here.now + LIFE_OF_SECRET * SECOND)
    return {"label": LABEL, "expires_at": until.isoformat()}


def with_secret(here: Here, answer: Mapping[str, Any]) -> View:
    """The steps again, with a secret of an hour filled in. It is in this page alone, and in no address."""
    told = words(_("The secret is filled in below. It works for an hour and is shown nowhere else."))
    back = Link(record(here)["name"], here.at("application.settings"))
    view = View(
        [Notice(told, "ok"), *_blocks(here, answer["secret"])], Heading(words(_("Try it")), above=back)
    )
    return replace(view, script="playground.js", sheet="walk.css")


PLACES = (
    Place(
        id=ID,
        path=BASE + "/try",
        title=_("Try it"),
        lead=_("The real flow of this application, with every request and answer as they go over the wire."),
        reads=READ,
        show=show,
        group="application",
        under="applications",
        forms=(
            Form(
                path="add",
                does=CHANGE,
                button=_("Add this address"),
                shaped=_with_callback,
                done=_("What you see below is what this application sends."),
            ),
            Form(
                path="remove",
                does=CHANGE,
                button=_("Take it out"),
                shaped=_without_callback,
                done=_("The address is no longer among its redirect URIs."),
            ),
            Form(
                path="secret",
                does="createSecret",
                button=_("Make a secret for an hour"),
                shaped=_for_an_hour,
                shown_once=with_secret,
            ),
        ),
    ),
)
