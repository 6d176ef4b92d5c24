"""What people of the organization allowed to applications of others."""

from __future__ import annotations

from collections.abc import Sequence

from grantway.edges.console.asking import press_on
from grantway.edges.console.blocks import Column, View
from grantway.edges.console.cells import Cell, Link, Many, Said, Tags, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import listed, pinned
from grantway.edges.console.places.organization import BASE, ENTRY, GROUP
from grantway.edges.console.table import Form, Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Text, _, words


def show(here: Here) -> View:
    """The list. Names of people and applications lead to theirs alone."""

    def row(one: Record) -> Sequence[Cell]:
        user, application = one["user"], one["application"]
        person: list[Cell] = [
            Link(user["name"], here.again({"user": user["id"]})),
            Said(user["email"], is_muted=True),
        ]
        if not user["is_member"]:
            person.append(Said(words(_("no member any more: nothing works by it")), is_muted=True))
        made_by = words(_("Made by %(owner)s"), owner=application["organization_name"])
        scopes: list[Cell] = [Tags(one["scopes"], words(_("None")))]
        scopes += [Said(words(_("and goes to %(api)s"), api=each), is_muted=True) for each in one["apis"]]
        return (
            Many(person),
            Many(
                [
                    Link(application["name"], here.again({"application": application["id"]})),
                    Said(made_by, is_muted=True),
                ]
            ),
            Many(scopes),
            When(one["granted_at"]),
            When(one["last_used_at"], words(_("Not yet"))),
            Many(press_on(here, "{consent_id}/withdraw", of=user["name"], consent_id=id_of(one["id"]))),
        )

    blocks = listed(
        here,
        "listConsents",
        caption=words(_("Consents")),
        columns=(
            Column(words(_("Who"))),
            Column(words(_("Application"))),
            Column(words(_("What it may do"))),
            Column(words(_("Allowed"))),
            Column(words(_("Last used"))),
            Column(words(_("Actions")), is_spoken=True),
        ),
        row=row,
        empty=words(_("Nobody allowed anything to an application of another organization.")),
        filters=(
            *pinned(here, "user", words(_("Who")), words(_("Only this person"))),
            *pinned(here, "application", words(_("Application")), words(_("Only this application"))),
        ),
    )
    return View(blocks)


def _withdrawing(here: Here) -> tuple[Text, ...]:
    one = here.read("readConsent")
    name, application = one["user"]["name"], one["application"]["name"]
    return (
        words(
            _("%(application)s cannot act for %(name)s here any more, from this moment on."),
            application=application,
            name=name,
        ),
        words(_("Codes and tokens that it has are dead, and stay so.")),
        words(_("%(name)s reads that an admin did it, and is asked again at the next sign-in."), name=name),
    )


PLACES = (
    Place(
        id="organization.consents",
        path=BASE + "/consents",
        title=_("Consents"),
        lead=_(
            "What members allowed to applications of others. What is installed or vouched for is "
            "not among it."
        ),
        reads="listConsents",
        show=show,
        group=GROUP,
        under=ENTRY,
        finds=("Consents", "User grants", "Authorizations of users", "Connected applications"),
        forms=(
            Form(
                path="{consent_id}/withdraw",
                does="withdrawConsent",
                button=_("Withdraw"),
                title=_("Withdraw this consent"),
                breaks=_withdrawing,
                done=_("The consent is withdrawn."),
            ),
        ),
    ),
)
