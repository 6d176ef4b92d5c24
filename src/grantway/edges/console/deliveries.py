"""What was sent to a webhook, as a part of its page."""

from __future__ import annotations

from collections.abc import Sequence

from grantway.edges.console.asking import press_on
from grantway.edges.console.blocks import Block, Column, Section
from grantway.edges.console.cells import Cell, Many, Number, Said, State, Tone, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import listed
from grantway.edges.web.records.event_names import EVENT_NAMES
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Text, Words, _, words

_TEST = _("Test event")
_DELIVERED = {"delivered": _("Delivered"), "pending": _("Is tried again"), "failed": _("Given up")}
_TONES: dict[str, Tone] = {"delivered": "ok", "pending": "warn", "failed": "bad"}
_PROBLEMS = {
    "timeout": _("no answer in time"),
    "status": _("an answer that is no success"),
    "unreachable": _("nothing listens there"),
    "unresolved": _("the host is not known"),
    "address_refused": _("the address is not a public one"),
    "tls": _("the certificate does not hold"),
    "answer": _("an answer that is no HTTP"),
    "disabled": _("the webhook was disabled"),
    "unwritten": _("the event could not be written"),
}


def deliveries_on(here: Here, webhook: Record) -> list[Block]:
    """The log of deliveries, each of which can be sent again, and the button that sends a test."""

    def row(one: Record) -> Sequence[Cell]:
        name = EVENT_NAMES.get(one["event"], _TEST)
        event: list[Cell] = [Said(Words(name)), Said(one["event"], is_muted=True)]
        last: list[Cell] = []
        if one["last_status"] is not None:
            last.append(Said(words(_("HTTP status %(status)s"), status=one["last_status"])))
        if one["last_problem"]:
            last.append(Said(_problem(one["last_problem"]), is_muted=True))
        if one["next_attempt_at"]:
            last.append(When(one["next_attempt_at"]))
        replays = press_on(
            here, "deliveries/{delivery_id}/replay", of=one["event"], delivery_id=id_of(one["id"])
        )
        return (
            Many(event),
            State(words(_DELIVERED[one["state"]]), _TONES[one["state"]]),
            When(one["created_at"]),
            Number(one["attempts"]),
            Many(last),
            Many(replays if webhook["state"] == "enabled" else []),
        )

    blocks = listed(
        here,
        "listDeliveries",
        caption=words(_("Deliveries")),
        columns=(
            Column(words(_("Event"))),
            Column(words(_("State"))),
            Column(words(_("Since"))),
            Column(words(_("Attempts")), is_number=True),
            Column(words(_("Last attempt"))),
            Column(words(_("Actions")), is_spoken=True),
        ),
        row=row,
        empty=words(
            _("Nothing was sent to it in the last 30 days. Send a test event to see whether it answers.")
        ),
    )
    tests = press_on(here, "test") if webhook["state"] == "enabled" else []
    lead = words(_("The newest first, for 30 days. What is not received is repeated for three days."))
    return [Section(words(_("Deliveries")), blocks, lead, actions=tests)]


def _problem(name: str) -> Text:
    return Words(_PROBLEMS[name]) if name in _PROBLEMS else name
