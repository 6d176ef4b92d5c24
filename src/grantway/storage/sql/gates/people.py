"""People: what they type, and what they may choose from."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from grantway.core.model import Change, Id, Instant, PasswordRecord, Place
from grantway.core.ports import Attempt
from grantway.storage.sql import rows
from grantway.storage.sql.door import Door, folded, sound

LONGEST_BUCKET = 200
_AFTER_ORGANIZATION = len(rows.ORGANIZATION)
_AFTER_INSTALLATION = _AFTER_ORGANIZATION + len(rows.INSTALLATION)


def bucket_key(name: str) -> str:
    """The key of a bucket: its name, or its hash where an index could not hold the name."""
    name = sound(name)
    return name if len(name) <= LONGEST_BUCKET else sha256(name.encode()).hexdigest()


def values_of(attempt: Attempt, now: Instant) -> dict[str, Any]:
    """What an attempt binds in its statement."""
    return {
        "bucket": bucket_key(attempt.bucket),
        "window_start": now - now % attempt.window,
        "weight": attempt.weight,
        "most": attempt.limit - attempt.weight,
    }


class People(Door):
    """Attempts, addresses, passwords and places."""

    def count_attempt(self, attempt: Attempt, *, now: Instant) -> bool:
        """Count one attempt before it is evaluated; false if the limit is reached. One upsert."""
        if attempt.limit < attempt.weight:
            return False
        return self._unit.row("count_attempt", **values_of(attempt, now)) is not None

    def uncount_attempts(self, counted: tuple[Attempt, ...], *, at: Instant) -> None:
        """Take back what was counted at an instant, if its window is still remembered."""
        for attempt in counted:
            place = {"bucket_": bucket_key(attempt.bucket), "window": at - at % attempt.window}
            self._unit.queue("uncount_attempt", {**place, "weight": attempt.weight})

    def clear_attempts(self, bucket: str) -> None:
        """Forget the attempts of a bucket."""
        self._unit.queue("clear_attempts", {"bucket_": bucket_key(bucket)})

    def password_of(self, email: str) -> PasswordRecord | None:
        """The user whose verified address this is, compared without letter case."""
        row = self._unit.row("password_of", folded_=folded(email))
        return None if row is None else PasswordRecord(rows.person(row), row[-1])

    def set_password(self, user_id: Id, phc: str, *, now: Instant) -> None:
        """Store the hash of a user's password, in place of an earlier one."""
        self._unit.queue("set_password", {"user_id": user_id, "phc": phc, "changed_at": now})

    def replace_password(self, user_id: Id, phc: str, *, former: str, now: Instant) -> bool:
        """The same in place of this one; false if another one is stored by now. One conditional update."""
        row = self._unit.row("replace_password", user_id_=user_id, phc_=phc, former=former, changed=now)
        return row is not None

    def verify_email(self, user_id: Id, address: str, *, now: Instant) -> bool:
        """Mark the user's own address verified. False if another user's verified address equals it.

        The row is taken out and put back, because only an insert can lose against another user's row
        without an error; the loser's row is put back as it was.
        """
        self._one_at_a_time()
        old = self._unit.row("delete_email", user_id_=user_id, folded_=folded(address))
        if old is None:
            return False
        stored, is_primary, verified_at = old
        row = {"user_id": user_id, "folded": folded(address), "address": stored, "is_primary": is_primary}
        if not self._unit.rows("insert_email", **row, verified_at=now):
            self._unit.queue("restore_email", {**row, "verified_at": verified_at})
            return False
        self._unit.queue("touch_user", {"user_id_": user_id, "now": now})
        self._feed.add(Change("user", user_id))
        return True

    def places(self, user_id: Id, application_id: Id | None = None) -> tuple[Place, ...]:
        """Enabled memberships in enabled organizations, with the application's installation there."""
        found = self._unit.rows("places", user_id_=user_id, application_id=application_id)
        return tuple(
            Place(
                rows.organization(row),
                rows.present(rows.membership(row, _AFTER_INSTALLATION)),
                rows.installation(row, _AFTER_ORGANIZATION),
            )
            for row in found
        )
