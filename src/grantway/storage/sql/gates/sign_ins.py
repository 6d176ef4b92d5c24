"""Attempts to sign in: counted, remembered for a while, and forgotten."""

from __future__ import annotations

from grantway.core.model import Id, Instant
from grantway.core.sign_ins import SignIn, Tally
from grantway.storage.sql import rows
from grantway.storage.sql.door import Door
from grantway.storage.sql.gates.people import bucket_key
from grantway.storage.sql.tables.people import sign_ins


class SignIns(Door):
    """Implements `core.sign_ins.SignInKeeper`."""

    def tally(self, *counted: Tally, now: Instant) -> tuple[int, ...]:
        """Count one more of each, and say the how many-th of its window it is. One round trip."""
        calls = [
            ("tally", {"bucket": bucket_key(one.bucket), "window_start": now - now % one.window})
            for one in counted
        ]
        return tuple(int(found[0][0]) for found in self._unit.together(calls))

    def remember_sign_in(self, sign_in: SignIn, *, keep: int) -> None:
        """Queue it, and forget all but the newest of its outcome; nothing for a user there is not."""
        self._unit.queue("insert_sign_in", {**rows.values_of(sign_in, sign_ins), "user_id_": sign_in.user_id})
        place = {"user_id_": sign_in.user_id, "outcome": sign_in.outcome, "keep": keep}
        self._unit.queue("forget_sign_ins", place)

    def sign_ins_of(self, user_id: Id) -> tuple[SignIn, ...]:
        """What is remembered of a person's attempts, the newest first."""
        return tuple(SignIn(*row) for row in self._unit.rows("sign_ins_of", user_id_=user_id))


class SignInSweeping(Door):
    """Implements `core.sign_ins.SignInDesk`."""

    def delete_sign_ins(self, *, before: Instant, limit: int) -> int:
        """Forget attempts of before, a limited number; how many there were."""
        return len(self._unit.rows("delete_sign_ins", before=before, limit=limit))
