"""Site management: what stops an organization, for a while or for good."""

from __future__ import annotations

from grantway.edges.console.asking import press_on
from grantway.edges.console.blocks import Block, Notice, Section, View
from grantway.edges.console.here import Here
from grantway.edges.console.places.site_applications import UNDER
from grantway.edges.console.places.site_organizations import BASE, LIST, READ, is_there
from grantway.edges.console.table import Form, Place
from grantway.edges.web.words import Text, Words, _, words

SOME = 100
"""So many are counted; what is more is said to be more."""


def show_danger(here: Here) -> View:
    """What stops it, for a while or for good."""
    one = here.read(READ)
    blocks: list[Block] = []

    def part(title: str, text: str, path: str) -> None:
        actions = press_on(here, path)
        if actions:
            blocks.append(Section(Words(title), [], Words(text), actions=actions))

    if one["kind"] == "platform":
        told = _("This is the organization of the operators. It can be neither stopped nor deleted.")
        return View([Notice(words(told))])
    if one["suspended_at"]:
        part(_("Suspension"), _("It is suspended. Lifting that leaves it as it was before."), "lift")
    else:
        part(
            _("Suspend"),
            _("For incidents: everything of it stops at once, and its administrators read why."),
            "suspend",
        )
    if one["state"] == "enabled":
        part(_("Disable"), _("It stops until an operator enables it again."), "disable")
    else:
        part(_("Enable"), _("It works again, and so do tokens that have not expired."), "enable")
    part(
        _("Delete"),
        _("Only an organization without members, applications and APIs can be deleted."),
        "delete",
    )
    return View(blocks)


def counted(here: Here, operation: str) -> Text:
    """How many records a list has, or that they are many."""
    found = here.some(operation, limit=SOME)
    if found.following is not None:
        return words(_("more than %(count)s"), count=SOME)
    return str(len(found.items))


def _breaks(here: Here) -> tuple[Text, ...]:
    return (
        words(
            _("Applications that stop working at once, with all their tokens: %(count)s."),
            count=counted(here, "listApplications"),
        ),
        words(_("Members who lose access at once: %(count)s."), count=counted(here, "listMembers")),
    )


def _stopping(here: Here) -> tuple[Text, ...]:
    return (
        *_breaks(here),
        words(_("You can undo this at any time. Tokens that have not expired work then.")),
    )


def _deleting(here: Here) -> tuple[Text, ...]:
    return (
        words(
            _("It has applications: %(applications)s, members: %(members)s, APIs: %(apis)s."),
            applications=counted(here, "listApplications"),
            members=counted(here, "listMembers"),
            apis=counted(here, "listApis"),
        ),
        words(_("As long as it has any of these, it cannot be deleted.")),
        words(_("Nothing brings it back.")),
    )


def name_of(here: Here) -> str:
    """What is typed before it is deleted."""
    name: str = here.read(READ)["name"]
    return name


PLACES = (
    Place(
        id="site.organization.danger",
        path=BASE + "/danger",
        title=_("Danger zone"),
        reads=READ,
        needs=LIST,
        show=show_danger,
        group="site.organization",
        under=UNDER,
        fits=is_there,
        forms=(
            Form(
                path="suspend",
                does="suspendOrganization",
                title=_("Suspend this organization"),
                button=_("Suspend"),
                fields=("reason",),
                values=lambda _here: {},
                breaks=_stopping,
                done=_("The organization is suspended."),
            ),
            Form(
                path="lift",
                does="liftOrganization",
                button=_("Lift the suspension"),
                done=_("The suspension is lifted."),
            ),
            Form(
                path="disable",
                does="updateOrganization",
                title=_("Disable this organization"),
                button=_("Disable"),
                given={"state": "disabled"},
                breaks=_stopping,
                done=_("Disabled."),
            ),
            Form(
                path="enable",
                does="updateOrganization",
                button=_("Enable"),
                given={"state": "enabled"},
                done=_("Enabled."),
            ),
            Form(
                path="delete",
                does="deleteOrganization",
                title=_("Delete this organization"),
                button=_("Delete this organization"),
                breaks=_deleting,
                typed=name_of,
                leads_to="site.organizations",
                done=_("The organization is deleted."),
            ),
        ),
    ),
)
