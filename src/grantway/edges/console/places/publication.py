"""How an application comes to be offered to other organizations: its makers submit, operators decide."""

from __future__ import annotations

from typing import Any

from grantway.edges.console.asking import form_on, press_on
from grantway.edges.console.blocks import Block, Column, Facts, Notice, Points, Section, Table, View
from grantway.edges.console.cells import Cell, Many, Said, When
from grantway.edges.console.forms import asked_of
from grantway.edges.console.here import Here, Record
from grantway.edges.console.places.application import BASE, READ, record
from grantway.edges.console.places.danger import breaks
from grantway.edges.console.reading import publication_of
from grantway.edges.console.table import Field, Form, Place
from grantway.edges.web.records.application_forms import ApplicationPatch
from grantway.edges.web.records.publications import REASONS, STEPS
from grantway.edges.web.words import Text, Words, _, words

_LEADS = {
    "draft": _("Only your own organization can use it. Submit it, and operators look at it."),
    "submitted": _("Operators look at it. You can withdraw it until they have decided."),
    "approved": _(
        "It is offered to every organization of its audience. What you change from now on waits for "
        "an operator where it widens what the application may do."
    ),
    "rejected": _("Operators did not publish it. Change what they name below, and submit it again."),
}


def show(here: Here) -> View:
    """Where it stands, what can be done next, what waits, and every step until now."""
    one = record(here)
    blocks: list[Block] = [
        Facts([(words(_("State")), publication_of({**one, "pending": None})), *_audience(one)]),
    ]
    steps = here.every("listPublicationSteps")
    blocks += _rejected(one, steps)
    if one["pending"] is not None:
        blocks.append(pending_of(here, one["pending"]))
    blocks += _next(here, one)
    blocks.append(history_of(steps))
    return View(blocks)


def _audience(one: Record) -> list[tuple[Text, Cell]]:
    """Whose people may sign in: what it asks for, where that is more than what it has."""
    labels = asked_of(ApplicationPatch)["audience"].labels
    rows: list[tuple[Text, Cell]] = [
        (words(_("Open to")), Said(Words(labels.get(one["effective_audience"], one["effective_audience"]))))
    ]
    if one["audience"] != one["effective_audience"]:
        rows.append(
            (words(_("Asks to be open to")), Said(Words(labels.get(one["audience"], one["audience"]))))
        )
    return rows


def _rejected(one: Record, steps: list[Record]) -> list[Block]:
    """Why it was not published, in the words of those who decided."""
    if one["publication"] != "rejected":
        return []
    last = next((step for step in steps if step["decision"] == "rejected"), None)
    return [Notice(words(_("Why it was rejected: %(why)s"), why=why_of(last)), "bad")] if last else []


def why_of(step: Record) -> Text:
    """The reasons of a step and its text, as one sentence."""
    parts: list[Text] = [Words(REASONS[reason]) for reason in step["reasons"] if reason in REASONS]
    if step["text"]:
        parts.append(step["text"])
    found: Text = ""
    for part in parts:
        found = words("%(one)s; %(two)s", one=found, two=part) if found else part
    return found


def _next(here: Here, one: Record) -> list[Block]:
    lead = words(_LEADS[one["publication"]])
    if one["publication"] in {"draft", "rejected"}:
        missing = list(_missing(one))
        blocks: list[Block] = []
        if missing:
            blocks = [Notice(words(_("Before you submit it, this is missing:")), "warn"), Points(missing)]
        if here.may("submitApplication"):
            terms = here.read("readTerms")["terms_version"]
            blocks.append(
                Facts(
                    [(words(_("Terms that hold now")), Said(words(_("Version %(version)s"), version=terms)))]
                )
            )
        blocks += form_on(here, "submit")
        return [Section(words(_("Publish it")), blocks, lead)]
    return [Section(words(_("What you can do")), [], lead, actions=press_on(here, "withdraw"))]


def _missing(one: Record) -> list[Text]:
    """What operators will ask for. The submission itself is judged by the same rules, in one place."""
    signs_in = one["type"] != "backend"
    wanted = {
        "description": one["description"],
        "base_url": one["base_url"],
        "owner_email": one["owner_email"],
        "scopes": one["scopes"],
        "redirect_uris": one["redirect_uris"] or not signs_in,
    }
    labels = asked_of(ApplicationPatch)
    return [Words(labels[name].label) for name, value in wanted.items() if not value]


def pending_of(here: Here, pending: Record) -> Section:
    """What waits, for its owner."""
    lead = words(_("Until an operator decides, the application works as it was approved."))
    since: list[tuple[Text, Cell]] = [(words(_("Waits since")), When(pending["since"]))]
    return Section(
        words(_("Changes that wait")),
        [Facts(since), changes_of(pending)],
        lead,
        actions=press_on(here, "pending/withdraw"),
    )


def changes_of(pending: Record) -> Table:
    """What waits, member by member: as it is and as it is to be."""
    labels = asked_of(ApplicationPatch)
    rows: list[tuple[Cell, ...]] = [
        (
            Said(Words(labels[each["name"]].label) if each["name"] in labels else each["name"]),
            _value(each["before"]),
            _value(each["after"]),
        )
        for each in pending["members"]
    ]
    columns = (Column(words(_("What"))), Column(words(_("As it is"))), Column(words(_("As it is to be"))))
    return Table(words(_("Changes that wait")), columns, rows, "")


def _value(value: Any) -> Cell:
    if isinstance(value, list):
        return Many([Said(str(one)) for one in value], "-")
    return Said("-" if value in (None, "") else str(value))


def history_of(steps: list[Record]) -> Section:
    """Every step until now, the newest first."""
    rows: list[tuple[Cell, ...]] = [
        (
            Said(Words(STEPS[one["decision"]])),
            When(one["at"]),
            Said(why_of(one)),
            Said(one["terms_version"] or ""),
        )
        for one in steps
    ]
    table = Table(
        words(_("Steps until now")),
        (
            Column(words(_("Step"))),
            Column(words(_("When"))),
            Column(words(_("In words"))),
            Column(words(_("Terms accepted"))),
        ),
        rows,
        words(_("It was never submitted.")),
    )
    return Section(words(_("Steps until now")), [table])


def _accepting(here: Here, filled: dict[str, Any]) -> dict[str, Any]:
    """The version that stood above the box, if the box was ticked."""
    return {"terms_version": here.read("readTerms")["terms_version"]} if filled.get("terms_version") else {}


def _withdrawing(here: Here) -> tuple[Text, ...]:
    if record(here)["publication"] == "submitted":
        return (words(_("Operators no longer look at it. You can submit it again at any time.")),)
    return (
        *breaks(here)[1:],
        words(_("It leaves every directory, and is open to your own organization alone.")),
        words(
            _("What waits for a review is dropped. To be published again it is submitted and reviewed anew.")
        ),
    )


PLACES = (
    Place(
        id="application.publication",
        path=BASE + "/publication",
        title=_("Publication"),
        lead=_("Whether other organizations are offered this application. Operators of the platform decide."),
        reads=READ,
        show=show,
        group="application",
        under="applications",
        finds=("Submit for approval", "Publish application", "Marketplace", "App gallery"),
        forms=(
            Form(
                path="submit",
                does="submitApplication",
                button=_("Submit for publication"),
                fields=(
                    Field(
                        name="terms_version",
                        widget="check",
                        label=_("I accept the terms"),
                        help=_("For your organization, in the version that is named above."),
                    ),
                ),
                values=lambda _here: {},
                shaped=_accepting,
                done=_("Submitted. Operators look at it."),
            ),
            Form(
                path="withdraw",
                does="withdrawApplication",
                button=_("Withdraw"),
                title=_("Withdraw it from publication"),
                breaks=_withdrawing,
                done=_("Withdrawn. It is a draft again."),
            ),
            Form(
                path="pending/withdraw",
                does="withdrawPendingVersion",
                button=_("Withdraw these changes"),
                done=_("The changes are withdrawn. What was approved stays as it is."),
            ),
        ),
    ),
)
