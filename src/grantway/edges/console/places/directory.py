"""The directory: applications of other organizations that may be installed here, or asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grantway.edges.console.asking import form_on, press_on
from grantway.edges.console.blocks import Block, Column, Facts, Heading, Notice, Option, Section, Table, View
from grantway.edges.console.cells import Cell, Code, Link, Many, Outside, Press, Said, State, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import listed, search_field
from grantway.edges.console.offered import options_of, risk_of, sentence_of
from grantway.edges.console.reading import installation_of
from grantway.edges.console.table import Field, Form, Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Text, _, words

ID = "directory"
_LET_IN = ("active", "suspended")


def show(here: Here) -> View:
    """What is offered, with what one decides by."""
    return View(
        listed(
            here,
            "listDirectory",
            caption=words(_("Directory")),
            columns=(
                Column(words(_("Application"))),
                Column(words(_("Made by"))),
                Column(words(_("Reviewed"))),
                Column(words(_("Scopes")), is_number=True),
                Column(words(_("Here"))),
            ),
            row=lambda one: _row(here, one),
            empty=words(
                _(
                    "No application of another organization is offered to yours. One whose client ID you "
                    "were given can be asked for all the same."
                )
            ),
            filters=(search_field("name", words(_("Name contains"))),),
        )
    )


def _row(here: Here, one: Record) -> Sequence[Cell]:
    return (
        Link(one["name"], here.at("directory.one", offered_id=id_of(one["id"]))),
        Said(one["owner"]),
        _reviewed(one),
        Said(str(len(one["scopes"]))),
        _stands(one),
    )


def _reviewed(one: Record) -> Cell:
    if one["reviewed_at"] is None:
        return State(words(_("Not reviewed by operators")), "warn")
    return When(one["reviewed_at"])


def _stands(one: Record) -> Cell:
    if one["installation_state"] is None:
        return Said(words(_("Not installed")), is_muted=True)
    return installation_of({"state": one["installation_state"]})


# One of them --------------------------------------------------------------------------------------------


def _offer(here: Here) -> Record:
    return here.read("readOffer")


def show_one(here: Here) -> View:
    """Who makes it, what it will be able to do, and the decision or the way to ask for one."""
    one = _offer(here)
    facts: list[tuple[Text, Cell]] = [
        (words(_("Made by")), Said(one["owner"])),
        (words(_("Reviewed")), _reviewed(one)),
        (words(_("Homepage")), Outside(one["base_url"]) if one["base_url"] else Said("-")),
        (words(_("Client ID")), Code(one["client_id"])),
        (
            words(_("Where sign-ins lead")),
            Many([Code(uri, is_copied=False) for uri in one["redirect_uris"]], words(_("Nowhere"))),
        ),
    ]
    blocks: list[Block] = [Facts(facts)]
    if one["reviewed_at"] is None:
        text = words(
            _(
                "Operators did not review it: %(owner)s names your organization. Install it only if you "
                "know them."
            ),
            owner=one["owner"],
        )
        blocks.append(Notice(text, "warn"))
    blocks += _asks(one)
    blocks += _decision(here, one)
    back = Link(words(_("Directory")), here.at(ID))
    return View(blocks, Heading(one["name"], one["description"], [], back))


def _asks(one: Record) -> list[Block]:
    table = Table(
        words(_("What it asks for")),
        (Column(words(_("It will be able to"))), Column(words(_("Risk"))), Column(words(_("Scope")))),
        [
            (Said(sentence_of(scope)), risk_of(scope["risk"]), Code(scope["value"], is_copied=False))
            for scope in one["scopes"]
        ],
        words(_("It asks for no scope.")),
    )
    return [Section(words(_("What it asks for")), [table])]


def _decision(here: Here, one: Record) -> list[Block]:
    state = one["installation_state"]
    if state in _LET_IN:
        text = words(_("It is installed here."))
        to = here.at("installed.one", installation_id=id_of(one["installation_id"]))
        see = (
            [Press(words(_("See what it may do")), to, is_link=True)] if here.may("readInstallation") else []
        )
        return [Notice(text, "ok", see)]
    if here.may("createInstallation"):
        return form_on(here, "install")
    if state == "requested":
        return [Notice(words(_("Somebody asked for it. Your admins decide.")))]
    text = words(
        _("Your role does not include installing applications. Your admins find your request and decide.")
    )
    return [Section(words(_("Ask for it")), [], text, actions=press_on(here, "ask", tone="primary"))]


def _scopes(here: Here) -> tuple[Option, ...]:
    return options_of(_offer(here)["scopes"])


def _all(here: Here) -> dict[str, Any]:
    return {"scopes": [one["value"] for one in _offer(here)["scopes"]], "members": "ask"}


def _of_this(here: Here, filled: dict[str, Any]) -> dict[str, Any]:
    return {**filled, "client_id": _offer(here)["client_id"]}


PLACES = (
    Place(
        id=ID,
        path="directory",
        title=_("Directory"),
        lead=_("Applications of other organizations that are offered to yours."),
        reads="listDirectory",
        show=show,
        group="applications",
        under="applications",
        finds=("Marketplace", "App gallery", "Install an application", "Integrations"),
    ),
    Place(
        id="directory.one",
        path="directory/{offered_id}",
        title=_("Install an application"),
        reads="readOffer",
        show=show_one,
        under="applications",
        forms=(
            Form(
                path="install",
                does="createInstallation",
                title=_("Install it"),
                lead=_(
                    "Leave out what you do not want to give. It can ask for that again, and you decide then."
                ),
                button=_("Install this application"),
                fields=(
                    Field(name="scopes", options=_scopes),
                    Field(name="members", widget="radio"),
                ),
                values=_all,
                shaped=_of_this,
                leads_to="installed.one",
                makes="installation_id",
                done=_("Installed. From now on it may do here what you see below."),
            ),
            Form(
                path="ask",
                does="requestInstallation",
                button=_("Ask your admins for it"),
                shaped=_of_this,
                done=_("Your admins find your request and decide."),
            ),
        ),
    ),
)
