"""Refused requests and the numbers of each day, as the doors reach them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from grantway.core.activity import Amount, By, Span, Tallied
from grantway.core.model import Id, Instant
from grantway.core.refusals import (
    MOST_CODES,
    MOST_LISTED,
    MOST_OF_APPLICATION,
    MOST_OF_OWNER,
    Refusal,
    RefusalNote,
    RefusalQuery,
)
from grantway.storage.sql import rows
from grantway.storage.sql.catalogue import OwnCatalogue
from grantway.storage.sql.door import Door, sound
from grantway.storage.sql.rows import Row

_words = msgspec.json.Decoder(tuple[str, ...]).decode
_OF_APPLICATION: Mapping[By, str] = {
    "day": "activity_by_day",
    "error": "activity_by_error_id",
    "organization": "activity_by_organization_id",
}
_OF_ORGANIZATION: Mapping[By, str] = {
    "day": "activity_here_by_day",
    "error": "activity_here_by_error_id",
    "application": "activity_here_by_application_id",
}
_MEMBERS: Mapping[By, str] = {
    "day": "day",
    "error": "error_id",
    "organization": "organization_id",
    "application": "application_id",
}


class ActivityWriting(Door):
    """Implements `core.refusals.RefusalKeeper` and `core.activity.ActivityKeeper`."""

    def keep_refusals(self, notes: Sequence[RefusalNote], *, ids: Sequence[Id]) -> None:
        """Add to the records, one upsert for each note, and forget the oldest beyond the bounds."""
        kept = self._unit.together(
            [("keep_refusal", _columns_of(note, new_id)) for note, new_id in zip(notes, ids, strict=True)]
        )
        grown: dict[Id, Id] = {}
        for note, found in zip(notes, kept, strict=True):
            for refusal_id, application_id, owner_id in found:
                grown[application_id] = owner_id
                for code in note.codes:
                    it = {"refusal_id": refusal_id, "code": sound(code), "at": note.last_at}
                    self._unit.queue("keep_refusal_code", it)
        for application_id in sorted(grown):
            it = {"application_id_": application_id}
            self._unit.queue("trim_refusals", {**it, "keep": MOST_OF_APPLICATION})
            self._unit.queue("trim_refusal_codes", {**it, "keep": MOST_CODES})
        for owner_id in sorted(set(grown.values())):
            self._unit.queue("trim_refusals_of_owner", {"owner_id_": owner_id, "keep": MOST_OF_OWNER})

    def add_activity(self, counted: Sequence[Tallied], *, ids: Sequence[Id]) -> None:
        """Add to the numbers, one upsert each."""
        for one, new_id in zip(counted, ids, strict=True):
            line = {
                "id": new_id,
                "client_id_": sound(one.client_id),
                "organization_key": one.organization_id,
                "day": one.day,
                "metric": one.metric,
                "error_id": one.error_id,
                "count": one.count,
            }
            self._unit.queue("add_activity", line)


class ActivitySweeps(Door):
    """Implements `core.refusals.RefusalDesk` and `core.activity.ActivitySweeping`."""

    def refusals(self, query: RefusalQuery) -> tuple[Refusal, ...]:
        """Of every application, the newest first."""
        asked = _asked(query)
        if query.code is None:
            return _read(self._unit.rows("all_refusals", **asked), query)
        return _read(self._unit.rows("refusals_of_code", **asked, code_=sound(query.code)), query)

    def delete_refusals(self, *, before: Instant, limit: int) -> int:
        """Forget records whose last request was before, a limited number; how many there were."""
        return len(self._unit.rows("sweep_refusals", before=before, limit=limit))

    def delete_activity(self, *, before: str, limit: int) -> int:
        """Delete numbers of days before this one, a limited number; how many lines there were."""
        return len(self._unit.rows("sweep_activity", before=before, limit=limit))


class OwnActivity(OwnCatalogue):
    """Implements `core.refusals.RefusalReader` and `core.activity.ActivityReader`."""

    def knows_application(self, application_id: Id) -> bool:
        """Whether it owns an application, or has it installed, in whichever state."""
        found = self._unit.row("knows_application", application_id_=application_id, organization_id_=self._id)
        return found is not None

    def refusals(self, application_id: Id, query: RefusalQuery) -> tuple[Refusal, ...]:
        """Those of an application that this organization may read, the newest first."""
        here = {"application_id_": application_id, "organization_id_": self._id}
        code = sound(query.code) if query.code is not None else ""
        return _read(self._unit.rows("own_refusals", **here, **_asked(query), code_=code), query)

    def activity(self, span: Span, by: By, *, application_id: Id | None = None) -> tuple[Amount, ...]:
        """Sums that are not zero."""
        asked: dict[str, Any] = {
            "organization_id_": self._id,
            "first": span.first,
            "last": span.last,
            "metric_": span.metric or "",
        }
        if application_id is None:
            found = self._unit.rows(_OF_ORGANIZATION[by], **asked)
        else:
            found = self._unit.rows(_OF_APPLICATION[by], **asked, application_id_=application_id)
        return tuple(Amount(metric, int(total), **{_MEMBERS[by]: part}) for metric, part, total in found)


def _columns_of(note: RefusalNote, new_id: Id) -> dict[str, Any]:
    return {
        "id": new_id,
        "client_id_": sound(note.client_id),
        "organization_key": note.organization_id or 0,
        "kind": note.kind,
        "mount": note.mount,
        "error_id": note.error_id,
        "window_start": note.window,
        "count": note.count,
        "first_at": note.first_at,
        "last_at": note.last_at,
        "named": rows.to_json(note.named),
        "difference": note.difference,
        "is_sampled": int(note.is_sampled),
    }


def _asked(query: RefusalQuery) -> dict[str, Any]:
    return {
        "kind_": sound(query.kind or ""),
        "error_id_": sound(query.error_id or ""),
        "since": query.since or 0,
        "limit": MOST_LISTED,
    }


def _read(found: Sequence[Row], query: RefusalQuery) -> tuple[Refusal, ...]:
    return tuple(_refusal(row, query.code) for row in found)


def _refusal(row: Row, code: str | None) -> Refusal:
    named, difference, newest, is_sampled = row[10:]
    return Refusal(*(*row[:10], _words(named), difference, code or newest or "", bool(is_sampled)))
