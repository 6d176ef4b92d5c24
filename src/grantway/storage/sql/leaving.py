"""What bears the names of people in one organization."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from grantway.core.leaving import Asked, Made, MadeAccount, Seen, Traces
from grantway.core.model import Change, Id, Instant
from grantway.storage.sql import rows
from grantway.storage.sql.catalogue import OwnCatalogue
from grantway.storage.sql.door import batched, named
from grantway.storage.sql.rows import Row

_words = msgspec.json.Decoder(tuple[str, ...]).decode


class OwnLeavers(OwnCatalogue):
    """Finds what people leave behind, and gives it to others."""

    def traces(self, *, now: Instant) -> Traces:
        """All of it, in one round trip."""
        here = {"organization_id_": self._id}
        made, seen, asked, accounts, live, suspended = self._unit.together(
            (
                ("made_applications", here),
                ("seen_secrets", {**here, "now": now}),
                ("asked_installations", here),
                ("made_service_accounts", here),
                ("live_people", here),
                ("suspended_people", here),
            )
        )
        return Traces(
            made=tuple(map(_made, made)),
            seen=tuple(map(_seen, seen)),
            asked=tuple(Asked(*row) for row in asked),
            accounts=tuple(MadeAccount(*row) for row in accounts),
            live=frozenset(user_id for (user_id,) in live),
            suspended=frozenset(user_id for (user_id,) in suspended),
        )

    def standing_grants(self, user_ids: Iterable[Id], *, now: Instant) -> dict[Id, int]:
        """How many unexpired authorizations each of these people gave here."""
        asked = tuple(user_ids)
        counted = dict.fromkeys(asked, 0)
        for some in batched(asked):
            for user_id, many in self._unit.rows(
                "standing_grants", organization_id_=self._id, now=now, **named(some)
            ):
                counted[user_id] = int(many)
        return counted

    def hand_over_application(self, made: Made) -> bool:
        """Write creator and addresses, if the version is the stored one."""
        written = self._unit.rows(
            "hand_over_application",
            application_id_=made.application_id,
            organization_id_=self._id,
            version_=made.version,
            creator_id=made.creator_id,
            owner_email=made.owner_email,
            notification_addresses=rows.to_json(made.notification_addresses),
        )
        if not written:
            return False
        self._feed.add(Change("application", made.application_id))
        return True

    def hand_over_requests(self, user_id: Id, to: Id) -> int:
        """Give the open requests of one person to another; how many there were."""
        moved = self._unit.rows("hand_over_requests", organization_id_=self._id, user_id_=user_id, to=to)
        for (application_id,) in moved:
            self._feed.add(Change("application", application_id))
        return len(moved)


def _made(row: Row) -> Made:
    return Made(*(*row[:-1], _words(row[-1])))


def _seen(row: Row) -> Seen:
    return Seen(*(*row[:-1], rows.settings(row[-1]).reveal))
