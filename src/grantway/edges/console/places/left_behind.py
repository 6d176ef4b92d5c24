"""What leavers left behind, and handing it over to somebody who stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grantway.edges.console.asking import form_on
from grantway.edges.console.blocks import Block, Column, Facts, Heading, Notice, Option, Table, View
from grantway.edges.console.cells import Cell, Link, Many, Said, State
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import listed
from grantway.edges.console.places.organization import BASE, ENTRY
from grantway.edges.console.table import Field, Form, Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Text, _, words

READ = "readLeftBehind"
_HEIRS = frozenset({"owner", "admin", "developer"})
_SUMS = (
    ("applications", _("Applications they made: %(count)s.")),
    ("addressed", _("Applications that write to their address: %(count)s.")),
    ("secrets", _("Client secrets that they may still know: %(count)s.")),
    ("service_accounts", _("Service accounts they made: %(count)s.")),
    ("requests", _("Their open requests for applications: %(count)s.")),
)


def sums_of(left: Record) -> list[Text]:
    """What somebody leaves, in numbers; nothing of what there is none of."""
    return [words(text, count=len(left[name])) for name, text in _SUMS if left[name]]


def _who(left: Record) -> Text:
    return left["name"] or words(_("Somebody who is gone from this server"))


_LEAD = _(
    "Who is no member any more, and whose name is still on something. Hand it over to somebody who stays."
)


def _columns() -> tuple[Column, ...]:
    return (Column(words(_("Who"))), Column(words(_("What they left"))))


def _row(here: Here, one: Record) -> Sequence[Cell]:
    name = Link(_who(one), here.at("organization.left_behind", user_id=one["user_id"]))
    return (name, Many([Said(text) for text in sums_of(one)]))


def show_list(here: Here) -> View:
    """All of them."""
    empty = words(_("Nobody who is gone left anything."))
    return View(
        listed(
            here,
            "listLeftBehind",
            caption=words(_("Left behind")),
            columns=_columns(),
            row=lambda one: _row(here, one),
            empty=empty,
        ),
        Heading(words(_("Left behind")), words(_LEAD), above=_back(here)),
    )


def _back(here: Here) -> Link:
    return Link(words(_("Members")), here.at("organization.members"))


# One of them --------------------------------------------------------------------------------------------


def show_one(here: Here) -> View:
    """What somebody left, or would leave, and the form that hands it over."""
    left = here.read(READ)
    blocks: list[Block] = []
    found = list(blocks_of(here, left))
    if left["grants"]:
        text = (
            words(
                _("Authorizations they gave, none of which works any more: %(count)s."), count=left["grants"]
            )
            if left["is_gone"]
            else words(
                _("Authorizations they gave, which end when they leave: %(count)s."), count=left["grants"]
            )
        )
        blocks.append(Notice(text))
    if not found:
        blocks.append(Notice(words(_("There is nothing to hand over.")), "ok"))
    blocks += found
    if any(left[name] for name in ("applications", "addressed", "service_accounts", "requests")):
        blocks += form_on(here, "hand-over")
    states = [] if left["is_gone"] else [State(words(_("Still a member")), "ok")]
    return View(blocks, Heading(_who(left), left["email"] or "", states, _back(here)))


def blocks_of(here: Here, left: Record) -> Iterator[Block]:
    """What bears the name of somebody, each kind with its records."""
    kinds = (
        ("applications", _("Applications they made")),
        ("addressed", _("Applications that write to their address")),
        ("service_accounts", _("Service accounts they made")),
        ("requests", _("Their open requests for applications")),
    )
    rows: list[tuple[Text, Cell]] = [
        (words(title), Many([_named(here, kind, one) for one in left[kind]]))
        for kind, title in kinds
        if left[kind]
    ]
    if rows:
        yield Facts(rows)
    if left["secrets"]:
        text = words(_("They may still know these client secrets. Replace each, and revoke the old one."))
        secrets = [
            (
                _secret(here, one),
                Said(words(_("Nobody else can look it up")) if one["known_to_nobody_else"] else ""),
            )
            for one in left["secrets"]
        ]
        columns = (Column(words(_("Secret"))), Column(words(_("Note"))))
        yield Notice(text, "warn")
        yield Table(words(_("Client secrets")), columns, secrets, "")


def _named(here: Here, kind: str, one: Record) -> Cell:
    if kind in {"applications", "addressed"}:
        return Link(one["name"], here.at("application.settings", application_id=one["id"]))
    if kind == "service_accounts":
        return Link(one["name"], here.at("organization.service_account", service_account_id=one["id"]))
    return Said(one["name"])


def _secret(here: Here, one: Record) -> Cell:
    label = one["label"] or words(_("Without a label"))
    note = words(_("ends in %(hint)s"), hint=one["hint"])
    return Link(label, here.at("application.credentials", application_id=one["application_id"]), note)


# Handing over ---------------------------------------------------------------------------------------------


def _heirs(here: Here) -> tuple[Option, ...]:
    """Members who may look after applications."""
    found = here.every("listMembers", query={"state": "enabled"})
    return tuple(
        Option(one["user_id"], f"{one['name']} ({one['email']})")
        for one in sorted(found, key=lambda one: one["name"].casefold())
        if one["role"] in _HEIRS and id_of(one["user_id"]) != here.ids.get("user_id")
    )


PLACES = (
    Place(
        id="organization.leavers",
        path=BASE + "/left-behind",
        title=_("Left behind"),
        lead=_LEAD,
        reads="listLeftBehind",
        show=show_list,
        under=ENTRY,
        finds=("Leavers", "Hand over", "Offboarding", "Former employees"),
    ),
    Place(
        id="organization.left_behind",
        path=BASE + "/left-behind/{user_id}",
        title=_("Left behind"),
        reads=READ,
        show=show_one,
        under=ENTRY,
        forms=(
            Form(
                path="hand-over",
                does="handOver",
                title=_("Hand over"),
                lead=_(
                    "Applications, service accounts and open requests get a new name, and the "
                    "leaver's address on "
                    "applications a new one. Secrets are not changed by it."
                ),
                button=_("Hand over"),
                values=lambda _here: {},
                fields=(Field(name="to", options=_heirs), "notification_address"),
                done=_("Handed over. Secrets that are still listed have to be replaced."),
            ),
        ),
    ),
)
