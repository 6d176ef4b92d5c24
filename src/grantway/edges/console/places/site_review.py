"""What operators decide about one application: whether it is published, what waits, and suspension."""

from __future__ import annotations

from grantway.edges.console.asking import form_on, press_on
from grantway.edges.console.blocks import Block, Facts, Prose, Section, View
from grantway.edges.console.cells import Cell, Code, Many, Outside, Press, Said, Tags
from grantway.edges.console.here import Here, Record
from grantway.edges.console.places.application import BASE, READ, record
from grantway.edges.console.places.danger import breaks
from grantway.edges.console.places.publication import changes_of, history_of
from grantway.edges.console.table import Form, Place
from grantway.edges.web.words import Text, _, words


def show(here: Here) -> View:
    """What is asked, what was decided before, and what can be decided now."""
    one = record(here)
    blocks: list[Block] = []
    if one["pending"] is not None:
        blocks.append(_pending(here, one["pending"]))
    blocks.append(_asked(here, one))
    blocks.append(history_of(here.every("listPublicationSteps")))
    blocks.append(_suspension(here, one))
    return View(blocks)


def _asked(here: Here, one: Record) -> Section:
    facts: list[tuple[Text, Cell]] = [
        (words(_("Description")), Said(one["description"] or "-")),
        (words(_("Homepage")), Outside(one["base_url"]) if one["base_url"] else Said("-")),
        (words(_("Owner to write to")), Said(one["owner_email"] or "-")),
        (words(_("Redirect URIs")), Many([Code(uri) for uri in one["redirect_uris"]], "-")),
        (words(_("Scopes")), Tags(one["scopes"], "-")),
    ]
    blocks: list[Block] = [Facts(facts)]
    actions: list[Press] = []
    lead: Text = words(_("It did not ask to be published."))
    if one["publication"] == "submitted":
        lead = words(_("It asks to be published. This is what people and organizations will see."))
        blocks += form_on(here, "approve")
        actions = press_on(here, "reject")
    elif one["publication"] == "approved":
        lead = words(_("It is published. You can take the approval back."))
        actions = press_on(here, "reject")
    elif one["publication"] == "rejected":
        lead = words(_("It was rejected. Its owner can submit it again."))
    return Section(words(_("Publication")), blocks, lead, actions=actions)


def _pending(here: Here, pending: Record) -> Section:
    lead = words(_("Until you decide, the application works as it was approved."))
    blocks = [changes_of(pending), *form_on(here, "pending/approve")]
    return Section(words(_("Changes that wait")), blocks, lead, actions=press_on(here, "pending/reject"))


def _suspension(here: Here, one: Record) -> Section:
    title = words(_("Suspension"))
    if one["suspended_at"]:
        told = words(_("Suspended: %(reason)s"), reason=one["suspension_reason"] or "-")
        return Section(title, [Prose(told)], actions=press_on(here, "lift"))
    lead = words(
        _("It stops at once, whatever its owners say, and they read why. Only operators lift a suspension.")
    )
    return Section(title, [], lead, actions=press_on(here, "suspend"))


def _rejecting(here: Here) -> tuple[Text, ...]:
    told = words(_("Its owner reads the reasons, and can submit it again."))
    if record(here)["publication"] != "approved":
        return (told,)
    installed = here.every("listApplicationInstallations")
    return (
        words(_("It is not offered to other organizations any more.")),
        words(_("Organizations that have it installed: %(count)s."), count=len(installed)),
        words(_("Changes that wait are dropped.")),
        told,
    )


def _dropping(_here: Here) -> tuple[Text, ...]:
    return (
        words(_("The changes are dropped, and those who asked for them read the reasons.")),
        words(_("What was approved goes on working.")),
    )


def _suspending(here: Here) -> tuple[Text, ...]:
    return (
        *breaks(here),
        words(_("Its owners read the reason, and can change nothing until you lift it.")),
        words(_("You can lift it at any time. It is then as its owners left it.")),
    )


PLACES = (
    Place(
        id="application.review",
        path=BASE + "/review",
        title=_("Review"),
        lead=_("What operators decide about this application. Its owners read what you write here."),
        reads=READ,
        needs="suspendApplication",
        show=show,
        group="application",
        under="applications",
        forms=(
            Form(
                path="approve",
                does="approveApplication",
                button=_("Approve this application"),
                done=_("The application is published."),
            ),
            Form(
                path="reject",
                does="rejectApplication",
                title=_("Reject this application"),
                button=_("Reject this application"),
                breaks=_rejecting,
                fields=("reasons", "text"),
                values=lambda _here: {},
                done=_("The application is rejected. Its owner reads why."),
            ),
            Form(
                path="pending/approve",
                does="approvePendingVersion",
                button=_("Approve these changes"),
                done=_("The changes are in force."),
            ),
            Form(
                path="pending/reject",
                does="rejectPendingVersion",
                title=_("Reject these changes"),
                button=_("Reject these changes"),
                breaks=_dropping,
                fields=("reasons", "text"),
                values=lambda _here: {},
                done=_("The changes are rejected. What was approved stays as it is."),
            ),
            Form(
                path="suspend",
                does="suspendApplication",
                title=_("Suspend this application"),
                button=_("Suspend"),
                fields=("reason",),
                values=lambda _here: {},
                breaks=_suspending,
                done=_("The application is suspended."),
            ),
            Form(
                path="lift",
                does="liftApplication",
                button=_("Lift the suspension"),
                done=_("The suspension is lifted."),
            ),
        ),
    ),
)
