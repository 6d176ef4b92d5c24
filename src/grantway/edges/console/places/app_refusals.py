"""Why requests of an application were refused, and what to do about each: found by an error page's code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grantway.edges.console.blocks import Block, Column, FormShown, Prose, Table, View
from grantway.edges.console.cells import Cell, Code, Many, Number, Said, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import search_field
from grantway.edges.console.places.application import BASE
from grantway.edges.console.table import Place
from grantway.edges.web.words import Words, _, words

_KINDS: Mapping[str, str] = {
    "authorize": _("Sign-in"),
    "token": _("Token request"),
    "device": _("Request of a device"),
    "decision": _("Call of an API"),
    "userinfo": _("Question about a person"),
    "introspect": _("Question about a token"),
    "revoke": _("Revocation"),
    "example": _("Call of the example API"),
    "cors": _("Script of a browser"),
}
_MOST = 200


def show(here: Here) -> View:
    """What was refused, the newest first, or what has one code."""
    code = (here.query.get("code") or "").strip()
    found = here.every("listRefusals", query={"code": code} if code else None)[:_MOST]
    search = FormShown(
        action=here.again(),
        hidden=(),
        fields=[search_field("code", words(_("Code on the error page")))],
        button=words(_("Find")),
        cancel=here.again() if code else "",
        method="get",
    )
    empty = words(_("Nothing was refused in the last 14 days."))
    if code:
        empty = words(
            _("No refusal has this code. It is of another application, or was one of too many to keep.")
        )
    table = Table(
        words(_("Refused requests")),
        (
            Column(words(_("Why"))),
            Column(words(_("What to do"))),
            Column(words(_("Request"))),
            Column(words(_("How many")), is_number=True),
            Column(words(_("Last"))),
        ),
        [_row(one) for one in found],
        empty,
    )
    blocks: list[Block] = [search, table]
    if any(one["is_sampled"] for one in found):
        text = _("There were more than are kept, so that not every code is found here.")
        blocks.append(Prose(words(text)))
    return View(blocks)


def _row(one: Record) -> Sequence[Cell]:
    remedy: list[Cell] = [Said(Words(one["remedy"]))]
    if one["nearest"]:
        remedy += [Code(one["nearest"]), *([Said(Words(one["difference"]))] if one["difference"] else [])]
    if one["scopes"]:
        remedy.append(Said(words(_("Scopes: %(scopes)s"), scopes=", ".join(one["scopes"]))))
    return (
        Many([Said(Words(one["cause"])), Said(one["error_id"], is_muted=True)]),
        Many(remedy),
        Many([Said(Words(_KINDS[one["kind"]])), Code(one["code"], is_copied=False)]),
        Number(one["count"]),
        When(one["last_at"]),
    )


PLACES = (
    Place(
        id="application.refusals",
        path=BASE + "/refusals",
        title=_("Why was this refused?"),
        tab=_("Refusals"),
        lead=_(
            "Sign-ins, token requests and calls that were refused, with cause and remedy. Kept for 14 days, "
            "without secrets and without people's names."
        ),
        reads="listRefusals",
        show=show,
        group="application",
        under="applications",
    ),
)
