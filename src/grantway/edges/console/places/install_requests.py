"""Applications that members ask for, or that ask for more: an admin sees what each would be able to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from grantway.edges.console import naming
from grantway.edges.console.asking import form_on, press_on
from grantway.edges.console.blocks import Block, Column, Facts, Heading, Notice, Option, Section, Table, View
from grantway.edges.console.cells import Cell, Code, Link, Many, Said, State, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import listed
from grantway.edges.console.reading import wording_of
from grantway.edges.console.table import Field, Form, Place
from grantway.edges.web.words import Text, _, words

READ = "readInstallation"
CHANGE = "updateInstallation"
_WAITING = 50


def show(here: Here) -> View:
    """What waits for an admin; for everybody else, the form by which they ask."""
    blocks: list[Block] = []
    if here.may("listInstallations"):
        blocks += _queue(here)
        blocks += _wider(here)
    blocks += form_on(here, "ask")
    return View(blocks)


def _queue(here: Here) -> list[Block]:
    names: dict[str, str] = {}

    def row(one: Record) -> Sequence[Cell]:
        return (
            *_application(here, one),
            Said(_asker(names, one["requested_by"])),
            When(one["requested_at"]),
        )

    return listed(
        here,
        "listInstallations",
        caption=words(_("Requests to install")),
        columns=(
            Column(words(_("Application"))),
            Column(words(_("Made by"))),
            Column(words(_("Asked for by"))),
            Column(words(_("Asked"))),
        ),
        row=row,
        empty=words(_("Nobody asks for an application.")),
        fixed={"state": "requested"},
        before=lambda found: names.update(naming.people(here, [one["requested_by"] for one in found])),
    )


def _wider(here: Here) -> list[Block]:
    """Installed applications that ask for more than they have."""
    found = here.some("listInstallations", query={"pending": "true"}, limit=_WAITING).items
    waiting = [one for one in found if one["state"] in {"active", "suspended"}]
    if not waiting:
        return []
    rows = [(*_application(here, one), Said(str(len(one["scopes_pending"])))) for one in waiting]
    columns = (
        Column(words(_("Application"))),
        Column(words(_("Made by"))),
        Column(words(_("Scopes it asks for besides")), is_number=True),
    )
    title = words(_("Installed, and asking for more"))
    return [Section(title, [Table(title, columns, rows, "")])]


def _application(here: Here, one: Record) -> tuple[Cell, Cell]:
    application = one["application"]
    name = Link(application["name"], here.at("request", installation_id=one["id"]))
    return name, Said(application["owner"])


def _asker(names: dict[str, str], user_id: str | None) -> Text:
    return names.get(user_id or "") or words(_("Somebody who is no member"))


# One of them --------------------------------------------------------------------------------------------


def show_one(here: Here) -> View:
    """Who makes it, what it asks for in sentences, and the decision."""
    one = here.read(READ)
    application = one["application"]
    asker = _asker(naming.people(here, [one["requested_by"]]), one["requested_by"])
    facts: list[tuple[Text, Cell]] = [
        (words(_("Made by")), Said(application["owner"])),
        (words(_("Client ID")), Code(application["client_id"])),
        (
            words(_("Where sign-ins lead")),
            Many([Code(each) for each in application["redirect_uris"]], words(_("Nowhere"))),
        ),
    ]
    if one["requested_at"]:
        facts += [(words(_("Asked for by")), Said(asker)), (words(_("Asked")), When(one["requested_at"]))]
    blocks: list[Block] = [Facts(facts)]
    state = State(words(_("Waits for a decision")), "warn")
    if _is_request(one):
        blocks += form_on(here, "approve")
        declines = press_on(here, "decline", of=application["name"])
        if declines:
            text = words(_("It gets nothing, and who asked finds it declined. It can be asked for again."))
            blocks.append(Section(words(_("Decline")), [], text, actions=declines))
    elif _asks_for_more(one):
        blocks += form_on(here, "widen")
        declines = press_on(here, "narrow", of=application["name"])
        if declines:
            text = words(_("It goes on with what it has."))
            blocks.append(Section(words(_("Give it nothing of that")), [], text, actions=declines))
    else:
        state = State(words(_("Decided")), "off")
        blocks.append(Notice(words(_("This was decided. Nothing waits for you here.")), "ok"))
    back = Link(words(_("Requests to install")), here.at("requests"))
    return View(blocks, Heading(application["name"], application["description"], [state], back))


def _is_request(one: Record) -> bool:
    return bool(one["state"] == "requested")


def _asks_for_more(one: Record) -> bool:
    return one["state"] in {"active", "suspended"} and bool(one["scopes_pending"])


def _asked(here: Here) -> tuple[Option, ...]:
    """What it asks for, each scope as the sentence that its API says of it."""
    one = here.read(READ)
    wanted = one["application"]["scopes"] if _is_request(one) else one["scopes_pending"]
    return tuple(_sentences(here, wanted))


def _sentences(here: Here, wanted: Sequence[str]) -> Iterator[Option]:
    known = {each["value"]: each for each in here.every("listCatalogue")} if here.may("listCatalogue") else {}
    for value in sorted(wanted, key=lambda one: known.get(one, {}).get("risk") != "high"):
        scope = known.get(value)
        if scope is None:
            yield Option(value, value)
            continue
        note = words(_("%(scope)s: high risk"), scope=value) if scope["risk"] == "high" else value
        yield Option(value, wording_of(scope, here.locale), note)


def _approved(_here: Here, members: dict[str, Any]) -> dict[str, Any]:
    return {**members, "state": "active"}


def _widened(here: Here, members: dict[str, Any]) -> dict[str, Any]:
    """What it had, and what was ticked; the rest is declined."""
    scopes = {*here.read(READ)["scopes"], *members["scopes"]}
    return {"scopes": sorted(scopes), "scopes_pending": []}


_MEMBERS = Field(
    name="members",
    widget="radio",
    label=_("Sign-ins of members"),
    help=_("Whether each member is asked when they sign in to it."),
    options=lambda _here: (
        Option("ask", words(_("Ask each member"))),
        Option("allow", words(_("Allow it for all members"))),
        Option("block", words(_("Block them: only the application acts, for the organization"))),
    ),
)

PLACES = (
    Place(
        id="requests",
        path="requests",
        title=_("Requests to install"),
        lead=_(
            "Applications of other organizations that members want to use. Admins decide what "
            "each may do here."
        ),
        reads="readOrganization",
        needs="requestInstallation",
        show=show,
        finds=(
            "Requests to install",
            "Install an application",
            "Ask for an application",
            "Approve an application",
        ),
        forms=(
            Form(
                path="ask",
                does="requestInstallation",
                title=_("Ask for an application"),
                lead=_("Your admins find it here, and decide. Its makers tell you its client ID."),
                button=_("Ask for it"),
                values=lambda _here: {},
                fields=(
                    Field(
                        name="client_id",
                        label=_("Client ID"),
                        help=_("Of an application of another organization."),
                    ),
                ),
                done=_("Your admins were asked."),
            ),
        ),
    ),
    Place(
        id="request",
        path="requests/{installation_id}",
        title=_("Request to install"),
        reads=READ,
        show=show_one,
        under="requests",
        forms=(
            Form(
                path="approve",
                does=CHANGE,
                title=_("Install it"),
                lead=_("It gets what is ticked, and no more. You can take each back later."),
                button=_("Install the application"),
                values=lambda here: {"scopes": here.read(READ)["application"]["scopes"], "members": "ask"},
                fields=(
                    Field(
                        name="scopes",
                        label=_("What it may do"),
                        help=_("All that it asks for is ticked. Take away what it need not do."),
                        options=_asked,
                    ),
                    _MEMBERS,
                ),
                shaped=_approved,
                done=_("Installed."),
                leads_to="requests",
            ),
            Form(
                path="decline",
                does="deleteInstallation",
                button=_("Decline"),
                done=_("Declined."),
                leads_to="requests",
            ),
            Form(
                path="widen",
                does=CHANGE,
                title=_("Let it do more"),
                lead=_("It gets what is ticked besides what it has. The rest is declined."),
                button=_("Save the decision"),
                values=lambda here: {"scopes": here.read(READ)["scopes_pending"]},
                fields=(
                    Field(
                        name="scopes",
                        label=_("What it asks for besides"),
                        help=_("All that it asks for is ticked. Take away what it need not do."),
                        options=_asked,
                    ),
                ),
                shaped=_widened,
                done=_("Saved."),
                leads_to="requests",
            ),
            Form(
                path="narrow",
                does=CHANGE,
                button=_("Decline"),
                given={"scopes_pending": ()},
                done=_("Declined."),
                leads_to="requests",
            ),
        ),
    ),
)
