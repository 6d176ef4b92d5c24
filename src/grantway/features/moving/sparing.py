"""What a record of another server is not left behind for."""

from __future__ import annotations

from dataclasses import replace

from grantway.core.errors import Invalid
from grantway.core.moving import Incoming
from grantway.features.moving.telling import refusal_of

_SPARED = frozenset(
    {
        "access_token_lifetime",
        "base_url",
        "description",
        "logo_url",
        "notification_addresses",
        "origins",
        "owner_email",
    }
)
"""What a record is not refused for: no client stops working without it but in a browser, as its note says."""


def without_faulty(one: Incoming, invalid: Invalid) -> Incoming | None:
    """A record without its faulty members, each noted; None where something else is wrong with it."""
    values, faulty = dict(one.values), dict[str, set[int]]()
    for error in invalid.errors:
        member, _, index = error.field.partition("[")
        if member not in _SPARED or member not in values:
            return None
        faulty.setdefault(member, set()).update(int(at) for at in [index.rstrip("]")] if at.isdigit())
    for member, places in faulty.items():
        given = values.pop(member)
        kept = tuple(value for at, value in enumerate(given) if at not in places) if places else ()
        values |= {member: kept} if kept else {}
    left_out = [refusal_of(one, error) for error in invalid.errors]
    notes = [f"Left out: {refusal.field}. {refusal.sentence}" for refusal in left_out]
    return replace(one, values=values, notes=(*one.notes, *notes))
