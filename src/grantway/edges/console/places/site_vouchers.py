"""Site management: for which applications nobody is asked, and which look for a voucher in vain."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from grantway.edges.console.asking import press_on
from grantway.edges.console.blocks import Column, Section, Table, View
from grantway.edges.console.cells import Cell, Code, Link, Many, Press, Said, Tags, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import PAGE, listed
from grantway.edges.console.places.site_applications import UNDER
from grantway.edges.console.places.site_platform import GROUP
from grantway.edges.console.table import Field, Form, Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Text, Words, _, words

AUDIENCES = {
    "own_organization": _("Its own organization"),
    "listed_organizations": _("Listed organizations"),
    "any_organization": _("Any organization"),
}


def show(here: Here) -> View:
    """The platform's vouchers, and what lacks one."""

    def row(one: Record) -> Sequence[Cell]:
        name: Text = one["application_name"] or words(_("An application that is gone"))
        return (
            Many([Said(name), Code(one["client_id"])]),
            Tags(one["scopes"], words(_("No scopes"))),
            Said(Words(AUDIENCES[one["audience"]])),
            When(one["created_at"]),
            Many(
                press_on(here, "{platform_voucher_id}/revoke", of=name, platform_voucher_id=id_of(one["id"]))
            ),
        )

    blocks = listed(
        here,
        "listPlatformVouchers",
        caption=words(_("Vouchers of the platform")),
        columns=(
            Column(words(_("Application"))),
            Column(words(_("Scopes"))),
            Column(words(_("For whom"))),
            Column(words(_("Since"))),
            Column(words(_("Actions")), is_spoken=True),
        ),
        row=row,
        empty=words(_("The platform answers for no application: people are asked.")),
    )
    vouch = press_on(here, "new", text=words(_("Vouch for an application")), tone="primary")[0]
    return View([*blocks, _unvouched(here)], primary=vouch)


def _unvouched(here: Here) -> Section:
    address = here.address_of(here.own("new"))

    def row(one: Record) -> Sequence[Cell]:
        ids = {"organization_id": id_of(one["organization_id"]), "application_id": id_of(one["id"])}
        known = {"client_id": one["client_id"], "application_version": one["application_version"]}
        is_ours = any(lack["organization_id"] is None for lack in one["lacks"])
        vouch = [Press(words(_("Vouch")), f"{address}?{urlencode(known)}", of=one["name"], is_link=True)]
        return (
            Link(one["name"], here.at("site.application.review", **ids)),
            Many([Said(_why(lack)) for lack in one["lacks"]]),
            Many(vouch if is_ours else []),
        )

    table = Table(
        words(_("Nobody answers for these")),
        (
            Column(words(_("Application"))),
            Column(words(_("What is missing"))),
            Column(words(_("Actions")), is_spoken=True),
        ),
        [row(one) for one in here.some("listUnvouched", limit=PAGE).items],
        words(_("Every application that looks for a voucher has one.")),
    )
    lead = words(_("They look for vouchers that nobody gave, or that they outgrew. Their people are asked."))
    return Section(words(_("Nobody answers for these")), [table], lead)


def _why(lack: Record) -> Text:
    if lack["organization_id"] is not None:
        if lack["problem"] == "outgrown":
            return words(_("It is more now than an organization answers for"))
        return words(_("An organization that installed it does not answer for it"))
    if lack["problem"] == "outgrown":
        return words(_("It is more now than the platform answers for"))
    return words(_("The platform does not answer for it"))


def _revoking(here: Here) -> tuple[Text, ...]:
    one = here.read("readPlatformVoucher")
    return (
        words(
            _("People who use %(name)s are asked again."), name=one["application_name"] or one["client_id"]
        ),
        words(_("Codes and tokens that it got without a question stop working at once.")),
        words(_("What people agreed to themselves goes on.")),
    )


PLACES = (
    Place(
        id="site.vouchers",
        path="site/vouchers",
        title=_("Vouchers"),
        lead=_("For which applications people are not asked, because the platform answers for them."),
        reads="listPlatformVouchers",
        show=show,
        group=GROUP,
        under=UNDER,
        finds=("Consent", "Trusted applications", "Skip consent"),
        forms=(
            Form(
                path="new",
                does="createPlatformVoucher",
                is_apart=True,
                title=_("Vouch for an application"),
                lead=_("For the application as it is at this version. What it becomes later is not covered."),
                button=_("Vouch for it"),
                fields=(
                    Field(name="client_id", label=_("Client ID"), help=_("That of the application.")),
                    Field(
                        name="application_version",
                        widget="number",
                        label=_("Version of the application"),
                        help=_("The one that you saw. If it became another one since, this is refused."),
                    ),
                    Field(
                        name="asserted_subject",
                        label=_("It may name its own users"),
                        help=_("Answer for the users, too, whom the application names itself."),
                    ),
                ),
                values=lambda here: {
                    "client_id": here.query.get("client_id"),
                    "application_version": here.query.get("application_version"),
                },
                done=_("The platform answers for it. People are not asked any more."),
            ),
            Form(
                path="{platform_voucher_id}/revoke",
                does="revokePlatformVoucher",
                title=_("Take this voucher back"),
                button=_("Take back"),
                breaks=_revoking,
                done=_("The voucher is taken back. People are asked again."),
            ),
        ),
    ),
)
