"""Reserved minutes, as the doors reach them."""

from __future__ import annotations

from hashlib import sha256

from grantway.core.budgets import Spender, Usage, UsageQuery
from grantway.core.model import Id
from grantway.storage.sql.door import Door, sound
from grantway.storage.sql.unit import Unit

LONGEST_SUBJECT = 300
_LATEST_DAY = "9999-12-31"
_HIGHEST: Id = 2**62
# No day and no subject is this text, so it stands for none in particular.
_ANY = ""


class Minutes(Door):
    """Implements `core.budgets.MinuteLedger`."""

    def reserve_minutes(self, spender: Spender, *, day: str, minutes: int, cap: int, new_id: Id) -> bool:
        """Add to the minutes of a day unless they would exceed the cap: one upsert."""
        if minutes > cap:
            # An insert has no earlier line whose minutes a condition could look at.
            return False
        reserved = self._unit.rows(
            "reserve_minutes",
            application_id=spender.application_id,
            organization_id=spender.organization_id,
            subject=_subject_of(spender.kind, spender.subject),
            day=day,
            minutes=minutes,
            id=new_id,
            cap=cap,
        )
        return bool(reserved)

    def reserved_minutes(self, spender: Spender, *, day: str) -> int:
        """How many minutes of a day are reserved."""
        row = self._unit.row(
            "reserved_minutes",
            application_id_=spender.application_id,
            organization_id_=spender.organization_id,
            subject_=_subject_of(spender.kind, spender.subject),
            day_=day,
        )
        return 0 if row is None else int(row[0])


def usage_lines(unit: Unit, organization_id: Id, query: UsageQuery) -> tuple[Usage, ...]:
    """Lines about an application of an organization, the latest day first."""
    before_day, before_id = _LATEST_DAY, _HIGHEST
    if query.after:
        row = unit.row("usage_day", line_id=query.after, application_id_=query.application_id)
        if row is None:
            # The line was swept away since, and with it all that would follow.
            return ()
        before_day, before_id = row[0], query.after
    found = unit.rows(
        "own_usage",
        application_id_=query.application_id,
        organization_id_=organization_id,
        before_day=before_day,
        before_id=before_id,
        day_=sound(query.day or _ANY),
        user_=_subject_of("user", query.subject) if query.subject else _ANY,
        external_=_subject_of("external", query.subject) if query.subject else _ANY,
        any_=_ANY,
        limit=query.limit,
    )
    return tuple(_usage_of(*row) for row in found)


def _usage_of(line_id: Id, day: str, organization_id: Id, subject: str, minutes: int) -> Usage:
    kind, _, name = subject.partition(":")
    return Usage(line_id, day, organization_id, kind, name, minutes)


def _subject_of(kind: str, name: str) -> str:
    """A subject as the key has it: with its hash in place of a name that an index could not hold."""
    name = sound(name)
    if len(name) > LONGEST_SUBJECT:
        name = f"sha256-{sha256(name.encode()).hexdigest()}"
    return f"{kind}:{name}"
