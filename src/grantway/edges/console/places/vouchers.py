"""For which applications the members are not asked, as what, and who answers for that."""

from __future__ import annotations

from collections.abc import Sequence

from grantway.edges.console import naming
from grantway.edges.console.asking import press_on
from grantway.edges.console.blocks import Block, Column, Facts, Heading, Section, View
from grantway.edges.console.cells import Cell, Code, Link, Many, Said, State, Tags, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import choice, listed, pinned
from grantway.edges.console.places.organization import BASE, ENTRY, GROUP
from grantway.edges.console.table import Form, Place
from grantway.edges.web.words import Text, _, words

READ = "readVoucher"


def _state(one: Record) -> State:
    return State(words(_("Revoked")), "off") if one["revoked_at"] else State(words(_("Holds")), "ok")


def _application(one: Record) -> Text:
    return one["application_name"] or words(_("An application that is gone"))


def _who(names: dict[str, str], user_id: str | None) -> Text:
    if user_id is None:
        return words(_("An application, not a person"))
    return names.get(user_id) or words(_("Somebody who is no member"))


def show(here: Here) -> View:
    """The list."""
    names: dict[str, str] = {}

    def row(one: Record) -> Sequence[Cell]:
        return (
            Link(_application(one), here.at("organization.voucher", voucher_id=one["id"])),
            _state(one),
            Tags(one["scopes"], words(_("None"))),
            Said(_who(names, one["created_by"])),
            When(one["created_at"]),
        )

    blocks = listed(
        here,
        "listVouchers",
        caption=words(_("Vouchers")),
        columns=(
            Column(words(_("Application"))),
            Column(words(_("State"))),
            Column(words(_("Without a question"))),
            Column(words(_("Who vouches"))),
            Column(words(_("Since"))),
        ),
        row=row,
        empty=words(
            _(
                "Nobody vouches for an application. An admin does so on the page of an "
                "application, whose members are "
                "then not asked."
            )
        ),
        filters=(
            *pinned(here, "application_id", words(_("Application")), words(_("Only this application"))),
            choice(
                here, "listVouchers", "revoked", words(_("Revoked too")), {"true": _("Yes"), "false": _("No")}
            ),
        ),
        before=lambda found: names.update(naming.people(here, [one["created_by"] for one in found])),
    )
    return View(blocks)


def show_one(here: Here) -> View:
    """The application as it was when somebody vouched for it."""
    one = here.read(READ)
    names = naming.people(here, [one["created_by"], one["revoked_by"]])
    facts: list[tuple[Text, Cell]] = [
        (words(_("Client ID")), Code(one["client_id"])),
        (words(_("What it may have without a question")), Tags(one["scopes"], words(_("None")))),
        (
            words(_("Where sign-ins may lead")),
            Many([Code(each) for each in one["redirect_uris"]], words(_("Nowhere"))),
        ),
        (words(_("Wire forms")), Tags(one["dialects"])),
        (words(_("Version of the application")), Said(str(one["application_version"]))),
        (words(_("Who vouches")), Said(_who(names, one["created_by"]))),
        (words(_("Since")), When(one["created_at"])),
    ]
    if one["asserted_subject"]:
        text = words(_("Yes: it names its users itself"))
        facts.append((words(_("Users of its own")), Said(text)))
    if one["revoked_at"]:
        facts.append((words(_("Revoked")), When(one["revoked_at"])))
        facts.append((words(_("Revoked by")), Said(_who(names, one["revoked_by"]))))
    blocks: list[Block] = [Facts(facts)]
    if not one["revoked_at"]:
        revokes = press_on(here, "revoke", of=_application(one))
        if revokes:
            text = words(_("People are asked again. What stands on the voucher alone ends at once."))
            blocks.append(Section(words(_("Revoke")), [], text, actions=revokes))
    back = Link(words(_("Vouchers")), here.at("organization.vouchers"))
    return View(blocks, Heading(_application(one), "", [_state(one)], back))


def _revoking(here: Here) -> tuple[Text, ...]:
    one = here.read(READ)
    return (
        words(_("Members are asked again whether %(name)s may act for them."), name=_application(one)),
        words(_("Codes and tokens that it got on the strength of the voucher end at once, and for good.")),
        words(_("What people agreed to themselves goes on.")),
        words(_("An admin can vouch for it again, as it is then.")),
    )


PLACES = (
    Place(
        id="organization.vouchers",
        path=BASE + "/vouchers",
        title=_("Vouchers"),
        lead=_(
            "For these applications members are not asked for their consent, because somebody "
            "answers for them."
        ),
        reads="listVouchers",
        show=show,
        group=GROUP,
        under=ENTRY,
        finds=("Vouchers", "Trusted applications", "Skip consent", "First-party applications"),
    ),
    Place(
        id="organization.voucher",
        path=BASE + "/vouchers/{voucher_id}",
        title=_("Voucher"),
        reads=READ,
        show=show_one,
        under=ENTRY,
        forms=(
            Form(
                path="revoke",
                does="revokeVoucher",
                button=_("Revoke"),
                title=_("Revoke this voucher"),
                breaks=_revoking,
                done=_("The voucher is revoked."),
            ),
        ),
    ),
)
